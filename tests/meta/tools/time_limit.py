"""`--stop-after SECONDS`: on a slow machine as many tests as there is time for; what was not run is not a failure."""

from time import monotonic

import pytest


class TimeLimit:
    """Ends a run once its time is over; with pytest-xdist each worker ends by itself."""

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds
        self._session: pytest.Session | None = None

    @property
    def _is_over(self) -> bool:
        return monotonic() > self._until

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember what is to be ended."""
        self._session = session

    def pytest_runtest_logreport(self) -> None:
        """Start no further test once the time is over."""
        if self._is_over and self._session is not None:
            self._session.shouldstop = "the time of --stop-after is over: the tests that are left were NOT RUN"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """End with 0 where no test has failed so far."""
        if self._is_over and exitstatus == pytest.ExitCode.INTERRUPTED and not session.testsfailed:
            session.exitstatus = pytest.ExitCode.OK
