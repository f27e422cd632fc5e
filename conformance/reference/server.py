"""The reference over HTTP: moto's own threaded server with the five operations and the test control API."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from werkzeug.serving import LISTEN_QUEUE, ThreadedWSGIServer, select_address_family

from conformance.reference.control import CONTROL_PATH, ControlApi
from conformance.reference.extension import extended_moto
from conformance.reference.wsgi import KeepAliveRequestHandler, create_application

_LONGEST_ANSWER = 5.0
"""Seconds that the end of a server waits for a client to take an answer."""


@dataclass(frozen=True, slots=True)
class ServedReference:
    """Where a served reference listens.

    `endpoint_url` is for boto3, `control_url` the base of the control API (see `conformance.reference.control`).
    """

    endpoint_url: str
    control_url: str


@contextmanager
def serve_reference(port: int = 0, host: str = "127.0.0.1") -> Iterator[ServedReference]:
    """Serve the reference from a thread of this process for as long as the block lasts.

    The account of a call is the header `x-moto-account-id` or else a 12-digit access key id, its Region is that of
    the SigV4 credential. At the end open connections are closed, the threads have ended, and the port is free.
    The accounts are those of this process: `mock_aws` forgets them, and in-process calls see them too.

    Args:
        port: the TCP port, or 0 for one that is free.
        host: the address to listen on.

    Raises:
        OSError: the port is in use or the address is not this machine's.
    """
    with extended_moto():
        server = _ReferenceServer(host, port)
        server.start()
        try:
            address, bound_port = server.get_host_and_port()
            endpoint_url = f"http://[{address}]:{bound_port}" if ":" in address else f"http://{address}:{bound_port}"
            yield ServedReference(endpoint_url, endpoint_url + CONTROL_PATH)
        finally:
            server.stop()


class _ReferenceServer(ThreadedMotoServer):
    """moto's server, which binds its port before its thread starts, so that a busy port is the caller's OSError."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(ip_address=host, port=port, verbose=False)

    def start(self) -> None:
        # Bound here, and not by werkzeug, which prints and exits the process where it fails.
        address, family = (self._ip_address, self._port), select_address_family(self._ip_address, self._port)
        with socket.create_server(address, family=family, backlog=LISTEN_QUEUE) as bound:
            self._server = _ConnectionTrackingServer(
                *address, ControlApi(create_application()), handler=KeepAliveRequestHandler, fd=bound.fileno()
            )
        super().start()

    def _server_entry(self) -> None:
        assert self._server is not None
        self._server_ready_event.set()
        self._server.serve_forever(poll_interval=0.02)


class _ConnectionTrackingServer(ThreadedWSGIServer):
    """werkzeug's server, which also ends the connections that clients keep open, and their threads, when it closes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._connections: dict[Thread, socket.socket] = {}
        self._connections_lock = Lock()
        super().__init__(*arguments, **options)

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._connections_lock:
            self._connections = {one: its for one, its in self._connections.items() if one.is_alive()}
            self._connections[thread] = request
            thread.start()

    def server_close(self) -> None:
        super().server_close()
        with self._connections_lock:
            connections = dict(self._connections)
        for connection in connections.values():
            # For reading only: a call that is being answered gets its answer. An error says that it is closed already.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
        for thread in connections:
            thread.join(_LONGEST_ANSWER)
