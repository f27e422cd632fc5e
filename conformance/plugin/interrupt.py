"""Ctrl-C ends a run wherever it comes.

Python raises KeyboardInterrupt wherever the program is. In a callback of the garbage collector, of which Hypothesis has
one, or of a weak reference it is printed and dropped, and the run would go on. So it is noted too, and raised once more
after the example.
"""

from __future__ import annotations

import signal
from types import FrameType

import pytest
from _pytest._code.code import TracebackEntry


class Interrupt:
    """Ctrl-C (SIGINT) in this process, where nobody else has a handler for it."""

    def __init__(self) -> None:
        self._came = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Listen for SIGINT; a worker of pytest-xdist ignores it, and is ended by the first process."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._note)

    def pytest_unconfigure(self) -> None:
        """Leave Python's own handler behind."""
        if signal.getsignal(signal.SIGINT) == self._note:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """It has reached pytest, which ends the run; what cannot be shown of the place where it came is left out."""
        self._came = False
        excinfo.traceback = excinfo.traceback.filter(_has_line)

    @pytest.hookimpl(trylast=True)
    def pytest_conformance_example(self) -> None:
        """Raises KeyboardInterrupt where one was dropped during the example."""
        self._raise_what_was_dropped()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self) -> None:
        """Raises KeyboardInterrupt where one was dropped during the test, or while workers were waited for."""
        self._raise_what_was_dropped()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._came = True
        signal.default_int_handler(number, frame)

    def _raise_what_was_dropped(self) -> None:
        if self._came:
            self._came = False
            raise KeyboardInterrupt


def _has_line(entry: TracebackEntry) -> bool:
    """Whether Python knows the line; between two lines it may not, and pytest's report of it ends in a TypeError."""
    try:
        return entry.lineno >= 0
    except TypeError:
        return False
