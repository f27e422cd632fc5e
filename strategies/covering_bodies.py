"""Explicit cases of malformed bodies, by the grammar of JSON: what a loose reader takes, and a careless one fails on.

No strategy; the same in every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product

from conformance.cases.case import Case, Edit, Literal, Purchase

_BATCH = 12
_NOW = "2027-03-25T13:14:15Z"
_START = "2027-03-10T08:15:20Z"
_NAME = "body"
_WHOLE = 10_000

SPELLINGS: tuple[str, ...] = (
    "ReservationName", "RESERVATIONNAME", "reservationname", "reservation_name", "reservation-name", "Reservation-Name",
    "reservation.name", "reservation name", "reservationName ", " reservationName", "name", "reservationNames",
    "reservationName[]", "\u0072\u0435servationName",
)  # fmt: skip
"""Names of members that a loose reader may take for `reservationName`; the last has a letter of another script."""
_OF_START = (
    "Start", "START", "start ", " start", "start_time", "startTime", "starts", "start[]", "st\u0430rt", "Start ",
)  # fmt: skip
ENVELOPES: tuple[str, ...] = (
    "PurchaseOfferingRequest", "body", "Body", "reservation", "data", "input", "payload", "detail", "request", "",
)  # fmt: skip
"""Names of a member that a loose reader may take for the body itself."""
_KEYS = ("S", "value", "Value", "$date", "string", "text", "0", "reservationName", "start", "", "__type", "#text", "en")
_NUMBERS = (
    *("0", "-0", "-1", "1", "1.5", "0.1", "1e5", "1E400", "-1e400", "1e-400", "0.1000000000000000055511151231257827"),
    *(str(2**power + step) for power in (7, 8, 15, 16, 31, 32, 53, 63, 64, 128) for step in (-1, 0, 1)),
    *(str(-(2**power) - 1) for power in (31, 53, 63, 64)),
    *("9" * 25, "9" * 320, "9" * 5_000, "1" + "0" * 60, "1800000000", "1800000000000", "20270310081520"),
)
_TEXTS = ("\ud83d", "\udc00a", "a\ud800", "\x00", "\ufffe", "😀", "e\u0301", "%s%n", "${jndi:x}", "' OR 1=1", "<x/>")
_MEMBERS = ("", "__proto__", "constructor", "toString", "length", "$ref", "@type", "__class__", "null", "0", "a.b")
_SIZES = (127, 129, 255, 257, 1_023, 1_025, 4_097, 8_193, 16_385, 32_768, 65_535, 65_536, 70_000, 140_000)
_DEPTHS = (2, 3, 5, 8, 9, 16, 17, 20, 31, 33, 50, 64, 65, 100, 128, 200, 256, 500, 513, 1_000)


def body_cases() -> tuple[Case, ...]:
    """Bodies by grammar: other spellings, envelopes, members beside null and twice, numbers, lengths and depths.

    >>> len(body_cases()[0].steps)
    12
    """
    purchases = [_with_body(body) for body in (*_misplaced(), *_of_wrong_type(), *_with_more())]
    return tuple(_in_accounts(purchases[at : at + _BATCH]) for at in range(0, len(purchases), _BATCH))


def _with_body(body: str) -> Purchase:
    return Purchase(name=_NAME, start=Literal(_START), body_edits=(Edit(at=0, remove=_WHOLE, insert=body),))


def _misplaced() -> Iterator[str]:
    """A member is missing, or null, and stands under another name, further in, or in another shape."""
    right = {"reservationName": _NAME, "start": _START}
    for member, spellings in (("reservationName", SPELLINGS), ("start", _OF_START)):
        others = {name: value for name, value in right.items() if name != member}
        for spelling, beside in product(spellings, ({}, {member: None})):
            yield json.dumps({**others, **beside, spelling: right[member]})
            yield json.dumps({spelling: right[member], **beside, **others}) if beside else json.dumps({spelling: "x"})
    for name in ENVELOPES:
        yield json.dumps({name: right})
        yield json.dumps({name: right, "reservationName": None, "start": None})
        yield json.dumps({name: [right]})
        yield json.dumps({name: json.dumps(right)})
    yield from (
        json.dumps(other) for other in ([right], [right, right], [[right]], list(right.values()), [_NAME], "{}")
    )
    for first, second in product(('"a"', '"b"', "null", "[]", "{}", "1", '""'), repeat=2):
        yield f'{{"reservationName": {first}, "reservationName": {second}, "start": "{_START}"}}'
        yield f'{{"reservationName": "{_NAME}", "start": {first}, "start": {second}}}'


def _of_wrong_type() -> Iterator[str]:
    """A member is a number, a list or an object, beside a right one and a null one; or each of both is, of one kind."""
    for name, start in zip(_shapes(_NAME), _shapes(_START), strict=True):
        for other in (json.dumps(_NAME), "null", "[]", name):
            yield f'{{"reservationName": {other}, "start": {start}}}'
        for other in (json.dumps(_START), "null"):
            yield f'{{"reservationName": {name}, "start": {other}}}'
    for number in _NUMBERS:
        yield f'{{"reservationName": {number}, "start": "{_START}"}}'
        yield f'{{"reservationName": "{_NAME}", "start": {number}}}'
        yield f'{{"reservationName": {number}, "start": null}}'


def _shapes(text: str) -> list[str]:
    """The text in a list or an object, as a database or a form writes it, and what may stand for no text at all."""
    quoted = json.dumps(text)
    lists = [f"[{quoted}]", f"[[{quoted}]]", f"[{quoted}, {quoted}]", f"[null, {quoted}]"]
    return [*lists, *(json.dumps({key: text}) for key in _KEYS), "[]", "{}", "[null]", "[{}]", "[1]", "true", "false"]


def _with_more() -> Iterator[str]:
    """Texts that a reader may fail on, long and deep ones, and members that nobody asked for."""
    for text in (*_TEXTS, *("x" * size for size in _SIZES)):
        yield json.dumps({"reservationName": text, "start": _START})
        yield json.dumps({"reservationName": _NAME, "start": text})
        yield json.dumps({"reservationName": _NAME, "start": "tomorrow", text: 1})
    for depth in _DEPTHS:
        for nested in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
            yield f'{{"reservationName": "{_NAME}", "start": {nested}}}'
            yield f'{{"reservationName": "{_NAME}", "start": "tomorrow", "x": {nested}}}'
    for name in _MEMBERS:
        for value in ("1", "{}", "[]", "null", '{"a": null}'):
            yield f'{{"reservationName": "{_NAME}", "start": "tomorrow", "{name}": {value}}}'
    for number in _NUMBERS:
        yield f'{{"reservationName": "{_NAME}", "start": "tomorrow", "x": {number}}}'
    for no_json in ("NaN", "Infinity", "-Infinity", "undefined"):
        yield f'{{"reservationName": "{_NAME}", "start": "{_START}", "x": {no_json}}}'


def _in_accounts(purchases: Sequence[Purchase]) -> Case:
    """Each purchase in an account of its own, as some are right and sell something."""
    steps = [
        Purchase(account=number, name=one.name, start=one.start, body_edits=one.body_edits)
        for number, one in enumerate(purchases)
    ]
    return Case(now=_NOW, steps=tuple(steps))
