"""The attempts at one call: how often, with what pauses, and what they came to where none was definite.

A fault is the target's own only where a plain request beside it is answered; where that draws a fault too, the target
is out of service, and is waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from conformance.cases.request_change import PLAIN, RequestChange
from conformance.clock import monotonic, wait
from conformance.execution.answers import error_type, header, is_out_of_service, is_silence, is_success
from conformance.execution.client import AttemptResult
from conformance.execution.progress import Progress
from conformance.execution.trace import Exchange
from conformance.spec.calendar import Interval
from conformance.spec.outcomes import Answered, Faulted, Lost, Outcome
from conformance.spec.service import Operation
from conformance.targets.base import Account
from conformance.targets.clocks import TargetClock, WallClock, parse_http_date
from conformance.targets.http import PATIENCE, TRIES

_LONGEST_PAUSE = 0.4
_LONGEST_ASKED, _LONGEST_ASKED_AT_ONCE = 5.0, 0.05
_TRIES_OF_A_CONFIRMED_FAULT = 3


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call is tried: `tries` times in `seconds`, but `least` times in any case.

    At the `first_contact` nothing is known of the target yet, so that nothing is asked beside it.
    """

    tries: int = TRIES
    seconds: float = PATIENCE
    least: int = 1
    first_contact: bool = False


@dataclass(frozen=True, slots=True)
class CallResult:
    """A call made to the end."""

    exchanges: tuple[Exchange, ...]
    outcome: Outcome
    now: Interval
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, and of whom."""

    operation: Operation
    account: Account
    region: str
    parameters: Mapping[str, str]
    change: RequestChange = PLAIN


class Asking(Protocol):
    """Who makes the attempts, knows how the run goes, and looks beside them whether the target is in service."""

    progress: Progress

    def attempt(self, asked: Asked) -> AttemptResult:
        """Make one attempt."""

    def ask_beside(self, asked: Asked) -> list[Exchange]:
        """Plain requests in the same account, up to the first that is answered."""

    def outlast(self, asked: Asked) -> bool:
        """Wait until a plain request is answered; False where none is in time."""


class Waiting:
    """Pauses that grow, until `seconds` of them are over, or have passed by the clock."""

    def __init__(self, seconds: float, pause: float = 0.1, longest: float = 1.0) -> None:
        self._seconds, self._pause, self._longest = seconds, pause, longest
        self._began, self._paused = monotonic(), 0.0

    @property
    def elapsed(self) -> float:
        """The seconds that have passed, or were meant to."""
        return max(monotonic() - self._began, self._paused)

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return self.elapsed >= self._seconds

    def pause(self) -> None:
        """Wait a little; longer than before."""
        wait(self._pause)
        self._paused += self._pause
        self._pause = min(2 * self._pause, self._longest)


class RetryLoop:
    """The attempts at one call."""

    def __init__(self, asking: Asking, clock: TargetClock, asked: Asked, patience: Patience) -> None:
        self._asking, self._clock, self._asked, self._patience = asking, clock, asked, patience
        self.exchanges: list[Exchange] = []
        self._own: list[Exchange] = []
        self._began = monotonic()
        self._since = 0  # the attempts before the end of an outage, which say nothing
        self._beside = 0  # the attempts before the last time that a plain request was answered
        self._is_out = False

    def may_go_on(self) -> bool:
        """Whether another attempt is due.

        Before the last one a plain request is made, where all have met a fault: one that is answered makes the last
        attempt the proof of the fault; otherwise the target is waited for, and all begins anew.
        """
        made = len(self._own) - self._since
        if self._is_silent_first_contact():
            return False
        if made == 0 or len(self._own) < self._patience.least:
            return True
        if monotonic() - self._began > self._patience.seconds:
            return False
        limit = self._limit()
        if made != limit - 1 or self._patience.first_contact or not self._all_out():
            return made < limit
        if self._beside > self._since or self._is_answered_beside():
            self._beside = len(self._own)
            return True
        return self._outlasts()

    def _is_silent_first_contact(self) -> bool:
        """Whether the target, of which nothing is known yet, let all the time pass without a word."""
        if not self._patience.first_contact or not self._own or not is_silence(self._own[-1]):
            return False
        return monotonic() - self._began >= self._patience.seconds

    def _is_answered_beside(self) -> bool:
        beside = self._asking.ask_beside(self._asked)
        self.exchanges += beside
        return not is_out_of_service(beside[-1])

    def _limit(self) -> int:
        progress, operation = self._asking.progress, self._asked.operation
        confirmed = [progress.is_confirmed(operation, one.status) for one in self._own[self._since :]]
        return _TRIES_OF_A_CONFIRMED_FAULT if all(confirmed) else self._patience.tries

    def _all_out(self) -> bool:
        return all(is_out_of_service(one) for one in self._own[self._since :])

    def _outlasts(self) -> bool:
        """Whether the target, which is out of service, comes back."""
        self._is_out = not self._asking.outlast(self._asked)
        self._since = len(self._own)
        return not self._is_out

    def note_answer_beside(self) -> None:
        """Another request was answered between the attempts: what they draw is not an outage."""
        self._beside = len(self._own)

    def attempt(self) -> AttemptResult:
        """Make one more attempt, after a pause that grows."""
        if self._own:
            wait(pause_before(len(self._own) - self._since, self._own[-1]))
        attempt_result = self._asking.attempt(self._asked)
        self._own.append(attempt_result.exchange)
        self.exchanges.append(attempt_result.exchange)
        last = attempt_result.exchange
        if isinstance(self._clock, WallClock) and last.status is not None:
            self._clock.learn(last.sent, last.received, last.headers)
        return attempt_result

    def unsettled(self) -> Outcome:
        """What it came to when every attempt failed: a fault, where each drew the same one, or an answer broke off."""
        last = self._own[-1]
        if self._is_out:
            return Lost(f"the target is out of service: {_said(last)}, and a plain request drew no answer either")
        counted = self._own[self._since :] or self._own
        statuses = {exchange.status for exchange in counted}
        if last.status is not None and all(is_success(exchange) for exchange in counted):
            self._confirm(last.status)
            return Answered(last.status, None)
        if len(statuses) == 1 and last.status is not None and last.status >= 400:
            if not self._patience.first_contact and self._beside <= self._since:
                return Lost(f"{_said(last)} in {len(counted)} attempts, with no time left to look beside them")
            self._confirm(last.status)
            return Faulted(last.status, error_type(last))
        return Lost(last.error or f"no definite answer in {len(counted)} attempts")

    def _confirm(self, status: int) -> None:
        """Remember a fault that was looked into with all patience."""
        if self._patience.tries >= TRIES and not self._patience.first_contact:
            self._asking.progress.confirm(self._asked.operation, status)

    def result(self, outcome: Outcome) -> CallResult:
        """The call, made to the end."""
        now = self._clock.during(self._own[0].sent, self.exchanges[-1].received)
        return CallResult(tuple(self.exchanges), outcome, now, self._began, monotonic())


def pause_before(tries: int, last: Exchange) -> float:
    """Seconds before the next attempt: more each time, and as many as the target asks for, up to five.

    The second attempt does not wait that long: where one call in ten is turned away, a run of thousands would.
    """
    growing = float(min(0.01 * 2 ** max(tries, 1), _LONGEST_PAUSE))
    longest = _LONGEST_ASKED_AT_ONCE if tries <= 1 else _LONGEST_ASKED
    return max(growing, min(_asked_pause(last), longest))


def _asked_pause(last: Exchange) -> float:
    """Seconds that Retry-After asks for, as a number or as a date (RFC 9110, 10.2.3); 0 where it says neither.

    A date counts from the one of the answer itself, as the target's clock need not be ours.
    """
    asked = header(last, "retry-after").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:6])
    until = parse_http_date(asked)
    return 0.0 if until is None else (until - (parse_http_date(header(last, "date")) or last.received)).total_seconds()


def _said(exchange: Exchange) -> str:
    return f"status {exchange.status}" if exchange.status is not None else exchange.error or "no answer"
