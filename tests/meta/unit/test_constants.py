"""The examples of a conformance test do not depend on the modules that are loaded."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.plugin.constants import without_constants_of_modules
from tests.meta.tools.hypotheses import examples

MODULE = "module_with_constants"
VALUES = tuple(2**40 + 15_485_863 * factor for factor in range(1, 120))


def _drawn() -> tuple[int, ...]:
    drawn: list[int] = []

    @examples(300)
    @given(st.integers(min_value=2**40, max_value=2**42))
    def draw(value: int) -> None:
        drawn.append(value)

    draw()
    return tuple(drawn)


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of a project, with many numbers in its source."""
    (tmp_path / f"{MODULE}.py").write_text(f"VALUES = {VALUES!r}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    importlib.import_module(MODULE)


@pytest.mark.usefixtures("loaded")
def test_hypothesis_draws_from_what_is_loaded() -> None:
    """By itself Hypothesis draws from the constants of a module that is loaded."""
    assert set(_drawn()) & set(VALUES)


@pytest.mark.usefixtures("loaded")
def test_a_conformance_test_does_not() -> None:
    """Nothing of it is drawn in a conformance test, nor kept for the test after it."""
    with without_constants_of_modules():
        assert not set(_drawn()) & set(VALUES)
    assert set(_drawn()) & set(VALUES)
