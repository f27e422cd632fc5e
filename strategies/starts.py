"""Starts: in, on and next to both bounds of the window, off them, and written in every wrong way."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from conformance.cases.case import Inside, Literal, MonthStart, Now, Start, Written
from conformance.cases.start_forms import FORMS

DAY = 86_400

_SEVERAL: Mapping[str, list[str]] = {
    "offset": ["+00:00", "-00:00", "+02:00", "-05:00", "+0530", "-09", "+14:00"],
    "named zone": ["UTC", "GMT", " UTC", "z ", "[UTC]", "ZZ", "Z[UTC]", "A"],
    "separator": [" ", "_", "  ", "", "\t", "TT", "-"],
    "fraction": [".0", ".000", ".5", ",0", ".999999", ".123456789", "."],
    "date alone": ["", "Z", "T", "TZ"],
    "before it": [" ", "\n", "\t", "+", "\ufeff", "\u200b", "D:", "'"],
    "after it": [" ", "\n", "\t", "\r\n", "\u00a0", "\x00", "Z", "/P1M", ";", "'"],
    "other digits": ["\u0660", "\uff10", "\u0966"],
    "no leading zero": ["day", "month", "hour", "minute", "second"],
    "signed year": ["+", "-"],
    "12-hour": ["", " "],
}
ARGUMENTS: Mapping[str, list[str]] = {form: _SEVERAL.get(form, [""]) for form in FORMS}
"""For every form the arguments with which it is tried, the plainest first."""

_IMPOSSIBLE = (
    "February 30", "February 31", "February 29 of a common year", "a day past the month's end", "month 13", "month 0",
    "day 0", "day 32", "hour 24", "hour 25", "minute 60", "second 60", "second 99",
)  # fmt: skip
FREE_TEXTS = [
    "tomorrow", "now", "today", "March 5, 2027", "05/03/2027 11:30pm", "null", "0", "-1", "Z", "T", "{}", "2027", "NaN",
    "2027-W01", "P1M", "first of the month", "２０２７", "0000-00-00T00:00:00", "٢٠٢٧", "--T::Z", "yesterday 10:00",
]  # fmt: skip


def in_window() -> st.SearchStrategy[Written]:
    """Starts on either bound or between them. Shrinks to the first of the month."""
    return st.builds(Written, st.just(MonthStart()) | st.just(Now()) | st.builds(Inside, st.integers(0, 1000)))


def between_bounds() -> st.SearchStrategy[Written]:
    """Starts strictly between the bounds, where the window is long enough: shares of it, days and seconds into it.

    Shrinks to its middle.
    """
    into = st.integers(1, 30).map(lambda days: days * DAY) | st.integers(1, 31 * DAY - 2)
    shares = st.just(Inside()) | st.builds(Inside, st.integers(1, 999))
    points = shares | into.map(lambda seconds: MonthStart(seconds=seconds))
    return st.builds(Written, points | st.integers(-10 * DAY, -1).map(lambda seconds: Now(seconds=seconds)))


def before_window() -> st.SearchStrategy[Written]:
    """Starts before the first of the month, by a second to years. Shrinks to the second before it."""
    seconds = st.sampled_from([-1, -DAY, -3_600]) | st.integers(-62 * DAY, -1)
    by_seconds = seconds.map(lambda past: MonthStart(seconds=past))
    by_months = st.integers(-36, -1).map(lambda past: MonthStart(months=past))
    same_month = st.sampled_from([-12, -24, -48]).map(lambda past: Now(months=past))
    return st.builds(Written, by_seconds | by_months | same_month)


def after_now(*, least_seconds: int = 1) -> st.SearchStrategy[Written]:
    """Starts later than the current time, by `least_seconds` to years. Shrinks to the second after it."""
    seconds = st.integers(least_seconds, 62 * DAY) | st.sampled_from([max(least_seconds, 3_600), DAY, 7 * DAY])
    by_seconds = seconds.map(lambda ahead: Now(seconds=ahead))
    by_months = st.integers(1, 36).map(lambda ahead: Now(months=ahead))
    # In the last second of a month the next one begins a second later.
    by_turns = st.integers(1, 12).map(lambda ahead: MonthStart(months=ahead, seconds=least_seconds - 1))
    return st.builds(Written, by_seconds | by_months | by_turns)


def malformed(*, points: st.SearchStrategy[MonthStart | Now | Inside] | None = None) -> st.SearchStrategy[Start]:
    """Starts inside the window, written in another form than the documented one; and free texts."""
    inside = points if points is not None else st.just(MonthStart()) | st.just(Inside(500)) | st.just(Now())
    forms = sorted(set(FORMS) - set(_IMPOSSIBLE) - {"plain"})
    format_timestamp = st.sampled_from(forms).flatmap(
        lambda form: st.builds(Written, inside, st.just(form), st.sampled_from(ARGUMENTS[form]))
    )
    return format_timestamp | st.sampled_from(FREE_TEXTS).map(Literal)


def impossible() -> st.SearchStrategy[Written]:
    """Starts in the documented form that name no date or time; a lenient reader would land inside the window."""
    points = st.just(Now()) | st.just(Inside(500)) | st.just(MonthStart()) | st.just(Now(seconds=-DAY))
    return st.builds(Written, points, st.sampled_from(_IMPOSSIBLE))


def arbitrary_texts() -> st.SearchStrategy[Literal]:
    """Any text at all in the place of a Start."""
    return st.text(max_size=40).map(Literal)
