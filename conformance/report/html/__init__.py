"""The report of a run as a page for a browser."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from conformance.report.document import write_document, write_whole
from conformance.report.html.page import files_of, page

_LARGEST_FILE = 256 * 1024
"""Bytes; a larger file is linked alone, so that the page can still be sent by mail."""


def write_both(directory: Path, report: Mapping[str, Any]) -> None:
    """Write report.json and report.html. Raises OSError."""
    write_document(directory / "report.json", report)
    write_page(directory / "report.html", report)


def write_page(path: Path, report: Mapping[str, Any]) -> None:
    """Write the page of a report, in one go, with the saved cases that lie beside it. Raises OSError."""
    write_whole(path, page(report, _contents(path.parent, report)))


def _contents(folder: Path, report: Mapping[str, Any]) -> dict[str, str]:
    """The text of each file that the page offers, by its name in the report."""
    contents = {}
    for name in files_of(report):
        file = folder / name
        with suppress(OSError, UnicodeDecodeError):
            if file.stat().st_size <= _LARGEST_FILE:
                contents[name] = file.read_text(encoding="utf-8")
    return contents
