"""What a worker of pytest-xdist does to be known as alive: it touches a file while it waits for tests, or works."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from conformance.clock import computed_by_other_threads

_EVERY = 1.0
"""Seconds between two looks."""
_LEAST_SECONDS = 0.001
"""Seconds of the processor; a thread that waits uses none, and a call uses more."""


def sign_of_life(config: pytest.Config) -> list[SignOfLife]:
    """What a worker registers; nothing where nobody watches it."""
    path = config.workerinput.get("mediaconnect_sign_of_life")  # type: ignore[attr-defined]
    return [SignOfLife(Path(path))] if path else []


class SignOfLife:
    """Touches the file each second in which this process computed anything, or had no test to run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._busy = True
        self._ended = threading.Event()
        threading.Thread(target=self._beat, daemon=True, name="sign of life").start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """From here on it waits for tests."""
        self._busy = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """While a test runs the file is touched only where something is done."""
        self._busy = True
        try:
            return (yield)
        finally:
            self._busy = False

    def pytest_unconfigure(self) -> None:
        """Touch nothing any more."""
        self._ended.set()

    def _beat(self) -> None:
        before = computed_by_other_threads()
        while not self._ended.wait(_EVERY):
            now = computed_by_other_threads()
            if now - before > _LEAST_SECONDS or not self._busy:
                try:
                    os.utime(self._path)
                except OSError:
                    return  # the run has ended, and its folder is gone
                before = now
