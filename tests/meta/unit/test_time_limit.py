"""The tests of the suite stop where CI has no time left."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.meta.tools.time_limit import TimeLimit


@pytest.mark.parametrize(("failed", "status"), [(0, pytest.ExitCode.OK), (1, pytest.ExitCode.INTERRUPTED)])
def test_a_run_out_of_time_is_as_good_as_its_tests(failed: int, status: pytest.ExitCode) -> None:
    """Once the time is over no further test starts, and the run fails where a test has."""
    session: Any = SimpleNamespace(shouldstop=False, testsfailed=failed, exitstatus=pytest.ExitCode.INTERRUPTED)
    limit = TimeLimit(0)
    limit.pytest_sessionstart(session)
    limit.pytest_runtest_logreport()
    limit.pytest_sessionfinish(session, pytest.ExitCode.INTERRUPTED)
    assert session.shouldstop
    assert session.exitstatus == status


def test_a_run_in_time_goes_on() -> None:
    """As long as there is time, nothing is stopped."""
    session: Any = SimpleNamespace(shouldstop=False)
    limit = TimeLimit(1_000)
    limit.pytest_sessionstart(session)
    limit.pytest_runtest_logreport()
    assert not session.shouldstop
