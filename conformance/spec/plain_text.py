"""Texts of others, of targets, files and libraries, as they may be shown: in one line, printable, and not too long."""

from __future__ import annotations

_LONGEST = 300


def one_line(text: str) -> str:
    """The text as one line of characters that can be shown and written, whatever a target has put into it."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def plain(text: str, longest: int = _LONGEST) -> str:
    """The same, cut after so many characters."""
    return _cut(one_line(text), longest)


def summary(value: object, longest: int = _LONGEST) -> str:
    """What an error or a value says, its white space as single blanks, cut after so many characters."""
    return _cut(" ".join(str(value).split()), longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
