"""A failing case of many accounts, offerings and times is made small: what does not matter to the failure goes."""

from __future__ import annotations

import pytest

from conformance.cases.case import Case, DescribeReservation, OfferingArn, Purchase, ReservationArn, SetClock
from conformance.cases.reduction import reduce_case, simpler_cases
from strategies import field_value_cases, refusal_cases, value_cases


def _bought(case: Case, description: str) -> bool:
    """Whether an offering of this description is purchased and the reservation described."""
    numbers = [
        case.steps[step.reservation.step]
        for step in case.steps
        if isinstance(step, DescribeReservation) and isinstance(step.reservation, ReservationArn)
    ]
    for purchase in numbers:
        assert isinstance(purchase, Purchase)
        assert isinstance(purchase.offering, OfferingArn)
        if case.offerings[purchase.offering.index % len(case.offerings)].description == description:
            return True
    return False


@pytest.mark.parametrize("number", [0, 4, 9])
def test_a_case_of_ten_accounts_becomes_one_of_one(number: int) -> None:
    """Of ten accounts with an offering each, the one that matters is left, with its offering and two calls."""
    case = value_cases()[3]
    description = case.offerings[number].description
    reduced = reduce_case(case, lambda smaller: smaller if _bought(smaller, description) else None)
    assert reduced is not None
    assert len(reduced.steps) == 2
    assert [terms.description for terms in reduced.offerings] == [description]


@pytest.mark.parametrize("number", range(10))
def test_the_clock_of_the_account_that_is_left(number: int) -> None:
    """Where accounts have times of their own, the time of the one that is left becomes the beginning of the case."""
    case = field_value_cases()[0]
    now, times = case.now, {}
    for step in case.steps:
        if isinstance(step, SetClock):
            now = getattr(step.to, "instant", now)
        elif isinstance(step, Purchase):
            times[step.account] = now
    alone = [smaller for smaller in simpler_cases(case) if len(smaller.steps) == 1]
    assert (times[number], number) in {(smaller.now, next(smaller.calls()).account) for smaller in alone}


def test_one_of_a_hundred_calls_of_one_account() -> None:
    """Of dozens of calls of one account those that matter not go, whatever their place, in few tries."""
    case = refusal_cases()[0]
    wanted = case.steps[70]

    def shown_by(smaller: Case) -> Case | None:
        return smaller if any(getattr(step, "name", 1) == wanted.name for step in smaller.steps) else None

    reduced = reduce_case(case, shown_by)
    assert reduced is not None
    assert len(reduced.steps) < len(case.steps) / 2
