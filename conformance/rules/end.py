"""end: how End follows from Start and Duration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from conformance.rules.history import History
from conformance.rules.recorded_call import SHOWS_RESERVATION, RecordedCall
from conformance.rules.registry import OFFERING, Finding, Level, Premise, rule
from conformance.spec.calendar import (
    DAY,
    MonthEnd,
    add_months,
    days_in_month,
    format_timestamp,
    has_timestamp_form,
    lacks_the_day,
    parse_iso8601,
    parse_timestamp,
    permitted_ends,
)
from conformance.spec.demands import Cause
from conformance.spec.outcomes import Wire, months_of, text_of
from conformance.spec.service import Operation
from conformance.spec.sources import reference_page
from conformance.spec.start_kinds import kinds_of_instant
from conformance.targets.capabilities import Capability

_END = reference_page(
    "End",
    "This value is calculated based on the start date and time that you set and the offering's duration",
    "DurationUnits has one value, MONTHS, so that the calculation adds that many calendar months.",
)


@dataclass(frozen=True, slots=True)
class _Term:
    """A purchase whose Start, Duration and shown End are all known."""

    attempt: RecordedCall
    start: datetime
    months: int
    end: datetime

    @property
    def expected(self) -> datetime:
        """Start plus Duration, where the end month has the day."""
        return add_months(self.start, self.months)

    @property
    def error(self) -> timedelta:
        """How far the shown End is off."""
        return self.end - self.expected

    def finding(self, label: str, wrong: bool, expected: str, observed: str = "") -> Finding:
        """A finding on this End."""
        duration = "1 month" if self.months == 1 else f"{self.months} months"
        shown, start = format_timestamp(self.end), format_timestamp(self.start)
        problem = f"showed End {shown} for Start {start} and {duration}"
        # A Start that was taken from another place is the matter of another rule.
        depends_on = frozenset({Premise.PLACES}) if self.attempt.reading.unknown else frozenset[Premise]()
        return Finding(label, self.attempt, problem if wrong else "", expected, observed, depends_on)


def _terms(history: History, *, day_exists: bool) -> Iterator[_Term]:
    for attempt, reservation in history.purchased:
        months = months_of(attempt.offering or reservation)
        end = parse_iso8601(reservation.get("end"))
        if attempt.start is None or months is None or end is None or attempt.reading.body_flaws:
            continue
        if attempt.only_demand(Cause.BEFORE_WINDOW, Cause.AFTER_WINDOW):
            continue  # which Start was taken in its place is not known; that it was is the matter of the start window
        if _is_end_of_another(reservation, attempt.start, months, end):
            continue  # which it shows is the matter of reservation/echoes-request and reservation/copies-offering
        if permitted_ends(attempt.start, months) and lacks_the_day(attempt.start, months) is not day_exists:
            yield _Term(attempt, attempt.start, months, end)


def _is_end_of_another(reservation: Wire, start: datetime, months: int, end: datetime) -> bool:
    """Whether the answer shows another Start or Duration than it must, and the End of that one."""
    shown = parse_iso8601(reservation.get("start")), months_of(reservation)
    if shown[0] is None or shown[1] is None or shown == (start, months):
        return False
    return end in permitted_ends(shown[0], shown[1]) and end not in permitted_ends(start, months)


def _kinds_of_term(term: _Term) -> Iterator[str]:
    yield "any term"
    yield "one month" if term.months == 1 else "up to a year" if term.months <= 12 else "more than a year"
    if term.expected.year > term.start.year:
        yield "across a year's end"
    if term.expected.month == 2 or term.start.month == 2:
        yield "from or to February"
    if term.start.day >= 29:
        yield "from the 29th or later"
    if term.start.day == 1:
        yield "from the first"


@rule(
    "end/adds-duration",
    Level.MUST,
    "End is Duration calendar months after Start: the same day of that month, whatever the current time.",
    _END,
    needs=OFFERING,
    classes=("any term",),
    classes_with={
        Capability.CLOCK: ("across a year's end", "from or to February", "from the 29th or later", "from the first"),
        Capability.SEED: ("one month", "up to a year", "more than a year"),
    },
    premise=Premise.END,
)
def adds_duration(history: History) -> Iterator[Finding]:
    """Where the end month has the day, End lies on it (the time of that day: end/keeps-time-of-day)."""
    yield from _ends_that_do_not_exist(history)
    for term in _terms(history, day_exists=True):
        wrong = term.end.date() != term.expected.date()
        for label in _kinds_of_term(term):
            yield term.finding(label, wrong, f"End {format_timestamp(term.expected)}")


def _ends_that_do_not_exist(history: History) -> Iterator[Finding]:
    """An End such as February 29 of a common year lies no number of months after any Start."""
    for attempt, reservation in history.purchased:
        end = text_of(reservation, "end")
        if has_timestamp_form(end) and parse_iso8601(end) is None:
            yield Finding("any term", attempt, f"showed End {end}, which does not exist", "an End that exists")


def _kinds_of_time(term: _Term) -> Iterator[str]:
    yield "any time of day"
    yield from kinds_of_instant(term.start)
    if term.start.month in (3, 10, 11) or term.expected.month in (3, 10, 11):
        yield "around a change of summer time"


@rule(
    "end/keeps-time-of-day",
    Level.MUST,
    "End has the time of day of Start, to the second, also across changes of summer time.",
    _END,
    needs=OFFERING,
    classes=("any time of day",),
    classes_with={
        Capability.CLOCK: ("midnight", "the last second of a day", "with seconds", "around a change of summer time")
    },
)
def keeps_time_of_day(history: History) -> Iterator[Finding]:
    """End is a whole number of days from where it should be (which number: end/adds-duration)."""
    for term in (*_terms(history, day_exists=True), *_terms(history, day_exists=False)):
        wrong = bool(term.error % DAY)
        for label in _kinds_of_time(term):
            yield term.finding(label, wrong, f"End at {format_timestamp(term.expected)[11:]}")


@rule(
    "end/format",
    Level.SHOULD,
    "End is written like Start, as YYYY-MM-DDTHH:mm:SSZ.",
    reference_page(
        "Start",
        "Use the following format: YYYY-MM-DDTHH:mm:SSZ",
        "The format stands under the Start of the request alone; one service writes its times in one way.",
    ),
    needs=OFFERING,
    classes=("purchased",),  # a target may lack the operations that describe and list
)
def end_format(history: History) -> Iterator[Finding]:
    """Every End that is shown as a text."""
    for observation in history.observations:
        end = observation.wire.get("end")
        label = SHOWS_RESERVATION.get(observation.recorded.operation or Operation.PURCHASE_OFFERING)
        # Any answer may show a reservation, where it has no place too.
        if isinstance(end, str) and label is not None:
            right = parse_timestamp(end) is not None
            problem = "" if right else f"showed End {end[:80]!r}"
            yield Finding(label, observation.recorded, problem, "End as YYYY-MM-DDTHH:mm:SSZ")


def _end_month(term: _Term) -> str:
    clamped = add_months(term.start, term.months, MonthEnd.CLAMP)
    if clamped.month != 2:
        return "a 31st into a month of 30 days"
    leap = days_in_month(clamped.year, 2) == 29
    return "into February of a leap year" if leap else "into February of a common year"


@rule(
    "end/month-end-consistent",
    Level.MUST,
    "Where the end month lacks the Start's day, End is its last day (clamp) or as many days into the next month "
    "(overflow), the same way in every case.",
    _END,
    needs=frozenset({Capability.CLOCK, Capability.ACCOUNTS, Capability.OFFERINGS}),
    classes=("a 31st into a month of 30 days", "into February of a common year", "into February of a leap year"),
)
def month_end_consistent(history: History) -> Iterator[Finding]:
    """One of the two ends, and in one trace always by the same of the two ways."""
    chosen = ""
    for term in _terms(history, day_exists=False):
        ends = {way: add_months(term.start, term.months, way) for way in MonthEnd}
        # A wrong time of day is the matter of another rule.
        way = next((str(way) for way, end in ends.items() if abs(end - term.end) < DAY), "")
        wrong = not way or (chosen != "" and way != chosen)
        either = " or ".join(f"{format_timestamp(end)} ({way})" for way, end in ends.items())
        expected = f"End {either}" + (f"; {chosen} as before in this case" if chosen else "")
        chosen = chosen or way
        yield term.finding(_end_month(term), wrong, expected, observed=way)
