"""Traces made up for tests: raw requests as an SDK sends them, their answers, and what rules find in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from conformance.cases.case import Case
from conformance.execution.trace import Call, Exchange, Trace
from conformance.rules.history import History, follow
from conformance.rules.registry import Rule
from conformance.spec.calendar import Interval, format_timestamp, parse_timestamp, permitted_ends
from conformance.spec.outcomes import Answered, Faulted, FoundAfterwards, Lost, Outcome, Refused, Wire
from conformance.spec.request import Place, Request

ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"
REGION, OTHER_REGION = "us-east-1", "eu-west-1"
HERE, IN_OTHER_REGION, IN_OTHER_ACCOUNT = (
    Place(ACCOUNT, REGION),
    Place(ACCOUNT, OTHER_REGION),
    Place(OTHER_ACCOUNT, REGION),
)
NOON = datetime(2027, 3, 15, 12, tzinfo=UTC)
FIRST = datetime(2027, 3, 1, tzinfo=UTC)
ENDPOINT = "http://127.0.0.1:4566"
_IDENTIFIER = "9d5f0a7e-3c1b-4d4e-8f7a-{:012x}"


def offering_arn(number: int = 0, place: Place = HERE) -> str:
    """The ARN of an offering, as MediaConnect's are written."""
    return f"arn:aws:mediaconnect:{place.region}:{place.account}:offering:{_IDENTIFIER.format(number)}"


def reservation_arn(number: int = 0, place: Place = HERE) -> str:
    """The ARN of a reservation."""
    return f"arn:aws:mediaconnect:{place.region}:{place.account}:reservation:{_IDENTIFIER.format(number + 0xA00)}"


def offering(number: int = 0, *, months: int = 1, place: Place = HERE, **members: object) -> dict[str, Any]:
    """An offering on the wire."""
    return {
        "currencyCode": "USD",
        "duration": months,
        "durationUnits": "MONTHS",
        "offeringArn": offering_arn(number, place),
        "offeringDescription": f"offering {number}",
        "pricePerUnit": "0.55",
        "priceUnits": "HOURLY",
        "resourceSpecification": {"reservedBitrate": 20, "resourceType": "Mbps_Outbound_Bandwidth"},
        **members,
    }


def reservation(
    number: int = 0, *, name: str = "reservation", start: str = "2027-03-01T00:00:00Z", state: str = "ACTIVE",
    of: Wire | None = None, place: Place = HERE, **members: object,
) -> dict[str, Any]:  # fmt: skip
    """A right reservation on the wire; its End is the one that clamps."""
    terms = offering(place=place) if of is None else of
    begins = parse_timestamp(start)
    ends = sorted(permitted_ends(begins, terms["duration"])) if begins else []
    return {
        **terms,
        "end": format_timestamp(ends[0]) if ends else "2027-04-01T00:00:00Z",
        "reservationArn": reservation_arn(number, place),
        "reservationName": name,
        "reservationState": state,
        "start": start,
        **members,
    }


def request(
    method: str, path: str, *, query: Mapping[str, str] | str = "", body: bytes = b"", place: Place = HERE,
    headers: Mapping[str, str] | None = None,
) -> Request:  # fmt: skip
    """A signed request; the path and a query that is a text are percent-encoded already."""
    text = query if isinstance(query, str) else urlencode(query)
    scope = f"Credential={place.account}/20270315/{place.region}/mediaconnect/aws4_request"
    signed = {"Authorization": f"AWS4-HMAC-SHA256 {scope}", **(headers or {})}
    return Request(method, f"{path}?{text}" if text else path, signed, body)


def purchase(
    *, arn: str | None = None, name: object = "reservation", start: object = "2027-03-01T00:00:00Z",
    body: bytes | None = None, query: str = "", place: Place = HERE, headers: Mapping[str, str] | None = None,
) -> Request:  # fmt: skip
    """A PurchaseOffering request; `body` in the place of the one that has name and Start, None leaves either out."""
    members = {"reservationName": name, "start": start}
    if body is None:
        body = json.dumps({member: value for member, value in members.items() if value is not None}).encode()
    path = "/v1/offerings/" + quote(offering_arn(place=place) if arn is None else arn, safe="")
    given = {"Content-Type": "application/json", **(headers or {})}
    return request("POST", path, query=query, body=body, place=place, headers=given)


def describe_offering(arn: str | None = None, *, place: Place = HERE) -> Request:
    """A DescribeOffering request."""
    return request("GET", "/v1/offerings/" + quote(offering_arn(place=place) if arn is None else arn, safe=""),
                   place=place)  # fmt: skip


def describe_reservation(arn: str | None = None, *, place: Place = HERE) -> Request:
    """A DescribeReservation request."""
    return request("GET", "/v1/reservations/" + quote(reservation_arn(place=place) if arn is None else arn, safe=""),
                   place=place)  # fmt: skip


def list_reservations(query: Mapping[str, str] | str = "", *, place: Place = HERE) -> Request:
    """A ListReservations request."""
    return request("GET", "/v1/reservations", query=query, place=place)


def list_offerings(query: Mapping[str, str] | str = "", *, place: Place = HERE) -> Request:
    """A ListOfferings request."""
    return request("GET", "/v1/offerings", query=query, place=place)


def bought(shown: Wire | None = None, status: int = 201) -> Answered:
    """The answer to a purchase that succeeded."""
    return Answered(status, {"reservation": reservation() if shown is None else shown})


def described(shown: Wire, name: str = "reservation") -> Answered:
    """The answer to a description."""
    return Answered(200, {name: shown})


def listed(*items: Wire, name: str = "reservations", token: str = "") -> Answered:
    """The answer to a list."""
    return Answered(200, {name: list(items), **({"nextToken": token} if token else {})})


def refused(status: int = 400, code: str = "BadRequestException", message: str = "No.") -> Refused:
    """A refusal; without a code the SDK reads the status alone."""
    return Refused(status, code or str(status), message)


def at(instant: datetime | str = NOON) -> Interval:
    """A clock that is known to the instant."""
    known = parse_timestamp(instant) if isinstance(instant, str) else instant
    assert known is not None, instant
    return Interval(known, known)


def around(instant: datetime, seconds: float = 2) -> Interval:
    """A clock that is known to some seconds."""
    return Interval(instant - timedelta(seconds=seconds), instant + timedelta(seconds=seconds))


def call(
    sent: Request, outcome: Outcome, now: Interval | None = None, *, began: float = 0.0, ended: float = 0.0,
    concurrent: bool = False, headers: Mapping[str, str] | None = None, body: bytes | None = None, step: int = -1,
) -> Call:  # fmt: skip
    """A call of one exchange; `headers` and `body` in the place of those that a right server answers with."""
    known = now or at()
    status, answer = _answer(outcome)
    labelled = {"Content-Type": "application/json"} if headers is None else headers
    exchange = Exchange(
        sent.method, ENDPOINT + sent.target, sent.headers, sent.body, known.earliest, known.latest, status, labelled,
        answer if body is None else body, "" if status else "the connection was closed",
    )  # fmt: skip
    return Call((exchange,), outcome, known, began, ended, step, concurrent)


def _answer(outcome: Outcome) -> tuple[int | None, bytes]:
    match outcome:
        case Answered(status, body):
            return status, json.dumps(body).encode()
        case Refused(status, code, message):
            typed = {"__type": code} if outcome.has_type else {}
            return status, json.dumps({**typed, "message": message}).encode()
        case Faulted(status, code):
            return status, json.dumps({"__type": code, "message": "Sorry."}).encode()
        case FoundAfterwards() | Lost():
            return None, b""


def trace(
    *calls: Call, offerings: Mapping[Place, Iterable[Wire]] | None = None, case: Case | None = None, **parts: Any
) -> Trace:
    """A trace of these calls, one second after the other; without `offerings` each place has one."""
    known = {place: (offering(place=place),) for place in (HERE, IN_OTHER_REGION, IN_OTHER_ACCOUNT)}
    if offerings is not None:
        known = {place: tuple(items) for place, items in offerings.items()}
    placed = calls if any(one.ended for one in calls) else _one_after_the_other(calls)
    return Trace(tuple(placed), case or Case(), offerings=known, **parts)


def _one_after_the_other(calls: Iterable[Call]) -> list[Call]:
    return [
        Call(one.exchanges, one.outcome, one.now, float(number), number + 0.5, one.step_number, one.concurrent)
        for number, one in enumerate(calls)
    ]


def history(*calls: Call, **parts: Any) -> History:
    """What the specification reads in a trace of these calls."""
    return follow(trace(*calls, **parts))


def problems(rule: Rule, found: History) -> list[str]:
    """What a rule finds wrong with a history."""
    return [finding.problem for finding in rule.judge(found) if finding.violation]
