"""Strategies of whole cases: they survive JSON, refer to what there is, reach every region, and shrink plainly."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import strategies
from conformance.cases.case import (
    Case,
    ConcurrentCalls,
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
    Written,
)
from conformance.cases.case_json import case_from_json, case_to_json
from strategies import arns, cases, instants, names, offerings, starts
from tests.meta.tools.hypotheses import examples, reached, smallest

EVERY_CASE: dict[str, st.SearchStrategy[Case]] = {
    "purchases": cases.purchases(),
    "wrong starts": cases.purchases(starts=starts.malformed() | starts.impossible() | starts.arbitrary_texts()),
    "wrong ARNs": cases.purchases(arns=arns.malformed_arns() | arns.arbitrary_arns() | arns.unknown_offerings()),
    "names": cases.purchases(names=names.names() | names.malformed_names() | st.text() | st.none()),
    "offerings": cases.purchases(offerings=offerings.offering_lists(), after=cases.reads()),
    "second purchases": cases.second_purchases(),
    "reservation_lifecycles": cases.reservation_lifecycles(),
    "concurrent_calls": cases.concurrent_calls(),
    "paginations": cases.paginations(),
    "described offerings": cases.described_offerings(),
}


@pytest.mark.parametrize("kind", EVERY_CASE)
def test_cases_survive_json(kind: str) -> None:
    """A case is the same after it has been written as JSON text and read back."""

    @given(case=EVERY_CASE[kind])
    @examples(60)
    def check(case: Case) -> None:
        assert case_from_json(json.loads(json.dumps(case_to_json(case)))) == case

    check()


def _references(case: Case) -> Iterator[tuple[int, int]]:
    """Each step that refers to the purchase at another, with that step's number."""
    for number, step in enumerate(case.steps):
        if isinstance(step, DescribeReservation) and isinstance(step.reservation, ReservationArn):
            yield number, step.reservation.step
        if isinstance(step, SetClock) and isinstance(step.to, EndOf):
            yield number, step.to.step


@given(case=cases.reservation_lifecycles() | cases.second_purchases() | cases.purchases(after=cases.reads()))
@examples(100)
def test_references_lead_to_purchases(case: Case) -> None:
    """Whatever a step refers to is a purchase before it, in the same account and Region where it is looked at there."""
    for number, bought in _references(case):
        purchase, step = case.steps[bought], case.steps[number]
        assert bought < number
        assert isinstance(purchase, Purchase)
        if isinstance(step, DescribeReservation):
            assert (purchase.account, purchase.region) == (step.account, step.region)


@given(case=cases.concurrent_calls())
@examples(100)
def test_crowds(case: Case) -> None:
    """2 to 8 calls at the same moment in one account, a purchase among them, and a whole listing afterwards."""
    together, listing = case.steps
    assert isinstance(together, ConcurrentCalls)
    calls = list(case.calls())
    assert 2 <= len(together.branches) <= 8
    assert all(len(branch) == 1 for branch in together.branches)
    assert any(isinstance(call, Purchase) for call in calls)
    assert listing == ListReservations(whole=True)
    assert case.places() == ((0, 0),)


@given(case=cases.paginations())
@examples(100)
def test_walks(case: Case) -> None:
    """0 to 60 offerings that can be told apart, and one walk with a page size that is permitted, or none."""
    (walk,) = case.steps
    assert isinstance(walk, ListOfferings)
    assert walk.whole
    assert walk.max_results is None or 1 <= int(walk.max_results) <= 1000
    assert len({terms.description for terms in case.offerings}) == len(case.offerings) <= 60


def _purchases(case: Case) -> list[Purchase]:
    return [call for call in case.calls() if isinstance(call, Purchase)]


def _branches(case: Case) -> int:
    return sum(len(step.branches) for step in case.steps if isinstance(step, ConcurrentCalls))


def _outlived(case: Case) -> int:
    return sum(isinstance(step, SetClock) and isinstance(step.to, EndOf) and step.to.seconds > 0 for step in case.steps)


def _page(case: Case) -> str | None:
    (walk,) = case.steps
    return walk.max_results if isinstance(walk, ListOfferings) else None


REGIONS: dict[str, tuple[str, Callable[[Case], bool]]] = {
    "two branches": ("concurrent_calls", lambda case: _branches(case) == 2),
    "eight branches": ("concurrent_calls", lambda case: _branches(case) == 8),
    "a look in a crowd": ("concurrent_calls", lambda case: ListReservations() in case.calls()),
    "the same purchase in a crowd": (
        "concurrent_calls",
        lambda case: len(set(_purchases(case))) < len(_purchases(case)),
    ),
    "both offerings in a crowd": (
        "concurrent_calls",
        lambda case: {OfferingArn(0), OfferingArn(1)} <= {p.offering for p in _purchases(case)},
    ),
    "one life": ("reservation_lifecycles", lambda case: _outlived(case) == 1),
    "three lifecycles": ("reservation_lifecycles", lambda case: _outlived(case) == 3),
    "a life in another account": ("reservation_lifecycles", lambda case: (1, 0) in case.places()),
    "a life in another Region": ("reservation_lifecycles", lambda case: (0, 1) in case.places()),
    "a wrong purchase in a life": (
        "reservation_lifecycles",
        lambda case: any(str(p.name).startswith("wrong") for p in _purchases(case)),
    ),
    "a contest under the same name": (
        "reservation_lifecycles",
        lambda case: len({p.name for p in _purchases(case)}) < len(_purchases(case)),
    ),
    "the second before End": ("reservation_lifecycles", lambda case: SetClock(EndOf(0, -1)) in case.steps),
    "the second after End": ("reservation_lifecycles", lambda case: SetClock(EndOf(0, 1)) in case.steps),
    "months that pass": (
        "reservation_lifecycles",
        lambda case: any(
            isinstance(step, SetClock) and isinstance(step.to, Now) and step.to.months > 6 for step in case.steps
        ),
    ),
    "three further purchases": ("second purchases", lambda case: len(_purchases(case)) == 4),
    "no offering": ("paginations", lambda case: not case.offerings),
    "sixty offerings": ("paginations", lambda case: len(case.offerings) == 60),
    "pages of one": ("paginations", lambda case: _page(case) == "1" and len(case.offerings) > 2),
    "pages of a thousand": ("paginations", lambda case: _page(case) == "1000"),
    "pages of the default size": ("paginations", lambda case: _page(case) is None and len(case.offerings) > 10),
    "a page that is just full": ("paginations", lambda case: _page(case) == "10" and len(case.offerings) == 10),
}


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_reached(region: str) -> None:
    """What the rules are looked at for in particular is among the cases."""
    kind, inside = REGIONS[region]
    assert inside(reached(EVERY_CASE[kind], inside))


_LOOKS = (DescribeReservation(), ListReservations(whole=True))
SHRUNK: dict[str, Case] = {
    "purchases": Case(steps=(Purchase(),)),
    "second purchases": Case(
        offerings=(OfferingTerms(), OfferingTerms()), steps=(Purchase(), *_LOOKS, Purchase(), *_LOOKS)
    ),
    "reservation_lifecycles": Case(steps=(Purchase(name="reservation0"), *_LOOKS, SetClock(EndOf(0, 1)), *_LOOKS)),
    "concurrent_calls": Case(
        offerings=(OfferingTerms(), OfferingTerms(duration=6)),
        steps=(ConcurrentCalls(((Purchase(name="first"),), (Purchase(name="first"),))), ListReservations(whole=True)),
    ),
    "described offerings": Case(steps=(ListOfferings(whole=True), DescribeOffering())),
    "paginations": Case(offerings=(), steps=(ListOfferings(whole=True),)),
}


@pytest.mark.parametrize("kind", SHRUNK)
def test_shrinks_to_the_plainest_case(kind: str) -> None:
    """Every strategy of cases shrinks to the plainest of them."""
    assert smallest(EVERY_CASE[kind], tries=300) == SHRUNK[kind]


ANOTHER = OfferingTerms(duration=7)
# For each keyword argument a strategy that has it, and what then holds of every example, and of no default one.
EFFECTS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], bool]]] = {
    "arns.near_misses rule": (
        arns.near_misses(rule="errors/arn-is-exact"),
        lambda arn: arn.mutation in arns.mutations_for("errors/arn-is-exact"),
    ),
    "cases.purchases nows": (
        cases.purchases(nows=st.just("2031-01-01T00:00:00Z")),
        lambda case: case.now == "2031-01-01T00:00:00Z",
    ),
    "cases.purchases offerings": (
        cases.purchases(offerings=st.just((ANOTHER,))),
        lambda case: case.offerings == (ANOTHER,),
    ),
    "cases.purchases arns": (
        cases.purchases(arns=st.just(OfferingArn(5))),
        lambda case: case.steps[0].offering == OfferingArn(5),
    ),
    "cases.purchases names": (cases.purchases(names=st.none()), lambda case: case.steps[0].name is None),
    "cases.purchases starts": (
        cases.purchases(starts=st.just(Written(Now(1)))),
        lambda case: case.steps[0].start == Written(Now(1)),
    ),
    "cases.purchases mutations": (
        cases.purchases(mutations=st.just("no body")),
        lambda case: case.steps[0].mutation == "no body",
    ),
    "cases.purchases after": (
        cases.purchases(after=(ListOfferings(),)),
        lambda case: case.steps[1:] == (ListOfferings(),),
    ),
    "cases.reservation_lifecycles most": (cases.reservation_lifecycles(most=1), lambda case: _outlived(case) <= 1),
    "cases.reservation_lifecycles places": (
        cases.reservation_lifecycles(places=st.just((2, 1))),
        lambda case: case.places() == ((0, 0), (2, 1)),
    ),
    "cases.concurrent_calls branches": (
        cases.concurrent_calls(branches=lambda number: st.just(Purchase(name=f"x{number}"))),
        lambda case: [p.name for p in _purchases(case)[1:]] == [f"x{n}" for n in range(_branches(case) - 1)],
    ),
    "cases.paginations most": (cases.paginations(most=25), lambda case: len(case.offerings) <= 25),
    "instants.times_near_a_month_boundary hours": (
        instants.times_near_a_month_boundary(hours=1),
        lambda now: now[8:13] in ("01T00", "01T01") or now[11:13] == "23",
    ),
    "names.names least": (names.names(least=9), lambda name: len(name) >= 9),
    "names.names most": (names.names(most=3), lambda name: len(name) <= 3),
    "offerings.offering_terms durations": (
        offerings.offering_terms(durations=st.just(7)),
        lambda terms: terms.duration == 7,
    ),
    "offerings.offering_terms descriptions": (
        offerings.offering_terms(descriptions=st.just("x")),
        lambda terms: terms.description == "x",
    ),
    "offerings.offering_terms prices": (
        offerings.offering_terms(prices=st.just("7")),
        lambda terms: terms.price == "7",
    ),
    "offerings.offering_terms bitrates": (
        offerings.offering_terms(bitrates=st.none()),
        lambda terms: terms.bitrate is None,
    ),
    "offerings.offering_lists terms": (
        offerings.offering_lists(terms=st.just(ANOTHER)),
        lambda terms: set(terms) == {ANOTHER},
    ),
    "offerings.offering_lists least": (offerings.offering_lists(least=3), lambda terms: len(terms) == 3),
    "offerings.offering_lists most": (offerings.offering_lists(most=1), lambda terms: len(terms) == 1),
    "starts.after_now least_seconds": (
        starts.after_now(least_seconds=90),
        lambda start: start.point.months or start.point.seconds >= 90,
    ),
    "starts.malformed points": (
        starts.malformed(points=st.just(MonthStart(7))),
        lambda start: not isinstance(start, Written) or start.point == MonthStart(7),
    ),
}


def _keyword_arguments() -> Iterator[str]:
    for module_info in pkgutil.iter_modules(strategies.__path__):
        module = importlib.import_module(f"strategies.{module_info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("_") and function.__module__ == module.__name__:
                for parameter in inspect.signature(function).parameters.values():
                    if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                        yield f"{module_info.name}.{name} {parameter.name}"


def test_every_keyword_argument_is_tried() -> None:
    """No keyword argument of a strategy is without a test of its effect, and every effect is of one that exists."""
    assert set(EFFECTS) == set(_keyword_arguments())


@pytest.mark.parametrize("argument", EFFECTS)
def test_a_keyword_argument_has_its_effect(argument: str) -> None:
    """Every example shows the effect of the argument, and without it some example does not."""
    strategy, holds = EFFECTS[argument]
    with pytest.raises(NoSuchExample):
        find(strategy, lambda example: not holds(example), settings=examples(100))
    function = argument.split()[0]
    if function == "arns.near_misses":
        default: st.SearchStrategy[Any] = arns.near_misses(rule="errors/unknown-offering")
    else:
        module, _, name = function.partition(".")
        default = getattr(importlib.import_module(f"strategies.{module}"), name)()
    assert not holds(reached(default, lambda example: not holds(example)))
