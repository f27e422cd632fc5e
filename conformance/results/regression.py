"""`--compare-to REPORT.json`: what is new since an earlier run, and the gate that closes on that alone."""

from __future__ import annotations

import textwrap
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from conformance.results.gate import JUDGED, ExitStatus, Gate
from conformance.results.verdicts import Verdict
from conformance.rules.registry import Level, Rule

_BROKEN = (Verdict.FAIL, Verdict.KNOWN)
_UNREACHED = (Verdict.NOT_RUN, Verdict.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class Changes:
    """The rules that fail since the earlier run, those that no longer do, and those that can no longer be judged."""

    new: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each kind that there is."""
        kinds = (("new failures", self.new), ("fixed", self.fixed), ("no longer judged", self.lost))
        texts = (f"{what}: {', '.join(rule_ids)}" for what, rule_ids in kinds if rule_ids)
        return tuple(
            line for text in texts for line in textwrap.wrap(text, 80, subsequent_indent="  ", break_on_hyphens=False)
        )


def changes_since(
    before: Mapping[str, str],
    verdicts: Sequence[tuple[Rule, Verdict]],
    closing: frozenset[Level],
    selected: Container[str] | None = None,
) -> Changes:
    """What has changed, of the rules whose level closes the gate; one that the earlier report lacks was not judged.

    In a part of a run the rules that are not among the `selected` may have had some of their tests alone, or none: of
    these none is lost because it was not reached. None means that the run is a whole one.
    """

    def is_lost(rule_id: str, old: str, new: Verdict) -> bool:
        may_be_unreached = selected is not None and rule_id not in selected
        return old in JUDGED and new not in JUDGED and not (may_be_unreached and new in _UNREACHED)

    rules = [(rule.id, before.get(rule.id, ""), verdict) for rule, verdict in verdicts if rule.level in closing]
    return Changes(
        tuple(rule_id for rule_id, old, new in rules if new is Verdict.FAIL and old not in _BROKEN),
        tuple(rule_id for rule_id, old, new in rules if new is Verdict.PASS and old in _BROKEN),
        tuple(rule_id for rule_id, old, new in rules if is_lost(rule_id, old, new)),
    )


def gate_since(gate: Gate, changes: Changes, part: str = "") -> Gate:
    """The gate of a run that is held to an earlier one; what could not be judged at all stays so.

    `part` tells how the tests were selected, empty for a whole run.
    """
    note = f" (a part of the tests: {part})" if part else ""
    if gate.status not in (ExitStatus.OPEN, ExitStatus.CLOSED):
        return gate
    if changes.new or changes.lost:
        what = [_counted(len(changes.new), "new failure", "new failures")] if changes.new else []
        if changes.lost:
            what.append(_counted(len(changes.lost), "rule is no longer judged", "rules are no longer judged"))
        first = (changes.new or changes.lost)[0]
        return Gate(ExitStatus.CLOSED, f"the gate is closed: {', '.join(what)}, the first is {first}{note}")
    fixed = f", {len(changes.fixed)} fixed" if changes.fixed else ""
    return Gate(ExitStatus.OPEN, f"the gate is open: nothing is worse than before{fixed}{note}")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
