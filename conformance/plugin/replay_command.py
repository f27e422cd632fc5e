"""The command that plays a saved case again on the same target, to be pasted as it is."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote

import pytest

_OF_THE_TARGET = ("--target", "--endpoint-url", "--control-url", "--region", "--accounts", "--clock")


def replay_command(config: pytest.Config, file: Path) -> str:
    """The command, with the interpreter and in the manner by which this run was started."""
    installed = config.inipath is not None and config.inipath.name == "suite.ini"
    python = quote(sys.executable)
    command = f"{python} -m conformance replay" if installed else f"{python} -m pytest --replay"
    given = {option: config.getoption(option) for option in _OF_THE_TARGET}
    said = [f"{option} {quote(value)}" for option, value in given.items() if value not in (None, "auto")]
    return " ".join([command, quote(str(file)), *said])
