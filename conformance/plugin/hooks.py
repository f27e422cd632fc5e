"""The hooks that the suite calls: what follows a run (JUnit XML, GitHub, progress) knows the suite by these alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conformance.results.checker import Checker
    from conformance.results.gate import Gate
    from conformance.results.run import Run
    from conformance.results.subject import Subject


@pytest.hookspec
def pytest_conformance_example(checker: Checker, subject: Subject) -> None:
    """An example was played and judged, in the process that runs the tests."""


@pytest.hookspec
def pytest_conformance_finish(run: Run, gate: Gate, complete: bool) -> str | None:
    """The run has ended, in the process that writes the report; a line that is returned is shown above the gate's.

    `complete` tells whether it came to its end. The headline of `gate` is the last line of the run, which may say that
    it was interrupted.
    """
