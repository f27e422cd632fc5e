"""A HAR file that is written entry by entry, without credentials."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from conformance import __version__

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)(/[^,\s]*)")
_DROPPED = frozenset({"x-amz-security-token", "cookie", "set-cookie", "proxy-authorization"})
_BEGIN = '{"log": {"version": "1.2", "creator": {"name": "mediaconnect-conformance", "version": "%s"}, "entries": ['
_END = "\n]}}\n"


@dataclass(frozen=True)
class Reply:
    """What came of a request: status 0 says that no answer came."""

    sent: datetime
    received: datetime
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class HarFile:
    """One file; entries may come from any thread."""

    def __init__(self, path: Path) -> None:
        """Begin the file, in the place of what was there. Raises OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._file.write(_BEGIN % __version__)
        self._count = 0
        self._keys: dict[str, str] = {}
        self._lock = threading.Lock()

    def add(self, request: Any, reply: Reply) -> None:
        """One exchange: a request of botocore's, and what came of it. Nothing is added to a closed file."""
        milliseconds = (reply.received - reply.sent).total_seconds() * 1_000
        content_type = next((value for name, value in reply.headers.items() if name.lower() == "content-type"), "")
        entry = {
            "startedDateTime": reply.sent.isoformat(),
            "time": milliseconds,
            "request": self._request(request),
            "response": {
                "status": reply.status,
                "statusText": "",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": _pairs(reply.headers),
                "content": {"size": len(reply.body), "mimeType": content_type, **_text(reply.body)},
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": len(reply.body),
            },
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        }
        with self._lock:
            if not self._file.closed:
                self._file.write(",\n" if self._count else "\n")
                self._file.write(json.dumps(entry))
                self._count += 1

    def close(self) -> None:
        """End the file."""
        with self._lock:
            if not self._file.closed:
                self._file.write(_END)
                self._file.close()

    def _request(self, request: Any) -> dict[str, Any]:
        headers = {str(name): self._without_key(str(name), _as_text(value)) for name, value in request.headers.items()}
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        posted = {"postData": {"mimeType": headers.get("Content-Type", ""), **_text(body)}} if body else {}
        return {
            "method": str(request.method),
            "url": str(request.url),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(headers),
            "queryString": [],
            "headersSize": -1,
            "bodySize": len(body),
            **posted,
        }

    def _without_key(self, name: str, value: str) -> str:
        """Of a signature nothing but the scope, in which an access key that is not an account number gets a name."""
        if name.lower() != "authorization":
            return value
        found = _CREDENTIAL.search(value)
        if found is None:
            return ""
        key = found[1]
        if not re.fullmatch("[0-9]{12}", key):
            with self._lock:
                key = self._keys.setdefault(key, f"key-{len(self._keys) + 1}")
        return f"AWS4-HMAC-SHA256 Credential={key}{found[2]}"


def _pairs(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items() if name.lower() not in _DROPPED]


def _as_text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}
