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
_MOST_FAILURES_OF_LATE_READS = 4
_MOST_DOUBTS = 5


class Settling:
    """How long reads may lag: what the user says, or what is found out; safe to use from several threads."""

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds` is what the user says, None where that is nothing."""
        self._given = seconds
        self._longest = 0.0
        self._failures = 0
        self._doubts = 0
        self._has_been_probed = False
        self._lock = threading.Lock()

    @property
    def patience(self) -> float:
        """Seconds after a purchase for which reads are made again that do not show it.

        Reads that twice did not catch up, and never did, are wrong rather than late, and are not waited for; so are
        those that often did not, though they did at other times.
        """
        with self._lock:
            if self._given is not None:
                return self._given
            is_hopeless = self._failures >= (_MOST_FAILURES_OF_LATE_READS if self._longest else _MOST_FAILURES)
            return 0.0 if is_hopeless else max(FOUND_OUT_WITHIN, 3 * self._longest)

    @property
    def lags(self) -> bool:
        """Whether reads are known to lag, so that every purchase is waited for."""
        with self._lock:
            return bool(self._given or self._longest)

    @property
    def patience_with_refusals(self) -> float:
        """Seconds to look for a purchase whose answer was lost, and whose repeat was then refused.

        Reads may lag though nothing has shown it yet; once somebody has looked for that, or waited often for nothing,
        there is no waiting any more.
        """
        with self._lock:
            is_known = self._has_been_probed or self._doubts > _MOST_DOUBTS
        return 0.0 if is_known and not self.lags else self.patience

    @property
    def has_doubts(self) -> bool:
        """Whether a purchase whose answer was lost was looked for."""
        with self._lock:
            return self._doubts > 0

    def doubted(self) -> None:
        """A purchase whose answer was lost is looked for, as its repeat was refused."""
        with self._lock:
            self._doubts += 1

    def note_probed(self) -> None:
        """It was seen, in an account of its own, whether reads lag."""
        with self._lock:
            self._has_been_probed = True

    def caught_up(self, seconds: float) -> None:
        """Reads showed a purchase after so long, and not before."""
        with self._lock:
            self._longest = min(max(self._longest, seconds, 0.001), FOUND_OUT_WITHIN)

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
