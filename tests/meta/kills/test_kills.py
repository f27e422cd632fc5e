"""Every rule can fail: each mutant fails the rules that it breaks, and no other than it may."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from conformance.rules import RULES, Level
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.kills.kill_table import PAGE, kill
from tests.meta.tools.tiers import tiered

PLAINEST = {
    rule.id: next((name for name, mutant in MUTANTS.items() if rule.id in mutant.breaks), "")
    for rule in RULES.values()
    if rule.level is not Level.OBSERVE
}
"""For each rule that binds the first mutant of the table that breaks it."""
IN_FULL = sorted({*PLAINEST.values(), *islice(MUTANTS, 0, None, 3)})
"""The mutants on which every test is run, not only those of the rules that they break: one of each rule, and a third
of all. The kill table has the others too."""


def assert_it_fails(name: str) -> None:
    """A mutant fails every rule that it breaks, where the tests of these rules run alone."""
    found = kill(name, only=frozenset(MUTANTS[name].breaks), served=False)
    missing = {*MUTANTS[name].breaks} - found.failed.keys()
    assert not missing, {rule_id: found.unsettled.get(rule_id, "pass") for rule_id in missing}


@pytest.mark.parametrize("name", sorted({*PLAINEST.values()}))
def test_a_mutant_of_each_rule_fails(name: str) -> None:
    """The plainest mutant of each rule fails under the rules that it breaks."""
    assert_it_fails(name)


@pytest.mark.proof
@pytest.mark.parametrize("name", sorted({*MUTANTS} - {*PLAINEST.values()}))
def test_every_mutant_fails(name: str) -> None:
    """So do all the others."""
    assert_it_fails(name)


@pytest.mark.parametrize("name", tiered(IN_FULL))
def test_a_mutant_fails_no_other_rule(name: str) -> None:
    """In a run of every test a mutant fails the rules that it breaks, and none that it may not."""
    mutant, found = MUTANTS[name], kill(name, served=False)
    assert {*mutant.breaks} <= found.failed.keys(), found.unsettled
    assert found.failed.keys() <= {*mutant.breaks, *mutant.may_break}


def test_the_kill_table_is_of_these_mutants() -> None:
    """In the run of every test that made docs/kill-table.md, each mutant failed its own rules, and no other."""
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| .* \| ([a-z0-9/, -]*) \| [0-9/, ]* \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    failed = {name: set(filter(None, rule_ids.split(", "))) for name, rule_ids in rows}
    assert failed.keys() == MUTANTS.keys(), "docs/kill-table.md is old: make kill-table"
    for name, mutant in MUTANTS.items():
        assert set(mutant.breaks) <= failed[name] <= {*mutant.breaks, *mutant.may_break}, name


def test_every_rule_is_broken_by_two_mutants() -> None:
    """Every rule at level must or should has at least two mutants that must fail it."""
    broken = [rule_id for mutant in MUTANTS.values() for rule_id in mutant.breaks]
    assert [rule_id for rule_id in PLAINEST if broken.count(rule_id) < 2] == []
