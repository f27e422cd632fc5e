"""A judgement as a run: the same report, saved cases and gate, of a target that nobody asked anything."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.clock import monotonic, utc_now
from conformance.execution.recordings.reading import Recordings
from conformance.replay.folder import add, clear_for, end_run, file_of, keep
from conformance.replay.replay_command import replay_command
from conformance.replay.saved_case import Scope, saved_case
from conformance.report.document import document
from conformance.report.failure_trace import failure_trace
from conformance.report.html import write_both
from conformance.results.facts import TargetFacts
from conformance.results.failure import failure_of
from conformance.results.gate import Gate, GateRequirements, decide
from conformance.results.judgement import Judgement
from conformance.results.repetition import repeat
from conformance.results.run import Run
from conformance.rules import Level

PROFILE = "judge"
KIND = "recording"
"""Profile and kind of target of a report that was made of recordings."""


def judged_document(recordings: Recordings) -> dict[str, Any]:
    """The report on recordings, as `judge` would write it without any option. Raises RecordingError."""
    judgement, began = Judgement(), monotonic()
    for session in recordings.sessions():
        judgement.judge(session)
    facts = facts_of(recordings, judgement)
    run = run_of(judgement, facts, Run(facts, PROFILE, "none", utc_now()))
    gate = gate_of(run, frozenset({Level.MUST}))
    return document(run, gate, complete=True, duration_seconds=monotonic() - began)


def facts_of(recordings: Recordings, judgement: Judgement) -> TargetFacts:
    """The target of a judgement: the recordings themselves."""
    names = [path.name for path in recordings.files]
    name = names[0] if len(names) == 1 else f"{len(names)} recordings"
    regions = sorted({place.region for place in judgement.places})
    return TargetFacts(name, KIND, None, ", ".join(regions) or "unknown", found=tuple(_found(recordings, judgement)))


def _found(recordings: Recordings, judgement: Judgement) -> Iterator[str]:
    accounts = len({place.account for place in judgement.places})
    yield f"judged: {_counted(judgement.calls, 'request')} of {_counted(accounts, 'account')}"
    for reason, times in recordings.aside.most_common():
        yield f"left aside: {_counted(times, 'request')} {reason}"
    if judgement.left_aside:
        yield f"left aside: {_counted(judgement.left_aside, 'request')} of too many at the same time"
    if judgement.lagging:
        within = f"within {judgement.settle:g} seconds of a purchase (--settle)"
        yield f"left aside: {_counted(judgement.lagging, 'read')} {within}"
    if judgement.unproven:
        yield f"not proven: {_counted(judgement.unproven, 'refusal')} in accounts that purchased nothing"
    past = "nothing was there before, and nothing else happened" if judgement.complete else "not known"
    yield f"before each recording and beside it: {past}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def run_of(judgement: Judgement, facts: TargetFacts, run: Run, *, redact: bool = False) -> Run:
    """The run that the judgement comes to; `run` has what is known of it beforehand."""
    judgement.finish(redact=redact)
    run.target, run.results, run.calls = facts, judgement.results, judgement.calls
    for violation in judgement.violations.values():
        run.results[violation.rule.id].tell(violation, trace=failure_trace(violation))
    return run


def save_cases(judgement: Judgement, run: Run, directory: Path, also: Path | None = None) -> None:
    """Write a case for each failure whose calls can be made again, and name it in the failure. Raises OSError."""
    folder = directory / "cases"
    clear_for(folder, uuid.uuid4().hex)
    for violation in judgement.violations.values():
        if not violation.history.calls or repeat(violation.history).lacks:
            continue
        saved = saved_case(violation, Scope(rules=(violation.rule.id,)), run.target)
        keep(folder, saved)
        if also is not None:
            add(also, saved)
    for violation in judgement.violations.values():
        file = file_of(folder, violation.rule.id, failure_of(violation).case)
        if file is not None:
            command = replay_command(file, {"--endpoint-url": "URL"})
            run.results[violation.rule.id].tell(violation, file=f"cases/{file.name}", replay=command)
    end_run(folder)


def gate_of(run: Run, closing: frozenset[Level]) -> Gate:
    """Whether the gate is open."""
    requirements = GateRequirements(run.lost_rules(), required=run.baseline.require is not None, held=run.held)
    verdicts = [(rule, verdict) for rule, verdict, _ in run.verdicts()]
    return decide(verdicts, closing, run.target.missing, run.aborted, requirements)


def write_report(run: Run, gate: Gate, directory: Path, seconds: float) -> None:
    """Write report.json and report.html. Raises OSError."""
    write_both(directory, document(run, gate, complete=not run.aborted, duration_seconds=seconds))


def counted_lines(run: Run) -> Iterator[str]:
    """How often each rule that was judged was observed, a line a topic."""
    by_topic: dict[str, list[str]] = {}
    for rule, _, _ in run.verdicts():
        times = run.results[rule.id].classes.total()
        if times:
            by_topic.setdefault(rule.topic, []).append(f"{rule.id.partition('/')[2]} {times:,}")
    for topic, counts in by_topic.items():
        yield f"{topic}: {', '.join(counts)}"
