"""The gate: from the verdicts of a run to its exit status, and one line that says why."""

from __future__ import annotations

from collections.abc import Sequence
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

INTERRUPTED = Gate(ExitStatus.INTERRUPTED, "the run was interrupted: its report is not complete")
"""The gate of a run that did not come to its end."""


def decide(
    verdicts: Sequence[tuple[Rule, Verdict]], closing: frozenset[Level], missing: frozenset[Operation], aborted: str
) -> Gate:
    """Closed by a failed rule of a closing level, or by a lack of PurchaseOffering; undecided where nothing passed."""
    failed = [rule.id for rule, verdict in verdicts if verdict is Verdict.FAIL and rule.level in closing]
    reasons = []
    if Operation.PURCHASE_OFFERING in missing:
        lacking = ", ".join(operation for operation in Operation if operation in missing)
        reasons.append(f"the target does not implement {lacking}")
    if failed:
        counted = "1 rule fails, it is" if len(failed) == 1 else f"{len(failed)} rules fail, the first is"
        reasons.append(f"{counted} {failed[0]}")
    if reasons:
        return Gate(ExitStatus.CLOSED, f"the gate is closed: {'; '.join(reasons)}")
    if aborted:
        return Gate(ExitStatus.NOT_JUDGED, f"the run could not be judged to its end: {aborted}")
    musts = [verdict for rule, verdict in verdicts if rule.level is Level.MUST]
    if Verdict.PASS not in musts and Verdict.KNOWN not in musts:
        return Gate(ExitStatus.NOT_JUDGED, "the run could not be judged: no rule at level must was passed or failed")
    passed, known = musts.count(Verdict.PASS), musts.count(Verdict.KNOWN)
    rest = f"{known} fail as the baseline says" if known else "none fails"
    return Gate(ExitStatus.OPEN, f"the gate is open: {passed} of {len(musts)} rules at level must pass, {rest}")


def closed_by_the_tests_themselves(gate: Gate) -> Gate:
    """The gate of a run in which a test also failed for another reason than a broken rule."""
    if gate.status is ExitStatus.CLOSED:
        return gate
    return Gate(ExitStatus.CLOSED, "the gate is closed: a test failed for another reason than a broken rule")
