"""Every permitted variation says what is unusual of it, and is not just the right emulator once more."""

from __future__ import annotations

import gzip
import itertools
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError

from conformance.rules import RULES, Level
from tests.meta.emulator import Served, serve
from tests.meta.emulator.control import BASE, Control
from tests.meta.emulator.messages import CutConnection, Offering, Request, Response
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations import VARIATIONS

ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"
REGION, OTHER_REGION = "us-east-1", "eu-west-1"
NOW = datetime(2026, 1, 31, 10, 30, tzinfo=UTC)
START = "2026-01-31T10:00:00Z"
OF_ONE_RUN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")
NOT_SHOWN_CHEAPLY = {
    "clamped-month-ends": "the right emulator does so too",
    "slow": "it is the same, but slow",
    "active-in-a-far-region": "the accounts that are asked are among those that hold nothing",
    "control-of-small-bodies": "only definitions of a thousand offerings differ",
    "control-fails-on-large-numbers": "only definitions of large bit rates differ",
}
TRIES = 150
BODIES: dict[str, Any] = {
    "no start": {"reservationName": "a"},
    "an unknown member": {"reservationName": "-", "start": START, "x": 1},
    "a number": {"reservationName": 1.5, "start": "never"},
    "a name of another script": {"reservationName": "größe 1", "start": "never"},
    "an empty name": {"reservationName": "", "start": "2027-01-01T00:00:00Z"},
    "wrong twice": {"reservationName": "-", "start": "never"},
    "a trailing comma": b'{"reservationName": "a", "start": "never",}',
    "a tail": b'{"reservationName": "a", "start": "never"} and so on',
    "a byte order mark": b'\xef\xbb\xbf{"reservationName": "a"}',
    "two members": b'{"reservationName": "a", "reservationName": 1, "start": "never"}',
    "no JSON": b"<reservation/>",
    "no body": b"",
    "a long number": b'{"reservationName": "a", "start": "never", "x": ' + b"9" * 5_000 + b"}",
    "a long body": b'{"x": "' + b"x" * 300_000 + b'"}',
}


@dataclass
class Observer:
    """Makes calls on an emulator, and notes of each answer what is not of one run only."""

    emulator: RightEmulator
    account: str = ACCOUNT
    region: str = REGION

    def ask(self, method: str, path: str, query: str = "", body: Any = b"", **headers: str) -> Any:
        """Make one call; give what was noted of its answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
        request = Request(method, path, query, sent, content, self.account, self.region)
        try:
            self.answer = self.emulator.handle(request)
        except CutConnection:
            self.answer = Response(0, {}, b"")
            return "cut"
        return noted(self.answer, datetime.now(UTC))

    def json(self) -> Any:
        """Give the last answer's JSON."""
        is_compressed = "Content-Encoding" in self.answer.headers
        try:
            return json.loads(gzip.decompress(self.answer.body) if is_compressed else self.answer.body)
        except ValueError:
            return {}

    def purchase(self, arn: str, body: Any, **headers: str) -> Any:
        """Make a purchase."""
        return self.ask("POST", f"/v1/offerings/{quote(arn, safe='')}", body=body, **headers)

    def set_clock(self, now: datetime) -> Any:
        """Set the clock of both accounts by the control API."""
        body = json.dumps({"now": now.isoformat().replace("+00:00", "Z")}).encode()
        paths = [f"{BASE}/accounts/{account}/clock" for account in (ACCOUNT, OTHER_ACCOUNT)]
        control = Control(self.emulator)
        return [control.handle(Request("PUT", path, "", {}, body, "", "")).status for path in paths]


def noted(answer: Response, now: datetime) -> Any:
    """Give what is to be compared of an answer: no identifiers, and of times how far they are from ours."""
    body = answer.body if "Content-Encoding" in answer.headers else OF_ONE_RUN.sub("…", answer.body.decode())
    headers = {name: text for name, text in answer.headers.items() if name.lower() != "x-amzn-requestid"}
    for name in {"Date", "date", "DATE"} & headers.keys():
        said = parsedate_to_datetime(headers[name]).replace(tzinfo=UTC)
        form = re.sub("[0-9]", "0", re.sub("[A-Z][a-z]{2}", "Xxx", headers[name]))
        # Dates have whole seconds, and a second may turn before the answer is read: two of them are one step.
        headers[name] = f"{form} {round(((said - now).total_seconds() + 0.5) / 2)}"
    return answer.status, headers, body, answer.chunked, answer.version, answer.closes, answer.has_length


def observations(emulator: RightEmulator) -> Iterator[Any]:
    """Make some two hundred calls, each of a kind that a variation answers otherwise."""
    observer = Observer(emulator)
    yield sorted(emulator.control_offers), emulator.path_prefix
    for observer.region in (OTHER_REGION, REGION):
        yield observer.ask("GET", "/v1/offerings", accept_encoding="gzip")
    yield observer.set_clock(NOW)
    region = emulator.region_of(emulator.account(ACCOUNT), REGION)
    emulator.put_offerings(region, defined(emulator))
    arn = next(iter(region.offerings))
    yield from of_lists(observer, "offerings")
    yield from of_paths(observer, arn)
    yield from of_bodies(observer, arn)
    yield from of_a_purchase(observer, arn)
    yield from of_lists(observer, "reservations")
    yield from of_later(observer, arn)
    yield from of_bodies(observer, arn)
    yield [observer.ask("GET", "/v1/reservations/x") for _ in range(300)]


def defined(emulator: RightEmulator) -> list[Offering]:
    """Give offerings of one to twelve months, one without a bitrate."""
    region = emulator.region_of(emulator.account(ACCOUNT), REGION)
    terms = [(months, None if months == 1 else months * 10) for months in range(1, 13)]
    unique = "00000000-0000-4000-8000-{:012}"
    return [
        Offering(emulator.offering_arn(region, unique.format(months)), months, "Terms", "0.5", bitrate)
        for months, bitrate in terms
    ]


def of_lists(observer: Observer, kind: str) -> Iterator[Any]:
    """Ask for pages of every kind."""
    path = f"/v1/{kind}"
    for query in (
        "",
        "maxResults=9",
        "maxResults=0",
        "maxResults=many",
        "nextToken=7",
        "x=1",
        "maxResults=100",
        "maxResults=1&maxResults=2",
    ):
        yield observer.ask("GET", path, query)
    token = ""
    for size in (2, 3, 3, 3):
        yield observer.ask("GET", path, f"maxResults={size}{token}")
        token = f"&nextToken={quote(observer.json().get('nextToken') or '', safe='')}"
        if token == "&nextToken=":
            break


def of_paths(observer: Observer, arn: str) -> Iterator[Any]:
    """Ask for ARNs and paths of every kind."""
    fields = arn.split(":")
    others = [[*fields[:4], OTHER_ACCOUNT, *fields[5:]], [*fields[:2], "medialive", *fields[3:]]]
    others += [[fields[0], "aws-cn", *fields[2:]], [*fields[:-1], "00000000-0000-1000-8000-00000000000a"]]
    others += [[f"{arn}0"], [arn, "0"], [arn.upper()], [f" {arn} "], ["arn"], [fields[-1]], [*fields[:3], OTHER_REGION]]
    for other in others:
        yield observer.ask("GET", f"/v1/offerings/{quote(':'.join(other), safe='')}")
    for path in (quote(arn, safe=":"), quote(arn, safe="/"), f"{quote(arn, safe='')}%2F1/2", "", "x/y/z", "%zz"):
        yield observer.ask("GET", f"/v1/offerings/{path}")
    yield observer.ask("PUT", "/v2/offerings")
    yield observer.ask("GET", "/v1/reservations/x%2Fy")
    yield observer.ask("GET", "/v1%2Freservations")


def of_bodies(observer: Observer, arn: str) -> Iterator[Any]:
    """Ask for purchases that are wrong in one way or more, of an offering that exists and of none."""
    for body, of in itertools.product(BODIES.values(), (arn, "arn:aws:mediaconnect:x", f"{arn}0")):
        yield observer.purchase(of, body)
    right = {"reservationName": "-", "start": START}
    yield observer.purchase(arn, right, content_type="text/plain")
    yield observer.purchase(arn, right, content_encoding="deflate")
    yield observer.purchase(arn, gzip.compress(json.dumps(right).encode(), mtime=0), content_encoding="gzip")


def of_a_purchase(observer: Observer, arn: str) -> Iterator[Any]:
    """Ask for a purchase, read it, and ask for others."""
    yield observer.ask("GET", "/v1/offerings", "maxResults=1")
    token = quote(observer.json().get("nextToken") or "", safe="")
    body = {"reservationName": "a", "start": START}
    yield observer.purchase(arn, body)
    made = observer.json().get("reservation", {}).get("reservationArn", "")
    path = f"/v1/reservations/{quote(made, safe='')}"
    reads = [("GET", "/v1/reservations"), ("GET", path), ("GET", path), ("GET", path), ("GET", "/v1/offerings")]
    yield [observer.ask(*read) for read in reads]
    for more in (body, body | {"reservationName": "b"}, body | {"reservationName": "-"}, body):
        yield observer.purchase(arn, more)
    for place in (replace(observer, region=OTHER_REGION), replace(observer, account=OTHER_ACCOUNT)):
        yield [place.ask(*read) for read in reads]
        theirs = place.json().get("offerings") or [{"offeringArn": arn}]
        yield place.purchase(theirs[0]["offeringArn"], body)
        yield place.purchase(arn, body | {"reservationName": "c"})
    yield [observer.ask("GET", "/v1/offerings", f"nextToken={token}") for _ in range(2)]


def of_later(observer: Observer, arn: str) -> Iterator[Any]:
    """Ask at the instants of End, before, and after, and set the clock back."""
    yield observer.ask("GET", "/v1/offerings", "maxResults=1")
    token = quote(observer.json().get("nextToken") or "", safe="")
    ends = (datetime(2026, 2, 28, 10, tzinfo=UTC), datetime(2026, 3, 3, 10, tzinfo=UTC))
    for number, end in enumerate(ends):
        for seconds in (-1, 0, 1):
            yield observer.set_clock(end + timedelta(seconds=seconds))
            yield observer.ask("GET", "/v1/reservations")
            yield observer.ask("GET", "/v1/reservations", "maxResults=1")
            page = quote(observer.json().get("nextToken") or "", safe="")
            for name in ("a", f"d{number}"):
                yield observer.purchase(arn, {"reservationName": name, "start": f"{end:%Y-%m}-01T00:00:00Z"})
                yield observer.ask("GET", "/v1/reservations")
            yield observer.ask("GET", "/v1/reservations", f"maxResults=1&nextToken={page}")
    yield observer.ask("GET", "/v1/offerings", f"maxResults=1&nextToken={token}")
    yield observer.set_clock(ends[1] + timedelta(days=400))
    yield observer.purchase(arn, {"reservationName": "A", "start": "2027-04-01T00:00:00Z"})
    yield observer.set_clock(NOW)


@cache
def of_the_right() -> list[Any]:
    """Give the right emulator's observations."""
    return list(observations(RightEmulator()))


def test_what_is_observed_is_not_of_one_run() -> None:
    """Two runs of the right emulator are observed alike."""
    assert list(observations(RightEmulator())) == of_the_right()


@pytest.mark.parametrize("name", [name for name in VARIATIONS if name not in NOT_SHOWN_CHEAPLY])
def test_a_variation_differs_from_the_right_emulator(name: str) -> None:
    """Some call is answered otherwise than the right emulator answers it."""
    observed = observations(VARIATIONS[name]())
    assert any(one != right for one, right in zip(observed, of_the_right(), strict=True))


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_says_what_is_unusual(name: str) -> None:
    """Each has a docstring of its own, of one line, and departs from no rule of level must."""
    kind = VARIATIONS[name]
    assert {RULES[rule_id].level for rule_id in kind.departs_from} <= {Level.SHOULD}
    assert kind.__doc__
    assert "\n" not in kind.__doc__
    assert kind.__doc__ not in {other.__doc__ for other in VARIATIONS.values() if other is not kind}


class Customer:
    """Calls an emulator by boto3, and makes each call again while the service is out of order, or its answer lost."""

    def __init__(self, served: Served) -> None:
        config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
        keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "any"}
        self.client: Any = boto3.client(
            "mediaconnect", region_name=REGION, endpoint_url=served.endpoint_url, config=config, **keys
        )

    def call(self, operation: str, **parameters: str) -> tuple[Any, str]:
        """Give the answer, or the code of a refusal; in between there may have been faults."""
        for _ in range(TRIES):
            try:
                return getattr(self.client, operation)(**parameters), ""
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403, 404):
                    return None, str(error.response["Error"]["Code"])
            except (ConnectionClosedError, EndpointConnectionError):
                pass
            time.sleep(0.05)
        raise AssertionError("nothing but faults")

    def everything(self, operation: str, member: str) -> list[Any]:
        """Follow a list to its end."""
        items, token = [], {}
        for _ in range(TRIES):
            page, _ = self.call(operation, **token)
            items += page[member]
            if not page.get("NextToken"):
                break
            token = {"NextToken": page["NextToken"]}
        return items

    def current(self) -> list[Any]:
        """List the reservations that are not over."""
        listed = self.everything("list_reservations", "Reservations")
        return [item for item in listed if item["ReservationState"] in ("ACTIVE", "PROCESSING")]


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_sells_one_reservation_to_an_sdk(name: str) -> None:
    """Every variation sells a reservation in the end, refuses the next, and lists the one that it sold."""
    emulator = VARIATIONS[name]()
    with serve(emulator) as served:
        customer = Customer(served)
        if name == "no-offerings-of-its-own":
            emulator.put_offerings(emulator.region_of(emulator.account(ACCOUNT), REGION), defined(emulator))
        arn = customer.everything("list_offerings", "Offerings")[0]["OfferingArn"]
        start = f"{emulator.wall_time():%Y-%m}-01T00:00:00Z"
        codes = []
        for number in itertools.count():
            purchase = {"OfferingArn": arn, "ReservationName": "sold" + "x" * number, "Start": start}
            codes.append(customer.call("purchase_offering", **purchase)[1])
            if codes[-1]:
                break
        assert len(codes) <= 2
        assert codes[-1] in ("BadRequestException", "ForbiddenException", "NotFoundException")
        assert any(len(customer.current()) == 1 for _ in range(TRIES) if not time.sleep(0.01))
