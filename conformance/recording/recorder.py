"""The context manager that records a boto3 client, or every client of a session."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conformance.clock import utc_now
from conformance.recording.har_file import HarFile, Reply
from conformance.results.failure import Failure

_BEFORE, _AFTER = "before-send.mediaconnect", "response-received.mediaconnect"


class RecordingBreaksRulesError(AssertionError):
    """What was recorded breaks rules; the message is the suite's own."""


class Recording:
    """Traffic that was recorded into `file`."""

    def __init__(self, file: Path, *, complete: bool) -> None:
        self.file = file
        self._complete = complete

    def failures(self) -> list[Failure]:
        """What is wrong with it, by rules at level must, the simplest of each; none where nothing is.

        Raises:
            RecordingError: the file has been damaged meanwhile.
        """
        from conformance.execution.recordings.reading import Recordings
        from conformance.results.judgement import Judgement
        from conformance.results.verdicts import proven_failures
        from conformance.rules import RULES, Level

        judgement = Judgement(self._complete)
        for session in Recordings([self.file]).sessions():
            judgement.judge(session)
        judgement.finish()
        found = proven_failures(judgement.results)
        return [failures[0] for rule, failures in found.items() if failures and RULES[rule].level is Level.MUST]

    def check(self) -> None:
        """Judge it. Raises RecordingBreaksRulesError where a rule at level must is broken."""
        __tracebackhide__ = True
        failures = self.failures()
        if failures:
            raise RecordingBreaksRulesError("\n".join(failure.message for failure in failures))


@contextmanager
def record(
    client_or_session: Any, file: Path | str, *, judge: bool = False, complete: bool = False
) -> Iterator[Recording]:
    """Record what a boto3 client, or each client that a session makes from now on, asks of MediaConnect.

    The HAR file is written as the calls are made, without signatures and tokens. With `judge` it is judged at the end
    of the block, unless that ends with an exception. `complete` says that the account was empty at the beginning and
    that nothing but this client acts in it: then more can be judged.

    Raises:
        OSError: the file cannot be written.
        RecordingBreaksRulesError: with `judge`, where a rule at level must is broken.
        TypeError: it is neither a client nor a session.
    """
    __tracebackhide__ = True
    recording = Recording(Path(file), complete=complete)
    with recording_into(recording.file, client_or_session):
        yield recording
    if judge:
        recording.check()


@contextmanager
def recording_into(file: Path, *clients_or_sessions: Any) -> Iterator[None]:
    """Write into a file for the length of a block, and end it. Raises as `record`."""
    events = [_events_of(one) for one in clients_or_sessions]
    har = HarFile(file)
    hooks = [_Hooks(har, one) for one in events]
    try:
        yield
    finally:
        for one in hooks:
            one.remove()
        har.close()


class _Hooks:
    """What listens to one client or session."""

    def __init__(self, har: HarFile, events: Any) -> None:
        self._har, self._events = har, events
        self._sending = threading.local()
        events.register_first(_BEFORE, self._before)
        events.register_first(_AFTER, self._after)

    def remove(self) -> None:
        """Listen no more; clients that a session made meanwhile keep the hooks, for which the file is closed then."""
        self._events.unregister(_BEFORE, self._before)
        self._events.unregister(_AFTER, self._after)

    def _before(self, request: Any, **_: object) -> None:
        self._sending.request, self._sending.since = request, utc_now()

    def _after(self, response_dict: Any, **_: object) -> None:
        """Each attempt comes by here, answered or not."""
        request: Any = getattr(self._sending, "request", None)
        if request is None:
            return
        self._sending.request = None
        reply = Reply(self._sending.since, utc_now())
        if response_dict:
            headers = {str(name): str(value) for name, value in response_dict["headers"].items()}
            body = response_dict["body"] if isinstance(response_dict["body"], bytes) else b""
            reply = Reply(reply.sent, reply.received, int(response_dict["status_code"]), headers, body)
        self._har.add(request, reply)


def _events_of(client_or_session: Any) -> Any:
    """The event emitter of a client, a boto3 session, or a botocore session. Raises TypeError for anything else."""
    meta = getattr(client_or_session, "meta", None)
    if meta is not None and hasattr(meta, "events"):
        return meta.events
    if hasattr(client_or_session, "events"):
        return client_or_session.events
    if hasattr(client_or_session, "get_component"):
        return client_or_session.get_component("event_emitter")
    raise TypeError(f"{type(client_or_session).__name__} is not a client or session of boto3 or botocore")
