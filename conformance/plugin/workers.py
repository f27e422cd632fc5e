"""pytest-xdist: how many workers there are, which process is which, and who tests what when."""

from __future__ import annotations

import os
from typing import Any

import pytest

from conformance.plugin.budget import look_until
from conformance.plugin.markers import SUBJECT
from conformance.plugin.profiles import PROFILES, profile_of
from conformance.plugin.session import takes_turns
from conformance.targets.base import Target


def processes_wanted(config: pytest.Config) -> int:
    """What --workers says; 1 without it, and for the profile smoke, which is done before a second one has started.

    Raises:
        pytest.UsageError: it is neither a number above 0 nor auto.
    """
    given = config.getoption("--workers")
    if given is None or (given == "auto" and profile_of(config) == "smoke"):
        return 1
    if given == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not (given.isascii() and given.isdigit() and int(given) > 0):
        raise pytest.UsageError(f"--workers {given!r} is not a number of processes; expected 1 or more, or auto")
    return int(given)


def distribute(config: pytest.Config, target: Target, processes: int) -> None:
    """Let pytest-xdist, which reads its options after this, run the tests in so many processes, where that is possible.

    What the user says by its own options stays.
    """
    option = config.option
    if getattr(option, "numprocesses", 0) is not None or option.usepdb or is_worker(config):
        return
    if processes < 2 or config.getoption("--against") or target.counts_purchases:
        return
    if takes_turns(target, look_until(config, PROFILES[profile_of(config)].max_time)):
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
