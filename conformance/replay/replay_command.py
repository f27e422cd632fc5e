"""The command that plays a saved case again, to be pasted as it is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

_NAME = "mediaconnect-conformance"


def replay_command(file: Path, options: Mapping[str, str]) -> str:
    """The command by the interpreter that runs, as short as it can be from the current folder.

    The options name the target, in the words of the command line.
    """
    said = [f"{option} {quote(value)}" for option, value in options.items()]
    return " ".join([_command(), "replay", quote(_near(file)), *said])


def _command() -> str:
    """The console script, where a shell finds that of this interpreter; else the interpreter itself."""
    found = shutil.which(_NAME)
    python = Path(sys.executable)
    if found is not None and Path(found).resolve().parent == python.parent.resolve():
        return _NAME
    script = python.parent / _NAME
    own = script if script.is_file() else python
    return quote(_near(own)) if own is script else f"{quote(_near(python))} -m conformance"


def _near(path: Path) -> str:
    """The path from the current folder, where it is below that."""
    whole = Path(os.path.abspath(path))
    here = Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(path)
