"""The target of a run, opened and probed once a process, with the driver that plays on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from conformance.clock import computed, monotonic
from conformance.execution.account_discovery import find_isolation
from conformance.execution.calls import Caller, TimeIsUpError
from conformance.execution.client import Client
from conformance.execution.discovery import Probed, probe
from conformance.execution.driver import Driver
from conformance.execution.play import OfferingsUnknownError
from conformance.execution.progress import Progress
from conformance.results.facts import TargetFacts
from conformance.results.gate import ExitStatus
from conformance.results.subject import Subject
from conformance.spec.service import Operation
from conformance.targets.base import Target, TargetError, TargetUnreachableError
from conformance.targets.capabilities import Capability
from conformance.targets.endpoint import Endpoint
from conformance.targets.purchases.guard import guard_connections

LONG_WAIT = 0.5
"""A target that lets these seconds pass in its first two accounts, without work for the suite, is slow."""


@dataclass(frozen=True)
class OpenTarget:
    """An open target with its driver, and what the probe found."""

    target: Target
    driver: Driver
    probed: Probed

    @property
    def facts(self) -> TargetFacts:
        """What is known of the target by now."""
        found = (*self.probed.found, *self.driver.caller.settling.notes)
        return facts_of(self.target, self.probed.missing, found)

    @property
    def buys_last(self) -> bool:
        """Whether the order of the tests matters, as there is one account only, or may be."""
        return Capability.ACCOUNTS not in self.target.capabilities

    def ask_until(self, until: float) -> None:
        """Ask nothing after this time, on the clock of `monotonic`; what may have cost money is followed up always."""
        if not self.target.counts_purchases:
            self.driver.caller.until = until

    def facts_for(self, subject: Subject) -> TargetFacts:
        """What is known of the target; what keeps accounts apart is found out before the first test that must know.

        Tests that purchase nothing, and those for a single account, run without, so that nothing is in their way.

        Raises:
            TargetError: the target is gone.
            TimeIsUpError: the time of the run is up before that is known.
        """
        if subject.turn > 1:
            self.settle_accounts()
        return self.facts

    def settle_accounts(self) -> None:
        """Find out what keeps accounts apart, where that is still open. Raises as `facts_for`."""
        target = self.target
        if isinstance(target, Endpoint) and target.isolation is None:
            target.isolation = find_isolation(target, self.driver.caller, self.driver.clock_of_now())
            target.capabilities |= target.capabilities_of_accounts


def open_target(target: Target, until: float = math.inf) -> OpenTarget:
    """Open and probe a target; it is closed again where that fails, or is not done `until` then.

    Raises:
        TargetError: it cannot be used.
    """
    guard_connections()
    try:
        target.open()
        caller = Caller(Client(target), Progress(), target.settle_seconds, target.wait_seconds)
        caller.until = until
        driver = Driver(target, caller)
        probed = probe(target, caller, driver.wall_clock)
    except TimeIsUpError:
        target.close()
        raise TargetUnreachableError("the time was up before it was known what the target offers") from None
    except BaseException:
        target.close()
        raise
    caller.until = math.inf
    target.capabilities, driver.missing = probed.capabilities, probed.missing
    return OpenTarget(target, driver, probed)


def exit_status_of(error: TargetError) -> ExitStatus:
    """With what a run ends whose target cannot be used: not judged where it does not answer, else a wrong command."""
    return ExitStatus.NOT_JUDGED if isinstance(error, TargetUnreachableError) else ExitStatus.WRONG_COMMAND


def takes_turns(target: Target, until: float = math.inf) -> bool:
    """Whether the tests must run one after the other, by one process; asked in a process that runs none.

    Where a look can tell accounts apart, the target is looked at, `until` then: one that is so slow gets one process.
    """
    if isinstance(target, Endpoint) and target.isolation is None and target.takes_turns():
        try:
            open_target(target, until).target.close()
        except TargetError:
            return True  # what is wrong, those that run the tests will say
    return target.takes_turns()


def keeps_waiting(target: Endpoint, until: float) -> bool:
    """Whether a first purchase and its reads, on an endpoint with fresh accounts, are mostly waited for.

    As reads lag behind the purchase, or as the first calls of an account take long. It is asked before any test is run,
    and False where it cannot be found out `until` then: what is wrong, those that run the tests will say.
    """
    before = monotonic() - computed()
    return _reads_lag(target, until) or monotonic() - computed() - before >= LONG_WAIT


def _reads_lag(target: Endpoint, until: float) -> bool:
    try:
        opened = open_target(target, until)
        try:
            opened.ask_until(until)
            return Capability.ACCOUNTS in target.capabilities and opened.driver.probe_lag()
        finally:
            target.close()
    except (TargetError, OfferingsUnknownError, TimeIsUpError):
        return False


def facts_of(target: Target, missing: frozenset[Operation] = frozenset(), found: tuple[str, ...] = ()) -> TargetFacts:
    """The target as the report names it."""
    return TargetFacts(
        target.name,
        target.kind,
        target.endpoint_url,
        target.region,
        target.capabilities,
        missing,
        (*found, *target.notes) if found else (),
    )
