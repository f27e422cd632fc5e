"""The strategies as a library: what it exports, its documentation, its examples, and how fast it draws."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import strategies
from conformance.cases import case as cases
from conformance.cases.case import Case
from tests.meta.tools.hypotheses import examples, smallest

PAGE = Path(strategies.__file__).parents[1] / "docs" / "strategies.md"
MODULES = [
    importlib.import_module(f"strategies.{found.name}")
    for found in pkgutil.iter_modules(strategies.__path__)
    if not found.name.endswith("covering_array")
]


def strategy_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions that the library exports."""
    for name in strategies.__all__:
        function = getattr(strategies, name)
        if callable(function) and not isinstance(function, type):
            yield name, function


def test_what_is_exported() -> None:
    """Everything that is exported exists, is exported once, and is documented where it is a function."""
    assert len(strategies.__all__) == len(set(strategies.__all__)) > 60
    for name, function in strategy_functions():
        assert function.__doc__, name


def _find(strategy: st.SearchStrategy[Any], condition: Callable[[Any], Any]) -> Any:
    return smallest(strategy, condition)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_of_the_docstrings(module: ModuleType) -> None:
    """What the docstrings show is what comes; `find` gives the simplest example that meets a condition."""
    names = {**vars(cases), **vars(module), "find": _find, "st": st}
    assert doctest.testmod(module, globs=names).failed == 0


def test_every_function_shows_an_example() -> None:
    """No exported function is without an example in its docstring."""
    assert [name for name, function in strategy_functions() if ">>> " not in (function.__doc__ or "")] == []


def test_arguments_are_named() -> None:
    """Arguments are given by name; those without a default, which say what a function is about, by position too."""
    for name, function in strategy_functions():
        for parameter in inspect.signature(function).parameters.values():
            is_optional = parameter.default is not inspect.Parameter.empty
            assert not is_optional or parameter.kind is inspect.Parameter.KEYWORD_ONLY, f"{name} {parameter.name}"


def test_the_page_names_what_is_exported() -> None:
    """docs/strategies.md names every exported function, and calls nothing that is not exported or Hypothesis' own."""
    text = PAGE.read_text(encoding="utf-8")
    called = set(re.findall(r"`([a-z_]+)\(", text))
    exported = {name for name, _ in strategy_functions()}
    assert exported - called == set()
    assert called - exported == set()


def test_the_example_of_the_page() -> None:
    """The program that docs/strategies.md shows runs as it is."""
    (program,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(program, names)
    tests = [value for name, value in names.items() if name.startswith("test_")]
    assert tests
    for test in tests:
        test()


def test_a_lifecycle_is_drawn_fast() -> None:
    """A lifecycle takes a few milliseconds to draw; ten times the aim is allowed on a machine that is busy."""
    drawn: list[float] = []

    @given(case=strategies.reservation_lifecycles())
    @settings(examples(120), phases=(Phase.generate,))
    def draw(case: Case) -> None:
        assert case.steps
        drawn.append(process_time())

    draw()
    warm = drawn[20:]
    assert (warm[-1] - warm[0]) / (len(warm) - 1) < 0.05


def test_no_bitrate_is_beyond_what_every_reader_keeps() -> None:
    """Not every reader of JSON keeps whole numbers from 2**53 on (RFC 8259, section 6): none is tried."""
    explicit = [*strategies.value_cases(), *strategies.unusual_offering_cases()]
    rates = [terms.bitrate for case in explicit for terms in case.offerings if terms.bitrate is not None]
    assert max(rates) == 2**53 - 1

    @given(rate=strategies.bitrates())
    @examples(300)
    def draw(rate: int | None) -> None:
        assert rate is None or rate < 2**53

    draw()
