"""docs/rare-kill-table.md is of the rare mutants that there are, and every one of them is found."""

from __future__ import annotations

import re

from tests.meta.emulator.rare import RARE
from tests.meta.kills.rare_kill_table import PAGE, own_rules


def test_every_rare_mutant_is_found_under_its_own_rules() -> None:
    """In the runs that made the page, smoke or gate failed each rule that a mutant must fail."""
    rows = re.findall(r"^\| ([a-z0-9-]+) \| .* \| ([a-z0-9/,:; -]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    found = {name: {one.partition(":")[0].strip() for one in rules.split(";")} for name, rules in rows if name in RARE}
    assert found.keys() == RARE.keys(), "docs/rare-kill-table.md is old: make rare-kill-table"
    for name, kind in RARE.items():
        assert found[name] == own_rules(kind), name
