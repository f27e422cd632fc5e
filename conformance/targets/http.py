"""Sending over HTTP by botocore's own session, with limits to the size of an answer and to the time that it takes."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import HTTPClientError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from conformance.targets.as_written import as_written, let_targets_be_written
from conformance.targets.connections import LATE_SECONDS, AwaitedAnswer, keep
from conformance.targets.content import Content
from conformance.targets.deadline import TimeIsOverError, within

CONNECT_SECONDS = 10
READ_SECONDS = 60
"""How long an answer may take, from the request to its last byte."""

FIRST_CONTACT_SECONDS = 8
"""The same for the first requests, so that an address where nothing answers is told within seconds."""

WAIT_SECONDS = 20.0
"""How long a target that is starting is waited for, where --wait does not say otherwise."""

TRIES = 12
"""How often a call is tried that draws nothing but faults."""

PATIENCE = 90.0
"""Seconds after which a call that draws nothing but faults is not tried again."""

LARGEST_ANSWER = 8 * 2**20
"""How many bytes of an answer's body are read."""

_KEPT = 2**16
"""How many of them are kept where there are more."""

_LONGEST_LINE = 2**16
"""How many bytes a line between the chunks of an answer may have, as http.client allows for a header."""

_SHORTEST_SECONDS = 2.0


class CutAnswer(AWSResponse):
    """An answer that was not read to its end, with the beginning of its body; `complaint` says why in one line."""

    def __init__(self, url: str, status: int, headers: Any, body: bytes, complaint: str) -> None:
        super().__init__(url, status, headers, Content(body))
        self.complaint = complaint


@dataclass
class _Arriving:
    """An answer as far as it has come."""

    response: AWSResponse | None = None
    body: bytearray = field(default_factory=bytearray)


class HttpSender:
    """Sends signed requests over kept-alive connections; safe to use from several threads."""

    def __init__(
        self, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS, *,
        certificates: str | None = None, url: str = "",
    ) -> None:  # fmt: skip
        """Trust the `certificates` of a file, or AWS_CA_BUNDLE's; go to `url` by the proxies of the environment.

        `read_seconds` is how long a whole answer may take.
        """
        # A request is sent in two pieces; without this option the second waits 40 ms for a delayed acknowledgement.
        at_once: Any = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        timeout: Any = (connect_seconds, read_seconds)
        trusted: Any = certificates or os.environ.get("AWS_CA_BUNDLE") or True
        proxies: Any = get_environ_proxies(url) if url else None
        self._session = URLLib3Session(trusted, proxies, timeout, max_pool_connections=32, socket_options=at_once)
        let_targets_be_written(self._session)
        keep(self._session)
        self._connect_seconds = connect_seconds
        self._longest = self._seconds = read_seconds

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send one request, and read its answer: a CutAnswer where it is too long, or does not come to its end.

        After one that took too long the next ones get less time, so that a target that never ends its answers takes
        no hours.

        Raises:
            botocore.exceptions.HTTPClientError: no answer comes within the time.
        """
        request.stream_output = True
        arriving, awaited = _Arriving(), AwaitedAnswer(self._session, request.url)
        seconds = self._seconds
        try:
            answer = within(
                self._connect_seconds + seconds,
                lambda: self._read(request, arriving),
                late_after=LATE_SECONDS,
                late=awaited.note_late,
            )
        except (TimeIsOverError, ReadTimeoutError):
            self._seconds = max(seconds / 2, min(_SHORTEST_SECONDS, self._longest))
            return _unfinished(request, arriving, seconds)
        self._seconds = self._longest
        awaited.note_arrived()
        return answer

    def _read(self, request: AWSPreparedRequest, arriving: _Arriving) -> AWSResponse:
        with as_written(request):
            response = arriving.response = self._session.send(request)
        _limit_lines(response.raw)
        try:
            for piece in response.raw.stream():
                arriving.body += piece
                if len(arriving.body) > LARGEST_ANSWER:
                    response.raw.close()
                    return _cut(request, arriving, f"the answer is longer than {LARGEST_ANSWER // 2**20} MiB")
        except _LineTooLongError:
            response.raw.close()
            return _cut(request, arriving, f"a line of the chunked answer is longer than {_LONGEST_LINE // 2**10} KiB")
        except HTTPError as error:
            raise HTTPClientError(error=error) from None
        headers: Any = response.headers
        return AWSResponse(request.url, response.status_code, headers, Content(bytes(arriving.body)))


class _LineTooLongError(Exception):
    """A line between the chunks of an answer does not end."""


class _ShortLines:
    """A file that gives no line longer than the limit: urllib3 reads the size of a chunk however long it is."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readline(self, *_: int) -> bytes:
        line: bytes = self._file.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise _LineTooLongError
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _limit_lines(raw: Any) -> None:
    """Limit the lines between the chunks of an answer, whose own reader has no public way to it."""
    reader: Any = getattr(raw, "_fp", None)
    if getattr(raw, "chunked", False) and getattr(reader, "fp", None) is not None:
        reader.fp = _ShortLines(reader.fp)


def _unfinished(request: AWSPreparedRequest, arriving: _Arriving, seconds: float) -> AWSResponse:
    """What has come of an answer by the end of its time."""
    if arriving.response is None:
        raise ReadTimeoutError(endpoint_url=request.url, error=f"no answer within {seconds:g} s")
    with suppress(RuntimeError, ValueError, OSError):
        arriving.response.raw.shutdown()  # which ends the thread that reads
    return _cut(request, arriving, f"the answer did not come to its end within {seconds:g} s")


def _cut(request: AWSPreparedRequest, arriving: _Arriving, why: str) -> CutAnswer:
    response = arriving.response
    assert response is not None
    kept = bytes(arriving.body[:_KEPT])
    complaint = f"{why}; the first {len(kept)} bytes were kept"
    return CutAnswer(request.url, response.status_code, response.headers, kept, complaint)
