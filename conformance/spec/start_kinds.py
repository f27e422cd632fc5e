"""Equivalence classes of texts in the place of a Start, told from the text alone."""

from __future__ import annotations

import re
from datetime import datetime

from conformance.spec.calendar import START_FORM, parse_timestamp

_DATE, _TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}:[0-9]{2}"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.DOTALL))
    for name, pattern in (
        ("an epoch number", r"[+-]?[0-9]+(\.[0-9]+)?"),
        ("a date alone", rf"{_DATE}[TZ]*"),
        ("the basic form", r"[0-9]{8}T[0-9]{6}Z?|[0-9-]{10}T[0-9]{6}Z|[0-9]{8}T[0-9:]{8}Z"),
        ("a fraction", rf"{_DATE}.?{_TIME}[.,:][0-9]*Z?"),
        ("an offset", rf"{_DATE}.{_TIME}(Z?[+\u2212-][0-9:]+|\+.*)"),
        ("no zone", rf"{_DATE}T{_TIME}"),
        ("lower case", rf"{_DATE}[Tt]{_TIME}[Zz]"),
        ("no seconds", rf"{_DATE}T[0-9]{{2}}(:[0-9]{{2}})?Z"),
        ("another separator", rf"{_DATE}.?{_TIME}Z"),
        ("a field without its leading zero", r"[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}T[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}Z"),
        ("a 12-hour time", r".*[AaPp][Mm].*"),
    )
)


OTHER_FORMS = (
    *dict.fromkeys(name for name, _ in _FORMS),
    "white space around it",
    "digits of another script",
    "free text",
)
"""The classes of texts that do not have the documented form."""

IMPOSSIBLE = (
    "a year",
    "a month",
    "a day",
    "an hour",
    "a minute",
    "a second",
    "a day past the month's end",
    "February 29",
)
"""The field that cannot be, of texts that have the documented form but name no date and time."""


def kind_of_form(text: str) -> str:
    """The class of a text that does not have the documented form: one of OTHER_FORMS."""
    if text != text.strip() and parse_timestamp(text.strip()) is not None:
        return "white space around it"
    if any(character.isdecimal() and not character.isascii() for character in text):
        return "digits of another script"
    return next((name for name, pattern in _FORMS if pattern.fullmatch(text)), "free text")


def kind_of_impossible(text: str) -> str:
    """The class of a text that has the documented form but names no date and time: one of IMPOSSIBLE."""
    match = START_FORM.fullmatch(text)
    assert match is not None
    year, month, day, hour, minute, second = (int(field) for field in match.groups())
    out = {
        "a year": year == 0,
        "a month": not 1 <= month <= 12,
        "a day": not 1 <= day <= 31,
        "an hour": hour > 23,
        "a minute": minute > 59,
        "a second": second > 59,
    }
    named = next((name for name, wrong in out.items() if wrong), "")
    return named or ("February 29" if (month, day) == (2, 29) else "a day past the month's end")


def kinds_of_instant(start: datetime) -> tuple[str, ...]:
    """What is special about the day and the time of day of an instant."""
    time_of_day = (start.hour, start.minute, start.second)
    special = {
        "a leap day": (start.month, start.day) == (2, 29),
        "a 31st": start.day == 31,
        "a first day": start.day == 1,
        "the last second of a day": time_of_day == (23, 59, 59),
        "midnight": time_of_day == (0, 0, 0),
        "with seconds": start.second not in (0, 59),
    }
    return tuple(name for name, is_so in special.items() if is_so)
