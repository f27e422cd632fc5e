"""Verdicts: what the results of a run come to, as a pure function of all of them, in whatever order they were found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from conformance.results.failure import Failure, Violation
from conformance.results.observed import Observed, add_observed
from conformance.rules.registry import Rule
from conformance.targets.capabilities import Capability


class Verdict(StrEnum):
    """What is said of a rule; only `fail` says that the target is wrong."""

    PASS = "pass"
    FAIL = "fail"
    KNOWN = "known"
    NOT_IMPLEMENTED = "not-implemented"
    NOT_TESTABLE = "not-testable"
    BLOCKED = "blocked"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not-run"


@dataclass
class RuleResult:
    """What one test, or several, found out about a rule.

    `tests` counts those of its own that were begun, `examples` the examples of them. `classes` counts the examples
    judged in each equivalence class, in whatever test; `blocked` those of its own that could not be judged because a
    more basic rule was broken, by its id; `unknown` those for which the target gave no definite answer, by the reason;
    `left_out` are its own tests that could not run, as verdict and reason; `not_permitted` counts the examples of
    which a part was not sent, as a purchase was not allowed, by the reason; `truncated` is why a search ended early.
    `failures` has the simplest for each set of rules that it depends on; `observed` what was seen of its choices.
    """

    tests: int = 0
    examples: int = 0
    calls: int = 0
    seconds: float = 0.0
    classes: Counter[str] = field(default_factory=Counter)
    blocked: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    not_permitted: Counter[str] = field(default_factory=Counter)
    observed: Observed = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    left_out: list[tuple[Verdict, str]] = field(default_factory=list)
    finished: bool = False
    calls_to_failure: int | None = None
    truncated: str = ""

    def add(self, other: RuleResult) -> None:
        """Take the result of another test in."""
        self.tests += other.tests
        self.examples += other.examples
        self.calls += other.calls
        self.seconds += other.seconds
        for mine, others in (
            (self.classes, other.classes),
            (self.blocked, other.blocked),
            (self.unknown, other.unknown),
            (self.not_permitted, other.not_permitted),
        ):
            mine.update(others)
        add_observed(self.observed, other.observed)
        for failure in other.failures:
            self.add_failure(failure)
        self.left_out += other.left_out
        self.finished = self.finished or other.finished
        self.truncated = self.truncated or other.truncated
        times = [one for one in (self.calls_to_failure, other.calls_to_failure) if one is not None]
        self.calls_to_failure = min(times, default=None)

    def add_failure(self, failure: Failure) -> bool:
        """Keep a failure where it is the simplest of those that depend on the same rules, and tell whether it is.

        The one that is kept has the name of the saved case that showed any of them.
        """
        alike = [one for one in self.failures if one.depends_on == failure.depends_on]
        others = [one for one in self.failures if one not in alike]
        simplest = min([*alike, failure], key=_order)
        self.failures = sorted([*others, marked_as(simplest, [*alike, failure])], key=_order)
        return simplest is failure

    def tell(self, violation: Violation, **more: Any) -> None:
        """Put more into the record of a violation's failure."""
        depends_on = tuple(sorted(violation.depends_on))
        self.failures = [replace(one, **more) if one.depends_on == depends_on else one for one in self.failures]

    def is_empty(self) -> bool:
        """Whether nothing at all was found out."""
        return self == RuleResult()


def marked_as(failure: Failure, others: Iterable[Failure]) -> Failure:
    """The failure with the name of the saved case that showed it, or another like it; the first name where several."""
    return replace(failure, saved=min((one.saved for one in (failure, *others) if one.saved), default=""))


def _order(failure: Failure) -> tuple[tuple[int, int, str], str]:
    steps, length, text = failure.size
    return (steps, length, text), failure.problem


def proven_failures(results: Mapping[str, RuleResult]) -> dict[str, list[Failure]]:
    """The failures of each rule that prove something: none of the rules that they depend on is broken itself.

    Rules that depend on each other in a circle count as broken together, but for one that a failure outside the circle
    shows to be broken: that one explains the others.
    """
    basics = {
        rule_id: {basic for failure in result.failures for basic in failure.depends_on}
        for rule_id, result in results.items()
    }
    known: dict[str, list[Failure]] = {}

    def of(rule_id: str) -> list[Failure]:
        if rule_id not in known:
            failures = results[rule_id].failures if rule_id in results else []
            known[rule_id] = [
                failure
                for failure in failures
                if not any(is_broken_apart_from(rule_id, basic) for basic in failure.depends_on)
            ]
        return known[rule_id]

    def is_broken_apart_from(rule_id: str, basic: str) -> bool:
        if rule_id not in _reached(basics, basic):
            return bool(of(basic))
        outside = [
            failure
            for failure in results[basic].failures
            if not any(rule_id in _reached(basics, other) for other in failure.depends_on)
        ]
        return basic != rule_id and any(not any(of(other) for other in failure.depends_on) for failure in outside)

    return {rule_id: of(rule_id) for rule_id in sorted(results)}


def _reached(basics: Mapping[str, set[str]], start: str) -> set[str]:
    """The rule itself, and all that it depends on, however many steps away."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        rule_id = waiting.pop()
        if rule_id not in reached:
            reached.add(rule_id)
            waiting.extend(basics.get(rule_id, ()))
    return reached


def verdict_on(
    rule: Rule,
    result: RuleResult | None,
    capabilities: frozenset[Capability],
    proven: Mapping[str, list[Failure]],
) -> tuple[Verdict, str]:
    """The verdict on a rule and its reason; only that of a plain pass or fail is empty."""
    if proven.get(rule.id):
        return Verdict.FAIL, ""
    if result is None or not (result.tests or result.left_out):
        return Verdict.NOT_RUN, "its tests were not run"
    if result.failures:
        basic = next(one for one in result.failures[0].depends_on if proven.get(one))
        return Verdict.BLOCKED, f"it was broken only where {basic} is"
    judged = {name for name, times in result.classes.items() if times > 0}
    if not judged:
        return _most_telling(result.left_out) if result.left_out and not result.examples else _nothing_judged(result)
    reasons = [*(reason for _, reason in result.left_out), *result.not_permitted]
    if reasons:
        return Verdict.PASS, f"in part: {'; '.join(dict.fromkeys(reasons))}"
    missed = [name for name in rule.reachable_classes(capabilities) if name not in judged]
    if missed:
        verdict, why = _nothing_judged(result)
        if why == result.truncated != "":
            return verdict, f"{why} before an example reached: {', '.join(missed)}"
        return verdict, f"no example reached: {', '.join(missed)} ({why})"
    return Verdict.PASS, ""


def _most_telling(left_out: Iterable[tuple[Verdict, str]]) -> tuple[Verdict, str]:
    """A lacking operation tells more than a lacking capability."""
    return min(left_out, key=lambda one: one[0] is not Verdict.NOT_IMPLEMENTED)


def _nothing_judged(result: RuleResult) -> tuple[Verdict, str]:
    if result.blocked:
        culprit, times = result.blocked.most_common(1)[0]
        return Verdict.BLOCKED, f"{culprit} was broken in {times} of {result.examples} examples"
    if result.not_permitted:
        return Verdict.NOT_TESTABLE, next(iter(result.not_permitted))
    if result.unknown:
        reason, times = result.unknown.most_common(1)[0]
        return Verdict.INCONCLUSIVE, f"{reason} in {times} of {result.examples} examples"
    if result.truncated:
        return Verdict.INCONCLUSIVE, result.truncated
    return Verdict.INCONCLUSIVE, "no example led to it" if result.finished else "the run ended before"
