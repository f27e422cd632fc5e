"""Choices in lists: page sizes, and for how long a NextToken is good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from conformance.rules import lists
from conformance.rules.choice_observation import ChoiceObservation
from conformance.rules.history import History
from conformance.rules.recorded_call import LISTS, RecordedCall
from conformance.spec.demands import Cause
from conformance.spec.outcomes import text_of

_AGES = (
    (timedelta(days=28), "a month"),
    (timedelta(days=1), "a day"),
    (timedelta(hours=1), "an hour"),
    (timedelta(minutes=1), "a minute"),
)


def page_sizes(history: History) -> Iterator[ChoiceObservation]:
    """Lists asked for with a MaxResults that is out of the range, or no number."""
    for one in history.of(*LISTS):
        causes = {demand.cause for demand in one.permitted.demands}
        if causes == {Cause.PAGE_SIZE} and one.is_definite and one.only_demand(Cause.PAGE_SIZE):
            kind = lists.kind_of_number(one.reading.max_results or "")
            value = "a page" if one.accepted else "refused"
            yield ChoiceObservation(lists.max_results_refused, value, one, str(one.operation), kind)


def default_pages(history: History) -> Iterator[ChoiceObservation]:
    """Pages without MaxResults that are not the last: how many items they have."""
    for one in history.of(*LISTS):
        if one.operation and one.reading.max_results is None and text_of(one.call.answer, "nextToken"):
            count = len(one.call.items(LISTS[one.operation]))
            yield ChoiceObservation(lists.default_page, str(count), one, str(one.operation), str(one.operation))


def token_lifetimes(history: History) -> Iterator[ChoiceObservation]:
    """Pages asked for with a token of the same list, by how long ago it was given."""
    given: dict[str, RecordedCall] = {}
    for one in history.of(*LISTS):
        before = given.get(one.reading.next_token or "")
        if before is not None and one.is_definite and _same_list(before, one):
            age = _age(before, one)
            if age:
                changed = before.before.changes != one.before.changes
                about = f"{age}, {'the list may have changed' if changed else 'nothing changed'}"
                value = "accepted" if one.accepted else "refused"
                yield ChoiceObservation(lists.pages_cover_once, value, one, str(one.operation), about)
        token = text_of(one.call.answer, "nextToken")
        if token:
            given[token] = one


def _same_list(before: RecordedCall, one: RecordedCall) -> bool:
    same_place = (before.place, before.operation) == (one.place, one.operation)
    return same_place and before.reading.max_results == one.reading.max_results and not one.may_have_unseen_reservations


def _age(before: RecordedCall, one: RecordedCall) -> str:
    """Such as `after an hour`; empty where the clocks leave open which it is."""
    least, most = one.now.earliest - before.now.latest, one.now.latest - before.now.earliest
    ages = {next((name for limit, name in _AGES if age >= limit), "") for age in (least, most)}
    name = ages.pop()
    return "" if ages else f"after {name}" if name else "at once"
