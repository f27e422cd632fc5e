"""The covering array over time: which combinations of classes its purchases reach, counted without its generator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import At, Case, DescribeReservation, ListReservations, Purchase, SetClock
from conformance.cases.resolution import resolve_start
from conformance.spec.calendar import MonthEnd, add_months, days_in_month, month_start
from strategies import Term, case_of_terms, covering_cases, covering_terms, terms, timed_purchases
from strategies.covering import DURATIONS, FACTORS, MOMENTS, PLACES, combinations_of, term_of
from strategies.times import DAYS, OUTGROWN, SECONDS, YEAR_KINDS, summer_time_changes
from tests.meta.tools.hypotheses import examples, smallest

TERMS = covering_terms()
REACHED = {combination for term in TERMS for combination in combinations_of(term)}
CLASSES: dict[str, tuple[Any, ...]] = {
    "year": tuple(YEAR_KINDS),
    "month": tuple(range(1, 13)),
    "day": DAYS,
    "weekday": tuple(range(7)),
    "second": SECONDS,
    "duration": DURATIONS,
    "place": PLACES,
    "moment": MOMENTS,
}
DAY_OF_30_OR_31 = {("month", month, "day", 31) for month in (2, 4, 6, 9, 11)} | {("month", 2, "day", 30)}
AFTER_THE_LAST_DAY = {("day", 31, "place", "a day ago"), ("day", 31, "place", "days ago")} | {
    ("day", 30, "place", "days ago")
}
IMPOSSIBLE = DAY_OF_30_OR_31 | AFTER_THE_LAST_DAY | {("second", 86_399, "place", "earlier today")}
"""Pairs that no purchase can have."""


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ends(term: Term) -> tuple[datetime, datetime]:
    """The earliest and the latest End that the documents permit: two where the end month lacks the day."""
    start = _instant(term.start)
    return add_months(start, term.duration), add_months(start, term.duration, MonthEnd.OVERFLOW)


def test_every_class_has_its_factor() -> None:
    """What is counted here is all that a term is put together from."""
    assert set(CLASSES) == set(FACTORS)


@pytest.mark.parametrize("first, second", list(combinations(CLASSES, 2)), ids="-".join)
def test_all_pairs_occur(first: str, second: str) -> None:
    """Every class of one factor meets every class of the other, but for the few pairs that cannot be."""
    missing = {
        (first, one, second, other)
        for one, other in product(CLASSES[first], CLASSES[second])
        if ("pair", first, one, second, other) not in REACHED
    }
    assert missing <= IMPOSSIBLE
    assert {pair for pair in IMPOSSIBLE if (pair[0], pair[2]) == (first, second)} == missing


def _calendar_triples() -> Iterator[tuple[str, str, int]]:
    """Kind of year, kind of month and day, for every day of a year of each kind."""
    kinds = {1: "January", 2: "February", 12: "December"}
    for kind, years in YEAR_KINDS.items():
        for year, month in product(years, range(1, 13)):
            for day in (1, 15, 28, 29, 30, 31):
                if day <= days_in_month(year, month):
                    yield kind, kinds.get(month, f"of {days_in_month(year, month)} days"), day


@pytest.mark.parametrize("name", ["start", "now", "end"])
def test_all_triples_of_the_calendar_occur(name: str) -> None:
    """Start, the current time and End each fall on every kind of day, of month and of year at once."""
    wanted = set(_calendar_triples())
    assert len(wanted) > 200
    assert {triple for triple in wanted if ("triple", name, *triple) not in REACHED} == set()


def test_all_months_that_lack_the_day() -> None:
    """A Start on each late day meets every end month; what lacks one to three days does in every kind of year."""
    for day, month in product((29, 30, 31), range(1, 13)):
        assert ("end of month", day, month) in REACHED
    for lacking, months in {1: (2, 4, 6, 9, 11), 2: (2,), 3: (2,)}.items():
        for kind, month in product(YEAR_KINDS, months):
            is_leap = all(days_in_month(year, 2) == 29 for year in YEAR_KINDS[kind])
            if month != 2 or lacking < 3 or not is_leap:
                assert ("lacking", lacking, "end", (kind, month)) in REACHED, (lacking, kind, month)
        for name in ("year", "weekday", "second", "moment"):
            assert {value for value in CLASSES[name] if ("lacking", lacking, name, value) not in REACHED} == set()


def test_every_duration_from_the_last_days_of_a_month() -> None:
    """Every duration begins on each late day, where the end month has the day and where it lacks it."""
    for day, months, lacks in product((29, 30, 31), DURATIONS, (False, True)):
        never_lacks = (day > 29 and months % 12 == 0) or (day == 29 and months % 48 == 0)
        assert (("end of month after", day, months, lacks) in REACHED) == (not (lacks and never_lacks)), (day, months)


def test_the_days_on_which_an_end_falls() -> None:
    """An End falls on every kind of day of each kind of month, with every later moment, and on each weekday."""
    days = {(kind, day) for _, kind, day in _calendar_triples()}
    assert {
        (*day, moment) for day, moment in product(days, MOMENTS) if ("end at", *day, moment) not in REACHED
    } == set()
    weekdays = set(product(range(7), range(1, 13)))
    assert {pair for pair in weekdays if ("weekday of end", *pair) not in REACHED} == set()


def test_changes_of_summer_time_and_numbers_that_outgrow_a_type() -> None:
    """Start and End lie in the hours in which a zone changes summer time, and at the seconds that types cannot hold."""
    starts, ends = ({_instant(term.start) for term in TERMS}, {_ends(term)[0] for term in TERMS})
    for change in summer_time_changes(2028):
        assert change in starts
        for instants in (starts, ends):
            assert any(0 < (instant - change).total_seconds() < 3_600 for instant in instants), change
    for last in map(_instant, OUTGROWN):
        assert last in starts
        assert any((start - last).total_seconds() == 1 for start in starts)
        assert last in ends


def test_the_array_is_small() -> None:
    """All of this takes about four hundred purchases."""
    assert len(TERMS) <= 430
    assert len(set(TERMS)) == len(TERMS)


@given(term=terms() | st.sampled_from(TERMS))
@examples(400)
def test_terms_are_possible(term: Term) -> None:
    """A term's Start is in the window of its time, its moment not before it, and its End within the calendar."""
    now, start, later = _instant(term.now), _instant(term.start), _instant(term.later)
    assert month_start(now) <= start <= now <= later
    assert 1 <= term.duration <= 1_200
    assert later.year < 2_600
    assert term == term_of(start, term.duration, term.place, term.moment)
    end, latest = _ends(term)
    match term.moment:
        case "the last second":
            assert (end - later).total_seconds() == 1
        case "at End":
            assert later == end
        case "a second after End":
            assert (later - latest).total_seconds() == 1
        case "a day after End" | "years after End":
            assert later > latest
        case _:
            assert later > now or term.moment == "halfway"


@given(case=timed_purchases(max_size=5) | st.sampled_from(covering_cases()))
@examples(150)
def test_cases_of_terms(case: Case) -> None:
    """Each term has an account of its own, time only goes on, and every Start is the instant of the term."""
    now = _instant(case.now)
    bought: dict[int, int] = {}
    for number, step in enumerate(case.steps):
        match step:
            case SetClock(At(instant)):
                assert _instant(instant) > now
                now = _instant(instant)
            case Purchase() if not _is_contest(step):
                assert step.account not in bought
                bought[step.account] = number
                assert step.start is not None
                assert month_start(now) <= _instant(resolve_start(step.start, now, {})) <= now
            case DescribeReservation():
                assert step.reservation.step == bought[step.account]  # type: ignore[union-attr]
    assert sorted(bought) == list(range(len(bought)))
    assert sum(isinstance(step, ListReservations) for step in case.steps) == len(bought)


def _is_contest(purchase: Purchase) -> bool:
    return (purchase.name or "").startswith("contest")


def test_the_explicit_cases_are_the_array() -> None:
    """The cases hold every term once, at most ten each."""
    sizes = [
        sum(isinstance(step, Purchase) and not _is_contest(step) for step in case.steps) for case in covering_cases()
    ]
    assert sum(sizes) == len(TERMS)
    assert max(sizes) == 10
    assert covering_cases(size=1)[0] == case_of_terms(TERMS[:1])


def test_drawn_terms_have_every_class() -> None:
    """What is drawn comes from the same classes as the array, and half of the pairs come within some hundred terms."""
    drawn: set[tuple[object, ...]] = set()

    @given(term=terms())
    @examples(600)
    def draw(term: Term) -> None:
        drawn.update(combinations_of(term))

    draw()
    pairs = {combination for combination in REACHED if combination[0] == "pair"}
    assert len(pairs & drawn) > 0.5 * len(pairs)


def test_shrinks_to_the_plainest_term() -> None:
    """A term shrinks to a purchase now of a month."""
    term = smallest(terms())
    assert (term.now, term.start, term.duration) == ("2027-01-15T12:00:00Z", "2027-01-15T12:00:00Z", 1)
    assert len(smallest(timed_purchases()).steps) == 5
