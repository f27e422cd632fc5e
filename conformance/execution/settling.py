"""Reads that lag behind a purchase: found out where a read does not show what was purchased, and waited for."""

from __future__ import annotations

import threading
from collections.abc import Sequence, Set

from conformance.spec.outcomes import Answered, Outcome, Refused, shown_items, text_of
from conformance.spec.reading import Reading
from conformance.spec.service import Operation

FOUND_OUT_WITHIN = 2.0
"""Seconds within which reads must catch up for their lag to be found out, where --settle says nothing."""

AGREEING = 3
"""How many reads in a row must show a purchase, as one of several replicas may lag."""

_MOST_FAILURES = 2


class Settling:
    """How long reads may lag: what the user says, or what is found out; safe to use from several threads."""

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds` is what the user says, None where that is nothing."""
        self._given = seconds
        self._longest = 0.0
        self._failures = 0
        self._lock = threading.Lock()

    @property
    def patience(self) -> float:
        """Seconds for which reads are made again that do not show what was purchased.

        Reads that twice did not catch up, and never did, are wrong rather than late, and are not waited for.
        """
        with self._lock:
            if self._given is not None:
                return self._given
            is_hopeless = self._failures >= _MOST_FAILURES and not self._longest
            return 0.0 if is_hopeless else max(FOUND_OUT_WITHIN, 3 * self._longest)

    @property
    def lags(self) -> bool:
        """Whether reads are known to lag, so that every purchase is waited for."""
        with self._lock:
            return bool(self._given or self._longest)

    def caught_up(self, seconds: float) -> None:
        """Reads showed a purchase after so long, and not before."""
        with self._lock:
            self._longest = max(self._longest, seconds, 0.001)

    def did_not_catch_up(self) -> None:
        """Reads did not show a purchase while they were waited for."""
        with self._lock:
            self._failures += 1

    @property
    def notes(self) -> tuple[str, ...]:
        """What the report says of it."""
        with self._lock:
            if self._given is not None or not self._longest:
                return ()
            return (f"reads: lag behind a purchase, by {self._longest:.1f} s or more; they are waited for (--settle)",)


def not_shown(reading: Reading, outcomes: Sequence[Outcome], purchased: Set[str]) -> frozenset[str]:
    """Which of these reservations (ARNs of the same account and Region) a read should have shown, and did not.

    `reading` is its first request, `outcomes` those of its pages. What does not show everything that there is, such as
    one page of several, has nothing missing.
    """
    if reading.operation is Operation.DESCRIBE_RESERVATION:
        is_missing = reading.arn in purchased and isinstance(outcomes[-1], Refused)
        return frozenset({reading.arn or ""} if is_missing else ())
    if reading.operation is not Operation.LIST_RESERVATIONS or reading.next_token is not None:
        return frozenset()
    pages = [one.members for one in outcomes if isinstance(one, Answered) and _has_list(one.body)]
    if len(pages) < len(outcomes) or text_of(pages[-1], "nextToken"):
        return frozenset()
    shown = {text_of(item, "reservationArn") for one in outcomes for item in shown_items(one, "reservations")}
    return frozenset(purchased - shown)


def _has_list(body: object) -> bool:
    """Whether it is a page of reservations; an empty list may be absent or null."""
    return isinstance(body, dict) and isinstance(body.get("reservations"), list | None)
