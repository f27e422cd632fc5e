"""The same calls by a bare boto3 loop and by the suite, in turns, in one process: how much more the suite takes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

import boto3
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from moto import mock_aws

from conformance.cases.case import (
    Case,
    DescribeOffering,
    DescribeReservation,
    ListOfferings,
    ListReservations,
    OfferingTerms,
    Purchase,
)
from conformance.clock import monotonic
from conformance.plugin.session import OpenTarget
from conformance.results.checker import Checker
from conformance.rules import RULES
from conformance.targets.base import Target
from conformance.targets.endpoint import Endpoint, EndpointOptions
from conformance.targets.reference import Reference
from strategies import purchases
from tests.meta.cli.commands import free_port, serving
from tests.meta.kills.harness import opened

CALLS = 6
"""How many calls an example makes."""

JUDGED_BY = (
    *("wire/purchase-status", "wire/reservation-members", "wire/enums", "wire/currency", "wire/content-type"),
    *("reservation/echoes-request", "reservation/describe-agrees", "exclusivity/second-refused"),
)
_AFTER = (ListOfferings(), DescribeOffering(), DescribeReservation(), ListReservations(), Purchase(name="another"))
_NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)
_START = "2027-01-10T00:00:00Z"


@dataclass(frozen=True)
class Spent:
    """On the clock and by this process: seconds of a call, or a ratio of them."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Compared:
    """What a call cost, bare and by the suite, and the suite's times the bare loop's: the medians of the rounds."""

    place: str
    bare: Spent
    suite: Spent
    ratio: Spent


def check_many(target: OpenTarget, count: int) -> None:
    """Let Hypothesis draw and the suite play and judge this many examples."""
    checker = Checker(target.driver, tuple(RULES[rule] for rule in JUDGED_BY))
    played = 0

    @settings(
        max_examples=count, phases=[Phase.generate], database=None, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=purchases(after=_AFTER))
    def examples(case: Case) -> None:
        nonlocal played
        checker(case)
        played += 1

    examples()
    made = checker.results[JUDGED_BY[0]].calls
    # Before its first purchase a run looks once whether the account is fresh.
    if played != count or made - CALLS * count not in (0, 1):
        sys.exit(f"{count} examples were to be played with {CALLS} calls each: there were {played} with {made} calls")


def _call_barely(client: Any, account: dict[str, str], target: Target, count: int) -> None:
    """Make the calls of as many examples, each in an account of its own that is set up as the suite does it."""
    for _ in range(count):
        fresh = target.new_account()
        account["x-moto-account-id"] = fresh.id
        target.set_clock(fresh, _NOON)
        target.define_offerings(fresh, target.region, (OfferingTerms(),))
        arn = client.list_offerings()["Offerings"][0]["OfferingArn"]
        client.describe_offering(OfferingArn=arn)
        bought = client.purchase_offering(OfferingArn=arn, ReservationName="reservation", Start=_START)
        client.describe_reservation(ReservationArn=bought["Reservation"]["ReservationArn"])
        client.list_reservations()
        try:
            client.purchase_offering(OfferingArn=arn, ReservationName="another", Start=_START)
        except ClientError as refused:
            if refused.response["Error"]["Code"] == "BadRequestException":
                continue
        sys.exit("the second purchase was not refused")


def _bare_client(target: Target, account: dict[str, str]) -> Any:
    """A client as boto3 makes it, whose requests name the account by moto's header."""
    client = boto3.client(
        "mediaconnect", target.region, endpoint_url=target.endpoint_url,
        aws_access_key_id="bare", aws_secret_access_key="bare",
    )  # fmt: skip
    client.meta.events.register("before-call.mediaconnect", lambda params, **_: params["headers"].update(account))
    return client


@contextmanager
def served() -> Iterator[Target]:
    """The reference in a process of its own."""
    port = free_port()
    with serving([sys.executable, "-m", "conformance", "serve", "--port", str(port)], port) as url:
        yield Endpoint(EndpointOptions(url, control_url=f"{url}/_control"))


def compare(rounds: int, examples: int) -> list[Compared]:
    """Take turns, in process and over HTTP, and give the medians of both."""
    with opened(Reference("us-east-1")) as target:
        in_process = _take_turns("in process", target, mock_aws, rounds, examples)
    with served() as endpoint, opened(endpoint) as target:
        over_http = _take_turns("over HTTP", target, nullcontext, rounds, examples)
    return [in_process, over_http]


def _take_turns(
    place: str, target: OpenTarget, around: Callable[[], AbstractContextManager[object]], rounds: int, examples: int
) -> Compared:
    bare, suite = [], []
    account: dict[str, str] = {}
    # The first round warms both up.
    for number in range(rounds + 1):
        with around():
            client = _bare_client(target.target, account)
            spent_bare = _spent(lambda client=client: _call_barely(client, account, target.target, examples), examples)
        spent_by_suite = _spent(lambda: check_many(target, examples), examples)
        if number:
            bare.append(spent_bare)
            suite.append(spent_by_suite)
    ratios = [Spent(more.wall / less.wall, more.cpu / less.cpu) for less, more in zip(bare, suite, strict=True)]
    return Compared(place, _middle(bare), _middle(suite), _middle(ratios))


def _spent(work: Callable[[], None], examples: int) -> Spent:
    wall, cpu = monotonic(), time.process_time()
    work()
    calls = CALLS * examples
    return Spent((monotonic() - wall) / calls, (time.process_time() - cpu) / calls)


def _middle(rounds: list[Spent]) -> Spent:
    return Spent(median(one.wall for one in rounds), median(one.cpu for one in rounds))
