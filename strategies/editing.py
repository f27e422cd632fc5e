"""Small changes to a text: one sign inserted, deleted or replaced, from the classes that a lenient reader lets pass."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from conformance.cases.case import Edit

SIGNS: Mapping[str, str] = {
    "digits": "0129",
    "letters": "TZtzaAWP",
    "delimiters": "-:/.,;+_ '\"%?#=&|\\",
    "white space": " \t\n\r\u00a0\u2003\u200b\ufeff",
    # Digits, letters and delimiters of other scripts that look the same or mean the same.
    "look-alikes": "٠०０１２９ОоΟТΤＴｔΖＺаеｚ：∶－−‐–／．",
    "control characters": "\x00\x01\x08\x1b\x7f\x85",
}
"""Signs to insert, by class."""


def signs(*, classes: tuple[str, ...] = tuple(SIGNS)) -> st.SearchStrategy[str]:
    """One sign of the named classes of `SIGNS`, each class as often as another. Shrinks to `0`.

    >>> find(signs(classes=("delimiters",)), lambda sign: True)
    '-'
    """
    return st.one_of([st.sampled_from(SIGNS[name]) for name in classes])


def edits(*, signs: st.SearchStrategy[str] = signs(), max_position: int = 100) -> st.SearchStrategy[Edit]:
    """One sign replaced, inserted or deleted, or a few deleted, at one of the first positions of a text.

    Shrinks to the first sign deleted.

    >>> find(edits(), lambda edit: edit.insert == ":" and not edit.remove)
    Edit(at=0, remove=0, insert=':')
    """
    positions = st.integers(0, max_position)
    replaced = st.builds(Edit, positions, st.just(1), signs)
    inserted = st.builds(Edit, positions, st.just(0), signs)
    deleted = st.builds(Edit, positions, st.sampled_from([1, 2, 3, 5]), st.just(""))
    return deleted | replaced | inserted


def edit_lists(
    *, edits: st.SearchStrategy[Edit] = edits(), min_size: int = 1, max_size: int = 3
) -> st.SearchStrategy[tuple[Edit, ...]]:
    """So many edits, one after the other; in half of the examples as few as can be.

    >>> find(edit_lists(), lambda drawn: len(drawn) == 2)
    (Edit(at=0, remove=1, insert=''), Edit(at=0, remove=1, insert=''))
    """
    fewest = st.lists(edits, min_size=min_size, max_size=min_size)
    return (fewest | st.lists(edits, min_size=min_size, max_size=max_size)).map(tuple)
