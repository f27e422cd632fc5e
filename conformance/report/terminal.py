"""The end of a run on the terminal: topics against verdicts, then each failing rule with its message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from conformance.rules.registry import Rule

_QUIET = (Verdict.PASS, Verdict.NOT_TESTABLE, Verdict.NOT_IMPLEMENTED)


def summary_lines(run: Run) -> Iterator[str]:
    """The table, the failures, then what else was neither passed nor simply out of reach, and what was observed."""
    verdicts = run.verdicts()
    yield from _table([(rule, verdict) for rule, verdict, _ in verdicts])
    for rule, verdict, reason in verdicts:
        if verdict is Verdict.FAIL:
            yield ""
            yield from _failure(rule, reason, run)
    yield from _reasons(verdicts)
    truncated = [result.truncated for result in run.results.values() if result.truncated]
    if truncated:
        yield ""
        yield f"{truncated[0]}: not every example was tried for {len(truncated)} rules"
    observations = run.observations()
    if observations:
        yield ""
        yield "observed: " + "; ".join(f"{rule_id} {choice}" for rule_id, choice in observations.items())


def _failure(rule: Rule, reason: str, run: Run) -> Iterator[str]:
    failures = run.failures(rule.id)
    if not failures:
        yield f"[{rule.level}] {rule.id}: {reason}"
        return
    yield f"[{rule.level}] {failures[0].message}"
    for failure in failures[1:]:
        yield f"  also      {failure.label}: {failure.file}"
    if reason:
        yield f"  baseline  {reason}"


def _table(verdicts: Sequence[tuple[Rule, Verdict]]) -> Iterator[str]:
    counts = Counter((rule.topic, verdict) for rule, verdict in verdicts)
    topics = sorted({rule.topic for rule, _ in verdicts})
    shown = [verdict for verdict in Verdict if any(counts[topic, verdict] for topic in topics)]
    width = max(len(topic) for topic in topics)
    yield " " * width + "".join(f"  {verdict}" for verdict in shown)
    for topic in topics:
        cells = (str(counts[topic, verdict] or "-").rjust(len(verdict) + 2) for verdict in shown)
        yield topic.ljust(width) + "".join(cells)


def _reasons(verdicts: Sequence[tuple[Rule, Verdict, str]]) -> Iterator[str]:
    """One line a reason, with the rules that it holds for."""
    by_reason: dict[tuple[Verdict, str], list[str]] = {}
    for rule, verdict, reason in verdicts:
        if verdict is not Verdict.FAIL and (reason or verdict not in _QUIET):
            by_reason.setdefault((verdict, reason), []).append(rule.id)
    if by_reason:
        yield ""
    for (verdict, reason), rule_ids in by_reason.items():
        named = ", ".join(rule_ids[:3]) + (f" and {len(rule_ids) - 3} more" if len(rule_ids) > 3 else "")
        yield f"{verdict}: {reason or 'no reason known'} ({named})"
