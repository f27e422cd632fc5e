"""A live account: AWS, or another endpoint where a purchase counts, with the user's own credentials."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from conformance.targets.base import Account, Target, TargetError, TargetUnreachableError
from conformance.targets.http import WAIT_SECONDS, HttpSender
from conformance.targets.purchases.aws_hosts import is_aws_host
from conformance.targets.purchases.choice import OfferingChoice
from conformance.targets.purchases.guard import GuardedSender, PurchaseRules, guard_endpoint, release_endpoint
from conformance.targets.purchases.ledger import Ledger

SETTLE_SECONDS = 10.0
"""How long a read may lag behind a purchase, where --settle does not say otherwise."""

_REGION_IN_HOST = re.compile(r"\.?mediaconnect(?:-fips)?\.([a-z]{2,4}(?:-[a-z]+)+-[0-9]+)\.")
_QUICKLY = Config(connect_timeout=8, read_timeout=8, retries={"total_max_attempts": 3})


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """What the user says of a live account.

    `url` is None for the endpoint that botocore finds; `region` None for its configured one. `account` are the 12
    digits of the only account in which something may be purchased, None where nothing may; `rules` says what.
    """

    ledger: Ledger
    region: str | None = None
    url: str | None = None
    account: str | None = None
    settle_seconds: float = SETTLE_SECONDS
    rules: PurchaseRules = field(default_factory=lambda: PurchaseRules(OfferingChoice(only_one=True)))
    wait_seconds: float = WAIT_SECONDS


class LiveAccountError(TargetError):
    """The account cannot be used as the options ask; the message says why."""


class Live(Target):
    """One account on the wall clock, in which every request that could buy is counted before it is sent."""

    name = "aws"
    kind = "live"
    counts_purchases = True

    def __init__(self, options: LiveOptions) -> None:
        self._options = options
        self.endpoint_url = options.url
        self.settle_seconds, self.wait_seconds = options.settle_seconds, options.wait_seconds
        self.purchase_rules = options.rules
        self.reads_only = options.ledger.allowed < 1
        self.session = botocore.session.Session()
        self.region = options.region or _region_in(options.url) or self._configured("region") or "us-east-1"
        self.other_region = "eu-west-1" if self.region != "eu-west-1" else "us-west-2"
        self._account = ""
        self._guarded = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """The account, and what may be purchased in it."""
        allowed = self._options.ledger.allowed
        purchases = "purchase is" if allowed == 1 else "purchases are"
        permission = "nothing may be purchased" if self.reads_only else f"at most {allowed} {purchases} allowed"
        return (f"accounts: {self._account} only, live; {permission}",)

    def open(self) -> None:
        """Ask STS whose the credentials are, and guard the endpoint.

        Raises:
            LiveAccountError: there are no credentials, or they are another account's than --allow-account says.
            TargetUnreachableError: STS does not answer.
        """
        assert self.session is not None
        self.capabilities = frozenset()
        self._account = self._whose()
        if self._options.account not in (None, self._account):
            raise LiveAccountError(
                f"--allow-account {self._options.account}: the credentials are of account {self._account}; "
                "nothing was sent to MediaConnect"
            )
        endpoint = self.session.create_client("mediaconnect", region_name=self.region, endpoint_url=self.endpoint_url)
        url = str(endpoint.meta.endpoint_url)
        guard_endpoint(url)
        self._guarded = url
        certificates = self._configured("ca_bundle")
        sender = HttpSender(certificates=certificates, url=url)
        self._sender = GuardedSender(sender, self._options.ledger, self._say, lambda: self.purchase_rules)

    def close(self) -> None:
        """Give the endpoint free; hosts of AWS stay guarded."""
        if self._guarded:
            release_endpoint(self._guarded)

    def _say(self, line: str) -> None:
        self.announce(f"account {self._account}: {line}")

    def _configured(self, name: str) -> str | None:
        assert self.session is not None
        try:
            value = self.session.get_config_variable(name)
        except BotoCoreError as error:
            raise LiveAccountError(f"the AWS configuration cannot be used: {error}") from None
        return str(value) if value else None

    def _whose(self) -> str:
        assert self.session is not None
        url = self.endpoint_url
        elsewhere = url is not None and not is_aws_host(urlsplit(url).hostname or "")
        try:
            client: Any = self.session.create_client(
                "sts", region_name=self.region, endpoint_url=url if elsewhere else None, config=_QUICKLY
            )
            return str(client.get_caller_identity()["Account"])
        except ClientError as error:
            raise LiveAccountError(f"STS GetCallerIdentity refuses the credentials: {error}") from None
        except NoRegionError as error:
            raise LiveAccountError(f"{error} (--region)") from None
        except BotoCoreError as error:
            if "Connect" in type(error).__name__ or "Timeout" in type(error).__name__:
                raise TargetUnreachableError(f"STS GetCallerIdentity cannot be reached: {error}") from None
            raise LiveAccountError(f"STS GetCallerIdentity: {error}") from None

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send over HTTPS; what could buy, only with a unit of the ledger. Raises as GuardedSender does."""
        return self._sender.send(request)

    def new_account(self) -> Account:
        """Always the account of the credentials."""
        return Account(self._account, self._account)

    def takes_turns(self) -> bool:
        """There is one account."""
        return True


def _region_in(url: str | None) -> str | None:
    """The Region that a host of MediaConnect names; None for other hosts."""
    match = _REGION_IN_HOST.search("." + (urlsplit(url or "").hostname or ""))
    return match.group(1) if match else None
