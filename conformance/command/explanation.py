"""What a rule is: statement, source, what it needs, its tests, an exchange that keeps it and one that breaks it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from conformance.command.wrong_answers import broken
from conformance.execution.calls import Caller
from conformance.execution.client import Client
from conformance.execution.driver import Driver
from conformance.execution.progress import Progress
from conformance.execution.trace import Trace
from conformance.report.terminal import WIDTH
from conformance.report.tests_of_rules import ConformanceTest, made_for
from conformance.results.message import format_call
from conformance.rules import RULES
from conformance.rules.history import follow
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import Level, Rule
from conformance.spec.plain_text import one_line
from conformance.targets.reference import Reference


def rule_named(rule_id: str) -> Rule:
    """The rule. Raises LookupError with one line, which names the nearest one, where there is none of this id."""
    if rule_id in RULES:
        return RULES[rule_id]
    near = get_close_matches(rule_id, RULES, 1)
    hint = f"did you mean {near[0]}?" if near else "`mediaconnect-conformance rules` lists them"
    raise LookupError(f"there is no rule {rule_id!r}; {hint}")


def explanation(rule: Rule) -> Iterator[str]:
    """The lines of it."""
    yield f"{rule.id} ({rule.level})"
    yield from _entry("rule", rule.statement)
    yield from _entry("source", str(rule.source))
    yield f"  link      {rule.source.url}" if rule.source.url else "  link      none"
    yield from _entry("needs", ", ".join(sorted(need.needed for need in rule.needs)) or "nothing that any target lacks")
    tests = made_for(rule.id)
    for test in tests:
        yield from _entry("test", f"{test.name}: {test.statement}")
    yield from _exchanges(rule, tests)


def _exchanges(rule: Rule, tests: tuple[ConformanceTest, ...]) -> Iterator[str]:
    """The first example of a test in which the rule looks at a call, as the reference answers it, and made wrong."""
    with _reference() as driver:
        for trace in (driver.play(case) for test in tests for case in test.examples):
            looked_at = _looked_at(rule, trace)
            if looked_at is None:
                continue
            yield from _entry("right", format_call(looked_at, looked_at))
            if rule.level is Level.OBSERVE:
                yield from _entry("wrong", "nothing: what the target does is recorded, and never failed")
                return
            wrong = broken(rule, trace)
            if wrong is not None:
                recorded, finding = wrong
                yield from _entry("wrong", format_call(recorded, recorded))
                yield from _entry("", finding.problem)
            return
    yield from _entry("right", "none of its explicit examples shows one; its tests draw more")


def _looked_at(rule: Rule, trace: Trace) -> RecordedCall | None:
    findings = [finding for finding in rule.judge(follow(trace)) if not finding.violation]
    return next((finding.recorded for finding in findings if finding.recorded is not None), None)


@contextmanager
def _reference() -> Iterator[Driver]:
    target = Reference("us-east-1")
    target.open()
    try:
        yield Driver(target, Caller(Client(target), Progress()))
    finally:
        target.close()


def _entry(name: str, text: str) -> list[str]:
    return textwrap.wrap(f"  {name:<9} {one_line(text)}", WIDTH, subsequent_indent=" " * 12, break_on_hyphens=False)
