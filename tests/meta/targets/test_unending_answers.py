"""An answer that goes on for ever ends in bounded memory, and an endpoint that says nothing is told in time."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from botocore.awsrequest import AWSRequest

from conformance.targets.base import TargetUnreachableError
from conformance.targets.endpoint import Endpoint, EndpointOptions
from conformance.targets.http import CutAnswer, HttpSender
from tests.meta.kills.harness import opened
from tests.meta.targets.impostors import IMPOSTORS, impostor

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@contextmanager
def _going_on(head: bytes, piece: bytes) -> Iterator[str]:
    """Serve one answer that begins with the head and goes on with the piece for as long as it is read."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(head)
                    while True:
                        connection.sendall(piece)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.mark.parametrize(
    "head",
    [_HEAD, _HEAD + b"2\r\n{}\r\n", _HEAD + b"0\r\n"],
    ids=["first size", "second size", "trailer"],
)
def test_a_line_between_chunks_that_does_not_end(head: bytes) -> None:
    """It is cut after 64 KiB and said to be, long before the time is up, in little memory."""
    with _going_on(head, b"0" * 2**20) as url:
        tracemalloc.start()
        try:
            began = time.monotonic()
            answer = HttpSender(10, 30).send(AWSRequest("GET", url).prepare())
            seconds, (_, most) = time.monotonic() - began, tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert isinstance(answer, CutAnswer)
    assert answer.complaint.startswith("a line of the chunked answer is longer than 64 KiB")
    assert seconds < 25
    assert most < 32 * 2**20


def test_an_endpoint_that_answers_nothing() -> None:
    """It is told as such when --wait is over, not after several attempts more."""
    with impostor(IMPOSTORS["silence"]) as url:
        began = time.monotonic()
        with (
            pytest.raises(TargetUnreachableError, match="accepts connections and answers nothing; --wait SECONDS"),
            opened(Endpoint(EndpointOptions(url, wait_seconds=12))),
        ):
            raise AssertionError
        assert 11 < time.monotonic() - began < 20
