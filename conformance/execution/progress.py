"""What a run knows of its target by now, shared by all its threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from conformance.execution.trace import Exchange
from conformance.spec.service import Operation


@dataclass
class Progress:
    """The exchanges of a run so far, and the faults that it confirmed.

    `broken_off` are the successful purchases in a row whose answers broke off; `outages` those in a row that did not
    end while they were waited for.
    """

    exchanges: int = 0
    answered: bool = False
    broken_off: int = 0
    outages: int = 0
    _confirmed_faults: set[tuple[Operation, int]] = field(default_factory=set)
    _long_pages: dict[Operation, bool] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    def count(self, exchange: Exchange, *, in_service: bool) -> None:
        """Count one exchange."""
        with self._lock:
            self.exchanges += 1
            self.answered |= exchange.status is not None
            if in_service:
                self.outages = 0

    def is_confirmed(self, operation: Operation, status: int | None) -> bool:
        """Whether this fault of an operation was confirmed before."""
        with self._lock:
            return (operation, status) in self._confirmed_faults

    def confirm(self, operation: Operation, status: int) -> None:
        """This fault of an operation is the target's own."""
        with self._lock:
            self._confirmed_faults.add((operation, status))

    def has_long_pages(self, operation: Operation) -> bool | None:
        """Whether the longest pages of a list show what plain ones show; None where that was not tried."""
        with self._lock:
            return self._long_pages.get(operation)

    def tried_long_pages(self, operation: Operation, *, alike: bool) -> None:
        """The longest pages of a list were tried, and showed the same as plain ones, or not."""
        with self._lock:
            self._long_pages[operation] = alike

    def broke_off(self) -> int:
        """One more answer to a successful purchase broke off; how many by now."""
        with self._lock:
            self.broken_off += 1
            return self.broken_off

    def came_whole(self) -> None:
        """The answer to a purchase came whole."""
        with self._lock:
            self.broken_off = 0

    def outlasted(self) -> int:
        """One more outage did not end in time; how many by now."""
        with self._lock:
            self.outages += 1
            return self.outages
