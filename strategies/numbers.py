"""Numbers: around the powers that a program may trip over, and lengths that are as often short as long."""

from __future__ import annotations

from hypothesis import strategies as st

_POWERS = sorted({2**exponent for exponent in range(64)} | {10**exponent for exponent in range(19)})


def integers_near_powers(*, min_value: int, max_value: int) -> st.SearchStrategy[int]:
    """Whole numbers at a power of two or of ten, one below it or one above it. Shrinks to the smallest of them.

    >>> find(integers_near_powers(min_value=100, max_value=10_000), lambda number: number > 1_000)
    1001
    """
    near = {power + step for power in _POWERS for step in (-1, 0, 1)} | {min_value, max_value}
    return st.sampled_from(sorted(number for number in near if min_value <= number <= max_value))


def integers_around_powers(min_value: int, max_value: int, *, base: int) -> tuple[int, ...]:
    """Whole numbers one below, at and one above each power of a base; no strategy.

    >>> integers_around_powers(5, 20, base=4)
    (5, 15, 16, 17)
    """
    powers = [base**exponent for exponent in range(64) if base**exponent <= max_value + 1]
    near = {power + step for power in powers for step in (-1, 0, 1)}
    return tuple(sorted(number for number in near if min_value <= number <= max_value))


def lengths(*, min_value: int = 1, max_value: int) -> st.SearchStrategy[int]:
    """Whole numbers from 1 on whose logarithms are evenly spread, so that 5 is as frequent as 500. Shrinks downwards.

    >>> find(lengths(max_value=1_000), lambda length: length > 90) < 100
    True
    """
    ratio = max_value / min_value
    return st.integers(0, 1_000).map(lambda share: round(min_value * ratio ** (share / 1_000)))
