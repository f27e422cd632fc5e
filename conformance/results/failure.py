"""A failure: what broke a rule, as a record that terminal, report, JUnit and saved case each render."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.cases.case_json import case_to_json, size_of
from conformance.execution.trace import Trace
from conformance.results.message import format_call, format_clock
from conformance.rules import RULES
from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import Finding, Rule, rule_with_premise
from conformance.spec.outcomes import Answered, Refused
from conformance.spec.plain_text import one_line
from conformance.spec.request import Place

_MOST_BEFORE = 12


@dataclass(frozen=True)
class Violation:
    """A broken rule: the finding, and the history in which it was made.

    `depends_on` are the rules without which it proves nothing; `seen` tells how often, where it was not each time.
    """

    rule: Rule
    finding: Finding
    history: History
    depends_on: frozenset[str] = frozenset()
    seen: str = ""

    @property
    def trace(self) -> Trace:
        """The trace of the case."""
        return self.history.trace


@dataclass(frozen=True)
class Failure:
    """A violation for people and files: texts, and the case that shows it, as JSON, with how simple it is.

    `clock` tells the target's time, `before` the calls before, `call` the one that broke the rule; all are empty where
    no single call did. `label` is its equivalence class; `file` where the case was saved, beside the report; `trace`
    its calls, as the report tells them; `saved` the file of an earlier saved case that showed it too. `answer` is what
    failures of one cause have in common: operation, status and type, and whether a refusal was due.
    """

    rule: str
    problem: str
    expected: str
    case: dict[str, Any]
    size: tuple[int, int, str]
    label: str = ""
    clock: str = ""
    before: tuple[str, ...] = ()
    call: str = ""
    answer: str = ""
    depends_on: tuple[str, ...] = ()
    seen: str = ""
    file: str = ""
    saved: str = ""
    replay: str = ""
    trace: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The whole of it, for people: several lines."""
        return failure_message(self)

    @property
    def text(self) -> str:
        """The message without files and commands, which are others in each run."""
        return failure_message(replace(self, saved="", replay=""))


def failure_message(failure: Failure) -> str:
    """Several lines: what broke the rule; statement, source, clock, calls before, the call, what was expected."""
    rule = RULES[failure.rule]
    lines = [f"{rule.id}: {failure.problem}"]
    entries = [
        ("rule", f"{rule.statement} ({rule.source})"),
        ("source", rule.source.url),
        ("clock", failure.clock),
        *(("before", line) for line in failure.before),
        ("call", failure.call),
        ("expected", failure.expected),
        ("seen", failure.seen),
        ("saved", failure.saved),
        ("replay", failure.replay),
    ]
    return "\n".join([*lines, *(f"  {name:<9} {text}" for name, text in entries if text)])


def failure_of(violation: Violation) -> Failure:
    """The record of a violation; where it was saved and how to replay it is added later."""
    finding, case = violation.finding, violation.trace.case
    one = finding.recorded
    return Failure(
        violation.rule.id,
        one_line(finding.problem),
        one_line(finding.expected),
        case_to_json(case),
        size_of(case),
        finding.label,
        format_clock(one.now) if one else "",
        calls_before(violation),
        format_call(one, one, _places(violation)) if one else "",
        _answer_of(one) if one else "",
        tuple(sorted(violation.depends_on)),
        violation.seen,
    )


def _answer_of(one: RecordedCall) -> str:
    match one.outcome:
        case Answered(status, _):
            answer = str(status)
        case Refused(status, code, _):
            answer = f"{status} {code}"
        case _:
            answer = type(one.outcome).__name__
    due = "" if one.permitted.must_succeed else ", a refusal was due"
    return f"{one.operation} {answer}{due}"


def calls_before(violation: Violation) -> tuple[str, ...]:
    """The calls before the one that broke the rule, a line each, the first ones left out where there are many.

    Where the suite defined other offerings since the last of them, or between two, a line says so.
    """
    broken_by = violation.finding.recorded
    if broken_by is None:
        return ()
    left_out = broken_by.number - _MOST_BEFORE
    lines = list(_lines_before(violation, broken_by, max(0, left_out)))
    return (f"… {left_out} calls, then", *lines) if left_out > 0 else tuple(lines)


def _lines_before(violation: Violation, broken_by: RecordedCall, first: int) -> Iterator[str]:
    defined = {definition.before_call for definition in violation.trace.definitions}
    for one in violation.history.calls[first : broken_by.number + 1]:
        if one.number in defined:
            yield "(the suite withdraws the offerings and defines others)"
        if one is not broken_by:
            yield format_call(one, broken_by, _places(violation))


def _places(violation: Violation) -> frozenset[Place]:
    """Where the calls were made up to the one that broke the rule."""
    broken_by = violation.finding.recorded
    last = broken_by.number if broken_by else 0
    return frozenset(one.place for one in violation.history.calls[: last + 1])


def rules_depended_on(finding: Finding, rule: Rule) -> frozenset[str]:
    """The ids of the rules that must be kept for a finding to prove anything."""
    return frozenset(one.id for premise in finding.depends_on if (one := rule_with_premise(premise)) is not rule)
