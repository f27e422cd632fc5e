"""The search for an order of concurrent calls, against known histories and against every permutation."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from conformance import linearizability
from conformance.rules.linearizability import Event, is_linearizable
from tests.meta.tools.hypotheses import examples, smallest

A, B, C = frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"})
NONE: frozenset[str] = frozenset()
UNKNOWN = "?"


def bought(arn: str, began: float = 0, ended: float = 10) -> Event:
    """A purchase that succeeded."""
    return Event(began, ended, bought=arn)


def refused(began: float = 0, ended: float = 10) -> Event:
    """A purchase that was refused."""
    return Event(began, ended, refused=True)


def look(shown: frozenset[str], began: float = 0, ended: float = 10) -> Event:
    """A listing."""
    return Event(began, ended, shown=shown)


def lost(began: float = 0, ended: float = 10) -> Event:
    """A purchase without an answer."""
    return Event(began, ended)


KNOWN = [
    ("one success", [bought("a")], NONE, True),
    ("no call at all", [], NONE, True),
    ("one success and refusals", [bought("a"), refused(), refused()], NONE, True),
    ("two successes", [bought("a"), bought("b")], NONE, False),
    ("two successes one after the other", [bought("a", 0, 1), bought("b", 2, 3)], NONE, False),
    ("none succeeds", [refused(), refused()], NONE, False),
    ("none succeeds beside one from before", [refused(), refused()], A, True),
    ("a success beside one from before", [bought("b"), refused()], A, False),
    ("a refusal before the success begins", [refused(0, 1), bought("a", 2, 3)], NONE, False),
    ("a refusal after the success ends", [bought("a", 0, 1), refused(2, 3)], NONE, True),
    ("a later look without it", [bought("a", 0, 1), look(NONE, 2, 3)], NONE, False),
    ("a later look with it", [bought("a", 0, 1), look(A, 2, 3)], NONE, True),
    ("an earlier look with it", [look(A, 0, 1), bought("a", 2, 3)], NONE, False),
    ("an earlier look without it", [look(NONE, 0, 1), bought("a", 2, 3)], NONE, True),
    ("an overlapping look without it", [bought("a"), look(NONE, 5, 15)], NONE, True),
    ("an overlapping look with it", [bought("a"), look(A, 5, 15)], NONE, True),
    ("reads that go back", [bought("a"), look(A, 1, 2), look(NONE, 3, 4)], NONE, False),
    ("reads that go on", [bought("a"), look(NONE, 1, 2), look(A, 3, 4)], NONE, True),
    ("a look that shows another", [bought("a"), look(B)], NONE, False),
    ("a look that shows two", [bought("a"), look(C)], NONE, False),
    ("a look that shows one from before", [look(A), refused()], A, True),
    ("a look that hides one from before", [look(NONE)], A, False),
    ("a lost purchase that never happens", [lost(), look(NONE, 20, 30)], NONE, True),
    ("a lost purchase that appears", [lost(), look(A, 20, 30)], NONE, True),
    ("a lost purchase that appears late", [lost(0, 1), look(NONE, 2, 3), look(A, 4, 5)], NONE, True),
    ("a lost purchase that appears and goes", [lost(0, 1), look(A, 2, 3), look(NONE, 4, 5)], NONE, False),
    ("a lost purchase that changes its ARN", [lost(0, 1), look(A, 2, 3), look(B, 4, 5)], NONE, False),
    ("a lost purchase that appears before it began", [look(A, 0, 1), lost(2, 3)], NONE, False),
    ("a lost purchase explains a refusal", [lost(), refused()], NONE, True),
    ("a lost purchase explains no earlier refusal", [refused(0, 1), lost(2, 3)], NONE, False),
    ("a lost purchase beside a success", [lost(), bought("a"), look(A, 20, 30)], NONE, True),
    ("a lost purchase and a success that both appear", [lost(), bought("a"), look(C, 20, 30)], NONE, False),
    ("a lost purchase beside one from before", [lost(), look(C, 20, 30)], A, False),
    ("two lost purchases that both appear", [lost(), lost(), look(C, 20, 30)], NONE, False),
    ("the same ARN twice", [bought("a"), bought("a")], NONE, False),
]


@pytest.mark.parametrize("history, before, possible", [case[1:] for case in KNOWN], ids=[case[0] for case in KNOWN])
def test_known_histories(history: list[Event], before: frozenset[str], possible: bool) -> None:
    """Histories of which anybody can say whether they are possible, in whatever order they are written."""
    assert is_linearizable(tuple(history), before) is possible
    assert is_linearizable(tuple(reversed(history)), before) is possible


def _orders(events: tuple[Event, ...]) -> list[tuple[Event, ...]]:
    """Every order in which no event comes before one that ended before it began; lost ones never end."""
    return [
        order
        for order in permutations(events)
        if not any(
            later.ended < earlier.began and not later.lost
            for number, earlier in enumerate(order)
            for later in order[number + 1 :]
        )
    ]


def _fits(order: tuple[Event, ...], happened: tuple[bool, ...], before: frozenset[str]) -> bool:
    """Play an order through a store of reservations; `happened` says which lost purchases took effect."""
    listed, fates = set(before), iter(happened)
    for one in order:
        if one.lost and not next(fates):
            continue
        if one.lost or one.bought:
            if listed:
                return False
            listed.add(one.bought or UNKNOWN)
        elif one.refused:
            if not listed:
                return False
        elif one.shown is not None:
            if UNKNOWN in listed and len(one.shown) == 1:
                # The first look tells the ARN of what was bought without an answer; it is nobody else's.
                listed = set(one.shown)
            if listed != one.shown:
                return False
    return True


def _brute_force(events: tuple[Event, ...], before: frozenset[str]) -> bool:
    """Whether some order and some fate of the lost purchases fits."""
    fates = list(product([False, True], repeat=sum(one.lost for one in events)))
    return any(_fits(order, fate, before) for order in _orders(events) for fate in fates)


SPANS = st.tuples(st.integers(0, 8), st.integers(0, 5)).map(lambda span: (float(span[0]), float(sum(span))))
SHOWN = st.sampled_from([NONE, A, B, C])
EVENTS = st.one_of(
    st.builds(lambda span, arn: bought(arn, *span), SPANS, st.sampled_from(["a", "b"])),
    SPANS.map(lambda span: refused(*span)),
    st.builds(lambda span, shown: look(shown, *span), SPANS, SHOWN),
    SPANS.map(lambda span: lost(*span)),
)
HISTORIES = st.lists(EVENTS, max_size=5).map(tuple)


@given(history=HISTORIES, before=st.sampled_from([NONE, NONE, A]))
@examples(1_500)
def test_any_small_history(history: tuple[Event, ...], before: frozenset[str]) -> None:
    """The search says of every small history what trying all orders says."""
    possible = _brute_force(history, before)
    event(f"possible: {possible}")
    assert is_linearizable(history, before) is possible


@pytest.mark.parametrize("possible", [True, False])
def test_both_answers_are_drawn(possible: bool) -> None:
    """Possible and impossible histories of three kinds of call are among those that are compared."""

    def telling(history: tuple[Event, ...]) -> bool:
        kinds = {(bool(one.bought), one.refused, one.lost) for one in history}
        return len(kinds) >= 3 and is_linearizable(history) is possible

    assert telling(smallest(HISTORIES, telling))


@given(
    spans=st.lists(SPANS, min_size=1, max_size=8),
    winner=st.integers(0, 7),
    reads=st.lists(st.floats(0, 12), max_size=6),
)
@examples(300)
def test_what_really_happened_is_possible(spans: list[tuple[float, float]], winner: int, reads: list[float]) -> None:
    """A history recorded from a right store, in which the first to take effect wins, is always possible."""
    took_effect = [(span[0] + span[1]) / 2 for span in spans]
    first = min(range(len(spans)), key=lambda number: (took_effect[number], number != winner % len(spans)))
    events = [bought("a", *span) if number == first else refused(*span) for number, span in enumerate(spans)]
    events += [look(A if moment > took_effect[first] else NONE, moment, moment) for moment in reads]
    assert is_linearizable(tuple(events))


def test_many_calls_are_searched_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls at the same time that fit in no order are told as such without trying every order of them."""
    effects, looked_at = linearizability._effects, []

    def counted(*arguments: Any) -> Any:
        looked_at.append(arguments)
        assert len(looked_at) < 50_000, "the search goes over the same states again and again"
        return effects(*arguments)

    monkeypatch.setattr(linearizability, "_effects", counted)
    assert not is_linearizable((*(refused() for _ in range(8)), *(look(NONE) for _ in range(8))))
