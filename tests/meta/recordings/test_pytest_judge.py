"""`pytest -p conformance.plugin --judge FILE...`: each rule is a test with its verdict."""

from pathlib import Path

import pytest

from tests.meta.cli.commands import run_suite
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator
from tests.meta.recordings.judging import write
from tests.meta.tools.recorded_play import RecordedPlay


def _recording(folder: Path, emulator: RightEmulator) -> str:
    made = RecordedPlay(emulator).at("2026-03-15T10:30:00Z").offer(1).walk().buy("first").show().page().buy("second")
    return str(write(folder, made.kept))


def test_each_rule_is_a_test(tmp_path: Path) -> None:
    """What is broken fails with the suite's message, what is kept passes, and all else is skipped with the reason."""
    file = _recording(tmp_path, MUTANTS["purchase-answers-ok"]())
    ended = run_suite("--judge", file, "--report-dir", str(tmp_path / "report"), "-v", "-rs")
    assert ended.status == 1
    assert ended.lines_with("::wire/purchase-status FAILED") or ended.lines_with("wire/purchase-status FAILED")
    assert ended.lines_with("wire/read-status PASSED")
    assert ended.lines_with("not-testable: not recorded")
    assert ended.lines_with("wire/purchase-status: answered PurchaseOffering with 200")
    assert (tmp_path / "report" / "report.json").exists()


def test_right_traffic_and_its_profile(tmp_path: Path) -> None:
    """The gate is open, and what was chosen is written where that is asked for."""
    profile = tmp_path / "own.toml"
    options = ("--report-dir", str(tmp_path / "report"), "--write-profile", str(profile))
    ended = run_suite("--judge", _recording(tmp_path, RightEmulator()), *options)
    assert ended.status == 0, ended.output
    assert ended.lines_with("the gate is open")
    assert 'choice = "lifecycle/initial-state"' in profile.read_text()


def test_a_baseline_that_fails_to_be_written(tmp_path: Path) -> None:
    """A disk that is full at the end is one line too, and status 4."""
    options = ("--report-dir", str(tmp_path / "report"), "--write-baseline", "/dev/full")
    ended = run_suite("--judge", _recording(tmp_path, RightEmulator()), *options)
    told = ended.lines_with("--write-baseline /dev/full cannot be written: No space left on device")
    assert (ended.status, len(told)) == (4, 1), ended.output


@pytest.mark.parametrize("content", ["", "nothing", '{"log": {"entries": [{'])
def test_file_that_is_no_recording(content: str, tmp_path: Path) -> None:
    """One line names it, and the status is 4."""
    file = tmp_path / "other.har"
    file.write_text(content)
    ended = run_suite("--judge", str(file), "--report-dir", str(tmp_path / "report"))
    assert (ended.status, bool(ended.lines_with(f"--judge {file}: "))) == (4, True)
