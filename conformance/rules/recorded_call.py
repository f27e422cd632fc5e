"""A call of a trace as the specification reads it, and a reservation as one answer showed it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from conformance.execution.trace import Call
from conformance.spec.calendar import Interval, parse_timestamp
from conformance.spec.demands import Cause, Demand, Strength
from conformance.spec.model import Permitted, permitted_states
from conformance.spec.outcomes import Faulted, Outcome, Refused, Wire, text_of
from conformance.spec.reading import Reading
from conformance.spec.request import Place
from conformance.spec.service import CANCELED, Operation
from conformance.spec.state import LONG_AGO, Reservation, State

LISTS = {Operation.LIST_OFFERINGS: "offerings", Operation.LIST_RESERVATIONS: "reservations"}
"""The operations that list, with the member under which they do."""
SHOWS_RESERVATION = {
    Operation.PURCHASE_OFFERING: "purchased",
    Operation.DESCRIBE_RESERVATION: "described",
    Operation.LIST_RESERVATIONS: "listed",
}
"""The operations that show reservations, with the equivalence class of what they show."""


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
    def may_have_unseen_reservations(self) -> bool:
        """Whether there may be reservations in its place that nobody has seen, which may be why it was refused."""
        return self.place in self.before.places_with_unseen_reservations

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
        unseen = any(place.account == self.place.account for place in self.before.places_with_unseen_reservations)
        return not unseen and all(one.is_over(self.now) for one in self.reservations_of_account())

    @property
    def is_unused(self) -> bool:
        """Whether nothing was purchased in its account since the trace began, and what was there before is over."""
        return self.is_free and all(one.bought == LONG_AGO for one in self.reservations_of_account())

    @property
    def held(self) -> tuple[str, ...] | None:
        """The ARNs that a list must hold in all its pages; None where that is not known.

        Of offerings those that were defined or listed before, while no reservation is there; of reservations those
        that the place has, as long as every purchase has a definite outcome.
        """
        if self.operation is Operation.LIST_OFFERINGS:
            offerings = self.before.offerings_of(self.place)
            return tuple(offerings.by_arn) if self.is_free and offerings.complete else None
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
        """Its state as shown; what is not text as JSON writes it, which is none of the states."""
        shown = self.wire.get("reservationState")
        return shown if isinstance(shown, str) else json.dumps(shown)

    @property
    def permitted_states(self) -> frozenset[str]:
        """The states in which it may be shown at the time of the call."""
        if self.reservation is None:
            return frozenset()
        # Where others may act, somebody may have had it canceled.
        others = frozenset({CANCELED}) if self.recorded.may_have_unseen_reservations else frozenset[str]()
        return permitted_states(self.reservation, self.recorded.now) | others
