"""Connections that are kept alive, and servers that serve one of them at a time.

Such a server does not look at a connection before another one is closed, however long that has been idle. So where an
answer does not come at once, the idle connections of this process are closed. Where that brings the answer, every
connection to that server is closed after its answer from then on.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from queue import Empty, Full
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

from botocore.httpsession import URLLib3Session

from conformance.clock import monotonic

LATE_SECONDS = 1.0
"""After how long an answer is late, so that idle connections may be what it waits for."""

_AT_ONCE_SECONDS = 0.5

_sessions: WeakSet[URLLib3Session] = WeakSet()
_one_at_a_time: set[str] = set()
_lock = threading.Lock()


def keep(session: URLLib3Session) -> None:
    """Its idle connections may be closed from now on."""
    with _lock:
        _sessions.add(session)


def close_idle_connections() -> None:
    """Close every connection of this process that waits for its next request; safe to call from any thread."""
    with _lock:
        sessions = list(_sessions)
    for session in sessions:
        _close_idle(session)


class AwaitedAnswer:
    """One request whose answer is waited for."""

    def __init__(self, session: URLLib3Session, url: str) -> None:
        self._session, self._host = session, urlsplit(url).netloc
        self._closed_at: float | None = None

    def note_late(self) -> None:
        """The answer has not come within LATE_SECONDS."""
        close_idle_connections()
        self._closed_at = monotonic()

    def note_arrived(self) -> None:
        """The answer has come: learn from it how many connections the server serves, and keep none where it is one."""
        if self._closed_at is not None and monotonic() - self._closed_at < _AT_ONCE_SECONDS:
            _one_at_a_time.add(self._host)
        if self._host in _one_at_a_time:
            _close_idle(self._session)


def _close_idle(session: Any) -> None:
    """A pool that is closed as a whole fails the requests that are about to take a connection from it."""
    managers: list[Any] = [session._manager, *session._proxy_managers.values()]
    for pools in (manager.pools for manager in managers):
        for key in pools.keys():  # noqa: SIM118  (urllib3's container cannot be iterated otherwise)
            with suppress(KeyError):
                _drain(pools[key].pool)


def _drain(queue: Any) -> None:
    """Close what waits in a pool, which has None for each connection that it may still make."""
    waiting = []
    with suppress(Empty):
        while True:
            waiting.append(queue.get(block=False))
    for connection in waiting:
        if connection is not None:
            connection.close()
        with suppress(Full):
            queue.put(None, block=False)
