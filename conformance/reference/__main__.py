"""Serve the reference in the foreground: `python -m conformance.reference --port 4566`."""

import argparse
import signal
import sys
from threading import Event

from conformance.reference.server import serve_reference

EXIT_UNUSABLE_PORT = 4
"""The exit status where the port is in use or the address is not this machine's."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT (Ctrl-C) or SIGTERM, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m conformance.reference", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=4566, help="the TCP port, 0 for a free one (default: %(default)s)")
    options = parser.parse_args(arguments)
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with serve_reference(options.port, options.host) as reference:
            print(f"Listening on {reference.endpoint_url}, control API at {reference.control_url}", flush=True)
            ended.wait()
    except (OSError, OverflowError) as error:
        print(f"Cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return EXIT_UNUSABLE_PORT
    return 0


if __name__ == "__main__":
    sys.exit(main())
