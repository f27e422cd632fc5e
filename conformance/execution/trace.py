"""A trace: calls as they went over the wire, every exchange raw, as frozen data. Who made them up is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from conformance.cases.case import Case
from conformance.spec.calendar import Interval
from conformance.spec.outcomes import Answered, FoundAfterwards, Outcome, Wire, shown_items, shown_reservation
from conformance.spec.request import AccountMapping, Place, Request


@dataclass(frozen=True)
class Exchange:
    """One request as it was sent, and its answer as it came: status None and an `error` where none did.

    Of the header Authorization only the scope is kept, which says whose the request is.
    """

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes
    sent: datetime
    received: datetime
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""

    @property
    def request(self) -> Request:
        """The request as a server gets it."""
        url = urlsplit(self.url)
        target = f"{url.path}?{url.query}" if url.query else url.path
        return Request(self.method, target, self.request_headers, self.request_body)


@dataclass(frozen=True, eq=False)
class Call:
    """One request with its retries, and what came of it.

    `now` are the instants that the target's clock may have shown; `began` and `ended` are seconds on a clock of ours.
    `step_number` is the step of the case that made it, if one did. Exchanges that only found out what became of a
    purchase are among the others, after it.
    """

    exchanges: tuple[Exchange, ...]
    outcome: Outcome
    now: Interval
    began: float = 0.0
    ended: float = 0.0
    step_number: int = -1
    concurrent: bool = False

    @cached_property
    def request(self) -> Request:
        """The request of the call, the same in every attempt."""
        return self.exchanges[0].request

    @cached_property
    def last_exchange(self) -> Exchange:
        """The last attempt at the call itself."""
        return self._attempts[-1]

    @cached_property
    def was_perhaps_taken_before(self) -> bool:
        """Whether an attempt before the last drew no answer or a 5xx, so that the target may have acted on it."""
        return any(one.status is None or one.status >= 500 for one in self._attempts[:-1])

    @cached_property
    def _attempts(self) -> list[Exchange]:
        first = self.exchanges[0]
        return [one for one in self.exchanges if (one.method, one.url) == (first.method, first.url)]

    @cached_property
    def reservation(self) -> Wire | None:
        """The reservation that the answer shows."""
        return shown_reservation(self.outcome)

    @cached_property
    def offering(self) -> Wire | None:
        """The offering that the answer shows."""
        value = self.answer.get("offering")
        return value if isinstance(value, dict) else None

    @cached_property
    def answer(self) -> Wire:
        """The JSON object of a 2xx answer; empty where there is none."""
        return self.outcome.members if isinstance(self.outcome, Answered) else {}

    def items(self, name: str) -> tuple[Wire, ...]:
        """The objects of the list under `name` in the answer."""
        return shown_items(self.outcome, name)

    @cached_property
    def accepted(self) -> bool:
        """Whether the call succeeded, as far as is known."""
        return isinstance(self.outcome, Answered | FoundAfterwards)


@dataclass(frozen=True, slots=True)
class Definition:
    """Offerings that were defined, in place of those that were there, before the call number `before_call`."""

    place: Place
    offerings: tuple[Wire, ...]
    before_call: int = 0


@dataclass(frozen=True, eq=False)
class Trace:
    """Calls in the order of their ends, with what is known of the accounts besides.

    `accounts` says whose a request is. `offerings` are those that each place had at the start, complete; `defined`
    tells that the suite defined them; `definitions` are those that came later. `before` has the reservations that a
    place had at the start, None where that is not known; a place that is not in it had none. `skipped` names
    the steps of the `case` that could not be played, with the reason; `not_permitted` says why a purchase was not
    sent, `left_out` why reads among concurrent calls are missing.
    """

    calls: tuple[Call, ...]
    case: Case = field(default_factory=Case)
    accounts: AccountMapping = field(default_factory=AccountMapping)
    offerings: Mapping[Place, tuple[Wire, ...]] = field(default_factory=dict)
    definitions: tuple[Definition, ...] = ()
    defined: bool = True
    before: Mapping[Place, tuple[Wire, ...] | None] = field(default_factory=dict)
    skipped: tuple[tuple[int, str], ...] = ()
    not_permitted: str = ""
    left_out: str = ""

    def at_step(self, number: int) -> Iterator[Call]:
        """The calls of one step of the case: several for a pagination or for concurrent calls."""
        return (call for call in self.calls if call.step_number == number)
