"""The help of the command: what each subcommand is for, with an example, and at once."""

import re
import subprocess
import sys

from conformance.command import SUBCOMMANDS
from conformance.plugin.budget import GRACE
from conformance.plugin.profiles import PROFILES
from conformance.targets.http import WAIT_SECONDS
from conformance.targets.table import TARGETS


def test_help_texts_show_an_example() -> None:
    """Every help text names the subcommand and shows a command of it; none loads anything that takes its time."""
    for name in SUBCOMMANDS:
        shown = _help(name)
        assert re.search(f"^Examples?:\n  mediaconnect-conformance {name} ", shown, re.MULTILINE), shown
    assert all(f"  {name}" in _help() for name in SUBCOMMANDS)


def _help(*subcommand: str) -> str:
    """The help text; it takes a tenth of a second, as it loads next to nothing."""
    command = [sys.executable, "-X", "importtime", "-m", "conformance", *subcommand, "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in shown.stderr.splitlines()}
    assert "argparse" in loaded
    assert not {"pytest", "boto3", "botocore", "hypothesis", "moto", "yaml", "jinja2"} & loaded
    return shown.stdout


def test_help_of_run_says_what_holds() -> None:
    """What the help says of targets, profiles and seconds is what counts."""
    shown = " ".join(_help("run").split())
    assert all(f"{name}," in shown for name in TARGETS)
    assert all(name in shown for name in PROFILES)
    assert f"out of service ({WAIT_SECONDS:g})" in shown
    assert f"for {GRACE:g} seconds more at most" in shown


def test_a_misspelt_option() -> None:
    """It is one line with the option that is nearest, and where to read on, with status 4."""
    ended = subprocess.run(
        [sys.executable, "-m", "conformance", "run", "--endpoint", "http://localhost:1"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 4
    said = [line for line in (ended.stdout + ended.stderr).splitlines() if line]
    assert said == [
        "ERROR: unrecognized arguments: --endpoint http://localhost:1; did you mean --endpoint-url? "
        "(mediaconnect-conformance run --help)"
    ]
