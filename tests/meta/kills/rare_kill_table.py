"""The table of the rare mutants: which profile finds each of them, under which rules, and after how many calls.

`python -m tests.meta.kills.rare_kill_table` writes docs/rare-kill-table.md; `make rare-kill-table` does so too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from statistics import median

from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from tests.meta.emulator.rare import RARE, RARE_OF
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.harness import ConformanceTest, Direct, check_target, conformance_tests, opened

PAGE = Path(__file__).parents[3] / "docs" / "rare-kill-table.md"
SMOKE, GATE = "smoke", "gate"


def own_rules(kind: type[RightEmulator]) -> frozenset[str]:
    """The rules that must fail on a mutant; another defect may hide the others that it breaks."""
    return frozenset(kind.breaks) - frozenset(kind.may_be_blocked)


@cache
def _tests(profile: str) -> list[ConformanceTest]:
    return conformance_tests(profile)


def search(name: str, profile: str) -> dict[str, int]:
    """The mutant's own rules that fail, each with the calls of its test by the first failing example.

    The tests of these rules come first, those of few rules before others, and then all others; when every own rule has
    failed, no further test is run. In one process all searches must be of one profile.
    """
    own = own_rules(RARE[name])

    def is_found(run: Run) -> bool:
        return own <= {rule.id for rule, verdict, _ in run.verdicts() if verdict is Verdict.FAIL}

    def rank(test: ConformanceTest) -> tuple[bool, int]:
        return not any(rule.id in own for rule in test.subject.rules), len(test.subject.rules)

    with opened(Direct(RARE[name]())) as target:
        run = check_target(target, sorted(_tests(profile), key=rank), until=is_found)
    failed = {rule.id for rule, verdict, _ in run.verdicts() if verdict is Verdict.FAIL} & own
    return {rule_id: run.results[rule_id].calls_to_failure or 0 for rule_id in sorted(failed)}


Table = Mapping[str, Mapping[str, Mapping[str, int]]]
"""By the name of a mutant and the profile: the rules that failed, with the calls."""


def page(table: Table) -> str:
    """The whole page, class by class."""
    lines = [
        "# The kill table of the rare mutants",
        "",
        "By which profile each rare mutant (`tests/meta/emulator/rare/`) is found, under which rules, and how many",
        "calls the test of the rule has made by the first failing example. Written by `make rare-kill-table`; the",
        "mutants are asked directly, not over HTTP. `gate` is run where `smoke` has not found every rule; `nightly`",
        "tries the examples of `gate` first. `tests/meta/kills/test_rare_kill_table.py` compares it.",
        "",
        "| class | mutants | all rules found by smoke | by gate | calls in the median |",
        "|---|---|---|---|---|",
        *(_summary(of, RARE_OF[of], table) for of in RARE_OF),
        _summary("all", RARE, table),
        "",
        "| mutant | defect | rule: profile, calls |",
        "|---|---|---|",
        *(_row(name, table[name]) for name in RARE),
    ]
    return "\n".join(lines) + "\n"


def _summary(of: str, names: Iterable[str], table: Table) -> str:
    mutants = list(names)
    by_smoke = [name for name in mutants if own_rules(RARE[name]) <= table[name][SMOKE].keys()]
    by_gate = [name for name in mutants if own_rules(RARE[name]) <= {**table[name][SMOKE], **table[name][GATE]}.keys()]
    calls = [calls for name in mutants for _, _, calls in _found(name, table[name])]
    return f"| {of} | {len(mutants)} | {len(by_smoke)} | {len(by_gate)} | {median(calls):g} |"


def _found(name: str, found: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str, int]]:
    """Each rule that failed, with the first profile under which it did, and the calls."""
    for rule_id in sorted(own_rules(RARE[name])):
        profile = next((profile for profile in (SMOKE, GATE) if rule_id in found[profile]), None)
        if profile is not None:
            yield rule_id, profile, found[profile][rule_id]


def _row(name: str, found: Mapping[str, Mapping[str, int]]) -> str:
    defect = (RARE[name].__doc__ or "").strip().replace("|", "\\|")
    rules = "; ".join(f"{rule_id}: {profile}, {calls}" for rule_id, profile, calls in _found(name, found))
    return f"| {name} | {defect} | {rules or '-'} |"


def _search_all(names: Iterable[str], profile: str) -> dict[str, dict[str, int]]:
    searched = [(name, profile) for name in names]
    with Pool() as processes:
        found = processes.starmap(search, searched, chunksize=1)
    return {name: rules for (name, _), rules in zip(searched, found, strict=True)}


def main() -> None:
    """Look for every rare mutant, on every core, write the page, and name those that were not found."""
    smoke = _search_all(RARE, SMOKE)
    left = [name for name, found in smoke.items() if not own_rules(RARE[name]) <= found.keys()]
    gate = _search_all(left, GATE)
    table = {name: {SMOKE: smoke[name], GATE: gate.get(name, {})} for name in RARE}
    PAGE.write_text(page(table), encoding="utf-8")
    for name in left:
        missing = own_rules(RARE[name]) - gate[name].keys() - smoke[name].keys()
        if missing:
            print(f"{name}: not failed {sorted(missing)}")


if __name__ == "__main__":
    main()
