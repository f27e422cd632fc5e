"""What a conformance test is written with: the rule that it is of, and the examples that it tries first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest
from hypothesis import example

from conformance.cases.case import Case

Test = TypeVar("Test", bound=Callable[..., None])

rule = pytest.mark.rule
"""`@rule("topic/name", operations={...}, needs={...})`: an unknown id fails at collection."""


_EXAMPLES = "conformance_witnesses"


def examples(cases: Iterable[Case]) -> Callable[[Test], Test]:
    """Try these cases first, in this order: the plainest example of each class of input that the rule declares."""

    def with_examples(test: Test) -> Test:
        tried = tuple(cases)
        # Hypothesis tries the example first that is applied last.
        for case in reversed(tried):
            test = example(case=case)(test)
        vars(test)[_EXAMPLES] = tried
        return test

    return with_examples


def examples_of(test: Callable[..., None]) -> tuple[Case, ...]:
    """The examples of a test, in the order in which they are tried."""
    tried: tuple[Case, ...] = vars(test).get(_EXAMPLES, ())
    return tried
