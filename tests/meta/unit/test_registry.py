"""The registry is complete, every rule is tested, and the parts of the suite depend on each other in one direction."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import strategies
import tests.conformance
from conformance.results.verdicts import RuleResult, Verdict
from conformance.rules import RULES
from conformance.rules.registry import Level, reference_page, rule
from conformance.spec.service import RESERVATION_MEMBERS
from conformance.targets.reference import Reference
from tests.meta.kills.harness import conformance_tests, examine_target, opened, verdicts

ROOT = Path(strategies.__file__).parents[1]
LONGEST_FILE = 400

IDS = {
    Level.MUST: {
        "wire": "purchase-status read-status reservation-members offering-members enums members-in-their-place "
        "currency",
        "errors": "modelled unknown-offering unknown-reservation malformed-arn arn-is-exact missing-parameter "
        "empty-parameter wrong-type malformed-body no-server-fault refusal-has-no-effect",
        "start-format": "accepts rejects-other-forms rejects-impossible",
        "start-window": "lower-bound-inclusive before-lower-bound upper-bound-inclusive after-upper-bound interior utc "
        "follows-the-clock",
        "end": "adds-duration keeps-time-of-day format month-end-consistent",
        "exclusivity": "second-refused refusal first-unchanged at-most-one-active held-until-end freed-from-end "
        "per-account concurrent",
        "reservation": "echoes-request copies-offering arn-unique describe-agrees list-agrees",
        "lifecycle": "initial-state active-until-end expired-from-end history-kept immutable isolated",
        "lists": "max-results max-results-range pages-cover-once bad-token offerings-agree",
    },
    Level.SHOULD: {
        "wire": "content-type",
        "errors": "arn-is-exact-in-case wrong-type-is-bad-request malformed-body-is-bad-request",
        "reservation": "arn-form",
        "names": "length characters unique",
        "lists": "default-page bad-token-refused",
    },
    Level.OBSERVE: {"exclusivity": "other-region", "lists": "offerings-while-active"},
}
KNOWN = {
    f"{topic}/{name}": level for level, topics in IDS.items() for topic, text in topics.items() for name in text.split()
}


@pytest.mark.parametrize("rule_id", KNOWN)
def test_a_rule_that_was_once_there_stays(rule_id: str) -> None:
    """Ids are stable: each of them is in the registry, at its level."""
    assert RULES[rule_id].level is KNOWN[rule_id]


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_says_what_it_is(rule_id: str) -> None:
    """A rule has a statement that is a sentence, a source, a level, operations that it uses, and classes of input."""
    one = RULES[rule_id]
    assert one.id == rule_id
    assert one.topic in {known.partition("/")[0] for known in KNOWN}
    assert one.statement[0].isupper() or one.statement.split()[0] in RESERVATION_MEMBERS
    assert one.statement.endswith(".")
    assert len(one.statement.split()) >= 5
    assert one.source.document in ("reference page", "service model", "user guide")
    assert one.source.section
    assert isinstance(one.level, Level)
    assert one.operations
    assert one.classes
    assert one.judge.__doc__ or one.judge.__module__ == "conformance.rules.shared_checks"


def test_an_id_is_taken_once() -> None:
    """No second rule can take an id."""
    with pytest.raises(ValueError, match="end/format is taken"):
        rule("end/format", Level.MUST, "A second one.", reference_page("End"))


@cache
def _on_the_reference() -> tuple[dict[str, Verdict], dict[str, RuleResult]]:
    with opened(Reference("us-east-1")) as target:
        run = examine_target(target, conformance_tests("smoke"))
    return verdicts(run), run.results


@pytest.mark.parametrize("rule_id", RULES)
def test_the_reference_passes_and_every_class_is_reached(rule_id: str) -> None:
    """Every rule has a conformance test, whose first examples reach every class that it declares, on the reference."""
    found, results = _on_the_reference()
    assert rule_id in results
    assert results[rule_id].failures == []
    assert {name for name in RULES[rule_id].classes if not results[rule_id].classes[name]} == set()
    assert found[rule_id] is Verdict.PASS


def test_conformance_tests_have_the_statement_of_one_rule() -> None:
    """Every conformance test has a docstring of one line that states what holds."""
    for test in conformance_tests("smoke"):
        assert test.function.__doc__, test.name
        assert "\n" not in test.function.__doc__, test.name


def _files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    """The full names that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_there_are_files_to_look_at() -> None:
    """The folders that the next tests look through are where they are thought to be."""
    assert len(_files("conformance")) > 50
    assert len(_files("conformance/rules")) > 10
    assert len(_files("strategies")) > 5
    assert Path(tests.conformance.__file__).parent == ROOT / "tests" / "conformance"


@pytest.mark.parametrize("path", _files("strategies"), ids=lambda path: path.name)
def test_strategies_draw_cases_and_know_no_more(path: Path) -> None:
    """Strategies know cases, mutations, instants and the service; nothing of models, rules, drivers or targets."""
    for name in _imports(path):
        assert not _within(name, "tests")
        known = [f"conformance.{part}" for part in ("case", "mutations", "instants", "service")]
        assert not _within(name, "conformance") or _within(name, *known), name


@pytest.mark.parametrize("path", _files("conformance"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_suite_knows_neither_strategies_nor_tests(path: Path) -> None:
    """The judgement does not depend on how examples are drawn: conformance imports neither strategies nor tests."""
    assert not [name for name in _imports(path) if _within(name, "strategies", "tests")]


@pytest.mark.parametrize("path", _files("conformance/rules"), ids=lambda path: path.name)
def test_rules_judge_traces_and_know_no_more(path: Path) -> None:
    """Rules know nothing of how a trace came about: no driver, caller, client, target, plugin or reference."""
    foreign = [f"conformance.{part}" for part in ("driver", "calling", "client", "targets", "plugin", "reference")]
    assert not [name for name in _imports(path) if _within(name, *foreign, "pytest", "boto3", "botocore", "hypothesis")]


@pytest.mark.parametrize("path", _files("conformance"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_time_is_read_in_one_place(path: Path) -> None:
    """Nothing but conformance/clock.py, and the reference on moto's clock, reads the time or waits."""
    if path.name == "clock.py" or "reference" in path.relative_to(ROOT).parts:
        return
    readings = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "sleep"}
    called = {
        f"{node.func.value.id}.{node.func.attr}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        if node.func.value.id in ("datetime", "date", "time") and node.func.attr in readings
    }
    assert called == set()
    assert not [name for name in _imports(path) if _within(name, "time")]


@pytest.mark.parametrize(
    "path",
    _files("conformance", "strategies", "tests/conformance", "tests/meta/emulator"),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_files_can_be_read_at_one_sitting(path: Path) -> None:
    """No file is longer than 400 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
