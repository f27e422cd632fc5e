"""Progress: on a terminal alone, in place, and without a trace in what pytest writes."""

import os
import pty
import re
import struct
import subprocess
import termios
from fcntl import ioctl
from pathlib import Path

import pytest

from conformance.plugin.progress import line
from tests.meta.cli.commands import ROOT, judge, plain_environment, suite_command

OPTIONS = ("-k", "test_end_", "--hypothesis-profile", "explore", "--max-time", "2")
SHOWN = re.compile(r"end: \d+ examples, \d+ calls, \d+ s left")


def on_a_terminal(*options: str, **variables: str) -> str:
    """What a run writes to a terminal of 120 columns."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    kept = {name: value for name, value in plain_environment().items() if name not in ("CI", "COLUMNS", "NO_COLOR")}
    environment = kept | {"TERM": "xterm-256color"} | variables
    process = subprocess.Popen(
        suite_command(*OPTIONS, *options), cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    format_timestamp = b""
    # Linux says EIO, others give nothing, when the other end is closed.
    try:
        while part := os.read(ours, 65_536):
            format_timestamp += part
    except OSError:
        pass
    os.close(ours)
    assert process.wait() in (0, 3), format_timestamp.decode()
    return format_timestamp.decode()


def screen(format_timestamp: str) -> list[str]:
    """The lines that stand on the screen at last, where no line is longer than the screen is wide."""
    lines = []
    for raw in format_timestamp.replace("\r\n", "\n").split("\n"):
        cells: list[str] = []
        at = 0
        for piece in re.findall(r"\x1b\[\d*(?:;\d+)*[A-Za-z]|\r|.", raw):
            if piece == "\r":
                at = 0
            elif piece.endswith("D") and piece.startswith("\x1b"):
                at -= int(piece[2:-1])
            elif piece == "\x1b[K":
                del cells[at:]
            elif not piece.startswith("\x1b"):
                cells[at : at + 1] = [piece]
                at += 1
        lines.append("".join(cells).rstrip())
    return lines


def test_on_a_terminal(tmp_path: Path) -> None:
    """Topic, examples, calls and time left are shown, and what stands there in the end is pytest's own."""
    format_timestamp = on_a_terminal("--report-dir", str(tmp_path))
    assert SHOWN.findall(format_timestamp), format_timestamp
    left = screen(format_timestamp)
    (dots,) = [shown for shown in left if shown.startswith("tests/conformance/test_end.py")]
    assert re.fullmatch(r"tests/conformance/test_end\.py \.{3} +\[100%\]", dots)
    assert not SHOWN.search("\n".join(left))


@pytest.mark.parametrize(
    "options, variables",
    [
        pytest.param(["-q"], {}, id="-q"),
        pytest.param([], {"CI": "true"}, id="CI"),
        pytest.param(["-v"], {}, id="-v", marks=pytest.mark.proof),
        pytest.param(["-n", "1"], {}, id="-n 1", marks=pytest.mark.proof),
        pytest.param([], {"NO_COLOR": "1"}, id="NO_COLOR", marks=pytest.mark.proof),
    ],
)
def test_quiet_on_a_terminal(options: list[str], variables: dict[str, str], tmp_path: Path) -> None:
    """Nothing is shown to those who asked for less or more, in CI, and where the terminal may not be written on."""
    assert not SHOWN.search(on_a_terminal("--report-dir", str(tmp_path), *options, **variables))


def test_quiet_without_a_terminal(tmp_path: Path) -> None:
    """A log has nothing of it."""
    output = judge(tmp_path, *OPTIONS).output
    assert not SHOWN.search(output)
    assert "\x1b" not in output


def test_the_line() -> None:
    """What is shown has room on the screen: less and less of it, or nothing."""
    assert line("end", 120, 431, 41.4, 80) == " end: 120 examples, 431 calls, 41 s left"
    assert line("end", 120, 431, None, 80) == " end: 120 examples, 431 calls"
    assert line("end", 120, 431, 41.4, 36) == " 120 examples, 431 calls, 41 s left"
    assert line("end", 120, 431, 41.4, 30) == " 120 examples, 41 s left"
    assert line("end", 120, 431, 41.4, 10) == ""
