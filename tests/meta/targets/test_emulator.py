"""The second implementation is right, and the table of mutants is complete."""

import json
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.meta.emulator import CutConnection, Request, RightEmulator, Served, serve
from tests.meta.emulator.mutants import MUTANTS, RULES
from tests.meta.emulator.variations import VARIATIONS

ACCOUNT = "111122223333"
START = "2026-03-05T23:30:00Z"
NOW = "2026-03-15T10:30:00Z"


@pytest.fixture
def served() -> Iterator[Served]:
    """Serve the right emulator."""
    with serve(RightEmulator()) as served:
        yield served


def client_of(served: Served, *, account: str = ACCOUNT, region: str = "eu-west-1") -> Any:
    """Make a client that does not retry."""
    return boto3.client(
        "mediaconnect",
        endpoint_url=served.endpoint_url,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


def control(served: Served, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Call the control API."""
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    request = urllib.request.Request(served.control_url + path, data, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            content = answer.read()
            return answer.status, json.loads(content) if content else None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def set_clock(served: Served, now: str = NOW) -> None:
    """Let the account's time stand still."""
    assert control(served, "PUT", f"/accounts/{ACCOUNT}/clock", {"now": now})[0] == 204


def seed(served: Served, *durations: int) -> list[str]:
    """Define offerings of these durations, and give their ARNs."""
    offerings = [{"duration": duration, "offeringDescription": "d", "pricePerUnit": "0.5"} for duration in durations]
    body = {"region": "eu-west-1", "offerings": offerings}
    _, answer = control(served, "PUT", f"/accounts/{ACCOUNT}/offerings", body)
    return [offering["offeringArn"] for offering in answer["offerings"]]


def purchase(client: Any, arn: str, name: str = "a", start: str = START) -> Any:
    """Purchase an offering."""
    return client.purchase_offering(OfferingArn=arn, ReservationName=name, Start=start)["Reservation"]


def refusal(client: Any, arn: str, name: str = "a", start: str = START) -> str:
    """Give the code of a purchase's refusal, or nothing where it succeeds."""
    try:
        purchase(client, arn, name, start)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def local_request(method: str, path: str, body: Any = b"", query: str = "") -> Request:
    """Make a request that needs no server."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(method, path, query, {}, content, ACCOUNT, "eu-west-1")


def test_a_purchase_is_described_and_listed_as_it_was_answered(served: Served) -> None:
    """DescribeReservation and ListReservations show what the purchase returned."""
    client = client_of(served)
    set_clock(served)
    reservation = purchase(client, client.list_offerings()["Offerings"][1]["OfferingArn"])
    assert client.describe_reservation(ReservationArn=reservation["ReservationArn"])["Reservation"] == reservation
    assert client.list_reservations()["Reservations"] == [reservation]
    assert (reservation["Start"], reservation["End"]) == (START, "2026-09-05T23:30:00Z")


def test_a_second_purchase_is_refused_until_the_end(served: Served) -> None:
    """While a reservation is active every purchase is refused, and from End on the next one succeeds."""
    client = client_of(served)
    set_clock(served)
    (arn,) = seed(served, 1)
    purchase(client, arn)
    set_clock(served, "2026-04-05T23:29:59Z")
    assert refusal(client, arn, "b", "2026-04-01T00:00:00Z") == "BadRequestException"
    set_clock(served, "2026-04-05T23:30:01Z")
    assert purchase(client, arn, "b", "2026-04-01T00:00:00Z")["ReservationState"] == "ACTIVE"
    assert [item["ReservationState"] for item in client.list_reservations()["Reservations"]] == ["EXPIRED", "ACTIVE"]


@pytest.mark.parametrize(
    "start,accepted",
    [
        ("2026-03-01T00:00:00Z", True),
        ("2026-02-28T23:59:59Z", False),
        (NOW, True),
        ("2026-03-15T10:30:01Z", False),
        ("2025-03-05T00:00:00Z", False),
        ("2026-03-05T24:00:00Z", False),
        ("2026-03-00T00:00:00Z", False),
        ("2026-03-05T00:00:00+00:00", False),
        ("2026-03-05T00:00:00Z\n", False),
        ("2026-03-05T00:00:0\u0665Z", False),
        ("2026-03-05t00:00:00z", False),
    ],
)
def test_only_a_start_of_the_format_inside_the_window_is_accepted(served: Served, start: str, accepted: bool) -> None:
    """A Start is accepted from the first of the month to now, inclusive, in the one format."""
    set_clock(served)
    assert refusal(client_of(served), seed(served, 1)[0], start=start) == ("" if accepted else "BadRequestException")


@pytest.mark.parametrize(
    "start,months,end",
    [
        ("2026-01-31T00:00:01Z", 1, "2026-02-28T00:00:01Z"),
        ("2028-01-31T00:00:01Z", 1, "2028-02-29T00:00:01Z"),
        ("2026-01-15T00:00:01Z", 12, "2027-01-15T00:00:01Z"),
        ("2026-01-15T00:00:01Z", 11, "2026-12-15T00:00:01Z"),
        ("2026-12-31T23:59:59Z", 26, "2029-02-28T23:59:59Z"),
    ],
)
def test_end_adds_months(served: Served, start: str, months: int, end: str) -> None:
    """End is Start plus the duration, clamped to the last day of a month that lacks the Start's."""
    set_clock(served, start)
    assert purchase(client_of(served), seed(served, months)[0], start=start)["End"] == end


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"\xff",
        b"",
        b"null",
        b"[]",
        b"reservationName=a",
        b'{"reservationName": NaN}',
        b"{" + b"1" * 9000,
    ],
)
def test_what_is_no_json_object_is_a_bad_request(body: bytes) -> None:
    """A body that is not a JSON object draws BadRequestException, however it is broken."""
    answer = RightEmulator().handle(local_request("POST", "/v1/offerings/x", body))
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "BadRequestException")


@pytest.mark.parametrize("value", [None, "", 1, True, [], {}, ["a"], 1.5])
@pytest.mark.parametrize("member", ["reservationName", "start"])
def test_a_member_that_is_no_text_is_a_bad_request(member: str, value: Any) -> None:
    """A member that is missing, empty or of another type draws BadRequestException."""
    body = {"reservationName": "a", "start": START, member: value}
    assert RightEmulator().handle(local_request("POST", "/v1/offerings/x", body)).status == 400


@pytest.mark.parametrize("query", ["maxResults=0", "maxResults=1001", "maxResults=-1", "maxResults=a", "nextToken=a"])
def test_a_bad_page_is_a_bad_request(query: str) -> None:
    """MaxResults outside 1 to 1000 and a token that was never given draw BadRequestException."""
    for path in ("/v1/offerings", "/v1/reservations"):
        assert RightEmulator().handle(local_request("GET", path, query=query)).status == 400


def test_an_arn_is_decoded_once_and_compared_exactly(served: Served) -> None:
    """An ARN is percent-decoded once, and neither a longer nor a shorter one names the offering."""
    set_clock(served)
    client = client_of(served)
    (arn,) = seed(served, 1)
    for other in (arn + "0", arn[:-1], arn.upper(), arn.replace(":", "%3A"), arn + "\n"):
        assert refusal(client, other) in ("BadRequestException", "NotFoundException")
    assert refusal(client, arn[:-8] + "00000000") == "NotFoundException"
    assert refusal(client, arn) == ""


@pytest.mark.parametrize("name", ["", "-a", "a_", "a b", "\u00e9", "a\n", "a" * 129])
def test_names_have_128_letters_digits_dashes_and_underscores(served: Served, name: str) -> None:
    """Other names are refused, and so is a name that has been used."""
    set_clock(served)
    assert refusal(client_of(served), seed(served, 1)[0], name) == "BadRequestException"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 1000])
def test_pages_cover_every_item_once(served: Served, size: int) -> None:
    """Following the tokens shows every offering once, on pages of at most the size that was asked for."""
    arns = seed(served, *range(1, 8))
    pages = list(client_of(served).get_paginator("list_offerings").paginate(MaxResults=size))
    assert [offering["OfferingArn"] for page in pages for offering in page["Offerings"]] == arns
    assert all(len(page["Offerings"]) <= size for page in pages)


def test_of_simultaneous_purchases_one_wins(served: Served) -> None:
    """Of purchases made at the same time exactly one succeeds."""
    set_clock(served)
    (arn,) = seed(served, 1)
    clients = [client_of(served) for _ in range(8)]
    barrier = threading.Barrier(8)

    def attempt(number: int) -> str:
        barrier.wait()
        return refusal(clients[number], arn, f"name-{number}")

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(attempt, range(8))) == {"": 1, "BadRequestException": 7}


def test_accounts_and_regions_are_apart(served: Served) -> None:
    """A reservation is seen, and stands in the way, in its own account and Region only."""
    start = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for account, region in ((ACCOUNT, "eu-west-1"), (ACCOUNT, "us-east-1"), ("444455556666", "eu-west-1")):
        client = client_of(served, account=account, region=region)
        assert client.list_reservations()["Reservations"] == []
        arn = purchase(client, client.list_offerings()["Offerings"][0]["OfferingArn"], start=start)["ReservationArn"]
        assert arn.startswith(f"arn:aws:mediaconnect:{region}:{account}:reservation:")


def test_the_control_api_forgets_an_account(served: Served) -> None:
    """After a reset there are no reservations, no seeded offerings and no set clock."""
    set_clock(served)
    client = client_of(served)
    purchase(client, seed(served, 1)[0])
    assert control(served, "POST", f"/accounts/{ACCOUNT}/reset") == (204, None)
    assert client.list_reservations()["Reservations"] == []
    assert len(client.list_offerings()["Offerings"]) == 3
    assert refusal(client, client.list_offerings()["Offerings"][0]["OfferingArn"]) == "BadRequestException"


def test_the_control_api_says_what_it_offers(served: Served) -> None:
    """The capabilities are all there, and seeded offerings come back in full."""
    assert control(served, "GET", "/capabilities")[1] == {"version": 1, "clock": True, "offerings": True, "reset": True}
    (arn,) = seed(served, 3)
    assert client_of(served).describe_offering(OfferingArn=arn)["Offering"]["Duration"] == 3
    assert control(served, "DELETE", f"/accounts/{ACCOUNT}/clock") == (204, None)


@pytest.mark.parametrize(
    "method,path,body,status",
    [
        ("GET", "/nothing", None, 404),
        ("GET", "", None, 404),
        ("PUT", "/accounts/12/clock", {"now": NOW}, 404),
        ("POST", f"/accounts/{ACCOUNT}/clock", {"now": NOW}, 404),
        ("PUT", f"/accounts/{ACCOUNT}/clock", {"now": "2026-02-30T00:00:00Z"}, 400),
        ("PUT", f"/accounts/{ACCOUNT}/clock", {"now": 5}, 400),
        ("PUT", f"/accounts/{ACCOUNT}/clock", b"{", 400),
        ("PUT", f"/accounts/{ACCOUNT}/clock", [], 400),
        ("PUT", f"/accounts/{ACCOUNT}/offerings", {"offerings": []}, 400),
        ("PUT", f"/accounts/{ACCOUNT}/offerings", {"region": "eu-west-1", "offerings": [{"duration": "1"}]}, 400),
        ("PUT", f"/accounts/{ACCOUNT}/offerings", {"region": "eu-west-1", "offerings": [1]}, 400),
    ],
)
def test_the_control_api_refuses_nonsense(served: Served, method: str, path: str, body: Any, status: int) -> None:
    """Nonsense draws 400, and what is not there 404."""
    assert control(served, method, path, body)[0] == status


def test_a_server_stops_with_its_block() -> None:
    """After the block nothing listens, and no connection stays open."""
    with serve(RightEmulator()) as served:
        client_of(served).list_offerings()
        threads = threading.active_count()
    with pytest.raises(urllib.error.URLError):
        control(served, "GET", "/capabilities")
    assert threading.active_count() < threads


def test_mutants_are_told_apart() -> None:
    """Each mutant has a line of its own that describes it, and breaks known rules."""
    descriptions = [kind.__doc__ or "" for kind in MUTANTS.values()]
    assert all(text and "\n" not in text for text in descriptions)
    assert len(set(descriptions)) == len({kind.__name__ for kind in MUTANTS.values()}) == len(MUTANTS)
    for kind in MUTANTS.values():
        assert kind.breaks
        assert set(kind.breaks) | set(kind.may_break) <= set(RULES)
        assert not set(kind.breaks) & set(kind.may_break)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_answers_what_is_usual(name: str) -> None:
    """A mutant is small: it still lists offerings, and what it does is not an accident of its own."""
    emulator = MUTANTS[name]()
    answer = emulator.handle(local_request("GET", "/v1/offerings", query="maxResults=1"))
    assert answer.status in (200, 201, 206)
    arn = json.loads(answer.body)["offerings"][0]["offeringArn"].replace(":", "%3A")
    emulator.account(ACCOUNT).clock = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)
    bodies = [{"reservationName": "abc", "start": f"2026-03-14T{hour}:00:00Z"} for hour in ("00", "10")]
    statuses = [emulator.handle(local_request("POST", f"/v1/offerings/{arn}", body)).status for body in bodies]
    assert set(statuses) & {200, 201, 202}


FAULTY = ("throttling", "unavailable", "internal-errors", "connections-cut", "answers-lost")


@pytest.mark.parametrize("name", FAULTY)
def test_faults_are_the_same_for_the_same_seed(name: str) -> None:
    """A faulty variation goes wrong at the same calls each time, and neither always nor never."""

    def answers() -> list[int]:
        emulator, statuses = VARIATIONS[name](), []
        for _ in range(200):
            try:
                statuses.append(emulator.handle(local_request("GET", "/v1/reservations")).status)
            except CutConnection:
                statuses.append(0)
        return statuses

    assert answers() == answers()
    assert 100 < answers().count(200) < 200
