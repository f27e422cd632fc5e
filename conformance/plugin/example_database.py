"""`--example-database WHERE`: what a random profile has found fails first in the next run.

A failing case is kept as JSON through Hypothesis' own `ExampleDatabase`, under a key for each test and target.
Hypothesis itself keeps choices, which an edit of the test or an upgrade makes worthless; a case stays what it is. What
passes again is taken out.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Generator

import pytest
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from conformance.cases.case import Case
from conformance.cases.case_json import DamagedCaseError, case_from_json, case_to_json
from conformance.paths import cache_folder
from conformance.plugin.markers import STORED, SUBJECT
from conformance.results.checker import Checker

_MOST_CASES = 20
"""As many are played of a test."""
_PLAYED = pytest.StashKey[list[Case]]()


def open_database(where: str | None) -> ExampleDatabase | None:
    """The database in a folder, or behind a `redis://` URL; by default in the user's cache folder, if he has one.

    Raises:
        ImportError: the package redis is not installed.
        ValueError: the URL is not one.
    """
    if where is None:
        try:
            return DirectoryBasedExampleDatabase(cache_folder() / "examples")
        except RuntimeError:
            return None
    if where.startswith(("redis://", "rediss://")):
        from hypothesis.extra.redis import RedisExampleDatabase
        from redis import Redis

        return RedisExampleDatabase(Redis.from_url(where))
    return DirectoryBasedExampleDatabase(where)


class StoredExamples:
    """Plays the cases that failed before ahead of a test's own, and keeps those that fail now."""

    def __init__(self, database: ExampleDatabase, target: str) -> None:
        """`target` tells one target from another: what one breaks, another may keep."""
        self._database, self._target = database, target
        self._works = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Fetch the cases of a test before its checker is made."""
        if SUBJECT in item.stash:
            item.stash[STORED] = tuple(self._cases(item))

    def _cases(self, item: pytest.Item) -> list[Case]:
        """The shortest first. What is not a case is left alone: it may be a newer suite's."""
        cases = []
        for value in sorted(self._fetched(item), key=lambda value: (len(value), value)):
            try:
                cases.append(case_from_json(json.loads(value)))
            except (ValueError, RecursionError, DamagedCaseError):
                continue
        return cases[:_MOST_CASES]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Play the stored cases before the test's own examples."""
        checker = checker_of(item)
        if checker is None:
            return
        for case in item.stash.get(STORED, ()):
            checker(case)
            item.stash.setdefault(_PLAYED, []).append(case)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Once the failing cases are as simple as they get, keep them, and forget what no longer fails."""
        checker = checker_of(item)
        if call.when == "call" and checker is not None:
            failing = {value_of(violation.trace.case) for violation in checker.violations.values()}
            for value in failing:
                self._try(self._database.save, self._key(item), value)
            for value in {value_of(case) for case in item.stash.get(_PLAYED, [])} - failing:
                self._try(self._database.delete, self._key(item), value)
        return (yield)

    def _key(self, item: pytest.Item) -> bytes:
        """The same in a checkout and in a wheel, and in every process."""
        return f"mediaconnect-conformance {self._target} {item.path.name}::{item.name}".encode()

    def _fetched(self, item: pytest.Item) -> list[bytes]:
        found: list[bytes] = []
        self._try(lambda key: found.extend(self._database.fetch(key)), self._key(item))
        return found

    def _try(self, action: Callable[..., None], *arguments: bytes) -> None:
        """A database that does not answer is one warning: the run goes on without it."""
        if not self._works:
            return
        try:
            action(*arguments)
        except Exception as error:
            self._works = False
            warnings.warn(f"the example database does not work: {type(error).__name__}: {error}", stacklevel=2)


def checker_of(item: pytest.Item) -> Checker | None:
    """The checker of a conformance test; None of any other test, and of one that was skipped."""
    checker = getattr(item, "funcargs", {}).get("check")
    return checker if isinstance(checker, Checker) else None


def value_of(case: Case) -> bytes:
    """The case as the database has it."""
    return json.dumps(case_to_json(case), sort_keys=True).encode()
