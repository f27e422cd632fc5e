"""A call that ends in time, whatever it waits for: it is made in a thread that can be left behind."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

T = TypeVar("T")


class TimeIsOverError(Exception):
    """The call did not end in time; its thread is left to itself."""


def within(
    seconds: float, call: Callable[[], T], *, late_after: float = math.inf, late: Callable[[], object] | None = None
) -> T:
    """What `call` gives, or raises, in a copy of this context; `late` is called where that takes `late_after` seconds.

    Each thread keeps another one for its calls, as to start one takes ten times as long as to ask it.

    Raises:
        TimeIsOverError: it did not end within `seconds`.
    """
    call_thread = getattr(_of_this_thread, "call_thread", None) or _CallThread()
    _of_this_thread.call_thread = None  # until it has answered it is of no use to anybody else
    context = copy_context()
    call_thread.asked.put(lambda: context.run(call))
    try:
        result, error = _answer(call_thread, seconds, late_after, late)
    except Empty:
        raise TimeIsOverError from None
    _of_this_thread.call_thread = call_thread
    if error is not None:
        raise error
    return cast("T", result)


def _answer(
    call_thread: _CallThread, seconds: float, late_after: float, late: Callable[[], object] | None
) -> tuple[Any, BaseException | None]:
    """What the thread answers within the seconds. Raises queue.Empty where it does not."""
    if late is None or late_after >= seconds:
        return call_thread.answered.get(timeout=seconds)
    with suppress(Empty):
        return call_thread.answered.get(timeout=late_after)
    late()
    return call_thread.answered.get(timeout=seconds - late_after)


class _CallThread:
    """A thread that makes one call after the other, and ends when nobody can ask it any more."""

    def __init__(self) -> None:
        self.asked: SimpleQueue[Callable[[], Any] | None] = SimpleQueue()
        self.answered: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        threading.Thread(target=_serve, args=(self.asked, self.answered), daemon=True, name="deadline").start()

    def __del__(self) -> None:
        self.asked.put(None)


def _serve(
    asked: SimpleQueue[Callable[[], Any] | None], answered: SimpleQueue[tuple[Any, BaseException | None]]
) -> None:
    while (call := asked.get()) is not None:
        try:
            answered.put((call(), None))
        except BaseException as error:
            answered.put((None, error))
        del call  # with all that it holds


class _OfThisThread(threading.local):
    call_thread: _CallThread | None = None


_of_this_thread = _OfThisThread()
