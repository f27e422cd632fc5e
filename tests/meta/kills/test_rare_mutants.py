"""The rare mutants are real: each has one defect that a few requests show, and that a plain history does not."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections import Counter

import pytest

from tests.meta.emulator.mutants import MUTANTS, RULES, mutants_of
from tests.meta.emulator.rare import CLASSES, RARE, RARE_OF
from tests.meta.emulator.rare.play import OTHER, OWN, Play, answers_to, demonstrations_of
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations import VARIATIONS

SINGLE = [name for of, mutants in RARE_OF.items() if of != "pairs" for name in mutants]
START = "2026-03-06T08:15:20Z"
WRONG_STARTS = (
    "2026-02-27T08:15:20Z",
    "2026-03-11T08:15:20Z",
    "2025-03-06T08:15:20Z",
    "2026-02-30T08:15:20Z",
    "2026-03-06T24:00:00Z",
    "2026-03-06T08:60:20Z",
    "2026-03-06T08:15:20",
    "2026-03-06T08:15:20z",
    "2026-03-06T08:15:20+00:00",
    "2026-03-06T08:15:20.5Z",
    "2026-03-06 08:15:20Z",
    " 2026-03-06T08:15:20Z",
    "2026-03-06",
    "20260306T081520Z",
    "1772785000",
    "yesterday",
)
UNKNOWN = f"arn:aws:mediaconnect:us-east-1:{OWN}:reservation:00000000-0000-4000-8000-000000000000"


def plain_history(play: Play) -> None:
    """Call every operation rightly, and wrongly in the ways that everybody tries first."""
    play.at("2026-03-10T09:30:40Z").walk("offerings", 1).show_offering().page().show_arn("reservations", UNKNOWN)
    for start in WRONG_STARTS:
        play.buy("studio", start)
    for body in (
        {"start": START},
        {"reservationName": "a"},
        {"reservationName": "", "start": START},
        [],
        b"name=studio",
    ):
        play.buy(body=body)
    play.buy(body={"reservationName": None, "start": START}).buy(body={"reservationName": "studio", "start": 5})
    play.buy("-studio").buy("stu dio").buy("s" * 129).buy("studio", START, "arn").buy("studio", START, UNKNOWN)
    play.page("offerings", 0).page("offerings", 1001).page("offerings", token="none").show_offering("arn")
    play.buy("live", START).show().page().buy("studio", START).show()
    play.at("2026-04-06T08:15:19Z").buy("news", "2026-04-02T10:20:30Z").page()
    play.at("2026-04-06T08:15:21Z").buy("sports", "2026-04-02T10:20:30Z", 1).show().page()
    play.go(OTHER).page().buy("live", "2026-04-04T08:15:20Z").show()


def body_of(kind: type[RightEmulator]) -> str:
    """Write a mutant's code without its name and docstring."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    return "\n".join(ast.dump(part) for part in [*tree.bases, *tree.body[1:]])


@pytest.mark.parametrize("name", RARE)
def test_a_rare_mutant_says_what_is_wrong(name: str) -> None:
    """A rare mutant has a docstring of one line, and names the known rules that fail on it."""
    kind = RARE[name]
    docstring = (kind.__doc__ or "").strip()
    assert docstring.endswith(".")
    assert "\n" not in docstring
    assert kind.breaks
    assert {*kind.breaks, *kind.may_break} <= set(RULES)
    assert set(kind.may_be_blocked) < set(kind.breaks)


@pytest.mark.parametrize("name", RARE)
def test_the_defect_shows_itself(name: str) -> None:
    """A mutant answers each of its demonstrations otherwise than the right emulator; a pair has one for each defect."""
    demonstrations = demonstrations_of(RARE[name])
    assert len(demonstrations) == (2 if name in RARE_OF["pairs"] else 1)
    for demonstration in demonstrations:
        right = answers_to(RightEmulator(), demonstration)
        assert right == answers_to(RightEmulator(), demonstration), "the demonstration itself is not repeatable"
        assert not any(answer.startswith("5") for answer in right)
        assert answers_to(RARE[name](), demonstration) != right


@pytest.mark.parametrize("name", SINGLE)
def test_the_defect_is_rare(name: str) -> None:
    """On a plain history a mutant with one defect answers as the right emulator does."""
    assert answers_to(RARE[name](), plain_history) == answers_to(RightEmulator(), plain_history)


def test_the_plain_history_tells_plain_mutants() -> None:
    """The plain history is not empty of sense: more than half of the first set shows itself on it."""
    right = answers_to(RightEmulator(), plain_history)
    found = [name for name, kind in MUTANTS.items() if answers_to(kind(), plain_history) != right]
    assert len(found) > len(MUTANTS) / 2


def test_there_are_enough_in_each_class() -> None:
    """The rare mutants are at least 160, and each of the seven classes has at least 20."""
    counts = {of: len(mutants) for of, mutants in RARE_OF.items()}
    assert len(counts) == 7
    assert min(counts.values()) >= 20, counts
    assert len(RARE) >= 160


def test_no_rare_mutant_is_there_twice() -> None:
    """Names, docstrings and code differ, among the rare mutants and from the first set."""
    in_modules = sum(len(mutants_of(module)) for modules in CLASSES.values() for module in modules)
    assert in_modules == len(RARE)
    assert not RARE.keys() & {*MUTANTS, *VARIATIONS}
    for written in (
        [kind.__doc__ for kind in (*RARE.values(), *MUTANTS.values())],
        [body_of(kind) for kind in RARE.values()],
    ):
        assert [text for text, times in Counter(written).items() if times > 1] == []
