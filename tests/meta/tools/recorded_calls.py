"""Traces of failures as report.json has them, written in a few words for the tests of pictures and pages."""

from typing import Any

RESERVATION = "arn:aws:mediaconnect:us-east-1:111122223333:reservation:{}"


def trace_of(*calls: dict[str, Any], broken_by: int | None = 0) -> dict[str, Any]:
    """The trace of a failure with these calls."""
    return {"expected": "400 BadRequestException", "broken_by": broken_by, "calls": list(calls)}


def reservation(start: str, end: str, *, name: str = "a", state: str = "ACTIVE") -> dict[str, Any]:
    """A reservation on the wire; `name` tells reservations apart."""
    return {
        "reservationArn": RESERVATION.format(name),
        "reservationName": name,
        "start": start,
        "end": end,
        "reservationState": state,
    }


def call(
    operation: str,
    clock: str | tuple[str, str] | None,
    answer: dict[str, Any],
    *,
    status: int = 200,
    account: str = "111122223333",
    parameters: dict[str, str] | None = None,
    permitted_ends: list[str] | None = None,
) -> dict[str, Any]:
    """A call with one exchange; `clock` is an instant, or the bounds of a wall clock."""
    earliest, latest = clock if isinstance(clock, tuple) else (clock, clock)
    request = {"method": "POST", "url": "http://127.0.0.1:1/v1/offerings/x", "headers": {}}
    return {
        "step": 0,
        "operation": operation,
        "account": account,
        "region": "us-east-1",
        "parameters": parameters or {},
        "exchanges": [{"request": request, "answer": {"status": status, "headers": {}, "json": answer}}],
        "outcome": str(status),
        **({"clock": {"earliest": earliest, "latest": latest}} if clock else {}),
        **({"permitted_ends": permitted_ends} if permitted_ends else {}),
    }


def accepted(
    clock: str | tuple[str, str] | None,
    start: str,
    end: str,
    *,
    name: str = "a",
    account: str = "111122223333",
    must_end: str = "",
) -> dict[str, Any]:
    """A purchase that succeeded; `must_end` is the End that it must have, the one that it has where that is right."""
    return call(
        "PurchaseOffering",
        clock,
        {"reservation": reservation(start, end, name=name)},
        status=201,
        account=account,
        parameters={"Start": start, "ReservationName": name},
        permitted_ends=[must_end or end],
    )


def refused(clock: str | tuple[str, str] | None, start: str) -> dict[str, Any]:
    """A purchase that was refused."""
    return call("PurchaseOffering", clock, {"message": "no"}, status=400, parameters={"Start": start})
