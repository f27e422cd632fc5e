"""Finding out what makes a fresh account: by reads alone, and where that does not tell, by purchases that cost nothing.

A read proves that two accounts are apart where one holds a reservation and the other does not list it, or where an ARN
names the very account that was asked with. Of Regions it proves nothing by itself, as a reservation may be in the way
in every Region: there the purchase itself is made too. That another account can purchase proves something only where a
second purchase in the same account is refused. Where nothing is proved, there is one account.
"""

from __future__ import annotations

from collections.abc import Iterable

from conformance.cases.case import OfferingTerms
from conformance.execution.calls import Caller
from conformance.execution.late_reads import LateReads
from conformance.execution.settling import AGREEING
from conformance.spec.calendar import format_timestamp, month_start
from conformance.spec.outcomes import Wire, is_held, shown_reservation, text_of
from conformance.targets.accounts import MOTO_ACCOUNT_HEADER, By, Isolation
from conformance.targets.base import Account, Target
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import TargetClock
from conformance.targets.endpoint import Endpoint

_NAME = "probe"
_KEY, _HEADER = Isolation(By.ACCESS_KEY), Isolation(By.HEADER, MOTO_ACCOUNT_HEADER)
_REGION, _NONE = Isolation(By.REGION), Isolation(By.NONE)
_MOTOS_CONFIGURATION = "/moto-api/config"


def find_isolation(target: Endpoint, caller: Caller, clock: TargetClock) -> Isolation:
    """What keeps accounts apart on this endpoint: the first of access key, moto's header and Region that is proved to.

    The account of the run must hold an active reservation for that; where it holds none, one is purchased.
    """
    return IsolationProbe(target, caller, clock).by_purchases()


def seen_regions(target: Target, caller: Caller, clock: TargetClock) -> frozenset[Capability]:
    """Which other Regions were seen: they answer, and do not show the offerings of the target's first.

    An endpoint that shows the same whatever Region is asked has one Region. Where it has those far away, it has the
    one whose name is nearest too, if that answers: what it shows there is to be judged.
    """
    account = target.new_account()
    if Capability.SEED in target.capabilities:
        target.define_offerings(account, target.region, (OfferingTerms(),))
    own = _arns(caller.offerings(clock, account, target.region) or (), "offeringArn")
    answering: dict[str, set[str]] = {}
    for region in (target.other_region, *target.far_regions):
        others = caller.offerings(clock, account, region)
        if others is not None and caller.reservations(clock, account, region) is not None:
            answering[region] = _arns(others, "offeringArn")
    apart = {region for region, others in answering.items() if own and not own & others}
    found = {Capability.REGIONS} if target.other_region in apart else set()
    if apart.issuperset(target.far_regions):
        found |= {Capability.FAR_REGIONS} | ({Capability.REGIONS} if target.other_region in answering else set())
    return frozenset(found)


class IsolationProbe:
    """Finds out what keeps accounts apart on an endpoint, in the Region of the run."""

    def __init__(self, target: Endpoint, caller: Caller, clock: TargetClock) -> None:
        self._target, self._caller, self._clock = target, caller, clock
        self._purchases = 0

    def without_purchases(self) -> Isolation | None:
        """What is proved without a purchase; None where only one can tell."""
        own = self._target.new_account()
        held = _arns(self._reservations(own) or ())
        for isolation in (_KEY, _HEADER):
            other = isolation.account(own.id)
            if (self._is_named(other) or (held and self._is_apart(own, other, held))) and self._is_fresh(other):
                return isolation
        return _HEADER if self._speaks_as_moto() else None

    def by_purchases(self) -> Isolation:
        """What is proved where the account of the run holds an active reservation."""
        own = self._target.new_account()
        held = self._hold(own)
        if not held:
            return _NONE
        for isolation in (_KEY, _HEADER):
            other = isolation.account(own.id)
            if self._is_apart(own, other, held) and self._is_fresh(other):
                return isolation
        if self._purchase(own) is None:  # lists may leak, but one account excludes a second purchase
            for isolation in (_KEY, _HEADER):
                if self._purchase(isolation.account(own.id)) is not None:
                    return isolation
        other = _REGION.account(own.id)
        is_free = self._is_apart(own, other, held) and self._is_fresh(other) and self._purchase(other) is not None
        return _REGION if is_free else _NONE

    def _hold(self, own: Account) -> set[str]:
        """The ARNs of the active reservations of an account that has one, if need be a new one; empty where none is."""
        active = _arns([one for one in self._reservations(own) or () if is_held(one)])
        if active:
            return active
        made = self._purchase(own)
        arns = _arns([made] if made else [])
        if arns:
            LateReads(self._caller, self._clock, own, self._region(own)).wait_after_a_miss(arns)
        return arns

    def _is_apart(self, own: Account, other: Account, held: set[str]) -> bool:
        """Whether one account lists the reservations that it holds, and the other does not list any, time and again."""
        for _ in range(AGREEING):
            theirs, ours = self._reservations(other), self._reservations(own)
            if theirs is None or ours is None or held & _arns(theirs) or not held <= _arns(ours):
                return False
        return True

    def _is_named(self, account: Account) -> bool:
        """Whether something that the account is shown has its number in an ARN, which was made up for it."""
        arns = _arns(self._offerings(account) or (), "offeringArn") | _arns(self._reservations(account) or ())
        return any(f":{account.id}:" in arn for arn in arns)

    def _is_fresh(self, account: Account) -> bool:
        """Whether the account has no active reservation; what is over may be in its list."""
        listed = self._reservations(account)
        return listed is not None and not any(map(is_held, listed))

    def _speaks_as_moto(self) -> bool:
        """Whether the endpoint is a moto server, whose documentation names the header, by its documented API."""
        answer = self._target.look(_MOTOS_CONFIGURATION)
        return isinstance(answer, dict) and {"batch", "lambda"} <= answer.keys()

    def _purchase(self, account: Account) -> Wire | None:
        """The reservation of the plainest purchase: from the first of the month, or else from now; None where none."""
        region = self._region(account)
        offerings = self._offerings(account) or ({},)
        for start in (month_start(self._clock.now()), self._clock.now()):
            self._purchases += 1
            parameters = {
                "OfferingArn": text_of(self._target.in_order(offerings)[0], "offeringArn") or "none",
                "ReservationName": f"{_NAME}-{account.id}-{self._purchases}",
                "Start": format_timestamp(start),
            }
            made = self._caller.purchase(self._clock, account, region, parameters, frozenset())
            reservation = shown_reservation(made.outcome)
            if reservation is not None:
                return reservation
        return None

    def _reservations(self, account: Account) -> tuple[Wire, ...] | None:
        return self._caller.reservations(self._clock, account, self._region(account))

    def _offerings(self, account: Account) -> tuple[Wire, ...] | None:
        return self._caller.offerings(self._clock, account, self._region(account))

    def _region(self, account: Account) -> str:
        return account.regions[0] if account.regions else self._target.region


def _arns(things: Iterable[Wire], member: str = "reservationArn") -> set[str]:
    return {text_of(one, member) for one in things} - {""}
