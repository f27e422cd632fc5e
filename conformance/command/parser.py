"""How the subcommands read their arguments: with an example in each help text, and status 4 where one is wrong."""

from __future__ import annotations

import argparse
from typing import NoReturn

WRONG_COMMAND = 4
"""`ExitStatus.WRONG_COMMAND` of `conformance.results.gate`, which takes longer to import than a help text to print."""


class Parser(argparse.ArgumentParser):
    """A parser that complains in one line, with the status that the whole suite has for it."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and end the process."""
        self.exit(WRONG_COMMAND, f"{self.prog}: {message} ({self.prog} --help)\n")


def parser_of(subcommand: str, description: str, example: str, usage: str | None = None) -> Parser:
    """The parser of a subcommand; description and example are printed as they are."""
    return Parser(
        prog=f"mediaconnect-conformance {subcommand}".rstrip(),
        usage=usage,
        description=description,
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def tcp_port(text: str) -> int:
    """A TCP port, or 0. Raises argparse.ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a TCP port; expected a number up to 65535")
    return int(text)
