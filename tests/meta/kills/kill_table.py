"""The kill table: what the suite says of every mutant, under the smoke profile, each served over HTTP.

`python -m tests.meta.kills.kill_table` writes docs/kill-table.md; `make kill-table` does so too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from statistics import median

from conformance.results.verdicts import Verdict
from conformance.rules import RULES
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.kills.harness import ConformanceTest, check_emulator, conformance_tests

PAGE = Path(__file__).parents[3] / "docs" / "kill-table.md"
PROFILE = "smoke"


@dataclass(frozen=True)
class Found:
    """How a rule failed: the calls of its test by the first failing example, and the steps of its shortest case."""

    calls: int
    steps: int


@dataclass(frozen=True)
class Kill:
    """What the suite says of one mutant: the rules that failed, and those that were neither passed nor failed."""

    name: str
    failed: Mapping[str, Found]
    unsettled: Mapping[str, str]


@cache
def _tests() -> list[ConformanceTest]:
    return conformance_tests(PROFILE)


def kill(name: str, *, only: frozenset[str] | None = None, served: bool = True) -> Kill:
    """Check one mutant, with every test or `only` those of some rules, `served` over HTTP or asked directly."""
    tests = [test for test in _tests() if only is None or any(rule.id in only for rule in test.subject.rules)]
    run = check_emulator(MUTANTS[name](), tests, served=served)
    failed, unsettled = {}, {}
    for rule, verdict, reason in run.verdicts():
        result = run.results.get(rule.id)
        if verdict is Verdict.FAIL and result is not None:
            failed[rule.id] = Found(result.calls_to_failure or 0, run.failures(rule.id)[0].size[0])
        elif verdict is not Verdict.PASS:
            unsettled[rule.id] = f"{verdict}: {reason}"
    return Kill(name, failed, unsettled)


def row(name: str, failed: Iterable[str]) -> str:
    """The beginning of a mutant's row: name, description, and the rules that fail, without how they were found."""
    description = (MUTANTS[name].__doc__ or "").strip().replace("|", "\\|")
    return f"| {name} | {description} | {', '.join(sorted(failed))} |"


def page(kills: list[Kill]) -> str:
    """The whole page, in the order of the table of mutants."""
    found = [one for each in kills for one in each.failed.values()]
    lines = [
        "# The kill table",
        "",
        "What the suite says of every mutant (`tests/meta/emulator/mutants/`), a wrong implementation with one",
        "defect, served over HTTP with the control API. Written by `make kill-table`, under the profile",
        f"`{PROFILE}`, whose examples the profile `gate` tries first too.",
        "`tests/meta/kills/test_kills.py` compares it.",
        "",
        f"{len(kills)} mutants, {len(found)} failing rules. In the median, the test of a rule that fails has made",
        f"{median(one.calls for one in found):g} calls by the first failing example, whose case has",
        f"{median(one.steps for one in found):g} steps before a run reduces it. The last column has both for each",
        "rule, in the same order.",
        "",
        "| mutant | defect | fails | calls / steps |",
        "|---|---|---|---|",
        *(f"{row(each.name, each.failed)} {_measures(each)} |" for each in kills),
        "",
        "## Rule by rule",
        "",
        "| rule | level | mutants that fail it |",
        "|---|---|---|",
        *_rule_rows(kills),
    ]
    return "\n".join(lines) + "\n"


def _measures(each: Kill) -> str:
    return ", ".join(f"{found.calls} / {found.steps}" for _, found in sorted(each.failed.items()))


def _rule_rows(kills: list[Kill]) -> Iterator[str]:
    for rule in RULES.values():
        count = sum(rule.id in each.failed for each in kills)
        yield f"| {rule.id} | {rule.level} | {count} |"


def mismatches(kills: Iterable[Kill]) -> Iterator[str]:
    """One line for each mutant that fails other rules than its own, or not all of them."""
    for each in kills:
        mutant = MUTANTS[each.name]
        not_failed = set(mutant.breaks) - each.failed.keys()
        beyond = each.failed.keys() - {*mutant.breaks, *mutant.may_break}
        if not_failed or beyond:
            yield f"{each.name}: not failed {sorted(not_failed)}, failed beyond its own {sorted(beyond)}"


def main() -> None:
    """Check every mutant, on every core, write the page, and say where it is not as it should be."""
    with Pool() as processes:
        kills = processes.map(kill, MUTANTS, chunksize=1)
    PAGE.write_text(page(kills), encoding="utf-8")
    for line in mismatches(kills):
        print(line)


if __name__ == "__main__":
    main()
