"""Words that languages, formats and file systems take for something else than a name."""

from __future__ import annotations

WORDS_WITH_A_MEANING: tuple[str, ...] = (
    "null", "NULL", "None", "nil", "undefined", "NaN", "nan", "Infinity", "inf", "Inf", "true", "True", "FALSE",
    "yes", "No", "no", "on", "off", "y", "n", "constructor", "toString", "valueOf", "hasOwnProperty", "prototype",
    "length", "this", "self", "con", "aux", "nul", "com1", "index", "default", "all", "new", "id",
    "offering", "arn", "aws-name", "AWS", "amazon", "select", "DROP", "root", "admin",
)  # fmt: skip
"""Each is a permitted name (user guide, "Purchasing an offering, Name")."""
