"""Starts a very small run with two workers again and again, and counts what hung: `make starts`.

Half of the starts are made while other processes use the whole machine. A run that has not ended after two minutes is
told to print the stack of each thread in each of its processes, which is shown, and is ended.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.meta.cli.commands import ROOT, plain_environment

PATIENCE = 120
_RUN = ("run", "--profile", "smoke", "--rule", "wire/purchase-status", "--workers", "2", "-q")
_REPLACED = "another one takes its place"


@dataclass(frozen=True)
class Started:
    """A run that was started: whether it hung, its exit status, its seconds, and the workers that were replaced."""

    hung: bool
    status: int
    seconds: float
    replaced: int
    output: str


def start(folder: Path, patience: float = PATIENCE) -> Started:
    """Start one run in a folder, and wait for its end."""
    environment = plain_environment(PYTHONFAULTHANDLER="1", PYTHONPATH=str(ROOT))
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "conformance", *_RUN],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        hung = False
        try:
            output, _ = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            hung = True
            os.killpg(process.pid, signal.SIGABRT)  # which makes Python print its stacks
            output, _ = process.communicate()
    return Started(hung, process.returncode, time.monotonic() - began, output.count(_REPLACED), output)


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Let so many processes compute meanwhile."""
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def _starts(count: int, what: str) -> list[Started]:
    found = []
    for number in range(1, count + 1):
        with TemporaryDirectory() as folder:
            one = start(Path(folder))
        found.append(one)
        if one.hung or one.status != 0 or one.replaced:
            print(f"{what} start {number}: hung {one.hung}, status {one.status}\n{one.output}", flush=True)
        elif number % 10 == 0:
            print(f"{what}: {number} starts", flush=True)
    return found


def _summary(what: str, found: list[Started]) -> str:
    seconds = sorted(one.seconds for one in found) or [0.0]
    return (
        f"{what}: {len(found)} starts, {sum(one.hung for one in found)} hung, "
        f"{sum(one.status != 0 for one in found)} with another status than 0, "
        f"{sum(one.replaced for one in found)} workers replaced; "
        f"{seconds[len(seconds) // 2]:.1f} s in the middle, {seconds[-1]:.1f} s at most"
    )


def main() -> int:
    """Start the runs, and end with 1 where one hung or did not end with 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=200, help="how many runs are started (200)")
    options = parser.parse_args()
    quiet = _starts(options.starts - options.starts // 2, "as it is")
    with busy(2 * (os.cpu_count() or 1)):
        loaded = _starts(options.starts // 2, "busy")
    print(_summary("as it is", quiet))
    print(_summary("busy", loaded))
    return int(any(one.hung or one.status != 0 for one in (*quiet, *loaded)))


if __name__ == "__main__":
    sys.exit(main())
