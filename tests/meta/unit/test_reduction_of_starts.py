"""A failing case is made simpler by what reads more plainly, not by what has fewer letters alone."""

import pytest

from conformance.cases.case import At, Case, Literal, MonthStart, Now, Purchase, Start, Written
from conformance.cases.case_json import size_of
from conformance.cases.reduction import reduce_case


def _with_start(start: Start) -> Case:
    return Case(steps=(Purchase(start=start),))


@pytest.mark.parametrize("start", [Literal("0001-01-01T00:00:00Z"), Written(At("1999-07-01T12:00:00Z"))])
def test_a_start_long_before_the_window(start: Start) -> None:
    """Where the last second before the window fails as well, that is what is shown."""
    edge = _with_start(Written(MonthStart(seconds=-1)))
    assert reduce_case(_with_start(start), lambda case: case if case == edge else None) == edge


def test_a_start_far_in_the_future() -> None:
    """Likewise the first second after the window."""
    edge = _with_start(Written(Now(seconds=1)))
    far = _with_start(Literal("9999-12-31T23:59:59Z"))
    assert reduce_case(far, lambda case: case if case == edge else None) == edge


def test_a_start_that_alone_fails() -> None:
    """An instant that fails where the edges of the window do not stays as it is."""
    case = _with_start(Literal("0001-01-01T00:00:00Z"))
    assert reduce_case(case, lambda _: None) is None
    assert size_of(case) > size_of(_with_start(Written(MonthStart(seconds=-1))))
