"""Making a failing case simpler: of a long history what the failure needs is found in a few dozen tries."""

from __future__ import annotations

import pytest

from conformance.cases.case import (
    Case,
    DescribeReservation,
    EndOf,
    ListOfferings,
    Purchase,
    ReservationArn,
    SetClock,
    TokenOf,
)
from conformance.cases.reduction import MOST_TRIES, reduce_case, simpler_cases
from strategies import KINDS, sequence

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
