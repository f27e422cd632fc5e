"""report.json: the run as one JSON document, schema version 1."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from conformance import __version__
from conformance.report.record import recorded
from conformance.results.baseline import Baseline
from conformance.results.gate import Gate
from conformance.results.verdicts import Failure, RuleResult, Verdict, verdict_on
from conformance.rules import RULES, Rule
from conformance.spec.calendar import format_timestamp
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class TargetFacts:
    """The target as the report names it; `found` are the lines of the probe."""

    name: str
    kind: str
    endpoint_url: str | None
    region: str
    capabilities: frozenset[Capability] = frozenset()
    missing: frozenset[Operation] = frozenset()
    found: tuple[str, ...] = ()


@dataclass
class Run:
    """A run while it goes on: results by rule id, in whatever process they were found.

    `calls` are those of all tests, each counted once; `max_time` is in seconds; `shard` tells which part of a run it
    is, such as `2/5`.
    """

    target: TargetFacts
    profile: str
    seed: str
    started: datetime
    baseline: Baseline = field(default_factory=Baseline)
    results: dict[str, RuleResult] = field(default_factory=dict)
    aborted: str = ""
    calls: int = 0
    max_time: float | None = None
    shard: str = ""

    def add(self, rule_id: str, result: RuleResult) -> None:
        """Take the result of a test in."""
        self.results.setdefault(rule_id, RuleResult()).add(result)

    def verdicts(self) -> list[tuple[Rule, Verdict, str]]:
        """Every rule of the registry with its verdict and reason."""
        return [(rule, *self._verdict(rule)) for rule in RULES.values()]

    def _verdict(self, rule: Rule) -> tuple[Verdict, str]:
        result = self.results.get(rule.id)
        verdict, reason = verdict_on(rule, result, self.target.capabilities)
        if self.shard and verdict is Verdict.PASS and not reason:
            reason = f"in part: part {self.shard} only"
        elif self.shard and result is None:
            reason = f"its tests are in other parts than {self.shard}"
        return self.baseline.judge(rule, verdict, reason, result)

    def observations(self) -> dict[str, str]:
        """What the target chose where the documents leave a choice, by rule id."""
        observed = {rule_id: result.observed for rule_id, result in self.results.items() if result.observed}
        return {rule_id: ", ".join(sorted(choices)) for rule_id, choices in sorted(observed.items())}


def document(run: Run, gate: Gate, *, complete: bool, duration_seconds: float) -> dict[str, Any]:
    """The report; every rule is in it, whatever was selected."""
    verdicts = run.verdicts()
    counts = Counter(verdict for _, verdict, _ in verdicts)
    return {
        "schema_version": SCHEMA_VERSION,
        "complete": complete,
        "gate": {"status": gate.word, "headline": gate.headline},
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
        },
        "started": format_timestamp(run.started),
        "duration_seconds": round(duration_seconds, 3),
        "calls": run.calls,
        "summary": {str(verdict): counts[verdict] for verdict in Verdict},
        "rules": [_rule_entry(rule, verdict, reason, run.results.get(rule.id)) for rule, verdict, reason in verdicts],
        "observations": run.observations(),
    }


def _rule_entry(rule: Rule, verdict: Verdict, reason: str, found: RuleResult | None) -> Mapping[str, Any]:
    result = found or RuleResult()
    return {
        "id": rule.id,
        "topic": rule.topic,
        "level": str(rule.level),
        "statement": rule.statement,
        "source": str(rule.source),
        "verdict": str(verdict),
        "reason": reason,
        "examples": result.examples,
        "calls": result.calls,
        "calls_to_first_failure": result.calls_to_failure,
        "duration_seconds": round(result.seconds, 3),
        "classes": dict(sorted(result.classes.items())),
        "record": None if found is None else recorded(found),
        "failures": [_failure_entry(failure) for failure in result.failures],
    }


def _failure_entry(failure: Failure) -> Mapping[str, Any]:
    return {
        "message": failure.message,
        "label": failure.label,
        "size": list(failure.size),
        "case": failure.case,
        "file": failure.file,
        "trace": failure.trace,
    }


def write_document(path: Path, report: Mapping[str, Any]) -> None:
    """Write the report in one go, so that a reader never sees half of it. Raises OSError."""
    text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    if not is_encodable(text):
        # Half a surrogate pair, as a target may send it, has a form in JSON and none in UTF-8.
        text = json.dumps(report, indent=2) + "\n"
    write_whole(path, text)


def is_encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def write_whole(path: Path, text: str) -> None:
    """Write a file in one go, in a folder that is made where there is none. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.tmp")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    unfinished.replace(path)
