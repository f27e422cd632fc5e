"""Runs the conformance tests from any folder, with the options of pytest and of the suite."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.paths import conformance_tests

_INI = Path(__file__).with_name("suite.ini")


def pytest_arguments(options: Sequence[str]) -> list[str]:
    """What pytest is called with.

    Configuration and folder are named, so that no setting and no conftest.py of the user's own project has a say, and
    nothing is written there but what the options ask for.
    """
    tests = conformance_tests()
    return [
        *("-c", str(_INI), f"--rootdir={tests}", "--noconftest"),
        *("-p", "conformance.plugin", "-p", "no:cacheprovider"),
        *(str(tests), *options),
    ]


def run_suite(options: Sequence[str]) -> int:
    """Run the conformance tests in this process, and give the exit status.

    The current folder is on the path, behind all else, for `--target package.module:factory`. What Hypothesis would
    keep in the current folder, it keeps in a temporary one; the profile explore names its own for its examples.
    """
    import pytest

    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())
    with TemporaryDirectory(prefix="mediaconnect-conformance-") as scratch:
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", scratch)
        return int(pytest.main(pytest_arguments(options)))
