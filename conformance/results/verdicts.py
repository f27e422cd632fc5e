"""Verdicts: what the results of a rule's tests come to, as pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from conformance.rules.registry import Rule
from conformance.targets.capabilities import Capability


class Verdict(StrEnum):
    """What is said of a rule; only `fail` blames the target."""

    PASS = "pass"
    FAIL = "fail"
    KNOWN = "known"
    NOT_IMPLEMENTED = "not-implemented"
    NOT_TESTABLE = "not-testable"
    BLOCKED = "blocked"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Failure:
    """A violation: its message for people, the case that shows it, as JSON, and how simple that case is.

    `label` is its class of input; `file` where it was saved, beside the report; `trace` its calls, as the report tells
    them.
    """

    message: str
    case: dict[str, Any]
    size: tuple[int, int, str]
    label: str = ""
    file: str = ""
    trace: dict[str, Any] = field(default_factory=dict)


@dataclass
class RuleResult:
    """What one test, or several, found out about a rule.

    `classes` counts the examples judged in each class of input; `blocked` those that could not be judged because a more
    basic rule was broken, by its id; `unknown` those for which the target gave no definite answer, by the reason;
    `left_out` are the tests that could not run, as verdict and reason; `not_permitted` counts the examples of which a
    part was not sent, as a purchase was not allowed, by the reason; `truncated` is why a search ended early.
    """

    examples: int = 0
    calls: int = 0
    seconds: float = 0.0
    classes: Counter[str] = field(default_factory=Counter)
    blocked: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    not_permitted: Counter[str] = field(default_factory=Counter)
    observed: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    left_out: list[tuple[Verdict, str]] = field(default_factory=list)
    finished: bool = False
    calls_to_failure: int | None = None
    truncated: str = ""

    def add(self, other: RuleResult) -> None:
        """Take the result of another test of the same rule in."""
        self.examples += other.examples
        self.calls += other.calls
        self.seconds += other.seconds
        for mine, others in (
            (self.classes, other.classes),
            (self.blocked, other.blocked),
            (self.unknown, other.unknown),
            (self.not_permitted, other.not_permitted),
            (self.observed, other.observed),
        ):
            mine.update(others)
        self.failures = sorted([*self.failures, *other.failures], key=lambda failure: failure.size)
        self.left_out += other.left_out
        self.finished = self.finished or other.finished
        self.truncated = self.truncated or other.truncated
        if self.calls_to_failure is None:
            self.calls_to_failure = other.calls_to_failure


def verdict_on(rule: Rule, result: RuleResult | None, capabilities: frozenset[Capability]) -> tuple[Verdict, str]:
    """The verdict on a rule and its reason; the reason of a plain pass or fail is empty."""
    if result is None:
        return Verdict.INCONCLUSIVE, "its tests were not run"
    if result.failures:
        return Verdict.FAIL, ""
    if not result.examples and result.left_out:
        return _most_telling(result.left_out)
    if not result.classes:
        return _nothing_judged(result)
    reasons = [*(reason for _, reason in result.left_out), *result.not_permitted]
    if reasons:
        return Verdict.PASS, f"in part: {'; '.join(dict.fromkeys(reasons))}"
    missed = [name for name in rule.reachable_classes(capabilities) if not result.classes[name]]
    if missed:
        verdict, why = _nothing_judged(result)
        if why == result.truncated != "":
            return verdict, f"{why} before an example reached: {', '.join(missed)}"
        return verdict, f"no example reached: {', '.join(missed)}" + (f" ({why})" if why else "")
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
    return Verdict.INCONCLUSIVE, result.truncated or ("" if result.finished else "the run ended before")
