"""Several runs side by side: the matrix of rules against targets, and what each target chose where it may choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.results.gate import JUDGED
from conformance.results.verdicts import Verdict
from conformance.rules.choices import is_binding

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One run. `name` is distinct among the columns; `note` says why its verdicts may not be the last word."""

    name: str
    endpoint_url: str | None
    region: str
    suite_version: str
    profile: str
    started: str
    summary: Mapping[str, int]
    headline: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A rule against the columns: verdict and reason of each, None where a report lacks the rule."""

    rule_id: str
    level: str
    statement: str
    cells: tuple[tuple[str, str] | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the targets differ in their verdict; what is inconclusive or was not run tells nothing."""
        return len({cell[0] for cell in self.cells if cell} - {Verdict.INCONCLUSIVE, Verdict.NOT_RUN}) > 1

    @property
    def contradicts(self) -> bool:
        """Whether one keeps what another breaks, or lacks: what was not judged in one of them tells nothing."""
        found = {cell[0] for cell in self.cells if cell}
        return Verdict.PASS in found and bool(found & {Verdict.FAIL, Verdict.KNOWN, Verdict.NOT_IMPLEMENTED})


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """What each column's target does where the documents leave a choice; empty where that was not observed."""

    name: str
    cells: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether two targets that were observed chose otherwise."""
        return len({cell for cell in self.cells if cell}) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """The matrix: rules and choices in the order of the reports."""

    columns: tuple[Column, ...]
    rules: tuple[VerdictRow, ...]
    choices: tuple[ChoiceRow, ...]

    @property
    def has_differences(self) -> bool:
        """Whether two columns differ, in a verdict or in a choice; the texts of messages do not count."""
        chosen = any(row.differs and is_binding(row.name) for row in self.choices)
        return chosen or any(row.contradicts for row in self.rules)


def compare(reports: Sequence[Mapping[str, Any]]) -> Comparison:
    """The comparison of reports, one column each, in their order.

    Raises:
        ValueError: there is no report.
    """
    if not reports:
        raise ValueError("nothing to compare: there is no report")
    names = _distinct_names(reports)
    columns = tuple(_column(name, report) for name, report in zip(names, reports, strict=True))
    by_id = [{rule["id"]: rule for rule in report["rules"]} for report in reports]
    rules = [_verdicts(rule_id, by_id) for rule_id in dict.fromkeys(rule_id for one in by_id for rule_id in one)]
    observed = dict.fromkeys(rule_id for report in reports for rule_id in report["observations"])
    choices = [ChoiceRow(name, tuple(_choice(report, name) for report in reports)) for name in sorted(observed)]
    # Texts of messages are many: only what differs in them tells anything.
    choices = [row for row in choices if row.differs or is_binding(row.name)]
    return Comparison(columns, tuple(rules), tuple(choices))


@dataclass(frozen=True, slots=True)
class Regressions:
    """What one report fails that an earlier one passes, with the problem, by rule id; and what it no longer judges."""

    before: str
    after: str
    failing: Mapping[str, str]
    lost: tuple[str, ...]


def regressions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Regressions:
    """The regressions from one report to another."""
    passed = [rule["id"] for rule in before["rules"] if rule["verdict"] == Verdict.PASS]
    now = {rule["id"]: rule for rule in after["rules"]}
    failing = {one: _problem(now[one]) for one in passed if now.get(one, {}).get("verdict") == Verdict.FAIL}
    lost = tuple(one for one in passed if now.get(one, {}).get("verdict") not in JUDGED)
    names = _distinct_names((before, after))
    return Regressions(names[0], names[1], failing, lost)


def _problem(rule: Mapping[str, Any]) -> str:
    return str(rule["failures"][0]["problem"]) if rule["failures"] else str(rule["reason"])


def _verdicts(rule_id: str, by_id: Sequence[Mapping[str, Mapping[str, Any]]]) -> VerdictRow:
    found = [rules.get(rule_id) for rules in by_id]
    rule = next(rule for rule in found if rule is not None)
    cells = tuple(None if one is None else (str(one["verdict"]), str(one["reason"])) for one in found)
    return VerdictRow(rule_id, rule["level"], rule["statement"], cells)


def _choice(report: Mapping[str, Any], rule_id: str) -> str:
    return str(report["observations"].get(rule_id, ""))


def _column(name: str, report: Mapping[str, Any]) -> Column:
    target, suite = report["target"], report["suite"]
    counts = Counter(rule["verdict"] for rule in report["rules"])
    return Column(
        name=name,
        endpoint_url=target.get("endpoint_url"),
        region=target["region"],
        suite_version=suite["version"],
        profile=suite["profile"],
        started=report["started"],
        summary={str(verdict): counts[verdict] for verdict in Verdict},
        headline=str((report.get("gate") or {}).get("headline", "")),
        note="" if report["complete"] else "the run did not come to its end",
    )


def _distinct_names(reports: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of the targets; those that are the same with the endpoint, then the start of the run, then a number."""
    names = [str(report["target"]["name"]) for report in reports]
    for more in (
        [report["target"].get("endpoint_url") for report in reports],
        [report["started"] for report in reports],
    ):
        counts = Counter(names)
        names = [
            f"{name} {word}" if word and counts[name] > 1 else name for name, word in zip(names, more, strict=True)
        ]
    counts, seen = Counter(names), Counter[str]()
    for number, name in enumerate(names):
        seen[name] += 1
        names[number] = name if counts[name] == 1 else f"{name} ({seen[name]})"
    return names
