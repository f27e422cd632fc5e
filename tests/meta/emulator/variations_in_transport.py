"""Variations in how answers travel: HTTP, headers, compression, and the writing of JSON."""
# ruff: noqa: D102 - a variation overrides methods whose arguments and docstrings are the right emulator's

import gzip
import itertools
import json
import random
from dataclasses import replace
from typing import Any, ClassVar

from tests.meta.emulator.messages import Request, Response, Wire
from tests.meta.emulator.right import RightEmulator


class UnderAPathPrefix(RightEmulator):
    """Is not at the root of its server, where something else answers, but under a path."""

    over_http = True
    path_prefix = "/aws/mc"

    def handle(self, request: Request) -> Response:
        if not request.path.startswith(self.path_prefix + "/"):
            return Response(404, {"Content-Type": "text/html"}, b"<html>Here is nothing.</html>")
        return super().handle(replace(request, path=request.path.removeprefix(self.path_prefix)))


class UnderADeepPathPrefix(UnderAPathPrefix):
    """Is under a path that looks like one of its own, with an escaped space, and something else is at the root."""

    path_prefix = "/v1/offerings/my%20emulator"


class Http10(RightEmulator):
    """Speaks HTTP/1.0, so that each answer ends its connection."""

    over_http = True

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.version = "HTTP/1.0"
        return response


class EndOfConnectionIsEndOfBody(Http10):
    """Has neither Content-Length nor chunks: a body ends where the connection does (RFC 9112, 6.3)."""

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.has_length = False
        return response


class ClosesIdleConnections(RightEmulator):
    """Closes each connection after an answer without saying so beforehand, as a server may at any time."""

    over_http = True

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.closes = True
        return response


class ClosesSomeIdleConnections(RightEmulator):
    """Closes one connection in seven after an answer without saying so beforehand, as a server may at any time."""

    over_http = True

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count(1)

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.closes = next(self.numbers) % 7 == 0
        return response


class GzipWhereAsked(RightEmulator):
    """Compresses answers to those who say that they accept it."""

    over_http = True

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        if "gzip" in request.headers.get("accept-encoding", ""):
            response.headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            response.body = gzip.compress(response.body)
        return response


class HeadersInUpperCase(RightEmulator):
    """Writes the names of headers in upper case: header names have no case."""

    over_http = True

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.headers = {name.upper(): value for name, value in response.headers.items()}
        return response


class ManyHeaders(RightEmulator):
    """Has headers of proxies and browsers, among them Retry-After where there is nothing to be tried again."""

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.headers |= {
            "Retry-After": "0",
            "Set-Cookie": "session=1; Path=/",
            "Access-Control-Allow-Origin": "*",
            "Vary": "Origin",
            "Server": "emulator/1.0 (not implemented in C)",
            "X-Filler": "x" * 4000,
        }
        return response


class FewHeaders(RightEmulator):
    """Has no header but the error's type, and no content type, which only a rule of level should minds."""

    departs_from = ("wire/content-type",)

    def finish(self, response: Response) -> Response:
        response.headers.pop("Content-Type", None)
        return response


class ContentTypeInAnotherCase(RightEmulator):
    """Writes the media type in another case and with a parameter: media types have no case."""

    content_type = 'Application/JSON ; Charset="utf-8"'


class LongAnswers(RightEmulator):
    """Has a long member in every answer that no document knows."""

    filler: ClassVar[str] = "\\u2026 <x>&amp;\n" * 2000

    def encode(self, wire: Wire) -> bytes:
        return super().encode({"_filler": self.filler, **wire})


class EscapedJson(RightEmulator):
    """Escapes every character in JSON's strings, names of members too, which RFC 8259 permits."""

    def encode(self, wire: Wire) -> bytes:
        return self.write(wire).encode()

    def write(self, value: Any) -> str:
        """Write a value."""
        if isinstance(value, dict):
            return "{" + ",".join(f"{self.write(name)}:{self.write(item)}" for name, item in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(self.write, value)) + "]"
        if isinstance(value, str):
            pairs = value.encode("utf-16-be", "surrogatepass")
            return '"' + "".join(f"\\u{pairs[i]:02X}{pairs[i + 1]:02x}" for i in range(0, len(pairs), 2)) + '"'
        return json.dumps(value)


class MembersInAnyOrder(RightEmulator):
    """Writes the members of objects in another order each time, with white space around them."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self.random = random.Random(seed)

    def encode(self, wire: Wire) -> bytes:
        return b"\r\n\t " + json.dumps(self.shuffled(wire), separators=(" ,\t", "\n:  ")).encode() + b" \n"

    def shuffled(self, value: Any) -> Any:
        """Put the members of every object in another order."""
        if isinstance(value, list):
            return [self.shuffled(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {name: self.shuffled(value[name]) for name in self.random.sample(list(value), len(value))}


class MembersEverywhere(RightEmulator):
    """Has further members whose names are like the documented ones, of other types, at every level."""

    more: ClassVar[Wire] = {
        "ReservationArn": 1,
        "ReservationState": [],
        "state": "EXPIRED",
        "End": None,
        "OfferingArn": {},
        "offering_arn": "",
        "NextToken": None,
        "marker": "x",
        "MaxResults": 0,
        "errors": [{"code": "NotFoundException"}],
        "message": "not implemented",
        "message2": "",
    }

    def encode(self, wire: Wire) -> bytes:
        is_refusal = "message" in wire
        return super().encode(wire if is_refusal else self.with_more(wire))

    def with_more(self, value: Any) -> Any:
        """Add the members to every object."""
        if isinstance(value, list):
            return [self.with_more(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {**{name: self.with_more(item) for name, item in value.items()}, **self.more}
