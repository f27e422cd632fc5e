"""How an interrupted run ends, wherever Ctrl-C comes."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from conformance.plugin.interrupt import Interrupt


@pytest.mark.skipif(sys.gettrace() is not None, reason="what traces the lines, as coverage does, needs lines")
def test_an_interrupt_where_python_knows_no_line_can_be_shown() -> None:
    """An interrupt that comes where Python knows no line is shown from the nearest place that has one."""
    with pytest.raises(KeyboardInterrupt) as raised:
        _without_lines(_interrupt)()
    with pytest.raises(TypeError):
        raised.getrepr(funcargs=True)
    Interrupt().pytest_keyboard_interrupt(raised)
    assert "test_interrupt.py" in str(raised.getrepr(funcargs=True))


def _interrupt() -> None:
    raise KeyboardInterrupt


def _without_lines(function: Callable[[], None]) -> Callable[[], None]:
    function.__code__ = function.__code__.replace(co_linetable=b"")
    return function
