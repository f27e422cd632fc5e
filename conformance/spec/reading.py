"""`read`: what a rest-json server reads in a raw request, and what is wrong with it, whatever it was meant to be.

By the service model mediaconnect/2018-11-14: the operation from method and path, ARNs from the path (percent-decoded
once), reservationName and start from the JSON body, maxResults and nextToken from the query.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from conformance.spec.body import Body, BodyFlaw, read_body
from conformance.spec.request import AccountMapping, Place, Request
from conformance.spec.service import Operation

ABSENT = object()
"""In the place of a member that the body does not have, or has as null."""

_PATHS: Mapping[tuple[str, str, bool], Operation] = {
    ("POST", "offerings", True): Operation.PURCHASE_OFFERING,
    ("GET", "offerings", True): Operation.DESCRIBE_OFFERING,
    ("GET", "offerings", False): Operation.LIST_OFFERINGS,
    ("GET", "reservations", True): Operation.DESCRIBE_RESERVATION,
    ("GET", "reservations", False): Operation.LIST_RESERVATIONS,
}
_DELIMITERS = re.compile(r"[;,=+$&!'()*@\[\]|\\^`{}<>\"\s]|%(?![0-9A-Fa-f]{2})")
_MEMBERS = ("reservationName", "start")
_QUERY = ("maxResults", "nextToken")
_ELSEWHERE = frozenset({"reservationname", "start", "offeringarn", "reservationarn", "maxresults", "nexttoken"})
_LONGEST_KEPT = 4_096
"""Bytes of a body, at most, whose reading is kept."""
_LISTS = (Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS)


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as a server reads it.

    `operation` is None where the service model has none at that method and path. `arn` is None where the path has
    bytes that are not UTF-8; `bare_delimiters` tells of others than colons that an SDK would have encoded, and of
    percent signs that begin no escape. `name` and `start` are the JSON values of the body's members, or ABSENT.
    `unknown` tells of members or query parameters that the model does not have, `in_other_case` of members that it has
    in another case; whether a server then refuses is left open. `is_rewritten` tells of JSON with white space or
    escapes that no SDK writes, and that mean the same.
    """

    place: Place
    operation: Operation | None
    arn: str | None = ""
    bare_colons: bool = False
    bare_delimiters: bool = False
    name: Any = ABSENT
    start: Any = ABSENT
    body_flaws: frozenset[BodyFlaw] = frozenset()
    max_results: str | None = None
    next_token: str | None = None
    unknown: bool = False
    in_other_case: frozenset[str] = frozenset()
    is_rewritten: bool = False
    body: str = ""

    @property
    def name_text(self) -> str | None:
        """The ReservationName, where it is a text."""
        return self.name if isinstance(self.name, str) else None

    @property
    def start_text(self) -> str | None:
        """The Start, where it is a text."""
        return self.start if isinstance(self.start, str) else None

    @property
    def is_plain(self) -> bool:
        """Whether the request has just the parameters of its operation, each in its place, as an SDK writes them."""
        bare = self.bare_colons or self.bare_delimiters
        return not self.body_flaws and not self.unknown and not self.in_other_case and not bare

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters by the names that an SDK has for them; of a body that is not plain the text as `body`."""
        given: dict[str, str | None] = {}
        match self.operation:
            case Operation.PURCHASE_OFFERING | Operation.DESCRIBE_OFFERING:
                given["OfferingArn"] = self.arn
            case Operation.DESCRIBE_RESERVATION:
                given["ReservationArn"] = self.arn
            case _:
                given |= {"MaxResults": self.max_results, "NextToken": self.next_token}
        if self.operation is Operation.PURCHASE_OFFERING:
            given |= {"ReservationName": self.name_text, "Start": self.start_text}
            if self.body:
                given = {"OfferingArn": self.arn, "body": self.body}
        return {name: value for name, value in given.items() if value is not None}


def operation_of(method: str, path: str) -> Operation | None:
    """The operation of the service model at a method and a path without prefix; None where there is none."""
    segments = path.split("/")
    if len(segments) not in (3, 4) or segments[:2] != ["", "v1"] or (len(segments) == 4 and not segments[3]):
        return None
    return _PATHS.get((method, segments[2], len(segments) == 4))


def read(request: Request, accounts: AccountMapping) -> Reading:
    """Read a request. Never raises: what cannot be read is a flaw of the reading."""
    if len(request.body) > _LONGEST_KEPT:
        return _read(request, accounts)
    return _read_again(request.method, request.target, (*request.headers.items(),), request.body, accounts)


@lru_cache(maxsize=512)
def _read_again(
    method: str, target: str, headers: tuple[tuple[str, str], ...], body: bytes, accounts: AccountMapping
) -> Reading:
    """Clients ask the same again and again, and a case that is made simpler is read again: the reading is kept."""
    return _read(Request(method, target, dict(headers), body), accounts)


def _read(request: Request, accounts: AccountMapping) -> Reading:
    place = accounts.place(request)
    path = request.path.removeprefix(accounts.prefix.rstrip("/"))
    operation = operation_of(request.method, path)
    if operation is None:
        return Reading(place, None)
    segments = path.split("/")
    query = parse_qsl(request.query, keep_blank_values=True, errors="surrogateescape")
    in_headers = not _ELSEWHERE.isdisjoint(name.lower() for name in request.headers)
    if operation in _LISTS:
        return _read_list(place, operation, query, in_headers)
    reading = Reading(
        place,
        operation,
        _decoded(segments[3]),
        bare_colons=":" in segments[3],
        bare_delimiters=_DELIMITERS.search(segments[3]) is not None,
        unknown=bool(query) or in_headers,
    )
    return _read_purchase(reading, request) if operation is Operation.PURCHASE_OFFERING else reading


def _decoded(segment: str) -> str | None:
    """The ARN in a path segment, percent-decoded once; None where that is not text."""
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return None


def _read_list(place: Place, operation: Operation, query: list[tuple[str, str]], in_headers: bool) -> Reading:
    values = dict(query)
    sizes = {value for name, value in query if name == "maxResults"}
    return Reading(
        place,
        operation,
        # Of several sizes nobody says which binds.
        max_results=sizes.pop() if len(sizes) == 1 else None,
        next_token=values.get("nextToken"),
        unknown=in_headers or len(query) > len(values) or bool(values.keys() - set(_QUERY)),
    )


@lru_cache(maxsize=256)
def _read_body(body: bytes, encoding: str, content_type: str) -> Body:
    return read_body(body, encoding, content_type)


def _is_usual(body: bytes, members: Mapping[str, Any]) -> bool:
    """Whether the body is JSON as SDKs write it, with blanks or without, other scripts escaped or not."""
    text = body.decode(errors="replace")
    ways = ((separators, escaped) for separators in ((", ", ": "), (",", ":")) for escaped in (True, False))
    return any(text == json.dumps(members, separators=way, ensure_ascii=escaped) for way, escaped in ways)


def _read_purchase(reading: Reading, request: Request) -> Reading:
    body = _read_body(request.body, request.header("content-encoding"), request.header("content-type"))
    members = body.members or {}
    others = members.keys() - set(_MEMBERS)
    in_other_case = {name for name in _MEMBERS for other in others if other.lower() == name.lower()}
    values = {name: ABSENT if members.get(name) is None else members[name] for name in _MEMBERS}
    rewritten = not body.flaws and not _is_usual(request.body, members)
    unusual = bool(body.flaws) or bool(others) or any(not isinstance(value, str) for value in values.values())
    return replace(
        reading,
        name=values["reservationName"],
        start=values["start"],
        body_flaws=body.flaws,
        unknown=reading.unknown or bool(others),
        in_other_case=frozenset(in_other_case),
        is_rewritten=rewritten,
        body=request.body[:2_000].decode(errors="replace") if unusual or rewritten else "",
    )
