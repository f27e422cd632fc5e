"""A trace: what a case met on a target, every exchange raw, as frozen data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from conformance.cases.case import CallStep, Case
from conformance.spec.calendar import Interval
from conformance.spec.service import EXCEPTION_BY_STATUS, EXCEPTION_STATUS, Operation

Wire = Mapping[str, Any]
"""A JSON object as it was on the wire."""


@dataclass(frozen=True)
class Exchange:
    """One request as it was sent, and its answer as it came: status None and an `error` where none did."""

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes
    sent: datetime
    received: datetime
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A 2xx answer; `body` is its JSON value, None where it is none."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class FoundAfterwards:
    """A purchase whose answer was lost, and whose reservation a listing then showed."""

    reservation: Wire


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite refusal; `code` and `message` are what an SDK reads, the code the bare status where it reads none."""

    status: int
    code: str
    message: str

    @property
    def exception(self) -> str:
        """The documented exception that this is: by its type, else by its status; empty where it is neither.

        Whether type and status are as documented is the matter of errors/modelled alone.
        """
        return self.code if self.code in EXCEPTION_STATUS else EXCEPTION_BY_STATUS.get(self.status, "")

    @property
    def has_undocumented_type(self) -> bool:
        """Whether an SDK reads a type that is none of the six; not so where it reads none at all."""
        return self.code not in EXCEPTION_STATUS and self.code != str(self.status)

    def __str__(self) -> str:
        """Such as `400 BadRequestException`."""
        return f"{self.status} {self.code}" if self.code != str(self.status) else f"{self.status} without an error type"


@dataclass(frozen=True, slots=True)
class Faulted:
    """A 5xx or 429 that no retry cleared."""

    status: int
    code: str

    def __str__(self) -> str:
        """Such as `500 InternalServerErrorException, not cleared by retries`."""
        return f"{self.status} {self.code}, not cleared by retries"


@dataclass(frozen=True, slots=True)
class Lost:
    """No definite answer: the call may have taken effect, or may yet, or never."""

    reason: str


Outcome = Answered | FoundAfterwards | Refused | Faulted | Lost


@dataclass(frozen=True, eq=False)
class Call:
    """A call of a case as it was played: its step, what was really sent, and what came of it."""

    step_number: int
    step: CallStep
    operation: Operation
    account: str
    region: str
    parameters: Mapping[str, str]
    now: Interval
    exchanges: tuple[Exchange, ...]
    outcome: Outcome
    began: float = 0.0
    ended: float = 0.0
    concurrent: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Account and Region."""
        return self.account, self.region

    @cached_property
    def answer(self) -> Wire:
        """The JSON object of a 2xx answer; empty where there is none."""
        body = self.outcome.body if isinstance(self.outcome, Answered) else None
        return body if isinstance(body, dict) else {}

    def member(self, name: str) -> Wire | None:
        """The object under `name` in the answer, such as `reservation`; None where there is none."""
        if name == "reservation" and isinstance(self.outcome, FoundAfterwards):
            return self.outcome.reservation
        value = self.answer.get(name)
        return value if isinstance(value, dict) else None

    def items(self, name: str) -> tuple[Wire, ...]:
        """The objects of the list under `name` in the answer."""
        value = self.answer.get(name)
        return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()

    @property
    def accepted(self) -> bool:
        """Whether the call succeeded, as far as is known."""
        return isinstance(self.outcome, Answered | FoundAfterwards)


@dataclass(frozen=True, eq=False)
class Trace:
    """A case, the offerings that each account and Region had at its start, and the calls in the order of their ends.

    `defined` tells that the target defined the offerings of the case, rather than having had some of its own;
    `skipped` names the steps that could not be played, with the reason. `before` has the reservations that an account
    and Region had at the start, None where that is not known; a fresh account has none, and is not in it.
    `not_permitted` says why a purchase of the case was not sent, as it was not allowed.
    """

    case: Case
    offerings: Mapping[tuple[str, str], tuple[Wire, ...]]
    calls: tuple[Call, ...]
    defined: bool = True
    skipped: tuple[tuple[int, str], ...] = ()
    before: Mapping[tuple[str, str], tuple[Wire, ...] | None] = field(default_factory=dict)
    not_permitted: str = ""

    def of(self, *operations: Operation) -> Iterator[Call]:
        """The calls of these operations, in order."""
        return (call for call in self.calls if call.operation in operations)

    def at_step(self, number: int) -> tuple[Call, ...]:
        """The calls of one step: several for a walk or for concurrent branches."""
        return tuple(call for call in self.calls if call.step_number == number)
