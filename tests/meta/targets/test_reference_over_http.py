"""The served reference: raw requests of every kind, the control API, a clean stop."""

import gzip
import http.client
import json
import subprocess
import sys
import threading
from contextlib import closing
from urllib.parse import quote, urlsplit

import pytest

from conformance.reference import set_clock
from conformance.reference.server import serve_reference
from tests.meta.targets.reference_clients import (
    ACCOUNT,
    BAD_REQUEST,
    NOON,
    OTHER_ACCOUNT,
    REGION,
    connect_to,
    format_timestamp,
    purchase,
    raw,
    refusal,
)

GOOD_BODY = json.dumps({"reservationName": "a", "start": format_timestamp(NOON)}).encode()
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
    """A body that is not a JSON object with both members draws BadRequestException, whatever it is labelled."""
    set_clock(ACCOUNT, NOON)
    arn = raw(endpoint_url, "GET", "/v1/offerings")[1]["offerings"][0]["offeringArn"]
    target = f"/v1/offerings/{quote(arn, safe='')}?reservationName=a&start=2026-03-15T12:00:00Z"
    headers = {"Content-Type": content_type, "reservationName": "a", "start": format_timestamp(NOON)}
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
     ("POST", "%FF/reset", None, 400)],
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
