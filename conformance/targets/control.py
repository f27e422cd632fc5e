"""The test control API (docs/control-api.md) as a client: set the time, define offerings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import BotoCoreError, EndpointConnectionError

from conformance.cases.case import OfferingTerms
from conformance.clock import monotonic, wait
from conformance.spec.calendar import format_timestamp
from conformance.spec.outcomes import Wire
from conformance.targets.base import NotSetError, TargetUnreachableError, wire_terms
from conformance.targets.capabilities import Capability
from conformance.targets.http import FIRST_CONTACT_SECONDS, PATIENCE, WAIT_SECONDS, HttpSender
from conformance.targets.purchases.guard import allow_control
from conformance.targets.starting import is_hopeless

VERSION = 1
_REFUSED, _OUTAGES = (400, 409, 413, 422), (429, 502, 503, 504)
_LEAST_TRIES = 3
_TRIES_OF_A_FAULT = 10
"""How often a request is made that fails each time, other than by an outage, while the control API answers others."""


def is_not_set(status: int) -> bool:
    """Whether a control API says so that it cannot do what it is asked for; a 5xx is one that is not waited out."""
    return status in _REFUSED or status >= 500


class ControlApi:
    """What an emulator offers under `--control-url`. Every request may be repeated, so that faults are waited out."""

    def __init__(self, base_url: str, wait_seconds: float = WAIT_SECONDS) -> None:
        """`wait_seconds` is how long the first answer is waited for, and later on where nothing listens any more."""
        self.base_url = base_url.rstrip("/")
        self._wait_seconds = wait_seconds
        self._first_sender = HttpSender(FIRST_CONTACT_SECONDS, FIRST_CONTACT_SECONDS)
        self._sender = HttpSender(connect_seconds=5, read_seconds=20)
        allow_control(self.base_url)

    def capabilities(self) -> frozenset[Capability]:
        """What is offered, of a settable clock and definable offerings; fresh accounts it always promises.

        Raises:
            TargetUnreachableError: there is no control API of version 1 at that address.
        """
        status, body = self._request("GET", "/capabilities", patience=self._wait_seconds, sender=self._first_sender)
        if status != 200 or not is_control(body):
            raise TargetUnreachableError(
                f"no control API of version {VERSION} at {self.base_url}: GET /capabilities answered {status}; "
                'expected 200 and {"version": 1, ...} (docs/control-api.md)'
            )
        offered = {Capability.ACCOUNTS}
        if body.get("clock") is True:
            offered.add(Capability.CLOCK)
        if body.get("offerings") is True:
            offered |= {Capability.SEED, Capability.OFFERINGS}
        return frozenset(offered)

    def set_clock(self, account: str, now: datetime) -> None:
        """The account's time stands at `now` in every Region. Raises NotSetError where it is refused."""
        status, body = self._request("PUT", f"/accounts/{account}/clock", {"now": format_timestamp(now)})
        self._expect(204, status, body, f"the time {format_timestamp(now)}")

    def define_offerings(self, account: str, region: str, offerings: Sequence[OfferingTerms]) -> tuple[Wire, ...]:
        """These are now the account's offerings in the Region, in full wire form, in order. Raises as `set_clock`."""
        terms = [wire_terms(offering) for offering in offerings]
        status, body = self._request("PUT", f"/accounts/{account}/offerings", {"region": region, "offerings": terms})
        what = f"the offering {terms[0]}" if len(terms) == 1 else f"{len(terms)} offerings"
        self._expect(200, status, body, what)
        defined = body.get("offerings") if isinstance(body, dict) else None
        if not isinstance(defined, list) or len(defined) != len(terms):
            came = f"{len(defined)} offerings" if isinstance(defined, list) else "no JSON object that lists offerings"
            raise TargetUnreachableError(
                f"the control API at {self.base_url} was asked to define {what[:200]}, and answered with {came}; "
                "expected the same offerings in full wire form (docs/control-api.md)"
            )
        return tuple(defined)

    def _expect(self, expected: int, status: int, body: object, what: str) -> None:
        if is_not_set(status):
            raise NotSetError(f"the control API refused {what[:200]} with {status}")
        if status != expected:
            raise TargetUnreachableError(
                f"the control API at {self.base_url} answered {status} {json.dumps(body)[:200]}; expected {expected}"
            )

    def _request(
        self, method: str, path: str, body: dict[str, object] | None = None, *, patience: float = PATIENCE,
        sender: HttpSender | None = None,
    ) -> tuple[int, Any]:  # fmt: skip
        data = b"" if body is None else json.dumps(body).encode()
        began, pause, tries = monotonic(), 0.01, 0
        while True:
            error: object
            try:
                request = AWSRequest(method, self.base_url + path, {"Content-Type": "application/json"}, data)
                response = (sender or self._sender).send(request.prepare())
                if response.status_code < 500 and response.status_code != 429 and not _breaks_off(response):
                    return response.status_code, _read(response.content)
                error, is_outage = f"status {response.status_code}", response.status_code in _OUTAGES
            except (BotoCoreError, OSError, ValueError) as cause:
                error, is_outage = cause, False
            tries += 1
            if tries >= _TRIES_OF_A_FAULT and not is_outage and self._answers_others():
                return 500, None
            longest = min(patience, self._wait_seconds) if isinstance(error, EndpointConnectionError) else patience
            if tries >= _LEAST_TRIES and (monotonic() - began > longest or is_hopeless(error)):
                raise TargetUnreachableError(f"the control API at {self.base_url} cannot be reached: {error}")
            wait(pause)
            pause = min(2 * pause, 1.0)

    def _answers_others(self) -> bool:
        """Whether a plain request is answered: then a fault is of the request beside it alone."""
        try:
            response = self._sender.send(AWSRequest("GET", f"{self.base_url}/capabilities").prepare())
        except (BotoCoreError, OSError, ValueError):
            return False
        return response.status_code == 200


def is_control(body: object) -> bool:
    """Whether this is what GET /capabilities answers."""
    return isinstance(body, dict) and body.get("version") == VERSION


def _breaks_off(response: AWSResponse) -> bool:
    """Whether a success came with less than it said, or with nothing and no word of that: its connection was lost."""
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit():
        return len(response.content) < int(length)
    return response.status_code == 200 and not response.content and "transfer-encoding" not in response.headers


def _read(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
