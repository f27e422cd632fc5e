"""pytest-xdist: which process is which, and targets whose tests must not run side by side."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.targets.base import Target


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another one."""
    return hasattr(config, "workerinput")


def is_controller(config: pytest.Config) -> bool:
    """Whether pytest-xdist runs the tests in other processes."""
    return not is_worker(config) and bool(getattr(config.option, "numprocesses", None))


class Turns:
    """Keeps the tests together where the target has one account or one clock for all of them."""

    def __init__(self, target: Target) -> None:
        self._target = target

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """One worker for everything, in the order of collection; None leaves the choice to --dist."""
        if not self._target.takes_turns():
            return None
        from xdist.scheduler import LoadScopeScheduling

        scheduling = LoadScopeScheduling(config, log)
        scheduling._split_scope = lambda _: "the target"  # all tests are of one scope, which is never divided
        return scheduling
