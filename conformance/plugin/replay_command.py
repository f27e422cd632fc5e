"""The last line of a failure's message: the command that plays its saved case again on the same target."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import pytest

from conformance.results.message import with_replay

_OF_THE_TARGET = ("--target", "--endpoint-url", "--control-url", "--region", "--accounts", "--clock")


def with_replay_here(config: pytest.Config, message: str, file: Path) -> str:
    """The message with that line, for the command by which this run was started."""
    installed = config.inipath is not None and config.inipath.name == "suite.ini"
    command = "mediaconnect-conformance replay" if installed else "pytest --replay"
    given = {option: config.getoption(option) for option in _OF_THE_TARGET}
    said = [f"{option} {quote(value)}" for option, value in given.items() if value not in (None, "auto")]
    return with_replay(message, str(file), command, " ".join(said))
