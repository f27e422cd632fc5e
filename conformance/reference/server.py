"""The reference over HTTP: moto's application with the five operations and the test control API, behind waitress."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, Final

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer, create_server

from conformance.reference.control import CONTROL_PATH, ControlApi
from conformance.reference.extension import extended_moto
from conformance.reference.wsgi import create_application

_SETTINGS: Final[dict[str, Any]] = {"threads": 8, "connection_limit": 1000}

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue of calls is no news


@dataclass(frozen=True, slots=True)
class ServedReference:
    """Where a served reference listens.

    `endpoint_url` is for boto3, `control_url` the base of the control API (see `conformance.reference.control`).
    """

    endpoint_url: str
    control_url: str


@contextmanager
def serve_reference(port: int = 0, host: str = "127.0.0.1") -> Iterator[ServedReference]:
    """Serve the reference from threads of this process for as long as the block lasts.

    The account of a call is the header `x-moto-account-id` or else a 12-digit access key id, its Region is that of
    the SigV4 credential. At the end the call that is being answered gets its answer (within five seconds), then open
    connections are closed, the threads have ended, and the port is free.
    The accounts are those of this process: `mock_aws` forgets them, and in-process calls see them too.

    Args:
        port: the TCP port, or 0 for one that is free.
        host: the address to listen on.

    Raises:
        OSError: the port is in use or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Bound before its thread starts, so that a busy port is the caller's OSError.
    with extended_moto(), socket.create_server((host, port), family=family) as bound:
        connections: dict[int, Any] = {}
        server = create_server(ControlApi(create_application()), connections, sockets=[bound], **_SETTINGS)
        assert isinstance(server, TcpWSGIServer)
        server.channel_class = _Channel
        stopping = Event()
        thread = Thread(target=_serve, args=(connections, stopping), daemon=True)
        thread.start()
        try:
            address, bound_port = bound.getsockname()[:2]
            endpoint_url = f"http://[{address}]:{bound_port}" if ":" in address else f"http://{address}:{bound_port}"
            yield ServedReference(endpoint_url, endpoint_url + CONTROL_PATH)
        finally:
            server.task_dispatcher.shutdown()
            stopping.set()
            server.pull_trigger()
            thread.join()
            wasyncore.close_all(connections)


def _serve(connections: dict[int, Any], stopping: Event) -> None:
    """What waitress' own `run` does, which no other thread can stop."""
    while not stopping.is_set():
        wasyncore.loop(map=connections, use_poll=True, count=1)


class _Parser(HTTPRequestParser):
    """waitress' parser, which refuses a target that is not a URL instead of closing the connection without a word."""

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError(str(error)) from None


class _Channel(HTTPChannel):
    parser_class = _Parser
