"""Every rule can fail: each miniature fails the rules that it breaks, and no other."""

from __future__ import annotations

import pytest

from conformance.rules import RULES, Level
from tests.meta.emulator.miniatures import MINIATURES
from tests.meta.kills import PAGE, kill, mismatches, row


@pytest.mark.parametrize("name", MINIATURES)
def test_a_miniature_fails_under_its_own_rules(name: str) -> None:
    """A miniature fails every rule that it breaks and none that it keeps, as does the page, made over HTTP."""
    found = kill(name, served=False)
    assert list(mismatches([found])) == [], found.unsettled
    assert f"\n{row(name, found.failed)}" in PAGE.read_text(encoding="utf-8"), "docs/kill-table.md is old"


def test_every_rule_is_broken_by_two_miniatures() -> None:
    """Every rule at level must or should has at least two miniatures that must fail it."""
    broken = [rule_id for miniature in MINIATURES.values() for rule_id in miniature.breaks]
    binding = [rule.id for rule in RULES.values() if rule.level is not Level.OBSERVE]
    assert [rule_id for rule_id in binding if broken.count(rule_id) < 2] == []
