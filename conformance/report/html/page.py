"""report.html: a run as one page that needs nothing else, a pure function of the document in report.json."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.report.html.picture import Picture, picture
from conformance.report.html.rendering import render
from conformance.report.html.steps import Step, steps
from conformance.report.html.timeline import timeline
from conformance.results.verdicts import Verdict

SYMBOLS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.KNOWN: "◆",
    Verdict.NOT_IMPLEMENTED: "∅",
    Verdict.NOT_TESTABLE: "–",
    Verdict.BLOCKED: "◐",
    Verdict.INCONCLUSIVE: "?",
    Verdict.NOT_RUN: "○",
}
"""A symbol for each verdict, so that none is told by its colour alone."""

_EMBEDDED = {".json": "application/json", ".curl.sh": "text/x-shellscript"}
"""The files of a case that the page itself holds: those that are small."""
_SUFFIXES = (".json", ".py", ".curl.sh")
_FILE_OF_A_CASE = re.compile(r"cases/[A-Za-z0-9-]+\.json")


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file that the page holds: its name without a folder, and a data: URL with all that is in it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownFailure:
    """A failure with its rule: `problem` is the first line of its message, `files` the case and its scripts.

    `title` is the rule's id, with the equivalence class where a rule has several failures. `embedded` are those of
    the files that the page holds, so that it can be sent alone.
    """

    anchor: str
    title: str
    rule: Mapping[str, Any]
    problem: str
    message: str
    expected: str
    files: tuple[str, ...]
    embedded: tuple[Embedded, ...]
    steps: Sequence[Step]
    picture: Picture | None


def page(report: Mapping[str, Any], contents: Mapping[str, str] | None = None) -> str:
    """The page of a report of schema version 1. What a report of an earlier version lacks is left out.

    `contents` has the texts of the files that the page offers (`files_of`), as far as there are any.
    """
    rules: Sequence[Mapping[str, Any]] = report["rules"]
    shown = list(_failures(rules, contents or {}))
    return render(
        "report.html",
        report=report,
        gate=_gate(report),
        symbols=SYMBOLS,
        summary={verdict: count for verdict, count in report["summary"].items() if count},
        topics=_by_topic(rules),
        counts=Counter((rule["topic"], rule["verdict"]) for rule in rules),
        failures=shown,
        against=report.get("against"),
        files_of_case=_files,
        shown_rules={failure.rule["id"]: failure.anchor for failure in reversed(shown)},
    )


def files_of(report: Mapping[str, Any]) -> Iterator[str]:
    """The names of the files, relative to the report, that its page can hold: cases and the scripts for curl."""
    for rule in report["rules"]:
        for failure in rule["failures"]:
            yield from (file for file in _files(str(failure.get("file", ""))) if _media_type(file))


def _media_type(file: str) -> str:
    return next((kind for suffix, kind in _EMBEDDED.items() if file.endswith(suffix)), "")


def _gate(report: Mapping[str, Any]) -> Mapping[str, Any]:
    default = {"status": "not-judged", "headline": "the report does not tell the state of the gate"}
    gate: Mapping[str, Any] = report.get("gate") or default
    return gate


def _by_topic(rules: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    by_topic: dict[str, list[Mapping[str, Any]]] = {}
    for rule in rules:
        by_topic.setdefault(rule["topic"], []).append(rule)
    return {topic: by_topic[topic] for topic in sorted(by_topic)}


def _failures(rules: Sequence[Mapping[str, Any]], contents: Mapping[str, str]) -> Iterator[ShownFailure]:
    """The failures that close a gate first, then the known ones."""
    for rule in sorted(rules, key=lambda rule: rule["verdict"] != Verdict.FAIL):
        for number, failure in enumerate(rule["failures"]):
            yield _failure(rule, failure, number, contents)
        if rule["verdict"] == Verdict.FAIL and not rule["failures"]:
            yield _failure(rule, {"message": f"{rule['id']}: {rule['reason']}"}, 0, contents)


def _title(rule: Mapping[str, Any], number: int) -> str:
    """What no other failure is called."""
    if len(rule["failures"]) < 2:
        return str(rule["id"])
    labels = [str(other.get("label", "")) for other in rule["failures"]]
    label = labels[number]
    return f"{rule['id']}: {label}" if label and labels.count(label) == 1 else f"{rule['id']}, {number + 1}"


def _failure(
    rule: Mapping[str, Any], failure: Mapping[str, Any], number: int, contents: Mapping[str, str]
) -> ShownFailure:
    message, trace = str(failure["message"]), failure.get("trace") or {}
    drawn = timeline(trace)
    files = _files(str(failure.get("file", "")))
    anchor = f"failure-{rule['id'].replace('/', '-')}"
    return ShownFailure(
        anchor=anchor if number == 0 else f"{anchor}-{number + 1}",
        title=_title(rule, number),
        rule=rule,
        problem=message.partition("\n")[0].removeprefix(f"{rule['id']}: "),
        message=message,
        expected=str(trace.get("expected", "")),
        files=files,
        embedded=tuple(_embedded(file, contents[file]) for file in files if file in contents),
        steps=steps(trace),
        picture=None if drawn is None else picture(drawn),
    )


def _files(case: str) -> tuple[str, ...]:
    """The saved case and its scripts beside the report; none where the name is not the suite's own."""
    if _FILE_OF_A_CASE.fullmatch(case) is None:
        return ()
    return tuple(case.removesuffix(".json") + suffix for suffix in _SUFFIXES)


def _embedded(file: str, text: str) -> Embedded:
    encoded = b64encode(text.encode("utf-8")).decode("ascii")
    return Embedded(file.rpartition("/")[2], f"data:{_media_type(file)};base64,{encoded}")
