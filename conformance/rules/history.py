"""A trace read by the specification: each call with its reading, the state before it, and what was permitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from conformance.execution.trace import Trace
from conformance.rules.pagination import Pagination, paginations_of
from conformance.rules.recorded_call import LISTS, Observation, RecordedCall
from conformance.spec.model import permitted
from conformance.spec.outcomes import Wire, text_of
from conformance.spec.reading import read
from conformance.spec.service import CANCELED, EXPIRED, Operation
from conformance.spec.state import LONG_AGO, State
from conformance.spec.transitions import after, with_listed, with_used_token


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
        if operations not in self.kept:
            self.kept[operations] = [one for one in self.calls if one.operation in operations]
        found: Sequence[RecordedCall] = self.kept[operations]
        return found

    @cached_property
    def kept(self) -> dict[object, Any]:
        """What was found in it once, and is asked for again."""
        return {}

    @cached_property
    def purchased(self) -> tuple[tuple[RecordedCall, Wire], ...]:
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
    def paginations(self) -> tuple[Pagination, ...]:
        """The paginations through lists outside concurrent calls, whole or not; a single page is one too."""
        return tuple(paginations_of(self.reads))

    def pagination_of(self, page: RecordedCall) -> Pagination | None:
        """The first pagination to which a page belongs."""
        return self._pagination_by_page.get(page.number)

    @cached_property
    def _pagination_by_page(self) -> dict[int, Pagination]:
        return {page.number: pagination for pagination in reversed(self.paginations) for page in pagination.pages}

    @cached_property
    def things(self) -> tuple[tuple[RecordedCall, str, Wire], ...]:
        """Every offering and reservation in an answer, with which of the two it is."""
        return tuple(_things(self.calls))

    def whole_paginations(self, operation: Operation) -> Iterator[Pagination]:
        """The paginations of one operation that were answered to their end."""
        return (
            pagination for pagination in self.paginations if pagination.operation is operation and pagination.is_whole
        )


def _things(calls: tuple[RecordedCall, ...]) -> Iterator[tuple[RecordedCall, str, Wire]]:
    for one in calls:
        if one.call.reservation is not None:
            yield one, "reservation", one.call.reservation
        elif one.call.offering is not None:
            yield one, "offering", one.call.offering
        elif one.operation in LISTS:
            name = LISTS[one.operation]
            yield from ((one, name.removesuffix("s"), item) for item in one.call.items(name))


def follow(trace: Trace) -> History:
    """Read a trace in the order of its calls; what the target did, right or wrong, is what holds afterwards."""
    state = _state_before(trace)
    recorded: list[RecordedCall] = []
    definitions = list(trace.definitions)
    for number, call in enumerate(trace.calls):
        while definitions and definitions[0].before_call <= number:
            definition = definitions.pop(0)
            state = state.with_offerings(definition.place, definition.offerings)
        reading = read(call.request, trace.accounts)
        state = with_used_token(state, reading) if call.was_perhaps_taken_before else state
        recorded.append(RecordedCall(call, number, reading, state, permitted(state, reading, call.now)))
        state = after(state, reading, call.outcome, call.now)
    return History(trace, tuple(recorded), state)


def _state_before(trace: Trace) -> State:
    """What was there in accounts that are not fresh; where that is not known, something may have been."""
    unseen = frozenset(place for place, reservations in trace.before.items() if reservations is None)
    state = State(places_with_unseen_reservations=unseen)
    for place, offerings in trace.offerings.items():
        state = state.with_offerings(place, offerings)
    for place, reservations in trace.before.items():
        for wire in reservations or ():
            state = _made_certain(with_listed(state, place, wire), text_of(wire, "reservationState"))
    return state


def _made_certain(state: State, shown: str) -> State:
    """The last reservation was listed before anything else: it is there, whoever purchased it.

    One that is shown as over stays so, though the case may set the time to one before its End.
    """
    last = state.reservations[-1]
    ends = frozenset({LONG_AGO.latest}) if shown in (EXPIRED, CANCELED) else last.ends
    certain = replace(last, bought=LONG_AGO, certain=True, ends=ends)
    return replace(state, reservations=(*state.reservations[:-1], certain))
