"""`mediaconnect-conformance probe`: what a target offers."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.command.parser import parser_of

_DESCRIPTION = """\
Prints what a target offers (operations, fresh accounts, clock), and ends. It takes the options of `run` that name a
target: --target, --endpoint-url, --control-url, --region, --accounts and --clock; those that are not given are read
from mediaconnect-conformance.toml (another file: --config FILE).
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

    from conformance.command.config import KEYS_OF_PROBE, options_with_config
    from conformance.command.suite import run_suite

    given = options_with_config(arguments, KEYS_OF_PROBE, parser_of("probe", "", ""))
    return run_suite(["--probe", *given])
