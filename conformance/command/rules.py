"""`mediaconnect-conformance rules`: the registry as a table."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from conformance.command.parser import parser_of

_EXAMPLE = """\
Example:
  mediaconnect-conformance rules --format markdown > rules.md
"""


def main(arguments: Sequence[str]) -> int:
    """Print every rule, and give the exit status."""
    parser = parser_of("rules", "Lists the rules with their level, statement and source.", _EXAMPLE)
    formats = ["text", "markdown", "json"]
    parser.add_argument("--format", choices=formats, default="text", help="how to print them (default: %(default)s)")
    options = parser.parse_args(arguments)

    from conformance.report.rules_page import as_json, page, table
    from conformance.rules import RULES

    printed = {"text": table, "markdown": page, "json": as_json}[options.format]
    sys.stdout.write(printed(RULES.values()))
    return 0
