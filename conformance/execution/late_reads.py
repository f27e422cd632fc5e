"""Reads that may lag behind a purchase are waited for: until both of them show what was purchased, time and again."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from conformance.execution.calls import SETTLING_PAUSE, Caller
from conformance.execution.retries import Waiting
from conformance.execution.settling import AGREEING
from conformance.spec.outcomes import Refused, text_of
from conformance.spec.service import Operation
from conformance.targets.base import Account
from conformance.targets.clocks import TargetClock


@dataclass(frozen=True, slots=True)
class LateReads:
    """The reads of one account's reservations in one Region.

    The `first` of the two reads is made before the other, which may be what makes the first show them at all. A list
    is read in pages of `max_results`, as it was before: one whose pages are wrong does not catch up.
    """

    caller: Caller
    clock: TargetClock
    account: Account
    region: str
    first: Operation = Operation.LIST_RESERVATIONS
    max_results: str | None = None

    def catch_up_with(self, arns: Set[str]) -> bool:
        """Whether they come to show these reservations while they are waited for; several in a row must agree."""
        settling = self.caller.settling
        waiting = Waiting(settling.patience, SETTLING_PAUSE, longest=0.2)
        agreeing = 0
        while agreeing < AGREEING:
            if self._show(arns):
                agreeing += 1
                continue
            if waiting.is_over:
                settling.did_not_catch_up()
                return False
            agreeing = 0
            waiting.pause()
        return True

    def wait_after_a_miss(self, arns: Set[str]) -> bool:
        """The same where the `first` read has just failed to show them: where it catches up, the target's reads lag."""
        settling, waiting = self.caller.settling, Waiting(0.0)
        is_late = bool(settling.patience) and self.catch_up_with(arns)
        if is_late:
            settling.caught_up(waiting.elapsed)
        return is_late

    def _show(self, arns: Set[str]) -> bool:
        reads = [self._describe, self._list]
        if self.first is Operation.LIST_RESERVATIONS:
            reads.reverse()
        return all(read(arns) for read in reads)

    def _describe(self, arns: Set[str]) -> bool:
        asked = [{"ReservationArn": arn} for arn in sorted(arns)]
        operation = Operation.DESCRIBE_RESERVATION
        described = (self.caller.read(self.clock, operation, self.account, self.region, one) for one in asked)
        return not any(isinstance(one.outcome, Refused) for one in described)

    def _list(self, arns: Set[str]) -> bool:
        listed = self.caller.reservations(self.clock, self.account, self.region, self.max_results)
        return listed is None or arns <= {text_of(item, "reservationArn") for item in listed}
