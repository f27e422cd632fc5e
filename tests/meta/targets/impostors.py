"""Servers that are not AWS endpoints, each wrong in one way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """What an impostor says to every request; with `silent` it says nothing until it is stopped."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    silent: bool = False


IMPOSTORS = {
    "a web page": Answer(200, {"Content-Type": "text/html"}, b"<!doctype html><h1>It works!</h1>"),
    "a list": Answer(200, {"Content-Type": "application/json"}, b"[]"),
    "a redirect": Answer(302, {"Location": "https://login.example/"}),
    "a closed door": Answer(403, {"Content-Type": "text/html"}, b"<h1>Forbidden</h1>"),
    "a password": Answer(401, {"WWW-Authenticate": "Basic"}),
    "a service that is down": Answer(503, {"Content-Type": "text/html"}, b"<h1>Service Unavailable</h1>"),
    "silence": Answer(silent=True),
}


class Impostor(ThreadingHTTPServer):
    """Gives the same answer to everybody."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.stopped = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    """Reads a request and writes the answer."""

    server: Impostor

    def handle_one_request(self) -> None:
        """Answer whatever has arrived, and close."""
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            return
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.answer
        if answer.silent:
            self.server.stopped.wait()
            return
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@contextmanager
def impostor(answer: Answer) -> Iterator[str]:
    """Serve an answer on a free port of this machine, and give the URL."""
    server = Impostor(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
