"""Mutations of requests below the client: bodies, and the same names in other places.

Each takes the parts of a right, serialized, not yet signed request and gives the parts that are sent instead. It knows
nothing of what is right: the specification reads what was sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, unquote

from conformance.cases.arn_mutations import ARNS

NESTING = 100_000
"""Levels of a deep body: beyond the stack of any parser that calls itself for each."""
HUGE = 1_000_000
"""Characters of a long member: far more than any field needs."""
ANOTHER_NAME = "named-elsewhere"


@dataclass(frozen=True, slots=True)
class Parts:
    """What can be mutated of a request: the percent-encoded path and query string, headers to add, the body."""

    path: str
    query: str = ""
    headers: Mapping[str, str] | None = None
    body: bytes = b""


class RequestKind(StrEnum):
    """What is changed about a request, for tests that are about one thing."""

    OTHER = "something else"
    MISSING = "a parameter is missing"
    WRONG_TYPE = "a value has the wrong type"
    MALFORMED_BODY = "the body is malformed"
    ELSEWHERE = "a value stands in another place"


@dataclass(frozen=True, slots=True)
class RequestMutation:
    """What is done to a right request."""

    change: Callable[[Parts], Parts]
    kind: RequestKind = RequestKind.OTHER


def _with_members(change: Callable[[dict[str, Any]], Any]) -> Callable[[Parts], Parts]:
    def changed(parts: Parts) -> Parts:
        return replace(parts, body=json.dumps(change(json.loads(parts.body))).encode())

    return changed


def _with_body(change: Callable[[bytes], bytes], content_type: str = "application/json") -> Callable[[Parts], Parts]:
    def changed(parts: Parts) -> Parts:
        return replace(parts, body=change(parts.body), headers={"Content-Type": content_type})

    return changed


def _without(member: str) -> Callable[[Parts], Parts]:
    return _with_members(lambda members: {name: value for name, value in members.items() if name != member})


def _setting(**values: object) -> Callable[[Parts], Parts]:
    return _with_members(lambda members: members | values)


def _wrapping(member: str, wrap: Callable[[str], object]) -> Callable[[Parts], Parts]:
    return _with_members(lambda members: members | {member: wrap(members[member])})


def _seconds(start: str) -> float:
    """The same instant as a number of seconds since 1970."""
    return datetime.fromisoformat(start).timestamp()


def _form_encoded(body: bytes) -> bytes:
    members = json.loads(body)
    return f"reservationName={members['reservationName']}&start={members['start']}".encode()


def _moved_to_query(member: str) -> Callable[[Parts], Parts]:
    def changed(parts: Parts) -> Parts:
        members = json.loads(parts.body)
        value = members.pop(member)
        return replace(parts, body=json.dumps(members).encode(), query=f"{member}={value.replace(':', '%3A')}")

    return changed


def _null_beside_query(member: str) -> Callable[[Parts], Parts]:
    """The member is null in the body, and stands in the query."""

    def changed(parts: Parts) -> Parts:
        moved = _moved_to_query(member)(parts)
        return replace(moved, body=json.dumps(json.loads(moved.body) | {member: None}).encode())

    return changed


def _in_query(text: str) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, query="&".join(filter(None, [parts.query, text])))


def _in_headers(**values: str) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, headers=values)


def _first_of_month(start: str) -> str:
    """The first instant of the month of a Start: as right as that one, where it is inside the window."""
    return f"{start[:8]}01T00:00:00Z"


def _another_start(parts: Parts) -> str:
    return _first_of_month(str(json.loads(parts.body)["start"]))


def _arn_of(parts: Parts) -> str:
    return unquote(parts.path.rpartition("/")[2])


def _with_another_arn(parts: Parts) -> Parts:
    """The path has an ARN of the same shape, but of nothing."""
    another = ARNS["another identifier"](_arn_of(parts))
    return replace(parts, path=f"{parts.path.rpartition('/')[0]}/{quote(another, safe='')}")


def _renamed(**names: str) -> Callable[[Parts], Parts]:
    return _with_members(lambda members: {names.get(name, name): value for name, value in members.items()})


def _with_text(before: str = "", after: str = "") -> Callable[[Parts], Parts]:
    """More members in the text of the body, before and after the right ones."""

    def changed(body: bytes) -> bytes:
        inside = body.decode().strip()[1:-1]
        return f"{{{before}{inside}{after}}}".encode()

    return _with_body(changed)


def _valued(member: str, text: str) -> Callable[[Parts], Parts]:
    """The member's value is this very text of JSON, whatever json.dumps would write."""
    marked = _setting(**{member: "\x01"})
    return lambda parts: replace(parts, body=marked(parts).body.replace(b'"\\u0001"', text.encode()))


def _with_escapes(body: bytes) -> bytes:
    """The same JSON, with every character of its strings escaped."""

    def escaped(text: str) -> str:
        units = text.encode("utf-16-be")
        return '"' + "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)) + '"'

    members = json.loads(body)
    return ("{" + ",".join(f"{escaped(name)}:{escaped(value)}" for name, value in members.items()) + "}").encode()


def _with_path(change: Callable[[str], str]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, path=change(parts.path))


def _missing(change: Callable[[Parts], Parts]) -> RequestMutation:
    return RequestMutation(change, RequestKind.MISSING)


def _wrong_type(change: Callable[[Parts], Parts]) -> RequestMutation:
    return RequestMutation(change, RequestKind.WRONG_TYPE)


def _malformed(change: Callable[[Parts], Parts]) -> RequestMutation:
    return RequestMutation(change, RequestKind.MALFORMED_BODY)


def _elsewhere(change: Callable[[Parts], Parts]) -> RequestMutation:
    return RequestMutation(change, RequestKind.ELSEWHERE)


REQUESTS: Mapping[str, RequestMutation] = {
    "plain": RequestMutation(lambda parts: parts),
    "to a path of nothing": RequestMutation(lambda parts: replace(parts, path="/v1/no-such-resource")),
    "no name": _missing(_without("reservationName")),
    "no start": _missing(_without("start")),
    "null name": _missing(_setting(reservationName=None)),
    "null start": _missing(_setting(start=None)),
    "no members": _missing(_with_members(lambda _: {})),
    "name is a number": _wrong_type(_setting(reservationName=12345)),
    "name is a fraction": _wrong_type(_setting(reservationName=1.5)),
    "name is zero": _wrong_type(_setting(reservationName=0)),
    "name is true": _wrong_type(_setting(reservationName=True)),
    "name is false": _wrong_type(_setting(reservationName=False)),
    "name is a list": _wrong_type(_wrapping("reservationName", lambda name: [name])),
    "name is an empty list": _wrong_type(_setting(reservationName=[])),
    "name is an object": _wrong_type(_wrapping("reservationName", lambda name: {"name": name})),
    "start is a number": _wrong_type(_wrapping("start", lambda start: int(_seconds(start)))),
    "start is a number of milliseconds": _wrong_type(_wrapping("start", lambda start: int(_seconds(start) * 1000))),
    "start is a fraction": _wrong_type(_wrapping("start", _seconds)),
    "start is true": _wrong_type(_setting(start=True)),
    "start is false": _wrong_type(_setting(start=False)),
    "start is a list": _wrong_type(_wrapping("start", lambda start: [start])),
    "start is an empty list": _wrong_type(_setting(start=[])),
    "start is an object": _wrong_type(_wrapping("start", lambda start: {"start": start})),
    "not JSON": _malformed(_with_body(lambda _: b"a reservation, please")),
    "JSON cut short": _malformed(_with_body(lambda body: body[:-1])),
    "JSON with a tail": _malformed(_with_body(lambda body: body + b"}")),
    "JSON with single quotes": _malformed(_with_body(lambda body: body.replace(b'"', b"'"))),
    "JSON with a trailing comma": _malformed(_with_body(lambda body: body[:-1] + b",}")),
    "form-encoded": _malformed(_with_body(_form_encoded, "application/x-www-form-urlencoded")),
    "not UTF-8": _malformed(_with_body(lambda body: body.replace(b'": "', b'": "\xff', 1))),
    "not UTF-8 in an unknown member": _malformed(_with_body(lambda body: body[:-1] + b', "x": "\xff"}')),
    "wrongly compressed": _malformed(
        lambda parts: replace(parts, headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b\x08\x00" + parts.body)
    ),
    "nested too deep": _malformed(_with_body(lambda _: b"[" * NESTING + b"]" * NESTING)),
    # Well-formed, so a reader that can may accept it; one that cannot must say so.
    "an unknown member nested too deep": RequestMutation(
        _with_body(lambda body: body[:-1] + b', "x": ' + b"[" * NESTING + b"]" * NESTING + b"}")
    ),
    "a huge unknown member": RequestMutation(_with_body(lambda body: body[:-1] + b', "x": "' + b"x" * HUGE + b'"}')),
    "an array": _malformed(_with_body(lambda body: b"[" + body + b"]")),
    "a string": _malformed(_with_body(lambda _: b'"reservation"')),
    "a number": _malformed(_with_body(lambda _: b"7")),
    "null": _malformed(_with_body(lambda _: b"null")),
    "no body": _malformed(_with_body(lambda _: b"")),
    "another name and start in the query": _elsewhere(
        lambda parts: _in_query(f"reservationName={ANOTHER_NAME}&start={quote(_another_start(parts))}")(parts)
    ),
    "another name and start in headers": _elsewhere(
        lambda parts: replace(parts, headers={"reservationName": ANOTHER_NAME, "start": _another_start(parts)})
    ),
    "another OfferingArn in the body": _elsewhere(_setting(offeringArn="arn:aws:mediaconnect:elsewhere")),
    "another OfferingArn in the query": _elsewhere(
        _in_query("OfferingArn=arn%3Aelsewhere&offeringArn=arn%3Aelsewhere")
    ),
    "OfferingArn in the body, another in the path": _elsewhere(
        lambda parts: _with_another_arn(_setting(offeringArn=_arn_of(parts), OfferingArn=_arn_of(parts))(parts))
    ),
    "OfferingArn in the query, another in the path": _elsewhere(
        lambda parts: _with_another_arn(
            _in_query(f"offeringArn={quote(_arn_of(parts), safe='')}&OfferingArn={quote(_arn_of(parts), safe='')}")(
                parts
            )
        )
    ),
    "bare colons in the path": _elsewhere(lambda parts: replace(parts, path=parts.path.replace("%3A", ":"))),
    "letters percent-encoded in the path": _elsewhere(
        lambda parts: replace(parts, path=parts.path.replace("arn%3A", "%61%72%6E%3A"))
    ),
    "percent-encoded in lower case in the path": _elsewhere(
        lambda parts: replace(parts, path=parts.path.replace("%3A", "%3a").replace("%2F", "%2f"))
    ),
    # The right members come last, for readers that take the last of two names that differ in case.
    "another name and start under other spellings": _elsewhere(
        _with_members(
            lambda members: {"ReservationName": ANOTHER_NAME, "Start": _first_of_month(members["start"])} | members
        )
    ),
    "name in the query alone": _elsewhere(_moved_to_query("reservationName")),
    "start in the query alone": _elsewhere(_moved_to_query("start")),
    "null name, the right one in the query": _elsewhere(_null_beside_query("reservationName")),
    "null start, the right one in the query": _elsewhere(_null_beside_query("start")),
    # What follows names no rule: the specification reads the request itself.
    "all names in upper case": RequestMutation(_renamed(reservationName="RESERVATIONNAME", start="START")),
    "name in lower case": RequestMutation(_renamed(reservationName="reservationname")),
    "all names capitalized": RequestMutation(_renamed(reservationName="ReservationName", start="Start")),
    "name in snake case": RequestMutation(_renamed(reservationName="reservation_name")),
    "all names with white space": RequestMutation(_renamed(reservationName="reservationName ", start=" start")),
    "name twice, the right one last": RequestMutation(_with_text(before=f'"reservationName": "{ANOTHER_NAME}", ')),
    "name twice, the right one first": RequestMutation(_with_text(after=f', "reservationName": "{ANOTHER_NAME}"')),
    "start twice, the right one last": RequestMutation(
        lambda parts: _with_text(before=f'"start": "{_another_start(parts)}", ')(parts)
    ),
    "start twice, the right one first": RequestMutation(
        lambda parts: _with_text(after=f', "start": "{_another_start(parts)}"')(parts)
    ),
    "name twice, null last": RequestMutation(_with_text(after=', "reservationName": null')),
    "start twice, null first": RequestMutation(_with_text(before='"start": null, ')),
    "members in an object": RequestMutation(_with_members(lambda members: {"reservation": members})),
    "members in an object called body": RequestMutation(_with_members(lambda members: {"body": members})),
    "members in a string": RequestMutation(_with_body(lambda body: json.dumps(body.decode()).encode())),
    "members as pairs": RequestMutation(_with_members(lambda members: [list(pair) for pair in members.items()])),
    "null name, wrong start": RequestMutation(_setting(reservationName=None, start=5)),
    "wrong name, null start": RequestMutation(_setting(reservationName=[], start=None)),
    "null name, no start": RequestMutation(_with_members(lambda _: {"reservationName": None})),
    "name is a nested list": RequestMutation(_wrapping("reservationName", lambda name: [[[name]]])),
    "name is a huge number": RequestMutation(_valued("reservationName", "9" * 400)),
    "name is a number beyond floats": RequestMutation(_valued("reservationName", "1e400")),
    "name is minus zero": RequestMutation(_valued("reservationName", "-0")),
    "name is NaN": RequestMutation(_valued("reservationName", "NaN")),
    "start is a huge number": RequestMutation(_valued("start", "9" * 400)),
    "start is a number beyond floats": RequestMutation(_valued("start", "-1e400")),
    "start is 2 to the 63rd": RequestMutation(_valued("start", str(2**63))),
    "start is Infinity": RequestMutation(_valued("start", "Infinity")),
    "a lone surrogate in the name": RequestMutation(_valued("reservationName", r'"a\ud800b"')),
    "a lone surrogate in the start": RequestMutation(_with_body(lambda body: body[:-2] + rb'\udfff"}')),
    "a lone surrogate as a member": RequestMutation(_with_text(after=r', "\udc00": 1')),
    "NUL in the name": RequestMutation(_valued("reservationName", r'"a\u0000b"')),
    "unknown members of every type": RequestMutation(
        _setting(more=[1, {"a": [None, True]}], tags={"a": "b"}, number=1.5, none=None, flag=False)
    ),
    "a member called __proto__": RequestMutation(_setting(__proto__={"start": "2001-01-01T00:00:00Z"})),
    "an unknown number beyond floats": RequestMutation(_with_text(after=', "x": 1e400')),
    "an unknown number of 5,000 digits": RequestMutation(_with_text(after=', "x": ' + "9" * 5_000)),
    "white space around it": RequestMutation(_with_body(lambda body: b" \r\n\t" + body + b"\n\n")),
    "white space within it": RequestMutation(
        _with_body(lambda body: json.dumps(json.loads(body), indent=4, separators=("\n, ", "\t:\n")).encode())
    ),
    "no white space": RequestMutation(
        _with_body(lambda body: json.dumps(json.loads(body), separators=(",", ":")).encode())
    ),
    "the members in another order": RequestMutation(_with_members(lambda members: dict(reversed(members.items())))),
    "every sign escaped": RequestMutation(_with_body(_with_escapes)),
    "a byte order mark before it": RequestMutation(_with_body(lambda body: b"\xef\xbb\xbf" + body)),
    "UTF-16": RequestMutation(_with_body(lambda body: b"\xff\xfe" + body.decode().encode("utf-16-le"))),
    "an overlong UTF-8 sequence": RequestMutation(_with_body(lambda body: body.replace(b'": "', b'": "\xc0\xaf', 1))),
    "a raw control character": RequestMutation(_with_body(lambda body: body.replace(b'": "', b'": "\x01', 1))),
    "a raw line break": RequestMutation(_with_body(lambda body: body.replace(b'": "', b'": "\n', 1))),
    "a bad escape": RequestMutation(_with_body(lambda body: body.replace(b'": "', b'": "\\x41', 1))),
    "comments": RequestMutation(_with_body(lambda body: b"/* a */" + body + b"// b")),
    "JSON twice": RequestMutation(_with_body(lambda body: body + b"\n" + body)),
    "names without quotes": RequestMutation(
        _with_body(lambda body: body.replace(b'"reservationName"', b"reservationName").replace(b'"start"', b"start"))
    ),
    "a semicolon after the path": RequestMutation(_with_path(lambda path: path + ";x=1")),
    "an unknown query parameter": RequestMutation(_in_query("x=1&x=2&y")),
    "a page size twice": RequestMutation(_in_query("maxResults=1&maxResults=2")),
    "a query parameter that is no UTF-8": RequestMutation(_in_query("x=%FF%C0&%FE=1")),
    "a question mark after the path": RequestMutation(_with_path(lambda path: path + "%3F")),
    "a slash after the path": RequestMutation(_with_path(lambda path: path + "/")),
    "an escaped slash after the path": RequestMutation(_with_path(lambda path: path + "%2F")),
    "a segment after the path": RequestMutation(_with_path(lambda path: path + "/x")),
    "a dot after the path": RequestMutation(_with_path(lambda path: path + ".")),
    "an escaped space after the path": RequestMutation(_with_path(lambda path: path + "%20")),
    "a plus sign after the path": RequestMutation(_with_path(lambda path: path + "+")),
    "an escaped NUL after the path": RequestMutation(_with_path(lambda path: path + "%00")),
    "bytes that are no UTF-8 after the path": RequestMutation(_with_path(lambda path: path + "%FF%C0")),
    "a percent sign after the path": RequestMutation(_with_path(lambda path: path + "%")),
    "a bad escape after the path": RequestMutation(_with_path(lambda path: path + "%zz")),
    "a bad escape in the query": RequestMutation(_in_query("x=%zz&y=%")),
    "maxResults in a header": _elsewhere(_in_headers(maxResults="1", MaxResults="1")),
}
"""Name to mutation; those of bodies are for PurchaseOffering."""


def requests_of_kind(kind: RequestKind) -> tuple[str, ...]:
    """The names of the mutations of one kind."""
    return tuple(name for name, mutation in REQUESTS.items() if mutation.kind is kind)
