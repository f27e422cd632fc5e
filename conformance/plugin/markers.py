"""Which rules a test is of, and what it takes: the `rule` marker, read and checked at collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from conformance.capabilities import Capability
from conformance.report.document import TargetFacts
from conformance.rules import RULES, Rule
from conformance.service import Operation
from conformance.verdicts import Verdict

MARKER = (
    "rule(*ids, operations=None, needs=(), turn=None): the test is of these rules; it takes these operations and "
    "capabilities, and comes in this turn where there is one account only"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The rules of a test; it uses `operations`, or those of each rule, and needs `needs` besides each rule's."""

    rules: tuple[Rule, ...]
    operations: frozenset[Operation] | None = None
    needs: frozenset[Capability] = frozenset()
    order: int | None = None

    @property
    def turn(self) -> int:
        """When the test comes where there is one account only: what buys nothing first, then what makes most of it."""
        if self.order is not None:
            return self.order
        return 2 if any(rule.buys for rule in self.rules) else 0

    def obstacle(self, rule: Rule, target: TargetFacts) -> tuple[Verdict, str] | None:
        """Why the test cannot look at one of its rules on this target; None where it can."""
        missing = [str(op) for op in Operation if op in target.missing and op in (self.operations or rule.operations)]
        if missing:
            return Verdict.NOT_IMPLEMENTED, f"the target does not implement {', '.join(missing)}"
        lacking = [capability.needed for capability in Capability if self._lacks(capability, rule, target)]
        return (Verdict.NOT_TESTABLE, f"needs {' and '.join(lacking)}") if lacking else None

    def _lacks(self, capability: Capability, rule: Rule, target: TargetFacts) -> bool:
        return capability in (rule.needs | self.needs) and capability not in target.capabilities


def subject_of(item: pytest.Item) -> Subject | None:
    """What the markers of a test say; None for a test that has none.

    Raises:
        pytest.UsageError: a rule id is unknown.
    """
    marks = list(item.iter_markers("rule"))
    return subject_of_marks(marks, item.nodeid) if marks else None


def subject_of_marks(marks: Sequence[pytest.Mark], test: str) -> Subject:
    """What these markers of a test say. Raises pytest.UsageError for an unknown rule id."""
    ids = [rule_id for mark in marks for rule_id in mark.args]
    unknown = [rule_id for rule_id in ids if rule_id not in RULES]
    if unknown or not ids:
        raise pytest.UsageError(f"{test} names {unknown or 'no rule'}, which the registry does not have")
    operations = marks[0].kwargs.get("operations")
    needs = frozenset(capability for mark in marks for capability in mark.kwargs.get("needs", ()))
    return Subject(
        tuple(RULES[rule_id] for rule_id in ids),
        frozenset(operations) if operations is not None else None,
        needs,
        marks[0].kwargs.get("turn"),
    )
