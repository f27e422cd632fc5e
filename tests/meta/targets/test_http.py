"""What an answer may take, in bytes and in seconds, and what becomes of one that takes more."""

from __future__ import annotations

import json
import threading
import time

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.exceptions import HTTPClientError, ReadTimeoutError

from conformance.targets.deadline import TimeIsOverError, within
from conformance.targets.http import LARGEST_ANSWER, CutAnswer, HttpSender
from tests.meta.emulator import RightEmulator, serve
from tests.meta.targets.sockets import Write, answering, at_once, slowly

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LENGTH = HEAD + b"Content-Length: %d\r\n\r\n"


def _get(url: str) -> AWSPreparedRequest:
    return AWSRequest("GET", f"{url}/v1/offerings").prepare()


def test_an_answer_is_read_whole() -> None:
    """What is neither long nor slow is read as it was sent, headers and all."""
    with serve(RightEmulator()) as served:
        answer = HttpSender().send(_get(served.endpoint_url))
    assert not isinstance(answer, CutAnswer)
    assert len(json.loads(answer.content)["offerings"]) == 3
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "target",
    [
        "/v1/offerings/arn%3Aaws",
        "/v1/offerings/arn%3aaws",
        "/v1/offerings/arn%3Aaws;x=1",
        "/v1/offerings/arn%zz%",
        "/v1/offerings/x/../arn",
        "/v1/offerings?maxResults=%31;a&b=[]|",
        "//v1/offerings",
    ],
)
def test_the_path_goes_out_as_it_is_written(target: str) -> None:
    """No library between rewrites a path or a query that means something else to the target than it would then."""
    lines: list[bytes] = []
    with answering(at_once(LENGTH % 2 + b"{}"), lines.append) as url:
        request = _get(url)
        request.url = url + target
        HttpSender().send(request)
    assert lines == [f"GET {target} HTTP/1.1".encode()]


@pytest.mark.parametrize("chunked", [False, True])
def test_gigabytes_are_not_read(chunked: bool) -> None:
    """Of an answer without an end eight mebibytes are read, and its beginning is kept, with one line that says so."""

    def endless(write: Write) -> None:
        write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" if chunked else LENGTH % 2**40)
        piece = b"x" * 2**16
        while True:
            write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)

    with answering(endless) as url:
        answer = HttpSender(read_seconds=20).send(_get(url))
    assert isinstance(answer, CutAnswer)
    assert answer.status_code == 200
    assert answer.content == b"x" * 2**16
    assert answer.complaint == "the answer is longer than 8 MiB; the first 65536 bytes were kept"


def test_the_longest_answer() -> None:
    """Eight mebibytes are read in full."""
    with answering(at_once(LENGTH % LARGEST_ANSWER + b"x" * LARGEST_ANSWER)) as url:
        answer = HttpSender(read_seconds=20).send(_get(url))
    assert len(answer.content) == LARGEST_ANSWER


def test_a_body_that_never_ends_is_left() -> None:
    """A body of a byte now and then is left when its time is over, with one line that says so."""
    with answering(slowly(LENGTH % 1000 + b"x" * 1000)) as url:
        sender = HttpSender(connect_seconds=0.1, read_seconds=2)
        began = time.monotonic()
        answer = sender.send(_get(url))
    assert time.monotonic() - began < 5
    assert isinstance(answer, CutAnswer)
    assert answer.status_code == 200
    assert "did not come to its end within 2 s" in answer.complaint


def test_headers_that_never_end_are_no_answer() -> None:
    """Before the headers have come there is no answer; and the next one gets less time."""
    with answering(slowly(HEAD * 1000)) as url:
        sender = HttpSender(connect_seconds=0.1, read_seconds=1)
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(ReadTimeoutError):
                sender.send(_get(url))
            assert time.monotonic() - began < 3


def test_less_time_after_one_that_took_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer that takes too long halves the time of the next, down to a least; a whole one restores it."""
    monkeypatch.setattr("conformance.targets.http._SHORTEST_SECONDS", 0.3)
    sender = HttpSender(connect_seconds=0.1, read_seconds=1)
    answers = [b"HTTP/1.1 200 OK\r\n", LENGTH % 2 + b"{}"]

    def answer(write: Write) -> None:
        write(answers[0])
        stopped.wait(5)

    stopped = threading.Event()
    taken = []
    with answering(answer) as url:
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(HTTPClientError):
                sender.send(_get(url))
            taken.append(time.monotonic() - began)
        stopped.set()
        answers[0] = answers[1]
        assert sender.send(_get(url)).content == b"{}"
    assert taken == sorted(taken, reverse=True)
    assert taken[0] >= 1 > taken[1] >= 0.5 > taken[2] >= 0.3


def test_a_call_within_its_time() -> None:
    """What the call gives or raises comes through, from the same helper each time; one that hangs is left behind."""
    name = within(5, lambda: threading.current_thread().ident)
    assert within(5, lambda: threading.current_thread().ident) == name
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
    ended = threading.Event()
    with pytest.raises(TimeIsOverError):
        within(0.05, ended.wait)
    assert within(5, lambda: "the next one") == "the next one"
    ended.set()


def test_helpers_end_with_their_threads() -> None:
    """A thread that has ended leaves no helper behind."""
    before = threading.active_count()
    threads = [threading.Thread(target=within, args=(5, int)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before
