"""The checker of one test: plays its cases, judges each trace by every rule, and keeps what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from conformance.cases.case import Case
from conformance.cases.case_json import size_of
from conformance.cases.reduction import reduce_case
from conformance.clock import monotonic
from conformance.execution.calls import TimeIsUpError
from conformance.execution.driver import Driver
from conformance.execution.play import OfferingsUnknownError
from conformance.execution.trace import Trace
from conformance.results.allowance import Allowance, TestEndsError
from conformance.results.choices import ChoiceProfile
from conformance.results.failure import Violation, failure_of, rules_depended_on
from conformance.results.observed import note
from conformance.results.verdicts import RuleResult, Verdict, marked_as
from conformance.rules import RULES
from conformance.rules.attribution import why_unjudged
from conformance.rules.choices import choices_seen
from conformance.rules.history import History, follow
from conformance.rules.registry import Finding, Rule, rule_with_premise
from conformance.rules.shared_checks import premise_of_acceptance
from conformance.targets.base import NotSetError, TargetError

_BLOCKED_EXAMPLES = 12
"""How many examples of a test may be blocked by broken rules before it ends, as more would be too."""
_MORE_EXAMPLES = 12
"""How many examples a test still tries, without finding anything new, once all its rules are broken."""
_CONCURRENT_TRIES = 5
"""How often a case with concurrent calls is played to see its failure again."""

_LONGEST_SIMPLIFYING = 20.0
"""Seconds, in real time, for which simpler cases of one failure are tried: on a slow target few of them."""


@dataclass(repr=False)
class Checker:
    """What `check(case)` is in a test. `results` has what was found so far, rule by rule, at any time.

    `rules` are those of the test that can be tested. `violations` has the simplest of each rule, by the rules that it
    depends on, `broken_by_last` the rules that the last example showed broken. `watch` is called after each example;
    the target is held to the choices of `expected`. `also` is given each trace of an example, to play its case
    elsewhere too.
    """

    driver: Driver
    rules: tuple[Rule, ...]
    results: dict[str, RuleResult] = field(default_factory=dict)
    violations: dict[tuple[str, frozenset[str]], Violation] = field(default_factory=dict)
    allowance: Allowance = field(default_factory=Allowance)
    watch: Callable[[Checker], None] = lambda _: None
    expected: ChoiceProfile = field(default_factory=ChoiceProfile)
    also: Callable[[Trace], None] = lambda _: None
    examples: int = 0
    calls: int = 0
    broken_by_last: set[str] = field(default_factory=set)
    _nothing_new: int = 0

    def __post_init__(self) -> None:
        for rule in self.rules:
            self.results[rule.id] = RuleResult(tests=1)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002  (the signature is IPython's)
        # Hypothesis prints the arguments of every explicit example.
        printer.text("check")

    def __call__(self, case: Case) -> None:
        """Play the case and judge its trace by every rule; what is wrong is kept, and the test goes on.

        Raises:
            TestEndsError: nothing more is to be learnt, the time of the test is up, a purchase is not allowed, or the
                target is gone.
        """
        __tracebackhide__ = True
        if not self.allowance.permits(case, first=not self.examples, failed=bool(self.violations)):
            self._end_of_time()
        try:
            self._check(case)
        except TimeIsUpError:
            self._end_of_time()
        except TargetError as error:
            raise TestEndsError(error) from error
        finally:
            self.watch(self)

    def _end_of_time(self) -> NoReturn:
        for rule in self.rules:
            self.results[rule.id].truncated = self.allowance.reason
        raise TestEndsError

    def _check(self, case: Case) -> None:
        self.broken_by_last.clear()
        began, calls = monotonic(), self.driver.caller.progress.exchanges
        try:
            history: History | None = follow(self.driver.play(case))
        except (OfferingsUnknownError, NotSetError) as error:
            history = None
            for rule in self.rules:
                self.results[rule.id].unknown[str(error)] += 1
        self._count(monotonic() - began, self.driver.caller.progress.exchanges - calls)
        if history is not None:
            self._note_left_out(history.trace.left_out)
            found = self.judge(history)
            self.also(history.trace)
            self._nothing_new = 0 if found else self._nothing_new + 1
            if history.trace.not_permitted:
                raise TestEndsError
        self._end_where_nothing_is_to_be_learnt()

    def _count(self, seconds: float, calls: int) -> None:
        self.examples += 1
        self.calls += calls
        for rule in self.rules:
            result = self.results[rule.id]
            result.examples += 1
            result.calls += calls
            result.seconds += seconds

    def _note_left_out(self, reason: str) -> None:
        """A part of the test was played, but is not evidence on this target."""
        for rule in self.rules:
            left_out = self.results[rule.id].left_out
            if reason and (Verdict.NOT_TESTABLE, reason) not in left_out:
                left_out.append((Verdict.NOT_TESTABLE, reason))

    def _end_where_nothing_is_to_be_learnt(self) -> None:
        own = [self.results[rule.id] for rule in self.rules]
        hopeless = all(not one.classes and one.blocked.total() >= _BLOCKED_EXAMPLES for one in own)
        broken = all(one.failures for one in own) and self._nothing_new >= _MORE_EXAMPLES
        if own and (hopeless or broken):
            raise TestEndsError

    def judge(self, history: History, *, is_example: bool = True) -> bool:
        """Judge a trace by every rule, and tell whether a rule was found broken that was not before.

        An example that shows nothing of a rule of the test is counted; a control need not show anything.
        """
        own = {rule.id for rule in self.rules} if is_example else set()
        found = [self._judge(rule, history, own=rule.id in own) for rule in RULES.values()]
        return self._judge_choices(history) or any(found)

    def _judge(self, rule: Rule, history: History, *, own: bool) -> bool:
        findings = [self.expected.hold(rule, finding) for finding in rule.judge(history)]
        if not findings and not own:
            return False
        result = self.results.setdefault(rule.id, RuleResult())
        result.classes.update({finding.label for finding in findings})
        if not findings:
            self._count_as_unjudged(result, history)
        return self._take_in(rule, findings, history)

    def _judge_choices(self, history: History) -> bool:
        """Keep what the documents leave open; where the target is held to a profile, it may break a rule."""
        found = False
        for rule, finding in choices_seen(history):
            found = self._take_in(rule, [self.expected.hold(rule, finding)], history) or found
        return found

    def _take_in(self, rule: Rule, findings: Sequence[Finding], history: History) -> bool:
        result = self.results.setdefault(rule.id, RuleResult())
        note(result.observed, rule.id, findings)
        found = False
        for finding in findings:
            if finding.violation:
                self.broken_by_last.add(rule.id)
                found = self._keep(rule, finding, history) or found
        return found

    def _count_as_unjudged(self, result: RuleResult, history: History) -> None:
        if history.trace.not_permitted:
            result.not_permitted[history.trace.not_permitted] += 1
            return
        unjudged = why_unjudged(history)
        if unjudged.blocked_by:
            result.blocked[unjudged.blocked_by] += 1
        elif unjudged.unknown:
            result.unknown[unjudged.unknown] += 1

    def _keep(self, rule: Rule, finding: Finding, history: History) -> bool:
        """Keep a violation where it is simpler than what is known, and tell whether it is the first of its kind."""
        depends_on = rules_depended_on(finding, rule)
        key = rule.id, depends_on
        known = self.violations.get(key)
        if known is not None and size_of(known.trace.case) <= size_of(history.trace.case):
            return False
        if finding.control is not None:
            depends_on |= self._broken_control(finding.control, rule)
            key = rule.id, depends_on
        violation = Violation(rule, finding, history, depends_on)
        result = self.results[rule.id]
        if result.calls_to_failure is None:
            result.calls_to_failure = self.calls
        if result.add_failure(failure_of(violation)):
            self.violations[key] = violation
        return known is None

    def _broken_control(self, control: Case, rule: Rule) -> frozenset[str]:
        """The rule by which the control had to be accepted, where it was not; what it shows is evidence as well."""
        try:
            history = follow(self.driver.play(control))
        except (OfferingsUnknownError, NotSetError):
            return frozenset()
        for attempt in history.purchases:
            if attempt.must_succeed and not attempt.accepted:
                basic = rule_with_premise(premise_of_acceptance(attempt))
                self.judge(history, is_example=False)
                return frozenset({basic.id}) - {rule.id}
        return frozenset()

    def simplify(self, rule_ids: set[str] | None = None) -> None:
        """Make the cases of what was found simpler, of all rules or only of some, and see whether it shows each time.

        Raises:
            TargetError: the target is gone.
        """
        if self.driver.target.counts_purchases:
            return
        for key, violation in list(self.violations.items()):
            if rule_ids is None or violation.rule.id in rule_ids:
                self.violations[key] = self._simplified(violation)
                failure = failure_of(self.violations[key])
                result = self.results[violation.rule.id]
                alike = [one for one in result.failures if one.depends_on == failure.depends_on]
                others = [one for one in result.failures if one not in alike]
                result.failures = [*others, marked_as(failure, alike)]

    def _simplified(self, violation: Violation) -> Violation:
        began = monotonic()

        def shown_by(case: Case) -> Violation | None:
            in_time = monotonic() - began < _LONGEST_SIMPLIFYING
            permitted = in_time and self.allowance.permits(case, first=False, failed=True)
            return self._shown_by(case, violation) if permitted else None

        case = violation.trace.case
        tries = _CONCURRENT_TRIES if case.is_concurrent else 1
        best = next(filter(None, (shown_by(case) for _ in range(tries))), None)
        if best is None:
            return replace(violation, seen=f"in 1 of {tries + 1} runs of this example")
        last = best.finding.recorded.call.step_number if best.finding.recorded is not None else -1
        if 0 <= last < len(case.steps) - 1:
            best = shown_by(replace(case, steps=case.steps[: last + 1])) or best
        return reduce_case(best.trace.case, shown_by) or best

    def _shown_by(self, case: Case, violation: Violation) -> Violation | None:
        """The same violation, shown by another case; None where that does not show it."""
        try:
            history = follow(self.driver.play(case))
        except (OfferingsUnknownError, NotSetError, TimeIsUpError):
            return None
        for finding in self.expected.findings(violation.rule, history):
            # A violation that depends on more, or needs a control, would be another one.
            same = finding.depends_on == violation.finding.depends_on
            if finding.violation and same and (finding.control is None) == (violation.finding.control is None):
                return replace(violation, finding=finding, history=history)
        return None
