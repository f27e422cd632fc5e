"""A case played later than it says, for a target whose clock refuses what real clocks have passed."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from conformance.cases.case import At, Case
from conformance.spec.calendar import format_timestamp, parse_timestamp

CYCLE_YEARS = 400
"""After so many years the calendar is the same again, leap years and weekdays included."""


def not_before(case: Case, earliest: datetime) -> Case:
    """The case itself, or where it begins before `earliest` the same case a whole number of calendar cycles later.

    Its absolute times move with it; all others are relative to its clock. Texts that only look like times stay.
    """
    now = parse_timestamp(case.now)
    if now is None or now >= earliest:
        return case
    cycles = -((now.year - earliest.year) // CYCLE_YEARS) or 1
    if now.replace(year=now.year + cycles * CYCLE_YEARS) < earliest:
        cycles += 1
    moved: Case = _moved(case, cycles * CYCLE_YEARS)
    return replace(moved, now=_later(case.now, cycles * CYCLE_YEARS))


def years_later(instant: datetime, years: int) -> datetime:
    """The same date and time so many calendar cycles later."""
    return instant.replace(year=instant.year + years)


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
    if instant is None or instant.year + years > 9999:
        return text
    return format_timestamp(years_later(instant, years))
