"""The rules see the rare mutants where they show themselves: a demonstration is found broken under the right rules."""

from __future__ import annotations

import pytest

from tests.meta.emulator.rare import RARE
from tests.meta.emulator.rare.play import demonstrations_of
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.judged import problems_of
from tests.meta.kills.test_rare_mutants import plain_history

# What no rule sees though it is played: a size refused with a token alone, as that may have to be the token's own.
UNSEEN = {"no-thousand-with-a-token"}


def test_nothing_right_is_found_broken() -> None:
    """The right emulator breaks no rule on a plain history."""
    assert problems_of(RightEmulator(), plain_history) == {}


@pytest.mark.parametrize("name", RARE)
def test_a_demonstration_breaks_the_mutants_own_rules(name: str) -> None:
    """Played by a mutant, its demonstrations break its own rules and no other; by the right emulator, none."""
    kind, found = RARE[name], dict[str, str]()
    for demonstration in demonstrations_of(kind):
        assert problems_of(RightEmulator(), demonstration) == {}
        found |= problems_of(kind(), demonstration)
    assert found.keys() <= {*kind.breaks, *kind.may_break}, found
    unseen = set(kind.breaks) - found.keys() - set(kind.may_be_blocked)
    assert bool(unseen) == (name in UNSEEN), unseen
