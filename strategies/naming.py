"""Names of reservations, right and wrong by the user guide."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from conformance.spec.service import NAME_LENGTHS, has_name_characters
from strategies.choices import evenly
from strategies.content import WORDS, characters, texts
from strategies.numbers import lengths

LONGEST_NAME = NAME_LENGTHS.stop - 1
_ENDS = string.ascii_letters + string.digits
_INSIDE = _ENDS + "-_"
_WORDS = (
    *(word for word in WORDS if has_name_characters(word)),
    *("prn", "com1", "NULL", "None", "true-1", "1e999", "0b1", "1-1", "a--b", "a__b", "A-B_C", "000", "2027-01-15"),
)

MALFORMED_NAMES: tuple[str, ...] = (
    *("-a", "a-", "_a", "a_", "-", "_"),
    *(" ", "a b", " a", "a ", "a\tb", "a\nb", "a\n", "\na"),
    *(f"a{character}b" for character in "!\"#$%&'()*+,./:;<=>?@[]^`{|}~\\\x00\x7f"),
    *("größe", "予約", "naïve", "é", "１２３", "a\u200bb", "😀", "ﬁ", "a\u0660"),
)
"""Names of permitted length that the user guide does not permit: the plainest of each kind."""


def names(*, min_size: int = 1, max_size: int = LONGEST_NAME) -> st.SearchStrategy[str]:
    """Names that the user guide permits, of every length. Shrinks to a short one of a's.

    Reserved words and what looks like a number are among them.

    >>> find(names(), lambda name: True)
    'a'
    >>> find(names(min_size=3), lambda name: "_" in name)
    'a__b'
    """
    one = st.sampled_from(_ENDS)
    if max_size == 1:
        return one
    least, most = max(0, min_size - 2), max_size - 2
    insides = st.text(_INSIDE, min_size=least, max_size=most)
    if most > least:
        sizes = lengths(min_value=max(1, least), max_value=most)
        insides |= st.builds(_repeated, st.text(_INSIDE, min_size=1, max_size=9), sizes)
    more = st.builds(lambda first, inside, last: first + inside + last, one, insides, one)
    fitting = [word for word in _WORDS if min_size <= len(word) <= max_size]
    words = st.sampled_from(fitting) if fitting else st.nothing()
    longest = one.map(lambda character: character * max_size)
    return one | more | words | longest if min_size <= 1 else more | words | longest


def _repeated(pattern: str, length: int) -> str:
    return (pattern * length)[:length]


def safe_names() -> st.SearchStrategy[str]:
    """Names that nobody could object to, for cases that are not about names. Shrinks to `reservation`.

    >>> find(safe_names(), lambda name: True)
    'reservation'
    """
    letters, both = string.ascii_letters, st.text(_ENDS, min_size=2, max_size=39)
    return st.just("reservation") | st.builds(lambda first, rest: first + rest, st.sampled_from(letters), both)


def too_long_names(*, max_size: int = 2_000) -> st.SearchStrategy[str]:
    """Permitted characters, but more of them than 128. Shrinks to 129.

    >>> len(find(too_long_names(), lambda name: True))
    129
    """
    sizes = lengths(min_value=LONGEST_NAME + 1, max_value=max_size)
    return st.builds(lambda character, size: character * size, st.sampled_from("aZ0"), sizes)


def malformed_names(*, characters: st.SearchStrategy[str] = characters()) -> st.SearchStrategy[str]:
    """Names of permitted length with a character that is not permitted, or a dash or underscore at an end.

    >>> find(malformed_names(), lambda name: True)
    '-a'
    >>> find(malformed_names(), lambda name: "&amp;" in name)
    '&amp;'
    """
    mutated = st.builds(_with_inserted, names(max_size=60), characters, st.integers(0, 60))
    arbitrary = texts(min_size=1, max_size=60)
    return evenly(st.sampled_from(MALFORMED_NAMES), mutated.filter(_is_malformed), arbitrary.filter(_is_malformed))


def arbitrary_names() -> st.SearchStrategy[str]:
    """Any text that is no empty one, permitted or not: whatever is accepted must come back as it was.

    >>> find(arbitrary_names(), lambda name: "%2F" in name)
    '%2F'
    """
    return evenly(names(), texts(min_size=1), malformed_names())


def _with_inserted(name: str, character: str, position: int) -> str:
    at = position % (len(name) + 1)
    return name[:at] + character + name[at:]


def _is_malformed(name: str) -> bool:
    return len(name) <= LONGEST_NAME and not has_name_characters(name)
