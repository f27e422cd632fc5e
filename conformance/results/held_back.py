"""Which accounts of a recording hold calls back, in the order of the times from which they need not."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from math import inf


class HeldBack:
    """Accounts by the time from which nothing that begins can belong to the calls that they hold back."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, str]] = []
        self._time_of: dict[str, float] = {}

    def note(self, account: str, time: float) -> None:
        """The account holds calls back up to this time, infinity where it holds none."""
        if time < self._time_of.get(account, inf):
            self._time_of[account] = time
            heapq.heappush(self._heap, (time, account))

    def before(self, began: float) -> Iterator[str]:
        """The accounts whose time is before this one, each once; they are to be noted anew if they still hold calls."""
        while self._heap and self._heap[0][0] < began:
            time, account = heapq.heappop(self._heap)
            if self._time_of.get(account) == time:
                del self._time_of[account]
                yield account
