"""Starts: in, on and next to both bounds of the window, off them, and written in every wrong way."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from conformance.cases.case import Edit, Inside, Literal, MonthStart, Now, Point, Start, Written
from conformance.cases.start_forms import FORMS
from strategies.choices import evenly
from strategies.content import texts
from strategies.editing import edit_lists, edits
from strategies.times import DAY

_SEVERAL: Mapping[str, list[str]] = {
    "offset": ["+00:00", "-00:00", "+02:00", "-05:00", "+0530", "-09", "+14:00"],
    "named zone": [
        *("UTC", "GMT", " UTC", "z ", "[UTC]", "ZZ", "Z[UTC]", "A", "Z+00:00", "+00:00Z", " Z", "Europe/London"),
    ],
    "separator": [" ", "_", "  ", "", "\t", "TT", "-"],
    "fraction": [".0", ".000", ".5", ",0", ".999999", ".123456789", "."],
    "date alone": ["", "Z", "T", "TZ"],
    "before it": [" ", "\n", "\t", "+", "\ufeff", "\u200b", "D:", "'"],
    "after it": [" ", "\n", "\t", "\r\n", "\u00a0", "\x00", "Z", "/P1M", ";", "'"],
    "other digits": ["\u0660", "\uff10", "\u0966"],
    "no leading zero": ["day", "month", "hour", "minute", "second"],
    "signed year": ["+", "-"],
    "12-hour": ["", " "],
    "date separator": [".", "_", " ", ":", "−"],
    "time separator": [".", "-", " ", ";", "："],
    "day first": ["-", "/", "."],
    "month first": ["/", "-"],
    "time first": [" ", "T"],
    "fraction of a minute": [".5", ",25", ".000"],
    "fraction of an hour": [".5", ",25"],
    "field too wide": ["month", "day", "hour", "minute", "second"],
    "in quotes": ['"', "'", "`"],
}
ARGUMENTS: Mapping[str, list[str]] = {form: _SEVERAL.get(form, [""]) for form in FORMS}
"""For every form the arguments with which it is tried, the plainest first."""

IMPOSSIBLE_FORMS: tuple[str, ...] = (
    "February 30", "February 31", "February 29 of a common year", "a day past the month's end", "month 13", "month 0",
    "day 0", "day 32", "hour 24", "hour 25", "minute 60", "second 60", "second 99",
    "minute 99", "hour 99", "day 99", "month 99",
)  # fmt: skip
"""The forms that are written rightly and name no date or time."""
OTHER_FORMS: tuple[str, ...] = tuple(sorted(set(FORMS) - set(IMPOSSIBLE_FORMS) - {"plain"}))
"""The forms that are written in another way than the documented one."""
FREE_TEXTS: tuple[str, ...] = (
    "tomorrow", "now", "today", "March 5, 2027", "05/03/2027 11:30pm", "null", "0", "-1", "Z", "T", "{}", "2027", "NaN",
    "2027-W01", "P1M", "first of the month", "２０２７", "0000-00-00T00:00:00", "٢٠٢٧", "--T::Z", "yesterday 10:00",
)  # fmt: skip


def window_points() -> st.SearchStrategy[Point]:
    """Times of the window: its bounds, shares of it, and days and seconds into it or back. Shrinks to its first second.

    Those by days and seconds lie within it late in a month only.

    >>> find(window_points(), lambda point: isinstance(point, Inside))
    Inside(thousandths=0)
    """
    return st.just(MonthStart()) | st.just(Now()) | st.builds(Inside, st.integers(0, 1000))


def starts_in_window() -> st.SearchStrategy[Written]:
    """Starts on either bound of the window or between them, at whatever time. Shrinks to the first of the month.

    >>> find(starts_in_window(), lambda start: True)
    Written(point=MonthStart(seconds=0, months=0), form='plain', argument='', edits=())
    """
    return st.builds(Written, window_points())


def starts_between_bounds() -> st.SearchStrategy[Written]:
    """Starts strictly between the bounds, where the window is long enough: shares of it, days and seconds into it.

    Shrinks to its middle.

    >>> find(starts_between_bounds(), lambda start: start.point == MonthStart(seconds=DAY)).form
    'plain'
    """
    into = st.integers(1, 30).map(lambda days: days * DAY) | st.integers(1, 31 * DAY - 2)
    last_seconds = st.integers(1, 30).map(lambda days: days * DAY - 1)
    shares = st.just(Inside()) | st.builds(Inside, st.integers(1, 999))
    points = shares | (into | last_seconds).map(lambda seconds: MonthStart(seconds=seconds))
    return st.builds(Written, points | st.integers(-10 * DAY, -1).map(lambda seconds: Now(seconds=seconds)))


def starts_before_window() -> st.SearchStrategy[Written]:
    """Starts before the first of the month, by a second to years. Shrinks to the second before it.

    >>> find(starts_before_window(), lambda start: start.point.months < 0).point
    MonthStart(seconds=0, months=-1)
    """
    seconds = st.sampled_from([-DAY, -3_600]) | st.integers(-62 * DAY, -1)
    by_seconds = seconds.map(lambda past: MonthStart(seconds=past))
    by_months = st.integers(1, 36).map(lambda past: MonthStart(months=-past))
    same_month = st.sampled_from([-12, -24, -48, -1_200]).map(lambda past: Now(months=past))
    just_before = st.just(MonthStart(seconds=-1))
    return st.builds(Written, evenly(just_before, by_seconds, by_months, same_month))


def starts_after_now(*, min_seconds: int = 1) -> st.SearchStrategy[Written]:
    """Starts later than the current time, by `min_seconds` to years. Shrinks to the earliest of them.

    >>> find(starts_after_now(min_seconds=60), lambda start: True).point
    Now(seconds=60, months=0)
    """
    seconds = st.integers(min_seconds, 62 * DAY) | st.sampled_from([max(min_seconds, 3_600), DAY, 7 * DAY])
    by_seconds = seconds.map(lambda ahead: Now(seconds=ahead))
    by_months = (st.integers(1, 36) | st.sampled_from([12, 120, 1_200])).map(lambda ahead: Now(months=ahead))
    # In the last second of a month the next one begins a second later.
    by_turns = st.integers(1, 12).map(lambda ahead: MonthStart(months=ahead, seconds=min_seconds - 1))
    return st.builds(Written, by_seconds | by_months | by_turns)


_IN_EVERY_WINDOW = st.just(MonthStart()) | st.just(Inside(500)) | st.just(Now())


def malformed_starts(*, points: st.SearchStrategy[Point] = _IN_EVERY_WINDOW) -> st.SearchStrategy[Start]:
    """Starts inside the window, written in another form than the documented one; and free texts.

    >>> find(malformed_starts(), lambda start: isinstance(start, Literal))
    Literal(text='tomorrow')
    """
    written = [st.builds(Written, points, st.just(form), st.sampled_from(ARGUMENTS[form])) for form in OTHER_FORMS]
    return st.one_of(written) | st.sampled_from(FREE_TEXTS).map(Literal)


def impossible_starts() -> st.SearchStrategy[Written]:
    """Starts in the documented form that name no date or time; a lenient reader would land inside the window.

    >>> find(impossible_starts(), lambda start: start.form == "hour 24").point
    Now(seconds=0, months=0)
    """
    points = st.just(Now()) | st.just(Inside(500)) | st.just(MonthStart()) | st.just(Now(seconds=-DAY))
    return st.builds(Written, points, st.sampled_from(IMPOSSIBLE_FORMS))


def mutated_starts(
    *,
    points: st.SearchStrategy[Point] = _IN_EVERY_WINDOW,
    edits: st.SearchStrategy[tuple[Edit, ...]] = edit_lists(edits=edits(max_position=20)),
) -> st.SearchStrategy[Written]:
    """Starts of the window near the documented form: a sign or a few replaced, inserted or deleted, wherever.

    Some still have that form, and may be another instant: the specification reads what was sent.

    >>> find(mutated_starts(), lambda start: start.edits[0].insert == "／").edits
    (Edit(at=0, remove=1, insert='／'),)
    """
    return st.builds(Written, points, edits=edits)


def arbitrary_starts() -> st.SearchStrategy[Literal]:
    """Any text at all in the place of a Start. Shrinks to the empty one.

    >>> find(arbitrary_starts(), lambda start: True)
    Literal(text='')
    """
    return texts(max_size=60).map(Literal)


def wrong_starts() -> st.SearchStrategy[Start]:
    """Starts that must be refused, of every kind. Shrinks to the second before the window.

    Those after now are a minute ahead at least, so that they are wrong on a clock that runs on.

    >>> find(wrong_starts(), lambda start: start == Literal("tomorrow"))
    Literal(text='tomorrow')
    """
    return evenly(starts_before_window(), starts_after_now(min_seconds=60), malformed_starts(), impossible_starts())
