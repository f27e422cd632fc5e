"""The embedded reference: in process and over HTTP, from boto3 and from raw requests."""

import gzip
import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from freezegun import freeze_time
from moto import mock_aws
from moto.mediaconnect import urls as mediaconnect_urls
from moto.server import ThreadedMotoServer

from conformance.reference import clear_clock, define_offerings, extended_moto, forget, set_clock
from conformance.reference.server import serve_reference

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


@pytest.fixture(params=["in process", "over HTTP"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Give what connects an account in a Region with a fresh reference."""
    if request.param == "in process":
        with extended_moto(), mock_aws():
            yield lambda *arguments: connect_to(None, *arguments)
    else:
        with serve_reference() as reference:
            yield lambda *arguments: connect_to(reference.endpoint_url, *arguments)


@pytest.fixture
def endpoint_url() -> Iterator[str]:
    """Give the URL of a fresh served reference."""
    with serve_reference() as reference:
        yield reference.endpoint_url


def written(instant: datetime) -> str:
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


def test_a_purchase_is_shown_by_describe_and_list(connect: Connect) -> None:
    """A purchase answers 201 with a reservation that DescribeReservation and ListReservations show as it was."""
    client = connect(ACCOUNT)
    set_clock(ACCOUNT, NOON)
    offering = client.list_offerings()["Offerings"][1]
    answer = client.purchase_offering(OfferingArn=offering["OfferingArn"], ReservationName="a-1", Start=written(NOON))
    reservation = answer["Reservation"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/json"
    assert reservation.items() >= offering.items()
    assert (reservation["Start"], reservation["End"]) == ("2026-03-15T12:00:00Z", "2026-09-15T12:00:00Z")
    assert reservation["ReservationArn"].startswith(f"arn:aws:mediaconnect:{REGION}:{ACCOUNT}:reservation:")
    assert client.describe_reservation(ReservationArn=reservation["ReservationArn"])["Reservation"] == reservation
    assert client.list_reservations()["Reservations"] == [reservation]


def test_offerings_are_described_as_listed(connect: Connect) -> None:
    """An account never seen has offerings of 1, 6 and 12 months, each described as it is listed."""
    client = connect(ACCOUNT)
    offerings = client.list_offerings()["Offerings"]
    assert [offering["Duration"] for offering in offerings] == [1, 6, 12]
    assert [client.describe_offering(OfferingArn=each["OfferingArn"])["Offering"] for each in offerings] == offerings


@pytest.mark.parametrize("start", ["2026-03-01T00:00:00Z", "2026-03-15T12:00:00Z", "2026-03-08T23:59:59Z"])
def test_the_start_window_is_closed(connect: Connect, start: str) -> None:
    """A Start from the first of the month to the current time, both included, is accepted."""
    set_clock(ACCOUNT, NOON)
    assert purchase(connect(ACCOUNT), start=start)["Start"] == start


@pytest.mark.parametrize(
    "start",
    ["2026-02-28T23:59:59Z", "2026-03-15T12:00:01Z", "2025-03-15T12:00:00Z", "2026-03-15t12:00:00z", "",
     "2026-02-30T00:00:00Z", "2026-03-15T12:00:00Z\n", "2026-03-15T12:00:00+00:00", "٢٠٢٦-03-15T12:00:00Z", "now",
     "2026-03-15T11:59:60Z", "2026-3-5T1:2:3Z", 5, None, ["2026-03-15T12:00:00Z"], "0000-00-00T00:00:00Z"],
)  # fmt: skip
def test_every_other_start_is_refused(connect: Connect, start: object) -> None:
    """A Start outside the window, in another form, of another type, or none at all draws BadRequestException."""
    set_clock(ACCOUNT, NOON)
    client = connect(ACCOUNT)
    assert refusal(purchase, client, start=start) == BAD_REQUEST
    assert client.list_reservations()["Reservations"] == []


@pytest.mark.parametrize("name", ["a", "A-_9", "x" * 128])
def test_good_names_are_accepted(connect: Connect, name: str) -> None:
    """A name of 1 to 128 letters, digits, dashes and underscores is echoed as it was sent."""
    set_clock(ACCOUNT, NOON)
    assert purchase(connect(ACCOUNT), name=name)["ReservationName"] == name


@pytest.mark.parametrize("name", ["", "x" * 129, "-a", "a_", "a b", "é", "a\n", "a.b", 7, None, {}, True])
def test_bad_names_are_refused(connect: Connect, name: object) -> None:
    """Any other name draws BadRequestException."""
    set_clock(ACCOUNT, NOON)
    assert refusal(purchase, connect(ACCOUNT), name=name) == BAD_REQUEST


def test_an_active_reservation_excludes_others_until_its_end(connect: Connect) -> None:
    """Purchases are refused to the last second before End; from End on a new name may purchase again."""
    client = connect(ACCOUNT)
    set_clock(ACCOUNT, NOON)
    first = purchase(client, name="first")
    end = NOON.replace(month=4)
    set_clock(ACCOUNT, end - timedelta(seconds=1))
    assert refusal(purchase, client, name="second", start="2026-04-01T00:00:00Z") == BAD_REQUEST
    assert client.list_reservations()["Reservations"] == [first]
    set_clock(ACCOUNT, end)
    assert refusal(purchase, client, name="first", start="2026-04-01T00:00:00Z") == BAD_REQUEST
    second = purchase(client, name="second", start="2026-04-01T00:00:00Z")
    assert client.list_reservations()["Reservations"] == [{**first, "ReservationState": "EXPIRED"}, second]


def test_accounts_and_regions_are_apart(connect: Connect) -> None:
    """A reservation neither blocks nor is seen in another account or another Region."""
    for account, region in [(ACCOUNT, REGION), (ACCOUNT, OTHER_REGION), (OTHER_ACCOUNT, REGION)]:
        set_clock(account, NOON)
        reservation = purchase(connect(account, region))
        assert reservation["ReservationArn"].split(":")[3:5] == [region, account]
        assert connect(account, region).list_reservations()["Reservations"] == [reservation]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2024-01-31T23:59:59Z", 1, "2024-02-29T23:59:59Z"), ("2025-08-31T00:00:00Z", 6, "2026-02-28T00:00:00Z"),
     ("2024-02-29T01:02:03Z", 12, "2025-02-28T01:02:03Z"), ("2025-12-31T00:00:00Z", 1, "2026-01-31T00:00:00Z")],
)  # fmt: skip
def test_end_is_the_last_day_where_the_month_lacks_the_day(connect: Connect, start: str, months: int, end: str) -> None:
    """End is Start plus the duration in months, on the last day of a month that is too short."""
    set_clock(ACCOUNT, datetime.fromisoformat(start))
    client = connect(ACCOUNT)
    define_offerings(ACCOUNT, REGION, [{"duration": months}])
    assert purchase(client, start=start)["End"] == end


def test_an_end_after_the_year_9999_is_refused(connect: Connect) -> None:
    """An End that cannot be written draws BadRequestException, and not a fault of the server."""
    set_clock(ACCOUNT, datetime(9999, 12, 31, tzinfo=UTC))
    client = connect(ACCOUNT)
    assert refusal(purchase, client, start="9999-12-31T00:00:00Z") == BAD_REQUEST
    define_offerings(ACCOUNT, REGION, [{"duration": 2**31 - 1}])
    assert refusal(purchase, client, start="9999-12-01T00:00:00Z") == BAD_REQUEST


ODD_ENDINGS = [
    "x",
    "/x",
    "//x",
    "%2F",
    "%",
    "?",
    "#",
    ";",
    " ",
    "\n",
    "\x00",
    "é",
    "۴",
    "..",
    "/..",
    "\\",
    ".amazonaws.com/v1/flows",
]


@pytest.mark.parametrize("ending", ODD_ENDINGS)
def test_an_arn_is_exact(connect: Connect, ending: str) -> None:
    """An ARN that goes on after an offering's, however oddly, draws NotFoundException, decoded exactly once."""
    client = connect(ACCOUNT)
    arn = client.list_offerings()["Offerings"][0]["OfferingArn"]
    assert refusal(client.describe_offering, OfferingArn=arn + ending) == NOT_FOUND
    assert refusal(client.describe_offering, OfferingArn=quote(arn)) in (NOT_FOUND, BAD_REQUEST)
    assert refusal(purchase, client, arn=arn + ending) == NOT_FOUND
    assert refusal(client.describe_reservation, ReservationArn=arn + ending) in (NOT_FOUND, BAD_REQUEST)


@pytest.mark.parametrize("arn", ["", ".", "/", "a", "arn:aws:s3:::bucket", "%00", "\ud7ff", "/v1/offerings"])
def test_what_is_no_arn_is_refused(connect: Connect, arn: str) -> None:
    """What is no offering's or reservation's ARN at all draws BadRequestException or NotFoundException."""
    client = connect(ACCOUNT)
    for call in (client.describe_offering, client.purchase_offering):
        assert refusal(call, OfferingArn=arn) in (NOT_FOUND, BAD_REQUEST)
    assert refusal(client.describe_reservation, ReservationArn=arn) in (NOT_FOUND, BAD_REQUEST)


@pytest.mark.parametrize("length", [1, 2, 3, 1000, None])
def test_pages_cover_a_list_once(connect: Connect, length: int | None) -> None:
    """Following NextToken shows every item once, MaxResults or else 10 to a page, and then ends."""
    defined = define_offerings(ACCOUNT, REGION, [{"duration": months} for months in range(1, 25)])
    client = connect(ACCOUNT)
    options = {} if length is None else {"PaginationConfig": {"PageSize": length}}
    pages = [page["Offerings"] for page in client.get_paginator("list_offerings").paginate(**options)]
    assert [each["OfferingArn"] for page in pages for each in page] == [each["offeringArn"] for each in defined]
    assert max(len(page) for page in pages) == min(length or 10, 24)


@pytest.mark.parametrize(
    "query", ["maxResults=0", "maxResults=1001", "maxResults=-1", "maxResults=", "maxResults=1.0", "maxResults=%D9%A1",
              "maxResults=%2B1", "maxResults=" + "9" * 5000, "maxResults=1&maxResults=1", "nextToken=", "nextToken=abc",
              "nextToken=AAAAAA%3D%3D", "nextToken=%FF", "nextToken=%F0%9F%98%80", "nextToken=\xff", "maxResults=%zz"],
)  # fmt: skip
@pytest.mark.parametrize("collection", ["offerings", "reservations"])
def test_bad_pages_are_refused(endpoint_url: str, collection: str, query: str) -> None:
    """A MaxResults other than 1 to 1000, and a NextToken that was never given, draw BadRequestException."""
    assert raw(endpoint_url, "GET", f"/v1/{collection}?{query}")[0] == 400


def test_tokens_of_another_list_are_refused(connect: Connect) -> None:
    """A NextToken holds for its own list, account and Region only, and no longer once offerings are defined anew."""
    client = connect(ACCOUNT)
    token = client.list_offerings(MaxResults=1)["NextToken"]
    assert refusal(client.list_reservations, NextToken=token) == BAD_REQUEST
    assert refusal(connect(OTHER_ACCOUNT).list_offerings, NextToken=token) == BAD_REQUEST
    assert len(client.list_offerings(NextToken=token)["Offerings"]) == 2
    define_offerings(ACCOUNT, REGION, [{"duration": 1}, {"duration": 2}])
    assert refusal(client.list_offerings, NextToken=token) == BAD_REQUEST


def test_one_of_simultaneous_purchases_succeeds(connect: Connect) -> None:
    """Of purchases made at the same time exactly one succeeds, and one reservation exists."""
    set_clock(ACCOUNT, NOON)
    client = connect(ACCOUNT)
    arn = client.list_offerings()["Offerings"][0]["OfferingArn"]
    barrier = threading.Barrier(8)

    def attempt(number: int) -> bool:
        barrier.wait()
        try:
            return bool(purchase(client, name=f"name-{number}", arn=arn))
        except client.exceptions.BadRequestException:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert len(client.list_reservations()["Reservations"]) == 1


def test_forget_makes_an_account_new(connect: Connect) -> None:
    """A forgotten account has new default offerings, no reservation, and the real time."""
    set_clock(ACCOUNT, NOON)
    client = connect(ACCOUNT)
    before = client.list_offerings()["Offerings"]
    purchase(client)
    forget(ACCOUNT)
    assert client.list_reservations()["Reservations"] == []
    assert not {each["OfferingArn"] for each in client.list_offerings()["Offerings"]} & {
        each["OfferingArn"] for each in before
    }
    assert purchase(client, start=written(datetime.now(UTC)))


def test_the_time_is_mocked_by_freezegun() -> None:
    """Without a clock of its own an account goes by moto's time, which freezegun freezes."""
    with extended_moto(), mock_aws(), freeze_time("2031-05-01T00:00:00Z") as frozen:
        client = connect_to(None)
        reservation = purchase(client, start="2031-05-01T00:00:00Z")
        frozen.move_to("2031-06-01T00:00:00Z")
        states = [each["ReservationState"] for each in client.list_reservations()["Reservations"]]
        assert (reservation["ReservationState"], states) == ("ACTIVE", ["EXPIRED"])
    clear_clock(ACCOUNT)


def test_stock_moto_is_untouched_outside_the_block() -> None:
    """Outside `extended_moto`, nested or not, the answer is moto's bare 404; flows work all along."""
    stock = mediaconnect_urls.url_paths
    with mock_aws():
        client = connect_to(None)
        assert refusal(client.list_offerings) == ("404", 404)
        flow = client.create_flow(Name="a", Source={"Name": "b"})["Flow"]
        with extended_moto():
            with extended_moto():
                assert purchase(client, start=written(datetime.now(UTC)))
            assert len(client.list_reservations()["Reservations"]) == 1
            assert client.describe_flow(FlowArn=flow["FlowArn"])["Flow"]["Name"] == "a"
        assert mediaconnect_urls.url_paths is stock
        assert refusal(client.list_offerings) == ("404", 404)
        assert [each["Name"] for each in client.list_flows()["Flows"]] == ["a"]


def test_motos_own_server_serves_the_extension() -> None:
    """The ThreadedMotoServer of moto, started within the block, answers the five operations, odd ARNs and flows."""
    with extended_moto():
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        try:
            client = connect_to("http://{}:{}".format(*server.get_host_and_port()))
            assert purchase(client, start=written(datetime.now(UTC)))["ReservationState"] == "ACTIVE"
            for ending in ODD_ENDINGS:
                arn = client.list_offerings()["Offerings"][0]["OfferingArn"] + ending
                assert refusal(client.describe_offering, OfferingArn=arn) == NOT_FOUND
            assert client.list_flows()["Flows"] == []
        finally:
            server.stop()


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


GOOD_BODY = json.dumps({"reservationName": "a", "start": written(NOON)}).encode()
BAD_BODIES = [
    None, b"", b"null", b"[]", b'"a"', b"5", b"{}", b"reservationName=a&start=2026-03-15T12%3A00%3A00Z", b"\xff\xfe{",
    b"{", GOOD_BODY.decode().encode("utf-16"), b"\xef\xbb\xbf" + GOOD_BODY, b"[" * 100_000, b'{"a":' * 100_000, b"\x00",
    b"NaN", GOOD_BODY[:-1] + b', "x": NaN}', b"1" * 10_000, b'{"reservationName": "\\ud800", "start": "\\ud800"}',
    b'{"ReservationName": "a", "Start": "2026-03-15T12:00:00Z"}', GOOD_BODY + b"x", b'{"a": ' + b"9" * 5000 + b"}",
    b" " * 11_000_000 + GOOD_BODY,
]  # fmt: skip
CONTENT_TYPES = ["", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_bad_bodies_are_refused(endpoint_url: str, content_type: str) -> None:
    """A body that is no JSON object with both members draws BadRequestException, whatever it is labelled."""
    set_clock(ACCOUNT, NOON)
    arn = raw(endpoint_url, "GET", "/v1/offerings")[1]["offerings"][0]["offeringArn"]
    target = f"/v1/offerings/{quote(arn, safe='')}?reservationName=a&start=2026-03-15T12:00:00Z"
    headers = {"Content-Type": content_type, "reservationName": "a", "start": written(NOON)}
    for body in BAD_BODIES:
        assert raw(endpoint_url, "POST", target, body, **headers)[0] == 400, (body or b"")[:50]
    for encoding in ("gzip", "br", "GZIP, gzip"):
        assert raw(endpoint_url, "POST", target, GOOD_BODY, Content_Encoding=encoding, **headers)[0] == 400
    assert raw(endpoint_url, "POST", target, gzip.compress(GOOD_BODY)[:-9], Content_Encoding="gzip")[0] == 400
    assert raw(endpoint_url, "POST", target, GOOD_BODY + b"\r\n", Transfer_Encoding="chunked", **headers)[0] == 400
    assert raw(endpoint_url, "POST", target, GOOD_BODY, Content_Length="-1", **headers)[0] == 400
    assert raw(endpoint_url, "POST", target, gzip.compress(GOOD_BODY), Content_Encoding="gzip", **headers)[0] == 201


TARGETS = [
    "/v1/offerings/", "/v1//offerings", "//v1/offerings", "/v1/offerings//", "/v1/offerings/../flows", "/v1/Offerings",
    "/v1/offerings%2Fa", "/v1/offerings/%", "/v1/offerings/%FF", "/v1/offerings/\xff", "/v1/offerings/%0A", "*",
    "/v1/offerings/a%0A", "/v1/offerings/%00", "/v1/reservations/;", "/v1/reservations/#", "/v1/reservations/%252F",
    "/v1/reservations?\xff=\xff", "/v1/reservations;a", "http://[/v1/offerings", "http://host/v1/offerings",
    "//[/v1/offerings", "/v1/offerings/" + "a" * 60_000, "/v1/offerings/x.amazonaws.com/v1/flows",
    "/v1/offerings/x.mars-1.amazonaws.com/", "/v1/offerings?Action=a", "/v1/offerings/" + "a" * 70_000,
]  # fmt: skip
AUTHORIZATIONS = ["", "x", "AWS4-HMAC-SHA256 Credential=a/b", "Bearer \xff", "AWS4-HMAC-SHA256 Credential=////, x"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "NONSENSE"])
def test_no_target_is_a_server_fault(endpoint_url: str, method: str) -> None:
    """No path, query or credential draws a 5xx or a redirect."""
    for target in TARGETS:
        assert raw(endpoint_url, method, target)[0] // 100 in (2, 4), target
    for authorization in AUTHORIZATIONS:
        headers = {
            "Authorization": authorization,
            "X-Amz-Target": "x",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        assert raw(endpoint_url, method, "/v1/offerings", b"Action=\xff", **headers)[0] // 100 in (2, 4), authorization
    for scope in ("mars-1/mediaconnect", "us-east-1/nonsense"):
        assert raw(endpoint_url, method, "/v1/offerings", scope=scope)[0] // 100 in (2, 4), scope


def test_errors_can_be_read_by_any_sdk(endpoint_url: str) -> None:
    """A refusal names its type in `x-amzn-errortype`, and is a JSON object of a message."""
    with closing(http.client.HTTPConnection(urlsplit(endpoint_url).netloc)) as connection:
        for _ in range(2):  # and the connection stays open
            connection.request("GET", "/v1/offerings/arn:aws:mediaconnect:us-east-1:111122223333:offering:a")
            answer = connection.getresponse()
            assert (answer.status, answer.getheader("x-amzn-errortype")) == (404, "NotFoundException")
            assert answer.getheader("content-type") == "application/json"
            assert list(json.loads(answer.read())) == ["message"]


def test_the_access_key_names_the_account_unless_the_header_does(endpoint_url: str) -> None:
    """When served, `x-moto-account-id` is the account, or else an access key id of 12 digits."""
    for headers, account in [({}, ACCOUNT), ({"x-moto-account-id": OTHER_ACCOUNT}, OTHER_ACCOUNT)]:
        offering = raw(endpoint_url, "GET", "/v1/offerings", **headers)[1]["offerings"][0]
        assert offering["offeringArn"].split(":")[4] == account


def test_the_control_api_sets_an_account_up(endpoint_url: str) -> None:
    """The control API sets time and offerings, and makes the account as new, with the statuses of its contract."""
    account = f"/_control/accounts/{ACCOUNT}"
    assert raw(endpoint_url, "GET", "/_control/capabilities") == (
        200, {"version": 1, "clock": True, "offerings": True, "reset": True},
    )  # fmt: skip
    offerings = [
        {"duration": 3, "offeringDescription": "é", "pricePerUnit": "0.5", "reservedBitrate": 20},
        {"duration": 1},
    ]
    body = json.dumps({"region": REGION, "offerings": offerings}).encode()
    status, answer = raw(endpoint_url, "PUT", f"{account}/offerings", body)
    assert status == 200
    assert raw(endpoint_url, "GET", "/v1/offerings") == (200, answer)
    assert raw(endpoint_url, "PUT", f"{account}/clock", b'{"now": "2026-03-15T12:00:00Z"}') == (204, b"")
    reservation = purchase(connect_to(endpoint_url))
    assert (reservation["Duration"], reservation["OfferingDescription"], reservation["PricePerUnit"]) == (3, "é", "0.5")
    assert raw(endpoint_url, "DELETE", f"{account}/clock") == (204, b"")
    assert refusal(purchase, connect_to(endpoint_url)) == BAD_REQUEST
    assert raw(endpoint_url, "POST", f"{account}/reset") == (204, b"")
    assert raw(endpoint_url, "GET", "/v1/reservations") == (200, {"reservations": []})


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [("PUT", "1/clock", b'{"now": "2026-03-15T12:00:00Z"}', 400), ("PUT", f"{ACCOUNT}/clock", b'{"now": 5}', 400),
     ("PUT", f"{ACCOUNT}/clock", b'{"now": "2026-02-30T00:00:00Z"}', 400), ("PUT", f"{ACCOUNT}/clock", b"\xff", 400),
     ("PUT", f"{ACCOUNT}/clock", b"{}", 400), ("PUT", f"{ACCOUNT}/clock", b"[" * 100_000, 400),
     ("PUT", f"{ACCOUNT}/offerings", b'{"region": "mars-1", "offerings": []}', 400),
     ("PUT", f"{ACCOUNT}/offerings", b'{"region": "us-east-1", "offerings": [{"duration": true}]}', 400),
     ("PUT", f"{ACCOUNT}/offerings", b'{"region": "us-east-1", "offerings": [{"duration": 1, "x": 1}]}', 400),
     ("PUT", f"{ACCOUNT}/offerings", b'{"region": "us-east-1", "offerings": {}}', 400),
     ("GET", f"{ACCOUNT}/reset", None, 405), ("GET", f"{ACCOUNT}/nothing", None, 404),
     ("POST", "\xff/reset", None, 400)],
)  # fmt: skip
def test_the_control_api_refuses_nonsense(endpoint_url: str, method: str, path: str, body: bytes, status: int) -> None:
    """A control request that makes no sense is refused with one message, and changes nothing."""
    before = raw(endpoint_url, "GET", "/v1/offerings")
    answered, members = raw(endpoint_url, method, f"/_control/accounts/{path}", body)
    assert (answered, list(members)) == (status, ["message"])
    assert raw(endpoint_url, "GET", "/v1/offerings") == before


def test_the_server_stops_with_connections_open() -> None:
    """At the end of the block the threads have ended and the port is free, though clients keep connections open."""
    threads = threading.active_count()
    with serve_reference() as reference:
        client = connect_to(reference.endpoint_url)
        client.list_offerings()
        port = urlsplit(reference.endpoint_url).port
        with pytest.raises(OSError, match="in use"), serve_reference(port):
            pass
    assert threading.active_count() == threads
    with serve_reference(port):
        assert client.list_offerings()["Offerings"]


def test_the_command_ends_cleanly() -> None:
    """`python -m conformance.reference` says where it listens, ends on SIGINT with 0, on a busy port with 4."""
    command = [sys.executable, "-m", "conformance.reference", "--port"]
    with subprocess.Popen([*command, "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        port = urlsplit(line.split()[2].rstrip(",")).port
        busy = subprocess.run([*command, str(port)], capture_output=True, text=True, check=False)
        process.send_signal(2)
        rest = process.communicate(timeout=10)
    assert (busy.returncode, busy.stdout, busy.stderr.count("\n")) == (4, "", 1)
    assert (process.returncode, rest) == (0, ("", ""))
