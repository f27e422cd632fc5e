"""Times: boundary classes of years, days and hours, current times for a clock that can be set, and later moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from conformance.cases.case import PLAIN_NOW, EndOf, MonthStart, Now, Point
from conformance.spec.calendar import days_in_month, format_timestamp

DAY = 86_400
FIRST_YEAR, LAST_YEAR = 2027, 2400
YEAR_KINDS: Mapping[str, tuple[int, ...]] = {
    "common": (2027, 2029, 2030, 2031, 2033, 2034, 2035, 2037),
    "leap": (2028, 2032, 2036),
    # On January 19 the seconds since 1970 outgrow 31 bits.
    "2038": (2038,),
    "after 2038": tuple(range(2039, 2099)),
    "2099": (2099,),
    # A century is not a leap year, unless it can be divided by 400.
    "2100": (2100,),
    "after 2100": tuple(range(2101, 2400)),
    "2400": (2400,),
}
"""The boundary classes of years, each with its years."""
DAYS: tuple[int, ...] = (15, 1, 2, 27, 28, 29, 30, 31)
"""The boundary classes of days of the month; in a shorter month the last ones stand for its last day."""
SECONDS: tuple[int, ...] = (43_200, 0, 1, 45_296, 82_800, 86_399, 3_599)
"""The boundary classes of seconds since midnight: noon, the first two, 12:34:56, 23:00, the last, 00:59:59."""
OUTGROWN: tuple[str, ...] = ("2038-01-19T03:14:07Z", "2106-02-07T06:28:15Z", "2262-04-11T23:47:16Z")
"""The last seconds since 1970 that fit 31 and 32 bits, and, as nanoseconds, 63 bits."""


def instant_of(year: int, month: int, day: int, seconds: int) -> datetime:
    """The instant in UTC; a day that the month lacks stands for its last one."""
    return datetime(year, month, min(day, days_in_month(year, month)), tzinfo=UTC) + timedelta(seconds=seconds)


def kind_of_year(year: int) -> str:
    """The boundary class of a year, be it among those of `YEAR_KINDS` or not."""
    known = next((kind for kind, years in YEAR_KINDS.items() if year in years), None)
    return known or ("common" if year < FIRST_YEAR else "after 2100")


def summer_time_changes(year: int) -> Iterator[datetime]:
    """The instants at which New York, London and Sydney change summer time in a year, by their rules of 2027."""
    yield _sunday(year, 3, 2) + timedelta(hours=7)
    yield _sunday(year, 11, 1) + timedelta(hours=6)
    for month in (3, 10):
        yield _sunday(year, month + 1, 1) - timedelta(days=7) + timedelta(hours=1)
    for month in (4, 10):
        yield _sunday(year, month, 1) - timedelta(hours=8)


def hours_skipped_at_midnight(year: int) -> Iterator[datetime]:
    """The hours by the wall clock that some zones skip in a year at midnight or before, by their rules of 2027.

    Each by its first instant, as if it were UTC: of Havana, Beirut, Nuuk, Cairo, Santiago and Easter Island.
    """
    yield _sunday(year, 3, 2)
    last_of_march = _sunday(year, 4, 1) - timedelta(days=7)
    yield from (last_of_march, last_of_march - timedelta(hours=1))
    end_of_april = datetime(year, 4, 30, tzinfo=UTC)
    yield end_of_april - timedelta(days=(end_of_april.weekday() - 4) % 7)
    first_sunday = _sunday(year, 9, 1)
    from_second_on = first_sunday if first_sunday.day > 1 else first_sunday + timedelta(days=7)
    yield from (from_second_on, from_second_on - timedelta(hours=2))


def _sunday(year: int, month: int, number: int) -> datetime:
    """Midnight of a month's first, second… Sunday."""
    first = datetime(year, month, 1, tzinfo=UTC)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))


def years() -> st.SearchStrategy[int]:
    """Years, those of each kind of `YEAR_KINDS` as often as another. Shrinks to 2027.

    >>> find(years(), lambda year: year > 2038)
    2039
    """
    # One number for the kind and one for the year, whatever the kind, so that all are equally simple.
    return st.builds(
        lambda years, number: years[number % len(years)],
        st.sampled_from(tuple(YEAR_KINDS.values())),
        st.integers(0, 255),
    )


def days_of_month() -> st.SearchStrategy[int]:
    """Days of a month, mostly at its ends. Shrinks to 15.

    >>> find(days_of_month(), lambda day: day > 28)
    29
    """
    return st.sampled_from(DAYS) | st.integers(1, 31)


def seconds_of_day() -> st.SearchStrategy[int]:
    """Seconds since midnight: those of `SECONDS`, and any others. Shrinks to noon.

    >>> find(seconds_of_day(), lambda second: True)
    43200
    """
    return st.sampled_from(SECONDS) | st.integers(0, DAY - 1)


def current_times(
    *,
    years: st.SearchStrategy[int] = years(),
    months: st.SearchStrategy[int] = st.integers(1, 12),
    days: st.SearchStrategy[int] = days_of_month(),
    seconds: st.SearchStrategy[int] = seconds_of_day(),
) -> st.SearchStrategy[str]:
    """Times at which a settable clock may stand, written as a Start is. Shrinks to noon on a 15th of January.

    >>> find(current_times(years=st.just(2028)), lambda now: "-02-29T" in now)
    '2028-02-29T12:00:00Z'
    """
    return st.builds(instant_of, years, months, days, seconds).map(format_timestamp)


def notable_times() -> st.SearchStrategy[str]:
    """Times by the second: turns of years and months, leap days, changes of summer time, what 31 bits cannot hold.

    Shrinks to noon on a 15th of January, which is not one of them.

    >>> find(notable_times(), lambda now: now < "2027-01-15")
    '2027-01-01T00:00:00Z'
    """
    turns = [
        PLAIN_NOW, "2027-01-01T00:00:00Z", "2027-12-31T23:59:59Z", "2028-02-29T00:00:00Z", "2028-02-29T23:59:59Z",
        "2028-03-01T00:00:00Z", "2027-02-28T23:59:59Z", "2027-03-01T00:00:00Z", "2027-04-30T23:59:59Z",
        "2027-05-31T23:59:59Z", "2100-02-28T23:59:59Z", "2100-03-01T00:00:00Z", "2028-12-31T12:00:00Z",
    ]  # fmt: skip
    changes = [instant for year in (2027, 2028) for instant in summer_time_changes(year)]
    near = st.sampled_from([0, -1, 1, 1_800, -1_800, 3_600])
    moved = st.builds(
        lambda instant, by: format_timestamp(instant + timedelta(seconds=by)), st.sampled_from(changes), near
    )
    return st.sampled_from([*turns, *OUTGROWN]) | moved


def times_near_month_boundaries(
    *, years: st.SearchStrategy[int] = years(), max_hours: int = 14
) -> st.SearchStrategy[str]:
    """Times within so many hours of a month's first second, on either side. Shrinks to the first second of a year.

    >>> find(times_near_month_boundaries(), lambda now: now.endswith("-30T23:59:59Z"))
    '2027-04-30T23:59:59Z'
    """
    near = st.sampled_from([0, 1, -1, 3_600, -3_600]) | st.integers(-max_hours * 3_600, max_hours * 3_600)
    return st.builds(
        lambda year, month, seconds: format_timestamp(instant_of(year, month, 1, 0) + timedelta(seconds=seconds)),
        years,
        st.integers(1, 12),
        near,
    )


def later_points(*, purchase: int = 0) -> st.SearchStrategy[Point]:
    """Later times in a case: a second, days, months and years on, and around the End of the purchase at that step.

    Shrinks to a second later.

    >>> find(later_points(purchase=3), lambda point: isinstance(point, EndOf))
    EndOf(step=3, seconds=1)
    """
    seconds = st.sampled_from([1, 60, 3_600, DAY - 1, DAY, 7 * DAY]) | st.integers(1, 40 * DAY)
    months = st.sampled_from([1, 2, 6, 11, 12, 13, 24, 120, 400]) | st.integers(1, 60)
    around = st.sampled_from([1, 0, -1, -3_600, -DAY, DAY, -31 * DAY, 31 * DAY]) | st.integers(-DAY, 400 * DAY)
    return st.one_of(
        st.builds(Now, seconds=seconds),
        st.builds(Now, months=months),
        st.builds(MonthStart, seconds=st.sampled_from([0, -1]), months=st.integers(1, 3)),
        st.builds(EndOf, st.just(purchase), around),
    )
