"""From results to verdicts, in whatever order they were found, and through a report and back."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import asdict, replace
from typing import Any

import pytest

from conformance.report.record import recorded, result_of
from conformance.results.failure import Failure
from conformance.results.verdicts import RuleResult, Verdict, proven_failures, verdict_on
from conformance.rules import RULES
from conformance.targets.capabilities import Capability

RULE = replace(next(iter(RULES.values())), id="x/own", classes={
    "plain": frozenset[Capability](), "exact": frozenset({Capability.CLOCK}),
})  # fmt: skip
CLOCK, NO_CLOCK = frozenset({Capability.ACCOUNTS, Capability.CLOCK}), frozenset({Capability.ACCOUNTS})
ALL, PLAIN = Counter(plain=3, exact=1), Counter(plain=3)
NEEDS, LACKS = (Verdict.NOT_TESTABLE, "needs a clock"), (Verdict.NOT_IMPLEMENTED, "lacks ListOfferings")
PASS, BLOCKED, OPEN = Verdict.PASS, Verdict.BLOCKED, Verdict.INCONCLUSIVE


def _failure(*depends_on: str, steps: int = 1, problem: str = "broken") -> Failure:
    return Failure("x/own", problem, "whole", {"steps": []}, (steps, 1, ""), depends_on=depends_on)


def _broken(*depends_on: str) -> RuleResult:
    return RuleResult(tests=1, examples=1, failures=[_failure(*depends_on)])


def _result(**parts: Any) -> RuleResult:
    return RuleResult(**{"tests": 1, "examples": 10, "finished": True, **parts})


BY_RULE, BY_LOSS = {"blocked": Counter({"a/b": 7})}, {"unknown": Counter(lost=2)}
VERDICTS: dict[str, tuple[RuleResult | None, frozenset[Capability], Verdict, str]] = {
    "not run": (None, CLOCK, Verdict.NOT_RUN, "its tests were not run"),
    "judged beside other tests": (RuleResult(classes=Counter(ALL)), CLOCK, Verdict.NOT_RUN, "its tests were not run"),
    "all classes": (_result(classes=ALL), CLOCK, PASS, ""),
    "a class missed": (_result(classes=PLAIN), CLOCK, OPEN, "no example reached: exact (no example led to it)"),
    "a class at 0": (
        _result(classes=Counter(plain=1, exact=0)), CLOCK, OPEN, "no example reached: exact (no example led to it)"
    ),
    "all classes at 0": (_result(classes=Counter(plain=0)), CLOCK, OPEN, "no example led to it"),
    "a class out of reach": (_result(classes=PLAIN), NO_CLOCK, PASS, ""),
    "one account alone": (_result(classes=Counter(exact=1)), frozenset(), PASS, ""),
    "blocked": (_result(**BY_RULE, **BY_LOSS), CLOCK, BLOCKED, "a/b was broken in 7 of 10 examples"),
    "blocked now and then": (_result(classes=ALL, **BY_RULE), CLOCK, PASS, ""),
    "unknown": (_result(**BY_LOSS), CLOCK, OPEN, "lost in 2 of 10 examples"),
    "out of time": (_result(truncated="out of time"), CLOCK, OPEN, "out of time"),
    "out of time, a class missed": (
        _result(classes=PLAIN, truncated="out of time"), CLOCK, OPEN, "out of time before an example reached: exact"
    ),
    "cut short": (_result(finished=False), CLOCK, OPEN, "the run ended before"),
    "left out": (_result(tests=0, examples=0, left_out=[NEEDS]), NO_CLOCK, *NEEDS),
    "left out for more": (_result(tests=0, examples=0, left_out=[NEEDS, LACKS]), NO_CLOCK, *LACKS),
    "in part": (_result(classes=ALL, left_out=[NEEDS] * 2), NO_CLOCK, PASS, "in part: needs a clock"),
    "no purchase allowed": (_result(not_permitted=Counter(money=1)), CLOCK, Verdict.NOT_TESTABLE, "money"),
    "a purchase not allowed": (_result(classes=PLAIN, not_permitted=Counter(money=1)), CLOCK, PASS, "in part: money"),
    "a failure outweighs all": (_result(failures=[_failure()], left_out=[NEEDS], **BY_RULE), CLOCK, Verdict.FAIL, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts(name: str) -> None:
    """A failure outweighs all; then what could not run, what was not judged and why, and what was not reached."""
    result, can, verdict, reason = VERDICTS[name]
    proven = proven_failures({"x/own": result} if result else {})
    assert verdict_on(RULE, result, can, proven) == (verdict, reason)


STANDING: dict[str, tuple[dict[str, RuleResult], set[str]]] = {
    "alone": ({"a": _broken()}, {"a"}),
    "on a kept rule": ({"a": _broken("b"), "b": RuleResult(tests=1)}, {"a"}),
    "on a rule nobody ran": ({"a": _broken("b")}, {"a"}),
    "on a broken rule": ({"a": _broken("b"), "b": _broken()}, {"b"}),
    "a chain": ({"a": _broken("b"), "b": _broken("c"), "c": _broken()}, {"a", "c"}),
    "one of two": ({"a": _broken("b", "c"), "c": _broken()}, {"c"}),
    "a circle": ({"a": _broken("b"), "b": _broken("a")}, {"a", "b"}),
    "a circle with a proof": ({"a": _broken("b"), "b": RuleResult(failures=[_failure("a"), _failure()])}, {"b"}),
    "a circle on a broken rule": ({"a": _broken("b"), "b": _broken("a", "c"), "c": _broken()}, {"a", "c"}),
    "one more proof": ({"a": RuleResult(failures=[_failure("b"), _failure()]), "b": _broken()}, {"a", "b"}),
}


@pytest.mark.parametrize("name", STANDING)
def test_proven_failures(name: str) -> None:
    """A failure proves something where no rule that it depends on is broken itself, in whatever order rules come."""
    results, expected = STANDING[name]
    for order in (list(results), list(reversed(results))):
        found = proven_failures({rule: results[rule] for rule in order})
        assert {rule for rule, failures in found.items() if failures} == expected


def test_blocked_by_a_broken_rule() -> None:
    """A rule that was broken only where a more basic one is broken is blocked, and says by which."""
    results = {"x/own": _broken("a/b"), "a/b": _broken()}
    verdict = verdict_on(RULE, results["x/own"], CLOCK, proven_failures(results))
    assert verdict == (BLOCKED, "it was broken only where a/b is")


PARTS = [
    _result(classes=Counter(plain=1), calls=5, failures=[_failure(steps=3)], calls_to_failure=9),
    _result(classes=Counter(exact=1), calls=7, failures=[_failure(steps=2)], calls_to_failure=7),
    _result(blocked=Counter({"a/b": 1}), failures=[_failure("a/b", steps=1)], finished=False),
    _result(unknown=Counter(lost=1), failures=[_failure(steps=2, problem="as broken")], examples=0),
]


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_adding_does_not_matter(seed: int) -> None:
    """What several tests found adds up to the same, whichever was first; the simplest failure of a kind is kept."""
    total = RuleResult()
    for part in random.Random(seed).sample(PARTS, len(PARTS)):
        total.add(part)
    assert (total.tests, total.examples, total.calls, total.calls_to_failure) == (4, 30, 12, 7)
    assert total.finished
    assert total.failures == [_failure("a/b", steps=1), _failure(steps=2, problem="as broken")]
    assert (total.classes, total.blocked) == (Counter(plain=1, exact=1), Counter({"a/b": 1}))


def test_a_report_keeps_results() -> None:
    """A result that a report has as JSON is read back as it was, with its failures."""
    result = _result(classes=ALL, left_out=[NEEDS], failures=[_failure(), _failure("a/b")], **BY_RULE, **BY_LOSS)
    entry = {"id": "x/own", "record": recorded(result), "failures": [asdict(one) for one in result.failures]}
    assert result_of(json.loads(json.dumps(entry))) == result
    assert result_of({"id": "x/own", "record": None}) is None


@pytest.mark.parametrize("entry", [{}, {"record": 7}, {"record": {"tests": "x"}, "failures": []}])
def test_a_damaged_record(entry: dict[str, Any]) -> None:
    """A report without a record, or with a damaged one, is told by a ValueError that names the rule."""
    with pytest.raises(ValueError, match="x/own"):
        result_of({"id": "x/own", **entry})
