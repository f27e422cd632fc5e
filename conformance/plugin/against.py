"""`--against URL`: each case is played on a second target too, and where the two differ is told and saved.

The second target is an endpoint, or AWS with the credentials of the user; like the first it buys nothing that the
options do not allow, and both take their purchases from one ledger.
"""

from __future__ import annotations

from pathlib import Path

from conformance.cases.case import Case
from conformance.cases.case_json import size_of
from conformance.cases.reduction import reduce_case
from conformance.execution.calls import TimeIsUpError
from conformance.execution.play import OfferingsUnknownError
from conformance.execution.trace import Trace
from conformance.plugin.session import OpenTarget, open_target
from conformance.replay.fate import Fate, Replayed
from conformance.replay.folder import files_by_label, keep
from conformance.replay.saved_case import DIFFERENCE, SavedCase, saved_difference
from conformance.results.facts import TargetFacts
from conformance.results.run import Run
from conformance.results.side_by_side import Difference, SideBySide, first_difference
from conformance.targets.base import NotSetError, Target

_MOST_KINDS = 30
"""How many kinds of differences are kept: two targets that have nothing in common need not be told of each."""


class Against:
    """The second target of a run, opened beside the first; `found` is what came of it."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.found = SideBySide(str(target.endpoint_url or target.name))
        self._open: OpenTarget | None = None
        self._first: OpenTarget | None = None
        self._new: set[tuple[str, str]] = set()

    def open(self, first: OpenTarget) -> None:
        """Open it, and let both have no more than both offer. Raises TargetError."""
        self._first, self._open = first, open_target(self.target)
        first.settle_accounts()
        self._open.settle_accounts()
        both = first.target.capabilities & self.target.capabilities
        first.target.capabilities = self.target.capabilities = both

    def ask_until(self, until: float) -> None:
        """Ask it nothing after this time, on the clock of `monotonic`."""
        if self._open is not None:
            self._open.ask_until(until)

    def close(self) -> None:
        """Give it back."""
        if self._open is not None:
            self.target.close()
            self._open = None

    def play(self, mine: Trace) -> None:
        """Play the case of a trace there as well, and keep a difference of a kind that was not seen before.

        Raises:
            TargetError: it is gone.
        """
        difference = self._difference(mine)
        if difference is None or len(self.found.differences) >= _MOST_KINDS:
            return
        known = self.found.differences.get(difference.kind)
        if known is None or size_of(difference.case) < size_of(known.case):
            self.found.differences[difference.kind] = difference
            self._new.add(difference.kind)

    def _difference(self, mine: Trace) -> Difference | None:
        assert self._open is not None
        assert self._first is not None
        theirs = None if mine.case.is_concurrent else self._played(self._open, mine.case)
        if theirs is None:
            self.found.left_out += 1
            return None
        self.found.compared += 1
        return first_difference(mine, theirs)

    def _played(self, target: OpenTarget, case: Case) -> Trace | None:
        """The trace; None where the target cannot play the case, or only at another time than the first one does."""
        assert self._first is not None
        try:
            if target.driver.playable(case) != self._first.driver.playable(case):
                return None
            return target.driver.play(case)
        except (OfferingsUnknownError, NotSetError, TimeIsUpError):
            return None

    def simplify(self, folder: Path, facts: TargetFacts) -> None:
        """Make the cases of new differences simpler, and save them. Raises TargetError, and OSError."""
        for kind in sorted(self._new):
            simple = self._simplified(self.found.differences[kind])
            self.found.differences[kind] = simple
            keep(folder, saved_difference(simple, facts, self.found.other))
        if self._new:
            # The simplest is the first: one that was kept now may have given another its name.
            files = files_by_label(folder, DIFFERENCE)
            self.found.files = {
                kind: f"{folder.name}/{files[one.label].name}"
                for kind, one in self.found.differences.items()
                if one.label in files
            }
        self._new.clear()

    def _simplified(self, difference: Difference) -> Difference:
        assert self._first is not None
        assert self._open is not None
        first = self._first
        if first.target.counts_purchases or self.target.counts_purchases:
            return difference

        def shown_by(case: Case) -> Difference | None:
            mine, theirs = self._played(first, case), None
            if mine is not None and not case.is_concurrent:
                theirs = self._played(self._open, case) if self._open else None
            again = first_difference(mine, theirs) if mine and theirs else None
            return again if again is not None and again.kind == difference.kind else None

        return reduce_case(difference.case, shown_by) or difference

    def play_again(self, first: OpenTarget, saved: SavedCase) -> Replayed:
        """What has become of a saved difference. Raises TargetError."""
        if self._open is None:
            self.open(first)
        assert self._open is not None
        mine = self._played(first, saved.case)
        theirs = self._played(self._open, saved.case)
        if mine is None or theirs is None:
            return Replayed(Fate.NOT_TESTABLE, "the case cannot be played on both")
        again = first_difference(mine, theirs)
        return Replayed(Fate.FIXED) if again is None else Replayed(Fate.STILL_FAILS, again.problem)

    @staticmethod
    def pytest_conformance_finish(run: Run) -> str | None:
        """Tell what differs."""
        found = run.against
        if found is None:
            return None
        left_out = f", {found.left_out} could not be compared" if found.left_out else ""
        lines = [f"beside {found.other}: {found.compared} examples compared{left_out}"]
        for kind, one in found.differences.items():
            lines += [f"differs: {one.problem}", f"  case      {found.files.get(kind, 'not saved')}"]
        return "\n".join(lines)
