"""The fast tests hold every judge: without it, one of them fails."""

import re

import pytest

from conformance.rules import RULES
from conformance.rules.registry import Rule
from tests.meta.tools.emptied_judges import PAGE, empty
from tests.meta.unit.test_judges import BINDING, OBSERVED


@pytest.mark.parametrize("rule", [BINDING[0], BINDING[-1], next(iter(OBSERVED))], ids=lambda rule: rule.id)
def test_without_its_judge_a_test_fails(rule: Rule) -> None:
    """The test of a rule fails while its judge finds nothing, and the judge is as it was afterwards."""
    judge = rule.judge
    assert empty(rule.id).failed
    assert rule.judge is judge


@pytest.mark.proof
@pytest.mark.parametrize("rule_id", RULES)
def test_every_judge_is_held(rule_id: str) -> None:
    """So do all the others."""
    assert empty(rule_id).failed


def test_the_page_has_every_rule() -> None:
    """docs/emptied-judges.md has a row for each rule, and a test that failed."""
    rows = re.findall(r"^\| ([a-z/-]+) \| \w+ \| [a-z0-9-]+ \| test_\w+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rows == list(RULES), "docs/emptied-judges.md is old: make emptied-judges"
