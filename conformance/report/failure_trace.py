"""The calls of a failing case as the report tells them: what was sent and answered, when, and what was permitted."""

from __future__ import annotations

from typing import Any

from conformance.execution.trace import Call
from conformance.replay.placeholders import Wording
from conformance.replay.trace_json import trace_to_json
from conformance.results.failure import Violation
from conformance.results.message import format_outcome
from conformance.rules.recorded_call import RecordedCall
from conformance.spec.calendar import format_timestamp, permitted_ends
from conformance.spec.outcomes import months_of
from conformance.spec.service import Operation


def failure_trace(violation: Violation) -> dict[str, Any]:
    """The trace of a violation as a JSON object.

    `expected` is what would have been right, `broken_by` the index in `calls` of the call that broke the rule (None
    where no single call did). Each call has, beside what a saved case tells of it, `outcome` in words and `clock`, the
    earliest and the latest instant that the target's clock may have shown. A purchase has `must`, where it is certain:
    `be refused` or `be accepted`; and `permitted_ends`, where its Start is an instant: one, or two where the documents
    leave a choice. Unlike in a saved case, accounts, ARNs and times are those of the run; credentials are in neither.
    """
    trace, finding = violation.trace, violation.finding
    broken_by = finding.recorded.number if finding.recorded else None
    return {
        "expected": finding.expected,
        "broken_by": broken_by,
        "calls": [
            {**as_json, **_circumstances(one.call), **_permitted(one)}
            for one, as_json in zip(violation.history.calls, trace_to_json(trace, Wording()), strict=True)
        ],
    }


def _circumstances(call: Call) -> dict[str, Any]:
    clock = {"earliest": format_timestamp(call.now.earliest), "latest": format_timestamp(call.now.latest)}
    return {"outcome": format_outcome(call), "clock": clock}


def _permitted(attempt: RecordedCall) -> dict[str, Any]:
    if attempt.operation is not Operation.PURCHASE_OFFERING:
        return {}
    permitted: dict[str, Any] = {}
    # Of concurrent purchases it is open which is to be accepted.
    if attempt.must_fail and not attempt.call.concurrent:
        permitted["must"] = "be refused"
    elif attempt.must_succeed and not attempt.call.concurrent:
        permitted["must"] = "be accepted"
    months = months_of(attempt.offering or {})
    if attempt.start is not None and months is not None:
        permitted["permitted_ends"] = [format_timestamp(end) for end in sorted(permitted_ends(attempt.start, months))]
    return permitted
