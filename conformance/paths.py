"""Where the conformance tests are that belong to this code, and where it may keep what lasts."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def conformance_tests() -> Path:
    """The folder of the conformance tests: `conformance/suite` where a wheel was installed, else the checkout's own."""
    package = Path(__file__).resolve().parent
    installed = package / "suite"
    return installed if installed.is_dir() else package.parent / "tests" / "conformance"


def cache_folder() -> Path:
    """The suite's part of the user's cache folder, by the custom of the system; it may not exist.

    Raises:
        RuntimeError: the user has no home.
    """
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        given = os.environ.get("XDG_CACHE_HOME", "")
        base = given if Path(given).is_absolute() else Path.home() / ".cache"
    return Path(base) / "mediaconnect-conformance"
