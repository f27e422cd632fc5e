"""What the suite costs: `python -m tests.meta.cli.bench` writes docs/benchmark.md; `make bench` does so too.

`--quick` measures a little of everything, and prints the page.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

from tests.meta.cli.commands import ROOT
from tests.meta.tools.growth import (
    Block,
    Lives,
    Profile,
    blocks_in_process,
    blocks_over_http,
    profile,
    reservation_lifecycles,
)
from tests.meta.tools.side_by_side import CALLS, JUDGED_BY, Compared, compare

PAGE = ROOT / "docs" / "benchmark.md"

_HEAD = """\
# Benchmark

Written by `{command}`: Python {python}, {system}, {processors} processors.
Times on the clock depend on what else the machine does; *processor* is the time of the loop's own process.

## Beside a bare boto3 loop

The same {calls} calls an example: the five operations, and a second purchase that is refused. The bare loop is plain
boto3 and checks nothing but the refusal; the suite has Hypothesis draw the case, records every exchange, and judges
it by {rules} rules. Both give each example an account, a clock and an offering. They take turns in one process,
{rounds} times {examples} examples each after one to warm up; these are the medians, in milliseconds a call.

"""

_AIM = """\
Over HTTP the reference is served by a process of its own. The aim: at most 1.3 times the bare loop over HTTP, and twice
in process.

## As a run goes on

The same examples, in tests of {block}; Hypothesis keeps what it drew until a test ends. Processor time of an example in
milliseconds, and the memory of the suite's process (resident, after a collection of garbage). In process the reference
forgets the accounts of past examples; served, it keeps them all, with a reservation in each.
"""

_LIVES = """\
## More reservations in a case

One account has one reservation after the other; each is purchased, described and listed, and the clock is set behind
its End. Processor time of a call in process, with its judging, in milliseconds.
"""

_PROFILES = """\
## The profiles on the reference in process

`mediaconnect-conformance run --profile NAME --workers 1`, from command to verdict.
"""


_BY_OTHERS = "## Measured by other commands"


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    rounds: int
    examples: int
    blocks: int
    block: int
    reservations: tuple[int, ...]
    profiles: tuple[str, ...]


FULL = Extent(9, 100, 10, 1_000, (1, 2, 4, 8, 16, 32, 64), ("smoke", "gate", "explore"))
QUICK = Extent(1, 10, 2, 20, (1, 2), ("smoke",))


def measured(extent: Extent) -> str:
    """Measure, each part in a fresh process, and give the page."""
    compared = _apart(compare, extent.rounds, extent.examples)
    in_process = _apart(blocks_in_process, extent.blocks, extent.block)
    over_http = _apart(blocks_over_http, extent.blocks, extent.block)
    lived = _apart(reservation_lifecycles, extent.reservations)
    profiles = [profile(name) for name in extent.profiles]
    return page(extent, compared, in_process, over_http, lived, profiles)


def _apart(measure: Any, *arguments: object) -> Any:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, *arguments).result()


def page(
    extent: Extent, compared: Sequence[Compared], in_process: Sequence[Block], over_http: Sequence[Block],
    lived: Sequence[Lives], profiles: Sequence[Profile],
) -> str:  # fmt: skip
    """The whole page as Markdown."""
    options = " ".join(f"--profile {name}" for name in extent.profiles)
    head = _HEAD.format(
        command="make bench" if extent.profiles == FULL.profiles else f'make bench ARGS="{options}"',
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        processors=os.cpu_count(),
        calls=CALLS,
        rules=len(JUDGED_BY),
        rounds=extent.rounds,
        examples=extent.examples,
    )
    lines = [
        *_table(_COMPARED, map(_compared_row, compared)),
        "",
        _AIM.format(block=extent.block),
        *_table(
            ("examples", "in process, ms", "in process, MB", "over HTTP, ms", "over HTTP, MB"),
            (_block_row(*both) for both in zip(in_process, over_http, strict=True)),
        ),
        "",
        _LIVES,
        *_table(
            ("reservations", "calls", "ms a call"),
            ((each.reservations, each.calls, f"{each.milliseconds:.2f}") for each in lived),
        ),
        "",
        _PROFILES,
        *_table(
            ("profile", "calls", "seconds"), ((each.name, each.calls, f"{each.seconds:.0f}") for each in profiles)
        ),
    ]  # fmt: skip
    return head + "\n".join(lines) + "\n"


def kept_of(page: str) -> str:
    """What other commands measured, which stays when the page is written anew."""
    _, heading, rest = page.partition(f"\n{_BY_OTHERS}\n")
    return heading + rest


_COMPARED = ("", "bare", "suite", "ratio", "bare, processor", "suite, processor", "ratio")


def _compared_row(each: Compared) -> tuple[object, ...]:
    times = (each.bare.wall, each.suite.wall, each.bare.cpu, each.suite.cpu)
    bare, suite, bare_cpu, suite_cpu = (f"{1000 * seconds:.2f}" for seconds in times)
    return each.place, bare, suite, f"{each.ratio.wall:.2f}", bare_cpu, suite_cpu, f"{each.ratio.cpu:.2f}"


def _block_row(here: Block, there: Block) -> tuple[object, ...]:
    return (
        here.examples, f"{here.milliseconds:.1f}", f"{here.megabytes:.0f}", f"{there.milliseconds:.1f}",
        f"{there.megabytes:.0f}",
    )  # fmt: skip


def _table(head: tuple[str, ...], rows: Iterable[Iterable[object]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines]


def main() -> None:
    """Measure, and write or print the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.meta.cli.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure a little of everything, and print the page")
    parser.add_argument(
        "--profile", action="append", choices=FULL.profiles, help="run this profile only; repeatable (all three)"
    )
    options = parser.parse_args()
    if options.quick:
        sys.stdout.write(measured(QUICK))
    else:
        text = measured(replace(FULL, profiles=tuple(options.profile or FULL.profiles)))
        PAGE.write_text(text + kept_of(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
