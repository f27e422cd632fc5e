"""The model's calendar against two others: dateutil's for clamp, and plain day arithmetic for overflow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from conformance.spec.calendar import (
    Interval,
    MonthEnd,
    add_months,
    days_in_month,
    format_timestamp,
    has_timestamp_form,
    lacks_the_day,
    month_start,
    parse_iso8601,
    parse_timestamp,
    permitted_ends,
)
from tests.meta.tools.hypotheses import examples

YEARS = [*range(2023, 2030), *range(2096, 2105)]
DURATIONS = [*range(1, 41), 119, 120]
TIME_OF_DAY = timedelta(hours=23, minutes=59, seconds=59)
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _days_of(year: int) -> list[datetime]:
    """Every day of a year, in its last second."""
    first = datetime(year, 1, 1, tzinfo=UTC) + TIME_OF_DAY
    return [day for number in range(366) if (day := first + timedelta(days=number)).year == year]


def _overflowing(start: datetime, months: int) -> datetime:
    """So many whole months from the first of the month, and from there the days and seconds that had gone by."""
    count = start.year * 12 + start.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    day = date.fromordinal(first.toordinal() + start.day - 1)
    return datetime(day.year, day.month, day.day, start.hour, start.minute, start.second, tzinfo=UTC)


def _length(year: int, month: int) -> int:
    """The length of a month by the rule of the Gregorian calendar."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else LENGTHS[month - 1]


@pytest.mark.parametrize("year", YEARS)
def test_clamp_is_what_dateutil_does(year: int) -> None:
    """Clamp agrees with relativedelta, for every day of the year and every duration."""
    for start in _days_of(year):
        for months in DURATIONS:
            assert add_months(start, months, MonthEnd.CLAMP) == start + relativedelta(months=months)


@pytest.mark.parametrize("year", YEARS)
def test_overflow_is_plain_day_arithmetic(year: int) -> None:
    """Overflow agrees with counting days, for every day of the year and every duration."""
    for start in _days_of(year):
        for months in DURATIONS:
            assert add_months(start, months, MonthEnd.OVERFLOW) == _overflowing(start, months)


@pytest.mark.parametrize("year", YEARS)
def test_two_ends_exactly_where_the_day_is_lacking(year: int) -> None:
    """Two Ends are permitted where the month reached is too short for the day, and one End everywhere else."""
    for start in _days_of(year):
        for months in DURATIONS:
            count = start.month - 1 + months
            lacking = start.day > _length(start.year + count // 12, count % 12 + 1)
            assert lacks_the_day(start, months) is lacking
            assert len(permitted_ends(start, months)) == (2 if lacking else 1)


def test_months_back() -> None:
    """Negative months lead back, across years, and clamp as well."""
    assert add_months(datetime(2027, 3, 31, tzinfo=UTC), -1) == datetime(2027, 2, 28, tzinfo=UTC)
    assert add_months(datetime(2027, 1, 1, tzinfo=UTC), -13) == datetime(2025, 12, 1, tzinfo=UTC)


def test_ends_beyond_the_calendar() -> None:
    """No End is permitted where the calendar of Python has none, whatever number of months a target shows."""
    start = datetime(2027, 1, 15, tzinfo=UTC)
    assert permitted_ends(start, 12 * 7_972) == {datetime(9999, 1, 15, tzinfo=UTC)}
    assert permitted_ends(start, 12 * 7_973) == frozenset()
    assert permitted_ends(start, -12 * 2_027) == frozenset()
    assert permitted_ends(start, 10**30) == frozenset()


def test_the_lengths_of_months() -> None:
    """Months are as long as the Gregorian calendar has them; 2100 is not a leap year, 2096 and 2104 are."""
    for year in YEARS:
        assert [days_in_month(year, month) for month in range(1, 13)] == [
            _length(year, month) for month in range(1, 13)
        ]
    assert [days_in_month(year, 2) for year in (2096, 2100, 2104)] == [29, 28, 29]


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001


@given(instant=INSTANTS)
@examples(300)
def test_what_is_written_is_read_back(instant: datetime) -> None:
    """An instant of any zone is written in UTC without its fraction, in the one form, and read back."""
    text = format_timestamp(instant)
    assert has_timestamp_form(text)
    assert parse_timestamp(text) == instant.replace(microsecond=0)
    assert parse_iso8601(text) == instant.replace(microsecond=0)


@given(
    fields=st.tuples(
        st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99), st.integers(0, 30), st.integers(0, 70),
        st.integers(0, 70),
    )
)  # fmt: skip
@examples(500)
def test_a_text_of_the_form_is_an_instant_or_none(fields: tuple[int, int, int, int, int, int]) -> None:
    """Fields that name a date and time are read as such, and written back alike; all others are read as None."""
    year, month, day, hour, minute, second = fields
    text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
    in_calendar = year >= 1 and 1 <= month <= 12 and 1 <= day <= _length(year, month)
    instant = parse_timestamp(text)
    assert has_timestamp_form(text)
    assert (instant is not None) is (in_calendar and hour <= 23 and minute <= 59 and second <= 59)
    assert instant is None or format_timestamp(instant) == text


@pytest.mark.parametrize("position", range(20))
@pytest.mark.parametrize("sign", [" ", "\u0663", "\uff13", "\n", "t", "z", "-", ":", "T", "Z", "+", ""])
def test_one_wrong_sign_is_another_form(position: int, sign: str) -> None:
    """A text with one sign exchanged or left out has another form, digits of other scripts included."""
    right = "2027-01-15T12:00:00Z"
    text = right[:position] + sign + right[position + 1 :]
    assert has_timestamp_form(text) is (text == right)
    assert (parse_timestamp(text) is not None) is (text == right)


@pytest.mark.parametrize("text", ["", "2027-01-15T12:00:00Z\n", "\n2027-01-15T12:00:00Z", "02027-01-15T12:00:00Z"])
def test_nothing_around_the_form(text: str) -> None:
    """Nothing may stand before or after it, a line break least of all."""
    assert not has_timestamp_form(text)
    assert parse_timestamp(text) is None


@given(instant=INSTANTS)
@examples(300)
def test_month_start_is_in_utc(instant: datetime) -> None:
    """The month is that of UTC, and its start the last midnight on a first day that is not later."""
    start = month_start(instant)
    assert (start.day, start.hour, start.minute, start.second, start.microsecond) == (1, 0, 0, 0, 0)
    assert start.utcoffset() == timedelta()
    assert timedelta() <= instant - start < timedelta(days=_length(start.year, start.month))


@pytest.mark.parametrize(
    "text, meant",
    [
        ("2027-01-15T12:00:00Z", datetime(2027, 1, 15, 12, tzinfo=UTC)),
        ("2027-01-15T14:00:00+02:00", datetime(2027, 1, 15, 12, tzinfo=UTC)),
        ("2027-01-15 12:00:00", datetime(2027, 1, 15, 12, tzinfo=UTC)),
        (" 2027-01-15T12:00:00.000Z ", datetime(2027, 1, 15, 12, tzinfo=UTC)),
        ("2027-01-15", datetime(2027, 1, 15, tzinfo=UTC)),
        ("0001-01-01T00:00:00+01:00", None),
        ("9999-12-31T23:59:59-01:00", None),
        ("soon", None),
        ("", None),
        (1_800_000_000, None),
        (None, None),
    ],
)
def test_reading_leniently(text: object, meant: datetime | None) -> None:
    """An answer's instant is read in whatever ISO form, and None where it names none that there is."""
    assert parse_iso8601(text) == meant


@given(one=st.tuples(INSTANTS, INSTANTS).map(sorted), other=st.tuples(INSTANTS, INSTANTS).map(sorted))
@examples(100)
def test_the_interval_through_two(one: list[datetime], other: list[datetime]) -> None:
    """The interval through two others begins and ends with them; it is exact where it is one instant."""
    both = Interval(*one).through(Interval(*other))
    assert [both.earliest, both.latest] == [min([*one, *other]), max([*one, *other])]
    assert both.exact is (len({*one, *other}) == 1)


def test_the_end_of_a_day() -> None:
    """24:00:00 means the next midnight, as in ISO 8601; another time in hour 24 and an impossible day mean none."""
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    for text in (
        "2026-12-31T24:00:00Z",
        "2026-12-31T24:00:00.000Z",
        "2026-12-31T24:00:00",
        "2027-01-01T01:00:00+01:00",
    ):
        assert parse_iso8601(text) == new_year, text
    for text in ("2026-12-31T24:00:01Z", "2026-12-31T24:30:00Z", "2026-12-31T24:00:00.5Z", "2027-02-29T12:00:00Z"):
        assert parse_iso8601(text) is None, text
    assert parse_iso8601("9999-12-31T24:00:00Z") is None
