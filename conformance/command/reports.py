"""How the subcommands read reports and write what they make of them: what goes wrong is one line and status 4."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.command.parser import Parser
from conformance.report.reading import ReportError, read_report


def load_reports(parser: Parser, paths: Sequence[str]) -> list[Mapping[str, Any]]:
    """The reports, in their order. Ends the process where one cannot be read, or is not a report."""
    try:
        return [read_report(Path(path)) for path in paths]
    except ReportError as error:
        parser.error(str(error))


def write_output(parser: Parser, output: str | None, text: str, option: str = "--output") -> None:
    """Write the text to the file, or to the standard output. Ends the process where it cannot be written."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        parser.error(f"{option} {output}: {error.strerror}")
