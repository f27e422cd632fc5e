"""Small changes to a text, as a generator draws them: insert, delete, replace."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.cases.case import Edit


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after the edits, one after the other; positions count from 0 and go round at the end of the text."""
    for edit in edits:
        at = edit.at % (len(text) + 1)
        text = text[:at] + edit.insert + text[at + edit.remove :]
    return text
