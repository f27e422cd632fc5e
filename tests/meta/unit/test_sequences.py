"""The sequences of calls: which kinds meet, and what comes after each of them."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations
from typing import Any

import pytest

from conformance.cases.case import (
    Case,
    DescribeReservation,
    ListOfferings,
    ListReservations,
    Now,
    Purchase,
    SetClock,
    TokenOf,
    Written,
)
from strategies import BETWEEN_PAGES, KINDS, disturbed_walk, disturbed_walk_cases, sequence, sequence_cases
from strategies.sequences import CHANGES, CONTESTS, ORDERS, REFUSED

ALL_ORDERS = (*ORDERS, *(order[::-1] for order in ORDERS[2:]))


def test_each_order_has_every_kind() -> None:
    """An order is one of all kinds, each once."""
    assert all(sorted(order) == sorted(KINDS) for order in ORDERS)


def test_of_any_two_kinds_each_comes_before_the_other() -> None:
    """All pairs of kinds occur, in both orders."""
    pairs = {pair for order in ALL_ORDERS for pair in combinations(order, 2)}
    assert pairs == {*permutations(KINDS, 2)}


def test_of_any_three_kinds_most_orders_occur() -> None:
    """Of all triples of kinds three quarters and more occur in any given order."""
    triples = {triple for order in ALL_ORDERS for triple in combinations(order, 3)}
    count = len(KINDS) * (len(KINDS) - 1) * (len(KINDS) - 2)
    assert len(triples) > 0.75 * count


def _contests(case: Case) -> list[Purchase]:
    return [step for step in case.steps if isinstance(step, Purchase) and str(step.name).startswith("contest")]


def test_a_reservation_is_contested_after_each_kind() -> None:
    """With one reservation as many further purchases are tried as there are kinds, and one more for each place.

    One is tried in its last second. After what was refused they have the name that was refused.
    """
    case = sequence([*KINDS])
    places = {(step.account, step.region) for step in case.steps if isinstance(step, Purchase)}
    names = Counter(step.name for step in case.calls() if isinstance(step, Purchase))
    again = [step.name for kind in REFUSED for step in KINDS[kind] if str(getattr(step, "name", "")).startswith("ref")]  # type: ignore[union-attr]
    assert [name for name in again if names[name] != 2] == []
    assert len(_contests(case)) == len(KINDS) - len(again) + 1 + len(places)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_comes_between_a_purchase_and_its_contest(kind: str) -> None:
    """What a kind does stands between the purchase with its looks and the contest, so often as was asked for."""
    first, described, listed, *between = sequence([kind], times=2).steps
    assert isinstance(first, Purchase)
    assert isinstance(described, DescribeReservation)
    assert listed == ListReservations(whole=True)
    contest = 2 * len(KINDS[kind])
    rival = between[contest]
    assert isinstance(rival, Purchase)
    assert rival.start in (Written(Now()), Written())
    assert str(rival.name).startswith("refused" if kind in REFUSED and "refused" in str(KINDS[kind]) else "contest")
    assert [type(step) for step in between[:contest]] == [type(step) for step in KINDS[kind]] * 2


def test_several_reservations_in_a_row() -> None:
    """An order that is spread over four reservations has four Ends, each contested, and kinds before the first."""
    case = sequence(ORDERS[2], reservations=4)
    passed: list[Any] = [step for step in case.steps if isinstance(step, SetClock)]
    in_table = [step for kind in CHANGES for step in KINDS[kind] if isinstance(step, SetClock)]
    assert len(passed) == 2 * 4 + len(in_table)
    here = [at for at, step in enumerate(case.steps) if step == Purchase(name="held", start=Written(Now()))]
    assert here[0] > 0
    assert not {step.name for step in _contests(case)} & {step.name for kind in CONTESTS for step in KINDS[kind]}  # type: ignore[union-attr]


def test_sequences_in_a_row_have_every_kind() -> None:
    """In each of the explicit examples every kind occurs that needs no active reservation."""
    for case in sequence_cases():
        for kind, steps in KINDS.items():
            if kind not in CONTESTS:
                mutations = {getattr(step, "mutation", "") for step in steps if isinstance(step, Purchase)}
                made = {step.mutation for step in case.steps if isinstance(step, Purchase)}
                assert mutations <= made, kind


@pytest.mark.parametrize("listed", BETWEEN_PAGES, ids=lambda listed: listed.__name__)
def test_a_token_is_used_twice(listed: type[ListOfferings] | type[ListReservations]) -> None:
    """Whatever comes between two pages, the walk goes on to its end twice, the second time with another size."""
    for name in BETWEEN_PAGES[listed]:
        *_, once, twice = disturbed_walk(listed, [name]).steps
        assert isinstance(once, listed)
        assert isinstance(twice, listed)
        assert once.token == twice.token != None  # noqa: E711  (a token that is there)
        assert once.whole
        assert twice.whole
        assert once.max_results != twice.max_results


def test_what_comes_between_two_pages_uses_the_token() -> None:
    """The token of the walk that is under way is used in other accounts and Regions, and for the other list."""
    for case in disturbed_walk_cases():
        with_token = [step for step in case.calls() if isinstance(getattr(step, "token", None), TokenOf)]
        assert {(step.account, step.region) for step in with_token} >= {(0, 0), (1, 0), (0, 1)}
        assert {type(step) for step in with_token} == {ListOfferings, ListReservations}
