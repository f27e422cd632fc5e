"""The one place where the suite reads the time, and waits: the real time, also while freezegun holds a mock's."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from freezegun import api as freezegun_api


def utc_now() -> datetime:
    """The real current time, aware and in UTC, to the microsecond."""
    return freezegun_api.real_datetime.fromtimestamp(freezegun_api.real_time(), tz=UTC)


def monotonic() -> float:
    """Seconds on a real clock that never goes back."""
    return freezegun_api.real_monotonic()


def computed() -> float:
    """Seconds of the processor that this process has used so far."""
    return time.process_time()


def computed_by_other_threads() -> float:
    """Seconds of the processor that this process has used so far, but for the thread that asks."""
    return time.process_time() - time.thread_time()


def wait(seconds: float) -> None:
    """Let `seconds` pass before a call is tried again; the target's state is never waited for with it alone."""
    time.sleep(seconds)
