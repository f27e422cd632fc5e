"""Every rule can fail: each mutant fails the rules that it breaks, and, as the kill table measured, no other."""

from __future__ import annotations

import re

import pytest

from conformance.rules import RULES, Level
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.kills.kill_table import PAGE, kill


@pytest.mark.parametrize("name", MUTANTS)
def test_a_miniature_fails_under_its_own_rules(name: str) -> None:
    """A mutant fails every rule that it breaks, where the tests of these rules run alone."""
    found = kill(name, only=frozenset(MUTANTS[name].breaks), served=False)
    assert set(MUTANTS[name].breaks) <= found.failed.keys(), found.unsettled


def test_the_kill_table_is_of_these_miniatures() -> None:
    """In the run of every test that made docs/kill-table.md, each mutant failed its own rules, and no other."""
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| .* \| ([a-z0-9/, -]*) \| [0-9/, ]* \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    failed = {name: set(filter(None, rule_ids.split(", "))) for name, rule_ids in rows}
    assert failed.keys() == MUTANTS.keys(), "docs/kill-table.md is old: make kill-table"
    for name, mutant in MUTANTS.items():
        assert set(mutant.breaks) <= failed[name] <= {*mutant.breaks, *mutant.may_break}, name


def test_every_rule_is_broken_by_two_miniatures() -> None:
    """Every rule at level must or should has at least two mutants that must fail it."""
    broken = [rule_id for mutant in MUTANTS.values() for rule_id in mutant.breaks]
    binding = [rule.id for rule in RULES.values() if rule.level is not Level.OBSERVE]
    assert [rule_id for rule_id in binding if broken.count(rule_id) < 2] == []
