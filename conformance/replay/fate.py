"""Playing a saved case again: what has become of the failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from conformance.cases.case import Case, Purchase, SetClock
from conformance.execution.play import OPERATIONS
from conformance.replay.saved_case import SavedCase
from conformance.results.facts import TargetFacts
from conformance.results.verdicts import RuleResult, proven_failures
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability

CONCURRENT_TRIES = 10
"""How often a case with concurrent calls is played, as it may take luck to fail."""


class Fate(StrEnum):
    """What has become of a saved failure."""

    STILL_FAILS = "still fails"
    FIXED = "fixed"
    FAILS_OTHERWISE = "fails otherwise"
    NOT_TESTABLE = "not testable here"

    @property
    def closes_the_gate(self) -> bool:
        """Whether the target is wrong."""
        return self in (Fate.STILL_FAILS, Fate.FAILS_OTHERWISE)


@dataclass(frozen=True, slots=True)
class Replayed:
    """The fate of a saved case, and why: the first line of `reason` in one line, all of it for a person."""

    fate: Fate
    reason: str = ""

    @property
    def headline(self) -> str:
        """The reason in one line."""
        return self.reason.partition("\n")[0]


def obstacle_to(saved: SavedCase, target: TargetFacts) -> str:
    """Why the case cannot be played on the target; empty where it can."""
    missing = [operation for operation in operations_of(saved) if operation in target.missing]
    if missing:
        return f"the target does not implement {', '.join(missing)}"
    lacking = [need for need in needs_of(saved) if need not in target.capabilities]
    return f"needs {' and '.join(need.needed for need in lacking)}" if lacking else ""


def operations_of(saved: SavedCase) -> list[Operation]:
    """The operations that the case or its test calls."""
    called = {OPERATIONS[type(call)] for call in saved.case.calls()} | set(saved.scope.operations or ())
    return [operation for operation in Operation if operation in called]


def needs_of(saved: SavedCase) -> list[Capability]:
    """The capabilities that the test needs, or the case itself."""
    needs = set(saved.scope.needs) | set(_needs_of_case(saved.case))
    if any(isinstance(call, Purchase) for call in saved.case.calls()):
        needs.add(Capability.PURCHASES)
    return [capability for capability in Capability if capability in needs]


def _needs_of_case(case: Case) -> Iterator[Capability]:
    if any(isinstance(step, SetClock) for step in case.steps):
        yield Capability.CLOCK
    places = case.places()
    if any(account for account, _ in places):
        yield Capability.OTHER_ACCOUNTS
    if any(region == 1 for _, region in places):
        yield Capability.REGIONS
    if any(region > 1 for _, region in places):
        yield Capability.FAR_REGIONS


def tries_of(case: Case) -> int:
    """How often the case is played before it is taken to be fixed."""
    return CONCURRENT_TRIES if case.is_concurrent else 1


def fate_of(saved: SavedCase, results: dict[str, RuleResult]) -> Replayed:
    """What has become of the failure, by what checking the case by the rules of its test has found."""
    proven = proven_failures(results)
    if proven.get(saved.rule):
        return Replayed(Fate.STILL_FAILS, proven[saved.rule][0].message)
    mine = results[saved.rule]
    if mine.failures:
        basic = next(one for one in mine.failures[0].depends_on if proven.get(one))
        return Replayed(Fate.FAILS_OTHERWISE, proven[basic][0].message)
    for rule_id in saved.scope.rules:
        if proven.get(rule_id):
            return Replayed(Fate.FAILS_OTHERWISE, proven[rule_id][0].message)
    if mine.classes:
        return Replayed(Fate.FIXED)
    if mine.blocked:
        return Replayed(Fate.FAILS_OTHERWISE, f"{next(iter(mine.blocked))} is broken, so that nothing can be judged")
    if mine.unknown:
        return Replayed(Fate.NOT_TESTABLE, f"no definite answer: {next(iter(mine.unknown))}")
    return Replayed(Fate.NOT_TESTABLE, "the case leaves nothing to judge on this target")
