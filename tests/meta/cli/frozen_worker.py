"""A plugin for tests of the watch: it shortens the limits, and freezes workers where FREEZE says so.

FREEZE is `first words` (the process never answers execnet), `begin` (pytest never runs in it), `every` (so for each
worker), or `test` (in the middle of its first test). Only the first worker is frozen, but for `every`. With `leave` it
ends of itself before it has named its tests.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from conformance.plugin import worker_watch

_FREEZE = os.environ["FREEZE"]
worker_watch.BEGIN_SECONDS = float(os.environ["BEGIN_SECONDS"])
worker_watch.SILENT_SECONDS_WITHOUT_LIMIT = 25.0


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_setupnodes(specs: Sequence[Any]) -> None:
    """Let the first worker be a process that says nothing, once."""
    if _FREEZE == "first words":
        specs[0].python = f"{sys.executable} -m tests.meta.cli.silent_once {os.getpid()}"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Stop the process of a worker before it is told what to do."""
    if _FREEZE == "every" or (_FREEZE == "begin" and node.gateway.id == "gw0"):
        os.kill(node.gateway._io.popen.pid, signal.SIGSTOP)


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """End the session of the first worker, as a plugin does that cannot go on."""
    if _FREEZE == "leave" and os.environ.get("PYTEST_XDIST_WORKER") == "gw0":
        pytest.exit("there is no more room on the disk", 4)


def pytest_runtest_setup() -> None:
    """Stop this worker in the middle of a test, which may be one that is skipped."""
    if _FREEZE == "test" and os.environ.get("PYTEST_XDIST_WORKER") == "gw0":
        os.kill(os.getpid(), signal.SIGSTOP)
