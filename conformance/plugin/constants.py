"""Keeps from the conformance tests what Hypothesis reads out of modules that happen to be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

_READER = "_get_local_constants"
_NONE = Constants()


@contextmanager
def without_constants_of_modules() -> Iterator[None]:
    """For the length of a block Hypothesis draws the same examples, whatever modules are loaded.

    It draws one value in twenty from the constants in the source of every module that is neither a test's nor in
    site-packages. So examples that are derandomized would still differ between a checkout and an installed package,
    and between two workers one of which has loaded a module more. No setting turns this off; where a later version
    of Hypothesis has another reader, examples are as it makes them.
    """
    reader = getattr(providers, _READER, None)
    if reader is None:
        yield
        return
    setattr(providers, _READER, lambda: _NONE)
    providers.CONSTANTS_CACHE.cache.clear()
    try:
        yield
    finally:
        setattr(providers, _READER, reader)
        # What was chosen without them is not for the tests of others.
        providers.CONSTANTS_CACHE.cache.clear()
