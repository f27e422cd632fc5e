"""The saved cases of a run: written as its tests end, in the process that runs them, and named in the report."""

from __future__ import annotations

import uuid
import warnings
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.clock import monotonic
from conformance.replay.folder import add, clear_for, end_run, end_unfinished, file_of, keep, keep_unfinished
from conformance.replay.replay_command import replay_command
from conformance.replay.saved_case import Scope, saved_case
from conformance.results.checker import Checker
from conformance.results.facts import TargetFacts
from conformance.results.failure import Failure, Violation
from conformance.results.run import Run
from conformance.results.subject import Subject

_UNFINISHED_EVERY = 1.0
"""Seconds between two writings of a failure that is being shrunk."""
_OF_THE_TARGET = (
    "--target",
    "--endpoint-url",
    "--control-url",
    "--region",
    "--accounts",
    "--clock",
    "--expect-profile",
)
"""Options without which a case would not be played on the same target."""


def scope_of(subject: Subject, violation: Violation) -> Scope:
    """What the test was made for and needs, as it is saved; of a rule that it found beside, that rule alone."""
    if violation.rule not in subject.rules:
        return Scope(rules=(violation.rule.id,))
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

    def begin(self, rules: frozenset[str] | None = None) -> None:
        """Take the files of earlier runs away: all, or those of the rules that are tested. Raises OSError."""
        clear_for(self._folder, self._run, rules)
        if self._also is not None:
            self._also.mkdir(parents=True, exist_ok=True)

    def keep_unfinished(self, checker: Checker, subject: Subject, target: TargetFacts) -> None:
        """Write what a test has found so far, now and then, while it goes on."""
        if not checker.violations or monotonic() < self._unfinished_until:
            return
        for violation in checker.violations.values():
            # What cannot be written is told when the test ends.
            with suppress(OSError):
                keep_unfinished(self._folder, saved_case(violation, scope_of(subject, violation), target))
        self._unfinished_until = monotonic() + _UNFINISHED_EVERY

    def keep(self, checker: Checker, subject: Subject, target: TargetFacts) -> None:
        """Write what a test has found. A folder that cannot be written any more is a warning."""
        for violation in checker.violations.values():
            rule_id = violation.rule.id
            saved = saved_case(violation, scope_of(subject, violation), target)
            try:
                keep(self._folder, saved)
                end_unfinished(self._folder, rule_id)
                if self._also is not None:
                    add(self._also, saved)
            except OSError as error:
                # What was found is in the report all the same.
                warnings.warn(f"the failing case of {rule_id} cannot be saved: {error}", stacklevel=2)
        self._unfinished_until = 0.0

    def settle(self, run: Run) -> None:
        """Name in each failure that proves something its file, and the command that replays it."""
        for rule_id, result in run.results.items():
            proven = run.failures(rule_id)
            result.failures = [self._named(failure) if failure in proven else failure for failure in result.failures]
        end_run(self._folder)

    def _named(self, failure: Failure) -> Failure:
        file = file_of(self._folder, failure.rule, failure.case)
        if file is None:
            return failure
        command = replay_command(file, _options_of_the_target(self._config))
        return replace(failure, file=f"{self._folder.name}/{file.name}", replay=command)


def _options_of_the_target(config: pytest.Config) -> dict[str, str]:
    """What the target is takes no more words than it took in this run."""
    given = {option: config.getoption(option) for option in _OF_THE_TARGET}
    return {option: value for option, value in given.items() if value not in (None, "auto")}
