"""pytest's own --junitxml: the rules of each test as properties of its test case, and the run's as the suite's.

A test case has `rule`, the ids of its rules with a blank between them, and for each of them `level:<id>`, `source:<id>`
and `verdict:<id>`: what this test alone has found. The test suite has `target`, `profile`, `version` and `gate`. Names
and ids are the same on every target, so that reports line up.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from _pytest.junitxml import xml_key  # what record_testsuite_property takes too, which is of no use with pytest-xdist

from conformance import __version__
from conformance.plugin.markers import RESULTS, SUBJECT
from conformance.results.gate import Gate
from conformance.results.run import Run
from conformance.results.verdicts import RuleResult, Verdict, proven_failures, verdict_on
from conformance.rules import Rule


class JUnit:
    """Adds the properties; where there is no --junitxml nobody reads them."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self._config, self._run = config, run

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the rules of a test on its last report, which takes them to the controller of pytest-xdist."""
        if call.when == "teardown" and SUBJECT in item.stash:
            item.user_properties += self._properties(item.stash[SUBJECT].rules, item.stash.get(RESULTS, {}))
        return (yield)

    def _properties(self, rules: tuple[Rule, ...], results: dict[str, RuleResult]) -> Iterator[tuple[str, object]]:
        yield "rule", " ".join(rule.id for rule in rules)
        for rule in rules:
            yield f"level:{rule.id}", str(rule.level)
            yield f"source:{rule.id}", str(rule.source)
            yield f"verdict:{rule.id}", str(self._verdict(rule, results.get(rule.id)))

    def _verdict(self, rule: Rule, result: RuleResult | None) -> Verdict:
        """What one test has found; which equivalence classes the rule's other tests reach is not its concern."""
        results = {} if result is None else {rule.id: result}
        verdict, reason = verdict_on(rule, result, frozenset(), proven_failures(results))
        if verdict is Verdict.FAIL:
            verdict, _ = self._run.baseline.judge(rule, verdict, reason, result)
        return verdict

    def pytest_conformance_finish(self, run: Run, gate: Gate) -> None:
        """Name target, profile, version and the state of the gate, before pytest writes the file."""
        xml = self._config.stash.get(xml_key, None)
        if xml is None:
            return
        for name, value in (
            ("target", run.target.name),
            ("profile", run.profile),
            ("version", __version__),
            ("gate", gate.headline),
        ):
            xml.add_global_property(name, value)
