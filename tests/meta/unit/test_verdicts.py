"""Verdicts: a pure function of all that was found, in whatever order."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import asdict

import pytest

from conformance.report.record import recorded, result_of
from conformance.results.failure import Failure
from conformance.results.verdicts import RuleResult, Verdict, standing_failures, verdict_on
from conformance.rules import end, exclusivity, start_window
from conformance.rules.registry import Rule
from conformance.targets.capabilities import Capability

ALL = frozenset(Capability)
BASIC, MIDDLE, LAST = exclusivity.per_account, start_window.interior, exclusivity.freed_from_end


def failure(rule: Rule, *depends_on: Rule, steps: int = 1) -> Failure:
    """A failure of a rule that depends on others."""
    return Failure(
        rule.id, "it is broken", "it is not", {}, (steps, 1, ""), depends_on=tuple(sorted(one.id for one in depends_on))
    )


def result(*failures: Failure, **parts: object) -> RuleResult:
    """What a test that ran to its end has found."""
    found = RuleResult(tests=1, examples=5, finished=True, **parts)  # type: ignore[arg-type]
    for one in failures:
        found.add_failure(one)
    return found


def verdict(rule: Rule, results: dict[str, RuleResult]) -> tuple[Verdict, str]:
    """The verdict on a rule in the light of all results."""
    return verdict_on(rule, results.get(rule.id), ALL, standing_failures(results))


def passing(rule: Rule) -> RuleResult:
    """Every class of the rule was judged."""
    return result(classes=Counter(rule.reachable_classes(ALL)))


def test_what_a_failure_depends_on() -> None:
    """A failure that depends on a broken rule is blocked by it; one that depends on a rule that is kept stands."""
    results = {BASIC.id: result(failure(BASIC)), MIDDLE.id: result(failure(MIDDLE, BASIC))}
    assert verdict(MIDDLE, results) == (Verdict.BLOCKED, f"it was broken only where {BASIC.id} is")
    results[BASIC.id] = passing(BASIC)
    assert verdict(MIDDLE, results) == (Verdict.FAIL, "")


def test_a_chain() -> None:
    """What depends on a rule that is itself only blocked stands: nothing broken explains it."""
    chain = {
        BASIC.id: result(failure(BASIC)),
        MIDDLE.id: result(failure(MIDDLE, BASIC)),
        LAST.id: result(failure(LAST, MIDDLE)),
    }
    assert [verdict(rule, chain)[0] for rule in (BASIC, MIDDLE, LAST)] == [Verdict.FAIL, Verdict.BLOCKED, Verdict.FAIL]


def test_a_circle() -> None:
    """Rules that depend on each other count as broken: a violation that was seen opens no gate."""
    circle = {BASIC.id: result(failure(BASIC, MIDDLE)), MIDDLE.id: result(failure(MIDDLE, BASIC))}
    assert Verdict.FAIL in {verdict(rule, circle)[0] for rule in (BASIC, MIDDLE)}


def test_a_failure_of_its_own_stands_beside_one_that_is_blocked() -> None:
    """The first finding hides no later one."""
    results = {BASIC.id: result(failure(BASIC)), MIDDLE.id: result(failure(MIDDLE, BASIC), failure(MIDDLE, steps=3))}
    assert verdict(MIDDLE, results)[0] is Verdict.FAIL
    assert [one.size[0] for one in standing_failures(results)[MIDDLE.id]] == [3]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_tests_has_no_say(seed: int) -> None:
    """Parts taken in in any order come to the same."""
    parts = [
        result(failure(MIDDLE, BASIC), classes=Counter({"between the bounds": 1})),
        result(failure(MIDDLE, steps=2)),
        result(classes=Counter({"midnight": 2}), blocked=Counter({BASIC.id: 1})),
        result(failure(MIDDLE, steps=2)),
    ]
    random.Random(seed).shuffle(parts)
    whole = RuleResult()
    for part in parts:
        whole.add(part)
    assert [one.size[0] for one in whole.failures] == [1, 2]
    assert whole.classes == {"between the bounds": 1, "midnight": 2}
    assert verdict(MIDDLE, {MIDDLE.id: whole, BASIC.id: result(failure(BASIC))})[0] is Verdict.FAIL


def test_a_class_that_was_judged_no_times() -> None:
    """A count of 0 is no example."""
    found = result(classes=Counter({"any term": 0}))
    assert verdict(end.adds_duration, {end.adds_duration.id: found})[0] is Verdict.INCONCLUSIVE


def test_reasons() -> None:
    """Every verdict but pass and fail has a reason."""
    rule = end.adds_duration
    cases = [
        (RuleResult(), Verdict.NOT_RUN),
        (result(), Verdict.INCONCLUSIVE),
        (result(unknown=Counter({"no answer": 5})), Verdict.INCONCLUSIVE),
        (result(blocked=Counter({BASIC.id: 5})), Verdict.BLOCKED),
        (result(truncated="the time was up"), Verdict.INCONCLUSIVE),
        (RuleResult(left_out=[(Verdict.NOT_TESTABLE, "needs a settable clock")]), Verdict.NOT_TESTABLE),
        (result(classes=Counter({"any term": 1})), Verdict.INCONCLUSIVE),
    ]
    for found, expected in cases:
        said, reason = verdict(rule, {rule.id: found})
        assert (said, bool(reason)) == (expected, True)
    assert verdict(rule, {rule.id: passing(rule)}) == (Verdict.PASS, "")


def test_in_part() -> None:
    """A rule that was judged in part passes in part, with what was missing."""
    found = result(classes=Counter({"any term": 1}), left_out=[(Verdict.NOT_TESTABLE, "needs a settable clock")])
    assert verdict(end.adds_duration, {end.adds_duration.id: found}) == (
        Verdict.PASS,
        "in part: needs a settable clock",
    )


def test_a_record_is_read_back() -> None:
    """What a report keeps of a result is the result."""
    found = result(failure(MIDDLE), failure(MIDDLE, BASIC), classes=Counter({"midnight": 2}))
    entry = {"id": MIDDLE.id, "record": recorded(found), "failures": [asdict(one) for one in found.failures]}
    read = result_of(json.loads(json.dumps(entry)))
    assert read is not None
    assert read.classes == found.classes
    assert [one.depends_on for one in read.failures] == [one.depends_on for one in found.failures]
