"""The picture of a failing case as positions and words, a pure function of its trace in the report.

Rows from top to bottom: each reading of the target's clock with the start window that it opens, and under it the calls
made then, each with its Start and with the reservations that it showed, from Start to End.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.report.html.recorded_call import ReportedCall, Reservation, read_calls
from conformance.report.html.scale import Scale, month_boundaries, scale_of
from conformance.report.html.wording import (
    format_earlier_reservations,
    format_place,
    format_shown_reservation,
    format_start,
    format_window,
)
from conformance.spec.calendar import Interval, format_timestamp, month_start

_MOST_ROWS = 10
_MOST_BARS = 4
_ROOM_OF_A_LABEL = 17.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time: `window`, `uncertain` (where a wall clock may stand), `reservation` or `before`.

    `before` is a reservation that stood already when the call of its row was made. `state` is what the target showed.
    """

    kind: str
    begin: float
    end: float
    label: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant: `start`, `end`, `permitted-end` or `clock`."""

    kind: str
    at: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the picture: words, and below them one track for each tuple of bars and marks.

    `broken` tells that this is the call that broke the rule.
    """

    kind: str
    title: str
    details: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """The first instant of a month; `label` is empty where there is no room for it."""

    at: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class ClockLine:
    """Where the clock stood, and from where on its window was open, through the rows from `first` to `last`."""

    at: float
    opens: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture; positions are per cent of its width."""

    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    clocks: tuple[ClockLine, ...]
    distorted: bool


def timeline(trace: Mapping[str, Any]) -> Timeline | None:
    """The picture of a failure's `trace`; None where no instant is in it, or nothing was bought or shown."""
    calls = _worth_a_row(read_calls(trace))
    instants = {instant for call in calls for instant in _instants(call)}
    if not calls or not instants:
        return None
    scale = scale_of(instants)
    rows: list[Row] = []
    clocks: list[ClockLine] = []
    for clock, during in _by_clock(calls):
        first = len(rows)
        if clock is not None:
            rows.append(_clock_row(clock, scale))
        rows += [_call_row(call, calls, clock, scale) for call in during]
        if clock is not None:
            opens = scale.at(month_start(clock.latest))
            clocks.append(ClockLine(scale.at(clock.latest), opens, first, len(rows) - 1))
    return Timeline(_ticks(scale, calls), tuple(rows), tuple(clocks), scale.distorted)


def _worth_a_row(calls: Sequence[ReportedCall]) -> list[ReportedCall]:
    """The purchases and what showed a reservation, up to the broken call; of many the last, and the first purchase."""
    last = next((index for index, call in enumerate(calls) if call.broken), len(calls) - 1)
    shown = [call for call in calls[: last + 1] if call.is_purchase or call.reservations or call.broken]
    if not any(call.is_purchase or call.reservations for call in shown):
        return []
    return shown if len(shown) <= _MOST_ROWS else [shown[0], *shown[-(_MOST_ROWS - 1) :]]


def _instants(call: ReportedCall) -> Iterator[datetime]:
    if call.clock is not None:
        yield from (month_start(call.clock.earliest), call.clock.earliest, call.clock.latest)
    if call.start is not None:
        yield call.start
    yield from call.permitted_ends
    for reservation in call.reservations[:_MOST_BARS]:
        yield from (instant for instant in (reservation.start, reservation.end) if instant is not None)


def _by_clock(calls: Sequence[ReportedCall]) -> Iterator[tuple[Interval | None, list[ReportedCall]]]:
    """The calls in groups of one reading of the clock; a wall clock is one reading from its first to its last."""
    known = [call.clock for call in calls if call.clock is not None]
    if any(not clock.exact for clock in known):
        whole = known[0]
        for clock in known[1:]:
            whole = whole.through(clock)
        yield whole, list(calls)
        return
    group: list[ReportedCall] = []
    for call in calls:
        if group and call.clock != group[0].clock:
            yield group[0].clock, group
            group = []
        group.append(call)
    yield group[0].clock, group


def _clock_row(clock: Interval, scale: Scale) -> Row:
    window = Bar("window", scale.at(month_start(clock.latest)), scale.at(clock.latest))
    if clock.exact:
        mark = Mark("clock", scale.at(clock.latest))
        return Row("clock", f"Clock {format_timestamp(clock.latest)}", (format_window(clock),), (window,), (mark,))
    uncertain = Bar("uncertain", scale.at(clock.earliest), scale.at(clock.latest))
    between = f"{format_timestamp(clock.earliest)} to {format_timestamp(clock.latest)}"
    return Row("clock", "Wall clock, known within bounds", (between, format_window(clock)), (window, uncertain))


def _call_row(call: ReportedCall, calls: Sequence[ReportedCall], clock: Interval | None, scale: Scale) -> Row:
    earlier = _earlier_reservations(calls, call)
    shown = call.reservations[:_MOST_BARS]
    details = [*format_place(call, calls), *format_start(call, clock), *format_earlier_reservations(earlier, clock)]
    details += [format_shown_reservation(reservation, call, clock) for reservation in shown]
    if len(call.reservations) > len(shown):
        details.append(f"and {len(call.reservations) - len(shown)} more reservations")
    bars = [_bar("before", one, scale) for one in earlier] + [_bar("reservation", one, scale) for one in shown]
    title = f"{call.number}. {call.operation} → {call.status}"
    return Row("call", title, tuple(details), tuple(bars), tuple(_marks(call, scale)), call.broken)


def _bar(kind: str, reservation: Reservation, scale: Scale) -> Bar:
    begin = scale.positions[0] if reservation.start is None else scale.at(reservation.start)
    end = scale.positions[-1] if reservation.end is None else scale.at(reservation.end)
    return Bar(kind, min(begin, end), max(begin, end), reservation.letter, reservation.state)


def _marks(call: ReportedCall, scale: Scale) -> Iterator[Mark]:
    if call.start is not None:
        yield Mark("start", scale.at(call.start))
    ends = {reservation.end for reservation in call.reservations[:_MOST_BARS] if reservation.end is not None}
    yield from (Mark("end", scale.at(end)) for end in sorted(ends))
    if call.is_purchase and call.reservations and not ends & set(call.permitted_ends):
        yield from (Mark("permitted-end", scale.at(end)) for end in call.permitted_ends)


def _earlier_reservations(calls: Sequence[ReportedCall], call: ReportedCall) -> list[Reservation]:
    """The reservations that earlier purchases of the account made, for a purchase; each as it was shown then."""
    if not call.is_purchase:
        return []
    return [
        reservation
        for earlier in calls[: calls.index(call)]
        if earlier.is_purchase and earlier.account == call.account and not earlier.is_beside(call)
        for reservation in earlier.reservations
    ][-_MOST_BARS:]


def _ticks(scale: Scale, calls: Sequence[ReportedCall]) -> tuple[Tick, ...]:
    """The firsts of the months; those at which a start window opens are labelled before others."""
    boundaries = month_boundaries(scale)
    opening = {month_start(call.clock.latest) for call in calls if call.clock is not None}
    labelled: list[float] = []
    labels: dict[datetime, str] = {}
    for boundary in sorted(boundaries, key=lambda boundary: (boundary not in opening, boundary)):
        at = scale.at(boundary)
        if all(abs(at - other) >= _ROOM_OF_A_LABEL for other in labelled):
            labelled.append(at)
            labels[boundary] = f"{boundary.year:04}-{boundary.month:02}"
    return tuple(Tick(scale.at(boundary), labels.get(boundary, "")) for boundary in boundaries)
