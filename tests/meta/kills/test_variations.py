"""No right implementation fails: permitted variations pass, whatever they do where the documents leave room."""

from __future__ import annotations

from functools import cache

import pytest

from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations import VARIATIONS
from tests.meta.kills.harness import (
    ConformanceTest,
    can_be_examined_in_full,
    check_emulator,
    check_variation,
    conformance_tests,
)
from tests.meta.tools.tiers import tiered

OF_THE_FAST_TIER = ("right", "unusual-where-permitted", "like-a-loose-script")
"""The right emulator itself, and two variations that are many at once; all the others are of the proof."""


@cache
def _tests() -> list[ConformanceTest]:
    return conformance_tests("smoke")


def _failed(run: Run) -> dict[str, str]:
    failed = [rule.id for rule, verdict, _ in run.verdicts() if verdict is Verdict.FAIL]
    return {rule_id: run.results[rule_id].failures[0].message for rule_id in failed}


def _unsettled(run: Run) -> dict[str, str]:
    settled = (Verdict.PASS, Verdict.FAIL)
    return {rule.id: f"{verdict}: {reason}" for rule, verdict, reason in run.verdicts() if verdict not in settled}


def without(found: dict[str, str], rule_ids: tuple[str, ...]) -> dict[str, str]:
    """What was found of other rules than these."""
    return {rule_id: message for rule_id, message in found.items() if rule_id not in rule_ids}


def _emulator(name: str) -> RightEmulator:
    return RightEmulator() if name == "right" else VARIATIONS[name]()


@pytest.mark.parametrize("name", tiered(["right", *VARIATIONS], OF_THE_FAST_TIER))
def test_a_permitted_variation_passes(name: str) -> None:
    """A right implementation fails no rule, but those at level should that it is known to depart from."""
    emulator = _emulator(name)
    run = check_variation(emulator, _tests())
    assert without(_failed(run), emulator.departs_from) == {}
    unsettled = without(_unsettled(run), emulator.leaves_open)
    if can_be_examined_in_full(emulator):
        assert unsettled == {}
    assert all(reason.startswith("not-testable: needs ") for reason in unsettled.values())


@pytest.mark.parametrize(
    "name", tiered(["right", "clock-ahead", "clock-behind", "no-date", "throttling", "answers-lost"], ["right"])
)
def test_a_right_implementation_passes_on_the_wall_clock(name: str) -> None:
    """Without the control API nothing fails either, and what cannot be tested is named with its reason."""
    run = check_emulator(_emulator(name), _tests(), control=False)
    assert _failed(run) == {}
    unsettled = _unsettled(run)
    assert unsettled
    assert all(reason.startswith("not-testable: needs ") for reason in unsettled.values())
