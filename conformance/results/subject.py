"""What a conformance test is about: its rules, and what it needs of a target."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.results.facts import TargetFacts
from conformance.results.verdicts import RuleResult, Verdict
from conformance.rules.registry import Rule
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability


@dataclass(frozen=True, slots=True)
class Subject:
    """The rules of a test; it uses `operations`, or those of each rule, and needs `needs` besides each rule's.

    A test for a `single` account makes the most of one; with fresh accounts every rule has better tests. A `thorough`
    one looks for rare defects, and is left out where only a look is taken. One `for_profiles` looks for what the
    documents leave open, and runs only where that is to be written down, or the target is held to it.
    """

    rules: tuple[Rule, ...]
    operations: frozenset[Operation] | None = None
    needs: frozenset[Capability] = frozenset()
    purchases: bool = True
    single: bool = False
    thorough: bool = False
    for_profiles: bool = False

    @property
    def turn(self) -> int:
        """When the test comes where there may be one account only: what buys nothing, then what makes most of it."""
        return 1 if self.single else 2 if self.purchases else 0

    def is_needless(self, target: TargetFacts) -> bool:
        """Whether the test has nothing to add on this target."""
        return self.single and Capability.ACCOUNTS in target.capabilities

    def obstacle(self, rule: Rule, target: TargetFacts) -> tuple[Verdict, str] | None:
        """Why the test cannot test one of its rules on this target; None where it can."""
        missing = [str(op) for op in Operation if op in target.missing and op in (self.operations or rule.operations)]
        if missing:
            return Verdict.NOT_IMPLEMENTED, f"the target does not implement {', '.join(missing)}"
        lacking = [capability.needed for capability in Capability if self._lacks(capability, rule, target)]
        return (Verdict.NOT_TESTABLE, f"needs {' and '.join(lacking)}") if lacking else None

    def testable(self, target: TargetFacts, results: dict[str, RuleResult]) -> tuple[Rule, ...]:
        """The rules of the test that can be tested on the target; of the others the results say why not."""
        testable = []
        for rule in self.rules:
            obstacle = self.obstacle(rule, target)
            if obstacle is None:
                testable.append(rule)
            elif not self.single:  # whose rules all have tests of their own, which say so
                results[rule.id] = RuleResult(left_out=[obstacle])
        return tuple(testable)

    def _lacks(self, capability: Capability, rule: Rule, target: TargetFacts) -> bool:
        needed = rule.needs | self.needs
        if Operation.PURCHASE_OFFERING in (self.operations or rule.operations):
            needed |= {Capability.PURCHASES}
        return capability in needed and capability not in target.capabilities
