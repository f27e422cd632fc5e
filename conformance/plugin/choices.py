"""The options --write-profile and --expect-profile: what a target chose where the documents leave a choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.replay.folder import check_writable
from conformance.results.choices import ChoiceProfile, ProfileError, profile_of_file, profile_text
from conformance.results.gate import ExitStatus
from conformance.results.run import Run


def expected_profile(config: pytest.Config) -> ChoiceProfile:
    """The profile of --expect-profile; an empty one without it. Raises pytest.UsageError where it is none."""
    file = config.getoption("--expect-profile")
    try:
        return profile_of_file(file) if file else ChoiceProfile()
    except ProfileError as error:
        raise pytest.UsageError(f"--expect-profile {error}") from None


def looks_for_choices(config: pytest.Config) -> bool:
    """Whether the tests that are made for choices alone are run."""
    return bool(config.getoption("--write-profile") or config.getoption("--expect-profile"))


class ProfileFile:
    """Writes the file of --write-profile at the end of a run that came to its end."""

    def __init__(self, config: pytest.Config) -> None:
        """Raises pytest.UsageError where the file cannot be written."""
        self._file = config.getoption("--write-profile")
        self._status: ExitStatus | None = None
        if self._file:
            try:
                check_writable(Path(self._file).parent)
            except OSError as error:
                raise pytest.UsageError(f"--write-profile {self._file} cannot be written: {error.strerror}") from None

    def pytest_conformance_finish(self, run: Run, complete: bool) -> str | None:
        """Write the choices of a whole run, and give a line on what became of it; None where nobody asked for them."""
        if not self._file:
            return None
        if not complete:
            return f"--write-profile {self._file} was not written: the run did not come to its end"
        where = f" at {run.target.endpoint_url}" if run.target.endpoint_url else ""
        try:
            Path(self._file).write_text(
                profile_text(run.results, f"{run.target.name}{where}"), encoding="utf-8", newline="\n"
            )
        except OSError as error:
            self._status = ExitStatus.WRONG_COMMAND
            return f"--write-profile {self._file} cannot be written: {error.strerror}"
        return f"{self._file}: {len(run.observations())} choices"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A profile that was asked for and could not be written is a wrong command."""
        if self._status is not None:
            session.exitstatus = self._status
