"""`pytest --probe`: what the target offers, printed without testing anything."""

from __future__ import annotations

import pytest

from conformance.plugin.session import exit_status_of, open_target
from conformance.results.gate import ExitStatus
from conformance.targets.base import Target, TargetError


class Probing:
    """A run that collects nothing, opens the target, and closes with what was found."""

    def __init__(self, config: pytest.Config, target: Target) -> None:
        config.option.dist = "no"  # no workers of pytest-xdist
        self._target = target
        self._lines: tuple[str, ...] = ()
        self._status = ExitStatus.OPEN

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> bool:
        """Collect nothing."""
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        """Open the target, and find out what there is to know; on an emulator this may take one purchase."""
        try:
            opened = open_target(self._target)
        except TargetError as error:
            self._lines, self._status = (str(error),), exit_status_of(error)
            return True
        try:
            opened.settle_accounts()
            capabilities = sorted(opened.target.capabilities)
            self._lines = (*opened.facts.found, f"capabilities: {', '.join(capabilities) or 'none'}")
        finally:
            opened.target.close()
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End with 0 where the target answered, though no test was run."""
        session.exitstatus = self._status

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what was found."""
        terminalreporter.section("mediaconnect-conformance: probe")
        for line in self._lines:
            terminalreporter.write_line(line)
