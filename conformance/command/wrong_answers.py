"""One answer of a right trace made wrong, so that a rule is broken: what the rule is there to find, as an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from conformance.execution.trace import Call, Trace
from conformance.rules.history import History, follow
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import Finding, Rule
from conformance.spec.outcomes import Answered, Faulted, Outcome, Refused
from conformance.spec.service import Operation

_MOST = 400
"""How many wrong answers are tried for a rule; most need a handful."""


def broken(rule: Rule, trace: Trace) -> tuple[RecordedCall, Finding] | None:
    """The trace with one answer made wrong so that the rule is broken: the call, and what the rule finds.

    None where no such answer was thought of.
    """
    right = follow(trace)
    changes = (
        (number, call) for number in reversed(range(len(trace.calls))) for call in _wrong(right, right.calls[number])
    )
    for _, (number, call) in zip(range(_MOST), changes, strict=False):
        history = follow(replace(trace, calls=(*trace.calls[:number], call, *trace.calls[number + 1 :])))
        for finding in rule.judge(history):
            if finding.violation:
                return finding.recorded or history.calls[number], finding
    return None


def _wrong(history: History, recorded: RecordedCall) -> Iterator[Call]:
    """Wrong answers to one call, the plainest first."""
    call = recorded.call
    if isinstance(call.outcome, Refused):
        yield from _instead_of_a_refusal(history, recorded, call.outcome)
    elif isinstance(call.outcome, Answered):
        refusal = Refused(400, "BadRequestException", "The request is not valid.")
        yield _with(call, 400, {"message": refusal.message}, refusal)
        yield from (_with(call, call.outcome.status, body) for body in _changed(call.outcome.body))
        yield _with(call, 202, call.outcome.body)
        mislabelled = tuple(replace(one, headers={"Content-Type": "text/plain"}) for one in call.exchanges)
        yield replace(call, exchanges=mislabelled)
    yield _with(call, 500, {}, Faulted(500, "InternalServerErrorException"))


def _instead_of_a_refusal(history: History, recorded: RecordedCall, refusal: Refused) -> Iterator[Call]:
    call = recorded.call
    status = 201 if recorded.operation is Operation.PURCHASE_OFFERING else 200
    yield _with(call, status, {"reservation": _reservation(history, recorded)})
    yield _with(call, status, {"offering": dict(_offering(recorded))})
    for status, code in ((404, "NotFoundException"), (403, "ForbiddenException"), (400, "ValidationException")):
        yield _with(call, status, {"message": refusal.message}, Refused(status, code, refusal.message))
    yield _with(call, refusal.status, {}, replace(refusal, message=""))


def _with(call: Call, status: int, body: Any, outcome: Outcome | None = None) -> Call:
    *before, last = call.exchanges
    answer = replace(last, status=status, body=json.dumps(body).encode())
    return replace(call, exchanges=(*before, answer), outcome=outcome or Answered(status, body))


def _offering(recorded: RecordedCall) -> Mapping[str, Any]:
    offerings = list(recorded.before.offerings_of(recorded.place).by_arn.values())
    return recorded.offering or (offerings[0] if offerings else {})


def _reservation(history: History, recorded: RecordedCall) -> Mapping[str, Any]:
    """A reservation in the place of a refusal, with what was asked for; else like another one of the trace."""
    reading, place = recorded.reading, recorded.place
    shown = next((dict(wire) for _, wire in history.purchased), {})
    return {
        **_offering(recorded),
        "end": "2027-12-31T00:00:00Z",
        **shown,
        "offeringArn": reading.arn or "",
        "reservationName": reading.name_text or "",
        "reservationArn": f"arn:aws:mediaconnect:{place.region}:{place.account}:reservation:other",
        "reservationState": "ACTIVE",
        "start": reading.start_text or "",
    }


def _changed(value: Any) -> Iterator[Any]:
    """JSON values like this one, with one part of it changed, left out, or there twice."""
    match value:
        case dict():
            yield from _changed_object(value)
        case list():
            yield from _changed_list(value)
        case str():
            yield from (other for other in _texts(value) if other != value)
        case int() | float():
            yield value + 1
            yield float(value)
            yield str(value)


def _changed_object(value: Mapping[str, Any]) -> Iterator[Any]:
    for name, member in value.items():
        yield from ({**value, name: other} for other in _changed(member))
    for name in value:
        yield {kept: member for kept, member in value.items() if kept != name}
    if "offeringArn" in value and "reservationArn" in value:
        yield {**value, "reservationArn": value["offeringArn"]}


def _changed_list(value: list[Any]) -> Iterator[Any]:
    for number, item in enumerate(value[:2]):
        yield from ([*value[:number], other, *value[number + 1 :]] for other in _changed(item))
    yield value[1:]
    yield [*value, *value[:1]]
    yield [*value, *({**item, "reservationArn": f"{item['reservationArn']}2"} for item in value[:1] if "end" in item)]
    yield value * 2000


def _texts(text: str) -> Iterator[str]:
    if text in ("ACTIVE", "PROCESSING", "EXPIRED", "CANCELED"):
        yield from ("EXPIRED", "ACTIVE", "PROCESSING", "DONE")
    if text.endswith("Z") and "T" in text:
        yield text[:8] + ("02" if text[8:10] != "02" else "03") + text[10:]
        yield text[:11] + ("13" if text[11:13] != "13" else "14") + text[13:]
        yield text[:-1] + "+00:00"
    if text.startswith("arn:"):
        yield "arn:aws:other:eu-north-1:999999999999:thing:1"
    yield text + "x"
    yield ""
