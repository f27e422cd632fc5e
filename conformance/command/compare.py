"""`mediaconnect-conformance compare`: the reports of several targets side by side."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.command.parser import parser_of

_DESCRIPTION = """\
Sets rules against targets, with the verdict of each and what the targets chose where the documents leave a choice.
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance compare one/report.json other/report.json --format html --output matrix.html
"""


def main(arguments: Sequence[str]) -> int:
    """Compare the reports, and give the exit status: 4 where one cannot be read."""
    parser = parser_of("compare", _DESCRIPTION, _EXAMPLE)
    parser.add_argument("reports", nargs="+", metavar="REPORT", help="report.json of a run")
    parser.add_argument(
        "--format", choices=["markdown", "html", "json"], default="markdown", help="(default: %(default)s)"
    )
    parser.add_argument("--output", metavar="FILE", help="where to write it (default: the standard output)")
    options = parser.parse_args(arguments)

    from conformance.command.reports import as_json, read_or_complain, write_or_complain
    from conformance.report.compare import compare
    from conformance.report.compare_texts import comparison_html, comparison_json, comparison_markdown

    comparison = compare(read_or_complain(parser, options.reports))
    if options.format == "json":
        text = as_json(comparison_json(comparison))
    else:
        text = comparison_html(comparison) if options.format == "html" else comparison_markdown(comparison)
    write_or_complain(parser, options.output, text)
    return 0
