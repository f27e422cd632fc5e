"""start-window: which instants may be a Start (conformance/rules/start_window.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    EndOf,
    Inside,
    ListReservations,
    Literal,
    MonthStart,
    Now,
    OfferingTerms,
    Purchase,
    SetClock,
    Written,
    purchase_case,
    purchase_cases,
)
from conformance.results.checker import Checker
from conformance.rules import start_window
from conformance.testing import checks, examples
from strategies import (
    current_times,
    purchases,
    starts_after_now,
    starts_before_window,
    starts_between_bounds,
    starts_in_window,
    times_near_month_boundaries,
)

DAY = 86_400
BOUNDS = [
    *("2027-01-15T12:00:00Z", "2027-03-01T00:00:00Z", "2027-05-31T23:59:59Z", "2028-02-29T23:59:59Z"),
    *("2027-04-30T23:59:59Z", "2027-02-28T23:59:59Z"),
]


# The lower bound is 0 in seconds since 1970, which some languages take for nothing.
_EPOCH = "1970-01-15T12:00:00Z"
# Before the time of every host, which a target must not mix with the time that is set.
_LONG_PAST = "2021-03-15T12:00:00Z"


@checks(start_window.lower_bound_inclusive)
@examples(purchase_case(now=now) for now in (*BOUNDS, _EPOCH))
@given(case=purchases(starts=st.just(Written(MonthStart()))))
def test_the_first_instant_of_the_month(check: Checker, case: Case) -> None:
    """00:00:00 UTC on the first day of the current month is accepted."""
    check(case)


@checks(start_window.before_lower_bound)
@examples(
    [
        *purchase_cases(
            "2027-03-15T12:00:00Z",
            MonthStart(seconds=-1),
            MonthStart(seconds=-DAY),
            MonthStart(seconds=-10 * DAY),
            Now(months=-1),
            Now(months=-3),
            Now(months=-12),
            Now(months=-1_200),
        ),
        *purchase_cases("2027-01-15T12:00:00Z", MonthStart(seconds=-1)),
        *purchase_cases("2027-03-01T00:00:00Z", MonthStart(seconds=-1)),
        *purchase_cases("2027-03-31T23:59:59Z", MonthStart(seconds=-1)),
    ]
)
@given(case=purchases(starts=starts_before_window()))
def test_before_the_first_of_the_month(check: Checker, case: Case) -> None:
    """A Start before 00:00:00 UTC on the first of the month is refused with BadRequestException."""
    check(case)


@checks(start_window.upper_bound_inclusive)
@examples(purchase_case(now=now, start=Written(Now())) for now in BOUNDS)
@given(case=purchases(starts=st.just(Written(Now()))))
def test_the_current_second(check: Checker, case: Case) -> None:
    """The current time itself is accepted."""
    check(case)


@checks(start_window.after_upper_bound)
@examples(
    [
        *purchase_cases(
            "2027-01-15T12:00:00Z",
            Now(seconds=1),
            Now(seconds=3_600),
            Now(seconds=2 * DAY),
            Now(months=2),
            Now(months=12),
        ),
        *purchase_cases("2027-05-31T23:59:59Z", Now(seconds=1)),
        *purchase_cases("2027-03-01T00:00:00Z", Now(seconds=1)),
        *purchase_cases(_LONG_PAST, Now(seconds=1), Now(months=12)),
    ]
)
@given(case=purchases(starts=starts_after_now()))
def test_after_the_current_time(check: Checker, case: Case) -> None:
    """A Start later than the current time is refused with BadRequestException."""
    check(case)


@checks(start_window.interior)
@examples(
    [
        *purchase_cases("2027-01-15T12:00:00Z", Inside(500)),
        *purchase_cases("2028-02-29T23:59:59Z", MonthStart(seconds=28 * DAY)),
        *purchase_cases("2027-05-31T23:59:59Z", MonthStart(seconds=30 * DAY)),
        *purchase_cases("2027-01-15T12:00:00Z", MonthStart(seconds=DAY - 1), Now(seconds=-1)),
        *purchase_cases("2027-01-01T00:00:02Z", MonthStart(seconds=1)),
    ]
)
@given(case=purchases(starts=starts_between_bounds()))
def test_between_the_bounds(check: Checker, case: Case) -> None:
    """Every instant between the first of the month and now is accepted."""
    check(case)


@checks(start_window.utc)
@examples(
    [
        *purchase_cases(
            "2027-03-01T01:00:00Z",
            Inside(500),
            MonthStart(seconds=-3_600),
            MonthStart(seconds=-5 * DAY),
            Now(seconds=3_600),
        ),
        *purchase_cases("2027-03-01T13:00:00Z", Inside(500), Now(seconds=5 * 3_600)),
        *purchase_cases(
            "2027-03-31T23:00:00Z",
            Inside(500),
            MonthStart(seconds=3_600),
            MonthStart(seconds=-3_600),
            Now(seconds=-3_600),
        ),
        *purchase_cases("2027-03-31T12:00:00Z", Now(seconds=3_600), Inside(500)),
        *purchase_cases("2028-01-01T01:00:00Z", Inside(500), MonthStart(seconds=-3_600), Now(months=-12)),
        *purchase_cases("2027-12-31T23:00:00Z", Inside(500), MonthStart(seconds=3_600)),
    ]
)
@given(
    case=purchases(
        nows=times_near_month_boundaries(), starts=starts_in_window() | starts_before_window() | starts_after_now()
    )
)
def test_while_other_zones_are_in_another_month(check: Checker, case: Case) -> None:
    """Month and day are those of UTC, though other zones are in another month."""
    check(case)


def _across_a_month_boundary(now: str, months: int) -> Case:
    """What is accepted in one month is tried again, and something new is tried, in a later one.

    In accounts that are new, in two that were refused something before, and in one whose reservation has ended, where
    its very request is repeated.
    """
    old, new = Written(Now(months=-months)), Written(Inside(500))
    return Case(
        now=now,
        offerings=(OfferingTerms(duration=months),),
        steps=(
            Purchase(start=Written(Now())),
            Purchase(account=3, start=Written(Now(months=months))),
            Purchase(account=4, start=Written(Now(months=months))),
            Purchase(account=5, start=Written(Now(months=months))),
            SetClock(Now(months=months)),
            Purchase(account=1, start=old),
            Purchase(account=2, start=new),
            Purchase(account=3, name="later", start=old),
            Purchase(account=4, name="later", start=new),
            Purchase(account=5, start=Written(Now())),  # what was refused before, to the letter
            SetClock(EndOf(0, 1)),
            Purchase(name="later", start=Written(Now(months=-months, seconds=-1))),
            Purchase(start=Literal(now)),
        ),
    )


def _as_a_month_turns(now: str, seconds: int) -> Case:
    """Shortly before the end of a month and shortly after it, in accounts that were refused something before, and not.

    What a target keeps of a month for a minute, an hour or a day is older than the month then.
    """
    refused = Written(Now(months=2))
    return Case(
        now=now,
        offerings=(OfferingTerms(duration=1),),
        steps=(
            Purchase(start=Written(Now())),
            *(Purchase(account=account, start=refused) for account in (2, 3, 4)),
            SetClock(Now(seconds=seconds)),
            *(Purchase(account=account, name="later", start=Written(MonthStart(seconds=-1))) for account in (1, 2)),
            Purchase(account=2, name="later", start=Written(MonthStart())),
            Purchase(account=3, name="later", start=Written(Now())),
            Purchase(account=4, name="later", start=Written(Now(seconds=1))),
        ),
    )


def _in_two_regions(months: int) -> Case:
    """Both Regions of two accounts are used, each last in one of them; then the time goes on in all."""
    used = [ListReservations(account=account, region=region) for account, region in ((0, 0), (0, 1), (1, 1), (1, 0))]
    start = Written(Now())
    purchases_later = Purchase(start=start), Purchase(account=1, region=1, start=start)
    return Case(steps=(*used, SetClock(Now(months=months)), *purchases_later))


@checks(start_window.follows_the_clock)
@examples(
    [
        *(
            _across_a_month_boundary(now, months)
            for now, months in [("2027-03-15T12:00:00Z", 1), ("2027-12-15T12:00:00Z", 1), ("2027-03-15T12:00:00Z", 12)]
        ),
        _as_a_month_turns("2027-01-31T23:59:59Z", 1),
        _as_a_month_turns("2027-04-30T23:50:00Z", 1_200),
        _as_a_month_turns("2027-12-31T02:00:00Z", DAY - 3_600),
        _in_two_regions(1),
    ]
)
@given(
    case=st.builds(_across_a_month_boundary, current_times(), st.integers(1, 24))
    | st.builds(_as_a_month_turns, times_near_month_boundaries(), st.integers(1, 2 * DAY))
)
def test_the_window_moves_with_the_month(check: Checker, case: Case) -> None:
    """What was accepted in one month is refused in the next, and a Start in the new month is accepted."""
    check(case)
