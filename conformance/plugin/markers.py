"""Which rules a test is of, and what it takes: the `rule` marker, read and checked at collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from conformance.report.document import TargetFacts
from conformance.results.verdicts import RuleResult, Verdict
from conformance.rules import RULES, Level, Rule
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability

MARKER = (
    "rule(*ids, operations=None, needs=(), buys=None, single=False): the test is of these rules, takes these "
    "operations and capabilities, has right purchases, and is for targets with a single account"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The rules of a test; it uses `operations`, or those of each rule, and needs `needs` besides each rule's.

    A test for a `single` account makes the most of one; with fresh accounts every rule has better tests.
    """

    rules: tuple[Rule, ...]
    operations: frozenset[Operation] | None = None
    needs: frozenset[Capability] = frozenset()
    buys: bool = True
    single: bool = False

    @property
    def turn(self) -> int:
        """When the test comes where there may be one account only: what buys nothing, then what makes most of it."""
        return 1 if self.single else 2 if self.buys else 0

    def by_level(self) -> dict[Level, Subject]:
        """The same test for its rules of one level after the other; one for a single account has only one go."""
        if self.single:
            return {Level.MUST: self}
        levels = dict.fromkeys(rule.level for rule in self.rules)
        return {
            level: replace(self, rules=tuple(rule for rule in self.rules if rule.level is level)) for level in levels
        }

    def is_needless(self, target: TargetFacts) -> bool:
        """Whether the test has nothing to add on this target."""
        return self.single and Capability.ACCOUNTS in target.capabilities

    def obstacle(self, rule: Rule, target: TargetFacts) -> tuple[Verdict, str] | None:
        """Why the test cannot look at one of its rules on this target; None where it can."""
        missing = [str(op) for op in Operation if op in target.missing and op in (self.operations or rule.operations)]
        if missing:
            return Verdict.NOT_IMPLEMENTED, f"the target does not implement {', '.join(missing)}"
        lacking = [capability.needed for capability in Capability if self._lacks(capability, rule, target)]
        return (Verdict.NOT_TESTABLE, f"needs {' and '.join(lacking)}") if lacking else None

    def _lacks(self, capability: Capability, rule: Rule, target: TargetFacts) -> bool:
        needed = rule.needs | self.needs
        if Operation.PURCHASE_OFFERING in (self.operations or rule.operations):
            needed |= {Capability.PURCHASES}
        return capability in needed and capability not in target.capabilities


SUBJECT = pytest.StashKey[Subject]()
"""Of each conformance test: what its markers say."""
RESULTS = pytest.StashKey[dict[str, RuleResult]]()
"""Of each conformance test that was begun: what it has found, by rule id."""


def subject_of(item: pytest.Item) -> Subject | None:
    """What the markers of a test say; None for a test that has none.

    Raises:
        pytest.UsageError: a rule id is unknown.
    """
    marks = list(item.iter_markers("rule"))
    if not marks:
        return None
    subject = subject_of_marks(marks, item.nodeid)
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    level = parameters.get("examine")
    return subject.by_level()[level] if isinstance(level, Level) else subject


def parametrize_by_level(metafunc: pytest.Metafunc) -> None:
    """Let a test of rules at several levels be one test a level.

    A test ends with its first failing example; so what a right target may do against a should rule would keep the must
    rules of the test from the examples that come after it.
    """
    marks = list(metafunc.definition.iter_markers("rule"))
    levels = subject_of_marks(marks, metafunc.definition.nodeid).by_level() if marks else {}
    if len(levels) > 1 and "examine" in metafunc.fixturenames:
        metafunc.parametrize("examine", levels, ids=[str(level) for level in levels], indirect=True)


def subject_of_marks(marks: Sequence[pytest.Mark], test: str) -> Subject:
    """What these markers of a test say. Raises pytest.UsageError for an unknown rule id."""
    ids = [rule_id for mark in marks for rule_id in mark.args]
    unknown = [rule_id for rule_id in ids if rule_id not in RULES]
    if unknown or not ids:
        raise pytest.UsageError(f"{test} names {unknown or 'no rule'}, which the registry does not have")
    operations = marks[0].kwargs.get("operations")
    needs = frozenset(capability for mark in marks for capability in mark.kwargs.get("needs", ()))
    rules = tuple(RULES[rule_id] for rule_id in ids)
    return Subject(
        rules,
        frozenset(operations) if operations is not None else None,
        needs,
        buys=marks[0].kwargs.get("buys", any(rule.buys for rule in rules)),
        single=marks[0].kwargs.get("single", False),
    )
