"""Which cases the strategies of cases reach, and to which they shrink."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

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
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    TokenOf,
    Written,
)
from strategies import (
    READS,
    batches,
    concurrent_calls,
    described_offerings,
    disturbed_walks,
    interrupted_paginations,
    many_offerings,
    paginations,
    purchases,
    reservation_lifecycles,
    reservation_paginations,
    second_purchases,
)
from tests.meta.tools.hypotheses import reached, smallest
from tests.meta.unit.test_strategies_of_cases import EVERY_CASE, is_plain


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
    "a purchase of a reservation": ("lifecycles", _any(Purchase, holds=lambda p: is_plain(p.offering))),
    "a reservation described as an offering": (
        "lifecycles",
        _any(DescribeOffering, holds=lambda step: is_plain(step.offering)),
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
    """The regions that the cases of a kind reach: no more are drawn than that takes, and no more than two thousand."""
    wanted = {name: holds for name, (of, holds) in REGIONS.items() if of == kind}
    found: set[str] = set()

    def has_all(case: Case) -> bool:
        found.update(name for name, holds in wanted.items() if name not in found and holds(case))
        return len(found) == len(wanted)

    with suppress(NoSuchExample):
        reached(EVERY_CASE[kind], has_all, tries=2_000)
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
    "disturbed walks": (
        disturbed_walks(),
        Case(
            offerings=many_offerings(9),
            steps=(
                ListOfferings(max_results="2"),
                ListOfferings(max_results="2", token=TokenOf(0), whole=True),
                ListOfferings(max_results="3", token=TokenOf(0), whole=True),
            ),
        ),
    ),
    "batches": (batches(purchases()), Case(steps=(Purchase(),))),
}


@pytest.mark.parametrize("kind", SHRUNK)
def test_shrinks_to_the_plainest_case(kind: str) -> None:
    """Every strategy of cases shrinks to the plainest of them."""
    strategy, plainest = SHRUNK[kind]
    assert smallest(strategy, tries=300) == plainest


def test_a_batch_shrinks_to_the_one_case_that_matters() -> None:
    """Of ten cases in a batch only that one is left which a failure needs."""
    # Hypothesis soon gives up where much is drawn beside what is shrunk.
    start = st.just(Written(MonthStart()))
    batch = batches(purchases(nows=st.just(Case().now), starts=start, names=st.sampled_from("abcd")))
    found = smallest(batch, lambda case: any(purchase.name == "d" for purchase in _purchases(case)))
    assert found == Case(steps=(Purchase(name="d"),))


def test_a_lifecycle_shrinks_to_what_matters() -> None:
    """Of all that happens only the steps are left which a failure needs, and the looks at the end."""

    def fails(case: Case) -> bool:
        return _after(lambda step: isinstance(step, DefineOfferings), lambda step: isinstance(step, SetClock))(case)

    found = smallest(reservation_lifecycles(), fails)
    assert sum(isinstance(step, DefineOfferings | SetClock) for step in found.steps) == 2
    assert len(found.steps) <= 20
