"""`mediaconnect-conformance run`: test a target, and write a report."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.command.parser import Parser, parser_of

_DESCRIPTION = """\
Tests a target, by default the embedded reference, and writes a report to ./reports/<target name>.

Options can be kept in the file mediaconnect-conformance.toml of the current folder (another one: --config FILE);
`run --show-config` prints which count, and where each comes from.
Beside the options below those of pytest work too (-k, -x, -q, --lf, --pdb, --junit-xml ...).
Settings, plugins and conftest.py of the current folder have no say; package.module:factory is looked for in it.
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance run --endpoint-url http://localhost:4566 --rule start-window

Exit statuses: 0 the gate is open, 1 it is closed, 2 interrupted, 3 not judged, 4 a wrong command, 5 no test selected.
"""


def main(arguments: Sequence[str]) -> int:
    """Run the conformance tests with these options, and give the exit status."""
    if {"-h", "--help"} & set(arguments):
        _parser().print_help()
        return 0

    from conformance.command.config import ConfigError, shown, with_config
    from conformance.command.suite import not_kept, run_suite

    complaint = not_kept(arguments)
    if complaint:
        parser_of("run", "", "").error(complaint)
    try:
        given, settings = with_config(arguments)
    except ConfigError as error:
        parser_of("run", "", "").error(f"--config {error}")
    if "--show-config" in given:
        print(shown(settings))
        return 0
    return run_suite(["--workers=auto", *given])


def _parser() -> Parser:
    """A parser for its help text alone: pytest reads the options."""
    from conformance.command_line import GROUP, add_options

    parser = parser_of("run", _DESCRIPTION, _EXAMPLE, usage="mediaconnect-conformance run [options]")
    add_options(parser.add_argument_group(GROUP).add_argument)
    return parser
