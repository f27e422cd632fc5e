"""A purchase under an unusual name that is refused: the name is to blame, or the Start, and a plain purchase tells."""
# ruff: noqa: ARG002, D102 - an emulator overrides methods whose arguments and docstrings are the right one's

from __future__ import annotations

from datetime import datetime

import pytest

from conformance.cases.case import Case, Inside, Purchase, Written
from conformance.results.checker import Checker
from conformance.results.verdicts import proven_failures
from conformance.rules import names, start_window
from tests.meta.emulator.messages import Purchase as Purchased
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.harness import Direct, opened

UNUSUAL = Case(steps=(Purchase(name="SomeName1", start=Written(Inside(500))),))
EVERY_CHARACTER = Case(steps=(Purchase(name="Some-Name_1"),))
WITH_A_BLANK = Case(steps=(Purchase(name="a name"),))


class TakesAnyName(RightEmulator):
    """Takes any name, and no Start but the first of a month."""

    def check_name(self, purchase: Purchased) -> None:
        """All are right."""

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return start.day == 1


class NoCapitals(RightEmulator):
    """Refuses capital letters, and takes every Start that it must."""

    name_pattern = r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?"


@pytest.mark.parametrize(
    "kind, examples, broken",
    [
        (TakesAnyName, (UNUSUAL, WITH_A_BLANK), {start_window.interior.id, names.characters.id}),
        (NoCapitals, (UNUSUAL, EVERY_CHARACTER), {names.characters.id}),
        (NoCapitals, (UNUSUAL,), {names.characters.id}),
    ],
)
def test_what_is_to_blame(kind: type[RightEmulator], examples: tuple[Case, ...], broken: set[str]) -> None:
    """Where a plain name with the same Start is refused too, the Start's rule fails; otherwise that of names alone."""
    with opened(Direct(kind())) as target:
        checker = Checker(target.driver, (start_window.interior, names.characters))
        for case in examples:
            checker(case)
    proven = proven_failures(checker.results)
    assert {rule.id for rule in checker.rules if proven.get(rule.id)} == broken
