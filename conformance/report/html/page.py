"""report.html: a run as one page that needs nothing else, a pure function of the document in report.json."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.report.html.picture import Picture, picture
from conformance.report.html.rendering import render
from conformance.report.html.steps import Step, steps
from conformance.report.html.timeline import timeline
from conformance.results.verdicts import Verdict

SIGNS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.KNOWN: "◆",
    Verdict.NOT_IMPLEMENTED: "∅",
    Verdict.NOT_TESTABLE: "–",
    Verdict.BLOCKED: "◐",
    Verdict.INCONCLUSIVE: "?",
    Verdict.NOT_RUN: "·",
}
"""A sign for each verdict, so that none is told by its colour alone."""

_FILE_OF_A_CASE = re.compile(r"cases/[A-Za-z0-9-]+\.json")


@dataclass(frozen=True, slots=True)
class ShownFailure:
    """A failure with its rule: `problem` is the first line of its message, `files` the case and its scripts."""

    anchor: str
    rule: Mapping[str, Any]
    problem: str
    message: str
    expected: str
    files: tuple[str, ...]
    steps: Sequence[Step]
    picture: Picture | None


def page(report: Mapping[str, Any]) -> str:
    """The page of a report of schema version 1. What a report of an earlier version lacks is left out."""
    rules: Sequence[Mapping[str, Any]] = report["rules"]
    shown = list(_failures(rules))
    return render(
        "report.html",
        report=report,
        gate=_gate(report),
        signs=SIGNS,
        summary={verdict: count for verdict, count in report["summary"].items() if count},
        topics=_by_topic(rules),
        counts=Counter((rule["topic"], rule["verdict"]) for rule in rules),
        failures=shown,
        shown_rules={failure.rule["id"]: failure.anchor for failure in reversed(shown)},
    )


def _gate(report: Mapping[str, Any]) -> Mapping[str, Any]:
    default = {"status": "not-judged", "headline": "the report does not tell the state of the gate"}
    gate: Mapping[str, Any] = report.get("gate") or default
    return gate


def _by_topic(rules: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    by_topic: dict[str, list[Mapping[str, Any]]] = {}
    for rule in rules:
        by_topic.setdefault(rule["topic"], []).append(rule)
    return {topic: by_topic[topic] for topic in sorted(by_topic)}


def _failures(rules: Sequence[Mapping[str, Any]]) -> Iterator[ShownFailure]:
    """The failures that close a gate first, then the known ones."""
    for rule in sorted(rules, key=lambda rule: rule["verdict"] != Verdict.FAIL):
        for number, failure in enumerate(rule["failures"]):
            yield _failure(rule, failure, number)
        if rule["verdict"] == Verdict.FAIL and not rule["failures"]:
            yield _failure(rule, {"message": f"{rule['id']}: {rule['reason']}"}, 0)


def _failure(rule: Mapping[str, Any], failure: Mapping[str, Any], number: int) -> ShownFailure:
    message, trace = str(failure["message"]), failure.get("trace") or {}
    drawn = timeline(trace)
    anchor = f"failure-{rule['id'].replace('/', '-')}"
    return ShownFailure(
        anchor=anchor if number == 0 else f"{anchor}-{number + 1}",
        rule=rule,
        problem=message.partition("\n")[0].removeprefix(f"{rule['id']}: "),
        message=message,
        expected=str(trace.get("expected", "")),
        files=_files(str(failure.get("file", ""))),
        steps=steps(trace),
        picture=None if drawn is None else picture(drawn),
    )


def _files(case: str) -> tuple[str, ...]:
    """The saved case and its scripts beside the report; none where the name is not the suite's own."""
    if _FILE_OF_A_CASE.fullmatch(case) is None:
        return ()
    return case, *(case.removesuffix(".json") + suffix for suffix in (".py", ".curl.sh"))
