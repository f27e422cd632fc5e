"""Strategies of whole cases: they survive JSON, refer to what there is, reach every region, and shrink plainly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from conformance.cases.case import (
    At,
    Case,
    ConcurrentCalls,
    DefineOfferings,
    DescribeOffering,
    DescribeReservation,
    EndOf,
    ListOfferings,
    ListReservations,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    TokenOf,
    Written,
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
    timed_purchases,
    wrong_arns,
    wrong_starts,
)
from tests.meta.tools.hypotheses import examples, smallest

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
    described = {s.reservation.step for s in looks if isinstance(s, DescribeReservation) and _is_plain(s.reservation)}
    assert bought <= described


def _is_plain(arn: Any) -> bool:
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


def test_offerings_that_are_alike_stay_apart() -> None:
    """A case with two offerings of the same terms has two after it was put together with another."""
    twins = Case(offerings=(OfferingTerms(), OfferingTerms()), steps=(Purchase(offering=OfferingArn(1)),))
    case = merged([Case(steps=(Purchase(),)), twins])
    assert len(case.offerings) == 2
    assert [step.offering for step in case.steps if isinstance(step, Purchase)] == [OfferingArn(0), OfferingArn(1)]


def _purchases(case: Case) -> list[Purchase]:
    return [call for call in case.calls() if isinstance(call, Purchase)]


def _named(case: Case) -> list[Purchase]:
    return [purchase for purchase in _purchases(case) if str(purchase.name)[:11] == "reservation"]


def _branches(case: Case) -> int:
    return sum(len(step.branches) for step in case.steps if isinstance(step, ConcurrentCalls))


def _outlived(case: Case) -> int:
    return sum(isinstance(step, SetClock) and isinstance(step.to, EndOf) and step.to.seconds > 0 for step in case.steps)


def _page(case: Case) -> Any:
    return case.steps[-1].max_results  # type: ignore[union-attr]


def _any(*kinds: type, holds: Callable[[Any], bool]) -> Callable[[Case], bool]:
    """Whether some step of these kinds meets the condition."""
    return lambda case: any(isinstance(step, kinds) and holds(step) for step in case.steps)


def _after(first: Callable[[Any], bool], then: Callable[[Any], bool]) -> Callable[[Case], bool]:
    """Whether some step meets a condition, and a later one another."""

    def holds(case: Case) -> bool:
        begin = next((number for number, step in enumerate(case.steps) if first(step)), None)
        return begin is not None and any(then(step) for step in case.steps[begin + 1 :])

    return holds


def _past_end(step: SetClock) -> int | None:
    return step.to.seconds if isinstance(step.to, EndOf) else None


def _is_purchase(step: Any) -> bool:
    return isinstance(step, Purchase)


REGIONS: dict[str, tuple[str, Callable[[Case], bool]]] = {
    "two branches": ("concurrent calls", lambda case: _branches(case) == 2),
    "eight branches": ("concurrent calls", lambda case: _branches(case) == 8),
    "a list at the same moment": ("concurrent calls", lambda case: ListReservations() in case.calls()),
    "the same purchase twice at a moment": (
        "concurrent calls",
        lambda case: len(set(_purchases(case))) < len(_purchases(case)),
    ),
    "both offerings at a moment": (
        "concurrent calls",
        lambda case: {OfferingArn(0), OfferingArn(1)} <= {p.offering for p in _purchases(case)},
    ),
    "concurrent calls after an expired reservation": ("concurrent calls", lambda case: len(case.steps) == 4),
    "one reservation": ("lifecycles", lambda case: len(_named(case)) == 1),
    "five reservations in a row": ("lifecycles", lambda case: _outlived(case) >= 4 and len(_named(case)) > 4),
    "another account": ("lifecycles", lambda case: (1, 0) in case.places()),
    "another Region": ("lifecycles", lambda case: (0, 1) in case.places()),
    "three accounts and two Regions": ("lifecycles", lambda case: {(2, 0), (1, 0), (0, 1)} <= {*case.places()}),
    "a refused purchase": ("lifecycles", lambda case: any(p.name == "refused" for p in _purchases(case))),
    "a mutated request": ("lifecycles", lambda case: any(p.mutation != "plain" for p in _purchases(case))),
    "an edited body": ("lifecycles", lambda case: any(p.body_edits for p in _purchases(case))),
    "a name that was used before": (
        "lifecycles",
        lambda case: len({p.name for p in _named(case)}) < len(_named(case)),
    ),
    "a name that was refused, purchased later": (
        "lifecycles",
        _after(
            lambda step: _is_purchase(step) and step.name == "refused" and step.mutation != "plain",
            lambda step: _is_purchase(step) and step.name == "refused" and step.mutation == "plain",
        ),
    ),
    "a Start of an earlier month": (
        "lifecycles",
        _any(Purchase, holds=lambda p: isinstance(p.start, Written) and getattr(p.start.point, "months", 0) < 0),
    ),
    "a Start that stays while time goes on": (
        "lifecycles",
        _any(Purchase, holds=lambda p: isinstance(p.start, Written) and isinstance(p.start.point, At)),
    ),
    "a purchase of a reservation": ("lifecycles", _any(Purchase, holds=lambda p: _is_plain(p.offering))),
    "a reservation described as an offering": (
        "lifecycles",
        _any(DescribeOffering, holds=lambda step: _is_plain(step.offering)),
    ),
    "an offering described as a reservation": (
        "lifecycles",
        _any(DescribeReservation, holds=lambda step: step.reservation == OfferingArn()),
    ),
    "a token in another account": (
        "lifecycles",
        _any(ListOfferings, ListReservations, holds=lambda step: isinstance(step.token, TokenOf) and step.account > 0),
    ),
    "other offerings, and a purchase": (
        "lifecycles",
        _after(lambda step: isinstance(step, DefineOfferings), _is_purchase),
    ),
    "a second before End": ("lifecycles", _any(SetClock, holds=lambda step: _past_end(step) == -1)),
    "the second after End": ("lifecycles", _any(SetClock, holds=lambda step: _past_end(step) == 1)),
    "decades that pass": (
        "lifecycles",
        _any(SetClock, holds=lambda step: isinstance(step.to, Now) and step.to.months > 100),
    ),
    "nothing but reads, time and contests": (
        "lifecycles",
        lambda case: len(case.steps) > 9 and all(str(p.name)[:7] == "contest" for p in _purchases(case)),
    ),
    "three further purchases": ("second purchases", lambda case: len(_purchases(case)) == 4),
    "ten offerings at once": ("purchased offerings", lambda case: len(case.offerings) == 10),
    "ten cases at once": ("batches", lambda case: len(case.places()) == 10),
    "no offering": ("paginations", lambda case: not case.offerings),
    "a hundred offerings or more": ("paginations", lambda case: len(case.offerings) > 99),
    "more than fifty offerings by default": ("paginations", lambda case: len(case.offerings) > 50 and not _page(case)),
    "pages of one": ("paginations", lambda case: _page(case) == "1" and len(case.offerings) > 2),
    "pages of a thousand": ("paginations", lambda case: _page(case) == "1000"),
    "a page that is just full": ("paginations", lambda case: _page(case) == str(len(case.offerings))),
    "an item more than two pages": (
        "paginations",
        lambda case: bool(_page(case)) and len(case.offerings) == 2 * int(_page(case)) + 1,
    ),
    "eleven reservations": ("reservation paginations", lambda case: len(case.steps) == 23),
    "a token used twice": (
        "interrupted paginations",
        lambda case: any(
            step.token == other.token != None and number != at  # noqa: E711  (a token that is there)
            for number, step in enumerate(case.steps)
            for at, other in enumerate(case.steps)
            if isinstance(step, ListOfferings) and isinstance(other, ListOfferings)
        ),
    ),
    "a token for the other list": (
        "interrupted paginations",
        lambda case: any(
            isinstance(step, ListReservations)
            and isinstance(step.token, TokenOf)
            and isinstance(case.steps[step.token.step], ListOfferings)
            for step in case.steps
        ),
    ),
    "a token after other offerings": (
        "interrupted paginations",
        _after(lambda step: isinstance(step, DefineOfferings), lambda step: bool(getattr(step, "token", None))),
    ),
    "a token after a purchase": (
        "interrupted paginations",
        _after(_is_purchase, lambda step: bool(getattr(step, "token", None))),
    ),
    "a token in another Region": (
        "interrupted paginations",
        _any(ListOfferings, ListReservations, holds=lambda step: bool(step.token) and step.region == 1),
    ),
}


@cache
def _reached(kind: str) -> frozenset[str]:
    """The regions that so many cases of a kind reach."""
    found: set[str] = set()

    @given(case=EVERY_CASE[kind])
    @settings(examples(1_000), phases=(Phase.generate,))
    def draw(case: Case) -> None:
        found.update(name for name, (of, holds) in REGIONS.items() if of == kind and name not in found and holds(case))

    draw()
    return frozenset(found)


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_reached(region: str) -> None:
    """What the rules are looked at for in particular is among the cases."""
    kind, _ = REGIONS[region]
    assert region in _reached(kind)


_CONTEST = Purchase(name="contest3", start=Written(Now()))
_BOTH = (DescribeReservation(), DescribeReservation(reservation=ReservationArn(3)), ListReservations(whole=True))
_WALKS = (ListOfferings(max_results="2", whole=True), ListReservations(max_results="1", whole=True))
SHRUNK: dict[str, tuple[st.SearchStrategy[Case], Case]] = {
    "purchases": (purchases(), Case(steps=(Purchase(),))),
    "second purchases": (
        second_purchases(),
        Case(offerings=(OfferingTerms(), OfferingTerms()), steps=(Purchase(), *READS, Purchase(), *READS)),
    ),
    "lifecycles": (
        reservation_lifecycles(),
        Case(steps=(Purchase(name="reservation0"), *READS, _CONTEST, *_BOTH)),
    ),
    "concurrent calls": (
        concurrent_calls(),
        Case(
            offerings=(OfferingTerms(), OfferingTerms(duration=6)),
            steps=(ConcurrentCalls(((Purchase(name="first"),),) * 2), ListReservations(whole=True)),
        ),
    ),
    "described offerings": (described_offerings(), Case(steps=(ListOfferings(whole=True), DescribeOffering()))),
    "paginations": (paginations(), Case(offerings=(), steps=(ListOfferings(whole=True),))),
    "reservation paginations": (reservation_paginations(), Case(steps=(ListReservations(whole=True),))),
    "interrupted paginations": (interrupted_paginations(), Case(offerings=(), steps=(ListOfferings(), *_WALKS))),
    "batches": (batches(purchases()), Case(steps=(Purchase(),))),
}


@pytest.mark.parametrize("kind", SHRUNK)
def test_shrinks_to_the_plainest_case(kind: str) -> None:
    """Every strategy of cases shrinks to the plainest of them."""
    strategy, plainest = SHRUNK[kind]
    assert smallest(strategy, tries=300) == plainest


def test_a_batch_shrinks_to_the_one_case_that_matters() -> None:
    """Of ten cases in a batch only that one is left which a failure needs."""
    batch = batches(purchases(names=st.sampled_from(["a", "b", "c", "d"])))
    found = smallest(batch, lambda case: any(purchase.name == "d" for purchase in _purchases(case)))
    assert found == Case(steps=(Purchase(name="d"),))


def test_a_lifecycle_shrinks_to_what_matters() -> None:
    """Of all that happens only the steps are left which a failure needs, and the looks at the end."""

    def fails(case: Case) -> bool:
        return _after(lambda step: isinstance(step, DefineOfferings), lambda step: isinstance(step, SetClock))(case)

    found = smallest(reservation_lifecycles(), fails)
    assert sum(isinstance(step, DefineOfferings | SetClock) for step in found.steps) == 2
    assert len(found.steps) <= 14
