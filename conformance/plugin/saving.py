"""The saved cases of a run: written as its tests end, in the process that runs them, and named in the report."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.clock import monotonic
from conformance.plugin.markers import Subject
from conformance.plugin.replay_command import with_replay_here
from conformance.replay.folder import (
    add,
    case_file,
    clear_for,
    distinct,
    end_run,
    end_unfinished,
    keep,
    keep_unfinished,
)
from conformance.replay.saved_case import Scope, Violation, saved_case
from conformance.report.document import Run, TargetFacts
from conformance.results.checker import Checker

_UNFINISHED_EVERY = 1.0
"""Seconds between two writings of a failure that is being shrunk."""


def add_saving_options(group: pytest.OptionGroup) -> None:
    """Register --save-cases."""
    group.addoption(
        "--save-cases", metavar="DIR", help="write the failing cases there too, where nothing is ever deleted"
    )


def scope_of(subject: Subject, violation: Violation) -> Scope:
    """What the test reads at and takes, as it is saved."""
    operations = subject.operations
    return Scope(
        rules=tuple(rule.id for rule in subject.rules),
        operations=None if operations is None else tuple(sorted(operations)),
        needs=tuple(sorted(violation.rule.needs | subject.needs)),
    )


class Saving:
    """Writes failing cases into `cases` beside the report, and into the folder of --save-cases."""

    def __init__(self, config: pytest.Config, report_directory: Path) -> None:
        self._config = config
        self._folder = report_directory / "cases"
        given = config.getoption("--save-cases")
        self._also = Path(given) if given else None
        self._unfinished_until = 0.0
        # The same in every process of a run with pytest-xdist.
        self._run = str(getattr(config, "workerinput", {}).get("testrunuid", "")) or uuid.uuid4().hex

    def begin(self) -> None:
        """Take the files of earlier runs away. Raises OSError."""
        clear_for(self._folder, self._run)
        if self._also is not None:
            self._also.mkdir(parents=True, exist_ok=True)

    def keep_unfinished(self, examination: Checker, subject: Subject, target: TargetFacts) -> None:
        """Write what a test has found so far, now and then, while Hypothesis reads for something simpler."""
        if not examination.violations or monotonic() < self._unfinished_until:
            return
        for violation in examination.violations.values():
            saved = saved_case(violation, scope_of(subject, violation), target.name, target.kind, target.region)
            # What cannot be written is told when the test ends.
            with suppress(OSError):
                keep_unfinished(self._folder, saved)
        self._unfinished_until = monotonic() + _UNFINISHED_EVERY

    def keep(self, examination: Checker, subject: Subject, target: TargetFacts) -> Mapping[str, Path]:
        """Write what the examination of a test has found, and give the file of each rule that it broke.

        A folder that cannot be written any more is a warning.
        """
        files = {}
        for rule_id, violation in examination.violations.items():
            saved = saved_case(violation, scope_of(subject, violation), target.name, target.kind, target.region)
            try:
                files[rule_id] = keep(self._folder, saved)
                end_unfinished(self._folder, rule_id)
                if self._also is not None:
                    add(self._also, saved)
            except OSError as error:
                # What was found is in the report all the same.
                warnings.warn(f"the failing case of {rule_id} cannot be saved: {error}", stacklevel=2)
        self._unfinished_until = 0.0
        return files

    def settle(self, run: Run) -> None:
        """Order the failures as their files are, and let each message end in the command that replays it."""
        for rule_id, result in run.results.items():
            result.failures = [
                replace(
                    failure,
                    message=with_replay_here(self._config, failure.message, case_file(self._folder, rule_id, number)),
                    file=f"{self._folder.name}/{case_file(self._folder, rule_id, number).name}",
                )
                for number, failure in enumerate(distinct(result.failures))
            ]
        end_run(self._folder)
