"""What the documents leave open is seen: a variation that chooses otherwise than the right emulator is told from it."""

from __future__ import annotations

from functools import cache

import pytest

from conformance.rules import RULES, Level
from tests.meta.emulator.choices import CHOICES
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations import VARIATIONS
from tests.meta.kills.harness import ConformanceTest, check_emulator, check_variation, conformance_tests


@cache
def _tests() -> list[ConformanceTest]:
    return conformance_tests("smoke")


@pytest.mark.parametrize("rule_id, name", CHOICES)
def test_a_choice_is_recorded(rule_id: str, name: str) -> None:
    """The run on a variation records its choice, and that on the right emulator another one."""
    tests = [test for test in _tests() if any(rule.id == rule_id for rule in test.subject.rules)]
    seen = check_variation(VARIATIONS[name](), tests).observations().get(rule_id)
    usual = check_emulator(RightEmulator(), tests, served=False).observations().get(rule_id)
    assert seen == CHOICES[rule_id, name]
    assert usual not in (None, seen)


def test_every_rule_that_is_observed_has_a_choice() -> None:
    """No rule at level observe is left out."""
    observed = {rule.id for rule in RULES.values() if rule.level is Level.OBSERVE}
    assert observed <= {rule_id for rule_id, _ in CHOICES}
