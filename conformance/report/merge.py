"""One report of the parts that several machines ran with --shard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from conformance.report.document import document
from conformance.report.reading import ReportError
from conformance.report.record import result_of
from conformance.results.baseline import Baseline
from conformance.results.facts import TargetFacts
from conformance.results.gate import INTERRUPTED, Gate, decide
from conformance.results.run import Run
from conformance.rules import RULES, Level
from conformance.spec.calendar import parse_timestamp
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability

Report = Mapping[str, Any]

MUST = frozenset({Level.MUST})


def merge(
    reports: Sequence[Report], *, baseline: Baseline | None = None, closing: frozenset[Level] = MUST
) -> tuple[dict[str, Any], Gate]:
    """The report of the whole run, judged anew from the results of its parts, and its gate.

    Raises:
        ReportError: a part is missing or there twice, one is no part, they are of different runs, or one is damaged.
    """
    _check_parts(reports)
    first = reports[0]
    for what, of in _THE_SAME.items():
        different = {str(of(report)) for report in reports}
        if len(different) > 1:
            raise ReportError(f"the parts have different {what}: {'; '.join(sorted(different))}")
    started = min(str(report["started"]) for report in reports)
    run = Run(
        _target_of(first),
        str(first["suite"]["profile"]),
        str(first["suite"]["seed"]),
        parse_timestamp(started) or datetime(1970, 1, 1, tzinfo=UTC),
        baseline or Baseline(),
        max_time=first["suite"].get("max_time_seconds"),
    )
    for report in reports:
        _add(run, report)
        run.calls += int(report["calls"])
    complete = all(report["complete"] for report in reports)
    verdicts = [(rule, verdict) for rule, verdict, _ in run.verdicts()]
    aborted = "" if complete else "a part of it did not come to its end"
    gate = decide(verdicts, closing, run.target.missing, aborted)
    if any(report["gate"]["status"] == INTERRUPTED.word for report in reports):
        gate = INTERRUPTED
    seconds = max(float(report["duration_seconds"]) for report in reports)
    return document(run, gate, complete=complete, duration_seconds=seconds), gate


_THE_SAME: Mapping[str, Callable[[Report], object]] = {
    "versions of the suite": lambda report: report["suite"]["version"],
    "profiles": lambda report: report["suite"]["profile"],
    "targets": lambda report: report["target"]["name"],
    "capabilities of the target": lambda report: sorted(report["target"]["capabilities"]),
    "missing operations": lambda report: sorted(report["target"]["missing_operations"]),
}
"""What parts of one run have in common."""


def _check_parts(reports: Sequence[Report]) -> None:
    shards = [str(report["suite"].get("shard") or "") for report in reports]
    if not all(shards):
        raise ReportError("one of the reports is no part of a run: it was made without --shard")
    totals = {shard.partition("/")[2] for shard in shards}
    if len(totals) > 1:
        raise ReportError(f"the reports are parts of different runs: {', '.join(sorted(shards))}")
    expected = [f"{number}/{total}" for total in totals for number in range(1, int(total) + 1)]
    missing = [shard for shard in expected if shard not in shards]
    twice = sorted({shard for shard in shards if shards.count(shard) > 1})
    if missing or twice:
        problem = f"part {missing[0]} is missing" if missing else f"part {twice[0]} is there twice"
        raise ReportError(f"{problem}; expected {', '.join(expected)}")


def _target_of(report: Report) -> TargetFacts:
    target = report["target"]
    return TargetFacts(
        target["name"],
        target["kind"],
        target["endpoint_url"],
        target["region"],
        frozenset(Capability(name) for name in target["capabilities"]),
        frozenset(Operation(name) for name in target["missing_operations"]),
        tuple(target["found"]),
    )


def _add(run: Run, report: Report) -> None:
    for entry in report["rules"]:
        try:
            result = result_of(entry)
        except ValueError as error:
            raise ReportError(f"part {report['suite']['shard']}: damaged: {error}") from None
        if result is not None and entry["id"] in RULES:
            run.add(entry["id"], result)
