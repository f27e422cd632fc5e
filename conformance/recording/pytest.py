"""A pytest plugin for other people's tests, loaded by `-p conformance.recording.pytest`.

The fixture `mediaconnect_recording` records the clients that it is given; where the test passes, what was recorded is
judged, and the test fails with the suite's own message where a rule at level must is broken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from conformance.recording.recorder import Recording, recording_into

_RECORDING = pytest.StashKey[tuple[ExitStack, Recording]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register --mediaconnect-recordings."""
    group = parser.getgroup("mediaconnect recording")
    group.addoption(
        "--mediaconnect-recordings", metavar="DIR", help="keep what the fixture mediaconnect_recording records there"
    )


@pytest.fixture
def mediaconnect_recording(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Recording]]:
    """Give `start(*clients_or_sessions, complete=False)`, to be called once, before the calls are made."""
    given = request.config.getoption("--mediaconnect-recordings")
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", request.node.nodeid).strip("-")
    file = Path(given) / f"{name}.har" if given else tmp_path / "mediaconnect.har"

    def start(*clients_or_sessions: Any, complete: bool = False) -> Recording:
        if _RECORDING in request.node.stash:
            raise pytest.UsageError("mediaconnect_recording is called once a test, with all clients at once")
        stack, recording = ExitStack(), Recording(file, complete=complete)
        stack.enter_context(recording_into(file, *clients_or_sessions))
        request.node.stash[_RECORDING] = stack, recording
        return recording

    yield start
    if _RECORDING in request.node.stash:
        request.node.stash[_RECORDING][0].close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Judge what a test that passed has recorded."""
    __tracebackhide__ = True
    result = yield
    if _RECORDING in item.stash:
        stack, recording = item.stash[_RECORDING]
        stack.close()
        recording.check()
    return result
