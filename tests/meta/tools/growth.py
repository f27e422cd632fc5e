"""What grows with a run: memory and time with the number of examples, time with the number of reservations."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from conformance.cases.case import (
    Case,
    DescribeReservation,
    EndOf,
    ListReservations,
    Purchase,
    ReservationArn,
    SetClock,
)
from conformance.clock import monotonic
from conformance.plugin.session import OpenTarget
from conformance.report.reading import read_report
from conformance.results.checker import Checker
from conformance.rules import RULES
from conformance.targets.reference import Reference
from tests.meta.cli.commands import ROOT, plain_environment
from tests.meta.kills.harness import opened
from tests.meta.tools.side_by_side import check_many, served


@dataclass(frozen=True)
class Block:
    """The examples up to a number: what each of the last ones cost, and the memory of this process at their end."""

    examples: int
    milliseconds: float
    megabytes: float


@dataclass(frozen=True)
class Lives:
    """A case of as many reservations, one after the other in one account: how many calls it makes, and their cost."""

    reservations: int
    calls: int
    milliseconds: float


@dataclass(frozen=True)
class Profile:
    """A whole run on the reference."""

    name: str
    calls: int
    seconds: float


def resident_megabytes() -> float:
    """The memory of this process that is in use now, after a collection of garbage (Linux)."""
    gc.collect()
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status does not say how much memory is in use")


def in_blocks(target: OpenTarget, blocks: int, size: int) -> list[Block]:
    """Play and judge as many tests of `size` examples, and look at time and memory at the end of each.

    As in a run: Hypothesis itself keeps what it drew (some kilobytes an example) until a test ends.
    """
    found = []
    for number in range(1, blocks + 1):
        began = time.process_time()
        check_many(target, size)
        spent = (time.process_time() - began) / size
        found.append(Block(number * size, 1000 * spent, resident_megabytes()))
    return found


def blocks_in_process(blocks: int, size: int) -> list[Block]:
    """On the reference in this process, which forgets the accounts of past examples."""
    with opened(Reference("us-east-1")) as target:
        return in_blocks(target, blocks, size)


def blocks_over_http(blocks: int, size: int) -> list[Block]:
    """On the served reference, which keeps every account: each example adds a reservation to what it holds."""
    with served() as endpoint, opened(endpoint) as target:
        return in_blocks(target, blocks, size)


_LIVES_JUDGED_BY = ("exclusivity/freed-from-end", "exclusivity/at-most-one-active", "reservation/arn-unique")


def reservation_lifecycles(counts: tuple[int, ...], repeats: int = 9) -> list[Lives]:
    """What a call costs in cases of ever more reservations, in the median."""
    with opened(Reference("us-east-1")) as target:
        return [_lives(target, reservations, repeats) for reservations in counts]


def _lives(target: OpenTarget, reservations: int, repeats: int) -> Lives:
    steps = [step for number in range(reservations) for step in _one_life(number)]
    case, spent, calls = Case(steps=tuple(steps)), [], 0
    for _ in range(repeats):
        checker = Checker(target.driver, tuple(RULES[rule] for rule in _LIVES_JUDGED_BY))
        began = time.process_time()
        checker(case)
        calls = checker.results[_LIVES_JUDGED_BY[0]].calls
        spent.append((time.process_time() - began) / calls)
    return Lives(reservations, calls, 1000 * median(spent))


def _one_life(number: int) -> Iterator[Purchase | DescribeReservation | ListReservations | SetClock]:
    first = 4 * number
    yield Purchase(name=f"life-{number}")
    yield DescribeReservation(reservation=ReservationArn(first))
    yield ListReservations()
    yield SetClock(EndOf(first, 1))


def profile(name: str) -> Profile:
    """Run the suite on the reference under a profile, as a command, to the end of its process."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "conformance", "run", "-q", "--workers", "1", "--profile", name]
        command += ["--report-dir", folder]
        began = monotonic()
        subprocess.run(command, cwd=ROOT, env=plain_environment(), stdout=subprocess.DEVNULL, check=True)
        seconds = monotonic() - began
        return Profile(name, read_report(Path(folder) / "report.json")["calls"], seconds)
