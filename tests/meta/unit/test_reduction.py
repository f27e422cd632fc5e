"""Making a failing case simpler: of a long history what the failure needs is found in a few dozen tries."""

from __future__ import annotations

import itertools

import pytest

from conformance.cases.case import (
    Case,
    DescribeReservation,
    EndOf,
    ListOfferings,
    MonthStart,
    Purchase,
    ReservationArn,
    SetClock,
    TokenOf,
    Written,
)
from conformance.cases.reduction import MOST_TRIES, reduce_case, simpler_cases
from conformance.results.checker import Checker
from conformance.rules import start_window
from strategies import KINDS, sequence
from tests.meta.emulator.mutants.start_window import NoLowerBound
from tests.meta.tools.in_process import InProcess, driver_on

WHOLE = sequence([*KINDS])


@pytest.mark.parametrize("number", range(3, len(WHOLE.steps) - 8, 20))
def test_a_long_history_is_reduced_to_what_matters(number: int) -> None:
    """Of hundreds of steps those few are left that a failure needs, wherever among them the middle one stands."""
    first, trigger, *_ = needed = (WHOLE.steps[0], WHOLE.steps[number])
    tries = 0

    def shown_by(case: Case) -> Case | None:
        nonlocal tries
        tries += 1
        place = [at for at, step in enumerate(case.steps) if step == trigger]
        later = case.steps[place[-1] + 1 :] if place else ()
        comes_first = first in case.steps[: place[-1] if place else 0]
        return case if comes_first and any(isinstance(step, Purchase) for step in later) else None

    reduced = reduce_case(WHOLE, shown_by)
    assert reduced is not None
    assert tries <= MOST_TRIES
    assert set(needed) <= {*reduced.steps}
    assert len(reduced.steps) <= 12


def test_what_refers_to_a_step_goes_with_it() -> None:
    """Without a purchase its descriptions and the clock set to its End are left out, and later references move."""
    case = Case(
        steps=(
            Purchase(name="first"),
            DescribeReservation(),
            SetClock(EndOf(0, 1)),
            ListOfferings(max_results="1"),
            ListOfferings(token=TokenOf(3)),
            Purchase(name="second"),
            DescribeReservation(reservation=ReservationArn(5)),
        )
    )
    without_first = (
        ListOfferings(max_results="1"),
        ListOfferings(token=TokenOf(0)),
        Purchase(name="second"),
        DescribeReservation(reservation=ReservationArn(2)),
    )
    assert without_first in [simpler.steps for simpler in simpler_cases(case)]


def test_nothing_is_left_of_nothing() -> None:
    """A case of one step has no simpler one without steps."""
    assert all(simpler.steps for simpler in simpler_cases(Case(steps=(Purchase(name="another"),))))


def _requests_to_simplify(seconds_a_look: float, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many requests the simpler cases of a failure take, where the clock goes on by so much at each look."""
    looks = itertools.count()
    monkeypatch.setattr("conformance.results.checker.monotonic", lambda: next(looks) * seconds_a_look)
    target, rule = InProcess(NoLowerBound()), start_window.before_lower_bound
    checker = Checker(driver_on(target), (rule,))
    looks_around = [ListOfferings(max_results=str(size)) for size in range(1, 9)]
    checker(Case(steps=(*looks_around, Purchase(start=Written(MonthStart(seconds=-1))))))
    before = target.count
    checker.simplify()
    assert checker.results[rule.id].failures
    return target.count - before


def test_simpler_cases_are_tried_for_seconds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a target where a case takes long it is seen once more, and few simpler ones are tried."""
    assert 0 < _requests_to_simplify(15.0, monkeypatch) < _requests_to_simplify(0.0, monkeypatch)
