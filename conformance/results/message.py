"""Texts of a failure: the clock, a call and its outcome, as somebody reads them who debugs at night."""

from __future__ import annotations

from collections.abc import Collection

from conformance.execution.trace import Call
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.shared_checks import shortened
from conformance.spec.calendar import Interval, format_timestamp, month_start
from conformance.spec.outcomes import Answered, Faulted, FoundAfterwards, Lost
from conformance.spec.plain_text import plain
from conformance.spec.request import Place

_LONGEST_VALUE = 100


def format_clock(now: Interval) -> str:
    """Such as `2026-03-15T10:30:00Z, so the window is 2026-03-01T00:00:00Z to 2026-03-15T10:30:00Z`."""
    latest = format_timestamp(now.latest)
    if now.exact:
        return f"{latest}, so the window is {format_timestamp(month_start(now.latest))} to {latest}"
    return f"the wall clock, between {format_timestamp(now.earliest)} and {latest}"


def format_call(one: RecordedCall, shown: RecordedCall, places: Collection[Place] = ()) -> str:
    """Such as `PurchaseOffering(ReservationName='a') -> 201`; with the time where it differs from `shown`.

    Where `places` are of several accounts or Regions, it says first in which it was made.
    """
    given = ", ".join(f"{name}={shortened(value, _LONGEST_VALUE)}" for name, value in one.reading.parameters.items())
    name = str(one.operation) if one.operation else f"{one.call.request.method} {shortened(one.call.request.path)}"
    time = "" if one.now == shown.now or not one.now.exact else f" at {format_timestamp(one.now.latest)}"
    return f"{_format_place(one.place, places)}{name}({given}){time} -> {format_outcome(one.call)}"


def _format_place(place: Place, places: Collection[Place]) -> str:
    """Such as `account 111122223333, eu-west-1: `; only what is not the same in all places."""
    account = f"account {place.account}" if len({one.account for one in places}) > 1 else ""
    region = place.region if len({one.region for one in places}) > 1 else ""
    named = ", ".join(filter(None, (account, region)))
    return f"{named}: " if named else ""


def format_outcome(call: Call) -> str:
    """Such as `201 ACTIVE, End 2027-02-28T23:59:59Z`."""
    outcome = call.outcome
    match outcome:
        case Answered(status, _):
            reservation = call.reservation
            if reservation is None:
                return str(status)
            if not {"reservationState", "end"} & set(reservation):
                return f"{status} and a reservation without state and End"
            state, end = str(reservation.get("reservationState")), str(reservation.get("end"))
            return f"{status} {plain(state, _LONGEST_VALUE)}, End {plain(end, _LONGEST_VALUE)}"
        case FoundAfterwards():
            return "no answer, but ListReservations then showed the reservation"
        case Lost(reason):
            return f"no definite answer: {plain(reason, _LONGEST_VALUE)}"
        case Faulted():
            return f"{plain(str(outcome), _LONGEST_VALUE)} in {len(call.exchanges)} attempts"
        case _:
            return f"{plain(str(outcome), _LONGEST_VALUE)}: {shortened(outcome.message, _LONGEST_VALUE)}"
