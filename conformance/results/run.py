"""A run while it goes on, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from conformance.results.baseline import Baseline, baseline_text
from conformance.results.choices import ChoiceProfile, all_observed
from conformance.results.facts import TargetFacts
from conformance.results.failure import Failure
from conformance.results.gate import JUDGED
from conformance.results.side_by_side import SideBySide
from conformance.results.verdicts import RuleResult, Verdict, proven_failures, verdict_on
from conformance.rules import RULES, Level, Rule


@dataclass
class Run:
    """A run while it goes on: results by rule id, in whatever process they were found.

    `calls` are those of all tests, each counted once; `max_time` is in seconds; `shard` tells which part of a run it
    is, such as `2/5`; `part` how the tests were selected, empty where they were not; `expected` is the profile to which
    the target is held, `against` what came of playing each case on another target too.
    """

    target: TargetFacts
    profile: str
    seed: str
    started: datetime
    baseline: Baseline = field(default_factory=Baseline)
    results: dict[str, RuleResult] = field(default_factory=dict)
    aborted: str = ""
    calls: int = 0
    max_time: float | None = None
    shard: str = ""
    part: str = ""
    expected: ChoiceProfile = field(default_factory=ChoiceProfile)
    against: SideBySide | None = None

    def add(self, rule_id: str, result: RuleResult) -> None:
        """Take the result of a test in."""
        self.results.setdefault(rule_id, RuleResult()).add(result)

    def verdicts(self) -> list[tuple[Rule, Verdict, str]]:
        """Every rule of the registry with its verdict and reason."""
        proven = proven_failures(self.results)
        return [(rule, *self._verdict(rule, proven)) for rule in RULES.values()]

    def failures(self, rule_id: str) -> list[Failure]:
        """The failures of a rule that prove something, the simplest first."""
        return proven_failures(self.results).get(rule_id, [])

    def _verdict(self, rule: Rule, proven: Mapping[str, list[Failure]]) -> tuple[Verdict, str]:
        result = self.results.get(rule.id)
        verdict, reason = verdict_on(rule, result, self.target.capabilities, proven)
        if self.shard and verdict is Verdict.PASS and not reason:
            reason = f"in part: part {self.shard} only"
        elif self.shard and verdict is Verdict.NOT_RUN:
            reason = f"its tests are in other parts than {self.shard}"
        if result is not None:
            result = replace(result, failures=proven.get(rule.id, []))
        return self.baseline.judge(rule, verdict, reason, result)

    def observations(self) -> dict[str, str]:
        """What the target chose where the documents leave a choice, by the name of the choice."""
        observed = all_observed(self.results)
        return {name: ", ".join(sorted(values)) for name, values in sorted(observed.items())}

    def lost_rules(self) -> tuple[str, ...]:
        """A line on each rule that the baseline requires and this run did not judge, with the reason."""
        required = frozenset(self.baseline.require or ())
        return tuple(
            f"{rule.id} ({verdict}: {reason})"
            for rule, verdict, reason in self.verdicts()
            if rule.id in required and verdict not in JUDGED
        )

    def new_baseline(self) -> tuple[str, str]:
        """The failures as a baseline, which requires what was judged from then on; and how much is in it, in words."""
        failing = {rule_id: result for rule_id, result in self.results.items() if self.failures(rule_id)}
        verdicts = self.verdicts()
        unjudged = [rule.id for rule, verdict, _ in verdicts if verdict not in JUDGED]
        judged = [rule.id for rule, verdict, _ in verdicts if verdict in JUDGED and rule.level is not Level.OBSERVE]
        text = baseline_text(failing, self.baseline, unjudged, judged)
        return text, f"{len(failing)} known failures, {len(judged)} rules that must be judged"

    @property
    def held(self) -> frozenset[str]:
        """The ids of the rules that the profile breaks: they close the gate, whatever their level."""
        return self.expected.broken(self.results)
