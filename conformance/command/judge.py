"""`mediaconnect-conformance judge`: what was recorded, judged without sending anything."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.command.parser import Parser, parser_of

if TYPE_CHECKING:
    from conformance.results.gate import Gate
    from conformance.results.run import Run

_DESCRIPTION = """\
Judges recordings by every rule that can be judged from outside, and writes a report to ./reports/recording. Nothing is
sent. A file is HAR 1.2, a VCR cassette (YAML or JSON), CloudTrail as it is delivered to S3 or as lookup-events prints
it, or a report or saved case of this suite; what it is, its content tells. Of folders, every such file is judged.
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance judge session.har tests/cassettes

Exit statuses: 0 the gate is open, 1 it is closed, 3 nothing was judged, 4 a wrong command or a damaged file.
"""


def main(arguments: Sequence[str]) -> int:
    """Judge the files, write the report, and give the exit status."""
    from conformance.command.config import KEYS_OF_JUDGE, options_with_config

    parser = _parser()
    options = parser.parse_args(options_with_config(arguments, KEYS_OF_JUDGE, parser))

    from conformance.execution.recordings.recorded import RecordingError

    try:
        return _judge(options, parser)
    except RecordingError as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"--report-dir {options.report_dir}: {error.strerror}")


def _parser() -> Parser:
    parser = parser_of("judge", _DESCRIPTION, _EXAMPLE)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE_OR_DIR", help="a recording, or a folder of them")
    parser.add_argument("--account", default="", metavar="ID", help="the account, where the recording does not say")
    parser.add_argument("--region", default="", metavar="REGION", help="the Region, where the recording does not say")
    parser.add_argument(
        "--complete",
        action="store_true",
        help="each recording has all that happened in its accounts, which were empty before: more can be judged",
    )
    parser.add_argument("--report-dir", type=Path, default=Path("reports/recording"), metavar="DIR",
                        help="where the report goes (default: %(default)s)")  # fmt: skip
    parser.add_argument("--save-cases", type=Path, metavar="DIR", help="write the failing cases there too")
    parser.add_argument("--fail-on", choices=["must", "should"], default="must", help="(default: %(default)s)")
    parser.add_argument("--junit-xml", metavar="FILE", help="write a test case for each rule as JUnit XML")
    parser.add_argument("--baseline", metavar="FILE", help="TOML file of known failures, which do not close the gate")
    parser.add_argument("--require", metavar="FILE",
                        help="TOML file whose list `require` has the rules that must be judged")  # fmt: skip
    parser.add_argument("--settle", type=_seconds, default=0.0, metavar="SECONDS",
                        help="how long reads may lag behind a purchase: those within it are left aside")  # fmt: skip
    parser.add_argument("--write-baseline", metavar="FILE", help="write the failures as a baseline")
    parser.add_argument("--write-profile", metavar="FILE", help="write what was chosen where the documents leave it")
    parser.add_argument(
        "--expect-profile", metavar="FILE", help="fail where the target chose otherwise than this profile says"
    )
    parser.add_argument(
        "--redact", action="store_true", help="replace account numbers, identifiers and names in what is written"
    )
    parser.add_argument("--config", metavar="FILE",
                        help="file with defaults for --region, --baseline, --save-cases and --fail-on "
                        "(mediaconnect-conformance.toml)")  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def _seconds(text: str) -> float:
    """A number of seconds from 0 on. Raises ValueError."""
    seconds = float(text)
    if not 0 <= seconds <= 3_600:
        raise ValueError(text)
    return seconds


def _judge(options: Namespace, parser: Parser) -> int:
    from conformance.clock import monotonic, utc_now
    from conformance.execution.recordings.reading import Recordings, files_of
    from conformance.report.judged import PROFILE, facts_of, gate_of, run_of, save_cases, write_report
    from conformance.results.baseline import Baseline, BaselineError, baseline_of_file, with_required
    from conformance.results.choices import ChoiceProfile, ProfileError, profile_of_file
    from conformance.results.judgement import Judgement
    from conformance.results.run import Run
    from conformance.rules import Level

    try:
        baseline = baseline_of_file(options.baseline) if options.baseline else Baseline()
    except BaselineError as error:
        parser.error(f"--baseline {error}")
    try:
        baseline = with_required(baseline, options.require)
        expected = profile_of_file(options.expect_profile) if options.expect_profile else ChoiceProfile()
    except BaselineError as error:
        parser.error(f"--require {error}")
    except ProfileError as error:
        parser.error(f"--expect-profile {error}")
    began = monotonic()
    files = files_of(options.files)
    progress = _progress(sum(path.stat().st_size for path in files if path.exists()), quiet=options.quiet)
    recordings = Recordings(files, options.account, options.region, counting=progress.read)
    judgement = Judgement(options.complete, expected=expected, settle=options.settle, progress=progress.judged)
    run = Run(facts_of(recordings, judgement), PROFILE, "none", utc_now(), baseline, expected=expected)
    try:
        for session in recordings.sessions():
            judgement.judge(session)
    finally:
        progress.end()
    run = run_of(judgement, facts_of(recordings, judgement), run, redact=options.redact)
    save_cases(judgement, run, options.report_dir, options.save_cases)
    gate = gate_of(run, frozenset({Level.MUST, Level(options.fail_on)}))
    write_report(run, gate, options.report_dir, monotonic() - began)
    _write_files(run, gate, options, parser)
    _print(run, [f"report: {options.report_dir / 'report.html'}", gate.headline])
    return int(gate.status)


def _write_files(run: Run, gate: Gate, options: Namespace, parser: Parser) -> None:
    """Write what is asked for: JUnit XML, the baseline, the profile."""
    from conformance.command.reports import write_output
    from conformance.report.junit import junit_text
    from conformance.results.choices import profile_text

    if options.junit_xml:
        write_output(parser, options.junit_xml, junit_text(run, gate), "--junit-xml")
    if options.write_baseline:
        write_output(parser, options.write_baseline, run.new_baseline()[0], "--write-baseline")
    if options.write_profile:
        write_output(parser, options.write_profile, profile_text(run.results, run.target.name), "--write-profile")


def _print(run: Run, closing: Sequence[str]) -> None:
    from conformance.report.judged import counted_lines
    from conformance.report.terminal import summary_lines

    lines = (
        *run.target.found,
        "",
        *(line.text for line in summary_lines(run, whole=True)),
        "",
        "observations, by rule:",
        *counted_lines(run),
        "",
    )
    for line in (*lines, *closing):
        print(line)


class _Quiet:
    """Shows nothing."""

    def read(self, count: int) -> None:
        """So many more bytes were read."""

    def judged(self) -> None:
        """One more request was judged."""

    def end(self) -> None:
        """It is over."""


class _Bar(_Quiet):
    """One line on the terminal: how much of the files was read, and how many requests a second are judged."""

    def __init__(self, size: int, write: Callable[[str], object], now: Callable[[], float]) -> None:
        self._size, self._write, self._now = max(size, 1), write, now
        self._bytes = self._requests = 0
        self._began = self._shown = now()

    def read(self, count: int) -> None:
        self._bytes += count
        self._show()

    def judged(self) -> None:
        self._requests += 1
        if not self._requests % 500:
            self._show()

    def _show(self) -> None:
        now = self._now()
        if now - self._shown < 0.2:
            return
        self._shown = now
        rate = self._requests / max(now - self._began, 0.001)
        share = min(100, 100 * self._bytes // self._size)
        self._write(f"\r{share:3}% read, {self._requests:,} requests judged, {rate:,.0f} a second")

    def end(self) -> None:
        self._write("\r" + " " * 70 + "\r")


def _progress(size: int, *, quiet: bool) -> _Quiet:
    import sys

    from conformance.clock import monotonic

    if quiet or not sys.stderr.isatty():
        return _Quiet()

    def write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()

    return _Bar(size, write, monotonic)
