"""The option --compare-to."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from conformance.plugin.selection import part_of, rules_matching
from conformance.report.reading import ReportError, read_report
from conformance.results.regression import Changes, changes_since
from conformance.results.run import Run
from conformance.rules import Level


class Earlier:
    """The verdicts of the earlier run, and what has changed since; empty without --compare-to."""

    def __init__(self, config: pytest.Config, closing: frozenset[Level]) -> None:
        """Raises pytest.UsageError where the report cannot be read."""
        file = config.getoption("--compare-to")
        self.verdicts: Mapping[str, str] | None = None
        self._closing = closing
        # Of a rule that --rule names every test is run, unless something else selects as well.
        rules = config.getoption("--rule")
        is_whole = part_of(config) == ", ".join(f"--rule {pattern}" for pattern in rules)
        self._selected = rules_matching(rules) if rules and is_whole else frozenset[str]()
        if file:
            try:
                self.verdicts = {rule["id"]: rule["verdict"] for rule in read_report(file)["rules"]}
            except ReportError as error:
                raise pytest.UsageError(f"--compare-to {error}") from None

    def changes(self, run: Run) -> Changes | None:
        """What has changed; None where there is nothing to compare with."""
        if self.verdicts is None:
            return None
        verdicts = [(rule, verdict) for rule, verdict, _ in run.verdicts()]
        selected = self._selected if run.part or run.shard else None
        return changes_since(self.verdicts, verdicts, self._closing, selected)

    def pytest_conformance_finish(self, run: Run) -> str | None:
        """A line for each kind of change; None where nothing has changed, or there is nothing to compare with."""
        changes = self.changes(run)
        return "\n".join(changes.lines) or None if changes else None
