"""The trace of a failure as report.json has it, from the trace that the driver recorded."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from conformance.cases.case import Case, Purchase
from conformance.execution.trace import Answered, Call, Exchange, Outcome, Refused, Trace
from conformance.replay.saved_case import Violation
from conformance.report.failure_trace import failure_trace
from conformance.rules import RULES, Finding
from conformance.spec.calendar import Interval, parse_timestamp
from conformance.spec.service import Operation

NOON = datetime(2028, 1, 31, 12, tzinfo=UTC)
ACCOUNT, REGION = "111122223333", "us-east-1"
OFFERING = f"arn:aws:mediaconnect:{REGION}:{ACCOUNT}:offering:5f3c8a52-91f0-4c3b-9c57-0d6de2f4a001"
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=secret", "X-Amz-Security-Token": "secret", "Accept": "*/*"}


def purchase(start: str, body: bytes, outcome: Outcome, *, name: str = "reservation") -> Call:
    """A purchase at noon on the last of January of a leap year."""
    parameters = {"OfferingArn": OFFERING, "ReservationName": name, "Start": start}
    exchange = Exchange("POST", "http://127.0.0.1:1/x", SIGNED, b"{}", NOON, NOON, 201, {"Server": "x"}, body)
    clock = Interval(NOON, NOON)
    step = Purchase()
    return Call(0, step, Operation.PURCHASE_OFFERING, ACCOUNT, REGION, parameters, clock, (exchange,), outcome)


def accepted(start: str, end: str, *, name: str = "reservation") -> Call:
    """One that succeeded."""
    shown = {"reservation": {"reservationArn": "a", "start": start, "end": end, "reservationState": "ACTIVE"}}
    return purchase(start, json.dumps(shown).encode(), Answered(201, shown), name=name)


def told(*calls: Call, finding: Finding | None = None) -> dict[str, Any]:
    """What the report tells of these calls, the last of which broke a rule unless the finding says otherwise."""
    broken = finding or Finding("", calls[-1], "accepted it", "a refusal")
    trace = Trace(Case(), {(ACCOUNT, REGION): ({"offeringArn": OFFERING, "duration": 1},)}, calls)
    return failure_trace(Violation(RULES["exclusivity/second-refused"], broken, trace))


def test_the_call_that_broke_the_rule() -> None:
    """It is named by its place among the calls; a finding of no single call names none."""
    calls = [accepted("2028-01-01T00:00:00Z", "2028-02-01T00:00:00Z", name=name) for name in ("a", "b", "c")]
    assert told(*calls)["broken_by"] == 2
    assert told(*calls, finding=Finding("", calls[1], "wrong", "right"))["broken_by"] == 1
    assert told(*calls, finding=Finding("", None, "wrong", "right"))["broken_by"] is None
    assert told(*calls)["expected"] == "a refusal"


def test_what_was_permitted() -> None:
    """A purchase tells whether it must be refused or accepted, and every End that the documents permit."""
    calls = told(
        accepted("2028-01-31T00:00:00Z", "2028-02-29T00:00:00Z"), accepted("2028-01-31T00:00:00Z", "", name="b")
    )
    first, second = calls["calls"]
    assert (first["must"], second["must"]) == ("be accepted", "be refused")
    assert first["permitted_ends"] == ["2028-02-29T00:00:00Z", "2028-03-02T00:00:00Z"]


def test_of_concurrent_purchases_none_must_win() -> None:
    """Calls made at the same time tell nothing of which of them must be refused or accepted."""
    calls = [accepted("2028-01-01T00:00:00Z", "2028-02-01T00:00:00Z", name=name) for name in ("a", "b")]
    for call in told(*(replace(call, concurrent=True) for call in calls))["calls"]:
        assert call["concurrent"] is True
        assert "must" not in call


def test_the_circumstances() -> None:
    """Each call has its clock, written as the reference page asks, and its outcome in words."""
    [call] = told(accepted("2028-01-01T00:00:00Z", "2028-02-01T00:00:00Z"))["calls"]
    assert {parse_timestamp(instant) for instant in call["clock"].values()} == {NOON}
    assert call["outcome"] == "201 ACTIVE, End 2028-02-01T00:00:00Z"


def test_values_are_those_of_the_run() -> None:
    """Accounts, ARNs and times have no placeholders, and credentials are left out."""
    [call] = told(accepted("2028-01-01T00:00:00Z", "2028-02-01T00:00:00Z"))["calls"]
    assert (call["account"], call["parameters"]["OfferingArn"]) == (ACCOUNT, OFFERING)
    assert call["exchanges"][0]["request"]["headers"] == {"Accept": "*/*"}
    assert "secret" not in json.dumps(call)


def test_a_start_that_is_no_instant() -> None:
    """Without an instant there is no End to permit."""
    [call] = told(purchase("tomorrow", b"", Refused(400, "BadRequestException", "no")))["calls"]
    assert "permitted_ends" not in call
    assert call["must"] == "be refused"


def test_a_body_that_is_nested_deep() -> None:
    """JSON that could not be written again, for its depth, is told as the text that it was."""
    for depth, kind in ((90, "json"), (110, "text"), (9_000, "text")):
        body = b"[" * depth + b"]" * depth
        [call] = told(purchase("2028-01-01T00:00:00Z", body, Answered(201, None)))["calls"]
        assert kind in call["exchanges"][0]["answer"]
        assert json.dumps(call, indent=2)
