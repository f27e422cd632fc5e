"""Instants as PurchaseOffering writes them, the start window, and the months between Start and End. All are in UTC."""

import re
from calendar import monthrange
from datetime import UTC, datetime

# [0-9] and not \d, which also takes the digits of other scripts.
_WRITTEN_INSTANT = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")


def parse_instant(text: str) -> datetime:
    """Read an instant written as `YYYY-MM-DDTHH:mm:SSZ`, the only form the reference page gives for Start.

    Raises:
        ValueError: `text` has another form, or names a date or time that does not exist.
    """
    fields = _WRITTEN_INSTANT.fullmatch(text)
    if fields is None:
        raise ValueError("it is not written as YYYY-MM-DDTHH:mm:SSZ")
    return datetime(*(int(field) for field in fields.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]


def format_instant(instant: datetime) -> str:
    """Write a UTC instant as `YYYY-MM-DDTHH:mm:SSZ`."""
    return instant.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def month_start(instant: datetime) -> datetime:
    """Give 00:00:00 UTC on the first day of the instant's month, the lower bound of the start window."""
    return instant.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def add_months(instant: datetime, months: int) -> datetime:
    """Give the same day and time of day `months` months later, or that month's last day where it lacks the day.

    The reference page says only that End is "calculated"; the last day of the month is this reference's choice.

    Raises:
        ValueError: the result lies after the year 9999, which the written form cannot express.
    """
    years, month_index = divmod(instant.month - 1 + months, 12)
    year, month = instant.year + years, month_index + 1
    if year > 9999:
        raise ValueError("it lies after the year 9999")
    return instant.replace(year=year, month=month, day=min(instant.day, monthrange(year, month)[1]))
