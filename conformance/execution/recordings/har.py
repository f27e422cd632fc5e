"""HAR 1.2, as proxies and browsers export it: entry by entry, however long the file is."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from conformance.execution.recordings.cleaning import Owners, lower_names
from conformance.execution.recordings.exchanges import Kept, entry_of
from conformance.execution.recordings.json_stream import items
from conformance.execution.recordings.opening import Opened
from conformance.execution.recordings.recorded import Entry, RecordingError
from conformance.execution.recordings.times import read_time

_LONGEST_MILLISECONDS = 86_400_000.0
"""A day: what is said to take longer is a mistake of the recorder."""


def read_har(opened: Opened, owners: Owners, aside: Counter[str]) -> Iterator[Entry]:
    """The entries of a HAR file, in its own order. Raises RecordingError where it is damaged."""
    for number, entry in enumerate(items(opened, "log.entries.item"), start=1):
        try:
            kept = _kept(entry)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RecordingError(
                f"{opened.path}: damaged: entry {number} is not an entry of HAR 1.2 ({error!r})"
            ) from None
        found = entry_of(kept, owners, aside, number)
        if found is not None:
            yield found


def _kept(entry: Mapping[str, Any]) -> Kept:
    request, response = entry["request"], entry.get("response") or {}
    sent = read_time(entry.get("startedDateTime"))
    took = entry.get("time")
    took = float(took) if isinstance(took, int | float) and 0 <= took < _LONGEST_MILLISECONDS else 0.0
    status = response.get("status")
    return Kept(
        method=str(request["method"]),
        url=str(request["url"]),
        request_headers=_headers(request),
        request_body=_request_body(request),
        # Browsers write 0 where no answer came, mitmproxy leaves it out.
        status=status if type(status) is int and status >= 100 else None,
        headers=_headers(response),
        body=_answer_body(response),
        sent=sent,
        received=sent + timedelta(milliseconds=took) if sent else None,
    )


def _headers(message: Mapping[str, Any]) -> dict[str, str]:
    return lower_names((str(one["name"]), str(one["value"])) for one in message.get("headers") or ())


def _request_body(request: Mapping[str, Any]) -> bytes | None:
    """The bytes that were sent; None where the recorder says that there were some, and kept none."""
    posted = request.get("postData")
    if isinstance(posted, dict) and isinstance(posted.get("text"), str):
        return _bytes(posted["text"], posted.get("encoding"))
    size = request.get("bodySize")
    return None if type(size) is int and size > 0 else b""


def _answer_body(response: Mapping[str, Any]) -> bytes | None:
    """The bytes of the answer; None where the recorder says that there were some, and kept none."""
    content = response.get("content") or {}
    if isinstance(content.get("text"), str):
        return _bytes(content["text"], content.get("encoding"))
    sizes = (content.get("size"), response.get("bodySize"))
    return None if any(type(size) is int and size > 0 for size in sizes) else b""


def _bytes(text: str, encoding: object) -> bytes:
    if encoding == "base64":
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error:
            return b""
    try:
        return text.encode()
    except UnicodeEncodeError:
        # What is not text in UTF-8 was written as half of a surrogate pair by some recorders.
        return text.encode("utf-8", "surrogatepass")
