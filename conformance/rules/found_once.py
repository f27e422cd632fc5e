"""What several judges look for in a history is found once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import TypeVar

from conformance.rules.history import History

_T = TypeVar("_T")


def found_once(find: Callable[[History], Iterator[_T]]) -> Callable[[History], Sequence[_T]]:
    """A search of a history whose result is kept for the next judge that asks."""

    @wraps(find)
    def found(history: History) -> Sequence[_T]:
        if find not in history.kept:
            history.kept[find] = tuple(find(history))
        again: Sequence[_T] = history.kept[find]
        return again

    return found
