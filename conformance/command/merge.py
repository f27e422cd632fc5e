"""`mediaconnect-conformance merge`: one report of the parts of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from conformance.command.parser import parser_of

_DESCRIPTION = """\
Makes one report of the parts that several machines ran with --shard, and writes it to DIR/report.json.
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance merge part-1/report.json part-2/report.json --output reports/merged
"""


def main(arguments: Sequence[str]) -> int:
    """Merge the reports, and give the exit status: 4 where they cannot be read, or are no parts of one run."""
    parser = parser_of("merge", _DESCRIPTION, _EXAMPLE)
    parser.add_argument("reports", nargs="+", metavar="REPORT", help="report.json of a part")
    parser.add_argument("--output", metavar="DIR", required=True, help="where the report goes")
    options = parser.parse_args(arguments)

    from conformance.command.reports import read_or_complain
    from conformance.report.document import write_document
    from conformance.report.merge import merge  # type: ignore[import-not-found,unused-ignore]
    from conformance.report.reading import ReportError  # type: ignore[import-not-found,unused-ignore]

    try:
        merged = merge(read_or_complain(parser, options.reports))
        write_document(Path(options.output) / "report.json", merged)
    except ReportError as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"--output {options.output}: {error.strerror}")
    return 0
