"""`--max-time SECONDS`: the time of a run, shared out among its tests, so that the search ends in order.

Each test may search for its share of the time that is left. Its explicit cases, which are its examples and the saved
cases, or its first example where it has none, are played beyond it, and for `GRACE` seconds after the time is up, or
after the first test began where that is later. A failure is shrunk until the time is up. After the grace nothing is
asked any more, not even in a case that is under way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from conformance.cases.case import Case
from conformance.clock import monotonic, utc_now
from conformance.plugin.markers import SUBJECT
from conformance.results.allowance import Allowance

GRACE = 5.0
"""Seconds for which explicit cases are still played when the time is up."""
_LEAST_TO_OPEN = 30.0
"""Seconds that the target always has to be opened and looked at."""
_SHORTEST_LOOK = 5.0
_BEGAN = "conformance_began"
BEGAN = pytest.StashKey[datetime]()
"""When the run began, before it was known by how many processes."""


def max_time(config: pytest.Config) -> float | None:
    """The seconds of --max-time; None without it. Raises pytest.UsageError where they are not a number above 0."""
    given = config.getoption("--max-time")
    if given is None:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise pytest.UsageError(f"--max-time {given!r} is not a number of seconds above 0")
    return seconds


def look_until(config: pytest.Config, default: float | None) -> float:
    """Until when, on the clock of `monotonic`, a target may be looked at to see whether several processes can share it.

    It takes no more than a quarter of the time: one that is so slow is tested by one process. `default` are the seconds
    of the profile.
    """
    seconds = max_time(config) or default
    return math.inf if seconds is None else monotonic() + max(_SHORTEST_LOOK, seconds / 4)


class Budget:
    """The time of the run, in each of its processes: with pytest-xdist all count from the start of the first."""

    def __init__(self, config: pytest.Config, default: float | None = None) -> None:
        """`default` are the seconds of the profile, where --max-time does not say it."""
        self.seconds = max_time(config) or default
        handed_over = getattr(config, "workerinput", {})
        began = handed_over.get(_BEGAN)
        self._began_at = datetime.fromisoformat(began) if began else config.stash.get(BEGAN, None) or utc_now()
        self._began = monotonic() - (utc_now() - self._began_at).total_seconds()
        self._processes = int(handed_over.get("workercount", 1))
        self._tests_left = 1
        self._tests_began: float | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the start on to a worker of pytest-xdist."""
        node.workerinput[_BEGAN] = self._began_at.isoformat()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the tests; a worker takes it that it will have an equal part of them."""
        tests = sum(SUBJECT in item.stash for item in session.items)
        self._tests_left = math.ceil(tests / self._processes)

    def pytest_runtest_logfinish(self) -> None:
        """One test less. A worker never knows which one is its last, and keeps time for another."""
        self._tests_left = max(self._tests_left - 1, 1 if self._processes == 1 else 2)

    @property
    def seconds_left(self) -> float | None:
        """Until the time is up, 0 from then on; None where there is no end."""
        return None if self.seconds is None else max(0.0, self._began + self.seconds - monotonic())

    @property
    def open_until(self) -> float:
        """When, on the clock of `monotonic`, the target must be known that is opened now."""
        if self.seconds is None:
            return math.inf
        return max(self._began + self.seconds + GRACE, monotonic() + _LEAST_TO_OPEN)

    def allowance(self, explicit: Sequence[Case]) -> Allowance:
        """What the test that begins now may take, with these explicit cases."""
        if self.seconds is None:
            return Allowance()
        now, until = monotonic(), self._began + self.seconds
        if self._tests_began is None:
            self._tests_began = now
        return Allowance(
            explicit=explicit,
            search_until=now + max(0.0, until - now) / self._tests_left,
            shrink_until=until,
            explicit_until=max(until, self._tests_began) + GRACE,
            reason=f"the time was up (--max-time {self.seconds:g})",
        )
