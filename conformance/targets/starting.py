"""Waiting for a target that is starting: nothing listens there yet, or what does is not ready."""

from __future__ import annotations

import json
from dataclasses import dataclass
from statistics import median
from typing import Any

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ReadTimeoutError

from conformance.clock import monotonic, wait
from conformance.targets.http import FIRST_CONTACT_SECONDS, HttpSender

OUT_OF_SERVICE = frozenset({429, 502, 503, 504})
"""The statuses of a service that is starting, down or busy."""

_QUICK_READ_SECONDS = 3
"""How long one quick read waits for an answer."""
_MEASURED = 3
"""How many answers are measured for their median."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds between two quick reads: twice as many each time."""

_NO_TLS = ("WRONG_VERSION_NUMBER", "wrong version number", "CERTIFICATE_VERIFY_FAILED")
_NO_HOST = ("Name or service not known", "nodename nor servname", "No address associated", "getaddrinfo failed")


def is_hopeless(error: object) -> bool:
    """Whether waiting does not help against this error: a host without an address, or another protocol."""
    return any(text in str(error) for text in (*_NO_TLS, *_NO_HOST))


@dataclass(frozen=True, slots=True)
class _QuickRead:
    """What one quick read has seen."""

    is_up: bool = False
    value: Any = None
    is_hopeless: bool = False
    is_silent: bool = False


class QuickReads:
    """Quick reads of a target of which nothing is known yet; each waits for it for as long as there is time left."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._sender = HttpSender(_QUICK_READ_SECONDS, _QUICK_READ_SECONDS)
        self._until: float | None = None

    def begin(self) -> None:
        """Let the time run, where it does not yet."""
        if self._until is None:
            self._until = monotonic() + self._seconds

    @property
    def seconds_left(self) -> float:
        """What remains of the time; all of it before the first read."""
        return self._seconds if self._until is None else max(0.0, self._until - monotonic())

    def json_at(self, url: str, other: str) -> object:
        """The JSON value that a GET request draws with a success; None for any other answer, or for none in time.

        Whether the target is up is seen at `other` as well, as a router may answer any path in its own way.
        """
        self.begin()
        pause = _FIRST_PAUSE
        while True:
            found = self._get(url)
            if found.is_up:
                return found.value
            if self._get(other).is_up:
                return self._get(url).value
            if found.is_hopeless or not self.seconds_left:
                return None
            if found.is_silent and self.seconds_left <= FIRST_CONTACT_SECONDS + _QUICK_READ_SECONDS:
                return None  # the rest of the time is for one long read of a target that may be slow
            wait(min(pause, self.seconds_left))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def seconds_of_an_answer(self, url: str) -> float | None:
        """How long a GET request takes, in the median of a few; None where the target is silent, or not up."""
        durations: list[float] = []
        for _ in range(_MEASURED):
            began = monotonic()
            seen = self._get(url)
            if seen.is_silent:
                return None
            if seen.is_up:
                durations.append(monotonic() - began)
        return median(durations) if durations else None

    def _get(self, url: str) -> _QuickRead:
        try:
            response = self._sender.send(AWSRequest("GET", url).prepare())
        except ReadTimeoutError:
            return _QuickRead(is_silent=True)
        except (BotoCoreError, OSError, ValueError) as error:
            return _QuickRead(is_hopeless=is_hopeless(error))
        try:
            value = json.loads(response.content) if 200 <= response.status_code < 300 else None
        except (ValueError, RecursionError):
            value = None
        return _QuickRead(response.status_code not in OUT_OF_SERVICE, value)
