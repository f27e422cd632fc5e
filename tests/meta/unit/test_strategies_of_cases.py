"""Strategies of whole cases: they survive JSON, refer to what there is, and are what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    At,
    Case,
    ConcurrentCalls,
    DefineOfferings,
    DescribeReservation,
    EndOf,
    ListOfferings,
    ListReservations,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    TokenOf,
)
from conformance.cases.case_json import case_from_json, case_to_json
from strategies import (
    READS,
    arbitrary_arns,
    arbitrary_names,
    batches,
    calls_before,
    concurrent_calls,
    covering_cases,
    covering_paginations,
    described_offerings,
    disturbed_walks,
    every_pagination,
    interrupted_paginations,
    merged,
    mutated_purchases,
    offering_lists,
    paginations,
    purchased_offerings,
    purchases,
    reservation_lifecycles,
    reservation_paginations,
    second_purchases,
    sequence_cases,
    sequences,
    timed_purchases,
    wrong_arns,
    wrong_starts,
)
from tests.meta.tools.hypotheses import examples

EVERY_CASE: dict[str, st.SearchStrategy[Case]] = {
    "purchases": purchases(offerings=offering_lists(), names=arbitrary_names() | st.none(), after=READS),
    "wrong purchases": purchases(starts=wrong_starts(), arns=wrong_arns() | arbitrary_arns()),
    "mutated purchases": mutated_purchases(),
    "second purchases": second_purchases(),
    "purchased offerings": purchased_offerings(),
    "lifecycles": reservation_lifecycles(),
    "concurrent calls": concurrent_calls(before=calls_before()),
    "paginations": paginations(),
    "reservation paginations": reservation_paginations(),
    "interrupted paginations": interrupted_paginations(),
    "described offerings": described_offerings(),
    "sequences": sequences(),
    "sequences in a row": st.sampled_from(sequence_cases()),
    "disturbed walks": disturbed_walks(),
    "timed purchases": timed_purchases(),
    "batches": batches(purchases(after=READS) | mutated_purchases()),
    "covering array": st.sampled_from(covering_cases()),
}


def _references(case: Case) -> Iterator[tuple[int, int, type]]:
    """Each step that refers to another, that step's number, and what it must be."""
    for number, step in enumerate(case.steps):
        point = getattr(getattr(step, "start", None), "point", None) or getattr(step, "to", None)
        for part in (getattr(step, "offering", None), getattr(step, "reservation", None), point):
            if isinstance(part, ReservationArn | EndOf):
                yield number, part.step, Purchase
        if isinstance(getattr(step, "token", None), TokenOf):
            yield number, step.token.step, ListOfferings | ListReservations  # type: ignore[union-attr, misc]


@pytest.mark.parametrize("kind", EVERY_CASE)
def test_cases_are_whole(kind: str) -> None:
    """A case survives JSON, begins at a time, uses two Regions at most, and refers to what was there before."""

    @given(case=EVERY_CASE[kind])
    @examples(60)
    def check(case: Case) -> None:
        assert case_from_json(json.loads(json.dumps(case_to_json(case)))) == case
        assert datetime.fromisoformat(case.now).tzinfo is not None
        assert {region for _, region in case.places()} <= {0, 1}
        for number, earlier, needed in _references(case):
            assert earlier < number
            assert isinstance(case.steps[earlier], needed)

    check()


@given(case=reservation_lifecycles())
@examples(100)
def test_the_end_of_a_lifecycle(case: Case) -> None:
    """At the end every place that was used is contested and listed, and every purchase's reservation described."""
    *_, last = (
        number for number, step in enumerate(case.steps) if isinstance(step, SetClock | DefineOfferings) or not number
    )
    looks = case.steps[last:]
    places = {(step.account, step.region) for step in case.steps if isinstance(step, Purchase)}
    assert places <= {
        (step.account, step.region) for step in looks if isinstance(step, ListReservations) and step.whole
    }
    assert places <= {(s.account, s.region) for s in looks if isinstance(s, Purchase) and str(s.name)[:7] == "contest"}
    bought = {number for number, step in enumerate(case.steps[:last]) if isinstance(step, Purchase)}
    described = {s.reservation.step for s in looks if isinstance(s, DescribeReservation) and is_plain(s.reservation)}
    assert bought <= described


def is_plain(arn: Any) -> bool:
    """Whether it is the ARN of a purchase's reservation, unchanged."""
    return isinstance(arn, ReservationArn) and arn == ReservationArn(arn.step)


@given(case=concurrent_calls(before=calls_before()))
@examples(100)
def test_concurrent_calls(case: Case) -> None:
    """2 to 8 calls at the same moment in one account, a purchase among them, and a whole listing afterwards."""
    *_, together, listing = case.steps
    assert isinstance(together, ConcurrentCalls)
    calls = [call for branch in together.branches for call in branch]
    assert 2 <= len(together.branches) == len(calls) <= 8
    assert any(isinstance(call, Purchase) for call in calls)
    assert listing == ListReservations(whole=True)
    assert case.places() == ((0, 0),)


@given(case=paginations())
@examples(100)
def test_paginations(case: Case) -> None:
    """0 to 120 offerings that can be told apart, and up to three walks with a page size that is permitted, or none."""
    assert 1 <= len(case.steps) <= 3
    for walk in case.steps:
        assert isinstance(walk, ListOfferings)
        assert walk.whole
        assert walk.max_results is None or 1 <= int(walk.max_results) <= 1000
    assert len({terms.description for terms in case.offerings}) == len(case.offerings) <= 120


def test_explicit_paginations() -> None:
    """Each usual page size meets one item less than a page, just as many and one more, and so for two and three."""
    met = {(len(case.offerings), walk.max_results) for case in covering_paginations() for walk in _list_steps(case)}
    sizes = (1, 2, 3, 5, 7, 10, 20, 25, 50, 100)
    wanted = {(size * pages + more, str(size)) for size in sizes for pages in (1, 2, 3) for more in (-1, 0, 1)}
    assert {(count, size) for count, size in wanted if count <= 101} <= met
    assert {(count, None) for count in (0, 1, 9, 10, 11, 20, 21, 51, 101)} <= met


def test_every_pagination() -> None:
    """Every number of items up to 16 meets every size of a page up to one more, and none."""
    met = {(len(case.offerings), walk.max_results) for case in every_pagination() for walk in _list_steps(case)}
    assert met == {(count, size) for count in range(17) for size in (None, *map(str, range(1, count + 2)))}


def _list_steps(case: Case) -> list[ListOfferings]:
    return [step for step in case.steps if isinstance(step, ListOfferings)]


@given(case=reservation_paginations(max_items=6))
@examples(60)
def test_reservation_paginations(case: Case) -> None:
    """So many reservations one after the other, and one walk."""
    *before, walk = case.steps
    assert isinstance(walk, ListReservations)
    assert walk.whole
    assert len(before) % 2 == 0
    assert sum(isinstance(step, Purchase) for step in before) <= 6


_ONE = Case(now="2027-03-31T12:00:00Z", steps=(Purchase(), DescribeReservation(), SetClock(EndOf(0, 1))))
_OTHER = Case(
    now="2027-01-31T12:00:00Z",
    offerings=(OfferingTerms(duration=7), OfferingTerms()),
    steps=(ListOfferings(), Purchase(offering=OfferingArn(2), account=1), ListOfferings(token=TokenOf(0))),
)


def test_merged_cases_mean_the_same() -> None:
    """Cases that are put together come in the order of time, in accounts of their own, with references that lead."""
    case = merged([_ONE, _OTHER])
    assert case.now == _OTHER.now
    assert case.offerings == _OTHER.offerings
    assert case.steps == (
        *(ListOfferings(), Purchase(offering=OfferingArn(0), account=1), ListOfferings(token=TokenOf(0))),
        SetClock(At(_ONE.now)),
        Purchase(account=2, offering=OfferingArn(1)),
        DescribeReservation(account=2, reservation=ReservationArn(4)),
        SetClock(EndOf(4, 1)),
    )


def test_merged_cases_of_one_time_take_turns() -> None:
    """The first call of each comes before the second of any, and each reference leads to its own case's step."""
    one = Case(steps=(Purchase(), DescribeReservation(), ListReservations()))
    assert merged([one, replace(one, steps=one.steps[:2])]).steps == (
        Purchase(),
        Purchase(account=1),
        DescribeReservation(),
        DescribeReservation(account=1, reservation=ReservationArn(1)),
        ListReservations(),
    )
    with_clock = Case(steps=(Purchase(), SetClock(EndOf(0, 1)), DescribeReservation()))
    steps = merged([one, with_clock]).steps
    assert steps[:3] == one.steps
    assert steps[3:] == (
        Purchase(account=1),
        SetClock(EndOf(3, 1)),
        DescribeReservation(account=1, reservation=ReservationArn(3)),
    )


def test_offerings_that_are_alike_stay_apart() -> None:
    """A case with two offerings of the same terms has two after it was put together with another."""
    twins = Case(offerings=(OfferingTerms(), OfferingTerms()), steps=(Purchase(offering=OfferingArn(1)),))
    case = merged([Case(steps=(Purchase(),)), twins])
    assert len(case.offerings) == 2
    assert [step.offering for step in case.steps if isinstance(step, Purchase)] == [OfferingArn(0), OfferingArn(1)]
