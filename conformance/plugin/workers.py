"""pytest-xdist: how many workers there are, which process is which, and who tests what when."""

from __future__ import annotations

import os
from typing import Any

import pytest

from conformance.plugin.budget import look_until
from conformance.plugin.markers import SUBJECT
from conformance.plugin.profiles import PROFILES, profile_of
from conformance.plugin.session import keeps_waiting, takes_turns
from conformance.targets.base import Target
from conformance.targets.endpoint import Endpoint

SLOW_SECONDS = 0.01
"""From here on an answer takes so long that most of a run is waiting, which many processes can do at once."""
WAITING = 8
"""How many processes a slow target has, or one a core where there are more cores."""


def processes_wanted(config: pytest.Config) -> int | None:
    """What --workers says; 1 without it, None for auto.

    Raises:
        pytest.UsageError: it is neither a number above 0 nor auto.
    """
    given = config.getoption("--workers")
    if given is None:
        return 1
    if given == "auto":
        return None
    if not (given.isascii() and given.isdigit() and int(given) > 0):
        raise pytest.UsageError(f"--workers {given!r} is not a number of processes; expected 1 or more, or auto")
    return int(given)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processes_for(target: Target, profile: str, until: float) -> int:
    """One a core, but for the profile smoke, which is done before a second one has started; more on a slow target."""
    if isinstance(target, Endpoint) and not target.counts_purchases and _is_waited_for(target, until):
        return max(cores(), WAITING)
    return 1 if profile == "smoke" else cores()


def _is_waited_for(target: Endpoint, until: float) -> bool:
    """Whether most of a run would be waiting: for answers, for new accounts, or for reads that lag behind purchases."""
    seconds = target.seconds_of_an_answer()
    if seconds is None:
        return False
    return seconds >= SLOW_SECONDS or (not target.takes_turns() and keeps_waiting(target, until))


def distribute(config: pytest.Config, target: Target, wanted: int | None) -> None:
    """Let pytest-xdist, which reads its options after this, run the tests in several processes, where that is possible.

    There are as many as are `wanted`; None leaves it to the profile and the target. What the user says by its own
    options stays.
    """
    option = config.option
    if getattr(option, "numprocesses", 0) is not None or option.usepdb or is_worker(config):
        return
    if config.getoption("--against") or target.counts_purchases:
        return
    profile = profile_of(config)
    until = look_until(config, PROFILES[profile].max_time)
    processes = _processes_for(target, profile, until) if wanted is None else wanted
    if processes < 2 or takes_turns(target, until):
        return
    option.numprocesses = processes
    # The tests are sorted, the long ones first, and given out one by one.
    if getattr(option, "maxschedchunk", 0) is None:
        option.maxschedchunk = 1


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another one."""
    return hasattr(config, "workerinput")


def is_controller(config: pytest.Config) -> bool:
    """Whether pytest-xdist runs the tests in other processes."""
    return not is_worker(config) and bool(getattr(config.option, "numprocesses", None))


def long_ones_first(items: list[pytest.Item]) -> None:
    """Sort the tests for several workers: what tries most begins first, so that none has it left at the end."""
    items.sort(key=lambda item: not (SUBJECT in item.stash and item.stash[SUBJECT].thorough))


class Turns:
    """Keeps the tests together where the target has one account or one clock for all of them."""

    def __init__(self, target: Target) -> None:
        self._target = target

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """One worker for everything, in the order of collection; None leaves the choice to --dist."""
        if not takes_turns(self._target):
            return None
        from xdist.scheduler import LoadScopeScheduling

        scheduling = LoadScopeScheduling(config, log)
        scheduling._split_scope = lambda _: "the target"  # all tests are of one scope, which is never divided
        return scheduling
