"""moto's server application and request handler, made fit for requests of every kind and for many calls."""

import io
import logging
import re
import string
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import DechunkedInput
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from flask import Flask

log = logging.getLogger("conformance.reference")

_SERVICE: Final = "mediaconnect"
_HOST: Final = f"{_SERVICE}.us-east-1.amazonaws.com"
_PATH_PREFIX: Final = "/v1/"  # of all MediaConnect's operations but those on tags
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/,\s]+/[^/,\s]+/([^/,\s]+)/aws4_request")
_ACCOUNT = re.compile(r"[0-9]{12}")
_LENGTH = re.compile(r"[0-9]{1,15}")
_PRINTABLE: Final = string.punctuation
_PIECE: Final = 1_000_000
_MOST_PIECES: Final = 100
_LAST_WORD: Final = 0.05  # seconds


def create_application() -> "WSGIApplication":
    """Create moto's server application: the five operations and every other service of moto."""
    return AccountFromAccessKey(ReservationsDispatcher(_create_service_app))


def _create_service_app(service: Any) -> "Flask":
    app = create_backend_app(service)
    if service == _SERVICE:
        # Otherwise a doubled slash is answered with a redirect, and not by the service.
        app.url_map.merge_slashes = False
    return app


class ReservationsDispatcher(DomainDispatcherApplication):
    """moto's choice of a service for a request, which also copes with credentials that are missing or garbled.

    moto takes an unsigned request for one to S3, and raises where it cannot take an Authorization header apart. Paths
    below `/v1/` (no bucket of S3 has so short a name) lead to MediaConnect here, unless the credential names another
    service of moto's.
    """

    def infer_service_region_host(self, environ: dict[str, Any], path: str) -> str | None:
        """Give the host that the request is for, as moto's table of services knows it."""
        credential = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        if path.startswith(_PATH_PREFIX) and (credential is None or not self._is_another_service(credential[2])):
            return _HOST
        return super().infer_service_region_host(environ, path)

    def get_backend_for_host(self, host: str | None) -> Any:
        """Give the name of moto's service for a host; moto reads its own directory from the disk at every call."""
        return _SERVICE if host == _HOST else super().get_backend_for_host(host)

    def _is_another_service(self, name: str) -> bool:
        url = f"http://{name.lower()}.us-east-1.amazonaws.com"
        return name != _SERVICE and any(pattern.match(url) for _, pattern in self.backend_url_patterns)


class AccountFromAccessKey:
    """WSGI middleware for the control API's contract: a 12-digit access key id names the account of a call.

    moto knows the header `x-moto-account-id`, which goes first. Calls to other services of moto are left alone.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: Any) -> Any:
        """Hand the request on, with the account in moto's own header."""
        if "HTTP_X_MOTO_ACCOUNT_ID" not in environ:
            credential = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
            if credential is not None and credential[2] == _SERVICE and _ACCOUNT.fullmatch(credential[1]):
                environ["HTTP_X_MOTO_ACCOUNT_ID"] = credential[1]
        return self._application(environ, start_response)


class KeepAliveRequestHandler(MotoRequestHandler):
    """moto's request handler with connections that stay open, which is a third of the time of a call, and no log.

    werkzeug closes a connection after each answer because it cannot tell what the application left unread of the
    request. Here every request is read to its end before the application sees it.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30.0  # seconds without a byte from the client, between requests or within one

    def parse_request(self) -> bool:
        """Parse the request line and headers; a target that is no URL, or not ASCII, is put right or refused."""
        if not super().parse_request():
            return False
        # Octets beyond ASCII: WSGI would hand them on decoded twice.
        self.path = quote(self.path, safe=_PRINTABLE, encoding="latin-1")
        try:
            urlsplit(self.path)
        except ValueError:
            self.send_error(400, "The request target is no URL")
            return False
        return True

    def handle_expect_100(self) -> bool:
        """Do nothing yet: `run_wsgi` lets the client continue."""
        return True

    def run_wsgi(self) -> None:
        """Run the application on one request and send its whole answer."""
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        body = self._read_body(environ)
        environ.update(
            {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": str(len(body))}
        )
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        try:
            chunks, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
            answer = b"".join(chunks)
        except Exception:
            log.exception("a request to %s raised", self.path)
            self.send_error(500)
            return
        self.send_response(int(status.split()[0]), status.partition(" ")[2])
        for name, value in headers:
            self.send_header(name, value)
        if "Content-Length" not in headers and not status.startswith(("1", "204", "304")):
            self.send_header("Content-Length", str(len(answer)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer)

    def send_error(self, *arguments: Any, **options: Any) -> None:
        """Answer what is no HTTP request, and close the connection: what follows cannot be told apart."""
        self.close_connection = True
        super().send_error(*arguments, **options)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep quiet; werkzeug's own would also raise for a target that is no URL."""

    def log(self, type: str, message: str, *arguments: Any) -> None:  # noqa: A002 - werkzeug's name
        """Keep quiet."""

    def _read_body(self, environ: dict[str, Any]) -> bytes:
        length = self.headers.get("Content-Length", "0").strip()
        try:
            if isinstance(environ["wsgi.input"], DechunkedInput):
                return environ["wsgi.input"].readall()
            if "HTTP_TRANSFER_ENCODING" in environ or _LENGTH.fullmatch(length) is None:
                return self._discard_body()
            return self._read_exactly(int(length))
        except OSError:  # a broken chunk, or nothing more within the time
            return self._discard_body()

    def _read_exactly(self, length: int) -> bytes:
        body = bytearray()
        while len(body) < length:
            # Piecemeal, for a read makes room for all that it is asked for, and the length may be a lie.
            piece = self.rfile.read(min(length - len(body), _PIECE))
            if not piece:
                self.close_connection = True
                break
            body += piece
        return bytes(body)

    def _discard_body(self) -> bytes:
        """Give up a body whose end cannot be found: the application sees none, and the connection ends."""
        self.close_connection = True
        # What has come is read all the same, for a socket closed with data unread may take the answer back.
        self.connection.settimeout(_LAST_WORD)
        with suppress(OSError):
            for _ in range(_MOST_PIECES):
                if not self.rfile.read(_PIECE):
                    break
        self.connection.settimeout(self.timeout)
        return b""
