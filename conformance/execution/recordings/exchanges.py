"""From what a recorder kept of one exchange to a clean entry: the steps that HAR and cassettes share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from conformance.execution.recordings.cleaning import (
    Owners,
    clean_url,
    decoded_body,
    is_of_service,
    kept_of_answer,
    kept_of_request,
    prefix_of,
    scope_of,
)
from conformance.execution.recordings.controls import read_control
from conformance.execution.recordings.recorded import (
    NO_BODY,
    NOT_ALLOWED,
    OTHER_OPERATION,
    OTHER_SERVICE,
    UNKNOWN_TIME,
    Entry,
    Recorded,
)
from conformance.execution.recordings.times import interval_of
from conformance.execution.sdk_errors import read_error
from conformance.execution.trace import Exchange
from conformance.spec.reading import operation_of
from conformance.spec.request import Place
from conformance.spec.service import CREDENTIALS_REFUSED, Operation
from conformance.targets.clocks import read_date


@dataclass(frozen=True, slots=True)
class Kept:
    """What a recorder kept of one exchange; headers by names in lower case, bodies None where it kept none."""

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes | None
    status: int | None
    headers: Mapping[str, str]
    body: bytes | None
    sent: datetime | None = None
    received: datetime | None = None


def entry_of(kept: Kept, owners: Owners, aside: Counter[str], number: int) -> Entry | None:
    """The entry; None for one that is left aside. Where no time is known, the order of the file is that of time.

    `number` is that of the entry in its file.
    """
    scope = scope_of(kept.request_headers, kept.url.partition("?")[2])
    if not is_of_service(scope, kept.url):
        control = read_control(
            kept.method, kept.url, kept.request_body or b"", kept.status, kept.body or b"", _began(kept, number)
        )
        if control is None:
            aside[OTHER_SERVICE] += 1
        return control
    prefix = prefix_of(kept.url)
    if prefix is None:
        aside[OTHER_OPERATION] += 1
        return None
    place, known = owners.place(kept.request_headers, scope, kept.url)
    exchange = _exchange(kept, prefix, place)
    operation = operation_of(exchange.method, urlsplit(exchange.url).path)
    if operation is None or (operation is Operation.PURCHASE_OFFERING and kept.request_body is None):
        aside[NO_BODY if operation else OTHER_OPERATION] += 1
        return None
    code, message = ("", "")
    if kept.status is not None and kept.status >= 300:
        code, message = _error_of(kept.status, exchange.headers.get("x-amzn-errortype", ""), exchange.body)
    if code in CREDENTIALS_REFUSED:
        aside[NOT_ALLOWED] += 1
        return None
    began = _began(kept, number)
    return Recorded(
        exchange,
        place,
        interval_of(kept.sent, kept.received, kept.headers, kept.request_headers.get("x-amz-date", "")),
        began,
        kept.received.timestamp() if kept.received else began,
        code,
        message,
        kept.request_headers.get("amz-sdk-invocation-id", ""),
        has_answer=kept.body is not None,
        place_is_known=known,
    )


@lru_cache(maxsize=256)
def _error_of(status: int, error_type: str, body: bytes) -> tuple[str, str]:
    """Type and message of a refusal; targets refuse the same in the same words."""
    return read_error(status, {"x-amzn-errortype": error_type} if error_type else {}, body)


def _began(kept: Kept, number: int) -> float:
    return kept.sent.timestamp() if kept.sent else float(number)


def _exchange(kept: Kept, prefix: str, place: Place) -> Exchange:
    """The exchange without credentials, and without what no rule looks at."""
    about = kept.sent or read_date(kept.headers.get("date")) or UNKNOWN_TIME.earliest
    return Exchange(
        method=kept.method.upper(),
        url=clean_url(kept.url, prefix),
        request_headers=kept_of_request(kept.request_headers, place),
        request_body=kept.request_body or b"",
        sent=about,
        received=kept.received or about,
        status=kept.status,
        headers=kept_of_answer(kept.headers),
        body=decoded_body(kept.headers, kept.body or b""),
        error="" if kept.status else "no answer was recorded",
    )
