"""JSON has one type of numbers: a duration of 12.0 months is judged as 12 is."""

from __future__ import annotations

import pytest

from conformance.cases.case import Case, Purchase
from conformance.results.checker import Checker
from conformance.rules import end
from conformance.spec.outcomes import months_of
from tests.meta.emulator.mutants.end import ThirtyDayMonths
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations_in_states import WholeNumbersAsFractions
from tests.meta.kills.harness import Direct, opened


class ThirtyDayMonthsAsFractions(ThirtyDayMonths, WholeNumbersAsFractions):
    """Counts thirty days for a month, and writes 12.0 for 12."""


@pytest.mark.parametrize("kind, is_broken", [(ThirtyDayMonthsAsFractions, True), (WholeNumbersAsFractions, False)])
def test_end_is_judged_by_durations_with_fractions(kind: type[RightEmulator], *, is_broken: bool) -> None:
    """A wrong End is found, and a right one kept, where the duration is written as 12.0."""
    with opened(Direct(kind())) as target:
        checker = Checker(target.driver, (end.adds_duration,))
        checker(Case(steps=(Purchase(),)))
    result = checker.results[end.adds_duration.id]
    assert result.classes["any term"] == 1
    assert bool(result.failures) is is_broken


@pytest.mark.parametrize(
    "duration, months",
    [(12, 12), (12.0, 12), (12.5, None), (True, None), ("12", None), (None, None), (float("inf"), None), ([], None)],
)
def test_months_of(duration: object, months: int | None) -> None:
    """Whole numbers are months, however they are written; all else is none."""
    assert months_of({"duration": duration}) == months
