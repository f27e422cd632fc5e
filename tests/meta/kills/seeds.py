"""Ten seeds on every permitted variation: `python -m tests.meta.kills.seeds`, or `make seeds`.

Random examples of the profile explore, fewer of them, and none of the examples, on every variation.
Prints what failed though it may not, and ends with 1 where anything did.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from multiprocessing import Pool

from hypothesis import core

from conformance.clock import monotonic
from conformance.results.verdicts import Verdict
from tests.meta.emulator.variations import VARIATIONS
from tests.meta.kills.harness import ConformanceTest, check_variation, conformance_tests


@cache
def _tests() -> list[ConformanceTest]:
    return conformance_tests("seeded")


def failures(run: tuple[str, int]) -> list[str]:
    """The messages of the rules that failed on a variation with one seed, apart from those that it departs from."""
    name, seed = run
    tests = _tests()
    core.global_force_seed = seed
    emulator = VARIATIONS[name]()
    found = check_variation(emulator, tests)
    failed = [rule.id for rule, verdict, _ in found.verdicts() if verdict is Verdict.FAIL]
    wrongly = [rule_id for rule_id in failed if rule_id not in emulator.departs_from]
    return [f"{name}, seed {seed}: {found.results[rule_id].failures[0].message}" for rule_id in wrongly]


def main() -> None:
    """Run every variation with every seed, on every core."""
    parser = argparse.ArgumentParser(prog="python -m tests.meta.kills.seeds", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, metavar="N", help="how many seeds (10)")
    seeds = range(1, parser.parse_args().seeds + 1)
    began, count, failed = monotonic(), 0, 0
    with Pool() as processes:
        runs = [(name, seed) for seed in seeds for name in VARIATIONS]
        for messages in processes.imap_unordered(failures, runs):
            count, failed = count + 1, failed + len(messages)
            print(*messages, sep="\n", end="\n" if messages else "", flush=True)
    print(f"{len(VARIATIONS)} variations, {count} runs, {failed} failures, {monotonic() - began:.0f} s")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
