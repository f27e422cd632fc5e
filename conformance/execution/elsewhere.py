"""Reservations that an account has in Regions that no case uses: they may be in the way of its purchases.

Whether one Region's reservation blocks another is left open (`exclusivity/other-region`), so that an account which
could purchase nothing may be right to refuse: another Region's reservation may be ACTIVE there.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from conformance.execution.calls import Caller
from conformance.execution.trace import Call
from conformance.spec.demands import Strength
from conformance.spec.model import permitted
from conformance.spec.outcomes import Refused, Wire, is_held
from conformance.spec.reading import read
from conformance.spec.request import Place
from conformance.spec.service import Operation
from conformance.spec.state import State
from conformance.targets.base import Account, Target
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import TargetClock
from conformance.targets.sessions import plain_session

_MOST_LOOKS_IN_VAIN = 3
"""So many accounts are looked at everywhere that hold nothing anywhere; then none of the target does."""
_WITH_MOST_REGIONS = "ec2"
"""The service that botocore knows in every Region: an emulator may have this one in all of them."""


class Elsewhere:
    """What a target's accounts hold in the Regions that no case uses."""

    def __init__(self, target: Target, caller: Caller) -> None:
        self._target, self._caller = target, caller
        self._looks_in_vain = 0
        self._regions: set[str] = set()

    def may_be_in_the_way(
        self, account: Account, calls: Iterable[Call], offerings: Mapping[Place, tuple[Wire, ...]]
    ) -> bool:
        """Whether, of the calls of a case, all purchases of an account were refused, one for which nothing speaks.

        Where the clock can be set, a case begins at a time of its own. Of AWS, each Region has an endpoint of its own.
        """
        can = self._target.capabilities
        has_regions = Capability.REGIONS in can and account.regions is None
        if not has_regions or Capability.CLOCK in can or self._target.counts_purchases:
            return False
        fresh = State()
        for place, of_place in offerings.items():
            fresh = fresh.with_offerings(place, of_place)
        is_one_right = False
        for call in calls:
            reading = read(call.request, self._target.accounts)
            if reading.operation is Operation.PURCHASE_OFFERING and reading.place.account == account.id:
                if not isinstance(call.outcome, Refused):
                    return False
                demands = permitted(fresh, reading, call.now).demands
                is_one_right = is_one_right or all(demand.strength is Strength.MAY for demand in demands)
        return is_one_right

    def held(self, clock: TargetClock, account: Account, used: Container[str]) -> dict[Place, tuple[Wire, ...]]:
        """The reservations that an account which could purchase nothing holds in Regions that are not `used`."""
        found = self.held_where_others_do(clock, account, used)
        if found or self._looks_in_vain >= _MOST_LOOKS_IN_VAIN:
            return found
        regions = plain_session().get_available_regions(_WITH_MOST_REGIONS)
        found = self._held_in(regions, clock, account, used)
        self._looks_in_vain += not found
        self._regions |= {place.region for place in found}
        return found

    def held_where_others_do(
        self, clock: TargetClock, account: Account, used: Container[str]
    ) -> dict[Place, tuple[Wire, ...]]:
        """The same, in the Regions alone where accounts before it held something: mostly nothing, and not asked for."""
        return self._held_in(sorted(self._regions), clock, account, used)

    def _held_in(
        self, regions: Iterable[str], clock: TargetClock, account: Account, used: Container[str]
    ) -> dict[Place, tuple[Wire, ...]]:
        found: dict[Place, tuple[Wire, ...]] = {}
        for region in regions:
            listed = () if region in used else self._caller.reservations(clock, account, region) or ()
            if any(map(is_held, listed)):
                found[Place(account.id, region)] = listed
        return found
