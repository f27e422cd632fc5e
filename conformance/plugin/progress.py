"""Progress on a terminal: the topic, the examples and calls so far, and the time that is left.

It stands behind pytest's own dots, in place, and is gone before pytest writes on. Where there is no terminal, or in CI,
under `-q` and `-v`, and with pytest-xdist, nothing is shown.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from typing import TextIO

import pytest
from _pytest._io import TerminalWriter

from conformance.clock import monotonic
from conformance.plugin.budget import Budget
from conformance.results.checker import Checker
from conformance.results.subject import Subject

_EVERY = 0.2
"""Seconds between two pictures."""
_CLEAR_TO_END_OF_LINE = "\x1b[K"


class Progress:
    """Shows what there is to show behind the dots of pytest."""

    def __init__(self, config: pytest.Config, budget: Budget) -> None:
        self._config, self._budget = config, budget
        self._screen = sys.stdout
        self._writer: TerminalWriter | None = None
        self._examples = 0
        self._drawn_at = 0.0
        self._drawn = False

    def pytest_sessionstart(self) -> None:
        """Find out whether anybody is looking, once pytest has its terminal."""
        if self._config.pluginmanager.hasplugin("terminalreporter") and _is_watched(self._config, self._screen):
            self._writer = self._config.get_terminal_writer()

    def pytest_conformance_example(self, checker: Checker, subject: Subject) -> None:
        """Count the example, and show it when the time has come."""
        self._examples += 1
        if self._writer is not None and monotonic() - self._drawn_at >= _EVERY:
            calls = checker.driver.caller.progress.exchanges
            room = self._writer.fullwidth - self._writer.width_of_current_line - 2
            self._draw(line(subject.rules[0].topic, self._examples, calls, self._budget.seconds_left, room))

    def _draw(self, shown: str) -> None:
        """Write behind the cursor, and let the cursor stand where it stood; what is captured is not the terminal's."""
        capture = self._config.pluginmanager.getplugin("capturemanager")
        if not shown or capture is None:
            return
        with capture.global_and_fixture_disabled():
            self._screen.write(f"{_CLEAR_TO_END_OF_LINE}\x1b[2m{shown}\x1b[0m\x1b[{len(shown)}D")
            self._screen.flush()
        self._drawn_at, self._drawn = monotonic(), True

    def _erase(self) -> None:
        if self._drawn:
            self._screen.write(_CLEAR_TO_END_OF_LINE)
            self._drawn = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self) -> Generator[None, None, None]:
        """Make room before pytest writes a dot."""
        self._erase()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_keyboard_interrupt(self) -> Generator[None, None, None]:
        """Make room before pytest tells of it."""
        self._erase()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Leave nothing behind."""
        self._erase()
        return (yield)


def _is_watched(config: pytest.Config, screen: TextIO) -> bool:
    distributed = hasattr(config, "workerinput") or getattr(config.option, "numprocesses", None)
    lines_of_files = config.option.verbose == 0 and not distributed
    return lines_of_files and screen.isatty() and config.get_terminal_writer().hasmarkup and not os.environ.get("CI")


def line(topic: str, examples: int, calls: int, seconds_left: float | None, room: int) -> str:
    """Such as ` end: 120 examples, 431 calls, 41 s left`; with less in it, or empty, where it has not enough room."""
    left = "" if seconds_left is None else f", {seconds_left:.0f} s left"
    made = f" {examples} examples, {calls} calls{left}", f" {examples} examples{left}"
    return next((text for text in (f" {topic}:{made[0]}", *made) if len(text) <= room), "")
