"""The conformance tests run without pytest, on one target after the other, fast enough for hundreds of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from hypothesis import settings

import tests.conformance
from conformance.clock import utc_now
from conformance.plugin.examination import Examination, NothingToJudgeError, RuleViolationError
from conformance.plugin.markers import Subject, subject_of_marks
from conformance.plugin.profiles import register_profiles
from conformance.plugin.session import OpenTarget, open_target
from conformance.report.document import Run
from conformance.targets.base import Target
from conformance.targets.endpoint import Endpoint
from conformance.verdicts import RuleResult, Verdict
from tests.meta.emulator import serve
from tests.meta.emulator.right import RightEmulator


@dataclass(frozen=True)
class ConformanceTest:
    """A test function of tests/conformance with the rules that it is of."""

    name: str
    function: Callable[..., None]
    subject: Subject


def conformance_tests(profile: str = "smoke") -> list[ConformanceTest]:
    """Every conformance test, under the named Hypothesis profile; to be called once, before they are imported."""
    register_profiles()
    settings.load_profile(profile)
    found = []
    for module_info in pkgutil.iter_modules(tests.conformance.__path__):
        module = importlib.import_module(f"tests.conformance.{module_info.name}")
        for name, function in vars(module).items():
            marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "rule"]
            if name.startswith("test_") and marks:
                found.append(ConformanceTest(name, function, subject_of_marks(marks, name)))
    return found


@contextmanager
def opened(target: Target) -> Iterator[OpenTarget]:
    """The target, open and probed, for the length of a block."""
    opened_target = open_target(target)
    try:
        yield opened_target
    finally:
        target.close()


def examine_target(target: OpenTarget, tests: list[ConformanceTest]) -> Run:
    """Run the tests on an open target, and give what a run of pytest would have found."""
    run = Run(target.facts, "meta", "derandomized", utc_now())
    for test in tests:
        for rule_id, result in _examine(target, test).items():
            run.add(rule_id, result)
    return run


def _examine(target: OpenTarget, test: ConformanceTest) -> dict[str, RuleResult]:
    results: dict[str, RuleResult] = {}
    testable = []
    for rule in test.subject.rules:
        obstacle = test.subject.obstacle(rule, target.facts)
        if obstacle is None:
            testable.append(rule)
        else:
            results[rule.id] = RuleResult(left_out=[obstacle])
    if testable:
        examination = Examination(target.driver, tuple(testable), results)
        # What was found is in the results.
        with suppress(RuleViolationError, NothingToJudgeError):
            test.function(examine=examination)
    return results


def examine_emulator(emulator: RightEmulator, tests: list[ConformanceTest], *, control: bool = True) -> Run:
    """Serve an emulator over HTTP, and run the tests on it."""
    with serve(emulator, control=control) as served:
        target = Endpoint(served.endpoint_url, "us-east-1", served.control_url if control else None)
        with opened(target) as opened_target:
            return examine_target(opened_target, tests)


def verdicts(run: Run) -> dict[str, Verdict]:
    """Rule id to verdict."""
    return {rule.id: verdict for rule, verdict, _ in run.verdicts()}
