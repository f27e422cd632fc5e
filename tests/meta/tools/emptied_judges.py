"""Each judge in its turn is emptied, so that it finds nothing: the fast tier must fail.

`python -m tests.meta.tools.emptied_judges` writes docs/emptied-judges.md; `make emptied-judges` does so too. The tests
of tests/meta/unit/test_judges.py are called in this process, each first with the judge as it is, then with it emptied.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from unittest.mock import patch

from conformance.rules import RULES
from conformance.rules.history import History
from conformance.rules.registry import Finding, Rule
from tests.meta.unit import test_judges

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "emptied-judges.md"


@dataclass(frozen=True)
class Emptied:
    """One rule: its test, the emulator on which that shows its judge, and whether it failed when that was emptied."""

    rule_id: str
    test: str
    emulator: str
    failed: bool


def _finds_nothing(history: History) -> Iterator[Finding]:  # noqa: ARG001  (the signature is that of a judge)
    yield from ()


@contextmanager
def emptied(rule: Rule) -> Iterator[None]:
    """For the length of a block the rule finds nothing, whoever asks it."""
    judge = rule.judge
    # Rules are frozen, and this one is changed where every other module has it too.
    object.__setattr__(rule, "judge", _finds_nothing)
    try:
        yield
    finally:
        object.__setattr__(rule, "judge", judge)


def empty(rule_id: str) -> Emptied:
    """Call the test of one judge, which must pass with it as it is, and then with it emptied."""
    rule = RULES[rule_id]
    finds, tells = test_judges.test_a_judge_finds_a_mutant_in_an_example, test_judges.test_a_judge_tells_a_choice
    test = tells if rule in test_judges.OBSERVED else finds
    # As the fixture `waits` does it: no pause takes any time.
    with patch("conformance.execution.retries.wait"):
        test(rule)
        emulator = test_judges.OBSERVED.get(rule) or (test_judges.shown_by(rule) or ("",))[0]
        with emptied(rule):
            return Emptied(rule_id, test.__name__, emulator, _fails(test, rule))


def _fails(test: Callable[[Rule], None], rule: Rule) -> bool:
    try:
        test(rule)
    except AssertionError:
        return True
    return False


def page(judges: list[Emptied]) -> str:
    """The whole page, in the order of the rules."""
    failed = sum(one.failed for one in judges)
    lines = [
        "# Emptied judges",
        "",
        "A test suite holds a judge only where it fails without it. For each rule, the judge was replaced by one that",
        "finds nothing, and its fast test in `tests/meta/unit/test_judges.py` was called. Written by",
        "`make emptied-judges`.",
        "",
        f"{len(judges)} judges were emptied, and the fast tests failed for {failed} of them. The third column has the",
        "wrong emulator that the judge finds in the test, or the right one whose choice it tells.",
        "",
        "| rule | level | emulator | the test that fails without the judge |",
        "|---|---|---|---|",
        *(_row(one) for one in judges),
    ]
    return "\n".join(lines) + "\n"


def _row(one: Emptied) -> str:
    test = one.test if one.failed else "**none**"
    return f"| {one.rule_id} | {RULES[one.rule_id].level} | {one.emulator} | {test} |"


def main() -> None:
    """Empty every judge, on every core, and write the page. Ends with 1 where a judge is held by no test."""
    with Pool() as processes:
        judges = processes.map(empty, RULES, chunksize=1)
    PAGE.write_text(page(judges), encoding="utf-8")
    not_held = [one.rule_id for one in judges if not one.failed]
    sys.exit(f"no fast test fails without the judges of {', '.join(not_held)}" if not_held else 0)


if __name__ == "__main__":
    main()
