"""Mutants that read requests wrongly: what is missing, of another type, or no JSON."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from tests.meta.emulator.base import FORBIDDEN, NOT_FOUND
from tests.meta.emulator.messages import Purchase, Refusal, Request, Wire
from tests.meta.emulator.right import RightEmulator

AS_TEXT = "start-format/rejects-other-forms"


class MissingNameIsMadeUp(RightEmulator):
    """Makes up a name where the request has none."""

    breaks = ("errors/missing-parameter",)

    def name_member(self, purchase: Purchase) -> Any:
        made_up = f"reservation-{len(purchase.region.reservations) + 1}"
        name = super().name_member(purchase)
        return made_up if name is None else name


class MissingStartIsNow(RightEmulator):
    """Starts a reservation now where the request has no Start."""

    breaks = ("errors/missing-parameter",)

    def start_member(self, purchase: Purchase) -> Any:
        start = super().start_member(purchase)
        return self.write_end(purchase.now) if start is None else start


class NullNameIsText(RightEmulator):
    """Writes a null name as the text None."""

    breaks = ("errors/missing-parameter",)

    def name_member(self, purchase: Purchase) -> Any:
        name = super().name_member(purchase)
        return str(name) if name is None and "reservationName" in purchase.members else name


class MissingMemberIsNotFound(RightEmulator):
    """Refuses a request that lacks a member with NotFoundException."""

    breaks = ("errors/missing-parameter",)
    may_break = ("errors/malformed-body-is-bad-request",)

    def missing_member(self, member: str) -> str:
        raise Refusal(*NOT_FOUND, f"{member} was not found.")


class EmptyNameIsTaken(RightEmulator):
    """Sells a reservation with an empty name."""

    breaks = ("errors/empty-name",)
    may_break = ("names/length", "names/characters")

    def empty_member(self, member: str) -> str:
        return "" if member == "reservationName" else super().empty_member(member)

    def name_is_well_formed(self, name: str) -> bool:
        return not name or super().name_is_well_formed(name)


class EmptyStartIsNow(RightEmulator):
    """Starts a reservation now where the Start is empty."""

    breaks = ("errors/empty-parameter",)
    may_break = (AS_TEXT,)

    def start_member(self, purchase: Purchase) -> Any:
        start = super().start_member(purchase)
        return self.write_end(purchase.now) if start == "" else start


class EmptyMemberIsForbidden(RightEmulator):
    """Refuses an empty member with ForbiddenException."""

    breaks = ("errors/empty-parameter", "errors/empty-name")
    may_break = (AS_TEXT,)

    def empty_member(self, member: str) -> str:
        raise Refusal(*FORBIDDEN, f"{member} must not be empty.")


class NumbersAreNames(RightEmulator):
    """Takes a number for a name by writing it out."""

    breaks = ("errors/scalar-of-wrong-type",)
    may_break = ("errors/wrong-type-is-bad-request",)

    def name_member(self, purchase: Purchase) -> Any:
        name = super().name_member(purchase)
        return str(name).strip("-") if isinstance(name, int) and not isinstance(name, bool) else name


class BooleansAreNames(RightEmulator):
    """Takes true and false for names."""

    breaks = ("errors/scalar-of-wrong-type",)
    may_break = ("errors/wrong-type-is-bad-request",)

    def name_member(self, purchase: Purchase) -> Any:
        name = super().name_member(purchase)
        return str(name).lower() if isinstance(name, bool) else name


class ListsAreJoined(RightEmulator):
    """Takes a list of strings for the string that they make."""

    breaks = ("errors/wrong-type",)
    may_break = ("errors/wrong-type-is-bad-request",)

    def text_member(self, member: str, value: Any) -> str:
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            value = "".join(value)
        return super().text_member(member, value)


class ObjectsAreUnwrapped(RightEmulator):
    """Takes an object with one member for the string that this is."""

    breaks = ("errors/wrong-type",)
    may_break = ("errors/wrong-type-is-bad-request",)

    def text_member(self, member: str, value: Any) -> str:
        single = isinstance(value, dict) and len(value) == 1
        return super().text_member(member, next(iter(value.values())) if single else value)


class NumbersAreStarts(RightEmulator):
    """Takes a Start as a number of seconds since 1970."""

    breaks = ("errors/scalar-of-wrong-type",)
    may_break = ("errors/wrong-type-is-bad-request", AS_TEXT)

    def start_member(self, purchase: Purchase) -> Any:
        start = super().start_member(purchase)
        if not isinstance(start, int) or isinstance(start, bool) or not 0 <= start < 2**37:
            return start
        return self.write_end(datetime.fromtimestamp(start, UTC))


class WrongTypeIsASerializationException(RightEmulator):
    """Refuses a member of another type with SerializationException."""

    breaks = ("errors/wrong-type-is-bad-request",)
    may_break = ("errors/modelled",)

    def wrong_type(self, member: str, value: Any) -> str:
        raise Refusal(400, "SerializationException", f"{member} must be a string.")


class WrongTypeIsForbidden(RightEmulator):
    """Refuses a member of another type with ForbiddenException."""

    breaks = ("errors/wrong-type-is-bad-request",)

    def wrong_type(self, member: str, value: Any) -> str:
        raise Refusal(*FORBIDDEN, f"{member} must be a string.")


class FormBodyIsTaken(RightEmulator):
    """Reads a body as a form where it is not JSON."""

    breaks = ("errors/malformed-body",)
    may_break = ("errors/malformed-body-is-bad-request",)

    def decode_body(self, text: str) -> Any:
        form = dict(parse_qsl(text)) if "=" in text else {}
        return form if form.keys() & {"reservationName", "start"} else super().decode_body(text)


class InvalidBytesAreIgnored(RightEmulator):
    """Leaves out the bytes of a body that are not UTF-8."""

    breaks = ("errors/malformed-body",)
    may_break = ("errors/malformed-body-is-bad-request",)

    def body_of(self, request: Request) -> Wire:
        return super().body_of(replace(request, body=request.body.decode(errors="ignore").encode()))


class BadBytesAreReplaced(RightEmulator):
    """Reads the bytes of a body that are not UTF-8 as replacement characters, which only names and Starts show."""

    breaks = ("errors/malformed-body",)

    def body_of(self, request: Request) -> Wire:
        return super().body_of(replace(request, body=request.body.decode(errors="replace").encode()))


class RestOfBodyIsIgnored(RightEmulator):
    """Stops reading a body where its first JSON value ends."""

    breaks = ("errors/lenient-body",)
    may_break = ("errors/malformed-body-is-bad-request",)

    def decode_body(self, text: str) -> Any:
        return json.JSONDecoder().raw_decode(text.lstrip(" \t\r\n"))[0]


class TrailingCommaIsTaken(RightEmulator):
    """Reads a comma before the end of an object or a list as if it were not there."""

    breaks = ("errors/lenient-body",)
    may_break = ("errors/malformed-body-is-bad-request",)

    def decode_body(self, text: str) -> Any:
        return super().decode_body(re.sub(r",\s*([}\]])", r"\1", text))


class ListBodyIsUnwrapped(RightEmulator):
    """Reads the first object of a list as the body."""

    breaks = ("errors/malformed-body",)
    may_break = ("errors/malformed-body-is-bad-request",)

    def decode_body(self, text: str) -> Any:
        members = super().decode_body(text)
        return members[0] if isinstance(members, list) and members else members


class MalformedBodyIsASerializationException(RightEmulator):
    """Refuses a body that is not a JSON object with SerializationException."""

    breaks = ("errors/malformed-body-is-bad-request",)
    may_break = ("errors/modelled",)

    def malformed_body(self, message: str) -> Wire:
        raise Refusal(400, "SerializationException", message)


class MalformedBodyIsNotFound(RightEmulator):
    """Refuses a body that is not a JSON object with NotFoundException."""

    breaks = ("errors/malformed-body-is-bad-request",)

    def malformed_body(self, message: str) -> Wire:
        raise Refusal(*NOT_FOUND, message)


class NestedBodyFails(RightEmulator):
    """Fails on a body that is nested too deep for its parser."""

    breaks = ("errors/deep-nesting",)
    may_break = ("errors/no-server-fault", "errors/malformed-body", "errors/malformed-body-is-bad-request")

    def decode_body(self, text: str) -> Any:
        try:
            return super().decode_body(text)
        except RecursionError as error:
            raise RuntimeError("nested too deep") from error


class NestedBodyIsUnavailable(RightEmulator):
    """Refuses a body that is nested too deep with ServiceUnavailableException."""

    breaks = ("errors/deep-nesting",)
    may_break = ("errors/no-server-fault", "errors/malformed-body", "errors/malformed-body-is-bad-request")

    def decode_body(self, text: str) -> Any:
        try:
            return super().decode_body(text)
        except RecursionError:
            raise Refusal(503, "ServiceUnavailableException", "The body is nested too deep.") from None


class BytesThatAreNotTextFail(RightEmulator):
    """Fails on a body that is not UTF-8."""

    breaks = ("errors/no-server-fault",)

    def uncompressed(self, request: Request) -> bytes:
        try:
            request.body.decode()
        except UnicodeDecodeError as error:
            raise RuntimeError("not UTF-8") from error
        return super().uncompressed(request)


class WrongTypeFails(RightEmulator):
    """Fails on a name or a Start that is not a string."""

    breaks = ("errors/no-server-fault",)

    def wrong_type(self, member: str, value: Any) -> str:
        raise TypeError(member)


class NullMemberFails(RightEmulator):
    """Fails on a member that is null, because it reads only whether the member is there."""

    breaks = ("errors/no-server-fault",)

    def check_members(self, purchase: Purchase) -> None:
        if any(purchase.members.get(member, "") is None for member in ("reservationName", "start")):
            raise AttributeError("NoneType")
        super().check_members(purchase)


class MissingMemberFails(RightEmulator):
    """Fails where a member is missing."""

    breaks = ("errors/no-server-fault",)

    def missing_member(self, member: str) -> str:
        raise KeyError(member)


class ImpossibleStartFails(RightEmulator):
    """Fails on a Start of the right form that does not exist."""

    breaks = ("errors/no-server-fault",)

    def check_start(self, purchase: Purchase) -> None:
        try:
            super().check_start(purchase)
        except Refusal:
            if len(purchase.start_text) == len("2026-02-30T00:00:00Z"):
                raise RuntimeError("no such day") from None
            raise


class LongNameFails(RightEmulator):
    """Fails on a name that its database has no room for."""

    breaks = ("errors/no-server-fault",)

    def check_name(self, purchase: Purchase) -> None:
        if len(purchase.name) > self.longest_name:
            raise RuntimeError("value too long for type character varying(128)")
        super().check_name(purchase)


class NameOfOtherLettersFails(RightEmulator):
    """Fails on a name that is not ASCII."""

    breaks = ("errors/no-server-fault",)

    def check_name(self, purchase: Purchase) -> None:
        purchase.name.encode("ascii")
        super().check_name(purchase)


class MalformedArnFails(RightEmulator):
    """Fails on an ARN with fewer parts than it takes for granted."""

    breaks = ("errors/no-server-fault",)

    def check_arn(self, pattern: str, arn: str) -> None:
        if arn.count(":") < 6:
            raise IndexError("list index out of range")
        super().check_arn(pattern, arn)
