"""From entries to the calls of a trace: attempts of one call are put together, and what ran at the same time is marked.

All of one account, in the order of time. What is held back is bounded: retry loops that go on, and calls that overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from conformance.execution.answers import outcome_of
from conformance.execution.client import AttemptResult
from conformance.execution.recordings.recorded import Recorded
from conformance.execution.trace import Call
from conformance.spec.outcomes import Answered, Faulted, Lost, Outcome, Refused
from conformance.spec.service import THROTTLED

_LONGEST_PAUSE = 60.0
"""Seconds between two attempts at one call, at most."""
_MOST_AT_ONCE = 16
"""How many calls that overlap are judged; of more, only some."""
_RESOLUTION = 0.001
"""Seconds to which recorders write times: calls that overlap by no more follow each other."""
_MOST_OPEN = 200
"""How many calls wait for one that they overlap, which bounds the memory."""
_MOST_FAULTS = 100
"""How many requests that drew a fault are remembered, which bounds the memory."""
_PERSISTENT = 3
"""How many times a request must draw a fault, others answered in between, before the fault is its own."""


@dataclass
class CallMaker:
    """Makes the calls of one account. `lost_track` tells that purchases were left aside, as too many overlapped."""

    lost_track: bool = False
    left_aside: int = 0
    _pending: dict[str, list[Recorded]] = field(default_factory=dict)
    _open: list[Call] = field(default_factory=list)
    _horizon: float = float("-inf")
    _faults: dict[tuple[str, str, bytes], tuple[int, int]] = field(default_factory=dict)
    _answers: dict[str, int] = field(default_factory=dict)

    def add(self, recorded: Recorded) -> list[Call]:
        """Take an entry in, and give the calls that are complete by now, in the order of their ends."""
        self._end_loops_before(recorded.began - _LONGEST_PAUSE)
        ready: list[Call] = []
        if self._open and recorded.began > self._horizon - _RESOLUTION and recorded.invocation not in self._pending:
            if len(self._open) > _MOST_OPEN:
                self._end_loops_before(float("inf"))
            if not self._pending:
                ready = self._release()
        if recorded.invocation:
            attempts = self._pending.setdefault(recorded.invocation, [])
            attempts.append(recorded)
            if _is_definite(recorded):
                self._close(self._pending.pop(recorded.invocation))
        else:
            self._close([recorded])
        return ready

    def before(self, began: float) -> list[Call]:
        """The calls that nothing which begins then, or later, can belong to or overlap."""
        self._end_loops_before(began - _LONGEST_PAUSE)
        return self._release() if self._open and not self._pending and began > self._horizon - _RESOLUTION else []

    @property
    def holds_until(self) -> float:
        """The time after which `before` gives calls, or ends a retry loop; infinity where none are held back."""
        if self._pending:
            return min(attempts[-1].ended for attempts in self._pending.values()) + _LONGEST_PAUSE
        return self._horizon - _RESOLUTION if self._open else float("inf")

    def flush(self) -> list[Call]:
        """The calls that are left, at the end of the recording, or before something that changes everything."""
        self._end_loops_before(float("inf"))
        return self._release()

    def _end_loops_before(self, time: float) -> None:
        """Retry loops whose last attempt is that old do not go on."""
        if self._pending:
            for invocation in [key for key, attempts in self._pending.items() if attempts[-1].ended < time]:
                self._close(self._pending.pop(invocation))

    def _close(self, attempts: list[Recorded]) -> None:
        call = Call(
            tuple(one.exchange for one in attempts),
            self._outcome(attempts),
            attempts[0].now.through(attempts[-1].now) if len(attempts) > 1 else attempts[0].now,
            attempts[0].began,
            attempts[-1].ended,
        )
        self._open.append(call)
        self._horizon = max(self._horizon, call.ended)

    def _outcome(self, attempts: list[Recorded]) -> Outcome:
        last = attempts[-1]
        exchange = last.exchange
        key = exchange.method, exchange.url, exchange.request_body
        outcome = outcome_of(AttemptResult(exchange, last.code, last.message))
        if outcome is None:
            return self._unsettled(attempts, key)
        self._answers[exchange.method] = self._answers.get(exchange.method, 0) + 1
        self._faults.pop(key, None)
        if isinstance(outcome, Answered) and not last.has_answer:
            return Lost("the recording does not keep the answer")
        doubtful = exchange.method == "POST" and any(_may_have_bought(one) for one in attempts[:-1])
        if isinstance(outcome, Refused) and doubtful:
            return Lost("an earlier attempt was not answered, and may have taken effect")
        return outcome

    def _unsettled(self, attempts: list[Recorded], key: tuple[str, str, bytes]) -> Outcome:
        """Throttled, a fault that neither time nor other requests cleared, or nothing that is known."""
        last = attempts[-1].exchange
        if all(one.exchange.status == 429 or not _may_have_bought(one) for one in attempts):
            return Faulted(429, attempts[-1].code)
        if last.status is None or last.status < 500:
            return Lost(last.error or "the answer is not whole")
        before, answers = self._faults.get(key, (0, self._answers.get(last.method, 0)))
        times = before + len(attempts)
        if len(self._faults) >= _MOST_FAULTS:
            self._faults.pop(next(iter(self._faults)))
        self._faults[key] = times, answers
        if before and times >= _PERSISTENT and self._answers.get(last.method, 0) > answers:
            return Faulted(last.status, attempts[-1].code)
        return Lost(f"answered with {last.status}")

    def _release(self) -> list[Call]:
        calls, self._open, self._horizon = self._open, [], float("-inf")
        if len(calls) == 1:
            return calls
        calls.sort(key=lambda call: call.began)
        return [call for group in _overlapping(calls) for call in self._marked(group)]

    def _marked(self, group: list[Call]) -> list[Call]:
        if len(group) == 1 or not any(call.request.method == "POST" for call in group):
            return sorted(group, key=lambda call: call.ended)
        if len(group) > _MOST_AT_ONCE:
            group = self._fewer(group)
        return sorted((replace(call, concurrent=True) for call in group), key=lambda call: call.ended)

    def _fewer(self, group: list[Call]) -> list[Call]:
        """Of too many calls at once the purchases, those first that succeeded."""
        purchases = [call for call in group if call.request.method == "POST"]
        kept = sorted(purchases, key=lambda call: not call.accepted)[:_MOST_AT_ONCE]
        self.left_aside += len(group) - len(kept)
        self.lost_track = self.lost_track or any(
            not isinstance(call.outcome, Refused) for call in purchases[len(kept) :]
        )
        return kept


def _is_definite(recorded: Recorded) -> bool:
    status = recorded.exchange.status
    return (
        status is not None and outcome_of(AttemptResult(recorded.exchange, recorded.code, recorded.message)) is not None
    )


def _may_have_bought(recorded: Recorded) -> bool:
    """Whether an attempt without a definite answer may have taken effect: one that was throttled has not."""
    status = recorded.exchange.status
    throttled = status == 429 or recorded.code in THROTTLED
    return not throttled and (status is None or status >= 500 or status < 300)


def _overlapping(calls: list[Call]) -> Iterator[list[Call]]:
    """Groups of calls that overlap in time, in the order in which they began."""
    group: list[Call] = []
    horizon = float("-inf")
    for call in calls:
        if group and call.began > horizon - _RESOLUTION:
            yield group
            group = []
        group.append(call)
        horizon = max(horizon, call.ended) if len(group) > 1 else call.ended
    if group:
        yield group
