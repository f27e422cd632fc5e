"""In GitHub Actions: annotations at the end of a run or a replay, and the job summary."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.plugin.options import fail_on
from conformance.plugin.replay import fates_of
from conformance.replay.fate import Fate
from conformance.report.github import annotation, annotations_of, summary_of
from conformance.results.gate import Gate
from conformance.results.run import Run


def is_github() -> bool:
    """Whether this is a job of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


class GitHub:
    """Tells GitHub what a run has found; the one process that writes the report calls it."""

    def __init__(self, config: pytest.Config) -> None:
        self._closing = fail_on(config)
        self._lines: list[str] = []

    def pytest_conformance_finish(self, run: Run, gate: Gate) -> None:
        """Append the job summary, and keep the annotations for the end of the log."""
        self._lines = [*annotations_of(run, gate, self._closing), *_append_summary(summary_of(run, gate))]

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the annotations, each of which has to be a line of its own."""
        for said in fates_of(terminalreporter):
            if Fate(said["fate"]).closes_the_gate:
                message = f"{said['reason']}\n  saved     {said['file']}"
                self._lines.append(annotation("error", f"{said['fate']}: {said['rule']}", message))
        for line in self._lines:
            terminalreporter.write_line(line)


def _append_summary(text: str) -> list[str]:
    """Append to the job summary, where there is one; a line on what went wrong, as it is no reason to fail."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return []
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as opened:
            opened.write(text)
    except OSError as error:
        return [annotation("warning", "job summary", f"{file} cannot be written: {error.strerror}")]
    return []
