"""Variations in how requests are read: bodies, members, parameters, paths, and the operations they ask for."""
# ruff: noqa: ARG002, D102 - a variation overrides methods whose arguments and docstrings are the right emulator's

import json
import re
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import unquote

from tests.meta.emulator.base import BAD_REQUEST, NOT_FOUND
from tests.meta.emulator.messages import Purchase, Refusal, Request, Reservation, Response, Wire
from tests.meta.emulator.right import RightEmulator


class UnknownMembersRefused(RightEmulator):
    """Refuses a body with a member that no document knows, which is left open."""

    def body_of(self, request: Request) -> Wire:
        members = super().body_of(request)
        if not members.keys() <= {"reservationName", "start"}:
            raise Refusal(*BAD_REQUEST, "The body has an unknown member.")
        return members


class UnknownParametersRefused(RightEmulator):
    """Refuses a query with a parameter that the operation does not have, which is left open."""

    def route(self, request: Request) -> Response:
        is_list = request.method == "GET" and request.path.count("/") == 2
        known = {"maxResults", "nextToken"} if is_list else set()
        if not self.query_of(request).keys() <= known:
            raise Refusal(*BAD_REQUEST, "The query has an unknown parameter.")
        return super().route(request)


class FirstOfTwoMembers(RightEmulator):
    """Takes the first of two members of one name; RFC 8259 leaves open which counts."""

    def decode_body(self, text: str) -> Any:
        return json.loads(text, parse_constant=self.no_constant, object_pairs_hook=lambda pairs: dict(pairs[::-1]))


class TwoMembersRefused(RightEmulator):
    """Refuses a body with two members of one name; RFC 8259 leaves open what comes of it."""

    def decode_body(self, text: str) -> Any:
        return json.loads(text, parse_constant=self.no_constant, object_pairs_hook=self.without_repeats)

    def without_repeats(self, pairs: list[tuple[str, Any]]) -> Wire:
        """Put an object together."""
        members = dict(pairs)
        if len(members) < len(pairs):
            raise ValueError(pairs)
        return members


class ScalarsCoerced(RightEmulator):
    """Takes a number or a boolean for the text that it is written as, as many JSON binders do."""

    departs_from = ("errors/scalar-of-wrong-type", "errors/wrong-type-is-bad-request")

    def wrong_type(self, member: str, value: Any) -> str:
        return json.dumps(value) if isinstance(value, int | float) else super().wrong_type(member, value)


class LenientJson(RightEmulator):
    """Accepts comments, single quotes and trailing commas, as RFC 8259, section 9, permits a parser."""

    departs_from = ("errors/lenient-body",)
    tokens: ClassVar[str] = (
        r"\"(?:[^\"\\]|\\.)*+\"|(?P<single>'(?:[^'\\]|\\.)*+')|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<comma>,)(?=\s*[}\]])"
    )

    def decode_body(self, text: str) -> Any:
        return super().decode_body(re.sub(self.tokens, self.strict, text, flags=re.DOTALL))

    def strict(self, token: re.Match[str]) -> str:
        """Write one token as strict JSON has it."""
        if token["single"]:
            return '"' + token["single"][1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
        return "" if token["comment"] or token["comma"] else token[0]


class TextAfterTheBodyIgnored(RightEmulator):
    """Reads the first JSON value of a body and ignores what follows, as RFC 8259, section 9, permits a parser."""

    departs_from = ("errors/lenient-body",)

    def decode_body(self, text: str) -> Any:
        return json.JSONDecoder(parse_constant=self.no_constant).raw_decode(text.lstrip(" \t\r\n"))[0]


class ByteOrderMarkAccepted(RightEmulator):
    """Overlooks a byte order mark before a body, as RFC 8259, section 8.1, permits a parser."""

    departs_from = ("errors/lenient-body",)

    def decode_body(self, text: str) -> Any:
        return super().decode_body(text.removeprefix("\ufeff"))


class CompressionRefused(RightEmulator):
    """Refuses a body with any Content-Encoding, for the service model has none, with 415."""

    departs_from = ("errors/malformed-body-is-bad-request",)

    def uncompressed(self, request: Request) -> bytes:
        if request.headers.get("content-encoding", "identity") != "identity":
            raise Refusal(415, "UnsupportedMediaTypeException", "No compression is supported.")
        return request.body


class OtherMediaTypesRefused(RightEmulator):
    """Refuses a body that is not labelled as JSON with 415."""

    departs_from = ("errors/malformed-body-is-bad-request",)

    def body_of(self, request: Request) -> Wire:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Refusal(415, "UnsupportedMediaTypeException", "The body must be application/json.")
        return super().body_of(request)


class LargeBodiesRefused(RightEmulator):
    """Refuses a body of more than eight thousand bytes with 413, as gateways do."""

    departs_from = ("errors/malformed-body-is-bad-request",)

    def body_of(self, request: Request) -> Wire:
        if len(request.body) > 8_000:
            raise Refusal(413, "RequestEntityTooLargeException", "The body is too large.")
        return super().body_of(request)


class LongNumbersRead(RightEmulator):
    """Reads a number of any length, which JSON does not bound and Python does."""

    def decode_body(self, text: str) -> Any:
        return json.loads(text, parse_constant=self.no_constant, parse_int=float)


class BareColonsRefused(RightEmulator):
    """Refuses an ARN whose colons are not percent-encoded in the path, which only a rule of level should minds."""

    departs_from = ("wire/bare-colons",)

    def decode_arn(self, segment: str) -> str:
        if ":" in segment:
            raise Refusal(*BAD_REQUEST, "A colon in the path must be percent-encoded.")
        return super().decode_arn(segment)


class DecodesBeforeItRoutes(RightEmulator):
    """Decodes the path, once, before it looks for the operation, so that an ARN may have slashes."""

    def route(self, request: Request) -> Response:
        path = self.decode_arn(request.path)
        for collection in ("/v1/offerings/", "/v1/reservations/"):
            if path.startswith(collection):
                rest = path.removeprefix(collection).replace("%", "%25").replace("/", "%2F")
                return super().route(replace(request, path=collection + rest))
        return super().route(replace(request, path=path))


class DecodedSlashesRoute(RightEmulator):
    """Decodes the path, once, before it looks for the operation: an ARN with a slash is a path of no operation."""

    def route(self, request: Request) -> Response:
        path = self.decode_arn(request.path).replace("%", "%25")
        return super().route(replace(request, path=path))


class SlashAtTheEndIgnored(RightEmulator):
    """Overlooks a slash at the end of a path, so that an empty ARN asks for the list."""

    def route(self, request: Request) -> Response:
        return super().route(replace(request, path=request.path.rstrip("/")))


class OtherPathsBase(RightEmulator):
    """Answers a path of no operation in its own way, which no document says anything of."""

    def route(self, request: Request) -> Response:
        is_list = request.method == "GET" and re.fullmatch("/v1/(offerings|reservations)", request.path)
        is_one = request.method == "GET" and re.fullmatch("/v1/(offerings|reservations)/[^/]+", request.path)
        is_purchase = request.method == "POST" and re.fullmatch("/v1/offerings/[^/]+", request.path)
        return super().route(request) if is_list or is_one or is_purchase else self.other_path(request)

    def other_path(self, request: Request) -> Response:
        """Answer a path of no operation."""
        raise NotImplementedError


class OtherPathsNotImplemented(OtherPathsBase):
    """Answers 501 to a path of no operation."""

    def other_path(self, request: Request) -> Response:
        return Response(501, {"Content-Type": "text/html"}, b"<html>Not implemented</html>")


class OtherPathsPlainlyNotFound(OtherPathsBase):
    """Answers a 404 of its web framework to a path of no operation."""

    def other_path(self, request: Request) -> Response:
        body = f"<!doctype html><title>404</title>{unquote(request.path)!r} not found".encode("utf-8", "replace")
        return Response(404, {"Content-Type": "text/html; charset=utf-8"}, body)


class BadEscapesAreNoRequest(RightEmulator):
    """Answers 400 in plain text to a request line with a percent sign that begins no escape, as Go's server does."""

    def handle(self, request: Request) -> Response:
        if re.search("%(?![0-9A-Fa-f]{2})", f"{request.path} {request.query}"):
            return Response(400, {"Content-Type": "text/plain; charset=utf-8"}, b"400 Bad Request")
        return super().handle(request)


class OtherPathsForbidden(OtherPathsBase):
    """Answers 403 to a path of no operation, as API gateways do."""

    def other_path(self, request: Request) -> Response:
        return self.error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")


class OtherPathsMalformed(OtherPathsBase):
    """Answers 400 with UnknownOperationException to a path of no operation."""

    def other_path(self, request: Request) -> Response:
        return self.error(400, "UnknownOperationException", "Unknown operation.")


class OtherPathsWelcome(OtherPathsBase):
    """Answers a page of its own to a path of no operation."""

    def other_path(self, request: Request) -> Response:
        return Response(200, {"Content-Type": "text/html"}, b"<html>Welcome!</html>")


class RepeatsAnswered(RightEmulator):
    """Answers the very same purchase again with the reservation that exists: nothing is purchased by that."""

    def purchase_offering(self, request: Request, segment: str) -> Response:
        try:
            return super().purchase_offering(request, segment)
        except Repeated as repeated:
            now = self.now(self.account(request.account))
            wire = self.reservation_wire(repeated.reservation, now)
            return self.success(self.purchase_status, {"reservation": wire})

    def check_active(self, purchase: Purchase) -> None:
        for reservation in list(purchase.region.reservations.values()):
            made = (reservation.name, reservation.start_text, reservation.offering.arn)
            asked = (purchase.name, purchase.start_text, purchase.offering_arn)
            if made == asked and self.excludes(reservation, purchase):
                raise Repeated(reservation)
        super().check_active(purchase)


class Repeated(Exception):  # noqa: N818 - an event
    """The very same purchase has been made before."""

    def __init__(self, reservation: Reservation) -> None:
        super().__init__(reservation.arn)
        self.reservation = reservation


class RepeatsAnsweredThoughNotFound(RepeatsAnswered):
    """Answers the very same purchase again with the reservation, and refuses any other with NotFoundException."""

    refusal_for_active = NOT_FOUND


class EmptyNames(RightEmulator):
    """Accepts an empty name, for the service model gives strings no least length."""

    departs_from = ("errors/empty-name", "names/length", "names/characters")
    name_pattern = RightEmulator.name_pattern + "|"

    def text_member(self, member: str, value: Any) -> str:
        return "" if (member, value) == ("reservationName", "") else super().text_member(member, value)


class NamesOfManyScripts(RightEmulator):
    """Accepts letters of every script and single spaces in a name, and counts its length in bytes."""

    departs_from = ("names/characters",)

    def name_is_well_formed(self, name: str) -> bool:
        return len(name.encode("utf-8", "replace")) <= 128 and re.fullmatch(r"[\w-]+( [\w-]+)*", name) is not None
