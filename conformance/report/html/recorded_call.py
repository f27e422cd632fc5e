"""The calls of a failure as report.json tells them, read leniently: what a report lacks is absent, never an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.spec.calendar import Interval, parse_iso8601, parse_timestamp
from conformance.spec.service import Operation

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation as an answer showed it; `letter` names it in the whole picture, by its ARN."""

    letter: str
    state: str
    start: datetime | None
    end: datetime | None
    end_text: str


@dataclass(frozen=True, slots=True)
class ReportedCall:
    """A call with what a picture of it needs; `number` counts from 1, `step` is that of its case, from 0."""

    number: int
    step: int
    operation: str
    status: str
    account: str
    region: str
    concurrent: bool
    clock: Interval | None
    start_text: str | None
    start: datetime | None
    permitted_ends: tuple[datetime, ...]
    reservations: tuple[Reservation, ...]
    broken: bool

    def is_beside(self, other: ReportedCall) -> bool:
        """Whether the two calls were made at the same time."""
        return self.concurrent and other.concurrent and self.step == other.step

    @property
    def is_purchase(self) -> bool:
        """Whether it is a PurchaseOffering call."""
        return self.operation == Operation.PURCHASE_OFFERING


def read_calls(trace: Mapping[str, Any]) -> list[ReportedCall]:
    """The calls of a failure's `trace`, in its order."""
    letters: dict[str, str] = {}
    entries = [entry for entry in _list(trace.get("calls")) if isinstance(entry, dict)]
    return [_call(index, entry, trace.get("broken_by") == index, letters) for index, entry in enumerate(entries)]


def _call(index: int, entry: Mapping[str, Any], broken: bool, letters: dict[str, str]) -> ReportedCall:
    start = _mapping(entry.get("parameters")).get("Start")
    start_text = start if isinstance(start, str) else None
    ends = (parse_iso8601(end) for end in _list(entry.get("permitted_ends")))
    return ReportedCall(
        number=index + 1,
        step=entry["step"] if type(entry.get("step")) is int else index,
        operation=str(entry.get("operation", "")),
        status=_status(entry),
        account=str(entry.get("account", "")),
        region=str(entry.get("region", "")),
        concurrent=entry.get("concurrent") is True,
        clock=_clock(_mapping(entry.get("clock"))),
        start_text=start_text,
        start=parse_timestamp(start_text or ""),
        permitted_ends=tuple(end for end in ends if end is not None),
        reservations=tuple(_reservation(wire, letters) for wire in _wires(entry)),
        broken=broken,
    )


def _status(entry: Mapping[str, Any]) -> str:
    answer = _mapping(_last_exchange(entry).get("answer"))
    return str(answer["status"]) if "status" in answer else "no answer"


def _clock(clock: Mapping[str, Any]) -> Interval | None:
    earliest, latest = parse_iso8601(clock.get("earliest")), parse_iso8601(clock.get("latest"))
    return None if earliest is None or latest is None else Interval(earliest, latest)


def _wires(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The reservations on the wire in the last answer, where it succeeded."""
    answer = _mapping(_last_exchange(entry).get("answer"))
    status, body = answer.get("status"), _mapping(answer.get("json"))
    if not isinstance(status, int) or not 200 <= status < 300:
        return
    for wire in (body.get("reservation"), *_list(body.get("reservations"))):
        if isinstance(wire, dict):
            yield wire


def _reservation(wire: Mapping[str, Any], letters: dict[str, str]) -> Reservation:
    arn = str(wire.get("reservationArn", ""))
    number = len(letters)
    letter = _LETTERS[number] if number < len(_LETTERS) else str(number + 1)
    return Reservation(
        letter=letters.setdefault(arn, letter),
        state=str(wire.get("reservationState") or ""),
        start=parse_iso8601(wire.get("start")),
        end=parse_iso8601(wire.get("end")),
        end_text=str(wire.get("end")),
    )


def _last_exchange(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    exchanges = _list(entry.get("exchanges"))
    return _mapping(exchanges[-1]) if exchanges else {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
