"""No run waits for good for a worker that does not begin, or falls silent: another one takes its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.meta.cli.commands import Judged, judge, run_suite

_WATCHED = ("--rule", "wire/purchase-status", "--workers", "2", "-p", "tests.meta.cli.frozen_worker")


def _frozen(report_dir: Path, freeze: str, begin_seconds: float = 20) -> Judged:
    return judge(report_dir, *_WATCHED, FREEZE=freeze, BEGIN_SECONDS=f"{begin_seconds}")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Give a run in which no worker is frozen."""
    return _frozen(tmp_path_factory.mktemp("healthy"), "none", 300)


@pytest.mark.parametrize(
    ("freeze", "said"),
    [("first words", "had not begun after"), ("begin", "had not begun after"), ("test", "gave no sign of life for")],
)
def test_a_frozen_worker_is_replaced(tmp_path: Path, healthy: Judged, freeze: str, said: str) -> None:
    """One line says so; exit status, verdicts and counts of tests are those of a run without it."""
    ended = _frozen(tmp_path, freeze)
    assert len(ended.lines_with(f"mediaconnect-conformance: worker gw0 {said}")) == 1, ended.output
    assert ended.lines_with("1 worker was lost and replaced"), ended.output
    assert (ended.status, ended.verdicts) == (healthy.status, healthy.verdicts), ended.output
    assert "failed" not in ended.output


def test_workers_that_never_begin(tmp_path: Path) -> None:
    """After four lost workers the run ends with 3, and one line says what runs without workers."""
    ended = run_suite(
        *("--report-dir", str(tmp_path), "--profile", "smoke", *_WATCHED), FREEZE="every", BEGIN_SECONDS="0.5"
    )
    assert ended.status == 3, ended.output
    assert ended.lines_with("the workers do not answer: "), ended.output
    assert ended.lines_with("--workers 1 runs without any")
    assert "Traceback" not in ended.output


def test_a_worker_that_leaves(tmp_path: Path) -> None:
    """A worker that ends before it has named its tests ends the run with 3 and one line: the others wait for it."""
    ended = run_suite(
        *("--report-dir", str(tmp_path), "--profile", "smoke", *_WATCHED), FREEZE="leave", BEGIN_SECONDS="300"
    )
    assert ended.status == 3, ended.output
    assert ended.lines_with("worker gw0 ended with status 4 before it had a test"), ended.output
    assert "Traceback" not in ended.output


def test_the_folder_is_tried_under_no_name_of_its_own(tmp_path: Path) -> None:
    """Whether the folder of the report can be written is found out without a file that two workers would share."""
    (tmp_path / ".writable").mkdir()
    assert _frozen(tmp_path, "none", 300).status == 0
