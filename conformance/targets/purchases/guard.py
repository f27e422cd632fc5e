"""The guard: below every client, it lets no request out that could buy unless the ledger has a unit for it.

What could buy is decided by the method alone, and not by what the suite means to send: whatever is no GET or HEAD
could. Beside the guarded sender, which takes the units, a guard over the connections of the whole process stops what
comes to a guarded host on any other way: from a test, an adapter or a client of their own.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from conformance.spec.service import CREDENTIALS_REFUSED, EXCEPTION_STATUS
from conformance.targets.purchases.aws_hosts import is_aws_host
from conformance.targets.purchases.cost import arn_of, format_amount, offerings_in
from conformance.targets.purchases.ledger import Ledger, Outcome, PurchaseNotAllowedError

_HARMLESS = ("GET", "HEAD")
_OTHER_METHODS = ("x-http-method-override", "x-http-method", "x-method-override")
_has_unit: ContextVar[bool] = ContextVar("has_unit", default=False)
_guarded_endpoints: set[tuple[str, int | None]] = set()


class Sender(Protocol):
    """What sends a request."""

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send one request."""


def could_buy(method: str, headers: object = ()) -> bool:
    """Whether a request with this method, and headers that may stand for another one, could buy anything."""
    names = {str(name).lower() for name in headers} if hasattr(headers, "__iter__") else set()
    return method.upper() not in _HARMLESS or bool(names & set(_OTHER_METHODS))


class GuardedSender:
    """Sends through another sender, and takes a unit of the ledger for each request that could buy.

    The unit comes back only on a definite refusal. `announce` is told, in one line each, what could be bought before it
    is sent, where that is another offering than the last, and what came of it, unless it was refused.
    """

    def __init__(self, sender: Sender, ledger: Ledger, announce: Callable[[str], None]) -> None:
        self._sender, self._ledger, self._announce = sender, ledger, announce
        self._offerings: dict[str, Any] = {}
        self._announced = ""

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send one request.

        Raises:
            PurchaseNotAllowedError: it could buy, and there is no unit for it; nothing was sent.
        """
        if not could_buy(request.method, request.headers):
            response = self._sender.send(request)
            self._offerings.update(offerings_in(response.content))
            return response
        arn = arn_of(request.url)
        what = format_amount(arn, self._offerings.get(arn))
        number = self._ledger.take(what)
        self._announce_attempt(what)
        outcome = Outcome.UNKNOWN
        permission = _has_unit.set(True)
        try:
            response = self._sender.send(request)
            outcome = _outcome_of(response)
        finally:
            _has_unit.reset(permission)
            self._ledger.settle(number, outcome)
            self._announce_outcome(what, outcome)
        return response

    def _announce_attempt(self, what: str) -> None:
        if what != self._announced:
            self._announce(f"asking for a purchase of {what}")
        self._announced = what

    def _announce_outcome(self, what: str, outcome: Outcome) -> None:
        if outcome is not Outcome.REFUSED:
            said = "purchased" if outcome is Outcome.MADE else "it is not known whether this was purchased:"
            self._announce(f"{said} {what}; {len(self._ledger.entries())} of {self._ledger.allowed} allowed")
            self._announced = ""


def _outcome_of(response: AWSResponse) -> Outcome:
    """A success is a purchase; a documented refusal by its own status, or one of the caller, is none; else unknown."""
    status = response.status_code
    if 200 <= status < 300:
        return Outcome.MADE
    named = {error for error, its_status in EXCEPTION_STATUS.items() if its_status == status < 500}
    not_let_in = CREDENTIALS_REFUSED if 400 <= status < 500 else frozenset()
    return Outcome.REFUSED if _error_type(response) in named | not_let_in else Outcome.UNKNOWN


def _error_type(response: AWSResponse) -> str:
    headers = {name.lower(): value for name, value in response.headers.items()}
    text = headers.get("x-amzn-errortype")
    if text is None:
        try:
            body = json.loads(response.content)
            text = body.get("__type") or body.get("code")
        except (ValueError, AttributeError, RecursionError):
            return ""
    return str(text).partition(":")[0].rpartition("#")[2]


def guard_endpoint(url: str) -> None:
    """Let no request that could buy reach this endpoint but through a guarded sender, from this process."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    _guarded_endpoints.add(((parts.hostname or "").lower(), port))


def guard_connections() -> None:
    """Guard the HTTP connections of this process for good: to MediaConnect at AWS, and to what `guard_endpoint` names.

    It holds for whatever is built on `http.client`: urllib3 with botocore and requests, and the standard library.
    """
    original = http.client.HTTPConnection.putrequest
    if getattr(original, "is_guarded", False):
        return

    def putrequest(self: http.client.HTTPConnection, method: str, url: str, *rest: Any, **more: Any) -> None:
        if could_buy(method) and any(_is_guarded(*place) for place in _places(self, url)):
            if not _has_unit.get():
                raise PurchaseNotAllowedError(
                    f"{method} {url[:200]} was not sent: it could buy, and did not come through the ledger of purchases"
                )
            _has_unit.set(False)  # a unit is for one request
        original(self, method, url, *rest, **more)

    putrequest.is_guarded = True  # type: ignore[attr-defined]
    http.client.HTTPConnection.putrequest = putrequest  # type: ignore[method-assign]


def _places(connection: http.client.HTTPConnection, url: str) -> list[tuple[str, int | None]]:
    """Where a request goes: the host of the connection, or those behind a proxy."""
    parts = urlsplit(url)
    tunnel = getattr(connection, "_tunnel_host", None), getattr(connection, "_tunnel_port", None)
    found = [(connection.host, connection.port), tunnel, (parts.hostname, parts.port)]
    return [(host.lower().rstrip("."), port) for host, port in found if host]


def _is_guarded(host: str, port: int | None) -> bool:
    is_mediaconnect = is_aws_host(host) and "mediaconnect" in host
    return is_mediaconnect or (host, port) in _guarded_endpoints
