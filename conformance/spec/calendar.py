"""Calendar arithmetic of the start window and of End: pure functions over aware UTC datetimes."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

START_FORM = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
"""`YYYY-MM-DDTHH:mm:SSZ`, each field in a group; what it matches need not exist."""
# Not every version of Python reads it.
_END_OF_DAY = re.compile(r"T24:00:00(?![.,]0*[1-9])")

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


class MonthEnd(StrEnum):
    """What becomes of an End whose month lacks the Start's day; the reference page leaves it open."""

    CLAMP = "clamp"
    OVERFLOW = "overflow"


@dataclass(frozen=True)
class Interval:
    """The instants, both ends included, that a target's clock may have shown during a call."""

    earliest: datetime
    latest: datetime

    @property
    def exact(self) -> bool:
        """Whether the clock is known to the instant."""
        return self.earliest == self.latest

    def through(self, other: Interval) -> Interval:
        """The shortest interval that holds both."""
        return Interval(min(self.earliest, other.earliest), max(self.latest, other.latest))


def format_timestamp(instant: datetime) -> str:
    """`instant` in the one form of the reference page, `YYYY-MM-DDTHH:mm:SSZ`; fractions of a second are dropped."""
    # strftime pads no years below 1000 on some platforms; isoformat does.
    return instant.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def has_timestamp_form(text: str) -> bool:
    """Whether `text` has the shape `YYYY-MM-DDTHH:mm:SSZ`, be the date possible or not."""
    return START_FORM.fullmatch(text) is not None


def parse_timestamp(text: str) -> datetime | None:
    """The instant that `text` names in the form of the reference page; None for another form or no such instant."""
    match = START_FORM.fullmatch(text)
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(field) for field in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def parse_iso8601(text: object) -> datetime | None:
    """The instant that an answer means, in whatever ISO 8601 form; None where it cannot be told.

    For rules that judge the instant and not its form: a missing zone is taken for UTC, 24:00:00 for the end of a day.
    """
    if not isinstance(text, str):
        return None
    text, ends_the_day = _END_OF_DAY.subn("T00:00:00", text.strip())
    try:
        instant = datetime.fromisoformat(text) + ends_the_day * DAY
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def month_start(instant: datetime) -> datetime:
    """00:00:00 UTC on the first day of the month that holds `instant`."""
    return instant.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    return calendar.monthrange(year, month)[1]


def add_months(instant: datetime, months: int, month_end: MonthEnd = MonthEnd.CLAMP) -> datetime:
    """`instant` moved by `months` (negative ones too), at the same time of day.

    Where the month reached lacks the day, CLAMP gives the month's last day and OVERFLOW carries the missing days into
    the month after it: January 31 and one month are February 28 or March 3 in a common year.
    """
    years, month_index = divmod(instant.month - 1 + months, 12)
    year, month = instant.year + years, month_index + 1
    missing = max(0, instant.day - days_in_month(year, month))
    clamped = instant.replace(year=year, month=month, day=instant.day - missing)
    return clamped + timedelta(days=missing) if month_end is MonthEnd.OVERFLOW else clamped


def lacks_the_day(start: datetime, months: int) -> bool:
    """Whether the month `months` after `start` has no such day of the month."""
    return len(permitted_ends(start, months)) > 1


def permitted_ends(start: datetime, months: int) -> frozenset[datetime]:
    """Every End that the reference page permits: one instant, or two where the end month lacks the day.

    None at all where a target shows so many months that the calendar (years 1 to 9999) has no such instant.
    """
    try:
        return frozenset(add_months(start, months, month_end) for month_end in MonthEnd)
    except (ValueError, OverflowError):
        return frozenset()
