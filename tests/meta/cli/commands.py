"""Runs the suite as its users do, as a command, and real targets as processes beside it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.meta.cli.preloaded import run_pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 900
"""Seconds after which a command or the start of a server is given up; `make test` takes minutes beside other tests."""


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    status: int
    output: str
    seconds: float

    def lines_with(self, text: str) -> list[str]:
        """The lines of the output that have the text."""
        return [line for line in self.output.splitlines() if text in line]


@dataclass(frozen=True)
class Judged(Ended):
    """A run of the suite that wrote a report."""

    report: dict[str, Any]

    @property
    def verdicts(self) -> dict[str, str]:
        """Rule id to verdict."""
        return {rule["id"]: rule["verdict"] for rule in self.report["rules"]}


_OF_THE_SUITE = ("-c", "pyproject.toml", "-p", "conformance.plugin", "-p", "no:cacheprovider")


def suite_command(*options: str) -> list[str]:
    """The command behind `make conformance`."""
    return [sys.executable, "-m", "pytest", *_OF_THE_SUITE, *options]


def plain_environment(**variables: str) -> dict[str, str]:
    """The environment without what concerns AWS or pytest, and with these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    return kept | variables


def run_suite(*options: str, **variables: str) -> Ended:
    """Run the suite with these options and environment variables, to its end, in a process that starts quickly."""
    began = time.monotonic()
    status, output = run_pytest([*_OF_THE_SUITE, *options], plain_environment(**variables), ROOT, PATIENCE)
    return Ended(status, output, time.monotonic() - began)


def judge(report_dir: Path, *options: str, **variables: str) -> Judged:
    """Run the suite under the profile smoke, or the one that the options name, and read its report."""
    profile = () if "--hypothesis-profile" in options else ("--hypothesis-profile", "smoke")
    ended = run_suite("--report-dir", str(report_dir), *profile, *options, **variables)
    path = report_dir / "report.json"
    assert path.exists(), ended.output
    return Judged(ended.status, ended.output, ended.seconds, json.loads(path.read_text(encoding="utf-8")))


def free_port() -> int:
    """A TCP port of this machine that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running(command: Sequence[str], **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command in the background, and end it with SIGTERM. It obeys SIGINT, whatever the tests themselves do."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=plain_environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@contextmanager
def serving(command: Sequence[str], port: int, **variables: str) -> Iterator[str]:
    """Run a server that listens on the port, wait until it does, and give its URL."""
    # Its output goes nowhere: nobody reads it, and a full pipe would stop it.
    silenced = ["sh", "-c", 'exec "$@" >/dev/null 2>&1', "sh", *command]
    with running(silenced, **variables) as process:
        _wait_until_it_listens(process, port)
        yield f"http://127.0.0.1:{port}"


def _wait_until_it_listens(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen on port {port}; its exit status is {process.poll()}")
