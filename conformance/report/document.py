"""report.json: the run as one JSON document, schema version 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from conformance import __version__
from conformance.cases.case_json import case_to_json, json_text
from conformance.report.record import recorded
from conformance.results.failure import Failure
from conformance.results.gate import Gate
from conformance.results.run import Run
from conformance.results.side_by_side import SideBySide
from conformance.results.verdicts import RuleResult, Verdict
from conformance.rules import Rule
from conformance.spec.calendar import format_timestamp

SCHEMA_VERSION = 1


def document(run: Run, gate: Gate, *, complete: bool, duration_seconds: float) -> dict[str, Any]:
    """The report; every rule is in it, whatever was selected."""
    verdicts = run.verdicts()
    counts = Counter(verdict for _, verdict, _ in verdicts)
    return {
        "schema_version": SCHEMA_VERSION,
        "complete": complete,
        "gate": {"status": gate.word, "headline": gate.headline, "held": sorted(run.held)},
        "target": {
            "name": run.target.name,
            "kind": run.target.kind,
            "endpoint_url": run.target.endpoint_url,
            "region": run.target.region,
            "capabilities": sorted(run.target.capabilities),
            "missing_operations": sorted(run.target.missing),
            "found": list(run.target.found),
        },
        "suite": {
            "version": __version__,
            "profile": run.profile,
            "seed": run.seed,
            "max_time_seconds": run.max_time,
            "shard": run.shard or None,
            "part": run.part or None,
        },
        "started": format_timestamp(run.started),
        "duration_seconds": round(duration_seconds, 3),
        "calls": run.calls,
        "summary": {str(verdict): counts[verdict] for verdict in Verdict},
        "rules": [_rule_entry(run, rule, verdict, reason) for rule, verdict, reason in verdicts],
        "observations": run.observations(),
        **({} if run.against is None else {"against": _side_by_side(run.against)}),
    }


def _side_by_side(found: SideBySide) -> Mapping[str, Any]:
    return {
        "other": found.other,
        "compared": found.compared,
        "left_out": found.left_out,
        "differences": [
            {
                "operation": one.operation,
                "what": one.what,
                "problem": one.problem,
                "binding": not one.is_of_words,
                "mine": one.mine,
                "theirs": one.theirs,
                "call": one.call,
                "other_call": one.other_call,
                "case": case_to_json(one.case),
                "file": found.files.get(kind, ""),
            }
            for kind, one in found.differences.items()
        ],
    }


def rule_members(rule: Rule) -> Mapping[str, Any]:
    """What a rule says of itself, as it stands in a report and in the list of the rules."""
    return {
        "id": rule.id,
        "topic": rule.topic,
        "level": str(rule.level),
        "statement": rule.statement,
        "source": str(rule.source),
        "source_url": rule.source.url,
        "source_read": rule.source.read,
        "derived": rule.source.derived,
    }


def _rule_entry(run: Run, rule: Rule, verdict: Verdict, reason: str) -> Mapping[str, Any]:
    found = run.results.get(rule.id)
    result = found or RuleResult()
    proven = run.failures(rule.id)
    return {
        **rule_members(rule),
        "verdict": str(verdict),
        "reason": reason,
        "examples": result.examples,
        "calls": result.calls,
        "calls_to_first_failure": result.calls_to_failure,
        "duration_seconds": round(result.seconds, 3),
        "classes": dict(sorted(result.classes.items())),
        "record": None if found is None else recorded(found),
        "failures": [_failure_entry(failure) for failure in proven],
        "blocked_failures": [_failure_entry(failure) for failure in result.failures if failure not in proven],
    }


def _failure_entry(failure: Failure) -> Mapping[str, Any]:
    return {"message": failure.message, **asdict(failure)}


def write_document(path: Path, report: Mapping[str, Any]) -> None:
    """Write the report in one go, so that a reader never sees half of it. Raises OSError."""
    write_whole(path, json_text(report))


def write_whole(path: Path, text: str) -> None:
    """Write a file in one go, in a folder that is made where there is none. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.tmp")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    unfinished.replace(path)
