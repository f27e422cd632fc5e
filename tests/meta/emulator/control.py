"""The test control API, version 1, of an emulator: set the time, define offerings, forget an account."""

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

from tests.meta.emulator.messages import Account, Offering, Refusal, Request, Response, Wire
from tests.meta.emulator.right import RightEmulator

BASE = "/_control"
INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)
ONLY_VALUES = {"currencyCode": "USD", "durationUnits": "MONTHS", "priceUnits": "HOURLY"}
LONGEST_DURATION = 1200


class ControlError(Exception):
    """The control API refuses a request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """The control API of one emulator."""

    def __init__(self, emulator: RightEmulator) -> None:
        self.emulator = emulator

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        try:
            result = self.route(request)
        except (ControlError, Refusal) as error:
            return self.answer(error.status, {"message": str(error)})
        return self.answer(200, result) if result is not None else Response(204, {}, b"")

    def answer(self, status: int, wire: Wire) -> Response:
        """Put an answer on the wire."""
        return Response(status, {"Content-Type": "application/json"}, json.dumps(wire).encode())

    def route(self, request: Request) -> Wire | None:
        """Find what is asked for by method and path; None stands for an answer without a body."""
        match (request.method, *request.path.removeprefix(BASE).split("/")[1:]):
            case ("GET", "capabilities"):
                return {"version": 1, **dict.fromkeys(self.emulator.control_offers, True)}
            case (_, "accounts", _, what) if what not in self.emulator.control_offers:
                raise ControlError(404, "The control API does not offer this.")
            case ("PUT", "accounts", number, "clock"):
                self.set_clock(account_of(number), read_object(request, self.emulator.longest_definition))
            case ("DELETE", "accounts", number, "clock"):
                self.free_clock(account_of(number))
            case ("PUT", "accounts", number, "offerings"):
                return self.put_offerings(account_of(number), read_object(request, self.emulator.longest_definition))
            case ("POST", "accounts", number, "reset"):
                self.emulator.forget(account_of(number))
            case _:
                raise ControlError(404, "The control API has no such request.")
        return None

    def set_clock(self, number: str, members: Wire) -> None:
        """Let an account's time stand still."""
        account = self.emulator.account(number)
        now = read_instant(members.get("now"))
        with account.lock:
            self.emulator.set_clock(account, now)

    def free_clock(self, number: str) -> None:
        """Let an account's time be the real time again."""
        account = self.emulator.account(number)
        with account.lock:
            account.clock = None

    def put_offerings(self, number: str, members: Wire) -> Wire:
        """Define an account's offerings in a Region."""
        name, wanted = members.get("region"), members.get("offerings")
        if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9-]+", name) or not isinstance(wanted, list):
            raise ControlError(400, "region must be a Region's name, and offerings a list.")
        account: Account = self.emulator.account(number)
        region = self.emulator.region_of(account, name)
        offerings = [read_offering(self.emulator.offering_arn(region, str(uuid.uuid4())), item) for item in wanted]
        with account.lock:
            self.emulator.put_offerings(region, offerings)
        return {"offerings": [write_offering(offering) for offering in region.offerings.values()]}


def account_of(number: str) -> str:
    """Check that a path names an account."""
    if not re.fullmatch(r"[0-9]{12}", number):
        raise ControlError(404, "An account has 12 digits.")
    return number


def read_object(request: Request, longest: int) -> Wire:
    """Read a body of so many bytes at most, which must be a JSON object."""
    if len(request.body) > longest:
        raise ControlError(413, "The body is too large.")
    try:
        members = json.loads(request.body.decode())
    except (ValueError, RecursionError):
        raise ControlError(400, "The body is not JSON.") from None
    if not isinstance(members, dict):
        raise ControlError(400, "The body is not a JSON object.")
    return members


def read_instant(text: Any) -> datetime:
    """Read an instant, written as YYYY-MM-DDTHH:mm:SSZ."""
    fields = INSTANT.fullmatch(text) if isinstance(text, str) else None
    try:
        if fields is not None:
            return datetime(*map(int, fields.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        pass
    raise ControlError(400, "now must be an instant, written as YYYY-MM-DDTHH:mm:SSZ.")


def read_offering(arn: str, item: Any) -> Offering:
    """Read the definition of an offering."""
    if not isinstance(item, dict):
        raise ControlError(400, "An offering must be an object.")
    if any(item.get(member, only) != only for member, only in ONLY_VALUES.items()):
        raise ControlError(400, f"These members have only one value each: {ONLY_VALUES}.")
    duration = read_number("duration", item.get("duration"), 1, LONGEST_DURATION)
    specification = item.get("resourceSpecification")
    given = specification if isinstance(specification, dict) else item
    bitrate = given.get("reservedBitrate")
    return Offering(
        arn,
        duration,
        read_text("offeringDescription", item.get("offeringDescription", "An offering")),
        read_text("pricePerUnit", item.get("pricePerUnit", "0.50")),
        None if bitrate is None else read_number("reservedBitrate", bitrate, 0, 2**63 - 1),
    )


def write_offering(offering: Offering) -> Wire:
    """Write an offering in full, rightly even where the emulator itself does not."""
    bitrate = {} if offering.reserved_bitrate is None else {"reservedBitrate": offering.reserved_bitrate}
    return {
        **ONLY_VALUES,
        "duration": offering.duration,
        "offeringArn": offering.arn,
        "offeringDescription": offering.description,
        "pricePerUnit": offering.price_per_unit,
        "resourceSpecification": {**bitrate, "resourceType": "Mbps_Outbound_Bandwidth"},
    }


def read_text(member: str, value: Any) -> str:
    """Check that a member is a text."""
    if not isinstance(value, str):
        raise ControlError(400, f"{member} must be a string.")
    return value


def read_number(member: str, value: Any, least: int, most: int) -> int:
    """Check that a member is a whole number in its range."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ControlError(400, f"{member} must be a whole number from {least} to {most}.")
    return value
