"""Forms in which a Start can be written: the one that the reference page asks for, and many that it does not.

A form turns an instant (aware, UTC, whole seconds) and an argument into a text. Which forms are right is not said here:
the model reads the text itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from conformance.spec.calendar import DAY, add_months, days_in_month, format_timestamp, month_start

Form = Callable[[datetime, str], str]


def _without_z(instant: datetime) -> str:
    return format_timestamp(instant)[:-1]


def _at_offset(instant: datetime, offset: str) -> str:
    """The same instant on a clock that is ahead of UTC by `offset`, such as +02:00 or -0930."""
    digits = offset[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return _without_z(instant + ahead if offset[0] == "+" else instant - ahead) + offset


def _twelve_hour(instant: datetime, separator: str) -> str:
    half = "AM" if instant.hour < 12 else "PM"
    return f"{instant:%Y-%m-%d}T{(instant.hour - 1) % 12 + 1:02}:{instant:%M:%S}{separator}{half}Z"


def _digits_from(instant: datetime, zero: str) -> str:
    """The digits of another script, whose zero is the argument."""
    return "".join(
        chr(ord(zero) + int(character)) if character.isdigit() else character for character in format_timestamp(instant)
    )


def _field_unpadded(instant: datetime, field: str) -> str:
    fields = {name: f"{getattr(instant, name):02}" for name in ("month", "day", "hour", "minute", "second")}
    fields[field] = str(getattr(instant, field))
    return "{year:04}-{month}-{day}T{hour}:{minute}:{second}Z".format(year=instant.year, **fields)


def _field_too_wide(instant: datetime, field: str) -> str:
    fields = {name: f"{getattr(instant, name):02}" for name in ("month", "day", "hour", "minute", "second")}
    fields[field if field in fields else "month"] = f"{getattr(instant, field, instant.month):03}"
    return "{year:04}-{month}-{day}T{hour}:{minute}:{second}Z".format(year=instant.year, **fields)


def _with_field(begin: int, text: str) -> Form:
    """The two digits from `begin` on are replaced by others that no such field can have."""

    def format_with_field(instant: datetime, _: str) -> str:
        plain = format_timestamp(instant)
        return plain[:begin] + text + plain[begin + len(text) :]

    return format_with_field


def _february_30(instant: datetime, day: str) -> str:
    """A day past the end of the February before or in the month of `instant`; a lenient reader lands in March."""
    year = instant.year if instant.month >= 2 else instant.year - 1
    return f"{year:04}-02-{int(day):02}T00:00:00Z"


def _past_month_end(instant: datetime, _: str) -> str:
    """One day more than the month before `instant` had; a lenient reader lands on the first of the current month."""
    before = add_months(month_start(instant), -1)
    return f"{before.year:04}-{before.month:02}-{days_in_month(before.year, before.month) + 1:02}T00:00:00Z"


def _hour_24(instant: datetime, _: str) -> str:
    """24:00:00 of the day before; a lenient reader lands on 00:00:00 of the day of `instant`."""
    day_before = instant - DAY
    return f"{day_before:%Y-%m-%d}T24:00:00Z".rjust(20, "0")


def _minute_60(instant: datetime, _: str) -> str:
    hour_before = instant.replace(minute=0, second=0) - timedelta(hours=1)
    return format_timestamp(hour_before).replace(":00:00Z", ":60:00Z")


def _second_60(instant: datetime, _: str) -> str:
    minute_before = instant.replace(second=0) - timedelta(minutes=1)
    return format_timestamp(minute_before)[:-3] + "60Z"


def _month_13(instant: datetime, _: str) -> str:
    """Month 13 of the year before; a lenient reader lands in January."""
    return f"{instant.year - 1:04}-13-{format_timestamp(instant)[8:]}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

FORMS: Mapping[str, Form] = {
    "plain": lambda instant, _: format_timestamp(instant),
    # Other forms of a possible instant.
    "offset": _at_offset,
    "no zone": lambda instant, _: _without_z(instant),
    "named zone": lambda instant, zone: _without_z(instant) + zone,
    "lower-case t": lambda instant, _: format_timestamp(instant).replace("T", "t"),
    "lower-case z": lambda instant, _: format_timestamp(instant).replace("Z", "z"),
    "separator": lambda instant, separator: format_timestamp(instant).replace("T", separator),
    "fraction": lambda instant, digits: f"{_without_z(instant)}{digits}Z",
    "date alone": lambda instant, tail: f"{format_timestamp(instant)[:10]}{tail}",
    "no seconds": lambda instant, _: f"{format_timestamp(instant)[:16]}Z",
    "no minutes": lambda instant, _: f"{format_timestamp(instant)[:13]}Z",
    "before it": lambda instant, text: text + format_timestamp(instant),
    "after it": lambda instant, text: format_timestamp(instant) + text,
    "other digits": _digits_from,
    "no leading zero": _field_unpadded,
    "two-digit year": lambda instant, _: format_timestamp(instant)[2:],
    "signed year": lambda instant, sign: f"{sign}00{format_timestamp(instant)}",
    "basic form": lambda instant, _: format_timestamp(instant).replace("-", "").replace(":", ""),
    "half-basic form": lambda instant, _: format_timestamp(instant).replace(":", ""),
    "slashes": lambda instant, _: format_timestamp(instant).replace("-", "/"),
    "epoch seconds": lambda instant, _: str(int(instant.timestamp())),
    "epoch milliseconds": lambda instant, _: str(int(instant.timestamp()) * 1000),
    "12-hour": _twelve_hour,
    "RFC 1123": lambda instant, _: f"{instant:%a, %d %b %Y %H:%M:%S} GMT",
    "week date": lambda instant, _: f"{instant:%G-W%V-%u}T{format_timestamp(instant)[11:]}",
    "day of the year": lambda instant, _: f"{instant:%Y-%j}T{format_timestamp(instant)[11:]}",
    "date separator": lambda instant, sign: format_timestamp(instant).replace("-", sign),
    "time separator": lambda instant, sign: format_timestamp(instant).replace(":", sign),
    "month's name": lambda instant, _: (
        f"{instant.year:04}-{_MONTHS[instant.month - 1]}-{format_timestamp(instant)[8:]}"
    ),
    "day first": lambda instant, sign: f"{instant:%d}{sign}{instant:%m}{sign}{instant.year:04}T{instant:%H:%M:%S}Z",
    "month first": lambda instant, sign: f"{instant:%m}{sign}{instant:%d}{sign}{instant.year:04}T{instant:%H:%M:%S}Z",
    "time first": lambda instant, sign: f"{instant:%H:%M:%S}{sign}{format_timestamp(instant)[:10]}Z",
    "fraction of a minute": lambda instant, digits: f"{format_timestamp(instant)[:16]}{digits}Z",
    "fraction of an hour": lambda instant, digits: f"{format_timestamp(instant)[:13]}{digits}Z",
    "five-digit year": lambda instant, _: f"0{format_timestamp(instant)}",
    "field too wide": _field_too_wide,
    "lower-case t and z": lambda instant, _: format_timestamp(instant).lower(),
    "in quotes": lambda instant, quote: quote + format_timestamp(instant) + quote,
    "interval": lambda instant, _: f"{format_timestamp(instant)}/{format_timestamp(instant)}",
    "asctime": lambda instant, _: f"{instant:%a} {_MONTHS[instant.month - 1]} {instant:%d %H:%M:%S} {instant.year:04}",
    # The right shape, but no such date or time.
    "February 30": lambda instant, _: _february_30(instant, "30"),
    "February 31": lambda instant, _: _february_30(instant, "31"),
    "February 29 of a common year": lambda instant, _: _february_30(instant, "29"),
    "a day past the month's end": _past_month_end,
    "month 13": _month_13,
    "month 0": _with_field(5, "00"),
    "day 0": _with_field(8, "00"),
    "day 32": _with_field(8, "32"),
    "hour 24": _hour_24,
    "hour 25": _with_field(11, "25"),
    "minute 60": _minute_60,
    "second 60": _second_60,
    "second 99": _with_field(17, "99"),
    "minute 99": _with_field(14, "99"),
    "hour 99": _with_field(11, "99"),
    "day 99": _with_field(8, "99"),
    "month 99": _with_field(5, "99"),
}
"""Name of a form to its text; the argument is the offset, zone, separator, digits or text that the name asks for."""
