"""The boto3 client through which every call goes: made once a Region, with one hook that sends and records.

Accounts are switched, and requests changed, below the client's parameters and above its signer: every request is
serialized, signed and read by botocore.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from traceback import format_exception
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
import botocore
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import CredentialProvider, Credentials, ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError

from conformance import __version__
from conformance.cases.request_change import PLAIN, RequestChange
from conformance.cases.request_mutations import Parts
from conformance.clock import utc_now
from conformance.execution.sdk_errors import read_error
from conformance.execution.trace import Exchange
from conformance.spec.plain_text import summary
from conformance.spec.service import Operation
from conformance.targets.base import Account, AdapterError, Target, TargetError
from conformance.targets.http import CutAnswer
from conformance.targets.purchases.ledger import PurchaseNotAllowedError
from conformance.targets.sessions import plain_session

_METHODS = {
    Operation.LIST_OFFERINGS: "list_offerings",
    Operation.DESCRIBE_OFFERING: "describe_offering",
    Operation.LIST_RESERVATIONS: "list_reservations",
    Operation.DESCRIBE_RESERVATION: "describe_reservation",
    Operation.PURCHASE_OFFERING: "purchase_offering",
}
_SECRET_HEADERS = {"x-amz-security-token"}
_SCOPE = re.compile(r"(?P<algorithm>AWS4-\S+) Credential=(?P<key>[^/,\s]+)(?P<rest>/[^,\s]*)")
# Every attempt is ours to make and to record, so botocore makes one only; its checks would hide the target's.
_CONFIG = Config(
    retries={"total_max_attempts": 1},
    parameter_validation=False,
    # Written once: botocore puts its own together anew for each request, which takes a tenth of a run.
    user_agent=f"mediaconnect-conformance/{__version__} botocore/{botocore.__version__}",
)


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """One attempt at a call: the exchange, and the error type and message that an SDK reads from it."""

    exchange: Exchange
    code: str = ""
    message: str = ""


@dataclass(slots=True)
class _Sending:
    """The attempt under way in this thread."""

    account: Account
    region: str
    change: RequestChange
    prefix: str = ""
    only_signed_for: bool = False
    exchanges: list[Exchange] = field(default_factory=list)


_sending: ContextVar[_Sending] = ContextVar("sending")


class _AccountCredentials(Credentials):
    """Credentials of the account whose attempt is under way."""

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return ReadOnlyCredentials(_sending.get().account.access_key, self.secret_key, None)


class _AccountProvider(CredentialProvider):
    METHOD = "conformance"
    CANONICAL_NAME = "conformance"

    def load(self) -> Credentials:
        return _AccountCredentials("000000000000", "conformance")


def _session_of_accounts() -> botocore.session.Session:
    session = plain_session()
    session.get_component("credential_provider").insert_before("env", _AccountProvider())
    return session


class Client:
    """Makes single attempts at calls on one target, in any account and Region, from any thread."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._session = boto3.Session(botocore_session=target.session or _session_of_accounts())
        self._prefix = urlsplit(target.endpoint_url or "").path.rstrip("/")
        # Clients are made here and not on demand: making one is not safe from several threads.
        regions = (target.region, target.other_region, *target.far_regions)
        self._clients = {region: self._make(region) for region in regions}

    @property
    def has_credentials_of_the_user(self) -> bool:
        """Whether the user's own credentials sign."""
        return self._target.session is not None

    @property
    def may_lack_permissions(self) -> bool:
        """Whether they are those of a live account, which may not be allowed everything."""
        return self.has_credentials_of_the_user and self._target.counts_purchases

    @property
    def is_remote(self) -> bool:
        """Whether requests go out of this process, to a URL."""
        return self._target.endpoint_url is not None

    def _make(self, region: str) -> Any:
        client = self._session.client(
            "mediaconnect", region_name=region, endpoint_url=self._target.endpoint_url, config=_CONFIG
        )
        client.meta.events.register_first("before-call.mediaconnect", _apply_change)
        client.meta.events.register_first("before-send.mediaconnect", self._send_and_record)
        return client

    def attempt(
        self,
        operation: Operation,
        account: Account,
        region: str,
        parameters: Mapping[str, str],
        change: RequestChange = PLAIN,
    ) -> AttemptResult:
        """Make one attempt; whatever comes of it is in the exchange, and nothing is raised for it.

        Raises:
            PurchaseNotAllowedError: it could buy, and was not sent.
            AdapterError: the code of the target itself failed.

        A Region that is none of the target's may be one of the account's own: only the signature names it.
        """
        sending = _Sending(account, region, change, self._prefix, only_signed_for=region not in self._clients)
        token = _sending.set(sending)
        try:
            client = self._clients.get(region, self._clients[self._target.region])
            getattr(client, _METHODS[operation])(**parameters)
        except ClientError:
            exchange = sending.exchanges[-1]
            return AttemptResult(exchange, *read_error(exchange.status or 0, exchange.headers, exchange.body))
        except BotoCoreError:
            if not sending.exchanges:
                raise
        except TargetError:
            raise
        except Exception:
            # botocore's reader may choke on an answer, which is the target's; before an exchange it is our own mistake.
            if not sending.exchanges:
                raise
        finally:
            _sending.reset(token)
        return AttemptResult(sending.exchanges[-1])

    def _send_and_record(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        sent = utc_now()
        try:
            response = self._target.send(request)
        except PurchaseNotAllowedError:
            raise  # nothing was sent
        except TargetError:
            self._record(request, sent)
            raise
        except Exception as cause:
            self._record(request, sent, error=f"{type(cause).__name__}: {cause}")
            if isinstance(cause, OSError | BotoCoreError) or self._target.endpoint_url is not None:
                raise
            raise AdapterError(_mistake(self._target.name, cause)) from cause
        self._record(request, sent, response)
        return response

    def _record(
        self, request: AWSPreparedRequest, sent: datetime, response: AWSResponse | None = None, error: str = ""
    ) -> None:
        """Keep what was sent and what came, with what went wrong where nothing did."""
        status, headers, body = None, dict[str, str](), b""
        if response is not None:
            status, headers, body = response.status_code, dict(response.headers.items()), response.content
            error = response.complaint if isinstance(response, CutAnswer) else ""
        sending = _sending.get()
        exchange = Exchange(
            request.method, request.url, _as_texts(dict(request.headers.items())), _as_bytes(request.body),
            sent, utc_now(), status, headers, body, error,
        )  # fmt: skip
        sending.exchanges.append(self._without_credentials(exchange, sending.account))

    def _without_credentials(self, exchange: Exchange, account: Account) -> Exchange:
        """Of the signature only the scope stays, with the account in the place of a key that is the user's own."""
        headers = {
            name: value for name, value in exchange.request_headers.items() if name.lower() not in _SECRET_HEADERS
        }
        for name, value in headers.items():
            if name.lower() == "authorization":
                scope = _SCOPE.match(value)
                key = account.id if self.has_credentials_of_the_user or scope is None else scope["key"]
                headers[name] = f"{scope['algorithm']} Credential={key}{scope['rest']}" if scope else ""
        return replace(exchange, request_headers=headers)


def _mistake(name: str, error: Exception) -> str:
    """The error in one line, and its traceback below."""
    said = summary(f"{type(error).__name__}: {error}")
    return f"the adapter {name} failed: {said}\n{''.join(format_exception(error)).rstrip()}"


def _apply_change(params: dict[str, Any], **_: object) -> None:
    """Change a serialized request before it is signed, as the attempt says."""
    sending = _sending.get()
    params["headers"].update(sending.account.headers)
    if sending.only_signed_for:
        params["context"].setdefault("signing", {})["region"] = sending.region
    if sending.change.is_plain:
        return
    url = urlsplit(params["url"])
    path = url.path.removeprefix(sending.prefix)  # what the endpoint has before its paths is not the request's
    parts = sending.change.apply(Parts(path, url.query, None, _as_bytes(params["body"])))
    params["url"] = urlunsplit((url.scheme, url.netloc, sending.prefix + parts.path, parts.query, ""))
    params["body"] = parts.body
    params["headers"].update(parts.headers or {})


def _as_bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else str(body or "").encode()


def _as_texts(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name: value.decode() if isinstance(value, bytes) else str(value) for name, value in headers.items()}
