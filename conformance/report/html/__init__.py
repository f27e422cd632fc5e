"""The report of a run as a page for a browser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.report.document import write_whole
from conformance.report.html.page import page


def write_page(path: Path, report: Mapping[str, Any]) -> None:
    """Write the page of a report, in one go. Raises OSError."""
    write_whole(path, page(report))
