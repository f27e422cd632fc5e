"""What can come of a call: answered, refused, faulted, found afterwards, or lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.spec.service import ACTIVE, EXCEPTION_STATUS, PROCESSING

Wire = Mapping[str, Any]
"""A JSON object as it was on the wire."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A 2xx answer; `body` is its JSON value, None where it is none."""

    status: int
    body: Any

    @property
    def members(self) -> Wire:
        """The members of the JSON object; empty where the body is none."""
        return self.body if isinstance(self.body, dict) else {}


@dataclass(frozen=True, slots=True)
class FoundAfterwards:
    """A purchase whose answer was lost, and whose reservation a list then showed."""

    reservation: Wire


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite refusal; `code` and `message` are what an SDK reads, the code the bare status where it reads none."""

    status: int
    code: str
    message: str

    @property
    def exception(self) -> str:
        """The documented exception that an SDK reads; empty where it reads none of the six."""
        return self.code if self.code in EXCEPTION_STATUS else ""

    @property
    def has_type(self) -> bool:
        """Whether an SDK reads a type at all."""
        return self.code != str(self.status)

    def __str__(self) -> str:
        """Such as `400 BadRequestException`."""
        return f"{self.status} {self.code}" if self.has_type else f"{self.status} without an error type"


@dataclass(frozen=True, slots=True)
class Faulted:
    """A 5xx or 429 that no retry cleared, though a plain request beside it was answered."""

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


def shown_reservation(outcome: Outcome) -> Wire | None:
    """The reservation under `reservation` in an answer, or the one that was found afterwards; None where none is."""
    if isinstance(outcome, FoundAfterwards):
        return outcome.reservation
    value = outcome.members.get("reservation") if isinstance(outcome, Answered) else None
    return value if isinstance(value, dict) else None


def shown_items(outcome: Outcome, name: str) -> tuple[Wire, ...]:
    """The objects of the list under `name` (`offerings`, `reservations`) in an answer."""
    value = outcome.members.get(name) if isinstance(outcome, Answered) else None
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def months_of(thing: Wire) -> int | None:
    """The duration of an offering or a reservation in months; None for what is not a whole number.

    JSON has one type of numbers, so that 12.0 is 12 here; how it is written is the matter of wire/whole-numbers.
    """
    value = thing.get("duration")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if type(value) is int else None


def is_held(reservation: Wire) -> bool:
    """Whether a reservation is shown as ACTIVE or PROCESSING, so that its account may be refused another."""
    return reservation.get("reservationState") in (ACTIVE, PROCESSING)


def text_of(thing: Wire, member: str) -> str:
    """A member that is a text; empty for any other."""
    value = thing.get(member)
    return value if isinstance(value, str) else ""
