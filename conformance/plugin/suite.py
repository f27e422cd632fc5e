"""A run of the conformance tests: the target of the run, verdicts from tests, and the report at the end."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, NoReturn

import pytest
from cattrs.preconf.json import make_converter

from conformance.clock import monotonic, utc_now
from conformance.execution.calls import TimeIsUpError
from conformance.plugin import options
from conformance.plugin.against import Against
from conformance.plugin.baseline import load_baseline, write_baseline
from conformance.plugin.budget import Budget
from conformance.plugin.choices import expected_profile, looks_for_choices
from conformance.plugin.closing import CLOSING, Closing
from conformance.plugin.compare_to import Earlier
from conformance.plugin.markers import RESULTS, STORED, SUBJECT, subject_of_item
from conformance.plugin.profiles import PROFILES
from conformance.plugin.saved_cases import cases_of
from conformance.plugin.saving import Saving
from conformance.plugin.selection import part_of
from conformance.plugin.session import OpenTarget, exit_status_of, facts_of, open_target
from conformance.plugin.shard import Shard
from conformance.plugin.workers import is_controller, is_worker, long_ones_first
from conformance.report.document import document
from conformance.report.failure_trace import failure_trace
from conformance.report.html import write_both
from conformance.results.allowance import Allowance, TestEndsError
from conformance.results.checker import Checker
from conformance.results.facts import TargetFacts
from conformance.results.gate import (
    DRY_RUN,
    INTERRUPTED,
    ExitStatus,
    Gate,
    GateRequirements,
    closed_by_the_tests_themselves,
    decide,
    first_line,
    gate_side_by_side,
)
from conformance.results.regression import gate_since
from conformance.results.run import Run
from conformance.results.subject import Subject
from conformance.results.verdicts import RuleResult
from conformance.targets.base import Target, TargetError
from conformance.testing import examples_of

_JSON = make_converter()


@dataclass(frozen=True)
class Carried:
    """What a test's report carries, as JSON, to the process that writes the report of the run."""

    results: dict[str, RuleResult]
    target: TargetFacts
    aborted: str
    calls: int


class RulesBrokenError(AssertionError):
    """Rules of a test are broken; the message is for people."""


class Suite:
    """The state of one run in one process; with pytest-xdist the controller's has what the workers' found."""

    def __init__(self, config: pytest.Config, target: Target, profile: str, shard: Shard | None = None) -> None:
        self._config = config
        self._target = target
        self._began = monotonic()
        seed = config.getoption("--hypothesis-seed", None)
        shown_seed = "derandomized" if not PROFILES[profile].random else str(seed if seed is not None else "random")
        self.budget = Budget(config, PROFILES[profile].max_time)
        self.run = Run(facts_of(target), profile, shown_seed, utc_now(), load_baseline(config))
        self.run.expected = expected_profile(config)
        self.run.max_time = self.budget.seconds
        self.run.shard = str(shard or "")
        self.run.part = part_of(config)
        self._directory = options.report_directory(config, options.folder_name(target.name, target.endpoint_url))
        self._saving = Saving(config, self._directory)
        self._open: OpenTarget | None = None
        self._checker: Checker | None = None
        self._simplified: set[str] = set()
        self._subject = Subject(())
        self._subjects: list[Subject] = []
        self._has_tests = False
        self._only_violations = True
        self._closing = options.fail_on(config)
        self.earlier = Earlier(config, self._closing)
        other = options.load_other_target(config, target)
        self.against = None if other is None else Against(other)
        self.run.against = None if self.against is None else self.against.found

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read which rules each test is of."""
        for item in items:
            subject = subject_of_item(item)
            if subject is not None:
                item.stash[SUBJECT] = subject

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """With pytest-xdist the tests are collected elsewhere, and the report is written here."""
        if is_controller(self._config) and self._config.getoption("--report-dir"):
            self._check_report_directory()

    @pytest.hookimpl(tryfirst=True)  # before pytest-xdist tells the order of the tests
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Open the target, once there are tests for it, in the process that runs them."""
        self._subjects = [item.stash[SUBJECT] for item in session.items if SUBJECT in item.stash]
        self._has_tests = bool(self._subjects)
        if not self._has_tests or self._config.option.collectonly:
            return
        self._check_report_directory()
        try:
            self._open = open_target(self._target, self.budget.open_until)
            if self.against is not None:
                self.against.open(self._open)
        except TargetError as error:
            self.run.aborted = str(error)
            # A worker must not exit: its tests are skipped, and their reports carry the reason to the controller.
            if not is_worker(self._config):
                pytest.exit(first_line(str(error)), exit_status_of(error))
        else:
            self.run.target = self._open.facts
            if self._open.buys_last:
                session.items.sort(key=lambda item: item.stash[SUBJECT].turn if SUBJECT in item.stash else 0)
            elif is_worker(self._config):
                long_ones_first(session.items)

    def _check_report_directory(self) -> None:
        directory = self._directory
        try:
            directory.mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=directory).close()  # of a name of its own: several workers try at the same time
            if not is_controller(self._config):
                self._saving.begin(self._rules_run())
        except OSError as error:
            self._has_tests = False
            pytest.exit(f"--report-dir {directory} cannot be written: {error.strerror}", ExitStatus.WRONG_COMMAND)

    def _rules_run(self) -> frozenset[str] | None:
        """The rules that a part of a run tests; None for a whole one, which tests all."""
        if not (self.run.part or self.run.shard):
            return None
        return frozenset(rule.id for subject in self._subjects for rule in subject.rules)

    @pytest.fixture
    def check(self, request: pytest.FixtureRequest) -> Iterator[Checker]:
        """Play a case on the target and judge its trace."""
        subject = request.node.stash[SUBJECT]
        if self._open is None:
            pytest.skip(self.run.aborted)
        allowance = self._allowance(request)
        facts = self._facts_for(request.node, self._open, subject, allowance)
        if subject.is_needless(facts):
            pytest.skip("for targets with a single account: with fresh ones every rule has better tests")
        if subject.for_profiles and not looks_for_choices(self._config):
            pytest.skip("looks for what the documents leave open, for --write-profile and --expect-profile")
        if subject.thorough and self.run.profile == "smoke":
            pytest.skip("looks for rare defects, which the profile smoke leaves to the others")
        results: dict[str, RuleResult] = {}
        request.node.stash[RESULTS] = results
        testable = subject.testable(facts, results)
        if not testable:
            verdict, reason = subject.obstacle(subject.rules[0], facts) or ("", "")
            pytest.skip(f"{verdict}: {reason}")
        self._subject = subject
        watch = self._config.hook.pytest_conformance_example
        self._checker = Checker(
            self._open.driver,
            testable,
            results,
            allowance=allowance,
            watch=lambda checker: watch(checker=checker, subject=subject),
            expected=self.run.expected,
            also=self.against.play if self.against else lambda _: None,
        )
        yield self._checker
        self._checker = None

    def _allowance(self, request: pytest.FixtureRequest) -> Allowance:
        """What the test may take, also of the time of the targets."""
        saved = (saved.case for saved in cases_of(request.node))
        explicit = (*examples_of(request.function), *saved, *request.node.stash.get(STORED, ()))
        allowance = self.budget.allowance(explicit)
        for one in (self._open, self.against):
            if one is not None:
                one.ask_until(allowance.explicit_until)
        return allowance

    def _facts_for(self, item: pytest.Item, target: OpenTarget, subject: Subject, allowance: Allowance) -> TargetFacts:
        try:
            self.run.target = target.facts_for(subject)
        except TimeIsUpError:
            item.stash[RESULTS] = {rule.id: RuleResult(tests=1, truncated=allowance.reason) for rule in subject.rules}
            pytest.skip(allowance.reason)
        except TargetError as error:
            self._give_up(item.session, str(error))
        return self.run.target

    def pytest_conformance_example(self, checker: Checker, subject: Subject) -> None:
        """Keep what was found, also where the run is killed meanwhile."""
        self._saving.keep_unfinished(checker, subject, self.run.target)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let a test end early, make simpler what it found, and fail it where its own rules are broken."""
        if SUBJECT not in item.stash:
            return (yield)
        checker = self._checker
        try:
            result = yield
        except TestEndsError as end:
            result = None
            if end.error is not None:
                return self._give_up(item.session, str(end.error))
        except TargetError as error:
            return self._give_up(item.session, str(error))
        if checker is not None:
            self._simplify(checker, item)
            self._fail_or_skip(checker)
        return result

    def _simplify(self, checker: Checker, item: pytest.Item) -> None:
        """Make the cases of rules simpler that no test of this process has found broken before."""
        found = {rule_id for rule_id, _ in checker.violations}
        try:
            checker.simplify(found - self._simplified)
        except TargetError as error:
            self._give_up(item.session, str(error))
        self._simplified |= found
        if self.against is not None:
            self.against.simplify(self._directory / "cases", self.run.target)

    def _fail_or_skip(self, checker: Checker) -> None:
        own = [checker.results[rule.id] for rule in checker.rules]
        failures = [failure for result in own for failure in result.failures[:1]]
        if failures:
            raise RulesBrokenError("\n".join(failure.message for failure in failures))
        reason = next((reason for result in own for reason in (*result.not_permitted, *result.blocked)), "")
        if not any(result.classes for result in own) and reason:
            pytest.skip(reason if any(result.not_permitted for result in own) else f"blocked by {reason}")

    def _give_up(self, session: pytest.Session, reason: str) -> NoReturn:
        self.run.aborted = reason
        session.shouldstop = reason
        pytest.skip(reason)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the results on the test's report, so that they reach the controller, and the message in its place."""
        report = yield
        if SUBJECT not in item.stash:
            return report
        results = item.stash.get(RESULTS, {})
        if call.when == "call" and self._checker is not None:
            self._save(self._checker, item.stash[SUBJECT])
        if call.when == "call" and call.excinfo is not None and call.excinfo.errisinstance(RulesBrokenError):
            self._present_failures(report, item.stash[SUBJECT], results)
        if call.when == "teardown":
            for result in results.values():
                result.finished = True
            shown = {rule_id: result for rule_id, result in results.items() if not result.is_empty()}
            calls = max((result.calls for result in results.values()), default=0)
            carrier: Any = report
            carrier.conformance = _JSON.dumps(Carried(shown, self.run.target, self.run.aborted, calls))
        return report

    def _save(self, checker: Checker, subject: Subject) -> None:
        """Write the failing cases of a test, and let the failures have their calls, as the report tells them."""
        self._saving.keep(checker, subject, self.run.target)
        for violation in checker.violations.values():
            checker.results[violation.rule.id].tell(violation, trace=failure_trace(violation))

    def _present_failures(self, report: Any, subject: Subject, results: dict[str, RuleResult]) -> None:
        broken = [rule for rule in subject.rules if rule.id in results and results[rule.id].failures]
        report.longrepr = "\n".join(results[rule.id].failures[0].message for rule in broken)
        report.shows_violation = True  # what else fails is a failure of the suite or of the machine
        texts = {rule.id: results[rule.id].failures[0].text for rule in broken}
        unknown = [rule for rule in broken if not self.run.baseline.covers(rule.id, texts[rule.id])]
        held = self.run.expected.broken(results)
        if not any(rule.level in self._closing or rule.id in held for rule in unknown):
            # Known, or below the level that closes the gate: shown, but no failure of the run.
            report.outcome = "skipped"
            why = f"level {unknown[0].level}" if unknown else "known"
            report.wasxfail = f"{why}: {results[broken[0].id].failures[0].problem}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the results in, from this process or a worker's; any other failure closes the gate by itself."""
        if report.failed and not hasattr(report, "shows_violation"):
            self._only_violations = False
        carried = getattr(report, "conformance", None)
        if carried is None:
            return
        found = _JSON.loads(carried, Carried)
        self._has_tests = True
        self.run.target = found.target
        self.run.aborted = self.run.aborted or found.aborted
        self.run.calls += found.calls
        for rule_id, result in found.results.items():
            self.run.add(rule_id, result)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the report, also of an interrupted run, and set the exit status."""
        if not self._has_tests or self._config.option.collectonly:
            return
        self._take_in_unfinished_test()
        if self._open is not None:
            self._open.target.close()
        if self.against is not None:
            self.against.close()
        if is_worker(self._config):
            return
        if self._only_violations and not self._config.option.usepdb:
            self._config.option.tbstyle = "no"
        gate = self._write_report(interrupted=exitstatus == pytest.ExitCode.INTERRUPTED and not self.run.aborted)
        aborted = bool(self.run.aborted) and exitstatus != ExitStatus.WRONG_COMMAND
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or aborted:
            session.exitstatus = gate.status

    def _take_in_unfinished_test(self) -> None:
        """What the test showed that was interrupted, if one was."""
        if self._checker is not None:
            self._save(self._checker, self._subject)
            self.run.calls += self._checker.calls
            for rule_id, result in self._checker.results.items():
                self.run.add(rule_id, result)

    def _write_report(self, *, interrupted: bool) -> Gate:
        """Write all files of the run, and keep what is said of it at the end; gives whether the gate is open."""
        complete = not interrupted and not self.run.aborted
        self._saving.settle(self.run)
        baseline_written = write_baseline(self._config, self.run, complete=complete)
        gate = INTERRUPTED if interrupted else self.gate()
        seconds = monotonic() - self._began
        write_both(self._directory, document(self.run, gate, complete=complete, duration_seconds=seconds))
        lines = self._config.hook.pytest_conformance_finish(run=self.run, gate=gate, complete=complete)
        page = self._directory / "report.html"
        traceback = self.run.aborted.partition("\n")[2]
        closing = [line for line in (traceback, baseline_written, *lines, f"report: {page}") if line]
        self._config.stash[CLOSING] = Closing(self.run, tuple(closing), gate)
        return gate

    def gate(self) -> Gate:
        """Whether the gate is open; a dry run decides none."""
        if self._config.getoption("--dry-run") and not self.run.aborted:
            return DRY_RUN
        verdicts = [(rule, verdict) for rule, verdict, _ in self.run.verdicts()]
        lost = () if self.run.shard else self.run.lost_rules()
        required = self.run.baseline.require is not None or bool(self.run.shard)
        requirements = GateRequirements(lost, self.run.part, required, self.run.held)
        gate = decide(verdicts, self._closing, self.run.target.missing, self.run.aborted, requirements)
        if self.against is not None:
            telling = [one.problem for one in self.against.found.telling]
            gate = gate_side_by_side(gate, telling, self.against.found.other)
        changes = self.earlier.changes(self.run)
        gate = gate if changes is None else gate_since(gate, changes, self.run.part)
        return gate if self._only_violations else closed_by_the_tests_themselves(gate)

    def pytest_report_header(self) -> list[str]:
        """Name the target and the profile."""
        where = f" at {self._target.endpoint_url}" if self._target.endpoint_url else ""
        return [f"mediaconnect-conformance: target {self._target.name}{where}, profile {self.run.profile}"]
