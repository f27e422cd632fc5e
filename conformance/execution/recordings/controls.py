"""Requests that tell an emulator its time or its offerings, or let it forget: what a client said, a judge knows."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from conformance.execution.recordings.recorded import Control
from conformance.spec.calendar import parse_timestamp

_OF_ACCOUNT = re.compile(r".*/accounts/(?P<account>[0-9]{12})/(?P<what>clock|offerings|reset)")
_RESETS = frozenset({"/moto-api/reset", "/_ministack/reset"})
CLOCK, OFFERINGS, RESET = "clock", "offerings", "reset"


def read_control(method: str, url: str, body: bytes, status: int | None, answer: bytes, began: float) -> Control | None:
    """A request of the test control API, or a reset of moto's or MiniStack's; None for any other, or a refused one."""
    if status is None or not 200 <= status < 300:
        return None
    path = urlsplit(url).path.rstrip("/")
    if method.upper() == "POST" and path in _RESETS:
        return Control(RESET, began)
    found = _OF_ACCOUNT.fullmatch(path)
    if found is None:
        return None
    match method.upper(), found["what"]:
        case "POST", "reset":
            return Control(RESET, began, found["account"])
        case "DELETE", "clock":
            return Control(CLOCK, began, found["account"])
        case "PUT", "clock":
            now = parse_timestamp(str(_object(body).get("now")))
            return Control(CLOCK, began, found["account"], now) if now else None
        case "PUT", "offerings":
            listed, region = _object(answer).get("offerings"), _object(body).get("region")
            if isinstance(listed, list) and isinstance(region, str):
                items = tuple(item for item in listed if isinstance(item, dict))
                return Control(OFFERINGS, began, found["account"], region=region, offerings=items)
    return None


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
