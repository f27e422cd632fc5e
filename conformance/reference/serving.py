"""The reference as a process of its own: served in the foreground until a signal stops it."""

from __future__ import annotations

import signal
import sys
from threading import Event

from conformance.reference.server import serve_reference

EXIT_UNUSABLE_PORT = 4
"""The exit status where the port is in use or the address is not this machine's."""


def serve_until_stopped(host: str, port: int) -> int:
    """Serve until SIGINT (Ctrl-C) or SIGTERM, say where on the first line of output, and give the exit status."""
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with serve_reference(port, host) as reference:
            print(f"Listening on {reference.endpoint_url}, control API at {reference.control_url}", flush=True)
            ended.wait()
    except (OSError, OverflowError) as error:
        print(f"Cannot listen on {host}:{port}: {error}", file=sys.stderr)
        return EXIT_UNUSABLE_PORT
    return 0
