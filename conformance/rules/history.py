"""A trace read by the specification: each call with its reading, the state before it, and what was permitted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from conformance.execution.trace import Call, Trace
from conformance.spec.calendar import Interval, parse_timestamp
from conformance.spec.demands import Cause, Demand, Strength
from conformance.spec.model import (
    LONG_AGO,
    Permitted,
    after,
    permitted,
    permitted_states,
    with_listed,
    with_used_token,
)
from conformance.spec.outcomes import Answered, Faulted, Outcome, Refused, Wire, text_of
from conformance.spec.reading import Reading, read
from conformance.spec.request import Place
from conformance.spec.service import CANCELED, Operation
from conformance.spec.state import Reservation, State

LISTS = {Operation.LIST_OFFERINGS: "offerings", Operation.LIST_RESERVATIONS: "reservations"}
"""The operations that list, with the member under which they do."""


@dataclass(frozen=True, eq=False)
class RecordedCall:
    """A call as the specification sees it. `number` counts the calls of the trace, from 0."""

    call: Call
    number: int
    reading: Reading
    before: State
    permitted: Permitted

    @property
    def operation(self) -> Operation | None:
        """The operation that a server reads; None for none of the five."""
        return self.reading.operation

    @property
    def place(self) -> Place:
        """Account and Region."""
        return self.reading.place

    @property
    def now(self) -> Interval:
        """The instants that the target's clock may have shown."""
        return self.call.now

    @property
    def outcome(self) -> Outcome:
        """What came of it."""
        return self.call.outcome

    @property
    def accepted(self) -> bool:
        """Whether it succeeded, as far as is known."""
        return self.call.accepted

    @property
    def refusal(self) -> Refused | None:
        """Its definite refusal; None where it succeeded or nothing is known."""
        return self.outcome if isinstance(self.outcome, Refused) else None

    @property
    def is_definite(self) -> bool:
        """Whether it is known what came of it."""
        return self.accepted or self.refusal is not None

    @property
    def faulted(self) -> bool:
        """Whether it drew a 5xx that neither time nor a plain request beside it cleared."""
        return isinstance(self.outcome, Faulted) and self.outcome.status >= 500

    @cached_property
    def start(self) -> datetime | None:
        """The Start that was sent, where it is an instant in the documented form."""
        return parse_timestamp(self.reading.start_text or "")

    @property
    def offering(self) -> Wire | None:
        """The offering that its ARN names, where it is known."""
        return self.before.offerings_of(self.place).by_arn.get(self.reading.arn or "")

    @property
    def reservation(self) -> Wire | None:
        """The reservation that its answer shows."""
        return self.call.reservation

    @cached_property
    def repeats(self) -> bool:
        """Whether it was answered with the reservation that exists, as the repeat of the request that made it."""
        shown = text_of(self.reservation or {}, "reservationArn")
        return self.accepted and shown in self.permitted.repeats

    @property
    def among_strangers(self) -> bool:
        """Whether there may be reservations in its place that nobody has seen, which may be why it was refused."""
        return self.place in self.before.strangers

    @property
    def must_succeed(self) -> bool:
        """Whether nothing permits to refuse it."""
        return self.permitted.must_succeed

    @property
    def must_fail(self) -> bool:
        """Whether something demands to refuse it."""
        return not self.permitted.may_succeed

    def only_demand(self, *causes: Cause) -> Demand | None:
        """The demand for one of these causes, no MAY, where no other cause demands a refusal too."""
        mine = None
        for demand in self.permitted.demands:
            if demand.cause not in causes:
                if demand.strength is Strength.MUST:
                    return None
            elif mine is None and demand.strength is not Strength.MAY:
                mine = demand
        return mine

    def reservations_here(self) -> tuple[Reservation, ...]:
        """The reservations that its account and Region had before."""
        return self.before.in_place(self.place)

    @property
    def is_free(self) -> bool:
        """Whether every reservation that its account had was over: one of an earlier time may be there for long."""
        strangers = any(place.account == self.place.account for place in self.before.strangers)
        return not strangers and all(one.is_over(self.now) for one in self.reservations_of_account())

    @property
    def is_unused(self) -> bool:
        """Whether nothing was purchased in its account since the trace began, and what was there before is over."""
        return self.is_free and all(one.bought == LONG_AGO for one in self.reservations_of_account())

    @property
    def held(self) -> tuple[str, ...] | None:
        """The ARNs that a list must hold in all its pages; None where that is not known.

        Of offerings those that were defined or listed before, as long as nothing was purchased; of reservations those
        that the place has, as long as every purchase has a definite outcome.
        """
        if self.operation is Operation.LIST_OFFERINGS:
            offerings = self.before.offerings_of(self.place)
            return tuple(offerings.by_arn) if self.is_unused and offerings.complete else None
        listed = self.permitted.listed
        return None if listed is None else tuple(listed)

    def reservations_of_account(self) -> tuple[Reservation, ...]:
        """The reservations that its account had before, in all Regions."""
        return tuple(one for one in self.before.reservations if one.place.account == self.place.account)


@dataclass(frozen=True, eq=False)
class Observation:
    """A reservation as one answer showed it; `reservation` is the purchase of this trace that made it, if one did."""

    recorded: RecordedCall
    wire: Wire
    reservation: Reservation | None

    @property
    def arn(self) -> str:
        """Its ARN as shown; empty where none is."""
        return text_of(self.wire, "reservationArn")

    @property
    def state(self) -> str:
        """Its state as shown; what is no text as JSON writes it, which is none of the states."""
        shown = self.wire.get("reservationState")
        return shown if isinstance(shown, str) else json.dumps(shown)

    @property
    def permitted_states(self) -> frozenset[str]:
        """The states in which it may be shown at the time of the call."""
        if self.reservation is None:
            return frozenset()
        # Where others may act, somebody may have had it canceled.
        others = frozenset({CANCELED}) if self.recorded.among_strangers else frozenset[str]()
        return permitted_states(self.reservation, self.recorded.now) | others


@dataclass(frozen=True, eq=False)
class Walk:
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

    def items(self) -> tuple[Wire, ...]:
        """What its pages show, in order."""
        name = LISTS[self.operation]
        return tuple(item for page in self.pages for item in page.call.items(name))


@dataclass(frozen=True, eq=False)
class History:
    """What the rules judge: the calls of a trace in order, as the specification reads them."""

    trace: Trace
    calls: tuple[RecordedCall, ...]
    final: State

    @cached_property
    def purchases(self) -> tuple[RecordedCall, ...]:
        """Every purchase attempt."""
        return tuple(one for one in self.calls if one.operation is Operation.PURCHASE_OFFERING)

    @cached_property
    def alone(self) -> tuple[RecordedCall, ...]:
        """The purchase attempts that ran beside no other call."""
        return tuple(one for one in self.purchases if not one.call.concurrent)

    @cached_property
    def reads(self) -> tuple[RecordedCall, ...]:
        """The calls of the four reading operations."""
        return tuple(one for one in self.calls if one.operation not in (None, Operation.PURCHASE_OFFERING))

    def of(self, *operations: Operation) -> Sequence[RecordedCall]:
        """The calls of these operations, in order."""
        if len(operations) == 1:
            return self._by_operation.get(operations[0], ())
        return self._of_several(operations)

    def _of_several(self, operations: tuple[Operation, ...]) -> Sequence[RecordedCall]:
        if operations not in self.kept:
            self.kept[operations] = [one for one in self.calls if one.operation in operations]
        found: Sequence[RecordedCall] = self.kept[operations]
        return found

    @cached_property
    def kept(self) -> dict[object, Any]:
        """What was found in it once, and is asked for again."""
        return {}

    @cached_property
    def _by_operation(self) -> dict[Operation | None, list[RecordedCall]]:
        found: dict[Operation | None, list[RecordedCall]] = {}
        for one in self.calls:
            found.setdefault(one.operation, []).append(one)
        return found

    @cached_property
    def made(self) -> tuple[tuple[RecordedCall, Wire], ...]:
        """The purchases that succeeded and showed a reservation of their own, with it."""
        return tuple(
            (one, one.reservation) for one in self.purchases if one.reservation is not None and not one.repeats
        )

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """Every reservation in an answer, in order."""
        return tuple(self._observations())

    def observations_of(self, arn: str, operation: Operation) -> Sequence[Observation]:
        """What the calls of one operation showed of the reservation with this ARN, in order, one a call."""
        return self._by_arn.get((arn, operation), ())

    @cached_property
    def _by_arn(self) -> dict[tuple[str, Operation | None], list[Observation]]:
        found: dict[tuple[str, Operation | None], list[Observation]] = {}
        for one in self.observations:
            alike = found.setdefault((one.arn, one.recorded.operation), [])
            if alike and alike[-1].recorded is one.recorded:
                alike.pop()
            alike.append(one)
        return found

    def _observations(self) -> Iterator[Observation]:
        times = Counter(one.arn for one in self.final.reservations)
        # Under an ARN of several no answer tells which is meant: that is reservation/arn-unique's matter alone.
        by_arn = {one.arn: one for one in self.final.reservations if one.arn and times[one.arn] == 1}
        for recorded in self.calls:
            shown = recorded.reservation
            listed = recorded.operation is Operation.LIST_RESERVATIONS
            for wire in recorded.call.items("reservations") if listed else (shown,) if shown is not None else ():
                yield Observation(recorded, wire, by_arn.get(text_of(wire, "reservationArn")))

    @cached_property
    def walks(self) -> tuple[Walk, ...]:
        """The walks through lists outside concurrent calls, whole or not; a single page is one too."""
        return tuple(_walks(self.reads))

    def walk_of(self, page: RecordedCall) -> Walk | None:
        """The first walk to which a page belongs."""
        return self._walk_by_page.get(page.number)

    @cached_property
    def _walk_by_page(self) -> dict[int, Walk]:
        return {page.number: walk for walk in reversed(self.walks) for page in walk.pages}

    @cached_property
    def things(self) -> tuple[tuple[RecordedCall, str, Wire], ...]:
        """Every offering and reservation in an answer, with which of the two it is."""
        return tuple(_things(self.calls))

    def whole_walks(self, operation: Operation) -> Iterator[Walk]:
        """The walks of one operation that were answered to their end."""
        return (walk for walk in self.walks if walk.operation is operation and walk.is_whole)


def _things(calls: tuple[RecordedCall, ...]) -> Iterator[tuple[RecordedCall, str, Wire]]:
    for one in calls:
        if one.call.reservation is not None:
            yield one, "reservation", one.call.reservation
        elif one.call.offering is not None:
            yield one, "offering", one.call.offering
        elif one.operation in LISTS:
            name = LISTS[one.operation]
            yield from ((one, name.removesuffix("s"), item) for item in one.call.items(name))


def _walks(reads: tuple[RecordedCall, ...]) -> Iterator[Walk]:
    """A walk goes on with the page that is asked for with the token of an earlier one, of whatever size it is.

    Several may go on at a time; a token that is used twice leads to two walks, with the same pages before it.
    """
    walks: list[list[RecordedCall]] = []
    # Of each token that was given the walk, and how many of its pages there were then.
    given: dict[tuple[Place, Operation, str], tuple[list[RecordedCall], int]] = {}
    for one in reads:
        operation, token = one.operation, one.reading.next_token
        if operation is None or operation not in LISTS or one.call.concurrent or not isinstance(one.outcome, Answered):
            continue
        walk, length = ([], 0) if token is None else given.get((one.place, operation, token), ([], -1))
        if length < 0:
            continue
        if length < len(walk) or not walk:
            walk = walk[:length]
            walks.append(walk)
        walk.append(one)
        following = text_of(one.call.answer, "nextToken")
        if following:
            given[one.place, operation, following] = walk, len(walk)
    for pages in walks:
        yield Walk(tuple(pages))


def follow(trace: Trace) -> History:
    """Read a trace in the order of its calls; what the target did, right or wrong, is what holds afterwards."""
    state = _state_before(trace)
    recorded: list[RecordedCall] = []
    definitions = list(trace.definitions)
    for number, call in enumerate(trace.calls):
        while definitions and definitions[0].before_call <= number:
            definition = definitions.pop(0)
            state = state.with_offerings(definition.place, definition.offerings, complete=True)
        reading = read(call.request, trace.accounts)
        state = with_used_token(state, reading) if call.was_perhaps_taken_before else state
        recorded.append(RecordedCall(call, number, reading, state, permitted(state, reading, call.now)))
        state = after(state, reading, call.outcome, call.now)
    return History(trace, tuple(recorded), state)


def _state_before(trace: Trace) -> State:
    """What was there in accounts that are not fresh; where that is not known, something may have been."""
    strangers = frozenset(place for place, reservations in trace.before.items() if reservations is None)
    state = State(strangers=strangers)
    for place, offerings in trace.offerings.items():
        state = state.with_offerings(place, offerings, complete=True)
    for place, reservations in trace.before.items():
        for wire in reservations or ():
            state = with_listed(state, place, wire)
            state = _made_certain(state)
    return state


def _made_certain(state: State) -> State:
    """The last reservation was listed before anything else: it is there, whoever purchased it."""
    last = state.reservations[-1]
    certain = Reservation(last.place, last.name, last.arn, LONG_AGO, last.ends, last.offering_arn, last.start)
    return replace(state, reservations=(*state.reservations[:-1], certain))
