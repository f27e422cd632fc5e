"""What one case has purchased, and whether reads show it: they may lag behind, from one of several replicas too."""

from __future__ import annotations

from collections.abc import Sequence, Set

from conformance.clock import monotonic
from conformance.execution.calls import Caller
from conformance.execution.late_reads import LateReads
from conformance.execution.settling import not_shown
from conformance.execution.trace import Call
from conformance.spec.outcomes import text_of
from conformance.spec.reading import read
from conformance.spec.request import AccountMapping, Place
from conformance.targets.base import Account
from conformance.targets.clocks import TargetClock


class Visibility:
    """The reservations of one case. On a target whose reads do not lag nothing is asked for its sake."""

    def __init__(self, caller: Caller, mapping: AccountMapping) -> None:
        self._caller, self._mapping = caller, mapping
        self._purchased: dict[Place, dict[str, float]] = {}
        self._seen: dict[Place, set[str]] = {}

    def add(self, place: Place, arn: str) -> None:
        """A reservation was purchased."""
        self._purchased.setdefault(place, {})[arn] = monotonic()

    def wait_for(self, clock: TargetClock, account: Account, place: Place) -> None:
        """Before a read: where reads are known to lag, let them catch up with all that was purchased."""
        pending = self._purchased.get(place, {}).keys() - self._seen.get(place, set())
        if pending and self._caller.settling.lags:
            LateReads(self._caller, clock, account, place.region).catch_up_with(pending)
            self._seen.setdefault(place, set()).update(pending)

    def is_late(self, clock: TargetClock, account: Account, place: Place, calls: Sequence[Call]) -> bool:
        """Whether a read lagged, so that it is to be made anew: by now reads have caught up.

        What was purchased longer ago than reads may lag must be shown.
        """
        since = calls[0].began - self._caller.settling.patience
        recent = {arn for arn, purchased in self._purchased.get(place, {}).items() if purchased >= since}
        return self._catches_up(clock, account, place, calls, recent)

    def is_any_late(self, clock: TargetClock, made: Sequence[tuple[Call, Account, Place]]) -> bool:
        """Whether a concurrent read did not show what an earlier call had shown, though reads show it now."""
        for call, account, place in made:
            earlier = [one for one, _, elsewhere in made if elsewhere == place and one.ended < call.began]
            if self._catches_up(clock, account, place, [call], set().union(*map(_arns_in, earlier))):
                return True
        return False

    def _catches_up(
        self, clock: TargetClock, account: Account, place: Place, calls: Sequence[Call], purchased: Set[str]
    ) -> bool:
        if not purchased:
            return False
        reading = read(calls[0].request, self._mapping)
        missing = not_shown(reading, [call.outcome for call in calls], purchased)
        if not missing or reading.operation is None:
            return False
        reads = LateReads(self._caller, clock, account, place.region, reading.operation, reading.max_results)
        return reads.wait_after_a_miss(missing)


def _arns_in(call: Call) -> set[str]:
    """The reservations that an answer shows, by ARN."""
    shown = (call.reservation or {}, *call.items("reservations"))
    return {text_of(one, "reservationArn") for one in shown} - {""}
