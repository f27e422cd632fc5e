"""`mediaconnect-conformance merge`: one report of the parts of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from conformance.command.parser import parser_of

_DESCRIPTION = """\
Makes one report of the parts that several machines ran with --shard, judges it anew, and writes it to DIR, with the
saved cases that are beside the reports of the parts. The exit status is that of the whole run.
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance merge part-1/report.json part-2/report.json --output reports/merged
"""


def main(arguments: Sequence[str]) -> int:
    """Merge the reports, and give the gate's exit status: 4 where they cannot be read, or are not parts of one run."""
    parser = parser_of("merge", _DESCRIPTION, _EXAMPLE)
    parser.add_argument("reports", nargs="+", metavar="REPORT", help="report.json of a part")
    parser.add_argument("--output", metavar="DIR", required=True, help="where the report goes")
    parser.add_argument("--baseline", metavar="FILE", help="TOML file of known failures, which do not close the gate")
    parser.add_argument("--fail-on", choices=["must", "should"], default="must", help="(default: %(default)s)")
    options = parser.parse_args(arguments)

    from conformance.clock import utc_now
    from conformance.command.reports import load_reports
    from conformance.report.html import write_both
    from conformance.report.merge import copy_cases, merge
    from conformance.report.reading import ReportError
    from conformance.report.terminal import summary_lines
    from conformance.results.baseline import Baseline, BaselineError, baseline_of_file
    from conformance.rules import Level

    output = Path(options.output)
    closing = frozenset({Level.MUST, Level(options.fail_on)})
    try:
        baseline = baseline_of_file(options.baseline) if options.baseline else Baseline()
        merged = merge(load_reports(parser, options.reports), baseline=baseline, closing=closing)
        copy_cases(merged.run, [Path(report).parent for report in options.reports], output)
        write_both(output, merged.document())
    except (ReportError, BaselineError) as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"--output {options.output}: {error.strerror}")
    expiring = baseline.expiring(utc_now().date())
    print(
        *(line.text for line in summary_lines(merged.run, whole=True)),
        "",
        *expiring,
        f"report: {output / 'report.html'}",
        merged.gate.headline,
        sep="\n",
    )
    return int(merged.gate.status)
