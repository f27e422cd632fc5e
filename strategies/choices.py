"""How the strategies choose: alternatives with the same share each, and lists of every length."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

Drawn = TypeVar("Drawn")


def sized_lists(
    elements: st.SearchStrategy[Drawn], *, min_size: int = 0, max_size: int
) -> st.SearchStrategy[list[Drawn]]:
    """Lists that are long as often as short: those of Hypothesis are rarely longer than six. Shrinks to a short one.

    >>> set(find(sized_lists(st.integers(), max_size=20), lambda drawn: len(drawn) > 15))
    {0}
    """
    # When the least size shrinks, the list keeps its elements, any of which can then go.
    sizes = st.sampled_from(sorted({min_size, (min_size + max_size) // 4, (min_size + max_size) * 2 // 3}))
    return sizes.flatmap(lambda size: st.lists(elements, min_size=max(size, min_size), max_size=max_size))


def evenly(*strategies: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    """One of the strategies, each as often as another. Shrinks towards the first.

    `st.one_of` takes those of its alternatives that are one_of themselves for several of its own.

    >>> find(evenly(st.just(1), st.just(2) | st.just(3)), lambda drawn: drawn > 1)
    2
    """
    return st.integers(0, len(strategies) - 1).flatmap(lambda number: strategies[number])
