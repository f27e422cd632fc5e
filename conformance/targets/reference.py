"""The embedded reference as a target: in process, or served from threads of this process; both on freezegun's clock."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from freezegun import freeze_time
from moto.core.botocore_stubber import BotocoreStubber

from conformance.cases.case import OfferingTerms
from conformance.reference import define_offerings, extended_moto, forget
from conformance.reference.server import serve_reference
from conformance.spec.outcomes import Wire
from conformance.spec.request import AccountMapping
from conformance.targets.accounts import MOTO_ACCOUNT_HEADER
from conformance.targets.base import (
    Account,
    NotSetError,
    Target,
    far_regions,
    fresh_account_id,
    near_region,
    wire_terms,
)
from conformance.targets.capabilities import Capability
from conformance.targets.http import HttpSender

# Whoever measures time for the suite itself must see the real one.
_NOT_FROZEN = ["hypothesis", "_pytest", "pluggy", "xdist", "execnet", "urllib3", "waitress", "filelock"]
_ACCOUNTS_KEPT = 8


class Reference(Target):
    """The reference in process: requests go to moto's stubber, as under `mock_aws`, without a socket."""

    name = "reference"
    kind = "in-process"
    capabilities = frozenset(Capability)

    def __init__(self, region: str) -> None:
        self.region = region
        self.other_region, self.far_regions = near_region(region), far_regions(region)
        self._stubber = BotocoreStubber()
        self._stubber.enabled = True
        self._open = ExitStack()
        self._frozen: Any = None
        self._accounts: list[str] = []

    @property
    def accounts(self) -> AccountMapping:
        """By moto's own header."""
        return AccountMapping(header=MOTO_ACCOUNT_HEADER)

    def open(self) -> None:
        """Extend moto, and start the one freezer of the run; examples only move it."""
        self._open.enter_context(extended_moto())
        self._frozen = self._open.enter_context(freeze_time(datetime(2027, 1, 15, 12, tzinfo=UTC), ignore=_NOT_FROZEN))

    def close(self) -> None:
        """Let the time run again, and take the extension out of moto."""
        self._open.close()

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer from moto's backend."""
        response = self._stubber("before-send", request)
        if response is None:
            raise ConnectionError(f"moto answers no request to {request.url}")
        return response

    def new_account(self) -> Account:
        """A fresh account by moto's own header; all but the latest are forgotten, so that memory does not grow."""
        account = fresh_account_id()
        self._accounts.append(account)
        if len(self._accounts) > _ACCOUNTS_KEPT:
            forget(self._accounts.pop(0))
        return Account(account, access_key=account, headers={MOTO_ACCOUNT_HEADER: account})

    def set_clock(self, account: Account, now: datetime) -> None:  # noqa: ARG002  (the freezer holds for all)
        """Move the freezer."""
        self._frozen.move_to(now)

    def define_offerings(self, account: Account, region: str, offerings: Sequence[OfferingTerms]) -> tuple[Wire, ...]:
        """Put them into the backend."""
        try:
            return tuple(define_offerings(account.id, region, [wire_terms(terms) for terms in offerings]))
        except ValueError as error:
            raise NotSetError(f"the reference does not take these offerings: {error}") from None


class ReferenceOverHttp(Reference):
    """The same behind a server of its own, on a free port of the loopback interface."""

    name = "reference-http"
    kind = "in-process server"

    def open(self) -> None:
        """Serve, and freeze the time of this process, the server's threads included."""
        super().open()
        self.endpoint_url = self._open.enter_context(serve_reference()).endpoint_url
        self._sender = HttpSender()

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send over HTTP."""
        return self._sender.send(request)
