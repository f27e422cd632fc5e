"""How long a test may go on, and how it ends before Hypothesis has drawn all its examples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.cases.case import Case
from conformance.clock import monotonic
from conformance.targets.base import TargetError


class TestEndsError(KeyboardInterrupt):
    """A test ends here; the plugin makes it a plain end of the test, or of the run where the target is gone (`error`).

    To Hypothesis it is what Ctrl-C is: it stops at once, in whatever it does, and blames and stores nothing.
    """

    __test__ = False

    def __init__(self, error: TargetError | None = None) -> None:
        super().__init__(str(error or "the test ends here"))
        self.error = error


@dataclass(frozen=True)
class Allowance:
    """Until when, on the clock of `monotonic`, a test may play what; `reason` says why no longer."""

    explicit: Sequence[Case] = ()
    search_until: float = math.inf
    shrink_until: float = math.inf
    explicit_until: float = math.inf
    reason: str = ""

    def permits(self, case: Case, *, first: bool, failed: bool) -> bool:
        """Whether the case may be played: the `first` of its test or not, and after the test has `failed` or not."""
        now = monotonic()
        if now < self.search_until or (failed and now < self.shrink_until):
            return True
        return now < self.explicit_until and (case in self.explicit or (first and not self.explicit))
