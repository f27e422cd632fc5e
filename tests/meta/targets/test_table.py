"""The reference is loaded only where it is the target: another moto on the path is nobody's business elsewhere."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conformance.targets.table import TARGETS, TargetOptions, make_target
from tests.meta.cli.commands import ROOT, plain_environment, suite_command
from tests.meta.emulator import RightEmulator, serve


@pytest.fixture
def broken_moto(tmp_path: Path) -> Path:
    """A folder with a moto that cannot be imported."""
    (tmp_path / "moto").mkdir()
    (tmp_path / "moto" / "__init__.py").write_text("raise ImportError('another moto')\n")
    return tmp_path


def _run_with(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the suite in a process of its own, with a folder first on its path."""
    environment = plain_environment(PYTHONPATH=str(folder))
    return subprocess.run(
        suite_command(*options), cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_another_moto_hurts_no_other_target(broken_moto: Path) -> None:
    """An endpoint is probed, though moto on the path cannot even be imported."""
    with serve(RightEmulator()) as served:
        ended = _run_with(broken_moto, "--endpoint-url", served.endpoint_url, "--probe")
    assert ended.returncode == 0, ended.stderr
    assert "operations: ListOfferings" in ended.stdout


def test_another_moto_is_told_where_it_matters(broken_moto: Path) -> None:
    """The reference itself needs the moto that it extends, and says so in one line."""
    ended = _run_with(broken_moto, "--target", "reference", "--probe")
    assert ended.returncode == 4, ended.stdout
    assert "--target reference needs moto, which it extends: another moto" in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


@pytest.mark.parametrize("name", ["reference", "reference-http"])
def test_the_reference_is_a_target_all_the_same(name: str) -> None:
    """Its names are in the table, and make it."""
    assert name in TARGETS
    assert make_target(TargetOptions(name)).name == name
