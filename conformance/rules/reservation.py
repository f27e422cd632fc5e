"""reservation: what a purchase gives back, and whether the reading operations agree with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.execution.trace import Answered, Call, Refused, Wire
from conformance.rules.history import History
from conformance.rules.registry import Finding, Level, reference_page, rule, service_model
from conformance.spec.calendar import parse_timestamp
from conformance.spec.service import COPIED_MEMBERS, RESERVATION_MEMBERS, Operation
from conformance.targets.capabilities import Capability

_FRESH = frozenset({Capability.ACCOUNTS, Capability.OFFERINGS})
_OFFERING = frozenset({Capability.OFFERINGS})
_ECHOED = {"offeringArn": "OfferingArn", "reservationName": "ReservationName", "start": "Start"}


def comparable(member: str, value: Any) -> Any:
    """A member's value for comparison: a null bit rate is an absent one, and unknown further members do not count."""
    if member == "resourceSpecification" and isinstance(value, dict):
        return {name: value.get(name) for name in ("resourceType", "reservedBitrate")}
    return value


def differences(one: Wire, other: Wire, members: tuple[str, ...] = tuple(RESERVATION_MEMBERS)) -> str:
    """How two showings of one thing differ, in its documented members other than the state; empty where they agree.

    A member that either lacks does not count: that is the matter of the wire/* rules.
    """
    return "; ".join(
        f"{name} {one[name]!r}, then {other[name]!r}"
        for name in members
        if name != "reservationState" and name in one and name in other
        if comparable(name, one[name]) != comparable(name, other[name])
    )


@rule(
    "reservation/echoes-request",
    Level.MUST,
    "OfferingArn, ReservationName and Start come back as they were sent, character by character.",
    reference_page(
        "Response Structure", "The name that you assigned to the reservation when you purchased the offering"
    ),
    needs=_OFFERING,
    classes=("offeringArn", "reservationName", "start"),
)
def echoes_request(history: History) -> Iterator[Finding]:
    """The answer of every successful purchase whose name and Start are right."""
    for attempt, reservation in history.made():
        sent = attempt.call.parameters
        if attempt.reasons or attempt.step.mutation != "plain" or parse_timestamp(sent.get("Start", "")) is None:
            continue
        for member, parameter in _ECHOED.items():
            if isinstance(reservation.get(member), str):
                problem = f"sent {parameter} {sent[parameter]!r}, showed {member} {reservation[member]!r}"
                wrong = reservation[member] != sent[parameter]
                yield Finding(member, attempt.call, problem if wrong else "", f"{member} {sent[parameter]!r}")


@rule(
    "reservation/copies-offering",
    Level.MUST,
    "Duration, units, description, price, currency and resource specification of a reservation are its offering's.",
    reference_page("Response Structure", "MediaConnect defines this value in the offering"),
    needs=_OFFERING,
    classes=("a purchase",),
    classes_with={Capability.SEED: ("with a bit rate", "without a bit rate", "another offering than the first")},
)
def copies_offering(history: History) -> Iterator[Finding]:
    """Against the offering as the target defined or showed it."""
    for attempt, reservation in history.made():
        if attempt.offering is None:
            continue
        changed = differences(attempt.offering, reservation, COPIED_MEMBERS)
        problem = f"the reservation differs from its offering: {changed}" if changed else ""
        yield Finding("a purchase", attempt.call, problem, "the offering's own values")
        number = history.trace.offerings[attempt.call.place].index(attempt.offering)
        if number > 0:
            yield Finding("another offering than the first", attempt.call)
        if history.trace.defined:
            has_bitrate = history.trace.case.offerings[number].bitrate is not None
            yield Finding("with a bit rate" if has_bitrate else "without a bit rate", attempt.call)


@rule(
    "reservation/arn-unique",
    Level.MUST,
    "A ReservationArn is no other reservation's, and not the offering's.",
    reference_page("ReservationArn", "assigns to the reservation when you purchase an offering"),
    needs=_FRESH,
    classes=("of several accounts",),
    classes_with={Capability.CLOCK: ("of one account",)},
)
def arn_unique(history: History) -> Iterator[Finding]:
    """All reservations that one case makes, in one account or in several, also with the same name and Start."""
    seen: dict[str, Call] = {}
    for attempt, reservation in history.made():
        arn = reservation.get("reservationArn")
        if not isinstance(arn, str):
            continue
        taken = arn in seen or arn == attempt.call.parameters["OfferingArn"]
        problem = f"gave the ReservationArn {arn!r} again" if taken else ""
        for other in seen.values():
            label = "of one account" if other.account == attempt.call.account else "of several accounts"
            yield Finding(label, attempt.call, problem, "a ReservationArn of its own")
        if taken and not seen:
            yield Finding("of several accounts", attempt.call, problem, "an ARN other than the offering's")
        seen[arn] = attempt.call


@rule(
    "reservation/arn-form",
    Level.SHOULD,
    "A ReservationArn is an ARN of mediaconnect in the Region and account of the request.",
    reference_page("ReservationArn", "Amazon Resource Name"),
    # A target with one account may have another number for it than the request.
    needs=_OFFERING | {Capability.OTHER_ACCOUNTS},
    classes=("purchased",),
)
def arn_form(history: History) -> Iterator[Finding]:
    """The fields before the last: arn, a partition, mediaconnect, Region, account."""
    for attempt, reservation in history.made():
        arn = reservation.get("reservationArn")
        if isinstance(arn, str):
            fields = arn.split(":")
            right = (
                len(fields) > 5
                and fields[0] == "arn"
                and fields[2:5] == ["mediaconnect", *reversed(attempt.call.place)]
            )
            expected = f"arn:aws:mediaconnect:{attempt.call.region}:{attempt.call.account}:…"
            yield Finding("purchased", attempt.call, "" if right else f"gave the ReservationArn {arn!r}", expected)


@rule(
    "reservation/describe-agrees",
    Level.MUST,
    "DescribeReservation shows the reservation that the purchase returned; only the state may differ.",
    service_model("DescribeReservation"),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_RESERVATION}),
    needs=_OFFERING,
    classes=("described",),
)
def describe_agrees(history: History) -> Iterator[Finding]:
    """Descriptions while the clock stands as at the purchase; a refusal to describe breaks the rule too."""
    for attempt, reservation in history.made():
        for call in history.trace.of(Operation.DESCRIBE_RESERVATION):
            if not _looks_back(call, attempt.call) or call.parameters["ReservationArn"] != reservation.get(
                "reservationArn"
            ):
                continue
            if isinstance(call.outcome, Refused):
                problem = f"refused to describe the reservation just made, with {call.outcome}"
                yield Finding("described", call, problem, "200 and the reservation")
            elif isinstance(call.outcome, Answered):
                changed = differences(reservation, call.member("reservation") or {})
                problem = f"described the reservation otherwise than purchased: {changed}" if changed else ""
                yield Finding("described", call, problem, "the reservation as PurchaseOffering returned it")


def _looks_back(call: Call, purchase: Call) -> bool:
    """Whether a call reads at the purchase from its own place and, where the clock can be set, its own time."""
    same_time = not call.now.exact or call.now == purchase.now
    return call.place == purchase.place and call.began >= purchase.ended and same_time and not call.concurrent


@rule(
    "reservation/list-agrees",
    Level.MUST,
    "ListReservations shows the reservation that the purchase returned; only the state may differ.",
    service_model("ListReservations", "all reservations that have been purchased by this account"),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS}),
    needs=_OFFERING,
    classes=("listed",),
)
def list_agrees(history: History) -> Iterator[Finding]:
    """Whole pagination while the clock stands as it stood at the purchase."""
    for attempt, reservation in history.made():
        for calls in whole_walks(history, Operation.LIST_RESERVATIONS):
            if not _looks_back(calls[0], attempt.call) or attempt.step.mutation != "plain":
                continue
            items = [item for call in calls for item in call.items("reservations")]
            arn = reservation.get("reservationArn")
            shown = next((item for item in items if item.get("reservationArn") == arn), None)
            if arn is None:
                continue
            changed = "it is missing" if shown is None else differences(reservation, shown)
            problem = f"listed the reservation otherwise than purchased: {changed}" if changed else ""
            yield Finding("listed", calls[-1], problem, "the reservation as PurchaseOffering returned it")


def whole_walks(history: History, operation: Operation) -> Iterator[tuple[Call, ...]]:
    """The calls of each walk along NextToken that was answered to its end, outside concurrent branches."""
    for number in dict.fromkeys(call.step_number for call in history.trace.of(operation)):
        calls = tuple(call for call in history.trace.at_step(number) if call.operation is operation)
        complete = all(isinstance(call.outcome, Answered) for call in calls) and not calls[-1].answer.get("nextToken")
        if complete and not calls[0].concurrent and getattr(calls[0].step, "whole", False):
            yield calls
