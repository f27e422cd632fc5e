"""What is known of a target's clock during a call: exactly where the suite sets it, within bounds on a wall clock."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Protocol

from conformance.clock import utc_now
from conformance.spec.calendar import SECOND, Interval

TOLERANCE = timedelta(seconds=5)
"""How far a wall clock may be from what its Date headers say; from ours, where it sends none, six times this."""


class TargetClock(Protocol):
    """The clock of the accounts of one case."""

    def now(self) -> datetime:
        """The best guess at the target's time, in UTC, to the second."""

    def during(self, sent: datetime, received: datetime) -> Interval:
        """The instants that the target's clock may have shown between two instants of ours."""


class SettableClock:
    """A clock that stands where the suite has set it."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def set(self, now: datetime) -> None:
        """From now on it stands here."""
        self._now = now

    def now(self) -> datetime:
        """Where it stands."""
        return self._now

    def during(self, sent: datetime, received: datetime) -> Interval:  # noqa: ARG002  (a standing clock knows)
        """The instant at which it stands."""
        return Interval(self._now, self._now)


class WallClock:
    """A clock that runs on its own, ahead of ours or behind, as its Date headers tell; learns from several threads.

    A Date header has whole seconds: the target's time, when it answered, was in [Date, Date + 1 s), and that was
    between sending and receiving. Each answer narrows the bounds; where they contradict each other, it has been moved.
    """

    def __init__(self) -> None:
        self._ahead: tuple[timedelta, timedelta] | None = None
        self._lock = threading.Lock()

    def learn(self, sent: datetime, received: datetime, headers: Mapping[str, str]) -> None:
        """Take the Date header of an answer into account; one that cannot be read is left aside."""
        text = next((value for name, value in headers.items() if name.lower() == "date"), None)
        date = read_date(text)
        if date is None:
            return
        least, most = date - received, date + SECOND - sent
        with self._lock:
            if self._ahead is not None:
                least, most = max(least, self._ahead[0]), min(most, self._ahead[1])
            self._ahead = (least, most) if least <= most else (date - received, date + SECOND - sent)

    @property
    def measured(self) -> tuple[timedelta, timedelta] | None:
        """How far the target's clock is ahead of ours by its Date headers; None where it sends none."""
        return self._ahead

    @property
    def bounds(self) -> tuple[timedelta, timedelta]:
        """How far the target's clock is ahead of ours, at least and at most."""
        ahead = self._ahead
        return (-6 * TOLERANCE, 6 * TOLERANCE) if ahead is None else (ahead[0] - TOLERANCE, ahead[1] + TOLERANCE)

    def now(self) -> datetime:
        """Our time moved by the middle of the bounds, to the second."""
        least, most = self.bounds
        return (utc_now() + (least + most) / 2).replace(microsecond=0)

    def during(self, sent: datetime, received: datetime) -> Interval:
        """From the earliest that it may have shown when sent to the latest when received."""
        least, most = self.bounds
        return Interval(sent + least, received + most)


@lru_cache(maxsize=256)
def read_date(text: str | None) -> datetime | None:
    """The instant of a Date header, in UTC; None for one that cannot be read, or that no clock shows."""
    date = parse_http_date(text or "")
    return date if date is not None and 1970 <= date.year < 9000 else None


def parse_http_date(text: str) -> datetime | None:
    """The instant of a date as headers have it (RFC 9110, 5.6.7), in UTC; None for what is none."""
    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
