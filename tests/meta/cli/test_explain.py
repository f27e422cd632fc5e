"""`rules` and `explain`: the tests of each rule, and an exchange that keeps it beside one that breaks it."""

from __future__ import annotations

import pytest

from conformance.command import main
from conformance.command.explanation import explanation
from conformance.rules import RULES, Level


@pytest.mark.parametrize("topic", sorted({rule.topic for rule in RULES.values()}))
def test_every_rule_is_explained(topic: str) -> None:
    """There is a right exchange for each rule, and a wrong one for each that can be broken, in 80 columns."""
    for rule in RULES.values():
        if rule.topic != topic:
            continue
        lines = list(explanation(rule))
        names = [line[:12].strip() for line in lines[1:] if line[:12].strip()]
        assert [name for name in names if name != "test"] == ["rule", "source", "link", "needs", "right", "wrong"], rule
        assert "test" in names
        assert all(len(line) <= 80 for line in lines if "link" not in line[:12])
        wrong = "\n".join(lines).partition("  wrong ")[2]
        assert ("nothing:" in wrong) == (rule.level is Level.OBSERVE)


def test_a_rule_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt id is one line with the nearest one, and status 4."""
    with pytest.raises(SystemExit) as ended:
        main(["explain", "end/add-duration"])
    assert ended.value.code == 4
    assert "did you mean end/adds-duration?" in capsys.readouterr().err


def test_rules_name_a_test(capsys: pytest.CaptureFixture[str]) -> None:
    """The list of rules has a test of each."""
    assert main(["rules"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["rule", "level", "needs", "test", "statement"]
    assert all(".py::test_" in line for line in lines)
    assert len(lines) == len(RULES)
