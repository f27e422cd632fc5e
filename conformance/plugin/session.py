"""The target of a run, opened and probed once a process, with the driver that plays on it."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.calling import Caller, Progress
from conformance.client import Client
from conformance.driver import Driver
from conformance.probe import probe
from conformance.report.document import TargetFacts
from conformance.service import Operation
from conformance.targets.base import Target


@dataclass(frozen=True)
class OpenTarget:
    """An open target with its driver, and what the probe found."""

    target: Target
    driver: Driver
    facts: TargetFacts


def open_target(target: Target) -> OpenTarget:
    """Open and probe a target; it is closed again where that fails.

    Raises:
        TargetError: it cannot be used.
    """
    try:
        target.open()
        caller = Caller(Client(target), Progress())
        driver = Driver(target, caller)
        probed = probe(target, caller, driver.wall_clock)
    except BaseException:
        target.close()
        raise
    target.capabilities = probed.capabilities
    return OpenTarget(target, driver, facts_of(target, probed.missing, probed.found))


def facts_of(target: Target, missing: frozenset[Operation] = frozenset(), found: tuple[str, ...] = ()) -> TargetFacts:
    """The target as the report names it."""
    return TargetFacts(
        target.name, target.kind, target.endpoint_url, target.region, target.capabilities, missing, found
    )
