"""What the picture of a failing case says in words beside its bars and marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from conformance.report.html.recorded_call import ReportedCall, Reservation
from conformance.spec.calendar import SECOND, Interval, format_timestamp, month_start

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def format_distance(distance: timedelta) -> str:
    """Such as `2 d 3 h` or `59 min 59 s`: of a whole number of seconds the greatest unit, and the next one to it."""
    rest = abs(distance) // SECOND
    parts: list[str] = []
    for name, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count} {name}")
        elif parts:
            break
    return " ".join(parts[:2]) or "less than 1 s"


def format_window(clock: Interval) -> str:
    """When the start window opened."""
    return f"window from {format_timestamp(month_start(clock.latest))} on"


def format_place(call: ReportedCall, calls: Sequence[ReportedCall]) -> Iterator[str]:
    """Account and Region of a call where there are several, and whether it was made beside others."""
    if len({(other.account, other.region) for other in calls}) > 1:
        yield f"account {call.account} in {call.region}"
    if call.concurrent:
        yield "at the same time as others"


def format_start(call: ReportedCall, clock: Interval | None) -> Iterator[str]:
    """The Start of a purchase, and where it lies in the start window."""
    if not call.is_purchase:
        return
    if call.start_text is None:
        yield "without a Start"
    elif call.start is None:
        yield f"Start {call.start_text!r}, no instant in the documented form"
    elif clock is None:
        yield f"Start {call.start_text}"
    else:
        yield f"Start {call.start_text}, {_beside_the_window(call.start, clock)}"


def _beside_the_window(start: datetime, clock: Interval) -> str:
    opens, closes = month_start(clock.latest), clock.latest
    if start < opens:
        return f"{format_distance(opens - start)} before the window opens"
    if start > closes:
        return f"{format_distance(start - closes)} after the window closes"
    if start == opens:
        return "the first second of the window"
    return "the second of the clock" if start == closes and clock.exact else "in the window"


def format_earlier_reservations(earlier: Sequence[Reservation], clock: Interval | None) -> Iterator[str]:
    """How near to their End the reservations are that were bought before."""
    for reservation in earlier:
        if reservation.end is not None and clock is not None:
            yield f"{reservation.letter}: {_beside_its_end(reservation.end, clock)}"


def format_shown_reservation(reservation: Reservation, call: ReportedCall, clock: Interval | None) -> str:
    """A reservation as the answer of a call showed it; of a wrong End also the right one."""
    words = f"{reservation.letter}: {reservation.state or 'no state'}"
    end = reservation.end
    if end is None:
        return f"{words}, End {reservation.end_text!r}, no instant"
    if not call.is_purchase:
        return f"{words}, {'End' if clock is None else _beside_its_end(end, clock)} {reservation.end_text}"
    words += f", End {reservation.end_text}"
    if not call.permitted_ends or end in call.permitted_ends:
        return words
    nearest = min(call.permitted_ends, key=lambda permitted: abs(permitted - end))
    early = "early" if end < nearest else "late"
    right = " or ".join(map(format_timestamp, call.permitted_ends))
    return f"{words}, {format_distance(end - nearest)} too {early}: must be {right}"


def _beside_its_end(end: datetime, clock: Interval) -> str:
    if clock.latest < end:
        return f"{format_distance(end - clock.latest)} before its End"
    if clock.earliest > end:
        return f"{format_distance(clock.earliest - end)} after its End"
    return "at its End" if clock.exact else "about at its End"
