"""How the strategies choose: alternatives with the same share each, however many alternatives each has itself."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

Drawn = TypeVar("Drawn")


def grouped(strategy: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    """The same, as one alternative: `st.one_of` takes those of its own alternatives that are one_of for more of them.

    >>> find(grouped(st.integers() | st.text()), lambda drawn: drawn == "a")
    'a'
    """
    return st.tuples(strategy).map(lambda drawn: drawn[0])


def evenly(*strategies: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    """One of the strategies, each as often as another. Shrinks towards the first.

    >>> find(evenly(st.just(1), st.just(2) | st.just(3)), lambda drawn: drawn > 1)
    2
    """
    return st.integers(0, len(strategies) - 1).flatmap(lambda number: strategies[number])
