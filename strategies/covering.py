"""A covering array over time: few purchases in which all pairs, and of the calendar all triples, of classes occur.

A defect of time shows for one class (leap years, Decembers, durations of 13 months), or where two or three meet.
The terms are a table of explicit examples, the same in every run, so that each such defect meets its example. The table
is `covering_terms.csv`, which `python -m strategies.covering_array` writes; a test counts the combinations in it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import combinations

from conformance.spec.calendar import DAY, SECOND, MonthEnd, add_months, days_in_month, format_timestamp
from strategies.times import DAYS, kind_of_year

PLACES: tuple[str, ...] = ("now", "a second ago", "earlier today", "a day ago", "days ago", "at the month's end")
"""The boundary classes of a Start's place in the window: how long before the current time it lies."""
MOMENTS: tuple[str, ...] = (
    "a second later", "a day later", "a month later", "halfway", "the last second", "at End", "a second after End",
    "a day after End", "years after End",
)  # fmt: skip
"""The boundary classes of the later moment at which a reservation is looked at again and contested."""
DURATIONS: tuple[int, ...] = (
    *(1, 2, 3, 5, 6, 7, 11, 12, 13, 18, 23, 24, 25, 35, 36, 37, 48, 60, 61, 119, 120, 300),
)  # fmt: skip
"""The boundary classes of durations in months."""
FACTORS: tuple[str, ...] = ("year", "month", "day", "weekday", "second", "duration", "place", "moment")
"""What a term is put together from."""
TABLE = "covering_terms.csv"


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A purchase at `now` of `duration` months from `start` on, and a `later` time at which to look at it again.

    Times are written as a Start is. `place` and `moment` name the boundary classes of `start` and `later`.
    """

    now: str
    start: str
    duration: int
    later: str
    place: str
    moment: str


@cache
def covering_terms() -> tuple[Term, ...]:
    """The table, in the order of time. Every combination of `combinations_of` that can occur does.

    >>> all(term.start <= term.now <= term.later for term in covering_terms())
    True
    """
    text = files("strategies").joinpath(TABLE).read_text(encoding="utf-8")
    _, *rows = csv.reader(text.splitlines())
    return tuple(sorted(Term(now, start, int(duration), *others) for now, start, duration, *others in rows))


def combinations_of(term: Term) -> Iterator[tuple[object, ...]]:
    """The combinations of classes that a term covers.

    Pairs of year, month, day, weekday and second of Start, duration, place and moment; the calendar triples (year,
    kind of month, day) of Start, now and End; the day and kind of month of End with the moment, its weekday with its
    month; the days that the end month lacks, with everything else; and the last days of months with each duration,
    where the end month has the day and where it lacks it.

    >>> term = Term("2027-01-31T12:00:00Z", "2027-01-31T12:00:00Z", 1, "2027-01-31T12:00:01Z", "now", "a second later")
    >>> ("triple", "end", "common", "February", 28) in combinations_of(term)
    True
    """
    start, now = datetime.fromisoformat(term.start), datetime.fromisoformat(term.now)
    end = add_months(start, term.duration)
    lacking = start.day - end.day
    factors = factors_of(start, term)
    for (first, one), (second, other) in combinations(factors.items(), 2):
        yield "pair", first, one, second, other
    for name, instant in (("start", start), ("now", now), ("end", end)):
        yield "triple", name, *calendar_triple(instant)
    for name, value in factors.items():
        yield "lacking", lacking, name, value
    yield "lacking", lacking, "end", (kind_of_year(end.year), end.month)
    if start.day > 28:
        yield "end of month", start.day, end.month
        yield "end of month after", start.day, term.duration, lacking > 0
    _, *day_of_end = calendar_triple(end)
    yield "end", *day_of_end
    yield "end at", *day_of_end, term.moment
    yield "weekday of end", end.weekday(), end.month


def factors_of(start: datetime, term: Term) -> Mapping[str, object]:
    """The classes of a term, by the factor."""
    return {
        "year": kind_of_year(start.year),
        "month": start.month,
        "day": start.day if start.day in DAYS else 15,
        "weekday": start.weekday(),
        "second": start.hour * 3_600 + start.minute * 60 + start.second,
        "duration": term.duration,
        "place": term.place,
        "moment": term.moment,
    }


def calendar_triple(instant: datetime) -> tuple[str, str, int]:
    """Kind of year, kind of month, and the day of the month where it is the first or may be the last, else 15."""
    return kind_of_year(instant.year), _kind_of_month(instant.month), instant.day if instant.day in _EDGES else 15


_EDGES = (1, 28, 29, 30, 31)


def _kind_of_month(month: int) -> str:
    named = {1: "January", 2: "February", 12: "December"}.get(month)
    return named or ("of 30 days" if month in (4, 6, 9, 11) else "of 31 days")


def term_of(start: datetime, duration: int, place: str, moment: str) -> Term | None:
    """The term of these classes; None where the window has no such place."""
    now = _now(start, place)
    if now is None or (now.year, now.month) != (start.year, start.month):
        return None
    later = max(now, _later(start, now, duration, moment))
    return Term(format_timestamp(now), format_timestamp(start), duration, format_timestamp(later), place, moment)


def _now(start: datetime, place: str) -> datetime | None:
    last_second = start.replace(hour=23, minute=59, second=59)
    last_day = days_in_month(start.year, start.month)
    match place:
        case "now":
            return start
        case "a second ago":
            return start + SECOND
        case "earlier today":
            return last_second if start < last_second else None
        case "a day ago":
            return start + DAY
        case "days ago":
            days = [day for day in (*sorted(DAYS)[2:], last_day) if start.day + 1 < day <= last_day]
            return start.replace(day=days[start.year % len(days)], hour=12) if days else None
        case _:
            end = last_second.replace(day=last_day)
            return end if start < end else None


def _later(start: datetime, now: datetime, duration: int, moment: str) -> datetime:
    end, latest = (add_months(start, duration, kind) for kind in (MonthEnd.CLAMP, MonthEnd.OVERFLOW))
    moments = {
        "a second later": now + SECOND,
        "a day later": now + DAY,
        "a month later": add_months(now, 1),
        "halfway": now + timedelta(seconds=int((end - now).total_seconds()) // 2),
        "the last second": end - SECOND,
        "at End": end,
        "a second after End": latest + SECOND,
        "a day after End": latest + DAY,
        "years after End": add_months(latest, 60),
    }
    return moments[moment]
