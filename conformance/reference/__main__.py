"""Serve the reference in the foreground: `python -m conformance.reference --port 4566`."""

import argparse
import sys

from conformance.reference.serving import serve_until_stopped


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT (Ctrl-C) or SIGTERM, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m conformance.reference", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=4566, help="the TCP port, 0 for a free one (default: %(default)s)")
    options = parser.parse_args(arguments)
    return serve_until_stopped(options.host, options.port)


if __name__ == "__main__":
    sys.exit(main())
