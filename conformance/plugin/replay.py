"""`pytest --replay FILE_OR_DIR`: saved cases as tests, played without Hypothesis, with one line on each at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from conformance.cases.case_json import DamagedCaseError
from conformance.plugin.against import Against
from conformance.plugin.choices import expected_profile
from conformance.plugin.plain_item import PlainFailureError, PlainItem
from conformance.plugin.session import OpenTarget, exit_status_of, open_target
from conformance.replay.fate import Fate, Replayed, fate_of, obstacle_to, tries_of
from conformance.replay.saved_case import DIFFERENCE, SavedCase, read_saved_case
from conformance.results.allowance import TestEndsError
from conformance.results.checker import Checker
from conformance.results.choices import NO_PROFILE, ChoiceProfile
from conformance.results.gate import ExitStatus
from conformance.rules import RULES
from conformance.targets.base import Target, TargetError


@dataclass(frozen=True, slots=True)
class Named:
    """A saved case and its file, as it was named."""

    file: str
    saved: SavedCase


def read_cases(paths: list[str], option: str) -> dict[Path, Named]:
    """The saved cases of files and folders, by file; those of a folder in the order of their names, folders in it too.

    `option` is where they were named.

    Raises:
        pytest.UsageError: a path does not exist or holds no case, or a file is damaged or not of this suite.
    """
    cases: dict[Path, Named] = {}
    for given in paths:
        path = Path(given)
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not files:
            raise pytest.UsageError(f"{option} {given}: the folder has no saved case")
        for file in files:
            cases[file.resolve()] = Named(str(file), read_case(file, option))
    return cases


def read_case(file: Path, option: str) -> SavedCase:
    """The saved case of one file. Raises pytest.UsageError as `read_cases` does."""
    try:
        return read_saved_case(file.read_text(encoding="utf-8"))
    except DamagedCaseError as error:
        raise pytest.UsageError(f"{option} {file}: {error}") from None
    except UnicodeDecodeError:
        raise pytest.UsageError(f"{option} {file}: not JSON: it is not UTF-8") from None
    except OSError as error:
        raise pytest.UsageError(f"{option} {file}: {error.strerror}") from None


def play_again(target: OpenTarget, saved: SavedCase, expected: ChoiceProfile = NO_PROFILE) -> Replayed:
    """Play a saved case as its test would have, held to a profile, and say what has become of it.

    Raises:
        TargetError: the target is gone.
    """
    target.settle_accounts()
    obstacle = obstacle_to(saved, target.facts)
    if obstacle:
        return Replayed(Fate.NOT_TESTABLE, obstacle)
    checker = Checker(target.driver, tuple(RULES[rule] for rule in saved.scope.rules), expected=expected)
    try:
        for _ in range(tries_of(saved.case)):
            checker(saved.case)
            if checker.results[saved.rule].failures:
                break
    except TestEndsError as end:
        if end.error is not None:
            raise end.error from None
    return fate_of(saved, checker.results)


class Replay:
    """A run that plays saved cases: collects them in the place of all else, and reports on each."""

    def __init__(self, config: pytest.Config, target: Target, other: Target | None = None) -> None:
        """`other` is the target of --against."""
        self.cases = read_cases(config.getoption("--replay"), "--replay")
        self._config, self._target = config, target
        self._expected = expected_profile(config)
        self._against = None if other is None else Against(other)
        self._open: OpenTarget | None = None
        self._aborted = ""
        config.args = [str(path) for path in self.cases]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect the saved cases that were named."""
        if file_path.resolve() not in self.cases:
            return None
        collected: CaseFile = CaseFile.from_parent(parent, path=file_path)
        collected.replay = self
        return collected

    def play(self, path: Path) -> Replayed:
        """Play one case. Raises TargetError where the target is gone."""
        if self._open is None:
            self._open = self._opened()
        saved = self.cases[path.resolve()].saved
        if saved.rule != DIFFERENCE:
            return play_again(self._open, saved, self._expected)
        if self._against is None:
            return Replayed(Fate.NOT_TESTABLE, "a difference of two targets needs --against URL")
        return self._against.play_again(self._open, saved)

    def _opened(self) -> OpenTarget:
        try:
            return open_target(self._target)
        except TargetError as error:
            self._aborted = str(error)
            pytest.exit(self._aborted, exit_status_of(error))

    def give_up(self, session: pytest.Session, reason: str) -> NoReturn:
        """End the run where the target went away."""
        self._aborted = reason
        session.shouldstop = reason
        pytest.skip(reason)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Give the target back; nothing that was played is undecided."""
        if self._open is not None:
            self._open.target.close()
        if self._against is not None:
            self._against.close()
        if self._aborted and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED):
            session.exitstatus = ExitStatus.NOT_JUDGED

    def pytest_report_header(self) -> list[str]:
        """Tell how many cases are played on which target."""
        where = f" at {self._target.endpoint_url}" if self._target.endpoint_url else ""
        return [f"mediaconnect-conformance: replay of {len(self.cases)} cases, target {self._target.name}{where}"]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line on each case, by file."""
        fates = fates_of(terminalreporter)
        if not fates:
            return
        terminalreporter.section("mediaconnect-conformance: replay")
        for said in fates:
            reason = said["reason"].partition("\n")[0]
            terminalreporter.write_line(f"{said['fate']}  {said['file']}  {reason or said['rule']}")


def fates_of(terminalreporter: pytest.TerminalReporter) -> list[dict[str, str]]:
    """What became of each saved case that was replayed, by file: `file`, `rule`, `fate` and `reason`."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    properties = [dict(getattr(report, "user_properties", ())) for report in reports]
    fates = {said["file"]: said for said in properties if "fate" in said}
    return [fates[file] for file in sorted(fates)]


class CaseFile(pytest.File):
    """A file with a saved case."""

    replay: Replay

    def collect(self) -> Iterator[pytest.Item]:
        """One item, by the name of the rule."""
        named = self.replay.cases[self.path.resolve()]
        item: CaseItem = CaseItem.from_parent(self, name=named.saved.rule)
        item.replay, item.file = self.replay, named.file
        yield item


class CaseItem(PlainItem):
    """A saved case as a test: failed where it fails still or otherwise, skipped where it is not testable."""

    replay: Replay
    file: str

    def runtest(self) -> None:
        """Play the case, and keep its fate as properties of the test."""
        try:
            replayed = self.replay.play(self.path)
        except TargetError as error:
            self.replay.give_up(self.session, str(error))
        self.user_properties += [
            ("file", self.file),
            ("rule", self.name),
            ("fate", str(replayed.fate)),
            ("reason", replayed.reason),
        ]
        if replayed.fate.closes_the_gate:
            raise PlainFailureError(f"{replayed.fate}: {replayed.reason}")
        if replayed.fate is Fate.NOT_TESTABLE:
            pytest.skip(replayed.headline)
