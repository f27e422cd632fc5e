"""The benchmark measures what it says; the figures themselves are in docs/benchmark.md."""

import subprocess
import sys

import pytest

from tests.meta.cli.bench import PAGE, kept_of
from tests.meta.cli.commands import ROOT, plain_environment


@pytest.mark.proof
def test_the_page_has_every_part() -> None:
    """A quick benchmark gives both comparisons, both blocks, both lengths of life and the profile, with the calls."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.meta.cli.bench", "--quick"],
        cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    rows = [line.strip("| ").split(" | ") for line in ended.stdout.splitlines() if line.startswith("| ")]
    firsts = [row[0] for row in rows]
    assert [first for first in firsts if not first.startswith("---")] == [
        "bare", "in process", "over HTTP", "examples", "20", "40", "reservations", "1", "2", "profile", "smoke",
    ]  # fmt: skip
    ratios = [float(row[column]) for row in rows if row[0] in ("in process", "over HTTP") for column in (3, 6)]
    assert all(0.5 < ratio < 20 for ratio in ratios), ratios
    assert rows[firsts.index("2")][1] == "6"
    assert int(rows[-1][1]) > 1_000


def test_what_other_commands_measured_stays() -> None:
    """A page that is written anew keeps the section below its own."""
    section = "\n## Measured by other commands\n\nA line.\n"
    assert kept_of(f"# Benchmark\n\nOld figures.\n{section}") == section
    assert kept_of("# Benchmark\n") == ""
    assert kept_of(PAGE.read_text(encoding="utf-8"))
