"""Whatever listens behind a URL: an emulator, with or without the control API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from conformance.cases.case import OfferingTerms
from conformance.spec.outcomes import Wire
from conformance.spec.request import AccountMapping
from conformance.targets.accounts import By, Isolation, read_isolation
from conformance.targets.base import Account, Target, TargetError, far_regions, fresh_account_id, near_region
from conformance.targets.capabilities import Capability
from conformance.targets.connections import close_idle_connections
from conformance.targets.control import ControlApi, is_control
from conformance.targets.faketime import LAST_YEAR, FaketimeFile
from conformance.targets.http import FIRST_CONTACT_SECONDS, WAIT_SECONDS, HttpSender
from conformance.targets.purchases.aws_hosts import is_aws_host
from conformance.targets.purchases.guard import GuardedSender, PurchaseRules, Sender, guard_endpoint, release_endpoint
from conformance.targets.purchases.ledger import Ledger
from conformance.targets.sessions import session_of_environment
from conformance.targets.starting import QuickReads


class BadEndpointError(TargetError):
    """The URL cannot be an endpoint; the message says why."""


def check_url(url: str, option: str) -> None:
    """Raises BadEndpointError for what is not an http(s) URL with a plain host, or is a host of AWS."""
    if is_aws_host(check_form(url, option)):
        raise BadEndpointError(
            f"{option} {url!r} is a host of AWS, where a purchase costs real money; name it with --endpoint-url alone"
        )


def check_form(url: str, option: str) -> str:
    """The host of an http(s) URL, which must be named plainly. Raises BadEndpointError for all else."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadEndpointError(f"{option} {url!r} is not a URL: {error}") from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise BadEndpointError(
            f"{option} {url!r} is not a URL of an endpoint; expected something like http://localhost:4566"
        )
    # Other spellings of a host are read differently by different libraries, so that a host of AWS could hide in one.
    if not re.fullmatch(r"[A-Za-z0-9._:%\[\]-]+", parts.netloc) or ("%" in host and ":" not in host):
        raise BadEndpointError(f"{option} {url!r} must name its host plainly, as in http://localhost:4566")
    return host


CONTROL_BASE = "/_control"
"""Where an endpoint may have the control API without being told of it."""


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """What the user says of an endpoint: `accounts` as of --accounts, `clock` as of --clock.

    With a `ledger` purchases are counted, and `rules` says which are allowed. `settle_seconds` is how long a read may
    lag behind a purchase, None where that is to be found out; `wait_seconds` how long a target is waited for that is
    starting, or out of service.
    """

    url: str
    region: str = "us-east-1"
    control_url: str | None = None
    accounts: str = "auto"
    clock: str = "auto"
    ledger: Ledger | None = None
    rules: PurchaseRules = field(default_factory=PurchaseRules)
    settle_seconds: float | None = None
    wait_seconds: float = WAIT_SECONDS


class Endpoint(Target):
    """An emulator behind a URL, on the wall clock unless its control API or libfaketime sets the time.

    `isolation` is what makes a fresh account, None until it is known; what else it has, a probe finds out
    (`conformance.execution.discovery`, `conformance.execution.account_discovery`).
    """

    name = "endpoint"
    kind = "endpoint"

    def __init__(self, options: EndpointOptions) -> None:
        """Raises TargetError for what cannot be used: a URL, --accounts, its credentials, --clock."""
        check_url(options.url, "--endpoint-url")
        self.endpoint_url = options.url
        self.region = options.region
        self.other_region, self.far_regions = near_region(options.region), far_regions(options.region)
        self.isolation = read_isolation(options.accounts)
        if self.isolation == Isolation(By.CREDENTIALS):
            self.session = session_of_environment()
        self.faketime: FaketimeFile | None = None
        self._options = options
        self._clock = _read_clock(options)
        self._only = fresh_account_id()
        self._first_sender: Sender = HttpSender(FIRST_CONTACT_SECONDS, FIRST_CONTACT_SECONDS)
        self._sender: Sender = HttpSender()
        self.settle_seconds, self.wait_seconds = options.settle_seconds, options.wait_seconds
        self._count_purchases(options)
        self._has_answered = False
        self._quick_reads = QuickReads(options.wait_seconds)
        self._has_looked_nearby = False
        self._control: ControlApi | None = None
        if options.control_url:
            check_url(options.control_url, "--control-url")
            if self.session is not None:
                raise BadEndpointError("--accounts credentials: the control API takes the access key for the account")
            self._control = ControlApi(options.control_url, options.wait_seconds)

    def _count_purchases(self, options: EndpointOptions) -> None:
        if options.ledger is None:
            return
        self.counts_purchases = True
        self.reads_only = options.ledger.allowed < 1
        guard_endpoint(options.url)
        self.purchase_rules = options.rules
        self._sender, self._first_sender = (
            GuardedSender(sender, options.ledger, lambda line: self.announce(line), lambda: self.purchase_rules)
            for sender in (self._sender, self._first_sender)
        )

    @property
    def accounts(self) -> AccountMapping:
        """By access key or header; one only, where nothing else is known. Paths are below that of the URL."""
        prefix = urlsplit(self._options.url).path.rstrip("/")
        isolation = self.isolation or Isolation(By.NONE)
        only = "" if isolation.by in (By.ACCESS_KEY, By.HEADER) else self._only
        return AccountMapping(isolation.header, only, prefix)

    @property
    def notes(self) -> tuple[str, ...]:
        """How accounts, clock and offerings are had."""
        accounts = "to be found out by the first purchase" if self.isolation is None else str(self.isolation)
        lines = [f"control API: at {self._control.base_url}"] if self._control else []
        lines += [f"libfaketime: reads {self.faketime.path}"] if self.faketime else []
        return (*lines, f"accounts: {accounts}")

    @property
    def capabilities_of_accounts(self) -> frozenset[Capability]:
        """What the isolation gives, as far as it is known."""
        match self.isolation:
            case Isolation(By.ACCESS_KEY | By.HEADER):
                return frozenset({Capability.ACCOUNTS, Capability.OTHER_ACCOUNTS})
            case Isolation(By.REGION):
                return frozenset({Capability.ACCOUNTS, Capability.REGIONS})
            case _:
                return frozenset()

    def open(self) -> None:
        """Ask the control API, where there is one, what it offers; with faketime, take the file."""
        self.capabilities = frozenset()
        self._quick_reads.begin()
        self._look_nearby()
        if self._control is not None:
            offered = self._control.capabilities()
            self.capabilities |= offered - (
                {Capability.CLOCK} if self._clock.startswith(("wall", _FAKETIME)) else set()
            )
            self.isolation = self.isolation or Isolation(By.ACCESS_KEY)
        if self._clock == "control" and Capability.CLOCK not in self.capabilities:
            raise BadEndpointError("--clock control: no control API that sets the clock; name it with --control-url")
        if self._clock.startswith(_FAKETIME):
            self.faketime = FaketimeFile(Path(self._clock.removeprefix(_FAKETIME)))
            self.last_year = LAST_YEAR
            self.capabilities |= {Capability.CLOCK}

    def takes_turns(self) -> bool:
        """Unless accounts are known to be fresh, by the user or by the control API, on clocks of their own."""
        if self._clock.startswith(_FAKETIME):
            return True
        if self.isolation is None:
            self._look_nearby()
            return self._control is None
        return not self.isolation.is_fresh

    @property
    def first_contact_seconds(self) -> float:
        """What remains of --wait, as looking for the control API has waited already."""
        return self._quick_reads.seconds_left

    def look(self, path: str) -> object:
        """The JSON value that a plain GET below the endpoint draws with a success, without a signature; else None."""
        url = self._options.url.rstrip("/")
        return self._quick_reads.json_at(url + path, f"{url}/v1/offerings")

    def seconds_of_an_answer(self) -> float | None:
        """How long a plain GET takes, without a signature; None where the endpoint is not up."""
        try:
            return self._quick_reads.seconds_of_an_answer(self._options.url.rstrip("/") + "/v1/offerings")
        finally:
            close_idle_connections()  # this process may only look, and others test

    def _look_nearby(self) -> None:
        """Find the control API where one may be without being named; wait until the endpoint is up for that."""
        if self._control is not None or self._has_looked_nearby or self.session is not None:
            return
        self._has_looked_nearby = True
        if is_control(self.look(f"{CONTROL_BASE}/capabilities")):
            self._control = ControlApi(self._options.url.rstrip("/") + CONTROL_BASE, self._options.wait_seconds)
        close_idle_connections()  # this process may only look, and others test

    def close(self) -> None:
        """Give the process under libfaketime its time back, and the endpoint free."""
        if self._options.ledger is not None:
            release_endpoint(self._options.url)
        if self.faketime is not None:
            self.faketime.restore()

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send over HTTP; until something has answered, with little patience."""
        if self._has_answered:
            return self._sender.send(request)
        response = self._first_sender.send(request)
        self._has_answered = True
        close_idle_connections()  # those of first contacts are not used again, and a server may allow few
        return response

    def new_account(self) -> Account:
        """The next account as the isolation makes it; always the same one until that is known."""
        return (self.isolation or Isolation(By.NONE)).account(self._only)

    def set_clock(self, account: Account, now: datetime) -> None:
        """By libfaketime for the whole process, or for the account by the control API."""
        if self.faketime is not None:
            self.faketime.set(now)
            return
        assert self._control is not None
        self._control.set_clock(account.id, now)

    def define_offerings(self, account: Account, region: str, offerings: Sequence[OfferingTerms]) -> tuple[Wire, ...]:
        """By the control API."""
        assert self._control is not None
        return self._control.define_offerings(account.id, region, offerings)


_FAKETIME = "faketime:"


def _read_clock(options: EndpointOptions) -> str:
    clock = options.clock
    if clock in ("auto", "wall", "control") or (clock.startswith(_FAKETIME) and clock != _FAKETIME):
        return clock
    raise BadEndpointError(f"--clock {clock!r} is unknown; expected auto, wall, control or faketime:FILE")
