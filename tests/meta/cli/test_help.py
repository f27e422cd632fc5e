"""The help of the command: what each subcommand is for, with an example, and at once."""

import re
import subprocess
import sys

from conformance.command import SUBCOMMANDS


def test_help_texts_show_an_example() -> None:
    """Every help text names the subcommand and shows a command of it; the first one loads neither pytest nor boto3."""
    for name in SUBCOMMANDS:
        shown = subprocess.run(
            [sys.executable, "-m", "conformance", name, "--help"], capture_output=True, text=True, check=True
        )
        assert re.search(f"^Examples?:\n  mediaconnect-conformance {name} ", shown.stdout, re.MULTILINE), shown.stdout
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "conformance", "--help"], capture_output=True, text=True, check=True
    )
    assert all(f"  {name}" in shown.stdout for name in SUBCOMMANDS)
    loaded = {line.rpartition("|")[2].strip() for line in shown.stderr.splitlines()}
    assert "argparse" in loaded
    assert not {"pytest", "boto3", "hypothesis", "moto"} & loaded


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
