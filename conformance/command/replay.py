"""`mediaconnect-conformance replay`: saved failing cases, played again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from conformance.command.parser import parser_of

_DESCRIPTION = """\
Plays saved cases again, without Hypothesis, and says of each whether it still fails, is fixed, fails otherwise, or is
not testable here. Files and folders come first; behind them the options of `run` name the target. Those that are not
given are read from mediaconnect-conformance.toml (another file: --config FILE).
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance replay reports/endpoint-localhost-4566/cases --endpoint-url http://localhost:4566

Exit statuses: 0 where nothing fails, 1 where something does, 3 where the target is gone, 4 where a file is not
a case.
"""


def main(arguments: Sequence[str]) -> int:
    """Replay the files and folders before the options, and give the exit status."""
    parser = parser_of(
        "replay", _DESCRIPTION, _EXAMPLE, usage="mediaconnect-conformance replay FILE_OR_DIR... [options]"
    )
    if {"-h", "--help"} & set(arguments):
        parser.print_help()
        return 0
    paths = list(takewhile(lambda argument: not argument.startswith("-"), arguments))
    if not paths:
        parser.error("a file or a folder of saved cases must come first")

    from conformance.command.config import KEYS_OF_REPLAY, options_with_config
    from conformance.command.suite import run_suite

    given = options_with_config(arguments[len(paths) :], KEYS_OF_REPLAY, parser)
    return run_suite([*(f"--replay={path}" for path in paths), *given])
