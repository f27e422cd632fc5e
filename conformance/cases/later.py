"""A case played later than it says: on a clock that refuses the past, or in an account that has been used before."""

from __future__ import annotations

from calendar import isleap
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from conformance.cases.case import At, Case
from conformance.spec.calendar import format_timestamp, parse_timestamp

CYCLE_YEARS = 400
"""After so many years the calendar is the same again, leap years and weekdays included."""

LEAP_CYCLE_YEARS = 4
"""After so many years leap years fall alike, but for those that end a century."""

LAST_YEAR = 9_900
"""The last year in which a case begins."""

_YEARS_OF_A_CASE = range(-1, 13)


def not_before(case: Case, earliest: datetime, cycle: int = CYCLE_YEARS, last_year: int = LAST_YEAR) -> Case | None:
    """The case itself, or where it begins before `earliest` the same case a whole number of cycles later.

    Its absolute times move with it; all others are relative to its clock. Texts that only look like times stay. None
    where it would begin after the `last_year`.
    """
    now = parse_timestamp(case.now)
    if now is None or now >= earliest:
        return case
    for years in range(cycle, last_year - now.year + 1, cycle):
        if _has_same_leap_years(now.year, years) and years_later(now, years) >= earliest:
            moved: Case = _moved(case, years)
            return replace(moved, now=_later(case.now, years))
    return None


def years_later(instant: datetime, years: int) -> datetime:
    """The same date and time so many years later. Raises ValueError for February 29 of a common year."""
    return instant.replace(year=instant.year + years)


def _has_same_leap_years(year: int, years: int) -> bool:
    return all(isleap(year + index) == isleap(year + index + years) for index in _YEARS_OF_A_CASE)


def _moved(value: Any, years: int) -> Any:
    if isinstance(value, At):
        return At(_later(value.instant, years))
    if isinstance(value, tuple):
        return tuple(_moved(one, years) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _moved(getattr(value, field.name), years) for field in fields(value)})
    return value


def _later(text: str, years: int) -> str:
    instant = parse_timestamp(text)
    try:
        return text if instant is None else format_timestamp(years_later(instant, years))
    except ValueError:  # February 29, or beyond the calendar
        return text
