"""How the suite's tests of itself use Hypothesis: the same examples in every run, whatever profile is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from conformance.plugin.constants import without_constants_of_modules

Drawn = TypeVar("Drawn")


def examples(count: int) -> settings:
    """Settings for so many examples, always the same ones."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        print_blob=False,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


def smallest(
    strategy: st.SearchStrategy[Drawn], condition: Callable[[Drawn], bool] = lambda _: True, tries: int = 3_000
) -> Drawn:
    """The example to which the strategy shrinks under a condition. Raises NoSuchExample where none meets it."""
    with without_constants_of_modules():
        return find(strategy, condition, settings=examples(tries))


def reached(strategy: st.SearchStrategy[Drawn], condition: Callable[[Drawn], bool], tries: int = 3_000) -> Drawn:
    """The first example that meets a condition, as it was drawn. Raises NoSuchExample where none does."""
    with without_constants_of_modules():
        return find(strategy, condition, settings=settings(examples(tries), phases=(Phase.generate,)))
