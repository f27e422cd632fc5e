"""`mediaconnect-conformance badge`: how a run ended, for shields.io."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.command.parser import parser_of

_DESCRIPTION = """\
Writes the JSON that an endpoint badge of shields.io is drawn from: publish the file, and name its address as
https://img.shields.io/endpoint?url=...
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance badge reports/endpoint-localhost-4566/report.json --output badge.json
"""


def main(arguments: Sequence[str]) -> int:
    """Write the badge of a report, and give the exit status: 4 where the report cannot be read."""
    parser = parser_of("badge", _DESCRIPTION, _EXAMPLE)
    parser.add_argument("report", metavar="REPORT", help="report.json of a run")
    parser.add_argument("--output", metavar="FILE", help="where to write it (default: the standard output)")
    options = parser.parse_args(arguments)

    from conformance.cases.case_json import json_text
    from conformance.command.reports import load_reports, write_output
    from conformance.report.badge import badge

    (report,) = load_reports(parser, [options.report])
    write_output(parser, options.output, json_text(badge(report)))
    return 0
