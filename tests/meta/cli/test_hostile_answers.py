"""Nothing that a target answers can hurt: not the terminal, nor CI that reads lines, nor the report, nor the run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import pytest

from conformance.report.github import annotation, summary_of
from conformance.report.terminal import summary_lines
from conformance.results.gate import ExitStatus, Gate
from conformance.rules.recorded_call import Observation, RecordedCall
from conformance.spec.plain_text import one_line
from conformance.spec.service import RESERVATION_STATES
from tests.meta.cli.commands import judge
from tests.meta.cli.hostile import HOSTILE

OURS = re.compile(r"::(error|warning|notice) title=[^:]*::")


@pytest.mark.parametrize("target", ["half_tame", "wild"])
def test_a_run_on_a_hostile_target(target: str, tmp_path: Path) -> None:
    """No traceback, a whole report, and no line but the suite's own that a terminal or GitHub would obey."""
    summary, junit = tmp_path / "summary.md", tmp_path / "junit.xml"
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    options = ("--target", f"tests.meta.cli.hostile:{target}", "--max-time", "25", "-v", f"--junitxml={junit}")
    judged = judge(tmp_path / "report", *options, **variables)
    assert judged.report["complete"], judged.output
    assert judged.status in (1, 3), judged.output
    assert "Traceback" not in judged.output, judged.output
    assert "INTERNALERROR" not in judged.output, judged.output
    assert [character for character in judged.output if not character.isprintable() and character != "\n"] == []
    commands = [line for line in judged.output.splitlines() if line.lstrip().startswith("::")]
    assert [line for line in commands if not OURS.match(line)] == []
    told = summary.read_text(encoding="utf-8")
    assert not [line for line in told.splitlines() if line.startswith("::")]
    outside_of_blocks = re.sub(r"^(```+)text\n.*?^\1$", "", told, flags=re.MULTILINE | re.DOTALL)
    assert "<script" not in outside_of_blocks
    assert "<h1" not in outside_of_blocks
    assert "<script>alert" not in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    ElementTree.parse(junit)


@pytest.mark.parametrize("text", HOSTILE)
def test_one_line(text: str) -> None:
    """Any text is one line that can be shown and written; what could be taken for a command does not begin it."""
    shown = one_line(text)
    assert shown.isprintable()
    assert shown.encode()
    assert "\n" not in annotation("error", text, text)


def test_the_functions_are_what_the_run_uses() -> None:
    """The summary of a run without results is made of the same parts."""
    from tests.meta.cli.test_ci import a_run

    run = a_run()
    assert all(line.text.isprintable() for line in summary_lines(run, whole=True))
    assert summary_of(run, Gate(ExitStatus.CLOSED, "\x1b[31m\n::error::")).count("\n::") == 0


@pytest.mark.parametrize("shown", [None, [], {}, True, 1, "\ud800"])
def test_a_state_of_any_type(shown: object) -> None:
    """What a target shows as a state can be looked for among the states, whatever its type, and is none of them."""
    observation = Observation(cast("RecordedCall", None), {"reservationState": shown}, None)
    assert observation.state not in frozenset(RESERVATION_STATES)
    assert observation.state not in observation.permitted_states
