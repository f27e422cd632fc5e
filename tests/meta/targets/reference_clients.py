"""Clients of the reference for its tests: boto3, and requests sent octet by octet."""

import http.client
import json
import socket
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"
REGION, OTHER_REGION = "us-east-1", "eu-west-1"
NOON = datetime(2026, 3, 15, 12, 0, 0, tzinfo=UTC)

Connect = Callable[..., Any]


@cache
def session() -> boto3.Session:
    """Give the one session of this file: a session costs as much as a hundred clients."""
    return boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret")


def connect_to(endpoint_url: str | None, account: str = ACCOUNT, region: str = REGION, **options: Any) -> Any:
    """Give a client that leaves all validation to the server; without an endpoint it is one for moto in process."""
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=False, read_timeout=10)
    client = session().client(
        "mediaconnect", region, endpoint_url=endpoint_url, config=config, aws_access_key_id=account,
        aws_secret_access_key="secret", **options,
    )  # fmt: skip
    if endpoint_url is None:
        client.meta.events.register(
            "before-call.mediaconnect", lambda params, **_: params["headers"].update({"x-moto-account-id": account})
        )
    return client


def format_timestamp(instant: datetime) -> str:
    """Write an instant as Start is written."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def purchase(client: Any, *, name: Any = "name", start: Any = "2026-03-15T12:00:00Z", arn: str | None = None) -> Any:
    """Purchase the first offering, or the one of `arn`, and give the reservation."""
    arn = arn or client.list_offerings()["Offerings"][0]["OfferingArn"]
    return client.purchase_offering(OfferingArn=arn, ReservationName=name, Start=start)["Reservation"]


def refusal(call: Callable[..., Any], *arguments: Any, **members: Any) -> tuple[str, int]:
    """Give the code and status of the refusal that the call must draw."""
    with pytest.raises(ClientError) as refused:
        call(*arguments, **members)
    answer = refused.value.response
    assert answer["Error"]["Message"]
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


BAD_REQUEST, NOT_FOUND = ("BadRequestException", 400), ("NotFoundException", 404)


def raw(
    endpoint_url: str, method: str, target: str, body: Any = None, *,
    scope: str = "us-east-1/mediaconnect", **headers: str
) -> tuple[int, Any]:  # fmt: skip
    """Send a request octet by octet as given, and give the status and the content, parsed where it is JSON."""
    headers.setdefault("Authorization", f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20261122/{scope}/aws4_request, x")
    sent = {name.replace("_", "-"): value for name, value in headers.items() if value}
    request = [f"{method} {target} HTTP/1.1", "Host: reference", "Connection: close"]
    request += [f"{name}: {value}" for name, value in sent.items()]
    if body is not None and not {"Content-Length", "Transfer-Encoding"} & set(sent):
        request.append(f"Content-Length: {len(body)}")
    parts = urlsplit(endpoint_url)
    with closing(socket.create_connection((parts.hostname, parts.port), timeout=10)) as connection:
        connection.sendall("\r\n".join([*request, "", ""]).encode("latin-1") + (body or b""))
        answer = http.client.HTTPResponse(connection, method=method)
        answer.begin()
        content = answer.read()
        is_json = answer.getheader("content-type") == "application/json" and content
        return answer.status, json.loads(content) if is_json else content
