"""Serves an emulator over HTTP, as emulators are served: on a port of this machine, with keep-alive."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any, Protocol

from tests.meta.emulator.control import BASE, Control
from tests.meta.emulator.messages import CutConnection, Request, Response
from tests.meta.emulator.right import RightEmulator

CREDENTIAL = re.compile(r"Credential=([^/,\s]*)/[^/,\s]*/([^/,\s]*)/")
NOBODY = "000000000000"
LARGEST_BODY = 50_000_000


@dataclass(frozen=True)
class Served:
    """An emulator that is being served."""

    endpoint_url: str
    control_url: str
    emulator: RightEmulator


class Answers(Protocol):
    """What a server serves."""

    def handle(self, request: Request) -> Response:
        """Answer one request."""


class Server(ThreadingHTTPServer):
    """One thread a connection; a burst of connections is not turned away."""

    daemon_threads = True
    request_queue_size = 512
    allow_reuse_address = True

    def __init__(self, port: int, emulator: RightEmulator, control: bool) -> None:
        self.emulator = emulator
        self.control = Control(emulator) if control else None
        self.open_connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember a connection, so that none outlives the server."""
        self.open_connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that has ended."""
        self.open_connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that went away."""

    def server_close(self) -> None:
        """Close the port and every connection."""
        super().server_close()
        self.close_connections()

    def close_connections(self) -> None:
        """Close every connection, also one that waits for its next request."""
        for connection in list(self.open_connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def answerer(self, path: str) -> Answers:
        """Say who answers: the control API or the emulator."""
        if self.control is not None and (path == BASE or path.startswith(BASE + "/")):
            return self.control
        return self.emulator


class OneAtATime(Server):
    """Serves a connection until it is closed, and lets all others wait for that, as servers without threads do."""

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve it before anything else."""
        self.open_connections.add(request)
        HTTPServer.process_request(self, request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads requests and writes each answer in one piece."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        """Answer the request that has just been read."""
        body = self.read_body()
        if body is None:
            self.send_error(400)
            return
        path, _, query = self.path.partition("?")
        try:
            response = self.server.answerer(path).handle(self.request_of(path, query, body))
        except CutConnection:
            self.close_connection = True
            return
        except Exception as fault:  # a defect of an emulator is a server fault to its client
            response = fault_of(fault)
        self.write(response)

    def __getattr__(self, name: str) -> Any:
        """Answer every method, whatever it is."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def request_of(self, path: str, query: str, body: bytes) -> Request:
        """Put together what has arrived; the signature is not checked, but says who calls."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        credential = CREDENTIAL.search(headers.get("authorization", ""))
        account, region = credential.groups() if credential else ("", "")
        account = account if re.fullmatch(r"[0-9]{12}", account) else NOBODY
        return Request(self.command, path, query, headers, body, account, region or "us-east-1")

    def read_body(self) -> bytes | None:
        """Read the body, of a declared length or in chunks; None says that it cannot be read."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self.read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > LARGEST_BODY:
            return None
        return self.rfile.read(int(length))

    def read_chunks(self) -> bytes | None:
        """Read a body in chunks."""
        body = bytearray()
        while True:
            size = self.rfile.readline(1024).split(b";")[0].strip()
            if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", size) or len(body) + int(size, 16) > LARGEST_BODY:
                return None
            if int(size, 16) == 0:
                break
            body += self.rfile.read(int(size, 16))
            self.rfile.readline(1024)
        while self.rfile.readline(65537) not in (b"\r\n", b"\n", b""):
            continue
        return bytes(body)

    def write(self, response: Response) -> None:
        """Write headers and body at once: two writes would wait for each other's acknowledgement."""
        headers = dict(response.headers)
        body = b"" if self.command == "HEAD" else response.body
        if response.chunked:
            headers["Transfer-Encoding"] = "chunked"
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        elif response.status != 204 and response.has_length:
            headers.setdefault(
                "content-length" if headers and all(map(str.islower, headers)) else "Content-Length",
                str(len(response.body)),
            )
        if headers.get("Connection") == "close":
            self.close_connection = True
        elif self.close_connection:
            headers["Connection"] = "close"
        self.close_connection |= response.closes or not response.has_length or response.version == "HTTP/1.0"
        reason = self.responses.get(response.status, ("",))[0]
        status_line = f"{response.version} {response.status} {reason}"
        lines = [status_line, *(f"{name}: {value}" for name, value in headers.items())]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Refuse what is not an HTTP request, as a client error."""
        self.close_connection = True
        self.command = getattr(self, "command", None) or "GET"
        self.write(self.server.emulator.error(400, "BadRequestException", "The request cannot be read."))

    def log_message(self, *arguments: Any) -> None:
        """Keep quiet."""


def fault_of(fault: Exception) -> Response:
    """Give the answer for a defect of the emulator itself."""
    headers = {"Content-Type": "application/json", "x-amzn-errortype": "InternalServerErrorException"}
    return Response(500, headers, json.dumps({"message": repr(fault)[:500] or "fault"}).encode())


@contextmanager
def serve(
    emulator: RightEmulator, *, port: int = 0, control: bool = True, kind: type[Server] = Server
) -> Iterator[Served]:
    """Serve an emulator on a free port of this machine until the block is left."""
    server = kind(port, emulator, control)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    endpoint_url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield Served(endpoint_url + emulator.path_prefix, endpoint_url + BASE, emulator)
    finally:
        server.close_connections()  # one that is served alone would keep the server from ending
        server.shutdown()
        server.server_close()
        thread.join()
