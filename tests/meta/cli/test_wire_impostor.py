"""A run against an impostor on the wire, which spoils the answers of a right emulator in many ways."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.meta.cli.commands import Judged, judge
from tests.meta.cli.hostile import HOSTILE
from tests.meta.targets.wire_impostor import FAULTS, wire_impostor

OURS = re.compile(r"::(error|warning|notice) title=[^:]*::")


def assert_harmless(judged: Judged, folder: Path) -> None:
    """The run came to its end with all its files, and nothing in them or on the terminal is more than text."""
    assert judged.report["complete"], judged.output
    assert judged.status in (1, 3), judged.output
    for text in ("Traceback", "INTERNALERROR"):
        assert text not in judged.output, judged.output
    assert [character for character in judged.output if not character.isprintable() and character != "\n"] == []
    commands = [line for line in judged.output.splitlines() if line.lstrip().startswith("::")]
    assert [line for line in commands if not OURS.match(line)] == []
    assert not [line for line in (folder / "summary.md").read_text(encoding="utf-8").splitlines() if line[:2] == "::"]
    page = (folder / "report" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert [character for character in page if not character.isprintable() and character not in "\n\r\t"] == []
    ElementTree.parse(folder / "junit.xml")
    for case in (folder / "report" / "cases").glob("*.json"):
        json.loads(case.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "seed, spoilt, slow, options, least_calls",
    [
        pytest.param(3, 1, 0, ("--max-time", "3"), 200, id="some hundred calls"),
        pytest.param(
            4, 1, 0, ("--hypothesis-profile", "gate", "--max-time", "120"), 2_500, id="thousands",
            marks=pytest.mark.proof,
        ),
        pytest.param(
            5, 3, 0, ("--hypothesis-profile", "gate", "--max-time", "60"), 500, id="more", marks=pytest.mark.proof
        ),
        pytest.param(
            6, 1, 3, ("--hypothesis-profile", "gate", "--max-time", "60"), 500, id="slow ones", marks=pytest.mark.proof
        ),
    ],
)  # fmt: skip
def test_nothing_that_comes_over_the_wire_hurts(
    seed: int, spoilt: int, slow: int, options: tuple[str, ...], least_calls: int, tmp_path: Path
) -> None:
    """Whatever comes back, the run ends in order, and everything that it writes and prints is text."""
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    files = ("-v", f"--junitxml={tmp_path / 'junit.xml'}", "--wait", "5")
    with wire_impostor(seed, HOSTILE, spoilt=spoilt, slow=slow) as (url, server):
        judged = judge(tmp_path / "report", "--endpoint-url", url, "--clock", "wall", *files, *options, **variables)
    assert server.calls >= least_calls
    assert server.faults >= set(FAULTS)
    assert_harmless(judged, tmp_path)
