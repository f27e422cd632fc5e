"""The registry, and the house: sources, causes, premises, the direction of imports."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import tests.conformance
from conformance.rules import RULES, Level, Rule
from conformance.rules.registry import Premise
from conformance.spec.demands import Cause
from conformance.testing import subject_of

ROOT = Path(__file__).parents[3]
ROAD = ("spec", "cases", "targets", "execution", "rules", "results", "replay", "report", "plugin", "command")
APART = {"clock", "paths", "testing", "__version__", "reference", "recording"}
RETURNS = {
    ("targets", "execution"),  # the driver's calls find out what a target has
    ("targets", "plugin"),  # options of purchases
    ("targets", "command"),
    ("report", "plugin"),
}


def _modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return found | {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}


@pytest.mark.parametrize("rule", RULES.values(), ids=str)
def test_the_source_of_a_rule(rule: Rule) -> None:
    """It names document, section, page and version, and has the words, or the argument where it is derived."""
    source = rule.source
    assert source.document
    assert source.section
    assert source.url.startswith("https://")
    assert source.read
    assert source.quote or source.derived or rule.level is not Level.MUST


def test_causes_and_premises() -> None:
    """Each cause of a refusal but what is left open, and each premise, has exactly one rule."""
    causes = [rule.cause for rule in RULES.values() if rule.cause]
    assert sorted(causes, key=str) == sorted(set(causes), key=str)
    # Who sees what of another account is the matter of lifecycle/isolated, which judges what is shown.
    assert set(Cause) - set(causes) == {Cause.LEFT_OPEN, Cause.OTHER_ACCOUNT}
    premises = [rule.premise for rule in RULES.values() if rule.premise]
    assert len(premises) == len(set(premises))
    assert set(premises) == set(Premise)


def test_every_rule_has_a_test() -> None:
    """Write a test for it in tests/conformance, with `@checks` and the rule's object."""
    checked: set[str] = set()
    for module in pkgutil.iter_modules(tests.conformance.__path__):
        for function in vars(importlib.import_module(f"tests.conformance.{module.name}")).values():
            subject = subject_of(function) if callable(function) and hasattr(function, "__dict__") else None
            checked |= {rule.id for rule in subject.rules} if subject else set()
    assert checked == RULES.keys()


@pytest.mark.parametrize("path", [p for p in _modules("conformance") if "rules" not in p.parts], ids=lambda p: p.name)
def test_no_rule_is_named_by_a_string(path: Path) -> None:
    """Outside of `rules` a rule is named by its object."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert strings & RULES.keys() == set()


@pytest.mark.parametrize("folder", ROAD)
def test_imports_go_up_the_road(folder: str) -> None:
    """A module imports its own folder and those before it on the road, and nothing of the reference."""
    permitted = {*ROAD[: ROAD.index(folder) + 1], *APART}
    for path in _modules(f"conformance/{folder}"):
        parts = {name.split(".")[1] for name in _imports(path) if name.startswith("conformance.")}
        returns = {part for part in parts - permitted if (folder, part) not in RETURNS}
        assert returns == set(), path.name


def test_the_reference_knows_nothing_of_the_suite() -> None:
    """It imports nothing of the suite but its clock."""
    for path in _modules("conformance/reference"):
        names = {name for name in _imports(path) if name.startswith("conformance.")}
        assert {name for name in names if not name.startswith(("conformance.reference", "conformance.clock"))} == set()


@pytest.mark.parametrize("path", [*_modules("conformance"), *_modules("strategies")], ids=lambda path: path.name)
def test_time_is_read_in_one_place(path: Path) -> None:
    """No module but the clock asks for the current time; and none is longer than 400 lines."""
    text = path.read_text(encoding="utf-8")
    if path.name != "clock.py" and path.parent.name != "reference":  # the reference reads the clock of moto
        assert "datetime.now(" not in text
        assert "utcnow(" not in text
    assert len(text.splitlines()) <= 400
