"""Which conformance tests are made for a rule."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import FunctionType

from conformance.cases.case import Case
from conformance.paths import conformance_tests
from conformance.results.subject import Subject
from conformance.testing import examples_of, subject_of


@dataclass(frozen=True)
class ConformanceTest:
    """A test, named as pytest names it, with what its `checks` and its `examples` say."""

    name: str
    subject: Subject
    examples: tuple[Case, ...]
    statement: str


def made_for(rule_id: str) -> tuple[ConformanceTest, ...]:
    """The tests that are made for a rule, those for a single account last."""
    found = [test for test in _all_tests() if any(rule.id == rule_id for rule in test.subject.rules)]
    return tuple(sorted(found, key=lambda test: (test.subject.single, test.subject.thorough, len(test.subject.rules))))


@cache
def _all_tests() -> tuple[ConformanceTest, ...]:
    return tuple(_found())


def _found() -> Iterator[ConformanceTest]:
    folder = conformance_tests()
    package = "conformance.suite" if folder.name == "suite" else "tests.conformance"
    for info in pkgutil.iter_modules([str(folder)]):
        module = importlib.import_module(f"{package}.{info.name}")
        for name, function in vars(module).items():
            subject = subject_of(function) if isinstance(function, FunctionType) else None
            if subject is not None:
                statement = (inspect.getdoc(function) or "").partition("\n")[0]
                yield ConformanceTest(f"{info.name}.py::{name}", subject, examples_of(function), statement)
