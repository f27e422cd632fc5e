"""Traffic of a right server never fails, whatever part of it was recorded, and in whatever form."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.rules import RULES, Level
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations import VARIATIONS
from tests.meta.emulator.variations_in_time import LagBase, ReadsFromACache
from tests.meta.recordings.judging import FORMS, judge, problems, write
from tests.meta.recordings.sessions import Action, actions, play

_QUICK = settings(max_examples=60, deadline=None, database=None, derandomize=True)
_SLOW = settings(
    max_examples=12, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@_QUICK
@given(actions(), st.sampled_from(FORMS))
def test_complete_recording(session: list[Action], form: str) -> None:
    """A recording of all that happened shows nothing wrong, with and without saying that it is all."""
    made = play(RightEmulator(), session)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), made.kept, form)
        assert problems(judge(path, complete=True)) == {}
        assert problems(judge(path)) == {}


@_QUICK
@given(actions(), st.data(), st.sampled_from(FORMS))
def test_part_of_the_traffic(session: list[Action], data: st.DataObject, form: str) -> None:
    """Where only some of the calls were recorded, as others act in the account too, nothing is wrong either."""
    made = play(RightEmulator(), session)
    kept = [one for one in made.kept if data.draw(st.booleans())]
    with tempfile.TemporaryDirectory() as folder:
        assert problems(judge(write(Path(folder), kept, form))) == {}


# A play asks the emulator itself, without HTTP: what differs in HTTP or in the control API alone is not in its traffic.
PLAYED = sorted(name for name, kind in VARIATIONS.items() if not kind.over_http)
# No recording of these is complete: an account may have a reservation, still ACTIVE, from before the first call.
ACTIVE_BEFORE = frozenset({"some-accounts-active", "active-in-a-far-region"})


@pytest.mark.proof
@pytest.mark.parametrize("name", PLAYED)
def test_permitted_variations(name: str) -> None:
    """What the documents leave open, a server may do in any permitted way."""
    kind = VARIATIONS[name]
    settle = 5.0 if issubclass(kind, (LagBase, ReadsFromACache)) else 0.0

    @_SLOW
    @given(actions(), st.randoms(use_true_random=False))
    def check(session: list[Action], random: object) -> None:
        made = play(kind(), session)
        kept = [one for one in made.kept if random.random() < 0.7]  # type: ignore[attr-defined]
        with tempfile.TemporaryDirectory() as folder:
            whole = judge(write(Path(folder), made.kept), complete=name not in ACTIVE_BEFORE, settle=settle)
            part = judge(write(Path(folder), kept), settle=settle)
        for judgement in (whole, part):
            wrong = {rule for rule in problems(judgement) if RULES[rule].level is Level.MUST}
            assert wrong == set(), {rule: problems(judgement)[rule] for rule in wrong}

    check()
