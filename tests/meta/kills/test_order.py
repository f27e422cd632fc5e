"""Verdicts do not depend on the order of the tests, nor on how they are shared out among machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Any

import pytest

from conformance.report.document import document
from conformance.report.merge import merge
from conformance.results.gate import ExitStatus, Gate
from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.rare import RARE
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.harness import ConformanceTest, check_emulator, conformance_tests, verdicts

pytestmark = pytest.mark.usefixtures("waits")

Tests = list[ConformanceTest]
Kind = type[RightEmulator]

EMULATORS: Mapping[str, Kind] = {
    "right": RightEmulator,
    "no-lower-bound": MUTANTS["no-lower-bound"],
    "second-succeeds-unlisted": RARE["second-succeeds-unlisted"],
    "never-over": RARE["never-over"],
}
"""A right emulator, one with one defect, and two with a pair of them, of which one is what the other is seen by."""
QUICK = {"start-window", "exclusivity", "reservation"}
"""The topics whose tests run in the fast tier."""


@cache
def _tests() -> Tests:
    return conformance_tests("smoke")


def _quick() -> Tests:
    return [test for test in _tests() if any(rule.topic in QUICK for rule in test.subject.rules)]


def _examine(kind: Kind, tests: Tests) -> Run:
    return check_emulator(kind(), tests, served=False)


def _shuffled(seed: int) -> Callable[[Tests], Tests]:
    return lambda tests: Random(seed).sample(tests, len(tests))


def _part(kind: Kind, tests: Tests, number: int) -> dict[str, Any]:
    """The report of every second test, as another machine would read it."""
    run = _examine(kind, tests[number - 1 :: 2])
    run.shard = f"{number}/2"
    report = document(run, Gate(ExitStatus.OPEN, "a part"), complete=True, duration_seconds=0.0)
    found: dict[str, Any] = json.loads(json.dumps(report))
    return found


def _in_halves(kind: Kind, tests: Tests) -> dict[str, Verdict]:
    """The verdicts of the merged reports of two halves, each on an emulator of its own."""
    return verdicts(merge([_part(kind, tests, 2), _part(kind, tests, 1)]).run)


@cache
def _in_order(name: str, quick: bool) -> dict[str, Verdict]:
    return verdicts(_examine(EMULATORS[name], _quick() if quick else _tests()))


ORDERS: Mapping[str, Callable[[Tests], Tests]] = {
    "reversed": lambda tests: tests[::-1],
    "shuffled": _shuffled(1),
    "shuffled otherwise": _shuffled(2),
}


@pytest.mark.parametrize("order", list(ORDERS)[:2])
@pytest.mark.parametrize("name", list(EMULATORS)[:3])
def test_the_order_of_some_tests(name: str, order: str) -> None:
    """The tests of three topics give the same verdicts in another order."""
    assert verdicts(_examine(EMULATORS[name], ORDERS[order](_quick()))) == _in_order(name, quick=True)


@pytest.mark.parametrize("name", list(EMULATORS)[:3])
def test_halves_of_some_tests(name: str) -> None:
    """The tests of three topics give the same verdicts in two halves, whose reports are merged."""
    assert _in_halves(EMULATORS[name], _quick()) == _in_order(name, quick=True)


@pytest.mark.proof
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", EMULATORS)
def test_the_order_of_all_tests(name: str, order: str) -> None:
    """All tests give the same verdicts in another order."""
    assert verdicts(_examine(EMULATORS[name], ORDERS[order](_tests()))) == _in_order(name, quick=False)


@pytest.mark.proof
@pytest.mark.parametrize("name", EMULATORS)
def test_halves_of_all_tests(name: str) -> None:
    """All tests give the same verdicts in two halves."""
    assert _in_halves(EMULATORS[name], _tests()) == _in_order(name, quick=False)


def test_the_emulators_are_told_apart() -> None:
    """What is compared is not all one verdict: the wrong emulators fail the rules that they break."""
    for name, kind in list(EMULATORS.items())[:3]:
        failed = {rule_id for rule_id, verdict in _in_order(name, quick=True).items() if verdict is Verdict.FAIL}
        assert {*kind.breaks} <= failed <= {*kind.breaks, *kind.may_break}
