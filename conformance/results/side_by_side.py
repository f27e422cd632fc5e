"""The same case on two targets: the first exchange in which they differ beyond identifiers.

ARNs and page tokens are identifiers, as long as each of the one target stands for one of the other; so are account
numbers, request ids, and what stands in members that no document names. On a wall clock the case is played at two
times, and instants may be as far apart. Concurrent calls are left out, as their order is chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby, zip_longest
from typing import Any

from conformance.cases.case import Case
from conformance.execution.trace import Trace
from conformance.results.message import format_call
from conformance.rules.choices_of_refusals import message_shape
from conformance.rules.history import follow
from conformance.rules.recorded_call import RecordedCall
from conformance.spec.calendar import parse_iso8601
from conformance.spec.outcomes import Answered, Faulted, FoundAfterwards, Lost, Outcome, Refused
from conformance.spec.plain_text import one_line
from conformance.spec.service import OFFERING_MEMBERS, RESERVATION_MEMBERS

_APART = timedelta(minutes=10)
_SHOWN = 120
MESSAGE = "message"


@dataclass(frozen=True)
class Difference:
    """What two targets answered to one call: `what` differs, and what each has; the case that shows it.

    `operation` and `what` tell kinds of differences apart. `call` and `other_call` are the calls, for people.
    """

    operation: str
    what: str
    mine: str
    theirs: str
    call: str
    other_call: str
    case: Case
    trace: Trace

    @property
    def kind(self) -> tuple[str, str]:
        """The operation, and what differs: of each kind one difference is told."""
        whole = self.what if self.what != "outcome" else f"outcome {self.mine} / {self.theirs}"
        return self.operation, whole

    @property
    def label(self) -> str:
        """Its kind as a text, by which its saved case is known."""
        return " ".join(self.kind)

    @property
    def is_of_words(self) -> bool:
        """Whether nothing but the text of a message differs, which binds nobody."""
        return self.what == MESSAGE

    @property
    def problem(self) -> str:
        """In one line."""
        return one_line(f"{self.operation}: {self.what} is {self.mine}, there {self.theirs}")


@dataclass
class SideBySide:
    """What came of playing each case on another target too: `differences` has one of each kind.

    `compared` counts the examples; those that could not be compared are in `left_out`. `files` has where the case of a
    kind was saved, beside the report.
    """

    other: str
    compared: int = 0
    left_out: int = 0
    differences: dict[tuple[str, str], Difference] = field(default_factory=dict)
    files: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def telling(self) -> tuple[Difference, ...]:
        """The differences that are not of words alone."""
        return tuple(one for one in self.differences.values() if not one.is_of_words)


@dataclass
class _Names:
    """Which name of the one target stands for which of the other."""

    theirs: dict[str, str] = field(default_factory=dict)
    mine: dict[str, str] = field(default_factory=dict)

    def are_alike(self, mine: str, theirs: str) -> bool:
        return self.theirs.setdefault(mine, theirs) == theirs and self.mine.setdefault(theirs, mine) == mine


def first_difference(mine: Trace, theirs: Trace) -> Difference | None:
    """The first call of a case to which two targets gave different answers; None where there is none.

    What comes after a call without a definite answer, or one that was not sent, tells nothing.
    """
    names = _Names()
    skipped = {step for trace in (mine, theirs) for step, _ in trace.skipped}
    pairs = _pairs(mine, theirs)
    for step, one, other in pairs:
        if step in skipped or mine.not_permitted or theirs.not_permitted:
            return None
        if one is None or other is None:
            return _of_walk(one, other, mine)
        if any(isinstance(call.outcome, Lost | Faulted) and not call.faulted for call in (one, other)):
            return None
        for what, own, there in _differences(one, other, names):
            return _difference(one, other, what, own, there, mine)
    return None


def _pairs(mine: Trace, theirs: Trace) -> Iterator[tuple[int, RecordedCall | None, RecordedCall | None]]:
    """The calls of the two that belong together, by step, in the order of the case."""
    by_step = [
        {step: list(calls) for step, calls in groupby(follow(trace).calls, key=lambda one: one.call.step_number)}
        for trace in (mine, theirs)
    ]
    for step in sorted({step for calls in by_step for step in calls}):
        for one, other in zip_longest(by_step[0].get(step, ()), by_step[1].get(step, ())):
            yield step, one, other


def _difference(one: RecordedCall, other: RecordedCall, what: str, mine: str, theirs: str, trace: Trace) -> Difference:
    calls = format_call(one, one), format_call(other, other)
    return Difference(str(one.operation), what, mine[:_SHOWN], theirs[:_SHOWN], *calls, trace.case, trace)


def _of_walk(one: RecordedCall | None, other: RecordedCall | None, trace: Trace) -> Difference:
    """One target has a page more than the other."""
    made = one or other
    assert made is not None
    mine, theirs = ("one page more", "no such page") if one else ("no such page", "one page more")
    return _difference(made, made, "the number of pages", mine, theirs, trace)


def _differences(one: RecordedCall, other: RecordedCall, names: _Names) -> Iterator[tuple[str, str, str]]:
    mine, theirs = one.outcome, other.outcome
    exact = one.now.exact and other.now.exact
    if isinstance(mine, Answered) and isinstance(theirs, Answered):
        if mine.status != theirs.status:
            yield "status", str(mine.status), str(theirs.status)
        yield from _of_values(mine.body, theirs.body, "body", names, exact=exact)
        return
    if isinstance(mine, FoundAfterwards) and isinstance(theirs, FoundAfterwards):
        yield from _of_values(mine.reservation, theirs.reservation, "reservation", names, exact=exact)
        return
    shown = [_format_outcome(outcome) for outcome in (mine, theirs)]
    if shown[0] != shown[1]:
        yield "outcome", shown[0], shown[1]
    elif isinstance(mine, Refused) and isinstance(theirs, Refused):
        texts = message_shape(mine.message, one), message_shape(theirs.message, other)
        if texts[0] != texts[1]:
            yield MESSAGE, repr(texts[0]), repr(texts[1])


def _format_outcome(outcome: Outcome) -> str:
    """Such as `201`, `400 BadRequestException`."""
    if isinstance(outcome, FoundAfterwards):
        return "no whole answer, and a reservation"
    return str(outcome.status) if isinstance(outcome, Answered) else str(outcome)


def _of_values(mine: Any, theirs: Any, where: str, names: _Names, *, exact: bool) -> Iterator[tuple[str, str, str]]:
    """Where two JSON values differ, each place by its path without the numbers of items."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        for name in sorted({*mine, *theirs}):
            inside = f"{where}.{name}"
            if name not in mine or name not in theirs:
                if not _OF_THE_REQUEST.search(name):
                    yield inside, "there" if name in mine else "missing", "there" if name in theirs else "missing"
            elif name in _DOCUMENTED or where.endswith("resourceSpecification"):
                yield from _of_values(mine[name], theirs[name], inside, names, exact=exact)
    elif isinstance(mine, list) and isinstance(theirs, list):
        if len(mine) != len(theirs):
            yield where, _count(mine), _count(theirs)
        for one, other in zip(mine, theirs, strict=False):
            yield from _of_values(one, other, where, names, exact=exact)
    elif not _are_alike(mine, theirs, where.rpartition(".")[2], names, exact=exact):
        yield where, repr(mine), repr(theirs)


def _count(items: list[Any]) -> str:
    return "1 item" if len(items) == 1 else f"{len(items)} items"


def _are_alike(mine: Any, theirs: Any, member: str, names: _Names, *, exact: bool) -> bool:
    if isinstance(mine, str) and isinstance(theirs, str):
        if member in _IDENTIFIERS:
            return names.are_alike(mine, theirs)
        if not exact and member in _TIMES:
            one, other = parse_iso8601(mine), parse_iso8601(theirs)
            return mine == theirs or (one is not None and other is not None and abs(one - other) <= _APART)
    return type(mine) is type(theirs) and bool(mine == theirs)


_IDENTIFIERS = frozenset({"offeringArn", "reservationArn", "nextToken"})
_TIMES = frozenset({"start", "end"})
_DOCUMENTED = frozenset(
    {*OFFERING_MEMBERS, *RESERVATION_MEMBERS, "offering", "offerings", "reservation", "reservations", "nextToken"}
)
_OF_THE_REQUEST = re.compile(r"(request|trace|correlation|amzn?)[-_]?id", re.IGNORECASE)
