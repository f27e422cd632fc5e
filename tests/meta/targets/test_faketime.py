"""--clock faketime:FILE: the months of a process that runs under libfaketime, and what is said where it does not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conformance.rules import RULES
from conformance.targets.faketime import FaketimeError, FaketimeFile
from tests.meta.cli.commands import ROOT, free_port, judge, run_suite, serving

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
MINISTACK = ROOT / ".venv-ministack" / "bin" / "ministack"

needs_libfaketime = pytest.mark.skipif(
    not LIBRARIES, reason="libfaketime is not installed: apt-get install libfaketime (make packages)"
)


@contextmanager
def under_faketime(command: list[str], port: int, file: Path, **variables: str) -> Iterator[str]:
    """Run a server under libfaketime, as the documentation says."""
    file.write_text("+0\n")
    faketime = {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": "UTC",
    }
    with serving(command, port, **faketime, **variables) as url:
        yield url


@needs_libfaketime
def test_every_month_can_be_had_of_a_process_under_libfaketime(tmp_path: Path) -> None:
    """On the served reference no rule lacks a clock, none fails, and the file is as it was."""
    file, port = tmp_path / "now", free_port()
    command = [sys.executable, "-m", "conformance.reference", "--port", str(port)]
    with under_faketime(command, port, file) as url:
        judged = judge(tmp_path, "--endpoint-url", url, "--clock", f"faketime:{file}")
    assert judged.status == 0, judged.output
    assert set(judged.verdicts.values()) == {"pass"}
    assert f"libfaketime: reads {file}" in judged.report["target"]["found"]
    assert file.read_text() == "+0\n"


@needs_libfaketime
def test_ministack_keeps_time_by_the_file(tmp_path: Path) -> None:
    """MiniStack, which knows no control API, follows the file; what it lacks is named, not blamed on the clock."""
    if not MINISTACK.exists():
        pytest.skip("MiniStack is not installed: make .venv-ministack/ready")
    file, port = tmp_path / "now", free_port()
    with under_faketime([str(MINISTACK)], port, file, GATEWAY_PORT=str(port)) as url:
        judged = judge(tmp_path, "--endpoint-url", url, "--clock", f"faketime:{file}")
    assert "clock" in judged.report["target"]["capabilities"]
    reasons = {rule["id"]: rule["reason"] for rule in judged.report["rules"]}
    with_clock = [rule.id for rule in RULES.values() if "clock" in rule.needs]
    assert {reasons[rule_id] for rule_id in with_clock} == {"the target does not implement PurchaseOffering"}


def test_a_target_that_does_not_follow_the_file_is_told(tmp_path: Path) -> None:
    """A process without libfaketime ends the run with status 4 and one line on how to start it."""
    file, port = tmp_path / "now", free_port()
    file.write_text("+0\n")
    with serving([sys.executable, "-m", "conformance.reference", "--port", str(port)], port) as url:
        ended = run_suite("--endpoint-url", url, "--clock", f"faketime:{file}", "--report-dir", str(tmp_path))
    assert ended.status == 4, ended.output
    assert ended.lines_with("and the target's Date")
    assert ended.lines_with(f"FAKETIME_TIMESTAMP_FILE={file}")
    assert "Traceback" not in ended.output
    assert file.read_text() == "+0\n"


def test_the_file_must_be_there(tmp_path: Path) -> None:
    """A file that does not exist is not made, as nothing would read it."""
    with pytest.raises(FaketimeError, match="cannot be read: No such file"):
        FaketimeFile(tmp_path / "none")


def test_the_file_has_the_time_in_utc(tmp_path: Path) -> None:
    """A time that stands still is written as libfaketime reads it, and what was there before comes back."""
    file = tmp_path / "now"
    file.write_text("@2030-01-01 00:00:00\n")
    clock = FaketimeFile(file)
    clock.set(datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC))
    assert file.read_text() == "2028-02-29 23:59:59\n"
    clock.restore()
    assert file.read_text() == "@2030-01-01 00:00:00\n"
