"""Every rule can fail: each miniature fails the rules that it breaks, and, as the kill table measured, no other."""

from __future__ import annotations

import re

import pytest

from conformance.rules import RULES, Level
from tests.meta.emulator.miniatures import MINIATURES
from tests.meta.kills import PAGE, kill


@pytest.mark.parametrize("name", MINIATURES)
def test_a_miniature_fails_under_its_own_rules(name: str) -> None:
    """A miniature fails every rule that it breaks, where the tests of these rules run alone."""
    found = kill(name, only=frozenset(MINIATURES[name].breaks), served=False)
    assert set(MINIATURES[name].breaks) <= found.failed.keys(), found.unsettled


def test_the_kill_table_is_of_these_miniatures() -> None:
    """In the run of every test that made docs/kill-table.md, each miniature failed its own rules, and no other."""
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| .* \| ([a-z0-9/, -]*) \| [0-9/, ]* \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    failed = {name: set(filter(None, rule_ids.split(", "))) for name, rule_ids in rows}
    assert failed.keys() == MINIATURES.keys(), "docs/kill-table.md is old: make kill-table"
    for name, miniature in MINIATURES.items():
        assert set(miniature.breaks) <= failed[name] <= {*miniature.breaks, *miniature.may_break}, name


def test_every_rule_is_broken_by_two_miniatures() -> None:
    """Every rule at level must or should has at least two miniatures that must fail it."""
    broken = [rule_id for miniature in MINIATURES.values() for rule_id in miniature.breaks]
    binding = [rule.id for rule in RULES.values() if rule.level is not Level.OBSERVE]
    assert [rule_id for rule_id in binding if broken.count(rule_id) < 2] == []
