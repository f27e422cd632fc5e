"""Every judge finds what it is there to find: a wrong emulator, and nothing wrong on a right one; or a choice."""

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
from tests.meta.emulator.choices import CHOICES
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations import VARIATIONS
from tests.meta.kills.harness import ConformanceTest, Direct, conformance_tests, opened

pytestmark = pytest.mark.usefixtures("waits")

BINDING = [rule for rule in RULES.values() if rule.level is not Level.OBSERVE]
OBSERVED = {RULES[rule_id]: name for rule_id, name in CHOICES if RULES[rule_id].level is Level.OBSERVE}
"""Each rule that is observed, with the variation that chooses otherwise than the right emulator."""


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


def shown_by(rule: Rule) -> tuple[str, Case] | None:
    """The first mutant that the rule finds wrong in an example, and the example."""
    for name, kind in MUTANTS.items():
        case = _shows(kind, rule) if rule.id in kind.breaks else None
        if case is not None:
            return name, case
    return None


def _choices(kind: type[RightEmulator], rule: Rule) -> set[str]:
    """What the rule tells of the emulator's choice, in all examples."""
    with opened(Direct(kind())) as target:
        return {finding.observed for case in _examples(rule) for finding in _findings(target, rule, case)} - {""}


@pytest.mark.parametrize("rule", BINDING, ids=lambda rule: rule.id)
def test_a_judge_finds_a_mutant_in_an_example(rule: Rule) -> None:
    """A rule that binds is found broken in an example of its own tests, on a mutant, and kept by the right emulator."""
    shown = shown_by(rule)
    assert shown is not None
    with opened(Direct(RightEmulator())) as target:
        assert [finding.problem for finding in _findings(target, rule, shown[1]) if finding.violation] == []


@pytest.mark.parametrize("rule", OBSERVED, ids=lambda rule: rule.id)
def test_a_judge_tells_a_choice(rule: Rule) -> None:
    """A rule that is observed tells the choice of a variation from that of the right emulator, in its examples."""
    usual, other = _choices(RightEmulator, rule), _choices(VARIATIONS[OBSERVED[rule]], rule)
    assert other == {*CHOICES[rule.id, OBSERVED[rule]].split(", ")}
    assert usual not in (set(), other)


def test_every_judge_is_tried() -> None:
    """No rule is left out here."""
    assert {*BINDING, *OBSERVED} == {*RULES.values()}
