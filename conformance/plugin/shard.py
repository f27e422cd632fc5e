"""`--shard 2/5`: one part of five, each with tests of its own; `merge` makes one report of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

_MOST_PARTS = 99


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` (from 1) of `parts`; written `2/5`."""

    number: int
    parts: int

    def __str__(self) -> str:
        return f"{self.number}/{self.parts}"

    @pytest.hookimpl(trylast=True)  # of what is selected otherwise
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep every fifth test, beginning with the second: the parts of the same selection are disjoint and whole."""
        others = [item for place, item in enumerate(items) if place % self.parts != self.number - 1]
        items[:] = items[self.number - 1 :: self.parts]
        if others:
            config.hook.pytest_deselected(items=others)


def shard_of(config: pytest.Config) -> Shard | None:
    """What --shard says. Raises pytest.UsageError where it names no part."""
    given = config.getoption("--shard")
    if given is None:
        return None
    match = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})", given)
    number, parts = (int(text) for text in match.groups()) if match else (0, 0)
    if not 1 <= number <= parts <= _MOST_PARTS:
        raise pytest.UsageError(f"--shard {given!r} names no part; expected K/N with K from 1 to N, such as 2/5")
    return Shard(number, parts)
