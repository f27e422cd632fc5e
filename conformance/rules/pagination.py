"""Paginations: the pages of a list, each asked for with the NextToken of the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.rules.recorded_call import LISTS, RecordedCall
from conformance.spec.model import page_size
from conformance.spec.outcomes import Answered, Wire, text_of
from conformance.spec.request import Place
from conformance.spec.service import DEFAULT_PAGE, Operation


@dataclass(frozen=True, eq=False)
class Pagination:
    """Pages of one list, each asked for with the NextToken of the one before."""

    pages: tuple[RecordedCall, ...]

    @property
    def operation(self) -> Operation:
        """ListOfferings or ListReservations."""
        operation = self.pages[0].operation
        assert operation is not None
        return operation

    @property
    def place(self) -> Place:
        """Account and Region."""
        return self.pages[0].place

    @property
    def is_whole(self) -> bool:
        """Whether it was answered to its end, and nothing changed meanwhile."""
        return not self.pages[-1].call.answer.get("nextToken") and self.is_undisturbed

    @property
    def is_undisturbed(self) -> bool:
        """Whether nothing changed while it went on, as far as is known."""
        return self.pages[0].before.changes == self.pages[-1].before.changes and self._same_time

    @property
    def _same_time(self) -> bool:
        return not self.pages[0].now.exact or self.pages[0].now == self.pages[-1].now

    @property
    def is_full(self) -> bool:
        """Whether its first page has as many items as were asked for: what is not in it may have been for another."""
        first = self.pages[0]
        return len(first.call.items(LISTS[self.operation])) >= (page_size(first.reading.max_results) or DEFAULT_PAGE)

    def items(self) -> tuple[Wire, ...]:
        """What its pages show, in order."""
        name = LISTS[self.operation]
        return tuple(item for page in self.pages for item in page.call.items(name))


def paginations_of(reads: Sequence[RecordedCall]) -> Iterator[Pagination]:
    """A pagination goes on with the page that the token of an earlier one was used for, of whatever size it is.

    Several may go on at a time; a token that is used twice leads to two paginations, with the same pages before it.
    """
    paginations: list[list[RecordedCall]] = []
    # Of each token that was given the pagination, and how many of its pages there were then.
    given: dict[tuple[Place, Operation, str], tuple[list[RecordedCall], int]] = {}
    for one in reads:
        operation, token = one.operation, one.reading.next_token
        if operation is None or operation not in LISTS or one.call.concurrent or not isinstance(one.outcome, Answered):
            continue
        pagination, length = ([], 0) if token is None else given.get((one.place, operation, token), ([], -1))
        if length < 0:
            continue
        if length < len(pagination) or not pagination:
            pagination = pagination[:length]
            paginations.append(pagination)
        pagination.append(one)
        following = text_of(one.call.answer, "nextToken")
        if following:
            given[one.place, operation, following] = pagination, len(pagination)
    for pages in paginations:
        yield Pagination(tuple(pages))
