"""Targets that answer what would hurt whoever shows, stores or runs it; in process, the same in every run."""

from __future__ import annotations

import json
import random
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from conformance.targets.base import Target
from conformance.targets.capabilities import Capability
from conformance.targets.content import Content

HOSTILE = (
    "\x1b[2J\x1b]0;pwned\x07",
    "x\n::error title=pwned::pwned",
    "x\r\n::set-output name=a::b\r\n",
    "\ud800",
    "\u2028::warning::pwned",
    "<script>alert(1)</script>",
    "]]>&amp;</details><h1>",
    "`$(touch pwned)` ``` |",
    "\x00\x08\x7f",
    "\u202egnp.exe",
    "A" * 5_000,
)
"""Texts for a type, a state, a message, an ARN."""


class Hostile(Target):
    """Answers a request by its number: with hostile texts in the right places, or with bytes that are nothing."""

    kind = "in-process"
    capabilities = frozenset({Capability.ACCOUNTS, Capability.OFFERINGS, Capability.REGIONS})

    def __init__(self, seed: int, *, tame: int) -> None:
        """Of ten answers `tame` have the form of right ones."""
        self._random = random.Random(seed)
        self._tame = tame

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer with something."""
        status, headers, body = self._shaped(request) if self._random.randrange(10) < self._tame else self._shapeless()
        return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), Content(body))

    def _text(self) -> str:
        return self._random.choice(HOSTILE)

    def _shaped(self, request: AWSPreparedRequest) -> tuple[int, dict[str, str], bytes]:
        """The form of an answer of the operation, with a hostile text in each place but one in three."""
        offering = self._members(
            offeringArn=f"arn:aws:mediaconnect:us-east-1:111122223333:offering:{self._random.randrange(3)}",
            offeringDescription="offering", duration=1, durationUnits="MONTHS", pricePerUnit="1", priceUnits="HOURLY",
            currencyCode="USD", resourceSpecification={"resourceType": "Mbps_Outbound_Bandwidth"},
        )  # fmt: skip
        reservation = offering | self._members(
            reservationArn="arn:aws:mediaconnect:us-east-1:111122223333:reservation:1", reservationName="reservation",
            reservationState="ACTIVE", start="2027-01-01T00:00:00Z", end="2027-02-01T00:00:00Z",
        )  # fmt: skip
        if self._random.randrange(4) == 0:
            body = {"message": self._text(), "__type": self._text()}
            return 400, {"x-amzn-errortype": _for_a_header(self._text())}, _encoded(body)
        if request.method == "POST":
            return 201, {"Content-Type": _for_a_header(self._text())}, _encoded({"reservation": reservation})
        whole = {
            "offerings": [offering, offering],
            "reservations": [reservation],
            "offering": offering,
            "reservation": reservation,
        }
        if self._random.randrange(4) == 0:
            whole["nextToken"] = self._text()
        return 200, {"Content-Type": "application/json"}, _encoded(whole)

    def _members(self, **members: Any) -> dict[str, Any]:
        return {name: self._text() if self._random.randrange(3) == 0 else value for name, value in members.items()}

    def _shapeless(self) -> tuple[int, dict[str, str], bytes]:
        status = self._random.choice([200, 201, 204, 301, 400, 404, 418, 499])
        headers = {self._random.choice(["Content-Type", "Date", "x-amzn-errortype", "Retry-After"]): "\x1b[31m,;=\"'"}
        body = self._random.choice(
            [
                self._random.randbytes(40),
                b"[" * 20_000,
                b'{"reservation": ' * 5_000,
                b"\xff\xfe" + "{}".encode("utf-16-le"),
                b"null",
                b'{"reservation": {"start": 1e999999, "end": NaN}}',
                b"1" * 10_000,
                b"",
            ]
        )
        return status, headers, body


def _for_a_header(text: str) -> str:
    """A header has no line breaks: no client would read them as a part of it."""
    return text.encode("ascii", "backslashreplace").decode().replace("\n", " ").replace("\r", " ")


def _encoded(body: object) -> bytes:
    return json.dumps(body).encode()


def half_tame() -> Target:
    """Give one whose answers mostly have the right form."""
    return Hostile(1, tame=9)


def wild() -> Target:
    """Give one whose answers mostly have no form at all."""
    return Hostile(2, tame=2)
