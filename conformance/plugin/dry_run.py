"""`--dry-run`: what would be sent that could buy, listed instead of being sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest

from conformance.plugin.workers import is_worker
from conformance.spec.plain_text import plain

_FILE = "dry-run.txt"
_SHOWN = 30


class DryRun:
    """Notes each different request once in a file of the report's folder, and shows the first of them at the end."""

    NAME = "mediaconnect-conformance-dry-run"

    def __init__(self, config: pytest.Config, directory: Path) -> None:
        if is_worker(config):
            self._path = Path(config.workerinput["mediaconnect_dry_run"])  # type: ignore[attr-defined]
        else:
            self._path = directory.absolute() / _FILE
            self._path.unlink(missing_ok=True)
        self._noted: set[str] = set()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist where the file is."""
        node.workerinput["mediaconnect_dry_run"] = str(self._path)

    def note(self, request: AWSPreparedRequest, what: str) -> None:
        """Note a request that is not sent, and `what` it could buy."""
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        path = unquote(urlsplit(request.url).path)
        line = f"{request.method} {plain(path)} {plain(body.decode('utf-8', 'backslashreplace'))}  [{what}]"
        if line not in self._noted:
            self._noted.add(line)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """End with 0: nothing was judged that takes a purchase."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = pytest.ExitCode.OK

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell how many different requests of all workers could buy, and show the first of them."""
        terminalreporter.section("mediaconnect-conformance: dry run")
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        different = sorted(dict.fromkeys(lines))
        terminalreporter.write_line(f"{len(different)} different requests could buy; none was sent")
        for line in different[:_SHOWN]:
            terminalreporter.write_line(line)
        if len(different) > _SHOWN:
            terminalreporter.write_line(f"and {len(different) - _SHOWN} more, in {self._path}")
