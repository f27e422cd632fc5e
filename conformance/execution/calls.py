"""One call made to the end: attempts are repeated where that is safe, and what remains unknown is said to be.

PurchaseOffering has no idempotency token. A purchase whose answer was lost, or that drew a 5xx, may have taken effect:
before it is tried again, ListReservations is asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.cases.request_change import PLAIN, RequestChange
from conformance.clock import monotonic, wait
from conformance.execution.client import AttemptResult, Client
from conformance.execution.trace import Answered, Exchange, Faulted, FoundAfterwards, Lost, Outcome, Refused, Wire
from conformance.spec.calendar import Interval
from conformance.spec.service import CREDENTIALS_REFUSED, Operation
from conformance.targets.base import Account, TargetUnreachableError
from conformance.targets.clocks import TargetClock, WallClock
from conformance.targets.http import PATIENCE, TRIES
from conformance.targets.purchases.ledger import PurchaseNotAllowedError

SETTLING_PAUSE = 0.2
"""Seconds between two reads that wait for what may lag behind."""

_LONGEST_PAUSE = 0.4
_MOST_PAGES = 200
_MOST_BROKEN_OFF = 6
_THROTTLED = frozenset(
    {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"}
)


@dataclass
class Progress:
    """The exchanges of a run so far, the persistent faults that it confirmed, and the rules that are broken.

    `broken_off` are the successful purchases in a row whose answers broke off.
    """

    exchanges: int = 0
    answered: bool = False
    confirmed_faults: set[tuple[Operation, int]] = field(default_factory=set)
    broken_off: int = 0
    broken_rules: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class CallResult:
    """A call made to the end."""

    exchanges: tuple[Exchange, ...]
    outcome: Outcome
    now: Interval
    began: float
    ended: float


def outcome_of(attempt_result: AttemptResult) -> Outcome | None:
    """What one attempt definitely came to; None where it must be tried again, or looked into."""
    exchange = attempt_result.exchange
    if exchange.status is None or not 200 <= exchange.status < 500:
        return None
    if exchange.status < 300:
        body, readable = _read_json(exchange.body)
        return Answered(exchange.status, body) if readable or _is_whole(exchange) else None
    if _is_throttled(attempt_result):
        return None
    return Refused(exchange.status, attempt_result.code or str(exchange.status), attempt_result.message)


def _is_throttled(attempt_result: AttemptResult) -> bool:
    return attempt_result.exchange.status == 429 or attempt_result.code in _THROTTLED


def _read_json(body: bytes) -> tuple[Any, bool]:
    try:
        return json.loads(body), True
    except (ValueError, RecursionError):
        return None, False


def _is_whole(exchange: Exchange) -> bool:
    """Whether a body that is no JSON came as it was meant: it said how long it is, and does not just break off."""
    return _has_length(exchange) and not breaks_off(exchange.body)


def _is_success(exchange: Exchange) -> bool:
    """Whether the call succeeded, and its answer came as far as it said."""
    return exchange.status is not None and 200 <= exchange.status < 300 and _has_length(exchange)


def _has_length(exchange: Exchange) -> bool:
    names = {name.lower() for name in exchange.headers}
    return bool(names & {"content-length", "transfer-encoding"})


def breaks_off(body: bytes) -> bool:
    """Whether bytes that are no JSON may be the beginning of some, as a proxy leaves it that cuts answers short."""
    try:
        text = body.decode()
        json.loads(text)
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    except json.JSONDecodeError as error:
        rest = text[error.pos :].strip()
        return error.msg.startswith("Unterminated") or any(literal.startswith(rest) for literal in _LITERALS)
    except RecursionError:
        return False
    return False


_LITERALS = ("true", "false", "null")


class Caller:
    """Makes whole calls through a client, on the clock of the case under way."""

    def __init__(self, client: Client, progress: Progress, settle_seconds: float = 0.0) -> None:
        """`settle_seconds` is how long a read may lag behind a purchase."""
        self._client = client
        self._settle_seconds = settle_seconds
        self.progress = progress

    def read(
        self, clock: TargetClock, operation: Operation, account: Account, region: str, parameters: Mapping[str, str],
        change: RequestChange = PLAIN, tries: int = TRIES, patience: float = PATIENCE,
    ) -> CallResult:  # fmt: skip
        """Make a reading call, tried again after every fault, `tries` times in all: it changes nothing.

        Raises:
            TargetUnreachableError: nothing answers any more, neither this call nor a plain one.
        """
        retry_loop = _RetryLoop(self, clock, operation, account, region, parameters, change, tries, patience)
        while retry_loop.may_go_on():
            outcome = outcome_of(retry_loop.attempt())
            if outcome is not None:
                return retry_loop.made(outcome)
        if retry_loop.never_answered and self.progress.answered:
            self._check_alive(clock, account, region)
        return retry_loop.made(retry_loop.unsettled())

    def _check_alive(self, clock: TargetClock, account: Account, region: str) -> None:
        """One call may be too much for a target that is well; where a plain one draws no answer either, it is gone."""
        plain = _RetryLoop(self, clock, Operation.LIST_OFFERINGS, account, region, {}, PLAIN, 4, PATIENCE)
        while plain.never_answered and plain.may_go_on():
            plain.attempt()
        if plain.never_answered:
            raise TargetUnreachableError(f"the target no longer answers: {plain.exchanges[-1].error}")

    def purchase(
        self, clock: TargetClock, account: Account, region: str, parameters: Mapping[str, str],
        known: frozenset[str], change: RequestChange = PLAIN,
    ) -> CallResult:  # fmt: skip
        """Make a purchase. `known` are the ARNs of the reservations that the account and Region had before.

        A throttled attempt had no effect and is tried again. After one whose effect is unknown ListReservations is
        asked first, and a reservation that was not there before is the purchase's.
        """
        retry_loop = _RetryLoop(self, clock, Operation.PURCHASE_OFFERING, account, region, parameters, change)
        in_doubt = False
        while retry_loop.may_go_on():
            attempt_result = retry_loop.attempt()
            outcome = outcome_of(attempt_result) or self._broken_off(attempt_result)
            if isinstance(outcome, Answered):
                self.progress.broken_off *= outcome.body is None
            if isinstance(outcome, Answered) or (outcome is not None and not in_doubt):
                return retry_loop.made(outcome)
            in_doubt = in_doubt or not _is_throttled(attempt_result)
            if in_doubt:
                listed = self.reservations(clock, account, region, retry_loop)
                found = _found(listed, parameters, known)
                until = monotonic() + self._settle_seconds
                while found is None and listed is not None and monotonic() < until:
                    wait(SETTLING_PAUSE)
                    listed = self.reservations(clock, account, region, retry_loop)
                    found = _found(listed, parameters, known)
                if found is not None:
                    return retry_loop.made(FoundAfterwards(found))
                if listed is None:
                    return retry_loop.made(Lost("the answer was lost, and ListReservations could not be asked"))
            if outcome is not None:
                return retry_loop.made(outcome)
        return retry_loop.made(retry_loop.unsettled())

    def _broken_off(self, attempt_result: AttemptResult) -> Outcome | None:
        """The answer itself, where this target's answers to purchases break off time and again."""
        exchange = attempt_result.exchange
        if exchange.status is None or not _is_success(exchange):
            return None
        self.progress.broken_off += 1  # and a whole answer sets it back
        return Answered(exchange.status, None) if self.progress.broken_off > _MOST_BROKEN_OFF else None

    def await_visibility(self, clock: TargetClock, account: Account, region: str, arn: str) -> None:
        """Ask for a reservation until reads show it, for as long as they may lag behind its purchase."""
        until = monotonic() + self._settle_seconds
        while monotonic() < until:
            made = self.read(clock, Operation.DESCRIBE_RESERVATION, account, region, {"ReservationArn": arn})
            listed = self.reservations(clock, account, region) or ()
            if isinstance(made.outcome, Answered) and any(item.get("reservationArn") == arn for item in listed):
                return
            wait(SETTLING_PAUSE)

    def purchase_once(
        self,
        clock: TargetClock,
        account: Account,
        region: str,
        parameters: Mapping[str, str],
        change: RequestChange = PLAIN,
    ) -> CallResult:
        """Make a purchase beside others: what is unknown stays so, for the judge of concurrent histories."""
        retry_loop = _RetryLoop(self, clock, Operation.PURCHASE_OFFERING, account, region, parameters, change)
        while retry_loop.may_go_on():
            attempt_result = retry_loop.attempt()
            outcome = outcome_of(attempt_result)
            if outcome is not None:
                return retry_loop.made(outcome)
            if not _is_throttled(attempt_result):
                return retry_loop.made(Lost("the answer of a concurrent purchase was lost"))
        return retry_loop.made(retry_loop.unsettled())

    def reservations(
        self, clock: TargetClock, account: Account, region: str, on_behalf: _RetryLoop | None = None
    ) -> tuple[Wire, ...] | None:
        """Every reservation that ListReservations shows; None where it does not answer."""
        return self._walk(clock, Operation.LIST_RESERVATIONS, "reservations", account, region, on_behalf)

    def offerings(self, clock: TargetClock, account: Account, region: str) -> tuple[Wire, ...] | None:
        """Every offering that ListOfferings shows; None where it does not answer."""
        return self._walk(clock, Operation.LIST_OFFERINGS, "offerings", account, region, None)

    def _walk(
        self, clock: TargetClock, operation: Operation, items: str, account: Account, region: str,
        on_behalf: _RetryLoop | None,
    ) -> tuple[Wire, ...] | None:  # fmt: skip
        found: list[Wire] = []
        parameters: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            made = self.read(clock, operation, account, region, parameters)
            if on_behalf is not None:
                on_behalf.exchanges.extend(made.exchanges)
            body = made.outcome.body if isinstance(made.outcome, Answered) else None
            if not isinstance(body, dict):
                return None
            listed = body.get(items)
            found += [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
            token = body.get("nextToken")
            if not isinstance(token, str) or not token:
                break
            parameters = {"NextToken": token}
        return tuple(found)

    def attempt(
        self, operation: Operation, account: Account, region: str, parameters: Mapping[str, str], change: RequestChange
    ) -> AttemptResult:
        """Make one attempt, and count it.

        Raises:
            PurchaseNotAllowedError: it could buy, and was not sent, or the user's credentials do not allow it.
            TargetUnreachableError: the user's credentials do not allow a read.
        """
        attempt_result = self._client.attempt(operation, account, region, parameters, change)
        self.progress.exchanges += 1
        if attempt_result.code in CREDENTIALS_REFUSED and self._client.has_credentials_of_the_user:
            why = f"the credentials may not call {operation}: {attempt_result.code}"
            raise (PurchaseNotAllowedError if operation is Operation.PURCHASE_OFFERING else TargetUnreachableError)(why)
        return attempt_result


class _RetryLoop:
    """The attempts at one call."""

    def __init__(
        self, caller: Caller, clock: TargetClock, operation: Operation, account: Account, region: str,
        parameters: Mapping[str, str], change: RequestChange, tries: int = TRIES, patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self._caller, self._clock, self._operation, self._tries = caller, clock, operation, tries
        self._request = operation, account, region, parameters, change
        self._patience = patience
        self.exchanges: list[Exchange] = []
        self._own: list[Exchange] = []
        self._began = monotonic()

    def may_go_on(self) -> bool:
        """Whether another attempt is due; fewer are, where the same persistent fault was confirmed before."""
        if not self._own:
            return True
        if monotonic() - self._began > self._patience:
            return False
        statuses = {exchange.status or 0 for exchange in self._own}
        confirmed = {(self._operation, status) for status in statuses} <= self._caller.progress.confirmed_faults
        return len(self._own) < (3 if confirmed and len(statuses) == 1 else self._tries)

    @property
    def never_answered(self) -> bool:
        """Whether no attempt drew any answer."""
        return all(exchange.status is None for exchange in self._own)

    def attempt(self) -> AttemptResult:
        """Make one more attempt, after a pause that grows."""
        if self._own:
            wait(_pause(len(self._own), self._own[-1]))
        attempt_result = self._caller.attempt(*self._request)
        self._own.append(attempt_result.exchange)
        self.exchanges.append(attempt_result.exchange)
        self._caller.progress.answered |= attempt_result.exchange.status is not None
        if isinstance(self._clock, WallClock) and attempt_result.exchange.status is not None:
            self._clock.learn(
                attempt_result.exchange.sent, attempt_result.exchange.received, attempt_result.exchange.headers
            )
        return attempt_result

    def unsettled(self) -> Outcome:
        """What it came to when every attempt failed: a fault, where each drew the same one, or an answer broke off."""
        statuses = {exchange.status for exchange in self._own}
        status = self._own[-1].status
        if status is not None and all(_is_success(exchange) for exchange in self._own):
            self._caller.progress.confirmed_faults.add((self._operation, status))
            return Answered(status, None)
        if len(statuses) == 1 and status is not None and status >= 400:
            self._caller.progress.confirmed_faults.add((self._operation, status))
            return Faulted(status, _error_type(self._own[-1]))
        return Lost(self._own[-1].error or f"no definite answer in {len(self._own)} attempts")

    def made(self, outcome: Outcome) -> CallResult:
        """The call, made to the end."""
        now = self._clock.during(self._own[0].sent, self.exchanges[-1].received)
        return CallResult(tuple(self.exchanges), outcome, now, self._began, monotonic())


def _pause(tries: int, last: Exchange) -> float:
    """Seconds before the next attempt: more each time, or as the target asks."""
    asked = next((value for name, value in last.headers.items() if name.lower() == "retry-after"), "")
    if asked.isascii() and asked.isdigit():
        return min(float(asked), 5.0)
    return float(min(0.01 * 2**tries, _LONGEST_PAUSE))


def _error_type(exchange: Exchange) -> str:
    headers = {name.lower(): value for name, value in exchange.headers.items()}
    return headers.get("x-amzn-errortype", "").partition(":")[0]


def _found(listed: tuple[Wire, ...] | None, parameters: Mapping[str, str], known: frozenset[str]) -> Wire | None:
    """The reservation that the purchase made, if one appeared."""
    for reservation in listed or ():
        same_name = reservation.get("reservationName") == parameters.get("ReservationName")
        if reservation.get("reservationArn") not in known and same_name:
            return reservation
    return None
