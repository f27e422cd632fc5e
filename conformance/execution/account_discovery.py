"""Finding out what makes a fresh account, by a reservation in one account and a look from another."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.execution.calls import Caller
from conformance.execution.trace import Answered, FoundAfterwards, Refused, Wire
from conformance.spec.calendar import format_timestamp, month_start
from conformance.spec.service import ACTIVE
from conformance.targets.accounts import MOTO_ACCOUNT_HEADER, By, Isolation
from conformance.targets.base import Account
from conformance.targets.clocks import TargetClock
from conformance.targets.endpoint import Endpoint

_NAME = "probe"
_FRESH = Isolation(By.ACCESS_KEY)


def find_isolation(target: Endpoint, caller: Caller, clock: TargetClock) -> Isolation:
    """What keeps accounts apart on this endpoint: the first of access key, moto's header and Region that does.

    The account of the run must hold a reservation for that; where it holds none, one is purchased, which costs nothing
    on an emulator. An endpoint on which nothing keeps accounts apart has one account only.
    """
    look = _Look(target, caller, clock)
    own = target.new_account()
    held = look.reservations(own) or ()  # a list that cannot be read hides nothing from a purchase
    if not held:
        made, refused = look.purchase(own)
        if refused and look.reservations(own) == ():
            return _FRESH  # It sells nothing to anybody, which is for the rules to judge.
        if made is None:
            return Isolation(By.NONE)
        held = (made,)
    return look.found(own, held)


@dataclass(frozen=True)
class _Look:
    """Calls in the Region of the run."""

    target: Endpoint
    caller: Caller
    clock: TargetClock

    def found(self, own: Account, held: tuple[Wire, ...]) -> Isolation:
        """What keeps the reservations that `own` holds out of the sight of another account."""
        arns = {str(item.get("reservationArn")) for item in held}
        if any(f":{own.id}:" in arn for arn in arns) or self._is_apart(_FRESH.account(own.id), arns):
            return _FRESH
        if any(item.get("reservationState") == ACTIVE for item in held) and self._is_free(_FRESH.account(own.id)):
            return _FRESH
        for isolation in (Isolation(By.HEADER, MOTO_ACCOUNT_HEADER), Isolation(By.REGION)):
            if self._is_apart(isolation.account(own.id), arns):
                return isolation
        return Isolation(By.NONE)

    def _is_apart(self, other: Account, arns: set[str]) -> bool:
        """Whether another account sees none of the reservations, and has offerings of its own."""
        seen = self.reservations(other)
        if seen is None or any(item.get("reservationArn") in arns for item in seen):
            return False
        return bool(self.caller.offerings(self.clock, other, self._region(other)))

    def _is_free(self, other: Account) -> bool:
        """Whether another account can purchase all the same: it is one then, though it sees what is not its own."""
        made, _ = self.purchase(other)
        return made is not None

    def reservations(self, account: Account) -> tuple[Wire, ...] | None:
        return self.caller.reservations(self.clock, account, self._region(account))

    def purchase(self, account: Account) -> tuple[Wire | None, bool]:
        """The plainest purchase: the reservation, if it was made, and whether it was refused for certain."""
        region = self._region(account)
        offerings = self.caller.offerings(self.clock, account, region) or ({},)
        start = format_timestamp(month_start(self.clock.now()))
        parameters = {
            "OfferingArn": str(offerings[0].get("offeringArn")),
            "ReservationName": f"{_NAME}-{account.id}",
            "Start": start,
        }
        outcome = self.caller.purchase(self.clock, account, region, parameters, frozenset()).outcome
        if isinstance(outcome, Refused):
            return None, True
        if isinstance(outcome, FoundAfterwards):
            return outcome.reservation, False
        body = outcome.body if isinstance(outcome, Answered) else None
        made = body.get("reservation") if isinstance(body, dict) else None
        return (made, False) if isinstance(made, dict) else (None, False)

    def _region(self, account: Account) -> str:
        return account.regions[0] if account.regions else self.target.region
