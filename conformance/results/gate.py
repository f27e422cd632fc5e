"""The gate: from the verdicts of a run to its exit status, and one line that says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from conformance.results.verdicts import Verdict
from conformance.rules.registry import Level, Rule
from conformance.spec.service import Operation


class ExitStatus(IntEnum):
    """The exit statuses of a run, beside pytest's own for nothing collected (5)."""

    OPEN = 0
    CLOSED = 1
    INTERRUPTED = 2
    NOT_JUDGED = 3
    WRONG_COMMAND = 4


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the gate is open, and why."""

    status: ExitStatus
    headline: str

    @property
    def word(self) -> str:
        """The status as a report has it: `open`, `closed`, `not-judged`, or `interrupted`."""
        return _WORDS[self.status]


_WORDS = {
    ExitStatus.OPEN: "open",
    ExitStatus.CLOSED: "closed",
    ExitStatus.INTERRUPTED: "interrupted",
    ExitStatus.NOT_JUDGED: "not-judged",
}

JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.KNOWN)
"""The verdicts that tell something of a target."""

INTERRUPTED = Gate(ExitStatus.INTERRUPTED, "the run was interrupted: its report is not complete")
"""The gate of a run that did not come to its end."""

DRY_RUN = Gate(ExitStatus.NOT_JUDGED, "a dry run: nothing that could buy was sent, and no gate is decided")
"""The gate of a run that sent nothing which could buy; the run ends with 0 all the same."""


@dataclass(frozen=True, slots=True)
class GateRequirements:
    """What a gate is held to besides: `lost` has a line on each rule that was required and was not judged.

    `part` tells how the tests were selected, empty for a whole run; `required` that it was said what must be judged.
    `held` are the ids of rules that close it whatever their level, as a profile says what they must come to.
    """

    lost: Sequence[str] = ()
    part: str = ""
    required: bool = False
    held: frozenset[str] = frozenset()


def decide(
    verdicts: Sequence[tuple[Rule, Verdict]],
    closing: frozenset[Level],
    missing: frozenset[Operation],
    aborted: str,
    requirements: GateRequirements = GateRequirements(),
) -> Gate:
    """Closed by a failed rule of a closing level, by a lack of PurchaseOffering, or by a required rule not judged.

    Undecided where nothing passed, or the run did not come to its end.
    """
    reasons = [*_reasons(verdicts, closing, missing, requirements.held), *_lost(requirements)]
    note = _note(verdicts, requirements)
    if reasons:
        return Gate(ExitStatus.CLOSED, f"the gate is closed: {'; '.join(reasons)}{note}")
    if aborted:
        return Gate(ExitStatus.NOT_JUDGED, f"the run could not be judged to its end: {first_line(aborted)}")
    musts = [verdict for rule, verdict in verdicts if rule.level is Level.MUST]
    passed, known = musts.count(Verdict.PASS), musts.count(Verdict.KNOWN)
    if not passed + known:
        return Gate(ExitStatus.NOT_JUDGED, f"the run could not be judged: no must rule was passed or failed{note}")
    rest = [f"{known} {'is a known failure' if known == 1 else 'are known failures'}"] if known else []
    failing = format_failing(verdicts)
    rest += [failing] if failing else []
    return Gate(
        ExitStatus.OPEN,
        f"the gate is open: {passed} of {len(musts)} must rules pass, {', '.join(rest) or 'none fails'}{note}",
    )


def format_failing(verdicts: Sequence[tuple[Rule, Verdict]]) -> str:
    """Such as `22 must and 5 should rules fail`; empty where none does."""
    levels = [rule.level for rule, verdict in verdicts if verdict is Verdict.FAIL]
    counts = [f"{levels.count(level)} {level}" for level in Level if level in levels]
    return f"{' and '.join(counts)} {'rule fails' if len(levels) == 1 else 'rules fail'}" if counts else ""


def _reasons(
    verdicts: Sequence[tuple[Rule, Verdict]],
    closing: frozenset[Level],
    missing: frozenset[Operation],
    held: frozenset[str],
) -> Iterator[str]:
    if Operation.PURCHASE_OFFERING in missing:
        yield f"the target does not implement {', '.join(operation for operation in Operation if operation in missing)}"
    failed = [
        rule.id for rule, verdict in verdicts if verdict is Verdict.FAIL and (rule.level in closing or rule.id in held)
    ]
    if failed:
        counted = format_failing(verdicts)
        yield f"{counted}, {'it' if counted.endswith('fails') else 'the first'} is {failed[0]}"


def _lost(requirements: GateRequirements) -> Iterator[str]:
    if requirements.lost:
        count = len(requirements.lost)
        counted = (
            "a required rule was not judged:" if count == 1 else f"{count} required rules were not judged, such as"
        )
        yield f"{counted} {requirements.lost[0]}"


def _note(verdicts: Sequence[tuple[Rule, Verdict]], requirements: GateRequirements) -> str:
    """That the run tells less than it seems to."""
    if requirements.part:
        return f" (a part of the tests: {requirements.part})"
    musts = [verdict for rule, verdict in verdicts if rule.level is Level.MUST]
    judged = [verdict for verdict in musts if verdict in JUDGED]
    if len(judged) * 2 < len(musts) and not requirements.required:
        return f" (only {len(judged)} of {len(musts)} must rules were judged; --require keeps what is judged)"
    return ""


def first_line(text: str) -> str:
    """The first line of a text, such as that of a reason with a traceback below."""
    return text.partition("\n")[0]


def gate_side_by_side(gate: Gate, differences: Sequence[str], other: str) -> Gate:
    """The gate of a run beside another target: closed too where the two differ; `differences` has a line on each."""
    if not differences or gate.status not in (ExitStatus.OPEN, ExitStatus.CLOSED):
        return gate
    count = f"{len(differences)} {'difference' if len(differences) == 1 else 'differences'} from {other}"
    reason = f"{count}, the first is {differences[0]}"
    if gate.status is ExitStatus.CLOSED:
        return Gate(gate.status, f"{gate.headline}; {reason}")
    return Gate(ExitStatus.CLOSED, f"the gate is closed: {reason}")


def closed_by_the_tests_themselves(gate: Gate) -> Gate:
    """The gate of a run in which a test also failed for another reason than a broken rule."""
    if gate.status is ExitStatus.CLOSED:
        return gate
    return Gate(ExitStatus.CLOSED, "the gate is closed: a test failed for another reason than a broken rule")
