"""Texts that come back altered from a program that is careless with them: their characters, pieces and whole texts."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from strategies.choices import evenly
from strategies.numbers import lengths

CHARACTERS: Mapping[str, tuple[str, ...]] = {
    "letters": tuple("aZ"),
    "digits": tuple("0189"),
    "spaces": (" ",),
    "quotes": tuple("\"'`“”«»"),
    "backslashes": ("\\",),
    "markup": tuple("<>&"),
    "percent and plus signs": tuple("%+"),
    "delimiters": tuple("/:;,.?#=@!|~^*()[]{}$-_"),
    "white space": tuple("\t\n\r\u00a0\u2003\u2028\u3000\u200b\ufeff"),
    "control characters": tuple("\x01\x08\x0b\x1b\x7f\x85"),
    "composed and decomposed": ("é", "e\u0301", "Å", "A\u030a", "\u212b", "ñ", "가", "\u1100\u1161"),
    "ligatures and compatibility": tuple("ﬁ①Ⅷ½²"),
    "unusual cases": tuple("ßẞİıſǅΣς"),
    "other scripts": tuple("予約帯域Жعא"),
    "directions": tuple("\u202e\u200f\u2066"),
    "without width": tuple("\u00ad\u200c\u200d\u2060\ufe0f\u034f"),
    "private or unassigned": tuple("\ue000\ufffd\u0378\U000f0000"),
    "beyond the basic plane": ("😀", "𝔸", "𐍈", "👩\u200d💻", "🏳\ufe0f\u200d🌈", "\U0010ffff"),
}
"""Characters by class, and sequences that are one character to a reader. No lone surrogate: no client can send one."""

WORDS: tuple[str, ...] = (
    # Words that mean something else to some language, database or file system.
    "null", "true", "false", "undefined", "None", "nil", "NaN", "Infinity", "constructor", "toString", "__proto__",
    "hasOwnProperty", "length", "default", "yes", "no", "on", "off", "con", "aux", "nul",
    # What looks like a number or a time.
    "0", "007", "1e5", "0x1F", "1_000", "1,000", "-0", "+1", "1.0", ".5", "12345678901234567890", "2027-01-15",
    "2027-01-15T12:00:00Z", "9007199254740993",
    # What is escaped, or is itself an escape.
    "&amp;", "&lt;b&gt;", "&#39;", "&nbsp;", "%20", "%2F", "%25", "%zz", "%00", "\\n", "\\u0041", "\\\\", '\\"', "''",
    "$1", "${x}", "$(x)", "{{x}}", "{0}", "%s", "<b>", "<!--", "]]>", "' OR 1=1", "a+b", "../..", "//", "#", "?a=b&c=d",
)  # fmt: skip
"""Words, numbers and escapes that programs take for something else."""


def characters() -> st.SearchStrategy[str]:
    """One character of a class of `CHARACTERS`, each class as often as another.

    >>> find(characters(), lambda character: len(character) == 2) == "e\u0301"
    True
    """
    return st.one_of([st.sampled_from(signs) for signs in CHARACTERS.values()])


def text_pieces(*, characters: st.SearchStrategy[str] = characters()) -> st.SearchStrategy[str]:
    """Pieces of a text: a character or a run of it, or one of `WORDS`.

    >>> find(text_pieces(), lambda piece: piece.startswith("%") and len(piece) > 4) == "%" * 5
    True
    """
    runs = st.builds(lambda character, length: character * length, characters, lengths(max_value=40))
    return evenly(characters, st.sampled_from(WORDS), runs)


def texts(
    *, pieces: st.SearchStrategy[str] = text_pieces(), min_size: int = 0, max_size: int = 200
) -> st.SearchStrategy[str]:
    """Texts of several pieces, or of any Unicode at all, of `min_size` to `max_size` characters.

    White space stands at their ends as well as within them. Shrinks to a short text.

    >>> find(texts(), lambda text: True)
    ''
    >>> find(texts(), lambda text: "null" in text)
    'null'
    """

    def fitted(parts: list[str]) -> str:
        return "".join(parts)[:max_size].ljust(min_size, "a")

    joined = st.lists(pieces, min_size=min(min_size, 1), max_size=6).map(fitted)
    return st.text(_ANY_CHARACTER, min_size=min_size, max_size=min(max_size, 30)) | joined


# NUL ends a string in some languages, and a store may refuse it: it has cases of its own.
_ANY_CHARACTER = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
