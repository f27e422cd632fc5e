"""A trace as JSON: each call with its requests and answers, without what differs from run to run."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from conformance.cases.case import At, EndOf, Inside, MonthStart, Now, Point, Purchase, Written
from conformance.execution.trace import Call, Exchange, Trace
from conformance.replay.placeholders import RunFacts, Wording, looks_invented
from conformance.spec.outcomes import text_of
from conformance.spec.reading import Reading, read

_VOLATILE = frozenset(
    {
        *("authorization", "connection", "content-length", "date", "etag", "expires", "host", "keep-alive"),
        *("last-modified", "server", "set-cookie", "user-agent", "via", "x-amz-date", "x-amz-security-token"),
        *("amz-sdk-invocation-id", "amz-sdk-request"),
    }
)
_VOLATILE_NAME = re.compile(r"(request|trace|correlation|amz|cf|amzn)-?_?id(-\d+)?$")
_LONGEST_BODY = 20_000
_DEEPEST_BODY = 100
_SHORTEST_TOKEN = 8


def facts_of_trace(trace: Trace) -> RunFacts:
    """What of a trace belongs to its run alone."""
    answers = [call.answer for call in trace.calls]
    arns = [str(offering.get("offeringArn", "")) for listed in trace.offerings.values() for offering in listed]
    arns += [arn for call in trace.calls for arn in _reservation_arns(call)]
    identifiers = dict.fromkeys(arn.rpartition(":")[2] for arn in arns)
    tokens = dict.fromkeys(str(answer.get("nextToken") or "") for answer in answers)
    exchanges = [exchange for call in trace.calls for exchange in call.exchanges]
    wall_clock = any(not call.now.exact for call in trace.calls)
    return RunFacts(
        accounts=tuple(dict.fromkeys(_reading(call, trace).place.account for call in trace.calls)),
        invented=tuple(identifier for identifier in identifiers if looks_invented(identifier)),
        tokens=tuple(token for token in tokens if len(token) >= _SHORTEST_TOKEN),
        endpoints=tuple(dict.fromkeys(_endpoint(exchange.url) for exchange in exchanges)),
        starts=dict(_formatted_starts(trace)) if wall_clock else {},
        ends=dict(_ends_of_purchases(trace)) if wall_clock else {},
        wall_clock=wall_clock,
        around=_times(exchanges),
    )


def _reading(call: Call, trace: Trace) -> Reading:
    return read(call.request, trace.accounts)


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _times(exchanges: list[Exchange]) -> tuple[datetime, ...]:
    return (exchanges[0].sent, exchanges[-1].received) if exchanges else ()


def _reservation_arns(call: Call) -> Iterator[str]:
    shown = call.reservation
    for wire in (*([shown] if shown else []), *call.items("reservations")):
        yield str(wire.get("reservationArn", ""))


def _formatted_starts(trace: Trace) -> Iterator[tuple[str, str]]:
    for call in trace.calls:
        text = _reading(call, trace).start_text or ""
        step = trace.case.steps[call.step_number] if call.step_number >= 0 else None
        if isinstance(step, Purchase) and isinstance(step.start, Written) and len(text) >= 8:
            start = step.start
            yield text, f"<{format_start_of_case(start)}>"


def _ends_of_purchases(trace: Trace) -> Iterator[tuple[str, str]]:
    for call in trace.calls:
        start, end = _reading(call, trace).start_text, text_of(call.reservation or {}, "end")
        if start is not None and end is not None:
            yield end, start


def format_start_of_case(start: Written) -> str:
    """What stands, in angle brackets, for a Start that was resolved on a wall clock."""
    form = "" if start.form == "plain" else f", in the form “{start.form}”"
    return f"{format_point(start.point)}{form}"


def format_point(point: Point) -> str:
    """Such as `month start + 1 month - 1 s`."""
    match point:
        case MonthStart(seconds, months):
            return "month start" + _moved(months, seconds)
        case Now(seconds, months):
            return "now" + _moved(months, seconds)
        case Inside(thousandths):
            return f"{thousandths} thousandths of the start window"
        case At(instant):
            return instant
        case EndOf(step, seconds):
            return f"End of the reservation of step {step}" + _moved(0, seconds)


def _moved(months: int, seconds: int) -> str:
    parts = ((months, "month" if abs(months) == 1 else "months"), (seconds, "s"))
    return "".join(f" {'+' if number > 0 else '-'} {abs(number)} {unit}" for number, unit in parts if number)


def in_stable_order(trace: Trace) -> Trace:
    """The trace with concurrent calls sorted by what they say, for the order of their ends is chance."""
    listed = {text_of(item, "reservationArn") for call in trace.calls for item in call.items("reservations")}

    def rank(call: Call) -> tuple[int, str, str, bool]:
        if not call.concurrent:
            return call.step_number, "", "", False
        own = text_of(call.reservation or {}, "reservationArn")
        return call.step_number, _sent(call, trace), type(call.outcome).__name__, own not in listed

    return replace(trace, calls=tuple(sorted(trace.calls, key=rank)))


def _sent(call: Call, trace: Trace) -> str:
    """What a call sends, with the number of its offering for an ARN that is another one in the next run."""
    reading = _reading(call, trace)
    offerings = [offering.get("offeringArn") for offering in trace.offerings.get(reading.place, ())]
    numbered = {
        name: f"offering {offerings.index(value)}" if value in offerings else value
        for name, value in reading.parameters.items()
    }
    return f"{reading.operation} {json.dumps(numbered, sort_keys=True)}"


def stable_call(call: Call | None, trace: Trace) -> Call | None:
    """The call of a finding; of several concurrent ones that came to the same, the last of the trace."""
    if call is None or not call.concurrent:
        return call
    return [
        other
        for other in trace.at_step(call.step_number)
        if (other.request.method, type(other.outcome)) == (call.request.method, type(call.outcome))
    ][-1]


def trace_to_json(trace: Trace, wording: Wording) -> list[dict[str, Any]]:
    """The calls in the order of the trace; beside concurrent ones listed reservations are sorted, for it is chance."""
    chance = any(call.concurrent for call in trace.calls)
    return [_call(call, _reading(call, trace), wording, sort=chance) for call in trace.calls]


def _call(call: Call, reading: Reading, wording: Wording, *, sort: bool) -> dict[str, Any]:
    exchanges: list[dict[str, Any]] = []
    for exchange in call.exchanges:
        shown = _exchange(exchange, wording)
        if sort:
            _sort_reservations(shown.get("answer", {}).get("json"))
        # How often a fault is waited out differs from run to run.
        if shown not in exchanges:
            exchanges.append(shown)
    document: dict[str, Any] = {
        "step": call.step_number,
        "operation": str(reading.operation or call.request.method),
        "account": wording.text(reading.place.account),
        "region": reading.place.region,
        "parameters": wording.value(reading.parameters),
    }
    if call.concurrent:
        document["concurrent"] = True
    return {**document, "exchanges": exchanges}


def _sort_reservations(answer: Any) -> None:
    if isinstance(answer, dict) and isinstance(answer.get("reservations"), list):
        answer["reservations"].sort(key=lambda item: json.dumps(item, sort_keys=True))


def _exchange(exchange: Exchange, wording: Wording) -> dict[str, Any]:
    request = {
        "method": exchange.method,
        "url": wording.text(exchange.url),
        "headers": _headers(exchange.request_headers, wording),
        **_body(exchange.request_body, wording, exact=True),
    }
    if exchange.status is None:
        return {"request": request, "error": wording.text(exchange.error)}
    answer = {
        "status": exchange.status,
        "headers": _headers(exchange.headers, wording),
        **_body(exchange.body, wording),
    }
    return {"request": request, "answer": answer}


def _headers(headers: Mapping[str, str], wording: Wording) -> dict[str, str]:
    """The headers that say something about the rule, in alphabetical order."""
    return {
        name: wording.text(str(headers[name]))
        for name in sorted(headers, key=str.lower)
        if name.lower() not in _VOLATILE and not _VOLATILE_NAME.search(name.lower())
    }


def _body(body: bytes, wording: Wording, *, exact: bool = False) -> dict[str, Any]:
    """`json` where it is JSON, or with `exact` just what `json.dumps` gives; else `text`, else `base64`.

    Of a long one the beginning.
    """
    if not body:
        return {}
    if len(body) > _LONGEST_BODY:
        begins = body[:200].decode("utf-8", "replace")
        return {"begins": wording.text(begins), "bytes": len(body)}
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}
    try:
        value = _shallow(json.loads(text, object_pairs_hook=_once, parse_constant=_refuse))
        return {"text": wording.text(text)} if exact and json.dumps(value) != text else {"json": wording.value(value)}
    except (ValueError, RecursionError):
        return {"text": wording.text(text)}


def _shallow(value: Any) -> Any:
    """The value; what is nested so deep that it could not be written again is a ValueError."""
    level = [value]
    for _ in range(_DEEPEST_BODY):
        below = [list(one.values()) if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [item for items in below for item in items]
    if level:
        raise ValueError("nested too deep")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name appears twice")
    return dict(pairs)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
