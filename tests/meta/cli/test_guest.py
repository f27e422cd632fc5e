"""A good guest: the installed wheel changes nothing for anybody else's pytest, and leaves nothing but reports."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.meta.cli.commands import plain_environment
from tests.meta.cli.installed import Archives, Installed, install

FOREIGN_TEST = """
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

@pytest.mark.rule("of their own")
@given(st.integers())
def test_theirs(request, number):
    assert settings.default.max_examples == 7
    assert settings.get_current_profile_name() == "gate"
    assert request.config.getoption("--target") == "of their own"
"""
FOREIGN_CONFTEST = """
from hypothesis import settings

settings.register_profile("gate", max_examples=7)
settings.load_profile("gate")

def pytest_addoption(parser):
    parser.addoption("--target")
    parser.addoption("--profile")
"""
FOREIGN_INI = "[pytest]\naddopts = --strict-markers\nmarkers = rule(name): a marker of their own\n"
FOREIGN_PLUGIN = """
def pytest_addoption(parser):
    parser.addoption("--replay", help="as pytest-replay has it")
    parser.addoption("--workers", help="as pytest-parallel has it")
"""


@pytest.fixture(scope="module")
def beside_others(archives: Archives, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Give the installed wheel, beside a plugin of somebody else that has options of the same names."""
    installed = install(archives, tmp_path_factory.mktemp("beside-others"))
    (packages,) = installed.environment.glob("lib/python*/site-packages")
    (packages / "theirs.py").write_text(FOREIGN_PLUGIN, encoding="utf-8")
    described = packages / "theirs-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n", encoding="utf-8")
    (described / "entry_points.txt").write_text("[pytest11]\ntheirs = theirs\n", encoding="utf-8")
    return installed


def _pytest(installed: Installed, folder: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed.python, "-m", "pytest", *options],
        cwd=folder,
        env=plain_environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.proof
def test_a_foreign_project(beside_others: Installed, tmp_path: Path) -> None:
    """Its options, markers, profiles and a malformed AWS_ENDPOINT_URL are its own; there is no header of the suite."""
    (tmp_path / "test_theirs.py").write_text(FOREIGN_TEST, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(FOREIGN_CONFTEST, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(FOREIGN_INI, encoding="utf-8")
    ended = _pytest(beside_others, tmp_path, "--target", "of their own", "--replay", "x", AWS_ENDPOINT_URL="not a URL")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "mediaconnect" not in ended.stdout
    loaded = _pytest(beside_others, tmp_path, "--trace-config", "--target", "of their own").stdout
    assert "conformance.plugin" not in loaded


@pytest.mark.proof
def test_a_run_beside_foreign_plugins(beside_others: Installed, tmp_path: Path) -> None:
    """The command runs where others have options of its names, keeps pytest's own, and leaves nothing but reports."""
    cache = tmp_path / "cache"
    folder = tmp_path / "project"
    folder.mkdir()
    for options in (("-k", "test_end", "-x"), ("--lf", "-k", "test_end")):
        ended = subprocess.run(
            [beside_others.command, "run", "--profile", "smoke", "-q", "--workers", "1", *options],
            cwd=folder,
            env=plain_environment(XDG_CACHE_HOME=str(cache)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert re.search(r"^[1-9]\d* passed", ended.stdout, re.MULTILINE), ended.stdout
    assert [path.name for path in folder.iterdir()] == ["reports"]
    assert [path.name for path in cache.iterdir()] == ["mediaconnect-conformance"]


@pytest.mark.parametrize("option", ["--rootdir=x", "-c", "--pyargs"])
def test_an_option_that_cannot_be_kept(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What means nothing for tests that are installed elsewhere is named in one line, with status 4."""
    from conformance.command import main

    with pytest.raises(SystemExit) as ended:
        main(["run", option])
    assert ended.value.code == 4
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{option.partition('=')[0]} cannot be kept" in said
