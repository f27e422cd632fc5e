"""One report of the parts that several machines ran with --shard."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from conformance.cases.case_json import DamagedCaseError, case_to_json
from conformance.replay.folder import add, clear_for, end_run
from conformance.replay.replay_command import replay_command
from conformance.replay.saved_case import read_saved_case
from conformance.report.document import document
from conformance.report.reading import ReportError
from conformance.report.record import result_of
from conformance.results.baseline import Baseline
from conformance.results.facts import TargetFacts
from conformance.results.failure import Failure
from conformance.results.gate import INTERRUPTED, Gate, GateRequirements, decide
from conformance.results.run import Run
from conformance.rules import RULES, Level
from conformance.spec.calendar import parse_timestamp
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability

Report = Mapping[str, Any]

MUST = frozenset({Level.MUST})


@dataclass(frozen=True)
class Merged:
    """A whole run: its results, its gate, and whether each part came to its end."""

    run: Run
    gate: Gate
    complete: bool
    seconds: float

    def document(self) -> dict[str, Any]:
        """The report."""
        return document(self.run, self.gate, complete=self.complete, duration_seconds=self.seconds)


def merge(reports: Sequence[Report], *, baseline: Baseline | None = None, closing: frozenset[Level] = MUST) -> Merged:
    """The whole run, judged anew from the results of its parts.

    Raises:
        ReportError: a part is missing or there twice, one is not a part, they are of different runs, or one is damaged.
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
    # All parts were selected in the same way; what was selected is a part of the rules all the same.
    run.part = next((str(part) for report in reports if (part := report["suite"].get("part"))), "")
    held = frozenset(str(one) for report in reports for one in (report.get("gate") or {}).get("held", ()))
    gate = decide(verdicts, closing, run.target.missing, aborted, GateRequirements(part=run.part, held=held))
    if any((report.get("gate") or {}).get("status") == INTERRUPTED.word for report in reports):
        gate = INTERRUPTED
    return Merged(run, gate, complete, max(float(report["duration_seconds"]) for report in reports))


def copy_cases(run: Run, folders: Sequence[Path], output: Path) -> None:
    """Put the saved cases of the failures into `output`/cases, and name them in the failures.

    `folders` are those of the parts' reports. A case that is not beside its report, or is damaged, is left out.

    Raises:
        OSError: the folder cannot be written.
    """
    cases = output / "cases"
    clear_for(cases, uuid4().hex)
    for result in run.results.values():
        result.failures = [_copied(failure, run, folders, cases) for failure in result.failures]
    end_run(cases)


def _copied(failure: Failure, run: Run, folders: Sequence[Path], cases: Path) -> Failure:
    """The failure with its case in the new place, whichever part it came from."""
    for folder in folders if failure.file else ():
        try:
            saved = read_saved_case((folder / failure.file).read_text(encoding="utf-8"))
        except (DamagedCaseError, OSError, UnicodeDecodeError):
            continue
        if saved.rule == failure.rule and case_to_json(saved.case) == failure.case:
            file = add(cases, saved)
            options = {"--endpoint-url": run.target.endpoint_url} if run.target.endpoint_url else {}
            return replace(failure, file=f"{cases.name}/{file.name}", replay=replay_command(file, options))
    return replace(failure, file="", replay="")


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
    for number, shard in enumerate(shards, 1):
        if not re.fullmatch("[0-9]{1,4}/[0-9]{1,4}", shard):
            raise ReportError(f"report {number} of {len(shards)} is not a part of a run: it was made without --shard")
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
    try:
        return TargetFacts(
            target["name"],
            target["kind"],
            target.get("endpoint_url"),
            target["region"],
            frozenset(Capability(name) for name in target["capabilities"]),
            frozenset(Operation(name) for name in target["missing_operations"]),
            tuple(map(str, target["found"])),
        )
    except ValueError as error:
        raise ReportError(f"part {report['suite']['shard']}: damaged, or of another version: {error}") from None


def _add(run: Run, report: Report) -> None:
    for entry in report["rules"]:
        try:
            result = result_of(entry)
        except ValueError as error:
            raise ReportError(f"part {report['suite']['shard']}: damaged: {error}") from None
        if result is not None and entry["id"] in RULES:
            run.add(entry["id"], result)
