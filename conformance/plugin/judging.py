"""`pytest --judge FILE...`: recordings are judged in the place of a target, and each rule is a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.clock import monotonic, utc_now
from conformance.execution.recordings.opening import open_recording
from conformance.execution.recordings.reading import Recordings, files_of
from conformance.execution.recordings.recorded import RecordingError
from conformance.plugin.baseline import load_baseline, write_baseline
from conformance.plugin.choices import expected_profile
from conformance.plugin.closing import CLOSING, Closing
from conformance.plugin.plain_item import PlainFailureError, PlainItem
from conformance.plugin.purchases import settle_seconds
from conformance.plugin.workers import is_controller, is_worker
from conformance.report.judged import PROFILE, facts_of, gate_of, run_of, save_cases, write_report
from conformance.results.gate import ExitStatus
from conformance.results.judgement import Judgement
from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from conformance.rules import RULES, Level, Rule


class Judging:
    """A run that judges recordings: collects the rules in the place of all else, and writes the report."""

    def __init__(self, config: pytest.Config, closing: frozenset[Level], directory: Path) -> None:
        """Raises pytest.UsageError for what cannot be read."""
        if is_worker(config) or is_controller(config):
            raise pytest.UsageError("--judge judges in one process: it does not go with -n")
        self._config, self.closing, self._directory = config, closing, directory
        self._began = monotonic()
        try:
            self.files = files_of(map(Path, config.getoption("--judge")))
            for file in self.files:
                open_recording(file)
        except RecordingError as error:
            raise pytest.UsageError(f"--judge {error}") from None
        self._recordings = Recordings(
            self.files, config.getoption("--judge-account"), config.getoption("--region") or ""
        )
        self._judgement = Judgement(
            config.getoption("--judge-complete"), settle_seconds(config) or 0.0, expected=expected_profile(config)
        )
        self._started = Run(
            facts_of(self._recordings, self._judgement), PROFILE, "none", utc_now(), load_baseline(config),
            expected=self._judgement.expected,
        )  # fmt: skip
        self._run: Run | None = None
        config.args = [str(self.files[0])]

    @property
    def run(self) -> Run:
        """What the recordings come to; they are judged when it is first asked for."""
        if self._run is None:
            try:
                for session in self._recordings.sessions():
                    self._judgement.judge(session)
            except RecordingError as error:
                pytest.exit(f"--judge {error}", ExitStatus.WRONG_COMMAND)
            facts = facts_of(self._recordings, self._judgement)
            self._run = run_of(self._judgement, facts, self._started)
            save_cases(self._judgement, self._run, self._directory, self._also)
        return self._run

    @property
    def _also(self) -> Path | None:
        given = self._config.getoption("--save-cases")
        return Path(given) if given else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect the rules, once, under the first of the files."""
        if file_path.resolve() != self.files[0].resolve():
            return None
        collected: RecordingFile = RecordingFile.from_parent(parent, path=file_path)
        collected.judging = self
        return collected

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the report, and set the exit status to that of the gate."""
        if self._run is None or self._config.option.collectonly:
            return
        gate = gate_of(self._run, self.closing)
        try:
            write_report(self._run, gate, self._directory, monotonic() - self._began)
        except OSError as error:
            pytest.exit(f"--report-dir {self._directory} cannot be written: {error.strerror}", ExitStatus.WRONG_COMMAND)
        baseline_written = write_baseline(self._config, self._run, complete=True)
        lines = self._config.hook.pytest_conformance_finish(run=self._run, gate=gate, complete=True)
        closing = [line for line in (baseline_written, *lines, f"report: {self._directory / 'report.html'}") if line]
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = gate.status
        self._config.stash[CLOSING] = Closing(self._run, tuple(closing), gate)

    def pytest_report_header(self) -> list[str]:
        """Name the recordings, and say that nothing is sent."""
        return [f"mediaconnect-conformance: judging {', '.join(file.name for file in self.files)}; nothing is sent"]


class RecordingFile(pytest.File):
    """The recordings of one run."""

    judging: Judging

    def collect(self) -> Iterator[pytest.Item]:
        """One item a rule."""
        for rule in RULES.values():
            item: RuleItem = RuleItem.from_parent(self, name=rule.id)
            item.judging, item.rule = self.judging, rule
            yield item


class RuleItem(PlainItem):
    """A rule as a test: failed where it is broken, skipped where the recording does not show it."""

    judging: Judging
    rule: Rule

    def runtest(self) -> None:
        """Fail where the rule closes the gate; what is known, or below that level, is an expected failure."""
        run = self.judging.run
        verdict, reason = next((verdict, reason) for rule, verdict, reason in run.verdicts() if rule is self.rule)
        self.user_properties += [("rule", self.rule.id), (f"verdict:{self.rule.id}", str(verdict))]
        if verdict is Verdict.FAIL:
            message = "\n".join(failure.message for failure in run.failures(self.rule.id)) or reason
            if self.rule.level in self.judging.closing or self.rule.id in run.held:
                raise PlainFailureError(message)
            pytest.xfail(f"level {self.rule.level}: {message.partition(chr(10))[0]}")
        if verdict is Verdict.KNOWN:
            pytest.xfail(f"known: {reason}")
        if verdict is not Verdict.PASS:
            pytest.skip(f"{verdict}: {reason}")
