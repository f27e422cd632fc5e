"""The options --baseline, --require and --write-baseline; as a plugin, what they say at the end of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.clock import utc_now
from conformance.replay.folder import check_writable
from conformance.results.baseline import Baseline, BaselineError, baseline_of_file, with_required
from conformance.results.gate import ExitStatus
from conformance.results.run import Run

_NOT_WRITTEN = pytest.StashKey[bool]()


def load_baseline(config: pytest.Config) -> Baseline:
    """The baseline of --baseline; an empty one without it.

    Raises:
        pytest.UsageError: the file cannot be read or is not a baseline, or that of --write-baseline cannot be written.
    """
    output = config.getoption("--write-baseline")
    if output:
        try:
            if Path(output).exists():
                Path(output).open("a").close()
            else:
                check_writable(Path(output).parent)
        except OSError as error:
            raise pytest.UsageError(f"--write-baseline {output} cannot be written: {error.strerror}") from None
    file = config.getoption("--baseline")
    try:
        baseline = baseline_of_file(file) if file else Baseline()
    except BaselineError as error:
        raise pytest.UsageError(f"--baseline {error}") from None
    try:
        return with_required(baseline, config.getoption("--require"))
    except BaselineError as error:
        raise pytest.UsageError(f"--require {error}") from None


def write_baseline(config: pytest.Config, run: Run, *, complete: bool) -> str:
    """Write the file of --write-baseline, if it is asked for, and give a line that says so."""
    file = config.getoption("--write-baseline")
    if not file:
        return ""
    if not complete:
        return f"--write-baseline {file} was not written: the run did not come to its end"
    text, summary = run.new_baseline()
    try:
        Path(file).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        config.stash[_NOT_WRITTEN] = True
        return f"--write-baseline {file} cannot be written: {error.strerror}"
    return f"{file}: {summary}"


def pytest_conformance_finish(run: Run) -> str | None:
    """Tell which entries of the baseline expire soon."""
    return "\n".join(run.baseline.expiring(utc_now().date())) or None


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A baseline that was asked for and could not be written is a wrong command."""
    if _NOT_WRITTEN in session.config.stash:
        session.exitstatus = ExitStatus.WRONG_COMMAND
