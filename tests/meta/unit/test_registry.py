"""The registry is complete, every rule is tested, and the parts of the suite depend on each other in one direction."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.report import choices_page, rules_page
from conformance.report.tests_of_rules import made_for
from conformance.rules import RULES
from conformance.rules.choices import CHOICES
from conformance.rules.registry import Premise, Rule, rule
from conformance.spec.demands import Cause

ROOT = Path(__file__).parents[3]
LONGEST_FILE = 400
PACKAGES = ["spec", "cases", "targets", "execution", "rules", "results", "replay", "report", "plugin", "command"]
OF_NO_PACKAGE = {"clock", "paths", "__version__"}
"""What everything may import, as it imports nothing of the suite."""
ALLOWED_BESIDE = {
    "report": {"testing"},
    "plugin": {"testing", "command_line"},
    "command": {"testing", "command_line"},
    "recording": {"recording", "spec", "cases", "targets", "execution", "rules", "results"},
    "reference": {"reference"},
    "testing.py": {"spec", "cases", "targets", "rules", "results"},
    "__main__.py": {"command"},
}
"""What stands beside the packages on the road, or is of more than one."""
WITH_REFERENCE = {"targets/reference.py": "the embedded target", "command/serve.py": "serves it"}
OWN_CLOCK = {"clock.py": "the one place", "replay/standalone.py": "runs where the suite is not installed"}


def test_ids_are_unique() -> None:
    """Every rule stands under its own id, and a second rule cannot take it."""
    assert [one.id for one in RULES.values()] == list(RULES)
    first = next(iter(RULES.values()))
    with pytest.raises(ValueError, match="taken"):
        rule(first.id, first.level, first.statement, first.source)


@pytest.mark.parametrize("one", RULES.values(), ids=RULES)
def test_a_source_has_its_page(one: Rule) -> None:
    """A rule names the page that it comes from, and when or in which version that was read."""
    assert one.source.url.startswith("https://")
    assert one.source.read
    assert one.statement.endswith(".")


@pytest.mark.parametrize("one", RULES.values(), ids=RULES)
def test_a_source_has_words(one: Rule) -> None:
    """A rule quotes its source, or says how it follows from it."""
    assert one.source.quote or one.source.derived


@pytest.mark.parametrize(
    "cause", [cause for cause in Cause if cause is not Cause.LEFT_OPEN], ids=lambda cause: cause.name
)
def test_a_cause_has_one_rule(cause: Cause) -> None:
    """For every reason to refuse a request there is exactly one rule."""
    assert len([one for one in RULES.values() if one.cause is cause]) == 1


@pytest.mark.parametrize("premise", Premise, ids=lambda premise: premise.name)
def test_a_premise_has_one_rule(premise: Premise) -> None:
    """Every premise is kept by exactly one rule."""
    assert len([one for one in RULES.values() if one.premise is premise]) == 1


def test_what_is_left_open_has_no_rule() -> None:
    """No rule demands what the documents leave open."""
    assert not [one for one in RULES.values() if one.cause is Cause.LEFT_OPEN]


def test_every_rule_has_tests() -> None:
    """Each rule names a test that is made for it."""
    assert [rule_id for rule_id in RULES if not made_for(rule_id)] == []


def _files(*folders: str) -> list[Path]:
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert len(found) > 5
    return found


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path: Path) -> Iterator[str]:
    """The full names that a file imports."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _parts(path: Path) -> Iterator[str]:
    """The parts of the suite that a file imports."""
    for name in _imports(path):
        if name.partition(".")[0] == "conformance":
            yield name.split(".")[1]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


SUITE = _files("conformance")


@pytest.mark.parametrize("path", SUITE, ids=_name)
def test_rule_ids_are_written_in_rules_alone(path: Path) -> None:
    """Outside of conformance/rules a rule is named as an object, by no text that a change of ids would miss."""
    texts = {node.value for node in ast.walk(_tree(path)) if isinstance(node, ast.Constant)}
    ids = {text for text in texts if isinstance(text, str) and text in RULES}
    assert ids == set() or path.parent.name == "rules"


@pytest.mark.parametrize("path", SUITE, ids=_name)
def test_imports_go_one_way(path: Path) -> None:
    """A package imports only those before it, and the reference only where it is the target."""
    within = path.relative_to(ROOT / "conformance").as_posix()
    package = within.partition("/")[0]
    assert not [name for name in _imports(path) if name.partition(".")[0] in ("strategies", "tests")]
    before = PACKAGES[: PACKAGES.index(package) + 1] if package in PACKAGES else []
    with_reference = {"reference"} if within in WITH_REFERENCE else set()
    assert set(_parts(path)) <= {*before, *OF_NO_PACKAGE, *ALLOWED_BESIDE.get(package, ()), *with_reference}


def test_the_reference_stands_alone() -> None:
    """The embedded reference takes nothing from the suite that judges it."""
    assert {part for path in _files("conformance/reference") for part in _parts(path)} <= {"reference"}


def _readings(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


@pytest.mark.parametrize("path", [*SUITE, *_files("strategies")], ids=_name)
def test_the_time_is_read_in_one_place(path: Path) -> None:
    """Nothing but conformance/clock.py reads the time; the reference goes by moto's clock."""
    within = _name(path).removeprefix("conformance/")
    if within not in OWN_CLOCK:
        assert not {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"} & {*_readings(path)}
        assert within.startswith("reference/") or not [one for one in _imports(path) if one.endswith(".utcnow")]


@pytest.mark.parametrize("path", _files("conformance", "strategies", "tests/conformance"), ids=_name)
def test_files_can_be_read_at_one_sitting(path: Path) -> None:
    """No file is longer than 400 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_the_page_of_rules_is_the_registrys() -> None:
    """docs/rules.md and docs/choices.md are what `make rules` writes."""
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rules_page.page(RULES.values()), "docs/rules.md is stale: make rules"
    page = (ROOT / "docs" / "choices.md").read_text(encoding="utf-8")
    assert page == choices_page.page(CHOICES.values()), "docs/choices.md is stale: make rules"
