"""The suite's own traces: of the failures in a report.json, and of a saved case."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.execution.recordings.cleaning import kept_of_answer, kept_of_request, lower_names
from conformance.execution.recordings.json_stream import items
from conformance.execution.recordings.opening import Opened
from conformance.execution.recordings.recorded import UNKNOWN_TIME, Recorded, RecordingError
from conformance.execution.recordings.times import read_time
from conformance.execution.sdk_errors import read_error
from conformance.execution.trace import Exchange
from conformance.spec.calendar import Interval
from conformance.spec.request import Place

_SECONDS_OF_A_CALL = 0.9
"""Less than one, so that calls whose beginnings are whole seconds overlap where they have the same one alone."""


def read_own_traces(opened: Opened) -> Iterator[list[Recorded]]:
    """The traces of the file, one after the other. Raises RecordingError where it is damaged."""
    found = False
    for number, calls in enumerate(_traces(opened), start=1):
        found = True
        try:
            yield list(_recorded(calls))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RecordingError(f"{opened.path}: damaged: trace {number} is none of this suite ({error!r})") from None
    if not found:
        raise RecordingError(f"{opened.path}: has no trace")


def _traces(opened: Opened) -> Iterator[list[Any]]:
    yield from items(opened, "trace")
    for failure in items(opened, "rules.item.failures.item"):
        calls = (failure.get("trace") or {}).get("calls") if isinstance(failure, dict) else None
        if calls:
            yield calls


def _recorded(calls: list[Mapping[str, Any]]) -> Iterator[Recorded]:
    for number, call in enumerate(calls, start=1):
        place, clock = Place(str(call["account"]), str(call["region"])), call.get("clock") or {}
        earliest, latest = read_time(clock.get("earliest")), read_time(clock.get("latest"))
        now = Interval(earliest, latest) if earliest and latest else UNKNOWN_TIME
        for exchange in call["exchanges"]:
            made = _exchange(exchange, place, now)
            code, message = "", ""
            if made.status is not None and made.status >= 300:
                code, message = read_error(made.status, made.headers, made.body)
            # Concurrent calls have one number of a step; the seconds of their beginnings and ends are not kept.
            concurrent = bool(call.get("concurrent"))
            began = float(call["step"] if concurrent else number)
            invocation = "" if concurrent else str(number)
            yield Recorded(made, place, now, began, began + _SECONDS_OF_A_CALL, code, message, invocation)


def _exchange(exchange: Mapping[str, Any], place: Place, now: Interval) -> Exchange:
    request, answer = exchange["request"], exchange.get("answer") or {}
    headers = lower_names((answer.get("headers") or {}).items())
    body = _body(answer)
    return Exchange(
        method=str(request["method"]),
        url=str(request["url"]),
        request_headers=kept_of_request(lower_names((request.get("headers") or {}).items()), place),
        request_body=_body(request),
        sent=now.earliest,
        received=now.latest,
        status=int(answer["status"]) if answer else None,
        headers={"content-length": str(len(body)), **kept_of_answer(headers)},
        body=body,
        error=str(exchange.get("error", "")),
    )


def _body(message: Mapping[str, Any]) -> bytes:
    if "json" in message:
        return json.dumps(message["json"]).encode()
    if "base64" in message:
        return base64.b64decode(message["base64"])
    return str(message.get("text", message.get("begins", ""))).encode(errors="replace")
