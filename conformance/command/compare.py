"""`mediaconnect-conformance compare`: runs, recordings and profiles side by side."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.command.parser import Parser, parser_of

_DESCRIPTION = """\
Compares targets rule by rule: the verdicts, and what the targets chose where the documents leave a choice.
A FILE is report.json of a run or of `judge`, a recording (or a folder of them), which is judged for it, or a profile
that --write-profile wrote.
"""

_EXAMPLE = """\
Examples:
  mediaconnect-conformance compare one/report.json session.har aws.toml --format html --output matrix.html
  mediaconnect-conformance compare --regressions before/report.json after/report.json

Exit statuses: 0, 1 where --fail-on or --regressions finds what it looks for, 4 for a file that cannot be read.
"""


def main(arguments: Sequence[str]) -> int:
    """Compare the files, and give the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.regressions and (options.files or options.fail_on):
        parser.error("--regressions A B compares these two alone: no other file, and no --fail-on")
    if not (options.files or options.regressions):
        parser.error("a report, a recording or a profile must be named")

    from conformance.command.compared import documents

    read = documents(parser, options.regressions or options.files)
    return _regressions(parser, options, read) if options.regressions else _compare(parser, options, read)


def _parser() -> Parser:
    parser = parser_of("compare", _DESCRIPTION, _EXAMPLE)
    parser.add_argument("files", nargs="*", metavar="FILE", help="report.json, a recording, or a profile")
    parser.add_argument("--fail-on", choices=["difference"], help="end with 1 where any two differ")
    parser.add_argument(
        "--regressions", nargs=2, metavar=("A", "B"), help="tell what B fails that A passes, and end with 1 if anything"
    )
    parser.add_argument(
        "--format", choices=["markdown", "html", "json"], default="markdown", help="(default: %(default)s)"
    )
    parser.add_argument("--output", metavar="FILE", help="where to write it (default: the standard output)")
    return parser


def _compare(parser: Parser, options: Namespace, read: Sequence[Mapping[str, Any]]) -> int:
    from conformance.cases.case_json import json_text
    from conformance.command.reports import write_output
    from conformance.report.compare import compare
    from conformance.report.compare_texts import comparison_html, comparison_json, comparison_markdown

    comparison = compare(read)
    if options.format == "json":
        text = json_text(comparison_json(comparison))
    else:
        text = comparison_html(comparison) if options.format == "html" else comparison_markdown(comparison)
    write_output(parser, options.output, text)
    return int(bool(options.fail_on) and comparison.has_differences)


def _regressions(parser: Parser, options: Namespace, read: Sequence[Mapping[str, Any]]) -> int:
    from conformance.cases.case_json import json_text
    from conformance.command.reports import write_output
    from conformance.report.compare import regressions
    from conformance.report.compare_texts import regressions_json, regressions_text

    found = regressions(*read)
    if options.format == "html":
        parser.error("--regressions is written as markdown or json")
    text = json_text(regressions_json(found)) if options.format == "json" else regressions_text(found)
    write_output(parser, options.output, text)
    return int(bool(found.failing))
