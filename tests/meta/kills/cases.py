"""The saved case of every mutant: `python -m tests.meta.kills.cases`, or `make saved-cases`.

For each it must replay as `still fails` on the mutant and as `fixed` on the served reference, its boto3 script must end
with 1 on the mutant and with 0 on a right emulator, and a second run must write the same bytes. Prints where that is
not so, and ends with 1.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from conformance.clock import monotonic
from conformance.plugin.replay import play_again
from conformance.replay.fate import Fate
from conformance.replay.saved_case import read_saved_case
from conformance.replay.standalone import GONE, STILL_THERE
from conformance.targets.endpoint import Endpoint, EndpointOptions
from tests.meta.cli.commands import free_port, serving
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.harness import ConformanceTest, conformance_tests, opened
from tests.meta.tools.saved_cases import keep_failures, open_emulator, run_script


@cache
def _tests() -> list[ConformanceTest]:
    return conformance_tests("smoke")


def problems(task: tuple[str, str]) -> list[str]:
    """What is not as it should be with the case that the first rule of a mutant leaves."""
    name, reference_url = task
    rule_id = MUTANTS[name].breaks[0]
    with tempfile.TemporaryDirectory() as folder:
        return [f"{name}, {rule_id}: {problem}" for problem in _problems(name, rule_id, reference_url, Path(folder))]


def _problems(name: str, rule_id: str, reference_url: str, folder: Path) -> Iterator[str]:
    with open_emulator(MUTANTS[name]()) as (served, target):
        paths = keep_failures(target, _tests(), rule_id, folder / "first")
        if not paths:
            yield "no case was saved"
            return
        saved = read_saved_case(paths[0].read_text(encoding="utf-8"))
        replayed = play_again(target, saved)
        if replayed.fate is not Fate.STILL_FAILS:
            yield f"on the mutant {replayed.fate}: {replayed.headline}"
        script = paths[0].with_suffix(".py")
        if (status := run_script(script, served).status) != STILL_THERE:
            yield f"its script ended with {status}"
    with open_emulator(MUTANTS[name]()) as (_, target):
        keep_failures(target, _tests(), rule_id, folder / "second")
    if _bytes(folder / "first") != _bytes(folder / "second"):
        yield "the second run wrote other bytes"
    with opened(Endpoint(EndpointOptions(reference_url))) as reference:
        replayed = play_again(reference, saved)
        if replayed.fate is not Fate.FIXED:
            yield f"on the reference {replayed.fate}: {replayed.headline}"
    with serve(RightEmulator()) as right:
        if (status := run_script(script, right).status) != GONE:
            yield f"its script ended with {status} on a right emulator"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def main() -> None:
    """Look at every mutant, on every core."""
    began, port = monotonic(), free_port()
    reference = [sys.executable, "-m", "conformance.reference", "--port", str(port)]
    # Processes that are not forked: their accounts on the one reference differ.
    with serving(reference, port) as url, get_context("spawn").Pool() as processes:
        found = []
        for one in processes.imap_unordered(problems, [(name, url) for name in MUTANTS]):
            found += one
            print(*one, sep="\n", end="\n" if one else "", flush=True)
    print(f"{len(MUTANTS)} mutants, {len(found)} problems, {monotonic() - began:.0f} s")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
