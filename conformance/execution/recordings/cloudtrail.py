"""CloudTrail: records as they are delivered to S3, and as `lookup-events` prints them.

A record has no raw request and, of a reading call, no answer. The request that a server would have seen is put together
from `requestParameters`; what a record does not tell is not judged: statuses, headers, and how a body was written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode

from conformance.execution.recordings.cleaning import Owners, Scope, kept_of_request
from conformance.execution.recordings.json_stream import items
from conformance.execution.recordings.opening import Opened
from conformance.execution.recordings.recorded import (
    NO_PARAMETERS,
    NOT_ALLOWED,
    OTHER_OPERATION,
    OTHER_SERVICE,
    Entry,
    Recorded,
    RecordingError,
)
from conformance.execution.recordings.times import read_time
from conformance.execution.trace import Exchange
from conformance.spec.calendar import SECOND, Interval
from conformance.spec.plain_text import summary
from conformance.spec.service import CREDENTIALS_REFUSED, EXCEPTION_STATUS, THROTTLED, Operation
from conformance.targets.clocks import TOLERANCE

_SOURCE = "mediaconnect.amazonaws.com"
_URL = f"https://{_SOURCE}"
_RESOLUTION = SECOND
"""CloudTrail writes times in whole seconds."""
_SECONDS_OF_A_CALL = 0.999
"""So that calls of the same second may overlap, and those of two seconds do not."""
_NEEDED = {
    Operation.PURCHASE_OFFERING: ("offeringarn", "reservationname", "start"),
    Operation.DESCRIBE_OFFERING: ("offeringarn",),
    Operation.DESCRIBE_RESERVATION: ("reservationarn",),
}
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


class _NotJudgedError(Exception):
    """The record is left aside, for the reason that is its text."""


def read_cloudtrail(opened: Opened, owners: Owners, aside: Counter[str]) -> Iterator[Entry]:
    """The records of a file, in its own order. Raises RecordingError where it is damaged."""
    path = "item" if not opened.member else "" if opened.member == "eventVersion" else f"{opened.member}.item"
    for number, item in enumerate(items(opened, path), start=1):
        try:
            record = _record(item)
            if not isinstance(record, dict) or "eventSource" not in record or "eventName" not in record:
                raise ValueError("it has no eventSource and eventName")
            yield _recorded(record, owners)
        except _NotJudgedError as reason:
            aside[str(reason)] += 1
        except (AttributeError, TypeError, ValueError, RecursionError) as error:
            what = summary(error)
            raise RecordingError(f"{opened.path}: damaged: entry {number} is not a CloudTrail record: {what}") from None


def _record(item: Any) -> Any:
    """The record itself, which `lookup-events` has as text inside of an event."""
    inner = item.get("CloudTrailEvent") if isinstance(item, dict) else item
    return json.loads(inner) if isinstance(inner, str) else item


def _recorded(record: Mapping[str, Any], owners: Owners) -> Recorded:
    if record["eventSource"] != _SOURCE:
        raise _NotJudgedError(OTHER_SERVICE)
    try:
        operation = Operation(record["eventName"])
    except ValueError:
        raise _NotJudgedError(OTHER_OPERATION) from None
    code = str(record.get("errorCode") or "").removeprefix("Client.").removeprefix("Server.")
    if code in CREDENTIALS_REFUSED:
        raise _NotJudgedError(NOT_ALLOWED)
    when = read_time(record.get("eventTime"))
    if when is None:
        raise ValueError("it has no eventTime")
    parameters = _parameters(record, operation)
    place, known = owners.place({}, Scope(_account(record), str(record.get("awsRegion") or "")), _URL)
    method, path, body = _request(operation, parameters)
    status, answer = _answer(record, operation, code)
    exchange = Exchange(
        method=method,
        url=f"{_URL}{path}",
        request_headers=kept_of_request({"content-type": "application/json"} if body else {}, place),
        request_body=body,
        sent=when,
        received=when + _RESOLUTION,
        status=status,
        headers={"content-type": "application/json", "content-length": str(len(answer))},
        body=answer,
    )
    message = str(record.get("errorMessage") or "")
    began = when.timestamp()
    return Recorded(
        exchange,
        place,
        # `eventTime` has whole seconds; when within the call the service took it, the documents leave open.
        Interval(when - TOLERANCE, when + SECOND + TOLERANCE),
        began,
        began + _SECONDS_OF_A_CALL,
        code,
        message,
        has_answer=bool(answer) or bool(code),
        place_is_known=known,
        identity=str(record.get("eventID") or ""),
    )


def _account(record: Mapping[str, Any]) -> str:
    identity = record.get("userIdentity")
    of_caller = identity.get("accountId") if isinstance(identity, dict) else None
    return str(record.get("recipientAccountId") or of_caller or "")


def _parameters(record: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """The parameters by their names in lower case; ARNs may be written as they stood in the path."""
    given = record.get("requestParameters")
    named = {name.lower(): value for name, value in given.items()} if isinstance(given, dict) else {}
    needed = _NEEDED.get(operation, ())
    if any(named.get(name) in (None, _HIDDEN) for name in needed):
        raise _NotJudgedError(NO_PARAMETERS)
    for name in ("offeringarn", "reservationarn"):
        if isinstance(named.get(name), str) and named[name].lower().startswith("arn%3a"):
            named[name] = unquote(named[name])
    return named


def _request(operation: Operation, parameters: Mapping[str, Any]) -> tuple[str, str, bytes]:
    """Method, path with query, and body, as an SDK writes them."""
    match operation:
        case Operation.PURCHASE_OFFERING:
            members = {"reservationName": parameters["reservationname"], "start": parameters["start"]}
            return "POST", f"/v1/offerings/{_segment(parameters['offeringarn'])}", json.dumps(members).encode()
        case Operation.DESCRIBE_OFFERING:
            return "GET", f"/v1/offerings/{_segment(parameters['offeringarn'])}", b""
        case Operation.DESCRIBE_RESERVATION:
            return "GET", f"/v1/reservations/{_segment(parameters['reservationarn'])}", b""
        case _:
            what = "offerings" if operation is Operation.LIST_OFFERINGS else "reservations"
            names = {"maxResults": parameters.get("maxresults"), "nextToken": parameters.get("nexttoken")}
            query = urlencode({name: str(value) for name, value in names.items() if value is not None})
            return "GET", f"/v1/{what}{'?' if query else ''}{query}", b""


def _segment(arn: object) -> str:
    text = quote(str(arn), safe="")
    if not text:
        raise _NotJudgedError(NO_PARAMETERS)
    return text


def _answer(record: Mapping[str, Any], operation: Operation, code: str) -> tuple[int | None, bytes]:
    """Status and body, as far as the record tells: a success has a body where the call changed something."""
    if code:
        if code in THROTTLED:
            return 429, b""
        return EXCEPTION_STATUS.get(code, 400), b""
    elements = record.get("responseElements")
    if operation is Operation.PURCHASE_OFFERING:
        if isinstance(elements, dict) and isinstance(elements.get("reservation"), dict):
            return 201, json.dumps(elements).encode()
        return 201, b""
    return 200, b""
