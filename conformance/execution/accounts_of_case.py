"""The accounts and Regions of a case: which of the target's they are."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.cases.case import CallStep, Case
from conformance.cases.resolution import NotPlayableError
from conformance.spec.request import Place
from conformance.targets.base import Account, Target
from conformance.targets.capabilities import Capability


class AccountsOfCase:
    """New accounts of the target, one for each number in the case; a second Region and far ones where it has them."""

    def __init__(self, target: Target, case: Case) -> None:
        self._target, self._case = target, case
        numbers = sorted({account for account, _ in case.places()})
        self._accounts = {number: target.new_account() for number in numbers}

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())

    def exchange(self, account: Account) -> None:
        """Take a new account of the target in the place of this one."""
        number = next(number for number, one in self._accounts.items() if one == account)
        self._accounts[number] = self._target.new_account()

    def places(self) -> Iterator[tuple[Account, Place]]:
        """The accounts and Regions that the calls of the case use and the target has, in the order of their numbers."""
        for number, region in self._case.places():
            if self._has_region(number, region):
                account = self._accounts[number]
                yield account, Place(account.id, self._region(account, region))

    def of(self, step: CallStep) -> tuple[Account, Place]:
        """The account and the place of a call. Raises NotPlayableError where there is no such Region."""
        if not self._has_region(step.account, step.region):
            raise NotPlayableError(f"the target lacks {_needed_for(step.region).needed}")
        account = self._accounts[step.account]
        return account, Place(account.id, self._region(account, step.region))

    def _has_region(self, number: int, region: int) -> bool:
        """Whether there is such a Region: where it was seen, or the account has Regions of its own."""
        is_seen = not region or _needed_for(region) in self._target.capabilities
        return is_seen or self._accounts[number].regions is not None

    def _region(self, account: Account, region: int) -> str:
        if account.regions is not None:  # two, which stand for those far away as well
            return account.regions[region % len(account.regions)]
        return (self._target.region, self._target.other_region, *self._target.far_regions)[region]


def _needed_for(region: int) -> Capability:
    """What the target must have for a case that uses this Region."""
    return Capability.REGIONS if region == 1 else Capability.FAR_REGIONS
