"""Variations in how an answer is written: error types, pages, headers, and what an SDK overlooks."""
# ruff: noqa: ARG002, D102 - a variation overrides methods whose arguments and docstrings are the right emulator's

import base64
import hashlib
import hmac
import itertools
import json
import random
from datetime import datetime
from typing import Any

from tests.meta.emulator.messages import Offering, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.reading import Item
from tests.meta.emulator.right import RightEmulator

KEY = b"signs the tokens of SignedTokens"


class ErrorTypeWithSuffix(RightEmulator):
    """Names the error's type in the header, with a suffix."""

    def error_headers(self, code: str) -> dict[str, str]:
        return {"x-amzn-ErrorType": f"{code}:http://internal.amazon.com/coral/com.amazon.mediaconnect/"}


class ErrorTypeInBodyBase(RightEmulator):
    """Names the error's type in the body only."""

    def error_headers(self, code: str) -> dict[str, str]:
        return {}


class ErrorTypeInBody(ErrorTypeInBodyBase):
    """Names the error's type in the body, as __type."""

    def error_body(self, code: str, message: str) -> Wire:
        return {"__type": code, "message": message}


class ErrorTypeWithNamespace(ErrorTypeInBodyBase):
    """Names the error's type in the body, as __type, with a namespace."""

    def error_body(self, code: str, message: str) -> Wire:
        return {"__type": f"com.amazonaws.mediaconnect#{code}", "message": message}


class ErrorTypeAsCode(ErrorTypeInBodyBase):
    """Names the error's type in the body, as code."""

    def error_body(self, code: str, message: str) -> Wire:
        return {"code": code, "message": message}


class ChangingMessages(RightEmulator):
    """Has another message each time it refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count(1)

    def error_body(self, code: str, message: str) -> Wire:
        return super().error_body(code, f"{message} (refusal {next(self.numbers)})")


class SmallPages(RightEmulator):
    """Has pages of at most two items."""

    def page_size(self, parameters: dict[str, str]) -> int:
        return min(2, super().page_size(parameters))


class PagesOfFive(RightEmulator):
    """Has pages of at most five items where no size is asked for."""

    default_page = 5


class EmptyPages(RightEmulator):
    """Begins every list with an empty page and a token."""

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        page, token = super().page(request, region, kind, items)
        if page and "nextToken" not in self.query_of(request):
            return [], self.give_token(region, kind, 0)
        return page, token


class TrailingEmptyPage(RightEmulator):
    """Ends every list with an empty page, because it gives a token wherever a page is full."""

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        page, token = super().page(request, region, kind, items)
        full = bool(page) and len(page) == self.page_size(self.query_of(request))
        return page, token or (self.give_token(region, kind, len(items)) if full else None)


class SignedTokens(RightEmulator):
    """Has tokens that carry their own contents, signed, in base64."""

    def signature(self, region: Region, content: str) -> str:
        return hmac.new(KEY, f"{region.account.number} {region.name} {content}".encode(), hashlib.sha256).hexdigest()

    def give_token(self, region: Region, kind: str, following: int) -> str:
        content = f"{kind} {following}"
        return base64.b64encode(f"{content} {self.signature(region, content)}".encode()).decode()

    def read_token(self, region: Region, kind: str, token: str) -> int:
        try:
            text = base64.b64decode(token.encode("ascii"), validate=True).decode()
        except ValueError:
            return self.bad_token()
        content, _, signature = text.rpartition(" ")
        given_for, _, first = content.partition(" ")
        given = hmac.compare_digest(signature.encode(), self.signature(region, content).encode())
        return int(first) if given and given_for == kind else self.bad_token()


class NullTokens(RightEmulator):
    """Has a nextToken of null on the last page."""

    def list_answer(self, member: str, items: list[Wire], token: str | None) -> Response:
        return self.success(self.read_status, {member: items, "nextToken": token})


class EmptyListsAbsent(RightEmulator):
    """Leaves out a list that is empty, as the model does not require one."""

    def list_answer(self, member: str, items: list[Wire], token: str | None) -> Response:
        wire = {member: items, "nextToken": token}
        return self.success(self.read_status, {name: value for name, value in wire.items() if value})


class EmptyListsNull(RightEmulator):
    """Has null for a list that is empty, as the model does not require one."""

    def list_answer(self, member: str, items: list[Wire], token: str | None) -> Response:
        return self.success(self.read_status, {member: items or None, **({"nextToken": token} if token else {})})


class ListsReversed(RightEmulator):
    """Lists the newest reservations and the last offerings first."""

    def listed_offerings(self, region: Region) -> list[Offering]:
        return super().listed_offerings(region)[::-1]

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return super().listed_reservations(region, now)[::-1]


class ListsShuffled(RightEmulator):
    """Lists in another order each time, though in the same from page to page."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self.random = random.Random(seed)
        self.orders: dict[str, list[str]] = {}

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        order = self.orders.get(self.query_of(request).get("nextToken", ""))
        if order is None:
            order = [item.arn for item in items]
            self.random.shuffle(order)
        own = {item.arn: item for item in items}
        page, token = super().page(request, region, kind, [own[arn] for arn in order if arn in own])
        if token is not None:
            self.orders[token] = order
        return page, token


class UnknownMembers(RightEmulator):
    """Has members everywhere that the model does not know."""

    def encode(self, wire: Wire) -> bytes:
        return super().encode(self.with_more(wire))

    def with_more(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.with_more(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {"tags": {}, "arn": None, **{name: self.with_more(item) for name, item in value.items()}, "status": 0}


class SpacedJson(RightEmulator):
    """Writes JSON for people, with its members in the order of the alphabet."""

    def encode(self, wire: Wire) -> bytes:
        return json.dumps(wire, indent=2, sort_keys=True).encode() + b"\n"


class UnescapedJson(RightEmulator):
    """Writes JSON in UTF-8, without escapes where none are needed."""

    content_type = "application/json; charset=utf-8"

    def encode(self, wire: Wire) -> bytes:
        try:
            return json.dumps(wire, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return super().encode(wire)


class NoDate(RightEmulator):
    """Has no Date header."""

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        del response.headers["Date"]
        return response


class LowerCaseHeaders(RightEmulator):
    """Writes the names of headers in lower case."""

    over_http = True

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.headers = {name.lower(): value for name, value in response.headers.items()}
        return response


class Chunked(RightEmulator):
    """Sends bodies in chunks."""

    over_http = True

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.chunked = True
        return response


class ClosesConnections(RightEmulator):
    """Closes the connection after each answer."""

    over_http = True

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.headers["Connection"] = "close"
        return response
