"""A target in use: what was learned of it while cases were played, and the times that are left on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conformance.cases.case import Case
from conformance.cases.later import LEAP_CYCLE_YEARS, not_before
from conformance.cases.resolution import NotPlayableError
from conformance.execution.calls import Caller
from conformance.execution.elsewhere import Elsewhere
from conformance.spec.calendar import parse_timestamp
from conformance.spec.outcomes import Wire
from conformance.spec.service import Operation
from conformance.targets.base import NotSetError, Target
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import SettableClock, TargetClock, WallClock

_LATEST = datetime(9998, 1, 1, tzinfo=UTC)


class TargetInUse:
    """An open target, and what was learned of it. Its wall clock learns from every answer.

    What is `missing` is never asked for; with `stays_processing` no reservation of it is waited for any more.
    """

    def __init__(self, target: Target, caller: Caller) -> None:
        self.target, self.caller = target, caller
        self.missing: frozenset[Operation] = frozenset()
        self.wall_clock = WallClock()
        self.elsewhere = Elsewhere(target, caller)
        self._has_past: dict[str, bool] = {}
        self.stays_processing = False
        self._used_until: datetime | None = None

    def may_have_past(self, region: str) -> bool:
        """Whether an account of this Region is to be asked for reservations before it is used.

        One that is not fresh always is, and so are fresh ones of a target without a control API, where some may have
        a past and others none. With a control API, accounts are as the first that was asked.
        """
        can = self.target.capabilities
        is_controlled = Capability.SEED in can or Capability.CLOCK in can
        return Capability.ACCOUNTS not in can or not is_controlled or self._has_past.get(region, True)

    def learn_past(self, region: str, reservations: tuple[Wire, ...] | None) -> None:
        """Take in what an account of this Region had before it was used; None where that is not known."""
        self._has_past[region] = self._has_past.get(region, False) or bool(reservations)

    def clock_of_now(self) -> TargetClock:
        """The wall clock; where the target's clock is set for all accounts alike, it is set to a plain time first."""
        if Capability.CLOCK not in self.target.capabilities:
            return self.wall_clock
        clock = SettableClock(instant_of_case(self.playable(Case()).now))
        self.target.set_clock(self.target.new_account(), clock.now())
        return clock

    def playable(self, case: Case) -> Case:
        """The case as it is played: later than it says, where the clock cannot be set so early.

        The only account of a target whose clock can be set is used by one case after the other, each in a later time
        than all that the ones before it have left there.

        Raises:
            NotSetError: there is no such time any more.
        """
        later: Case | None = case
        if self.target.clock_from is not None:
            later = not_before(case, self.target.clock_from, last_year=self.target.last_year)
        if later is not None and self._used_until is not None:
            later = not_before(later, self._used_until, LEAP_CYCLE_YEARS, self.target.last_year)
        now = parse_timestamp(later.now) if later is not None else None
        if later is None or (now is not None and now.year > self.target.last_year):
            raise NotSetError(
                f"the case would begin after {self.target.last_year}, the last year to which the clock can be set"
            )
        return later

    def note_used_until(self, instant: datetime) -> None:
        """Take in that the only account has a reservation that ends then."""
        if Capability.CLOCK in self.target.capabilities and Capability.ACCOUNTS not in self.target.capabilities:
            after = min(instant, _LATEST) + timedelta(days=1)
            self._used_until = after if self._used_until is None else max(after, self._used_until)


def instant_of_case(text: str) -> datetime:
    """The time of a case. Raises NotPlayableError where it is not written as a Start is."""
    instant = parse_timestamp(text)
    if instant is None:
        raise NotPlayableError(f"the time of the case, {text!r}, is not written YYYY-MM-DDTHH:mm:SSZ")
    return instant.astimezone(UTC)
