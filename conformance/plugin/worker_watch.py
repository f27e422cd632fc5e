"""Workers that do not begin, or fall silent, are ended and replaced, so that no run waits for them for good.

pytest-xdist waits for each worker without a limit (pytest-dev/pytest-xdist#872). A worker has half a minute to begin,
and those that come after a lost one have twice the time of the one before, as the machine may be busy. One that has
begun gives a sign of life while it makes calls or computes; where none comes for longer than any call may take, it is
lost too, and its test runs again elsewhere. A lost worker is not a failed test. After four the run ends, not judged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest

from conformance.clock import monotonic
from conformance.results.gate import ExitStatus
from conformance.results.run import Run
from conformance.targets.base import Target
from conformance.targets.http import CONNECT_SECONDS, READ_SECONDS

BEGIN_SECONDS = 30.0
"""How long the first worker may take from the start of its process until pytest runs in it."""
SILENT_SECONDS = CONNECT_SECONDS + READ_SECONDS + 50.0
"""How long one that has begun may show no sign of life: as long as a call may take, and a margin."""
SILENT_SECONDS_WITHOUT_LIMIT = 600.0
"""The same on a target whose calls have no limit of time."""
MOST_LOST = 4
"""After so many lost workers the run ends."""

_LOOK_SECONDS = 0.5
_GAP_SECONDS = 5.0
"""Where the watch itself stood still for so long, the whole run was suspended, and nobody is late."""


@dataclass
class _Worker:
    """A worker: its process, since when it is waited for, and where its signs of life are, once it has begun."""

    process: Any
    since: float
    name: str = ""
    begun: bool = False
    sign: Path | None = None
    last_sign: int = 0
    lost: str = ""


class WorkerWatch:
    """Watches the workers of a run, in the process that gives them their tests."""

    def __init__(self, config: pytest.Config, target: Target, run: Run | None = None) -> None:
        self._config, self._run = config, run
        self._silent_seconds = SILENT_SECONDS if target.endpoint_url else SILENT_SECONDS_WITHOUT_LIMIT
        self._workers: list[_Worker] = []
        self._lost = 0
        self._ended = threading.Event()
        self._folder: TemporaryDirectory[str] | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, config: pytest.Config) -> None:
        """Note each worker's process as soon as there is one: pytest-xdist waits for its first words too."""
        manager: Any = config.pluginmanager.getplugin("dsession")
        group = manager.nodemanager.group
        make = group.makegateway
        group.makegateway = lambda spec: self._make(group, make, spec)
        self._folder = TemporaryDirectory(prefix="mediaconnect-workers-")
        threading.Thread(target=self._watch, daemon=True, name="watch of the workers").start()

    def _make(self, group: Any, make: Callable[[Any], Any], spec: Any) -> Any:
        """Start a worker until its execnet answers; one that was lost meanwhile is followed by the next."""
        while True:
            noted: list[_Worker] = []
            try:
                with self._noting(noted):
                    gateway = make(spec)
                for worker in noted:
                    worker.name = gateway.id
                gateway._rinfo()  # pytest-xdist asks for it next, without a limit
            except (EOFError, OSError):
                if not any(worker.lost for worker in noted):
                    raise
                self._tell(spec.id, noted[0].lost)
                spec.id = None
                group.allocate_id(spec)
            else:
                return gateway

    @contextmanager
    def _noting(self, noted: list[_Worker]) -> Iterator[None]:
        """Note the processes that execnet starts meanwhile."""
        from execnet import gateway_io

        create = gateway_io.create_io

        def noting(*arguments: Any, **named: Any) -> Any:
            io = create(*arguments, **named)
            noted.append(_Worker(io.popen, monotonic()))
            self._workers.append(noted[-1])
            return io

        gateway_io.create_io = noting
        try:
            yield
        finally:
            gateway_io.create_io = create

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where to give signs of life."""
        for worker in self._of(node):
            assert self._folder is not None
            worker.sign = Path(self._folder.name) / worker.name
            worker.sign.touch()
            node.workerinput["mediaconnect_sign_of_life"] = str(worker.sign)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node: Any) -> None:
        """From here on its signs of life count."""
        for worker in self._of(node):
            worker.since, worker.begun = monotonic(), True

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Say why a worker was ended; another one takes its place."""
        for worker in self._of(node):
            self._workers.remove(worker)
            if worker.lost and error:
                self._tell(worker.name, worker.lost)
        if error is None and self._waits_for_all():
            status = node.workeroutput["exitstatus"]
            self._end(
                f"worker {node.gateway.id} ended with status {status} before it had a test; --workers 1 tells why"
            )

    def _waits_for_all(self) -> bool:
        """Whether pytest-xdist still waits for each worker to name its tests, for good where one never does."""
        manager: Any = self._config.pluginmanager.getplugin("dsession")
        return not (manager.shuttingdown or manager.shouldstop or manager.sched.collection_is_completed)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: Any, sched: Any) -> None:
        """Let the test of a lost worker run again; it has not failed."""
        if not hasattr(report.node, "mediaconnect_lost"):
            return
        report.outcome, report.lost_worker = "lost", True
        with suppress(NotImplementedError):  # schedulers that keep tests together have already put it back
            sched.mark_test_pending(crashitem)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        """Show nothing for such a test: it is shown when it has run."""
        return ("", "", "") if hasattr(report, "lost_worker") else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Watch no longer: pytest-xdist ends what still runs, with a limit of its own."""
        self._ended.set()

    def pytest_unconfigure(self) -> None:
        """Remove the files of the signs of life, however the run has ended."""
        self._ended.set()
        if self._folder is not None:
            self._folder.cleanup()

    def pytest_conformance_finish(self) -> str | None:
        """How many workers were lost; None where none was."""
        if not self._lost:
            return None
        workers = "1 worker was lost and" if self._lost == 1 else f"{self._lost} workers were lost and"
        return f"{workers} replaced; its tests ran again"

    def _of(self, node: Any) -> list[_Worker]:
        """The worker of a node; none where it runs on another machine."""
        found = [worker for worker in self._workers if worker.name == node.gateway.id]
        if any(worker.lost for worker in found):
            node.mediaconnect_lost = True
        return found

    def _tell(self, name: str, why: str) -> None:
        """One line on a lost worker. Raises pytest.exit.Exception after too many."""
        terminal = self._config.pluginmanager.getplugin("terminalreporter")
        if self._lost >= self._most_lost():
            self._end(f"the workers do not answer: {name} {why}; --workers 1 runs without any")
        if terminal is not None:
            terminal.ensure_newline()
            terminal.write_line(f"mediaconnect-conformance: worker {name} {why}; another one takes its place")

    def _end(self, reason: str) -> NoReturn:
        if self._run is not None:
            self._run.aborted = reason
        pytest.exit(reason, ExitStatus.NOT_JUDGED)

    def _most_lost(self) -> int:
        given = self._config.option.maxworkerrestart
        return MOST_LOST if given is None else min(MOST_LOST, int(given) + 1)

    def _watch(self) -> None:
        """End what is late, until the run ends; runs in a thread of its own."""
        looked = monotonic()
        while not self._ended.wait(_LOOK_SECONDS):
            now = monotonic()
            suspended = now - looked if now - looked > _GAP_SECONDS else 0.0
            looked = now
            for worker in list(self._workers):
                worker.since += suspended
                if not worker.lost:
                    self._look_at(worker, now)

    def _look_at(self, worker: _Worker, now: float) -> None:
        if worker.process.poll() is not None:
            return
        if worker.begun and worker.sign is not None:
            sign = worker.sign.stat().st_mtime_ns
            if sign != worker.last_sign:
                worker.last_sign, worker.since = sign, now
        allowed = self._silent_seconds if worker.begun else BEGIN_SECONDS * 2**self._lost
        if now - worker.since > allowed:
            what = "gave no sign of life for" if worker.begun else "had not begun after"
            worker.lost = f"{what} {allowed:g} s"
            self._lost += 1
            worker.process.kill()
