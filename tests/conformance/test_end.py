"""end: how End follows from Start and Duration (conformance/rules/end.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    At,
    Case,
    DescribeReservation,
    Inside,
    ListReservations,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    SetClock,
    Step,
    Written,
    purchase_case,
)
from conformance.results.checker import Checker
from conformance.rules import end
from conformance.testing import checks, examples
from strategies import offering_lists, purchases, starts_in_window

DAY = 86_400


def _term(now: str, months: int, start: MonthStart | Now | Inside) -> Case:
    return purchase_case(now=now, offerings=(OfferingTerms(duration=months),), start=Written(start))


@checks(end.adds_duration)
@examples(
    [
        _term("2027-03-15T12:00:00Z", 1, MonthStart()),
        _term("2027-03-15T12:00:00Z", 1, Now()),
        _term("2027-12-15T12:00:00Z", 1, Now()),
        _term("2027-02-15T12:00:00Z", 6, Inside(500)),
        _term("2027-03-15T12:00:00Z", 12, Now()),
        _term("2027-03-15T12:00:00Z", 36, Now()),
        _term("2027-03-30T12:00:00Z", 1, Now()),
        _term("2028-02-29T12:00:00Z", 1, Now()),
        _term("2028-02-29T12:00:00Z", 48, Now()),
        _term("2027-11-15T12:00:00Z", 13, Now()),
        _term("2027-07-31T12:00:00Z", 1, Now()),
        _term("2027-12-15T12:00:00Z", 24, Now()),
        # The 366th day of a year.
        _term("2028-10-31T12:00:00Z", 2, Now()),
        _term("2028-12-31T12:00:00Z", 12, Now()),
    ]
)
@given(case=purchases(offerings=offering_lists(max_size=1), starts=starts_in_window()))
def test_end_is_duration_months_after_start(check: Checker, case: Case) -> None:
    """End is Start plus Duration months."""
    check(case)


@checks(end.keeps_time_of_day)
@examples(
    [
        _term("2027-03-15T12:34:56Z", 1, Now()),
        _term("2027-03-15T12:00:00Z", 1, MonthStart()),
        _term("2027-03-15T12:00:00Z", 1, MonthStart(seconds=DAY - 1)),
        _term("2027-10-15T12:34:56Z", 1, Now()),
        _term("2027-03-10T12:34:56Z", 8, Now()),
        _term("2027-07-15T23:30:00Z", 6, Now()),
    ]
)
@given(case=purchases(offerings=offering_lists(max_size=1), starts=starts_in_window()))
def test_end_has_the_time_of_day_of_start(check: Checker, case: Case) -> None:
    """End keeps the time of day, to the second."""
    check(case)


@checks(end.end_format)
@examples([Case(steps=(Purchase(), DescribeReservation(), ListReservations(whole=True)))])
@given(
    case=purchases(
        starts=starts_in_window(),
        after=(DescribeReservation(), ListReservations(whole=True)),
        offerings=offering_lists(),
    )
)
def test_end_is_written_like_start(check: Checker, case: Case) -> None:
    """End is written as YYYY-MM-DDTHH:mm:SSZ wherever it is shown."""
    check(case)


MONTH_ENDS = [
    ("2027-01-31T12:00:00Z", 1), ("2028-01-31T12:00:00Z", 1), ("2027-03-31T12:00:00Z", 1), ("2027-08-31T12:00:00Z", 6),
    ("2027-01-29T12:00:00Z", 1), ("2027-05-31T12:00:00Z", 1), ("2028-02-29T12:00:00Z", 12), ("2027-12-30T12:00:00Z", 2),
    ("2027-08-31T12:00:00Z", 18), ("2099-12-31T12:00:00Z", 2),
]  # fmt: skip


def _at_month_ends(chosen: list[tuple[str, int]]) -> Case:
    """Purchases at ends of months, in the order of time, each in an account of its own."""
    in_order = sorted(chosen)
    terms = tuple(dict.fromkeys(OfferingTerms(duration=months) for _, months in in_order))
    steps: list[Step] = []
    for account, (now, months) in enumerate(in_order):
        offering = OfferingArn(terms.index(OfferingTerms(duration=months)))
        steps += [SetClock(At(now)), Purchase(account=account, offering=offering, start=Written(Now()))]
    return Case(now=in_order[0][0], offerings=terms, steps=tuple(steps))


@checks(end.month_end_consistent)
@examples(
    [_at_month_ends([one]) for one in MONTH_ENDS[:3]] + [_at_month_ends([MONTH_ENDS[0], one]) for one in MONTH_ENDS[1:]]
)
@given(case=st.lists(st.sampled_from(MONTH_ENDS), min_size=1, max_size=4, unique=True).map(_at_month_ends))
def test_the_end_of_a_month_that_lacks_the_day(check: Checker, case: Case) -> None:
    """Where the end month lacks the day, End is clamped or overflows, the same way in every case."""
    check(case)
