"""An impostor on the wire: most of its answers look right, and any byte of any of them may be what nobody expects.

The right emulator answers behind it, so that a run gets on; on the way its answers are spoilt: hostile texts in their
JSON and their headers, statuses, framings and bodies that no server should send. The same seed gives the same faults.
"""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from tests.meta.emulator.control import BASE
from tests.meta.emulator.messages import CutConnection, Response
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.server import Handler, Server, fault_of

HUGE = 9 * 2**20
"""Bytes; the suite reads up to 8 MiB of an answer."""


class WireImpostor(Server):
    """Spoils of ten answers about `spoilt`, and of those `slow` of a thousand come a byte at a time."""

    def __init__(self, seed: int, texts: Sequence[str], *, spoilt: int, slow: int) -> None:
        self.random = random.Random(seed)
        self.texts, self.spoilt, self.slow = tuple(texts), spoilt, slow
        self.calls = 0
        self.faults: set[str] = set()
        self.guard = threading.Lock()
        self.ended = threading.Event()
        super().__init__(0, RightEmulator(), control=False)
        self.RequestHandlerClass: Any = WireHandler

    def draw(self) -> tuple[str, random.Random]:
        """What is to become of the next answer, and a source of randomness of its own."""
        with self.guard:
            self.calls += 1
            own = random.Random(self.random.random())
            if own.randrange(10) >= self.spoilt:
                return "", own
            fault = "slow" if own.randrange(1000) < self.slow else own.choice([*FAULTS])
            self.faults.add(fault)
            return fault, own


class WireHandler(Handler):
    """Answers as the right emulator does, and spoils the answer."""

    server: WireImpostor  # type: ignore[assignment]

    def answer(self) -> None:
        """Answer the request that has just been read, one way or another."""
        body = self.read_body()
        path, _, query = self.path.partition("?")
        fault, own = self.server.draw()
        try:
            response = self.server.emulator.handle(self.request_of(path, query, body or b""))
        except CutConnection:
            self.close_connection = True
            return
        except Exception as error:  # whatever the emulator makes of a strange request
            response = fault_of(error)
        if not fault or path.startswith(BASE):
            self.write(response)
            return
        # After an answer whose end cannot be told nothing else can follow.
        self.close_connection = True
        with suppress(OSError):
            FAULTS.get(fault, slow)(self, response, own)

    def send(self, response: Response, status: object, headers: bytes, body: bytes | None = None) -> None:
        """Write an answer with any status and any bytes as further headers."""
        content = response.body if body is None else body
        head = f"HTTP/1.1 {status} \r\nContent-Length: {len(content)}\r\n".encode("utf-8", "surrogatepass")
        self.wfile.write(head + headers + b"\r\n" + content)

    def text(self, own: random.Random) -> str:
        """One of the hostile texts."""
        return own.choice(self.server.texts)


def spoilt_members(handler: WireHandler, response: Response, own: random.Random) -> None:
    """The answer with a hostile text, or something of another type, for some of its values."""
    odd: list[Any] = [None, -1, 1e308, [], {}, True, 10**400, [[[[{}]]]], {handler.text(own): handler.text(own)}]

    def spoil(value: Any) -> Any:
        if own.randrange(6) == 0:
            return own.choice(odd) if own.randrange(2) else handler.text(own)
        if isinstance(value, dict):
            return {handler.text(own) if own.randrange(30) == 0 else name: spoil(item) for name, item in value.items()}
        return [spoil(item) for item in value] if isinstance(value, list) else value

    content = json.loads(response.body or b"{}")
    kind = b"Content-Type: application/json\r\n"
    if response.status >= 400:
        kind += b"x-amzn-errortype: " + in_a_header(handler.text(own)) + b"\r\n"
    handler.send(response, response.status, kind, json.dumps(spoil(content)).encode())


def in_a_header(text: str) -> bytes:
    """The text without what would end the header."""
    return text.replace("\r", " ").replace("\n", " ").encode("utf-8", "surrogatepass")


def spoilt_headers(handler: WireHandler, response: Response, own: random.Random) -> None:
    """The right body under headers with hostile texts, some with line breaks, which begin other headers."""
    names = [
        b"Content-Type",
        b"Date",
        b"x-amzn-errortype",
        b"x-amzn-requestid",
        b"Retry-After",
        b"Set-Cookie",
        b"\x1b[1m",
    ]
    lines = [own.choice(names) + b": " + handler.text(own).encode("utf-8", "surrogatepass") for _ in range(4)]
    handler.send(response, response.status, b"".join(line + b"\r\n" for line in lines))


def spoilt_status(handler: WireHandler, response: Response, own: random.Random) -> None:
    """A status that does not fit, or that is none."""
    statuses = [200, 201, 204, 206, 301, 304, 307, 400, 404, 418, 429, 500, 503, 599, 999, "abc", "\x1b[31m", "", -1]
    handler.send(response, own.choice(statuses), b"Location: \x1b]0;pwned\x07\r\n")


def spoilt_body(handler: WireHandler, response: Response, own: random.Random) -> None:
    """A body that is not an answer."""
    bodies = [
        own.randbytes(60), b"[" * 200_000, b'{"reservation":' * 50_000, b"\xff\xfe" + "{}".encode("utf-16-le"), b"null",
        b'{"reservations": [{"start": 1e999999, "end": NaN}]}', b"1" * 20_000, b"",
        response.body[: len(response.body) // 2],
    ]  # fmt: skip
    handler.send(response, response.status, b"Content-Type: application/json\r\n", own.choice(bodies))


def spoilt_framing(handler: WireHandler, response: Response, own: random.Random) -> None:
    """Lengths that are wrong, chunks that are none, encodings that do not hold, and lines that are not HTTP."""
    body = response.body
    handler.wfile.write(
        own.choice(
            [
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body) + 100, body),
                b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + body,
                b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n" + body,
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + body,
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n" + body,
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
                b"HTTP/1.1 200 OK\r\nContent-Encoding: \x1b[31m\r\nContent-Length: 2\r\n\r\n{}",
                b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                b"\x1b[2J::error title=pwned::pwned\r\n\r\n",
                b"HTTP/9.9 200 OK\r\n\r\n" + body,
                own.randbytes(200),
                b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 5_000 + b"\r\n",
                b"HTTP/1.1 200 " + b"A" * 100_000 + b"\r\n\r\n",
            ]
        )
    )


def cut(handler: WireHandler, response: Response, own: random.Random) -> None:
    """Nothing, or half an answer, and then a reset."""
    handler.wfile.write(response.body[: own.choice([0, 5])])
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def huge(handler: WireHandler, response: Response, own: random.Random) -> None:
    """More than the suite reads of an answer; seldom, as it takes time."""
    if own.randrange(20):
        spoilt_members(handler, response, own)
        return
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n{"message": "' % HUGE)
    for _ in range(HUGE // 2**20):
        handler.wfile.write(b"A" * 2**20)


def slow(handler: WireHandler, response: Response, own: random.Random) -> None:  # noqa: ARG001  (as the others)
    """A byte at a time, for longer than anybody waits."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not handler.server.ended.wait(0.2):
        handler.wfile.write(b" ")


FAULTS = {
    "members": spoilt_members,
    "headers": spoilt_headers,
    "status": spoilt_status,
    "body": spoilt_body,
    "framing": spoilt_framing,
    "cut": cut,
    "huge": huge,
}
"""What may become of an answer."""


@contextmanager
def wire_impostor(seed: int, texts: Sequence[str], *, spoilt: int, slow: int = 0) -> Iterator[tuple[str, WireImpostor]]:
    """Serve an impostor on a free port of this machine, and give its URL and the server, which counts its calls."""
    server = WireImpostor(seed, texts, spoilt=spoilt, slow=slow)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
