"""What a reader gives for each entry of a recording, before it is known which of them belong together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from conformance.execution.trace import Exchange
from conformance.spec.calendar import Interval
from conformance.spec.outcomes import Wire
from conformance.spec.request import Place

UNKNOWN_TIME = Interval(
    datetime.fromisoformat("1970-01-01T00:00:00+00:00"), datetime.fromisoformat("8999-12-31T00:00:00+00:00")
)
"""When nothing tells the time of a call."""


class RecordingError(ValueError):
    """A file is not a recording, or a damaged one; the message is one line that begins with the file."""


class Kind(Enum):
    """What kind of recording a file is, found out from its content."""

    HAR = "HAR"
    CASSETTE = "VCR cassette"
    CLOUDTRAIL = "CloudTrail"
    OWN_TRACE = "trace of this suite"


@dataclass(frozen=True)
class Recorded:
    """One request of the five operations with its answer, cleaned of credentials.

    `code` and `message` are what an SDK reads of a refusal. `began` and `ended` are seconds. `invocation` is the same
    for all attempts of an SDK at one call; empty where there is none. `has_answer` is false where the recording does
    not keep what was answered, though it tells that the call succeeded. `place_is_known` is false where account or
    Region are names of ours. `identity` is what the recorder calls the entry, which may be in several files.
    """

    exchange: Exchange
    place: Place
    now: Interval
    began: float
    ended: float
    code: str = ""
    message: str = ""
    invocation: str = ""
    has_answer: bool = True
    place_is_known: bool = True
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """A request by which a client told an emulator something: its clock, its offerings, or to forget.

    `account` is empty for all of them. `now` is None where the clock goes back to the real time.
    """

    what: str
    began: float
    account: str = ""
    now: datetime | None = None
    region: str = ""
    offerings: tuple[Wire, ...] = ()


Entry = Recorded | Control


OTHER_SERVICE = "of other services"
OTHER_OPERATION = "of other operations of MediaConnect"
NO_BODY = "without the body of the request"
NO_PARAMETERS = "without the parameters of the request"
NOT_ALLOWED = "refused for the credentials of the caller"


@dataclass(frozen=True)
class Session:
    """The entries of one recording, in the order of time. `rebuilt`: the requests were put together from a log."""

    kind: Kind
    entries: Iterator[Entry]

    @property
    def rebuilt(self) -> bool:
        """Whether nothing was recorded of the wire itself."""
        return self.kind is Kind.CLOUDTRAIL
