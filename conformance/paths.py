"""Where the conformance tests are that belong to this code."""

from __future__ import annotations

from pathlib import Path


def conformance_tests() -> Path:
    """The folder of the conformance tests: `conformance/suite` where a wheel was installed, else the checkout's own."""
    package = Path(__file__).resolve().parent
    installed = package / "suite"
    return installed if installed.is_dir() else package.parent / "tests" / "conformance"
