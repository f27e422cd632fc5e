"""Reading the body of a purchase as a rest-json server would: which members it has, and what is wrong with it.

By RFC 8259. What JSON parsers may read in different ways, or may read though it is not JSON, is told apart from what
none may: the first is left open, or a should; the second is malformed.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Any

import json5

_LARGEST = 16 * 2**20
"""Bytes that a compressed body may have: what is longer is not read, so that no body fills the memory."""
_LONGEST_USUAL = 100_000
"""Characters; servers may refuse a longer body for its length."""
_LONGEST_LENIENT = 20_000
"""Characters that are read as JSON5, by a parser that takes seconds for more."""
_LONG_NUMBER = re.compile("[0-9]{1000}")
"""JSON sets numbers no bound; parsers do, and Python's has one at 4,300 digits."""


class BodyFlaw(Enum):
    """What is wrong with a body, or unusual about it."""

    EMPTY = "there is none"
    NOT_JSON = "not JSON"
    NO_OBJECT = "JSON, but no object"
    EXTENSION = "no JSON, but what some parsers accept"
    UNUSUAL = "JSON that parsers read in different ways, or with limits"


@dataclass(frozen=True, slots=True)
class Body:
    """The members that a server reads, None where it can read no object, or we cannot (UNUSUAL); and the flaws.

    With UNUSUAL or EXTENSION the members are what a kind reader finds: another may find others, or refuse.
    """

    members: Mapping[str, Any] | None
    flaws: frozenset[BodyFlaw] = frozenset()


def read_body(body: bytes, encoding: str, content_type: str) -> Body:
    """The body, sent under this Content-Encoding and Content-Type (both may be empty)."""
    is_plain = encoding.strip().lower() in ("", "identity")
    read = _read_text(body) if is_plain else _read_compressed(body)
    label = content_type.partition(";")[0].strip().lower()
    if read.members is not None and label not in ("", "application/json"):
        return Body(read.members, read.flaws | {BodyFlaw.UNUSUAL})
    return read


def _read_compressed(body: bytes) -> Body:
    """A server may undo a compression, or ignore what the header says: wrong is what is JSON neither way."""
    ways = [_read_text(body)]
    with suppress(OSError, EOFError, zlib.error):
        text = gzip.GzipFile(fileobj=BytesIO(body)).read(_LARGEST + 1)
        if len(text) > _LARGEST:
            return Body(None, frozenset({BodyFlaw.UNUSUAL}))
        ways.append(_read_text(text))
    kind = next((way for way in ways if way.members is not None), None)
    return ways[0] if kind is None else Body(kind.members, kind.flaws | {BodyFlaw.UNUSUAL})


def _read_text(body: bytes) -> Body:
    flaws: set[BodyFlaw] = set()
    if not body.strip():
        return Body(None, frozenset({BodyFlaw.EMPTY}))
    if body.startswith(b"\xef\xbb\xbf"):
        body, flaws = body[3:], {BodyFlaw.UNUSUAL}
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return Body(None, frozenset({BodyFlaw.NOT_JSON}))
    return _read_json(text, flaws)


def _read_json(text: str, flaws: set[BodyFlaw]) -> Body:
    pairs = _Pairs()
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=_no_constant, parse_int=_whole_number)
    except RecursionError:
        return _too_deep(text)
    except ValueError:
        return _read_leniently(text)
    if not isinstance(value, dict):
        return Body(None, frozenset({BodyFlaw.NO_OBJECT}))
    if pairs.twice or not _is_plain(text):
        flaws.add(BodyFlaw.UNUSUAL)
    return Body(value, frozenset(flaws))


def _whole_number(digits: str) -> float:
    """The number, or infinity where it is long."""
    return float("inf") if _LONG_NUMBER.search(digits) else int(digits)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


class _Pairs:
    """Makes objects, and notices names that stand twice."""

    def __init__(self) -> None:
        self.twice = False

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        self.twice = self.twice or len(made) < len(pairs)
        return made


def _is_plain(text: str) -> bool:
    """Whether no half of a surrogate pair is escaped in it, and it and its numbers are of a usual size."""
    if len(text) > _LONGEST_USUAL or _LONG_NUMBER.search(text):
        return False
    if "\\u" not in text:
        return True
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_deep(text: str) -> Body:
    """Nested deeper than our parser goes: an object is JSON still, anything else is not an object."""
    is_object = text.lstrip().startswith("{")
    return Body(None, frozenset({BodyFlaw.UNUSUAL if is_object else BodyFlaw.NO_OBJECT}))


def _read_leniently(text: str) -> Body:
    """What parsers accept beyond JSON: comments, trailing commas, single quotes, control characters, a tail."""
    if len(text) <= _LONGEST_LENIENT:
        for read in (_with_tail, json5.loads):
            try:
                value = read(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                return Body(value, frozenset({BodyFlaw.EXTENSION}))
    return Body(None, frozenset({BodyFlaw.NOT_JSON}))


def _with_tail(text: str) -> Any:
    value, _ = json.JSONDecoder(strict=False).raw_decode(text.lstrip())
    return value
