"""Rare mutants of requests: bodies and queries that are read wrongly, and on which they fail."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import json
import math
from typing import Any

from tests.meta.emulator.messages import Purchase, Request, Wire
from tests.meta.emulator.rare.play import Play, shown_by
from tests.meta.emulator.right import RightEmulator

MISSING = ("errors/missing-parameter",)
PLACE = ("wire/members-in-their-place",)
WRONG_TYPE = ("errors/wrong-type",)
FAULT = ("errors/no-server-fault",)
IN_A_BODY = (
    "errors/missing-parameter",
    "errors/wrong-type",
    "errors/wrong-type-is-bad-request",
    "errors/scalar-of-wrong-type",
    "errors/malformed-body",
    "errors/malformed-body-is-bad-request",
    "errors/lenient-body",
    "errors/deep-nesting",
    "errors/empty-parameter",
    "errors/empty-name",
    "wire/members-in-their-place",
    "start-format/rejects-other-forms",
    "names/characters",
    "names/length",
    "reservation/echoes-request",
)
NOW = "2026-03-15T12:00:00Z"
START = "2026-03-05T08:15:20Z"


def bought_by(play: Play, body: Any, query: str = "") -> Play:
    """Send a purchase with this body."""
    return play.at(NOW).buy(body=body, query=query)


@shown_by(lambda play: bought_by(play, {"RESERVATIONNAME": "a1", "start": START}))
class MembersInAnyCase(RightEmulator):
    """Takes reservationName in capitals or small letters where it is not there as it should be."""

    breaks = MISSING
    may_break = PLACE

    def name_member(self, purchase: Purchase) -> Any:
        for member, value in purchase.members.items():
            if member in ("reservationname", "RESERVATIONNAME") and "reservationName" not in purchase.members:
                return value
        return super().name_member(purchase)


@shown_by(lambda play: bought_by(play, {"reservationName": "a1", "start": None, "Start": START}))
class CapitalBesideNull(RightEmulator):
    """Takes Start, with a capital, where start is null."""

    breaks = MISSING
    may_break = PLACE

    def start_member(self, purchase: Purchase) -> Any:
        start = super().start_member(purchase)
        return purchase.members.get("Start") if start is None and "start" in purchase.members else start


@shown_by(lambda play: bought_by(play, {"reservationName": "a1", "start": None}, f"start={START}"))
class QueryBesideNull(RightEmulator):
    """Takes a start in the query where that of the body is null."""

    breaks = PLACE
    may_break = MISSING

    def start_member(self, purchase: Purchase) -> Any:
        start = super().start_member(purchase)
        null = start is None and "start" in purchase.members
        return self.query_of(purchase.request).get("start") if null else start


@shown_by(lambda play: bought_by(play, {"PurchaseOfferingRequest": {"reservationName": "a1", "start": START}}))
class BodyInAnEnvelope(RightEmulator):
    """Reads the only member of a body as the body, where it is an object."""

    breaks = PLACE
    may_break = (*MISSING, "errors/malformed-body")

    def body_of(self, request: Request) -> Wire:
        members = super().body_of(request)
        inner = next(iter(members.values())) if len(members) == 1 else None
        return inner if isinstance(inner, dict) else members


@shown_by(lambda play: bought_by(play, {"reservationName": {"S": "a1"}, "start": START}))
class TypedValuesAreTaken(RightEmulator):
    """Takes an object with the only member S for its value, as a database writes it."""

    breaks = WRONG_TYPE
    may_break = ("errors/wrong-type-is-bad-request",)

    def text_member(self, member: str, value: Any) -> str:
        typed = isinstance(value, dict) and value.keys() == {"S"}
        return super().text_member(member, value["S"] if typed else value)


@shown_by(lambda play: bought_by(play, {"reservationName": "a1", "start": []}))
class EmptyListIsNow(RightEmulator):
    """Takes an empty list or object for no Start, and begins now."""

    breaks = WRONG_TYPE
    may_break = ("errors/wrong-type-is-bad-request",)

    def start_member(self, purchase: Purchase) -> Any:
        start = super().start_member(purchase)
        return self.write_end(purchase.now.replace(microsecond=0)) if start in ([], {}) else start


@shown_by(
    lambda play: bought_by(play, b'{"reservationName": "a1", "reservationName": "b1", "start": "%s"}' % START.encode())
)
class MemberTwiceFails(RightEmulator):
    """Makes a list of a member that is there twice, and fails on it."""

    breaks = FAULT
    may_break = IN_A_BODY

    def decode_body(self, text: str) -> Any:
        return json.loads(text, parse_constant=self.no_constant, object_pairs_hook=self.without_doubles)

    def without_doubles(self, pairs: list[tuple[str, Any]]) -> Wire:
        if len(pairs) > len(dict(pairs)) and "reservationName" in dict(pairs):
            raise TypeError("expected a string, not a list")
        return dict(pairs)


@shown_by(lambda play: bought_by(play, {"reservationName": None, "start": ["x"]}))
class NullBesideAListFails(RightEmulator):
    """Fails where one member is null and the other a list or an object."""

    breaks = FAULT
    may_break = IN_A_BODY

    def check_members(self, purchase: Purchase) -> None:
        both = [self.name_member(purchase), self.start_member(purchase)]
        if None in both and any(isinstance(value, list | dict) for value in both):
            raise AttributeError("'NoneType' object has no attribute 'items'")
        super().check_members(purchase)


@shown_by(lambda play: bought_by(play, b'{"reservationName": 1e400, "start": "x"}'))
class GreatExponentFails(RightEmulator):
    """Fails on a number that is too large for a double."""

    breaks = FAULT
    may_break = IN_A_BODY

    def wrong_type(self, member: str, value: Any) -> str:
        if isinstance(value, float) and math.isinf(value):
            raise OverflowError("cannot convert float infinity to integer")
        return super().wrong_type(member, value)


@shown_by(lambda play: bought_by(play, {"reservationName": 2**63, "start": START}))
class NumberBeyond64BitsFails(RightEmulator):
    """Fails on a whole number that is too large for 64 bits."""

    breaks = FAULT
    may_break = IN_A_BODY

    def wrong_type(self, member: str, value: Any) -> str:
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise OverflowError("int too big to convert")
        return super().wrong_type(member, value)


@shown_by(lambda play: bought_by(play, {"reservationName": "a1", "start": "\ud83d"}))
class LoneSurrogateInAStartFails(RightEmulator):
    """Fails on a Start that has half of a surrogate pair."""

    breaks = FAULT
    may_break = IN_A_BODY

    def check_start(self, purchase: Purchase) -> None:
        purchase.start_text.encode()
        super().check_start(purchase)


@shown_by(lambda play: bought_by(play, {"reservationName": "a" * 70_000, "start": START}))
class NameBeyond64KibibytesFails(RightEmulator):
    """Fails on a name of over 65,535 characters, which does not fit into its log."""

    breaks = FAULT
    may_break = IN_A_BODY

    def check_name(self, purchase: Purchase) -> None:
        if len(purchase.name) > 65_535:
            raise OverflowError("the record is too large")
        super().check_name(purchase)


@shown_by(lambda play: bought_by(play, {"reservationName": "a1", "start": START, "__proto__": {}}))
class PrototypeFails(RightEmulator):
    """Fails on a body with a member __proto__."""

    breaks = FAULT
    may_break = IN_A_BODY

    def check_members(self, purchase: Purchase) -> None:
        if "__proto__" in purchase.members:
            raise TypeError("object is not extensible")
        super().check_members(purchase)


@shown_by(lambda play: bought_by(play, json.dumps({"reservationName": "a1", "start": START}).encode("utf-16")))
class BodyInUtf16(RightEmulator):
    """Reads a body in UTF-16, as its JSON parser finds out the encoding by itself."""

    breaks = ("errors/malformed-body",)
    may_break = ("errors/malformed-body-is-bad-request",)

    def uncompressed(self, request: Request) -> bytes:
        body = super().uncompressed(request)
        return body.decode("utf-16").encode() if body[:2] in (b"\xff\xfe", b"\xfe\xff") else body


@shown_by(lambda play: play.at(NOW).page("offerings", 2**64))
class MaxResultsBeyond64BitsFails(RightEmulator):
    """Fails on a MaxResults that is too large for 64 bits."""

    breaks = FAULT
    may_break = ("lists/max-results-refused", "lists/max-results-range")

    def read_max_results(self, text: str) -> int:
        if text.isascii() and text.isdecimal() and int(text[:30]) >= 2**63:
            raise OverflowError("Python int too large to convert to SQLite INTEGER")
        return super().read_max_results(text)
