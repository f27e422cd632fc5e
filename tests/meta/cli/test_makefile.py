"""The Makefile, as make itself reads it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.cli.commands import ROOT, plain_environment

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


def planned(folder: Path, *arguments: str, **variables: str) -> str:
    """What make would run for the environment."""
    environment = {name: value for name, value in plain_environment(**variables).items() if name != "MAKEFLAGS"}
    command = ["make", "--dry-run", ".venv/ready", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout whose environment is ready, made of the interpreter of this test."""
    for name in ("Makefile", "pyproject.toml", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    script(tmp_path / ".venv" / "bin" / "python", f'exec "{sys.executable}" "$@"')
    (tmp_path / ".venv" / "ready").touch()
    return tmp_path


def script(path: Path, line: str) -> Path:
    """An executable of one line of shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_same_interpreter_keeps_the_environment(folder: Path) -> None:
    """Without PYTHON, and with the interpreter that the environment has, nothing is made anew."""
    assert "-m venv" not in planned(folder)
    assert "-m venv" not in planned(folder, f"PYTHON={sys.executable}")


def test_another_interpreter_makes_the_environment_anew(folder: Path) -> None:
    """With PYTHON on the command line or in the environment, another interpreter makes it again."""
    other = str(script(folder / "other", "echo /elsewhere 3.99.0"))
    assert f"{other} -m venv --clear .venv" in planned(folder, f"PYTHON={other}")
    assert f"{other} -m venv --clear .venv" in planned(folder, PYTHON=other)
