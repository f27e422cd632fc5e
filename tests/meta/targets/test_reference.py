"""The embedded reference: in process and over HTTP, from boto3 and from raw requests."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from freezegun import freeze_time
from moto import mock_aws
from moto.mediaconnect import urls as mediaconnect_urls
from moto.server import ThreadedMotoServer

from conformance.reference import clear_clock, define_offerings, extended_moto, forget, set_clock
from tests.meta.targets.reference_clients import (
    ACCOUNT,
    BAD_REQUEST,
    NOON,
    NOT_FOUND,
    OTHER_ACCOUNT,
    OTHER_REGION,
    REGION,
    Connect,
    connect_to,
    format_timestamp,
    purchase,
    raw,
    refusal,
)


def test_a_purchase_is_shown_by_describe_and_list(connect: Connect) -> None:
    """A purchase answers 201 with a reservation that DescribeReservation and ListReservations show as it was."""
    client = connect(ACCOUNT)
    set_clock(ACCOUNT, NOON)
    offering = client.list_offerings()["Offerings"][1]
    answer = client.purchase_offering(
        OfferingArn=offering["OfferingArn"], ReservationName="a-1", Start=format_timestamp(NOON)
    )
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
    assert purchase(client, start=format_timestamp(datetime.now(UTC)))


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
                assert purchase(client, start=format_timestamp(datetime.now(UTC)))
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
            assert purchase(client, start=format_timestamp(datetime.now(UTC)))["ReservationState"] == "ACTIVE"
            for ending in ODD_ENDINGS:
                arn = client.list_offerings()["Offerings"][0]["OfferingArn"] + ending
                assert refusal(client.describe_offering, OfferingArn=arn) == NOT_FOUND
            assert client.list_flows()["Flows"] == []
        finally:
            server.stop()
