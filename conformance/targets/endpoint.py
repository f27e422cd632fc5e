"""Whatever listens behind a URL: an emulator, with or without the control API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from conformance.capabilities import Capability
from conformance.case import OfferingTerms
from conformance.targets.base import Account, Target, TargetError, fresh_account_id
from conformance.targets.control import ControlApi
from conformance.targets.http import FIRST_CONTACT_SECONDS, HttpSender
from conformance.trace import Wire

MOTO_ACCOUNT_HEADER = "x-moto-account-id"
_AWS_DOMAINS = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "amazonwebservices.com",
    "api.aws",
    "aws.dev",
    "on.aws",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "aws.ic.gov",
    "aws.scloud",
    "csp.hci.ic.gov",
    "aws.hci.ic.gov",
    "cloud.adc-e.uk",
    "cloud-aws.adc-e.uk",
)
"""The domains under which AWS answers, in every partition."""


class BadEndpointError(TargetError):
    """The URL cannot be an endpoint; the message says why."""


def check_url(url: str, option: str) -> None:
    """Raises BadEndpointError for what is no http(s) URL with a plain host, or is a host of AWS."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadEndpointError(f"{option} {url!r} is no URL: {error}") from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise BadEndpointError(
            f"{option} {url!r} is no URL of an endpoint; expected something like http://localhost:4566"
        )
    # Other spellings of a host are read differently by different libraries, so that a host of AWS could hide in one.
    if not re.fullmatch(r"[A-Za-z0-9._:%\[\]-]+", parts.netloc) or ("%" in host and ":" not in host):
        raise BadEndpointError(f"{option} {url!r} must name its host plainly, as in http://localhost:4566")
    if is_aws_host(host):
        raise BadEndpointError(
            f"{option} {url!r} is a host of AWS, where a purchase costs real money; live accounts are not supported"
        )


def is_aws_host(host: str) -> bool:
    """Whether the host is in a domain of AWS, in whatever case, with or without a final dot."""
    plain = host.lower().rstrip(".")
    return any(plain == domain or plain.endswith(f".{domain}") for domain in _AWS_DOMAINS)


class Endpoint(Target):
    """An emulator behind a URL, on the wall clock unless its control API sets the time.

    Which capabilities it has beyond the control API's, a probe finds out (`conformance.probe`).
    """

    name = "endpoint"
    kind = "endpoint"

    def __init__(self, endpoint_url: str, region: str, control_url: str | None = None) -> None:
        """Raises BadEndpointError for URLs that cannot be used."""
        check_url(endpoint_url, "--endpoint-url")
        self.endpoint_url = endpoint_url
        self.region = region
        self.other_region = "eu-west-1" if region != "eu-west-1" else "us-west-2"
        self.account_header: str | None = None
        self.fresh_accounts = True
        self._single = fresh_account_id()
        self._first_sender = HttpSender(FIRST_CONTACT_SECONDS, FIRST_CONTACT_SECONDS)
        self._sender = HttpSender()
        self._has_answered = False
        self._control: ControlApi | None = None
        if control_url:
            check_url(control_url, "--control-url")
            self._control = ControlApi(control_url)

    @property
    def promises_accounts(self) -> bool:
        """Whether its control API promises that a 12-digit access key is an account of its own."""
        return self._control is not None

    def open(self) -> None:
        """Ask the control API, where there is one, what it offers."""
        self.capabilities = frozenset({Capability.REGIONS})
        if self._control is not None:
            self.capabilities |= self._control.capabilities()

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send over HTTP; until something has answered, with little patience."""
        if self._has_answered:
            return self._sender.send(request)
        response = self._first_sender.send(request)
        self._has_answered = True
        return response

    def new_account(self) -> Account:
        """A fresh account by access key, and by moto's header too where that is what isolates; or always the same."""
        account = fresh_account_id() if self.fresh_accounts else self._single
        headers = {self.account_header: account} if self.account_header else {}
        return Account(account, account, headers)

    def set_clock(self, account: Account, now: datetime) -> None:
        """By the control API."""
        assert self._control is not None
        self._control.set_clock(account.id, now)

    def define_offerings(self, account: Account, region: str, offerings: Sequence[OfferingTerms]) -> tuple[Wire, ...]:
        """By the control API."""
        assert self._control is not None
        return self._control.define_offerings(account.id, region, offerings)
