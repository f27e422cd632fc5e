"""The parameters of a test in the tiers of the tests of the suite: fast, proof, and the rest of the proof."""

from collections.abc import Collection, Hashable
from typing import TypeVar

import pytest

Parameter = TypeVar("Parameter", bound=Hashable)

EVERY = 6
"""One in so many parameters of a large proof is tried by `make proof`; `make proof-all` tries all."""


def tiered(parameters: Collection[Parameter], fast: Collection[Parameter] = ()) -> list[object]:
    """Those in `fast` without a mark, every sixth of the others for the proof, and all others for the rest of it."""
    others = [one for one in parameters if one not in fast]
    marks = dict.fromkeys(others, (pytest.mark.proof, pytest.mark.rest_of_proof))
    marks |= dict.fromkeys(others[::EVERY], (pytest.mark.proof,))
    return [pytest.param(one, marks=marks.get(one, ())) for one in parameters]
