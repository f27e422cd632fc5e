"""Adapters: one in another language, a skeleton that works, and mistakes that are shown with their traceback."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.command import main
from conformance.targets.adapter import Capability, Request, Response, Target, TargetError, respond
from conformance.targets.stdio import Stdio
from tests.meta.cli.commands import ROOT, judge, plain_environment, run_suite

EXAMPLE = ROOT / "docs" / "stdio-emulator.example.mjs"


class Mistaken(Target):
    """Has a mistake that shows itself in its first answer."""

    capabilities = frozenset({Capability.ACCOUNTS})

    def send(self, request: Request) -> Response:
        """Look for what is not there."""
        return respond(request, 200, {}, {"offerings": {}["of nobody"]})


def mistaken() -> Target:
    """Give it."""
    return Mistaken()


def test_respond() -> None:
    """Values are written as JSON and labelled; bytes and texts stay as they are."""
    request = Request("GET", "http://localhost/", {}, b"", False)
    answer = respond(request, 201, {"x-a": "b"}, {"message": "é"})
    assert (answer.status_code, answer.headers["content-type"], answer.headers["x-a"]) == (201, "application/json", "b")
    assert answer.content == b'{"message": "\\u00e9"}'
    assert respond(request, 400, {}, b"\xff").content == b"\xff"
    assert "content-type" not in respond(request, 400, {}, "text").headers


def test_a_mistake_in_an_adapter(tmp_path: Path) -> None:
    """It is shown once, with its traceback, is not tried again, and is not a target that cannot be reached."""
    ended = run_suite("--target", "tests.meta.cli.test_adapters:mistaken", "--report-dir", str(tmp_path))
    assert ended.status in (3, 4), ended.output
    assert "KeyError: 'of nobody'" in ended.output
    assert "in send" in ended.output
    assert ended.output.count("Traceback") >= 1, ended.output
    assert "cannot be reached" not in ended.output


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_example_in_another_language(tmp_path: Path) -> None:
    """The emulator of docs/stdio.md keeps the rules of the start window, with a clock that the suite sets."""
    judged = judge(
        tmp_path, "--target", f"stdio:node {EXAMPLE}", "--rule", "start-window", "--rule", "end/adds-duration"
    )
    assert judged.status == 0, judged.output
    assert {judged.verdicts[rule] for rule in judged.verdicts if rule.startswith("start-window/")} == {"pass"}


@pytest.mark.parametrize(
    "command, said",
    [
        ("", "names no command"),
        ("'", "No closing quotation"),
        ("no-such-program-here", "cannot be started"),
        (f"{sys.executable} -c ''", "closed its standard output|has ended|closed its standard input"),
        (
            f'{sys.executable} -c "input(); print(\'{{\\"id\\": 1, \\"capabilities\\": [\\"x\\"]}}\')"',
            "expected some of",
        ),
    ],
)
def test_a_program_that_cannot_be_used(command: str, said: str) -> None:
    """What is wrong with it is one line."""
    with pytest.raises(TargetError, match=said) as raised:
        Stdio(command).open()
    assert "\n" not in str(raised.value)


def test_the_skeleton_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its own test passes, a run on it is judged, and nothing is overwritten."""
    monkeypatch.chdir(tmp_path)
    assert main(["new-adapter", "my_emulator"]) == 0
    assert capsys.readouterr().out == "wrote my_emulator.py\nwrote test_my_emulator.py\n"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_my_emulator.py"],
        cwd=tmp_path, env=plain_environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr
    for name in ("my_emulator", "not-a-name", "class"):
        with pytest.raises(SystemExit) as left:
            main(["new-adapter", name])
        assert left.value.code == 4
