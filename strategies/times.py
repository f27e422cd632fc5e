"""Current times: month and year ends, leap days, changes of summer time, first and last seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from conformance.cases.case import PLAIN_NOW
from conformance.spec.calendar import days_in_month, format_timestamp

YEARS = (2020, 2101)

_TURNS = [
    "2027-01-01T00:00:00Z", "2027-12-31T23:59:59Z", "2028-02-29T00:00:00Z", "2028-02-29T23:59:59Z",
    "2028-03-01T00:00:00Z", "2027-02-28T23:59:59Z", "2027-03-01T00:00:00Z", "2027-04-30T23:59:59Z",
    "2027-05-31T23:59:59Z", "2100-02-28T23:59:59Z", "2100-03-01T00:00:00Z", "2027-08-31T12:00:00Z",
    # Changes of summer time: New York, London, Sydney, forward and back.
    "2027-03-14T12:00:00Z", "2027-11-07T12:00:00Z", "2027-03-28T12:00:00Z", "2027-10-31T12:00:00Z",
    "2027-04-04T12:00:00Z", "2027-10-03T12:00:00Z",
]  # fmt: skip


def _in_month(year: int, month: int, from_end: bool, days: int, seconds: int) -> str:
    day = days_in_month(year, month) - days if from_end else 1 + days
    return format_timestamp(datetime(year, month, day, tzinfo=UTC) + timedelta(seconds=seconds))


def seconds_of_day() -> st.SearchStrategy[int]:
    """Seconds since midnight: noon, the first and the last, and any other. Shrinks to noon."""
    return st.sampled_from([43_200, 0, 1, 86_399, 3_600, 82_800]) | st.integers(0, 86_399)


def any_day_times() -> st.SearchStrategy[str]:
    """Any second of any day from 2020 to 2101, near the month's ends as often as not."""
    return st.builds(
        _in_month,
        st.sampled_from([2027, 2028, 2024, 2100]) | st.integers(*YEARS),
        st.integers(1, 12),
        st.booleans(),
        st.integers(0, 3) | st.integers(0, 27),
        seconds_of_day(),
    )


def current_times() -> st.SearchStrategy[str]:
    """Times at which a settable clock may stand, written as a Start is. Shrinks to noon on a 15th of January."""
    return st.just(PLAIN_NOW) | st.sampled_from(_TURNS) | any_day_times()


def times_near_a_month_boundary(*, hours: int = 14) -> st.SearchStrategy[str]:
    """Times within so many hours of a month's turn in UTC, on either side."""
    return st.builds(
        lambda year, month, seconds: format_timestamp(
            datetime(year, month, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        ),
        st.integers(*YEARS),
        st.integers(1, 12),
        st.sampled_from([0, 1, -1, 3_600, -3_600]) | st.integers(-hours * 3_600, hours * 3_600),
    )
