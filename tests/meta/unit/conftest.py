"""Fixtures of several modules."""

import pytest


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were asked for before something was tried again; none takes any time."""
    asked: list[float] = []
    monkeypatch.setattr("conformance.execution.retries.wait", asked.append)
    return asked
