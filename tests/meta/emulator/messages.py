"""What goes into an emulator, what comes out of it, and what it remembers."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Wire = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One request as it arrived: the path is still percent-encoded, header names are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    account: str
    region: str


@dataclass
class Response:
    """One answer; the server adds nothing but the length of the body.

    With `closes` the connection is closed after it, without a word of that beforehand; with `has_length` false, the
    end of the connection is the end of the body.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    chunked: bool = False
    version: str = "HTTP/1.1"
    closes: bool = False
    has_length: bool = True


class CutConnection(Exception):  # noqa: N818 - an event on the wire, which a client sees as a broken connection
    """Close the connection instead of answering."""


class Refusal(Exception):  # noqa: N818 - the exception that the documents know is its code
    """The request is refused with one of the documented exceptions."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Offering:
    """An offering; its units and its currency have only one value each."""

    arn: str
    duration: int
    description: str
    price_per_unit: str
    reserved_bitrate: int | None = None


@dataclass
class Reservation:
    """A reservation, with the offering as it was when it was purchased."""

    arn: str
    name: str
    start_text: str
    start: datetime
    end: datetime
    offering: Offering
    purchased: datetime
    reads: int = 0
    stored_state: str = "ACTIVE"


@dataclass
class Region:
    """What an account has in one Region."""

    name: str
    account: "Account"
    offerings: dict[str, Offering] = field(default_factory=dict)
    reservations: dict[str, Reservation] = field(default_factory=dict)
    # A token that was given stands for a list and the number of items that came before it.
    tokens: dict[str, tuple[str, int]] = field(default_factory=dict)
    # What a mutant or a variation remembers on top.
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass
class Account:
    """What one account has; its clock stands still where it was set."""

    number: str
    clock: datetime | None = None
    regions: dict[str, Region] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


@dataclass
class Purchase:
    """A purchase while it is checked: the checks fill in what they have read."""

    request: Request
    region: Region
    now: datetime
    offering_arn: str
    members: Wire
    name: str = ""
    start_text: str = ""
    start: datetime | None = None
    offering: Offering | None = None
