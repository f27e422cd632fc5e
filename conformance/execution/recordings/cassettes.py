"""VCR cassettes: of vcrpy, of betamax and of Ruby's VCR, in YAML and in JSON."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.execution.recordings.cleaning import Owners, lower_names
from conformance.execution.recordings.exchanges import Kept, entry_of
from conformance.execution.recordings.json_stream import items
from conformance.execution.recordings.opening import Opened
from conformance.execution.recordings.recorded import Entry, RecordingError


def read_cassette(opened: Opened, owners: Owners, aside: Counter[str]) -> Iterator[Entry]:
    """The interactions of a cassette, in the order in which they were recorded. Raises RecordingError."""
    if opened.is_yaml:
        from conformance.execution.recordings.yaml_stream import interactions

        found = interactions(opened)
    else:
        found = items(opened, f"{opened.member}.item")
    for number, interaction in enumerate(found, start=1):
        try:
            kept = _kept(interaction)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RecordingError(
                f"{opened.path}: damaged: interaction {number} is none of a VCR cassette ({error!r})"
            ) from None
        entry = entry_of(kept, owners, aside, number)
        if entry is not None:
            yield entry


def _kept(interaction: Mapping[str, Any]) -> Kept:
    request, response = interaction["request"], interaction["response"]
    status = response["status"]
    code = status.get("code") if isinstance(status, dict) else status
    headers = _headers(response)
    if "recorded_at" in interaction and "date" not in headers:
        headers["date"] = str(interaction["recorded_at"])
    return Kept(
        method=str(request["method"]),
        url=str(request.get("uri") or request["url"]),
        request_headers=_headers(request),
        request_body=_body(request.get("body")),
        status=code if type(code) is int else None,
        headers=headers,
        body=_body(response.get("body")),
    )


def _headers(message: Mapping[str, Any]) -> dict[str, str]:
    """The headers, whose values are texts or lists of texts; of a list the first counts."""
    pairs = []
    for name, value in (message.get("headers") or {}).items():
        first = value[0] if isinstance(value, list) and value else "" if isinstance(value, list) else value
        pairs.append((str(name), first.decode("latin-1") if isinstance(first, bytes) else str(first)))
    return lower_names(pairs)


def _body(body: object) -> bytes:
    """A body, as the three tools write one: a text, bytes, or an object with either or with base64."""
    if isinstance(body, dict):
        packed = body.get("base64_string")
        if isinstance(packed, str):
            try:
                return base64.b64decode(packed)
            except binascii.Error:
                return b""
        body = body.get("string")
    if isinstance(body, bytes):
        return body
    return str(body).encode() if body else b""
