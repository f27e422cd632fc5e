"""`mediaconnect-conformance probe`: what a target offers."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.command.parser import parser_of

_DESCRIPTION = """\
Prints what a target offers (operations, fresh accounts, clock), and ends. It takes the options of `run` that name a
target: --target, --endpoint-url, --control-url, --region, --accounts and --clock.
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance probe --endpoint-url http://localhost:4566
"""


def main(arguments: Sequence[str]) -> int:
    """Probe the target that the options name, and give the exit status."""
    if {"-h", "--help"} & set(arguments):
        parser_of("probe", _DESCRIPTION, _EXAMPLE, usage="mediaconnect-conformance probe [options]").print_help()
        return 0

    from conformance.command.suite import run_suite

    return run_suite(["--probe", *arguments])
