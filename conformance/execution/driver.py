"""The driver: plays a case on a target and gives the trace."""

from __future__ import annotations

from conformance.cases.case import Case, DescribeReservation, ListReservations, Purchase
from conformance.execution.calls import Caller
from conformance.execution.play import Play
from conformance.execution.target_in_use import TargetInUse
from conformance.execution.trace import Trace
from conformance.targets.base import Target
from conformance.targets.capabilities import Capability

_LAG_PROBE = Case(steps=(Purchase(), ListReservations(), DescribeReservation(), ListReservations(), ListReservations()))
"""A purchase, and reads that may lag behind it, from whichever replica."""


class Driver(TargetInUse):
    """Plays cases on one open target, one after the other."""

    def __init__(self, target: Target, caller: Caller) -> None:
        super().__init__(target, caller)
        self._has_probed_lag = False

    def play(self, case: Case) -> Trace:
        """Play a case in accounts of its own.

        Raises:
            OfferingsUnknownError: ListOfferings did not answer, where the case needs what it says.
            TargetError: the clock or the offerings could not be set.
        """
        if self._may_be_misled(case):
            self.probe_lag()
        return Play(self, case).run()

    def probe_lag(self) -> bool:
        """Whether reads lag behind a purchase, as far as one in an account of its own shows. Raises as `play`."""
        self._has_probed_lag = True
        Play(self, _LAG_PROBE).run()
        self.caller.settling.note_probed()
        return self.caller.settling.lags

    def _may_be_misled(self, case: Case) -> bool:
        """Whether reads matter, concurrent ones or after a lost answer, and nobody has seen that they do not lag."""
        is_known = self._has_probed_lag or self.caller.settling.lags or not self.caller.settling.patience
        can_be_seen = Capability.ACCOUNTS in self.target.capabilities and not self.target.counts_purchases
        return not is_known and can_be_seen and (case.is_concurrent or self.caller.settling.has_doubts)
