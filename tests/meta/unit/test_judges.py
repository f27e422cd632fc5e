"""Every judge that binds finds what it is there to find: an example shows a mutant, and nothing wrong."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import settings

from conformance.cases.case import Case, DescribeReservation, UnknownArn
from conformance.plugin.session import OpenTarget
from conformance.rules import RULES, Level
from conformance.rules.history import follow
from conformance.rules.registry import Finding, Rule
from conformance.testing import examples_of
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.harness import ConformanceTest, Direct, conformance_tests, opened

BINDING = [rule for rule in RULES.values() if rule.level is not Level.OBSERVE]


@cache
def _tests() -> list[ConformanceTest]:
    # They are made for the profile under which they are imported first, which is not that of these tests.
    before = settings.get_current_profile_name()
    found = conformance_tests("smoke")
    settings.load_profile(before)
    return found


def _examples(rule: Rule) -> list[Case]:
    """The explicit examples of the tests of a rule, in order, and one for a rule whose tests only draw theirs."""
    unknown = Case(steps=(DescribeReservation(reservation=UnknownArn("reservation")),))
    found = [case for test in _tests() if rule in test.subject.rules for case in examples_of(test.function)]
    return [*found, unknown]


def _findings(target: OpenTarget, rule: Rule, case: Case) -> list[Finding]:
    """What a rule finds in one example, which has accounts of its own."""
    return list(rule.judge(follow(target.driver.play(case))))


def _shows(kind: type[RightEmulator], rule: Rule) -> Case | None:
    """The first example in which the rule finds the emulator wrong."""
    with opened(Direct(kind())) as target:
        for case in _examples(rule):
            if any(finding.violation for finding in _findings(target, rule, case)):
                return case
    return None


@pytest.mark.parametrize("rule", BINDING, ids=lambda rule: rule.id)
def test_a_judge_finds_a_mutant_in_an_example(rule: Rule) -> None:
    """A rule that binds is found broken in an example of its own tests, on a mutant, and kept by the right emulator."""
    shown = (_shows(kind, rule) for kind in MUTANTS.values() if rule.id in kind.breaks)
    case = next((case for case in shown if case is not None), None)
    assert case is not None
    with opened(Direct(RightEmulator())) as target:
        assert [finding.problem for finding in _findings(target, rule, case) if finding.violation] == []
