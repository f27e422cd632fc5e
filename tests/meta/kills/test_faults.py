"""Faults of the service are not the implementation's: ten seeds of each kind change no verdict."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from conformance.rules import RULES
from conformance.rules.registry import Level
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations_in_faults import (
    AnswersLost,
    ConnectionsCut,
    FaultsBase,
    InternalErrors,
    Throttling,
    Unavailable,
)
from tests.meta.kills.harness import ConformanceTest, check_emulator, conformance_tests, verdicts
from tests.meta.tools.tiers import tiered

KINDS: list[Callable[[int], FaultsBase]] = [Throttling, Unavailable, InternalErrors, ConnectionsCut, AnswersLost]
SEEDS = range(1, 11)
TESTS = {
    "test_a_second_purchase",
    "test_the_first_after_a_second_purchase",
    "test_purchases_at_the_same_time",
    "test_the_request_comes_back",
    "test_the_list_agrees",
    "test_before_the_first_of_the_month",
    "test_a_purchase_after_end",
}


@cache
def _tests() -> list[ConformanceTest]:
    chosen = [test for test in conformance_tests("smoke") if test.name in TESTS]
    assert {test.name for test in chosen} == TESTS
    return chosen


@cache
def _without_faults() -> dict[str, Verdict]:
    return verdicts(check_emulator(RightEmulator(), _tests()))


def _failed(run: Run) -> dict[str, str]:
    return {rule_id: result.failures[0].message for rule_id, result in run.results.items() if result.failures}


def test_the_chosen_tests_tell_something() -> None:
    """Without faults the rules of the chosen tests pass, and they are of the topics that faults could spoil."""
    rules = {rule.id for test in _tests() for rule in test.subject.rules}
    passed = {rule_id for rule_id, verdict in _without_faults().items() if verdict is Verdict.PASS}
    assert rules <= passed
    assert {rule_id.partition("/")[0] for rule_id in rules} >= {"exclusivity", "reservation", "start-window"}
    assert sum(RULES[rule_id].level is Level.MUST for rule_id in rules) > len(rules) / 2


@pytest.mark.parametrize("seed", tiered(SEEDS, [1]))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_faults_change_no_verdict(
    kind: Callable[[int], FaultsBase], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the faults fall, nothing fails, and every verdict is what it is without them."""
    monkeypatch.setattr("conformance.execution.retries.wait", lambda _: None)
    run = check_emulator(kind(seed), _tests())
    assert _failed(run) == {}
    assert verdicts(run) == _without_faults()
