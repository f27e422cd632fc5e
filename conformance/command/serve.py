"""`mediaconnect-conformance serve`: the reference behind a port of its own, with the test control API."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.command.parser import parser_of, tcp_port

_DESCRIPTION = """\
Serves the reference over HTTP until Ctrl-C or SIGTERM: a right MediaConnect to try the suite on, or to test your own
software against. The account of a call is its access key id, if that has 12 digits. The clock and the offerings of an
account are set under /_control (docs/control-api.md).
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance serve --port 4566

Exit statuses: 0 when it was stopped, 4 where the port is in use or the address is not this machine's.
"""


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGINT or SIGTERM, and give the exit status."""
    parser = parser_of("serve", _DESCRIPTION, _EXAMPLE)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=tcp_port, default=4566, help="the TCP port, 0 for a free one (default: %(default)s)"
    )
    options = parser.parse_args(arguments)

    from conformance.reference.serving import serve_until_stopped

    return serve_until_stopped(options.host, options.port)
