"""The examination of one test: plays its cases, judges them by its rules, and keeps what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from conformance.cases.case import Case
from conformance.cases.case_json import case_to_json, size_of
from conformance.clock import monotonic
from conformance.execution.driver import Driver, OfferingsUnknownError
from conformance.plugin.budget import Allowance, TimeIsUpError
from conformance.replay.saved_case import Violation
from conformance.results.message import failure_message
from conformance.results.verdicts import Failure, RuleResult
from conformance.rules.attribution import rule_of_acceptance, why_unjudged
from conformance.rules.history import History, follow
from conformance.rules.registry import Finding, Rule
from conformance.targets.base import NotSetError

_BLOCKED_EXAMPLES = 12


class RuleViolationError(AssertionError):
    """A rule is broken; the message is for people."""


class NothingToJudgeError(Exception):
    """A more basic rule keeps every example from being judged; the message names it."""


def violation_type(rule_id: str) -> type[RuleViolationError]:
    """An exception type for each rule, so that Hypothesis does not shrink from one rule's violation to another's."""
    if rule_id not in _TYPES:
        _TYPES[rule_id] = type(f"Violation of {rule_id}", (RuleViolationError,), {})
    return _TYPES[rule_id]


_TYPES: dict[str, type[RuleViolationError]] = {}


@dataclass(repr=False)  # Hypothesis prints the arguments of every explicit example
class Checker:
    """What `examine(case)` is in a test. `results` has what was found so far, rule by rule, at any time.

    `violations` has the simplest of each rule, with its trace. `watch` is called after each example.
    """

    driver: Driver
    rules: tuple[Rule, ...]
    results: dict[str, RuleResult] = field(default_factory=dict)
    violations: dict[str, Violation] = field(default_factory=dict)
    allowance: Allowance = field(default_factory=Allowance)
    watch: Callable[[Checker], None] = lambda _: None

    def __post_init__(self) -> None:
        for rule in self.rules:
            self.results[rule.id] = RuleResult()

    def __call__(self, case: Case) -> None:
        """Play the case and judge its trace.

        Raises:
            RuleViolationError: a rule of the test is broken.
            NothingToJudgeError: a dozen examples could not be judged, each because a more basic rule was broken; or a
                purchase is not allowed, or no longer.
            TargetError: the target is gone.
            TimeIsUpError: the case was not played, for the time of the test is up.
        """
        __tracebackhide__ = True
        examined = self._examined()
        if not self.allowance.permits(case, first=not examined[0].examples, failed=bool(self.violations)):
            for result in examined:
                result.truncated = self.allowance.reason
            raise TimeIsUpError
        try:
            self._examine(case)
        finally:
            self.watch(self)

    def annotate(self, change: Callable[[str], str]) -> None:
        """Change the messages of the failures that were found."""
        for rule in self.rules:
            result = self.results[rule.id]
            result.failures = [replace(failure, message=change(failure.message)) for failure in result.failures]

    def raise_violation(self) -> None:
        """Raise RuleViolationError, with the simplest failure, where a rule was found broken."""
        for rule in self.rules:
            for failure in self.results[rule.id].failures:
                raise violation_type(rule.id)(failure.message)

    def _examine(self, case: Case) -> None:
        __tracebackhide__ = True
        began, calls = monotonic(), self.driver.caller.progress.exchanges
        try:
            history = follow(self.driver.play(case))
        except (OfferingsUnknownError, NotSetError) as error:
            self._count(began, calls)
            for result in self._examined():
                result.unknown[str(error)] += 1
            return
        self._count(began, calls)
        broken = [violation for rule in self.rules if (violation := self._judge(rule, history, case))]
        if broken:
            raise broken[0]
        if history.trace.not_permitted:
            raise NothingToJudgeError(history.trace.not_permitted)
        if all(self._is_hopeless(result) for result in self._examined()):
            culprit = self._examined()[0].blocked.most_common(1)[0][0]
            raise NothingToJudgeError(f"blocked by {culprit}")

    def _examined(self) -> list[RuleResult]:
        """The results of the rules that this test can look at; those of others say why it cannot."""
        return [self.results[rule.id] for rule in self.rules]

    def _count(self, began: float, calls: int) -> None:
        for result in self._examined():
            result.examples += 1
            result.calls += self.driver.caller.progress.exchanges - calls
            result.seconds += monotonic() - began

    def _judge(self, rule: Rule, history: History, case: Case) -> RuleViolationError | None:
        """Judge by one rule, keep what was found, and give the violation, if there is one."""
        result = self.results[rule.id]
        findings = list(rule.judge(history))
        result.classes.update({finding.label for finding in findings if not self._proves_nothing(finding, rule)})
        result.observed.update({finding.observed for finding in findings if finding.observed})
        if not findings and history.trace.not_permitted:
            result.not_permitted[history.trace.not_permitted] += 1
        elif not findings:
            unjudged = why_unjudged(history)
            if unjudged.blocked_by:
                result.blocked[unjudged.blocked_by] += 1
            elif unjudged.unknown:
                result.unknown[unjudged.unknown] += 1
        broken = next((finding for finding in findings if finding.violation), None)
        if broken is None:
            return None
        if self._proves_nothing(broken, rule):
            result.blocked[broken.presumes] += 1
        elif broken.control is not None and (culprit := self._failing_control(broken.control)):
            result.blocked[culprit] += 1
            result.classes[broken.label] -= 1
        else:
            return self._violation(rule, broken, history, case)
        return None

    def _failing_control(self, control: Case) -> str:
        """The rule by which the control had to be accepted, where it was not; empty where it was."""
        history = follow(self.driver.play(control))
        if not history.attempts:
            return history.trace.not_permitted or "a control that cannot be played"
        attempt = history.attempts[0]
        return "" if attempt.accepted else rule_of_acceptance(attempt)

    def _proves_nothing(self, finding: Finding, rule: Rule) -> bool:
        """Whether a more basic rule is known to be broken, that the finding presumes."""
        broken = self.driver.caller.progress.broken_rules
        return finding.violation and finding.presumes != rule.id and finding.presumes in broken

    def _violation(self, rule: Rule, finding: Finding, history: History, case: Case) -> RuleViolationError:
        """Keep the simplest violation of the rule, and give this one."""
        result = self.results[rule.id]
        self.driver.caller.progress.broken_rules.add(rule.id)
        if result.calls_to_failure is None:
            result.calls_to_failure = result.calls
        message = failure_message(rule, finding, history.trace)
        failure = Failure(message, case_to_json(case), size_of(case), finding.label)
        if not result.failures or failure.size <= result.failures[0].size:
            result.failures = [failure]
            self.violations[rule.id] = Violation(rule, finding, history.trace)
        return violation_type(rule.id)(message)

    def _is_hopeless(self, result: RuleResult) -> bool:
        return not result.classes and sum(result.blocked.values()) >= _BLOCKED_EXAMPLES
