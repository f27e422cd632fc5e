"""lifecycle: the states of a reservation, and who sees it."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.rules.comparison import differences
from conformance.rules.found_once import found_once
from conformance.rules.history import History
from conformance.rules.recorded_call import Observation, RecordedCall
from conformance.rules.registry import FRESH, FRESH_AND_CLOCK, OFFERING, Finding, Level, Premise, rule
from conformance.rules.shared_checks import when_before_end
from conformance.spec.calendar import SECOND, format_timestamp
from conformance.spec.demands import Cause
from conformance.spec.outcomes import Answered, text_of
from conformance.spec.service import ACTIVE, CANCELED, EXPIRED, PROCESSING, RESERVATION_STATES, Operation
from conformance.spec.sources import reference_page, service_model
from conformance.spec.state import LONG_AGO, Reservation
from conformance.targets.capabilities import Capability

_SHOWING = frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_RESERVATION, Operation.LIST_RESERVATIONS})
_END = reference_page("End", "The day and time that this reservation expires")
_STATE_ORDER = {PROCESSING: 0, ACTIVE: 1, EXPIRED: 2, CANCELED: 2}


@rule(
    "lifecycle/initial-state",
    Level.MUST,
    "A new reservation is ACTIVE or PROCESSING.",
    reference_page(
        "Start",
        "The day and time that the reservation becomes active",
        "Its Start is not in the future when it is purchased, and its End is.",
    ),
    needs=OFFERING,
    classes=("purchased",),
)
def initial_state(history: History) -> Iterator[Finding]:
    """The state in the answer of the purchase; which of the two it is, is observed."""
    for one in history.observations:
        if one.recorded.operation is Operation.PURCHASE_OFFERING and one.state in RESERVATION_STATES:
            wrong = one.reservation is not None and one.state not in one.permitted_states
            problem = f"gave the new reservation the state {one.state!r}" if wrong else ""
            observed = "" if wrong else str(one.state)
            yield Finding("purchased", one.recorded, problem, f"{ACTIVE} or {PROCESSING}", observed)


@found_once
def _later(history: History) -> Iterator[tuple[Observation, Reservation]]:
    """Observations after the purchase itself, with a state that is one of the four."""
    for one in history.observations:
        own = one.recorded.operation is Operation.PURCHASE_OFFERING
        if one.reservation is None or one.state not in RESERVATION_STATES or own:
            continue
        # None of the five operations cancels one; somebody may have done so before.
        if one.state != CANCELED or one.reservation.bought != LONG_AGO:
            yield one, one.reservation


@rule(
    "lifecycle/active-until-end",
    Level.MUST,
    "A reservation is never EXPIRED before End.",
    _END,
    operations=_SHOWING,
    needs=FRESH_AND_CLOCK,
    classes=("at once", "later in the month", "in a later month", "in the last second before End"),
)
def active_until_end(history: History) -> Iterator[Finding]:
    """Every observation before End; no document limits how long it is PROCESSING."""
    for one, reservation in _later(history):
        if reservation.ends and one.recorded.now.latest < min(reservation.ends):
            problem = f"showed {one.state} before End" if one.state not in one.permitted_states else ""
            ends = f"{_named(reservation)} ends at {format_timestamp(min(reservation.ends))}"
            expected = f"{' or '.join(sorted(one.permitted_states))}, as {ends}"
            yield Finding(when_before_end(one.recorded.now, reservation), one.recorded, problem, expected)


@rule(
    "lifecycle/expired-from-end",
    Level.MUST,
    "A reservation is EXPIRED from the second after End on.",
    _END,
    operations=_SHOWING,
    needs=FRESH_AND_CLOCK,
    classes=("in the second after End", "later", "described", "listed"),
)
def expired_from_end(history: History) -> Iterator[Finding]:
    """Every observation after End; the instant of End itself is observed."""
    for one, reservation in _later(history):
        now = one.recorded.now
        if now.exact and reservation.ends == {now.latest}:
            yield Finding("at End itself", one.recorded, observed=str(one.state))
        if reservation.is_over(now):
            problem = f"showed {one.state} after End" if one.state not in one.permitted_states else ""
            first = now.latest - max(reservation.ends) <= SECOND
            listed = one.recorded.operation is Operation.LIST_RESERVATIONS
            expected = f"{EXPIRED}, as {_ended(reservation)}"
            yield Finding("in the second after End" if first else "later", one.recorded, problem, expected)
            yield Finding("listed" if listed else "described", one.recorded, problem, expected)


def _named(reservation: Reservation) -> str:
    """Which reservation it is, as a list may show several."""
    return f"the reservation {reservation.name!r}"


def _ended(reservation: Reservation) -> str:
    """Which reservation ended when; of one of an earlier time that is not known."""
    if reservation.bought == LONG_AGO:
        return f"{_named(reservation)} was over before"
    return f"{_named(reservation)} ended at {format_timestamp(max(reservation.ends))}"


@rule(
    "lifecycle/history-kept",
    Level.MUST,
    "ListReservations goes on showing reservations that have expired.",
    service_model(
        "ListReservations",
        "This list includes all reservations in all states (such as active and expired)",
        operation="ListReservations",
    ),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS}),
    needs=FRESH_AND_CLOCK,
    classes=("after End", "after the next purchase"),
    premise=Premise.HISTORY,
)
def history_kept(history: History) -> Iterator[Finding]:
    """Whole paginations after End, before and after the account purchases again, of what was listed before."""
    paginations = list(history.whole_paginations(Operation.LIST_RESERVATIONS))
    for reservation in history.final.reservations if paginations else ():
        listed_before = False
        for pagination in paginations:
            if pagination.place != reservation.place or not reservation.arn or not reservation.ends:
                continue
            page = pagination.pages[-1]
            shown = any(item.get("reservationArn") == reservation.arn for item in pagination.items())
            if reservation.is_over(page.now):
                problem = "no longer listed a reservation that has expired" if listed_before and not shown else ""
                label = "after the next purchase" if _purchased_again(page, reservation) else "after End"
                yield Finding(label, page, problem, f"the reservation {reservation.arn}, {EXPIRED}")
            listed_before = listed_before or shown


def _purchased_again(page: RecordedCall, reservation: Reservation) -> bool:
    end = max(reservation.ends)
    return any(one.bought.earliest > end for one in page.reservations_here())


@rule(
    "lifecycle/immutable",
    Level.MUST,
    "Nothing but the state of a reservation ever changes, and its state never goes back.",
    reference_page(
        "Response Structure",
        "You set this value when you purchase the offering",
        "Each member is set by the purchase, assigned with it or copied from the offering; no operation changes one.",
    ),
    operations=_SHOWING,
    needs=FRESH_AND_CLOCK,
    classes=("before End", "across End"),
)
def immutable(history: History) -> Iterator[Finding]:
    """Two observations by the same operation, with the clock set forward between them."""
    last: dict[tuple[str, Operation | None], Observation] = {}
    for one, reservation in _later(history):
        key = reservation.arn, one.recorded.operation
        before = last.get(key)
        last[key] = one
        if before is None or one.recorded.now == before.recorded.now:
            continue
        if one.recorded.call.began < before.recorded.call.ended:
            continue  # two reads that overlap, of which either may have been answered first
        changed = differences(before.wire, one.wire)
        if _STATE_ORDER[str(one.state)] < _STATE_ORDER[str(before.state)]:
            changed = f"reservationState {before.state}, then {one.state}"
        first_end = min(reservation.ends, default=None)
        crossed = first_end is not None and before.recorded.now.latest < first_end <= one.recorded.now.earliest
        problem = f"changed the reservation over time: {changed}" if changed else ""
        yield Finding("across End" if crossed else "before End", one.recorded, problem, "the reservation as it was")


@rule(
    "lifecycle/isolated",
    Level.MUST,
    "Another account does not see a reservation, and ListReservations of another Region does not list it.",
    service_model(
        "ListReservations",
        "purchased by this account in the current Amazon Web Services Region",
        operation="ListReservations",
    ),
    operations=_SHOWING,
    needs=FRESH,
    classes_with={
        Capability.OTHER_ACCOUNTS: ("listed for another account", "described for another account"),
        Capability.REGIONS: ("listed in another Region",),
    },
    cause=Cause.OTHER_ACCOUNT,
)
def isolated(history: History) -> Iterator[Finding]:
    """Lists in every other account and Region, and descriptions in other accounts."""
    for recorded, attempt, arn in _elsewhere(history):
        other_account = recorded.place.account != attempt.place.account
        where = "for another account" if other_account else "in another Region"
        whose = f"the reservation of account {attempt.place.account} in {attempt.place.region}"
        if recorded.operation is Operation.LIST_RESERVATIONS and isinstance(recorded.outcome, Answered):
            seen = any(item.get("reservationArn") == arn for item in recorded.call.items("reservations"))
            problem = f"listed {whose} {where}" if seen else ""
            yield Finding(f"listed {where}", recorded, problem, "a list without it")
        elif recorded.reading.arn == arn and other_account and recorded.is_definite:
            problem = f"described {whose} {where}" if recorded.reservation is not None else ""
            yield Finding(f"described {where}", recorded, problem, "404 NotFoundException")


@found_once
def _elsewhere(history: History) -> Iterator[tuple[RecordedCall, RecordedCall, str]]:
    """Reads in other places than a purchase, after it, with the ARN that is not theirs."""
    for attempt, reservation in history.purchased:
        arn = text_of(reservation, "reservationArn")
        for recorded in history.of(Operation.LIST_RESERVATIONS, Operation.DESCRIBE_RESERVATION):
            later = recorded.call.began >= attempt.call.ended
            if arn and later and recorded.place != attempt.place and not _is_own(recorded, arn):
                yield recorded, attempt, arn


def _is_own(recorded: RecordedCall, arn: str) -> bool:
    return any(one.arn == arn and one.certain for one in recorded.reservations_here())


@rule(
    "lifecycle/other-region",
    Level.OBSERVE,
    "Whether DescribeReservation finds a reservation by its ARN from another Region is left open, and observed.",
    service_model(
        "DescribeReservation",
        "Displays the details of a reservation",
        "Unlike ListReservations, it does not say that it is about the current Region.",
        operation="DescribeReservation",
    ),
    operations=_SHOWING,
    needs=FRESH | {Capability.REGIONS},
    classes=("described in another Region",),
)
def other_region(history: History) -> Iterator[Finding]:
    """Descriptions in another Region of the account."""
    for recorded, attempt, arn in _elsewhere(history):
        same_account = recorded.place.account == attempt.place.account
        if same_account and recorded.reading.arn == arn and recorded.is_definite:
            found = "found" if recorded.reservation is not None else "not found"
            yield Finding("described in another Region", recorded, observed=found)
