"""What the operations stand on: answers, time, accounts, and reading what a request says."""

import json
import threading
import uuid
import zlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote_to_bytes

from tests.meta.emulator.messages import Account, Offering, Purchase, Refusal, Region, Request, Response, Wire

BAD_REQUEST = (400, "BadRequestException")
FORBIDDEN = (403, "ForbiddenException")
NOT_FOUND = (404, "NotFoundException")
LARGEST_BODY = 10_000_000


class Base:
    """Answers, time, accounts, and reading what a request says."""

    content_type: ClassVar[str] = "application/json"
    # Where the endpoint is on its server, such as /aws/mc; what the control API can do.
    path_prefix: ClassVar[str] = ""
    control_offers: ClassVar[tuple[str, ...]] = ("clock", "offerings", "reset")
    longest_definition: ClassVar[int] = 2**24

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.accounts_lock = threading.Lock()

    # Answers

    def success(self, status: int, wire: Wire) -> Response:
        """Put a result on the wire."""
        return Response(status, {"Content-Type": self.content_type}, self.encode(wire))

    def encode(self, wire: Wire) -> bytes:
        """Write a body as JSON."""
        return json.dumps(wire).encode()

    def error(self, status: int, code: str, message: str) -> Response:
        """Put a refusal on the wire."""
        headers = {"Content-Type": self.content_type, **self.error_headers(code)}
        return Response(status, headers, self.encode(self.error_body(code, message)))

    def error_headers(self, code: str) -> dict[str, str]:
        """Give the headers that name the type of a refusal."""
        return {"x-amzn-errortype": code}

    def error_body(self, code: str, message: str) -> Wire:  # noqa: ARG002 - for subclasses
        """Give the body of a refusal."""
        return {"message": message}

    def finish(self, response: Response) -> Response:
        """Add the headers that every answer has."""
        response.headers["x-amzn-RequestId"] = str(uuid.uuid4())
        response.headers["Date"] = format_datetime(self.wall_time(), usegmt=True)
        return response

    # Time

    def wall_time(self) -> datetime:
        """Give the real time."""
        return datetime.now(UTC)

    def now(self, account: Account) -> datetime:
        """Give the account's time: the clock that was set for it, or the real time."""
        return account.clock or self.wall_time()

    def set_clock(self, account: Account, now: datetime) -> None:
        """Let an account's time stand still; a Refusal says that it cannot."""
        account.clock = now

    # Accounts

    def account(self, number: str) -> Account:
        """Find an account; one that was never seen exists and is empty."""
        with self.accounts_lock:
            return self.accounts.setdefault(number, Account(number))

    def forget(self, number: str) -> None:
        """Forget an account: it is as new."""
        with self.accounts_lock:
            self.accounts.pop(number, None)

    def region(self, request: Request) -> Region:
        """Find what the request's account has in the request's Region."""
        return self.region_of(self.account(request.account), request.region)

    def region_of(self, account: Account, name: str) -> Region:
        """Find what an account has in a Region; where nothing was seeded there are a few offerings."""
        with account.lock:
            if name not in account.regions:
                region = Region(name, account)
                self.put_offerings(region, self.default_offerings(region))
                account.regions[name] = region
            return account.regions[name]

    def put_offerings(self, region: Region, offerings: Iterable[Offering]) -> None:
        """Make these the Region's offerings, instead of what it had."""
        region.offerings = {offering.arn: offering for offering in offerings}

    def default_offerings(self, region: Region) -> list[Offering]:
        """Give the offerings of a Region where none were seeded."""
        kinds = ((1, "0.55", 20), (6, "2.50", 100), (12, "20.125", 1000))
        return [
            Offering(
                self.offering_arn(region, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{region.account.number}/{months}"))),
                months,
                f"{bitrate} Mbps of outbound bandwidth for {months} months",
                price,
                bitrate,
            )
            for months, price, bitrate in kinds
        ]

    def offering_arn(self, region: Region, unique: str) -> str:
        """Give an offering its ARN."""
        return f"arn:aws:mediaconnect:{region.name}:{region.account.number}:offering:{unique}"

    def reservation_arn(self, purchase: Purchase) -> str:
        """Give a new reservation its ARN."""
        region = purchase.region
        return f"arn:aws:mediaconnect:{region.name}:{region.account.number}:reservation:{uuid.uuid4()}"

    def lock(self, account: Account) -> AbstractContextManager[Any]:
        """Give the lock under which a purchase is checked and made."""
        return account.lock

    # What a request says

    def decode_arn(self, segment: str) -> str:
        """Percent-decode a path segment, exactly once."""
        try:
            return unquote_to_bytes(segment).decode()
        except UnicodeDecodeError:
            raise Refusal(*BAD_REQUEST, "The ARN is not UTF-8.") from None

    def query_of(self, request: Request) -> dict[str, str]:
        """Read the parameters of the query."""
        return dict(parse_qsl(request.query, keep_blank_values=True, errors="replace", max_num_fields=None))

    def body_of(self, request: Request) -> Wire:
        """Read the body, which must be a JSON object."""
        try:
            members = self.decode_body(self.uncompressed(request).decode())
        except (ValueError, RecursionError, zlib.error):
            return self.malformed_body("The body is not JSON.")
        if not isinstance(members, dict):
            return self.malformed_body("The body is not a JSON object.")
        return members

    def uncompressed(self, request: Request) -> bytes:
        """Undo the compression that the request declares."""
        encoding = request.headers.get("content-encoding", "identity").strip().lower()
        if encoding in ("", "identity"):
            return request.body
        if encoding != "gzip":
            raise ValueError(encoding)
        stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        body = stream.decompress(request.body, LARGEST_BODY)
        if not stream.eof or stream.unused_data:
            raise ValueError(encoding)
        return body

    def decode_body(self, text: str) -> Any:
        """Read JSON, without the constants that Python adds to it."""
        return json.loads(text, parse_constant=self.no_constant)

    def no_constant(self, name: str) -> float:
        """Refuse NaN and the infinities."""
        raise ValueError(name)

    def malformed_body(self, message: str) -> Wire:
        """Refuse a body."""
        raise Refusal(*BAD_REQUEST, message)

    def name_member(self, purchase: Purchase) -> Any:
        """Find the name in its place."""
        return purchase.members.get("reservationName")

    def start_member(self, purchase: Purchase) -> Any:
        """Find the Start in its place."""
        return purchase.members.get("start")

    def text_member(self, member: str, value: Any) -> str:
        """Check that a required member is there and is a text."""
        if value is None:
            return self.missing_member(member)
        if not isinstance(value, str):
            return self.wrong_type(member, value)
        if not value:
            return self.empty_member(member)
        return value

    def missing_member(self, member: str) -> str:
        """Refuse a request that lacks a member."""
        raise Refusal(*BAD_REQUEST, f"{member} is required.")

    def wrong_type(self, member: str, value: Any) -> str:  # noqa: ARG002 - for subclasses
        """Refuse a member that is not a string."""
        raise Refusal(*BAD_REQUEST, f"{member} must be a string.")

    def empty_member(self, member: str) -> str:
        """Refuse a member that is an empty string."""
        raise Refusal(*BAD_REQUEST, f"{member} must not be empty.")
