"""Plays that write down their traffic as recorders do: HAR, a VCR cassette, or records of CloudTrail."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Self
from urllib.parse import parse_qsl, unquote

from tests.meta.emulator.messages import Request, Response
from tests.meta.emulator.rare.play import Play
from tests.meta.emulator.right import RightEmulator

HOST = "http://localhost:4566"
TOOK = timedelta(milliseconds=12)
PAUSE = timedelta(milliseconds=250)
_OPERATIONS = {
    ("POST", "offerings", True): "PurchaseOffering",
    ("GET", "offerings", True): "DescribeOffering",
    ("GET", "offerings", False): "ListOfferings",
    ("GET", "reservations", True): "DescribeReservation",
    ("GET", "reservations", False): "ListReservations",
}


@dataclass(frozen=True)
class Kept:
    """One exchange as it went over the wire, and when."""

    request: Request
    response: Response
    sent: datetime

    @property
    def url(self) -> str:
        """The URL that was asked for."""
        query = f"?{self.request.query}" if self.request.query else ""
        return f"{HOST}{self.request.path}{query}"

    @property
    def key(self) -> str:
        """The access key that signed."""
        return self.request.account

    def request_headers(self) -> dict[str, str]:
        """The headers of the request, with a signature."""
        scope = f"{self.key}/{self.sent:%Y%m%d}/{self.request.region}/mediaconnect/aws4_request"
        signature = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=f00d"
        return {
            **self.request.headers,
            "Authorization": signature,
            "X-Amz-Security-Token": "secret-session-token",
        }

    def headers(self) -> dict[str, str]:
        """The headers of the answer, with the time at which it was given."""
        length = str(len(self.response.body))
        date = format_datetime(self.sent + TOOK, usegmt=True)
        return {**self.response.headers, "Date": date, "Content-Length": length}


class RecordedPlay(Play):
    """A play that keeps what went over the wire; each request is sent a little after the one before."""

    def __init__(self, emulator: RightEmulator) -> None:
        super().__init__(emulator)
        self.kept: list[Kept] = []
        self.last = datetime.min.replace(tzinfo=UTC)

    def at(self, now: str) -> Self:
        """Set the clock, which goes on with each request."""
        super().at(now)
        self.last = max(self.last, datetime.fromisoformat(now))
        return self

    def _ask(self, method: str, path: str, query: str = "", body: bytes = b"") -> Any:
        sent = self.last + PAUSE
        super().at(sent.replace(microsecond=0).isoformat().replace("+00:00", "Z"))
        answer = super()._ask(method, path, query, body)
        self.kept.append(Kept(*self.exchanges[-1], sent))
        self.last = sent + TOOK
        return answer


def as_har(kept: Iterable[Kept]) -> dict[str, Any]:
    """The traffic as HAR 1.2."""
    entries = [_har_entry(one) for one in kept]
    return {"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}}


def _har_entry(one: Kept) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": one.request.method,
        "url": one.url,
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": name, "value": value} for name, value in one.request_headers().items()],
        "bodySize": len(one.request.body),
    }
    if one.request.body:
        request["postData"] = {"mimeType": "application/json", "text": one.request.body.decode("utf-8", "replace")}
    content: dict[str, Any] = {"size": len(one.response.body), "mimeType": "application/json"}
    try:
        content["text"] = one.response.body.decode()
    except UnicodeDecodeError:
        content |= {"text": base64.b64encode(one.response.body).decode(), "encoding": "base64"}
    return {
        "startedDateTime": one.sent.isoformat(),
        "time": TOOK.total_seconds() * 1_000,
        "request": request,
        "response": {
            "status": one.response.status,
            "statusText": "",
            "headers": [{"name": name, "value": value} for name, value in one.headers().items()],
            "content": content,
        },
        "timings": {"send": 0, "wait": 12, "receive": 0},
    }


def as_cassette(kept: Iterable[Kept]) -> dict[str, Any]:
    """The traffic as vcrpy keeps it, for YAML or JSON."""
    return {"version": 1, "interactions": [_interaction(one) for one in kept]}


def _interaction(one: Kept) -> dict[str, Any]:
    return {
        "request": {
            "method": one.request.method,
            "uri": one.url,
            "body": one.request.body.decode("utf-8", "replace") or None,
            "headers": {name: [value] for name, value in one.request_headers().items()},
        },
        "response": {
            "status": {"code": one.response.status, "message": ""},
            "headers": {name: [value] for name, value in one.headers().items()},
            "body": {"string": one.response.body.decode("utf-8", "replace")},
        },
    }


def as_cloudtrail(kept: Iterable[Kept]) -> list[dict[str, Any]]:
    """The traffic as CloudTrail keeps it, a record for each request that reaches an operation."""
    return [record for one in kept if (record := _cloudtrail_record(one)) is not None]


def _cloudtrail_record(one: Kept) -> dict[str, Any] | None:
    segments = one.request.path.split("/")
    kind = segments[2] if len(segments) > 2 else ""
    name = _OPERATIONS.get((one.request.method, kind, len(segments) > 3))
    if name is None:
        return None
    code = one.response.headers.get("x-amzn-errortype", "")
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AssumedRole", "accountId": one.request.account, "accessKeyId": "ASIAEXAMPLE"},
        "eventTime": one.sent.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "mediaconnect.amazonaws.com",
        "eventName": name,
        "awsRegion": one.request.region,
        "requestParameters": _parameters(one, name, segments),
        "responseElements": json.loads(one.response.body) if name == "PurchaseOffering" and not code else None,
        "readOnly": name != "PurchaseOffering",
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": one.request.account,
        "eventCategory": "Management",
    }
    if code:
        record |= {"errorCode": code, "errorMessage": json.loads(one.response.body).get("message", "")}
    return record


def _parameters(one: Kept, name: str, segments: list[str]) -> dict[str, Any] | None:
    """The parameters as CloudTrail shows them: an ARN of a path as it stood there."""
    parameters: dict[str, Any] = dict(parse_qsl(one.request.query))
    if name in ("PurchaseOffering", "DescribeOffering"):
        parameters["offeringArn"] = segments[3]
    if name == "DescribeReservation":
        parameters["reservationArn"] = unquote(segments[3])
    if name == "PurchaseOffering":
        try:
            body = json.loads(one.request.body)
        except ValueError:
            body = None
        if isinstance(body, dict):
            parameters |= body
    return parameters or None


def as_lookup_events(records: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """CloudTrail records as `aws cloudtrail lookup-events` prints them, the latest first."""
    events = [
        {
            "EventName": record["eventName"],
            "EventTime": record["eventTime"],
            "EventSource": record["eventSource"],
            "CloudTrailEvent": json.dumps(record),
        }
        for record in records
    ]
    return {"Events": events[::-1]}
