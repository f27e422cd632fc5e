"""The trace of a failure as report.json has it, from the trace that the driver recorded."""

import json
from dataclasses import replace
from typing import Any

from conformance.execution.trace import Call
from conformance.report.failure_trace import failure_trace
from conformance.results.failure import Violation
from conformance.rules import exclusivity
from conformance.rules.history import follow
from conformance.rules.registry import Finding
from conformance.spec.calendar import parse_timestamp
from conformance.spec.outcomes import Answered
from tests.meta.tools.traces import ACCOUNT, HERE, at, bought, call, offering_arn, purchase, refused, reservation, trace

NOON = "2028-01-31T12:00:00Z"
SECRETS = {"X-Amz-Security-Token": "secret", "Accept": "*/*"}


def accepted(start: str, *, number: int = 0) -> Call:
    """A purchase that succeeded, at noon on the last of January of a leap year."""
    shown = reservation(number, name=f"name-{number}", start=start)
    sent = purchase(name=f"name-{number}", start=start, headers=SECRETS)
    return call(sent, bought(shown), at(NOON))


def told(*calls: Call, broken_by: int | None = -1, **parts: Any) -> dict[str, Any]:
    """What the report tells of these calls, the last of which broke a rule unless another is named, or none."""
    history = follow(trace(*calls, **parts))
    recorded = None if broken_by is None else history.calls[broken_by]
    finding = Finding("", recorded, "accepted it", "a refusal")
    return failure_trace(Violation(exclusivity.second_refused, finding, history))


def test_the_call_that_broke_the_rule() -> None:
    """It is named by its place among the calls; a finding of no single call names none."""
    calls = [accepted("2028-01-01T00:00:00Z", number=number) for number in range(3)]
    assert told(*calls)["broken_by"] == 2
    assert told(*calls, broken_by=1)["broken_by"] == 1
    assert told(*calls, broken_by=None)["broken_by"] is None
    assert told(*calls)["expected"] == "a refusal"


def test_what_was_permitted() -> None:
    """A purchase tells whether it must be refused or accepted, and every End that the documents permit."""
    first, second = told(accepted("2028-01-31T00:00:00Z"), accepted("2028-01-31T00:00:00Z", number=1))["calls"]
    assert (first["must"], second["must"]) == ("be accepted", "be refused")
    assert first["permitted_ends"] == ["2028-02-29T00:00:00Z", "2028-03-02T00:00:00Z"]


def test_what_is_open() -> None:
    """A purchase of which it is not certain what must become of it tells nothing of that."""
    [one] = told(accepted("2028-01-01T00:00:00Z"), before={HERE: None})["calls"]
    assert "must" not in one


def test_of_concurrent_purchases_none_must_win() -> None:
    """Calls made at the same time tell nothing of which of them must be refused or accepted."""
    calls = [replace(accepted("2028-01-01T00:00:00Z", number=number), concurrent=True) for number in range(2)]
    for one in told(*calls)["calls"]:
        assert one["concurrent"] is True
        assert "must" not in one


def test_the_circumstances() -> None:
    """Each call has its clock, written as the reference page asks, and its outcome in words."""
    [one] = told(accepted("2028-01-01T00:00:00Z"))["calls"]
    assert {parse_timestamp(instant) for instant in one["clock"].values()} == {parse_timestamp(NOON)}
    assert one["outcome"] == "201 ACTIVE, End 2028-02-01T00:00:00Z"


def test_values_are_those_of_the_run() -> None:
    """Accounts, ARNs and times have no placeholders, and credentials are left out."""
    [one] = told(accepted("2028-01-01T00:00:00Z"))["calls"]
    assert (one["account"], one["parameters"]["OfferingArn"]) == (ACCOUNT, offering_arn())
    assert one["exchanges"][0]["request"]["headers"] == {"Accept": "*/*", "Content-Type": "application/json"}
    assert "secret" not in json.dumps(one)
    assert "AWS4-HMAC-SHA256" not in json.dumps(one)


def test_a_start_that_is_no_instant() -> None:
    """Without an instant there is no End to permit."""
    [one] = told(call(purchase(start="tomorrow"), refused(), at(NOON)))["calls"]
    assert "permitted_ends" not in one
    assert one["must"] == "be refused"


def test_a_body_that_is_nested_deep() -> None:
    """JSON that could not be written again, for its depth, is told as the text that it was."""
    for depth, kind in ((90, "json"), (110, "text"), (9_000, "text")):
        body = b"[" * depth + b"]" * depth
        [one] = told(call(purchase(), Answered(201, {}), at(NOON), body=body))["calls"]
        assert kind in one["exchanges"][0]["answer"]
        assert json.dumps(one, indent=2)
