"""Purchases in time: cases of terms from the covering array, and of terms that are drawn from the same classes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from hypothesis import event
from hypothesis import strategies as st

from conformance.cases.case import (
    At,
    Case,
    DescribeReservation,
    ListReservations,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    Step,
    Written,
)
from conformance.spec.calendar import month_start
from strategies.choices import sized_lists
from strategies.covering import DURATIONS, MOMENTS, PLACES, Term, covering_terms, term_of
from strategies.offerings import durations
from strategies.times import days_of_month, instant_of, seconds_of_day, years


def terms(
    *,
    years: st.SearchStrategy[int] = years(),
    months: st.SearchStrategy[int] = st.integers(1, 12),
    days: st.SearchStrategy[int] = days_of_month(),
    seconds: st.SearchStrategy[int] = seconds_of_day(),
    durations: st.SearchStrategy[int] = st.sampled_from(DURATIONS) | durations(),
    places: st.SearchStrategy[str] = st.sampled_from(PLACES),
    moments: st.SearchStrategy[str] = st.sampled_from(MOMENTS),
) -> st.SearchStrategy[Term]:
    """Terms of the classes of the covering array: the date and time of Start, the duration, its place in the window.

    A Start that has no such place, such as the last day of a month with a day to come, is now.

    >>> find(terms(moments=st.just("at End")), lambda term: term.duration == 13).later
    '2028-02-15T12:00:00Z'
    """

    def term(year: int, month: int, day: int, second: int, duration: int, place: str, moment: str) -> Term:
        start = instant_of(year, month, day, second)
        drawn = term_of(start, duration, place, moment) or term_of(start, duration, "now", moment)
        assert drawn is not None
        return drawn

    return st.builds(term, years, months, days, seconds, durations, places, moments)


def timed_purchases(
    *, terms: st.SearchStrategy[Term] = terms(), min_size: int = 1, max_size: int = 10
) -> st.SearchStrategy[Case]:
    """Cases of several terms at once, each in an account of its own: see `case_of_terms`. Shrinks to one term.

    >>> len(find(timed_purchases(max_size=2), lambda case: True).steps)
    5
    """

    def case(drawn: list[Term]) -> Case:
        event("terms", len(drawn))
        return case_of_terms(drawn)

    return sized_lists(terms, min_size=min_size, max_size=max_size).map(case)


@cache
def covering_cases(*, size: int = 10) -> tuple[Case, ...]:
    """The covering array as explicit examples of so many terms each.

    >>> len(covering_cases(size=5)) > 70
    True
    """
    table = covering_terms()
    return tuple(case_of_terms(table[at : at + size]) for at in range(0, len(table), size))


def case_of_terms(terms: Iterable[Term]) -> Case:
    """A case of these terms, each in an account of its own, in the order of time; no strategy.

    At `now` a term's purchase is made and described; at `later` the reservation is described and listed, and contested
    by another purchase. Leaving steps out changes nothing for the rest, so that a failing case can be made small.

    >>> case = case_of_terms(covering_terms()[:2])
    >>> sum(isinstance(step, Purchase) for step in case.steps)
    4
    """
    table = sorted(terms)
    lasting = sorted({term.duration for term in table})
    moments = sorted((time, account, kind) for account, term in enumerate(table) for kind, time in _times(term))
    bought: dict[int, int] = {}
    steps: list[Step] = []
    now = table[0].now
    for time, account, kind in moments:
        if time != now:
            steps.append(SetClock(At(time)))
            now = time
        if kind == "now":
            bought[account] = len(steps)
            steps.append(_purchase(table[account], account, lasting.index(table[account].duration)))
        else:
            steps += _looks(table[account], account, bought[account])
    offerings = tuple(OfferingTerms(duration=months, description=f"{months} months") for months in lasting)
    return Case(now=table[0].now, offerings=offerings, steps=tuple(steps))


def _times(term: Term) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("now", term.now), ("then", term.later)


def _purchase(term: Term, account: int, offering: int) -> Purchase:
    start = datetime.fromisoformat(term.start)
    into = int((start - month_start(start)).total_seconds())
    point = Now() if term.start == term.now else MonthStart(seconds=into)
    return Purchase(account=account, offering=OfferingArn(offering), name=_name("from", term), start=Written(point))


def _name(what: str, term: Term) -> str:
    """A name of its own for each term: a defect may depend on the name."""
    return f"{what}-{term.start[:10]}-{term.duration}"


def _looks(term: Term, account: int, bought: int) -> tuple[Step, ...]:
    """What is looked at later: the state, the list, and whether the account can purchase."""
    return (
        DescribeReservation(account=account, reservation=ReservationArn(bought)),
        Purchase(account=account, name=_name("contest", term), start=Written(Now())),
        ListReservations(account=account, whole=True),
    )
