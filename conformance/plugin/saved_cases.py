"""`--cases FILE_OR_DIR` and what `--save-cases DIR` has: saved cases that are played before everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.plugin.example_database import checker_of
from conformance.plugin.markers import SUBJECT
from conformance.plugin.replay import Named, read_case, read_cases
from conformance.replay.fate import obstacle_to, tries_of
from conformance.replay.saved_case import SavedCase
from conformance.results.checker import Checker
from conformance.results.run import Run
from conformance.rules import RULES

_PROPERTY = "saved-case:"
_CASES = pytest.StashKey[tuple[Named, ...]]()


def cases_of(item: pytest.Item) -> tuple[SavedCase, ...]:
    """The saved cases that a test plays first."""
    return tuple(named.saved for named in item.stash.get(_CASES, ()))


class SavedCases:
    """Gives each saved case to one test of its rule, and plays it there."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        """Read the cases. Raises pytest.UsageError where a file is missing, damaged or not of this suite."""
        cases = read_cases(config.getoption("--cases"), "--cases")
        kept = config.getoption("--save-cases")
        for file in sorted(Path(kept).glob("*.json")) if kept else ():
            cases.setdefault(file.resolve(), Named(str(file), read_case(file, "--save-cases")))
        self._cases = tuple(cases.values())
        self._run = run
        self._played: dict[str, str] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Find the test for each case; one whose rule has no test among those that were selected is not played."""
        for named in self._cases:
            item = _test_of(named.saved, session.items)
            if item is not None:
                item.stash[_CASES] = (*item.stash.get(_CASES, ()), named)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Play the cases of a test before its own examples."""
        checker = checker_of(item)
        if checker is None:
            return
        for named in item.stash.get(_CASES, ()):
            if RULES[named.saved.rule] in checker.rules and not obstacle_to(named.saved, self._run.target):
                self._play(named, checker, item)

    def _play(self, named: Named, checker: Checker, item: pytest.Item) -> None:
        """Play a case as often as it may take, and mark the failures of its rule where it shows that broken.

        Raises:
            TestEndsError: as the checker does.
        """
        try:
            for _ in range(tries_of(named.saved.case)):
                checker(named.saved.case)
                if named.saved.rule in checker.broken_by_last:
                    break
        finally:
            failed = named.saved.rule in checker.broken_by_last
            result = checker.results[named.saved.rule]
            if failed:
                # Whatever failures there are yet, earlier saved cases showed them.
                result.failures = [
                    failure if failure.saved else replace(failure, saved=named.file) for failure in result.failures
                ]
            item.user_properties.append((f"{_PROPERTY}{named.file}", "failed" if failed else "passed"))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count them, in this process or a worker of pytest-xdist."""
        if report.when == "call":
            self._played.update(
                (name.removeprefix(_PROPERTY), str(outcome))
                for name, outcome in report.user_properties
                if name.startswith(_PROPERTY)
            )

    def pytest_conformance_finish(self) -> str | None:
        """Say how many were played, and which failed."""
        if not self._cases:
            return None
        failing = sorted(file for file, outcome in self._played.items() if outcome == "failed")
        failed = f"failed: {', '.join(failing)}" if failing else "none failed"
        return f"saved cases: {len(self._played)} of {len(self._cases)} were played first, {failed}"


def _test_of(saved: SavedCase, items: Sequence[pytest.Item]) -> pytest.Item | None:
    """The test that found the case, as far as its rules tell, or else the first one of its rule."""
    of_rule: dict[tuple[str, ...], pytest.Item] = {}
    for item in items:
        if SUBJECT in item.stash:
            rules = tuple(rule.id for rule in item.stash[SUBJECT].rules)
            if saved.rule in rules:
                of_rule.setdefault(rules, item)
    return of_rule.get(saved.scope.rules) or next(iter(of_rule.values()), None)
