"""A trace read with the model beside it: purchase attempts, what was permitted, and observations of reservations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import Arn, LiteralArn, OfferingArn, Purchase, UnknownArn
from conformance.cases.request_mutations import REQUESTS
from conformance.execution.trace import Call, Refused, Trace, Wire
from conformance.spec.calendar import Interval, parse_iso8601, parse_timestamp
from conformance.spec.model import (
    Force,
    PurchaseRequest,
    Reason,
    Reservation,
    State,
    may_be_accepted,
    must_be_accepted,
    permitted_states,
    possible_ends,
    reasons_to_refuse,
)
from conformance.spec.service import BAD_REQUEST, NOT_FOUND, Operation


@dataclass(frozen=True)
class PurchaseAttempt:
    """A purchase as it was tried: the state before it, and the reasons to refuse it then."""

    call: Call
    step: Purchase
    state: State
    reasons: tuple[Reason, ...]
    offering: Wire | None

    @property
    def accepted(self) -> bool:
        """Whether it succeeded, as far as is known."""
        return self.call.accepted

    @property
    def refusal(self) -> Refused | None:
        """Its definite refusal; None where it succeeded or nothing is known."""
        return self.call.outcome if isinstance(self.call.outcome, Refused) else None

    @property
    def start(self) -> datetime | None:
        """The Start that was sent, where it is an instant in the documented form."""
        return parse_timestamp(self.call.parameters.get("Start", ""))

    @property
    def reservation(self) -> Wire | None:
        """The reservation that it made, as it was shown first."""
        return self.call.member("reservation") if self.accepted else None

    @property
    def must_succeed(self) -> bool:
        """Whether nothing permits to refuse it."""
        return must_be_accepted(self.reasons)

    @property
    def must_fail(self) -> bool:
        """Whether something demands to refuse it."""
        return not may_be_accepted(self.reasons)

    def only_reason(self, *rules: str) -> Reason | None:
        """The reason of one of these rules, where no other rule demands a refusal too."""
        others_demand = any(reason.force is Force.MUST and reason.rule not in rules for reason in self.reasons)
        mine = [reason for reason in self.reasons if reason.rule in rules and reason.force is not Force.MAY]
        return mine[0] if mine and not others_demand else None

    def standing_here(self) -> tuple[Reservation, ...]:
        """The reservations that its account and Region had before."""
        return self.state.in_place(*self.call.place)


@dataclass(frozen=True)
class Observation:
    """A reservation as one answer showed it; `standing` is the purchase of this case that made it, if one did."""

    call: Call
    wire: Wire
    standing: Reservation | None

    @property
    def arn(self) -> str:
        """Its ARN as shown; empty where none is."""
        arn = self.wire.get("reservationArn")
        return arn if isinstance(arn, str) else ""

    @property
    def state(self) -> object:
        """Its state as shown."""
        return self.wire.get("reservationState")

    @property
    def permitted_states(self) -> frozenset[str]:
        """The states in which it may be shown at the time of the call."""
        return permitted_states(self.standing, self.call.now) if self.standing else frozenset()


@dataclass(frozen=True)
class History:
    """What the rules judge: the trace, its purchase attempts and its observations of reservations, in order."""

    trace: Trace
    attempts: tuple[PurchaseAttempt, ...] = ()
    observations: tuple[Observation, ...] = ()
    final: State = field(default_factory=State)

    def alone(self) -> Iterator[PurchaseAttempt]:
        """The attempts that ran beside no other call."""
        return (attempt for attempt in self.attempts if not attempt.call.concurrent)

    def made(self) -> Iterator[tuple[PurchaseAttempt, Wire]]:
        """The attempts that succeeded and showed their reservation, with it."""
        for attempt in self.attempts:
            if attempt.reservation is not None:
                yield attempt, attempt.reservation

    def later_observations(self, attempt: PurchaseAttempt) -> Iterator[Observation]:
        """The observations, after a purchase, of the reservation that it made."""
        reservation = attempt.reservation or {}
        arn = reservation.get("reservationArn")
        for observation in self.observations:
            if arn and observation.arn == arn and observation.call is not attempt.call:
                yield observation


def follow(trace: Trace) -> History:
    """Read a trace in the order of its calls; what the target did, right or wrong, is what stands afterwards."""
    state = _state_before(trace)
    attempts: list[PurchaseAttempt] = []
    observations: list[Observation] = []
    for call in trace.calls:
        if isinstance(call.step, Purchase):
            attempt = _attempt(trace, call, call.step, state)
            attempts.append(attempt)
            state = _after(state, attempt)
        for wire in _reservations_shown(call):
            standing = next((one for one in state.standings if one.arn and one.arn == wire.get("reservationArn")), None)
            observations.append(Observation(call, wire, standing))
    return History(trace, tuple(attempts), tuple(observations), state)


def _state_before(trace: Trace) -> State:
    """What stood in accounts that are not fresh; where that is not known, something may have."""
    state = State()
    long_ago = Interval(datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))
    for place, reservations in trace.before.items():
        if reservations is None:
            state = state.with_standing(Reservation(*place, "", "", long_ago, frozenset(), certain=False))
        for wire in reservations or ():
            name, arn = str(wire.get("reservationName")), str(wire.get("reservationArn"))
            end = parse_iso8601(wire.get("end"))
            ends = frozenset({end}) if end is not None else frozenset[datetime]()
            state = state.with_standing(Reservation(*place, name, arn, long_ago, ends))
    return state


def _reservations_shown(call: Call) -> tuple[Wire, ...]:
    if call.operation is Operation.LIST_RESERVATIONS:
        return call.items("reservations")
    shown = call.member("reservation")
    return (shown,) if shown is not None else ()


def _attempt(trace: Trace, call: Call, step: Purchase, state: State) -> PurchaseAttempt:
    offering = next(
        (
            one
            for one in trace.offerings.get(call.place, ())
            if one.get("offeringArn") == call.parameters["OfferingArn"]
        ),
        None,
    )
    request = PurchaseRequest(
        *call.place,
        name=call.parameters.get("ReservationName"),
        start=call.parameters.get("Start"),
        spoilt=_spoilt(step, known=offering is not None),
    )
    return PurchaseAttempt(call, step, state, reasons_to_refuse(state, request, call.now), offering)


def _spoilt(step: Purchase, *, known: bool) -> tuple[Reason, ...]:
    reasons = () if known else (reason_in_arn(step.offering),)
    mutation = REQUESTS[step.mutation]
    if mutation.refusals is None:
        return reasons
    force = Force.MAY if mutation.open else Force.MUST
    return (*reasons, Reason(mutation.rule, mutation.refusals, force))


def reason_in_arn(arn: Arn) -> Reason:
    """Why what is no exact ARN of something known is refused."""
    if isinstance(arn, OfferingArn) or (not isinstance(arn, UnknownArn | LiteralArn)):
        mutation = ARNS[arn.mutation]
        force = Force.SHOULD if mutation.rule == "errors/arn-is-exact-in-case" else Force.MUST
        rule = mutation.rule or "errors/unknown-offering"
        return Reason(rule, mutation.refusals, force)
    if isinstance(arn, UnknownArn):
        # In the documented shape, which need not be the target's own.
        return Reason("errors/unknown-offering", frozenset({BAD_REQUEST, NOT_FOUND}))
    return Reason("errors/malformed-arn", frozenset({BAD_REQUEST, NOT_FOUND}))


def _after(state: State, attempt: PurchaseAttempt) -> State:
    if attempt.refusal is not None:
        return state
    call = attempt.call
    shown = attempt.reservation or {}
    months = (attempt.offering or shown).get("duration")
    ends = possible_ends(attempt.start, months, parse_iso8601(shown.get("end")))
    arn = shown.get("reservationArn")
    return state.with_standing(
        Reservation(
            *call.place,
            name=call.parameters.get("ReservationName", ""),
            arn=arn if isinstance(arn, str) else "",
            bought=call.now,
            ends=ends,
            certain=attempt.accepted,
        )
    )
