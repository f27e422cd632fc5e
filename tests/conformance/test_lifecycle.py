"""lifecycle: the states of a reservation, and who sees it (conformance/rules/lifecycle.py)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DescribeReservation,
    EndOf,
    Inside,
    ListOfferings,
    ListReservations,
    MonthStart,
    Now,
    OfferingTerms,
    Point,
    Purchase,
    SetClock,
    Written,
)
from conformance.results.checker import Checker
from conformance.rules import lifecycle
from conformance.testing import checks, examples
from strategies import current_times, durations, long_history, offering_lists, purchases, starts_in_window

DAY = 86_400
READS = (DescribeReservation(), ListReservations(whole=True))


@checks(lifecycle.initial_state)
@given(case=purchases(offerings=offering_lists(), starts=starts_in_window()))
def test_the_state_of_a_new_reservation(check: Checker, case: Case) -> None:
    """A new reservation is ACTIVE or PROCESSING."""
    check(case)


def _observed(now: str, months: int, start: Written, *moments: Point) -> Case:
    """A purchase, and reads at it at once and at each of the moments."""
    moved = tuple(step for moment in moments for step in (SetClock(moment), *READS))
    return Case(now=now, offerings=(OfferingTerms(duration=months),), steps=(Purchase(start=start), *READS, *moved))


_Moments = tuple[Point, ...]
_BEFORE_END: list[_Moments] = [
    (Now(seconds=DAY), Now(seconds=1)),
    (Now(months=1), EndOf(0, -1)),
    (EndOf(0, -DAY), EndOf(0, -1)),
    (EndOf(0, -1),),
]
_FROM_END: list[_Moments] = [
    (EndOf(0, 1),),
    (EndOf(0, 0), EndOf(0, 1)),
    (EndOf(0, DAY), Now(months=14)),
    (EndOf(0, -1), EndOf(0, 1)),
]
_LOOKED_AT_OFTEN: _Moments = (*[Now(seconds=60)] * 6, EndOf(0, 1))


def _observations(months: list[int], moments: list[_Moments]) -> Iterator[Case]:
    """Reservations of so many months, read at these moments, in the middle of a year and across its end."""
    for now in ["2027-01-15T12:00:00Z", "2027-12-15T12:00:00Z"]:
        for duration, chosen in product(months, moments):
            yield _observed(now, duration, Written(Inside(500)), *chosen)


def _any_observation(moments: list[_Moments]) -> st.SearchStrategy[Case]:
    """Any reservation, read at some of these moments."""
    return st.builds(
        lambda now, months, start, chosen: _observed(now, months, start, *chosen),
        current_times(),
        durations(),
        starts_in_window(),
        st.sampled_from(moments),
    )


@checks(lifecycle.active_until_end)
@examples(
    [
        *_observations([3, 1], _BEFORE_END),
        # In the last hour of a day another zone has the next one already.
        _observed("2027-01-15T12:00:00Z", 1, Written(MonthStart(seconds=DAY - 1)), EndOf(0, -3_000), EndOf(0, -1)),
    ]
)
@given(case=_any_observation(_BEFORE_END))
def test_before_end(check: Checker, case: Case) -> None:
    """A reservation is never EXPIRED before End."""
    check(case)


@checks(lifecycle.expired_from_end)
@examples(
    [
        *_observations([1, 12], _FROM_END),
        _observed("2027-01-15T12:00:00Z", 1, Written(Inside(500)), *_LOOKED_AT_OFTEN),
        # An End at midnight, on the last day of a month, is the begin of that day.
        _observed("2027-03-31T12:00:00Z", 1, Written(MonthStart(seconds=29 * DAY)), EndOf(0, 1), EndOf(0, DAY - 1)),
    ]
)
@given(case=_any_observation([*_FROM_END, _LOOKED_AT_OFTEN]))
def test_from_end(check: Checker, case: Case) -> None:
    """A reservation is EXPIRED from the second after End on."""
    check(case)


def _read_on_many_days() -> Case:
    """Reads on the first and last days of years and months, leap days and days of a change to summer time.

    The year is 2028, a leap year; the days are counted from December 31, 2027.
    """
    days = (0, 1, 31, 59, 60, 61, 86, 91, 121, 303, 310, 365, 366)
    waits = [after - before for before, after in pairwise(days)]
    case = _observed("2027-12-31T01:30:00Z", 36, Written(Now()), *(Now(seconds=DAY * wait) for wait in waits))
    return replace(case, steps=(*case.steps, ListOfferings(whole=True)))


def _bought_again(now: str, months: int, seconds: int) -> Case:
    return Case(
        now=now,
        offerings=(OfferingTerms(duration=months),),
        steps=(
            Purchase(),
            *READS,
            SetClock(EndOf(0, seconds)),
            *READS,
            Purchase(name="next", start=Written(Now())),
            *READS,
            SetClock(Now(seconds=DAY)),
            *READS,
        ),
    )


@checks(lifecycle.history_kept, lifecycle.immutable)
@examples(
    [
        _bought_again("2027-01-15T12:00:00Z", 1, 1),
        _observed("2027-01-15T12:00:00Z", 3, Written(MonthStart()), Now(seconds=1), Now(months=1), EndOf(0, -1)),
        _bought_again("2027-12-15T12:00:00Z", 12, DAY),
        _observed("2027-01-15T12:00:00Z", 1, Written(MonthStart()), EndOf(0, 1), Now(months=70 * 12)),
        long_history(),
        _read_on_many_days(),
    ]
)
@given(case=st.builds(_bought_again, current_times(), durations(), st.integers(1, 400 * DAY)))
def test_after_the_next_purchase(check: Checker, case: Case) -> None:
    """Expired reservations go on being listed, and nothing but the state ever changes."""
    check(case)
