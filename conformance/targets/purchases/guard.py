"""The guard: below every client, it lets no request out that could buy unless the ledger has a unit for it.

What could buy is decided by the method alone, and not by what the suite means to send: whatever is not a GET or HEAD
could. Beside the guarded sender, which takes the units, a guard over the connections of the whole process stops what
comes to a guarded host on any other way: from a test, an adapter or a client of their own.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from conformance.spec.plain_text import plain
from conformance.spec.service import CREDENTIALS_REFUSED, EXCEPTION_STATUS
from conformance.targets.purchases.aws_hosts import is_aws_host
from conformance.targets.purchases.choice import OfferingChoice
from conformance.targets.purchases.cost import arn_of, format_amount, offerings_in
from conformance.targets.purchases.ledger import Ledger, LedgerError, PurchaseNotAllowedError, PurchaseOutcome

_HARMLESS = ("GET", "HEAD")
_OTHER_METHODS = ("x-http-method-override", "x-http-method", "x-method-override")
_guarded_endpoints: set[tuple[str, int | None]] = set()
_control_bases: set[tuple[str, int | None, str]] = set()


class _Unit:
    """The permission to send one request that could buy."""

    def __init__(self) -> None:
        self.is_used = False


# The unit itself is shared with the thread that sends, which has a copy of the context.
_unit: ContextVar[_Unit | None] = ContextVar("unit", default=None)


class Sender(Protocol):
    """What sends a request."""

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send one request."""


def could_buy(method: str, headers: object = ()) -> bool:
    """Whether a request with this method, and headers that may stand for another one, could buy anything."""
    names = {str(name).lower() for name in headers} if hasattr(headers, "__iter__") else set()
    return method.upper() not in _HARMLESS or bool(names & set(_OTHER_METHODS))


@dataclass(frozen=True, slots=True)
class PurchaseRules:
    """What the user allows: `choice` is what may be purchased; with `dry_run` nothing is sent, and all is noted.

    `confirm` is asked once, with what is about to be purchased first; it says whether it may be.
    """

    choice: OfferingChoice = field(default_factory=OfferingChoice)
    confirm: Callable[[str], bool] | None = None
    dry_run: Callable[[AWSPreparedRequest, str], None] | None = None


class GuardedSender:
    """Sends through another sender, and takes a unit of the ledger for each request that could buy.

    The unit comes back only on a definite refusal. `announce` is told, in one line each, what could be bought before it
    is sent, where that is another offering than the last, and what came of it, unless it was refused.
    """

    def __init__(
        self,
        sender: Sender,
        ledger: Ledger,
        announce: Callable[[str], None],
        rules: Callable[[], PurchaseRules] = PurchaseRules,
    ) -> None:
        """`rules` gives what the user allows by now."""
        self._sender, self._ledger, self._announce, self._rules = sender, ledger, announce, rules
        self._offerings: dict[str, Any] = {}
        self._announced = ""
        self._is_confirmed: bool | None = None
        self._confirming = threading.Lock()

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send one request.

        Raises:
            PurchaseNotAllowedError: it could buy, and there is no unit for it, or the user does not allow it; nothing
                was sent.
        """
        if not could_buy(request.method, request.headers):
            response = self._sender.send(request)
            self._offerings.update(offerings_in(response.content))
            return response
        arn = arn_of(request.url)
        what = format_amount(arn, self._offerings.get(arn))
        self._check(request, arn, what)
        number = self._ledger.take(what)
        self._announce_attempt(what)
        outcome, why = PurchaseOutcome.UNKNOWN, "a unit is kept, as no answer came"
        permission = _unit.set(_Unit())
        try:
            response = self._sender.send(request)
            outcome, why = _outcome_of(response)
        finally:
            _unit.reset(permission)
            self._settle(number, what, outcome, why)
        return response

    def _check(self, request: AWSPreparedRequest, arn: str, what: str) -> None:
        rules = self._rules()
        objection = rules.choice.objection(arn, self._offerings)
        if objection:
            raise PurchaseNotAllowedError(objection)
        if rules.dry_run is not None:
            rules.dry_run(request, what)
            raise PurchaseNotAllowedError("not sent: --dry-run")
        with self._confirming:
            if self._is_confirmed is None:
                self._is_confirmed = rules.confirm is None or rules.confirm(what)
        if not self._is_confirmed:
            raise PurchaseNotAllowedError("not confirmed: the account number was not typed (--yes)")

    def _announce_attempt(self, what: str) -> None:
        if what != self._announced:
            self._announce(f"asking for a purchase of {what}")
        self._announced = what

    def _settle(self, number: int, what: str, outcome: PurchaseOutcome, why: str) -> None:
        """Enter the outcome, and say it. The request has left: a ledger that fails now takes nothing of that back."""
        count = f"of {self._ledger.allowed} allowed"
        try:
            self._ledger.settle(number, outcome, why)
            count = f"{len(self._ledger.entries())} {count}"
        except LedgerError as error:
            self._announce(f"{error}; the request was sent, and its unit stays spent")
            count = f"one more {count}"
        if outcome is not PurchaseOutcome.REFUSED:
            said = "purchased" if outcome is PurchaseOutcome.MADE else "it is not known whether this was purchased:"
            self._announce(f"{said} {what}; {count}{why and f'; {why}'}")
            self._announced = ""


def _outcome_of(response: AWSResponse) -> tuple[PurchaseOutcome, str]:
    """A success is a purchase; a documented refusal by its own status, or one of the caller, is none; else unknown.

    With it comes why the unit of an unknown outcome is kept.
    """
    status = response.status_code
    if 200 <= status < 300:
        return PurchaseOutcome.MADE, ""
    error = _error_type(response)
    documented = EXCEPTION_STATUS.get(error)
    if documented == status < 500 or (error in CREDENTIALS_REFUSED and 400 <= status < 500):
        return PurchaseOutcome.REFUSED, ""
    named = plain(f"{status} {error or 'without an error type'}")
    if documented is not None and documented != status:
        return (
            PurchaseOutcome.UNKNOWN,
            f"a unit is kept for {named}: the documented status of that exception is {documented}",
        )
    return PurchaseOutcome.UNKNOWN, f"a unit is kept for {named}, which is not a documented refusal"


def _error_type(response: AWSResponse) -> str:
    headers = {name.lower(): value for name, value in response.headers.items()}
    text = headers.get("x-amzn-errortype")
    if text is None:
        try:
            body = json.loads(response.content)
            text = body.get("__type") or body.get("code")
        except (ValueError, AttributeError, RecursionError):
            return ""
    return str(text or "").partition(":")[0].rpartition("#")[2]


def guard_endpoint(url: str) -> None:
    """Let no request that could buy reach this endpoint but through a guarded sender, from this process."""
    _guarded_endpoints.add(_address(url))


def release_endpoint(url: str) -> None:
    """The endpoint is no longer in use: another server may listen there next."""
    _guarded_endpoints.discard(_address(url))


def allow_control(base_url: str) -> None:
    """What goes to the base of a control API buys nothing, though it may be at a guarded endpoint."""
    path = urlsplit(base_url).path.rstrip("/")
    if path:
        _control_bases.add((*_address(base_url), path))


def _address(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def guard_connections() -> None:
    """Guard the HTTP connections of this process for good: to MediaConnect at AWS, and to what `guard_endpoint` names.

    It holds for whatever is built on `http.client`: urllib3 with botocore and requests, and the standard library.
    """
    original = http.client.HTTPConnection.putrequest
    if getattr(original, "is_guarded", False):
        return

    def putrequest(self: http.client.HTTPConnection, method: str, url: str, *rest: Any, **more: Any) -> None:
        if could_buy(method) and any(_is_guarded(*place, url) for place in _places(self, url)):
            unit = _unit.get()
            if unit is None or unit.is_used:
                raise PurchaseNotAllowedError(
                    f"{method} {url[:200]} was not sent: it could buy, and did not come through the ledger of purchases"
                )
            unit.is_used = True
        original(self, method, url, *rest, **more)

    putrequest.is_guarded = True  # type: ignore[attr-defined]
    http.client.HTTPConnection.putrequest = putrequest  # type: ignore[method-assign]


def _places(connection: http.client.HTTPConnection, url: str) -> list[tuple[str, int | None]]:
    """Where a request goes: the host of the connection, or those behind a proxy."""
    parts = urlsplit(url)
    tunnel = getattr(connection, "_tunnel_host", None), getattr(connection, "_tunnel_port", None)
    behind = _address(url) if parts.hostname else (None, None)
    found = [(connection.host, connection.port), tunnel, behind]
    return [(host.lower().rstrip("."), port) for host, port in found if host]


def _is_guarded(host: str, port: int | None, url: str) -> bool:
    is_mediaconnect = is_aws_host(host) and "mediaconnect" in host
    return is_mediaconnect or ((host, port) in _guarded_endpoints and not _is_control(host, port, url))


def _is_control(host: str, port: int | None, url: str) -> bool:
    """Whether a request is below the base of a control API, and does not climb out of it."""
    path = urlsplit(url).path
    is_below = any(path.startswith(f"{base}/") for *address, base in _control_bases if address == [host, port])
    return is_below and ".." not in unquote(path)
