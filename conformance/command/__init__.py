"""The command `mediaconnect-conformance`: a module a subcommand, imported when it is asked for.

Exit statuses are those of a run (`conformance.results.gate`); 4 is a wrong command, with one line that says why.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from conformance.command.parser import parser_of

SUBCOMMANDS = {
    "run": "test a target, and write a report",
    "probe": "find out what a target offers, and test nothing",
    "judge": "judge what was recorded, and send nothing",
    "replay": "play saved failing cases again",
    "rules": "list the rules",
    "explain": "explain a rule, with an exchange that keeps it and one that breaks it",
    "new-adapter": "write the skeleton of an adapter, with its test",
    "serve": "serve the reference, with the test control API",
    "compare": "set the reports of several targets side by side",
    "merge": "make one report of the parts of a run",
    "badge": "say in a badge for shields.io how a run ended",
}
"""Each subcommand with what it does; `conformance.command.<name>` has its `main`."""

_EXAMPLE = """\
Examples:
  mediaconnect-conformance run --endpoint-url http://localhost:4566
  mediaconnect-conformance serve --port 4566

Each subcommand has a help text of its own: mediaconnect-conformance run --help
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand with these arguments, by default those of the process, and give the exit status.

    Raises:
        SystemExit: with 0 after a help text, with 4 after a wrong argument.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in SUBCOMMANDS:
        subcommand = importlib.import_module(f"conformance.command.{given[0].replace('-', '_')}")
        return int(subcommand.main(given[1:]))
    listed = "\n".join(f"  {name:11} {what}" for name, what in SUBCOMMANDS.items())
    parser = parser_of(
        "", f"A conformance suite for the reservations of AWS MediaConnect.\n\nSubcommands:\n{listed}", _EXAMPLE
    )
    parser.add_argument("subcommand", choices=SUBCOMMANDS, metavar="SUBCOMMAND", help="one of those above")
    parser.add_argument("--version", action="version", version=_version())
    parser.parse_args(given)
    return 0


def _version() -> str:
    from conformance import __version__

    return f"mediaconnect-conformance {__version__}"
