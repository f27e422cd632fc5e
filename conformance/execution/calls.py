"""One call made to the end: attempts are repeated where that is safe, and what remains unknown is said to be.

PurchaseOffering has no idempotency token. A purchase whose answer was lost, or that drew a 5xx, may have taken effect:
before it is tried again, ListReservations is asked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import replace

from conformance.cases.request_change import PLAIN, RequestChange
from conformance.clock import monotonic
from conformance.execution.answers import is_out_of_service, is_success, is_throttled, outcome_of
from conformance.execution.client import AttemptResult, Client
from conformance.execution.progress import Progress
from conformance.execution.retries import Asked, CallResult, Patience, RetryLoop, Waiting
from conformance.execution.settling import Settling
from conformance.execution.trace import Exchange
from conformance.spec.outcomes import Answered, FoundAfterwards, Lost, Outcome, Refused, Wire, text_of
from conformance.spec.service import CREDENTIALS_REFUSED, DEFAULT_PAGE, MAX_RESULTS, Operation
from conformance.targets.base import Account, TargetUnreachableError
from conformance.targets.clocks import TargetClock
from conformance.targets.deadline import TimeIsOverError, within
from conformance.targets.http import CONNECT_SECONDS, READ_SECONDS, WAIT_SECONDS
from conformance.targets.purchases.ledger import PurchaseNotAllowedError

MOST_PAGES = 400
"""How many pages of a list are asked for, whatever the target says."""

SETTLING_PAUSE = 0.05
"""Seconds between two reads of a reservation that is PROCESSING."""
_LONG_LIST = 2 * DEFAULT_PAGE
"""Items; a list of more takes several calls each time, and the suite looks at the offerings of every fresh account."""
_MOST_BROKEN_OFF = 6
"""How often a call is made whose answer breaks off each time: a proxy does so now and then, a defect always."""
_PLAIN: tuple[tuple[Operation, dict[str, str]], ...] = (
    (Operation.LIST_OFFERINGS, {}),
    (Operation.LIST_RESERVATIONS, {}),
    (Operation.DESCRIBE_OFFERING, {"OfferingArn": "arn:aws:mediaconnect:us-east-1:000000000000:offering:none"}),
)
"""What is asked beside a request that meets a fault: plain requests, one after the other until one is answered."""

_IN_THE_URL = frozenset({"OfferingArn", "ReservationArn", "MaxResults", "NextToken"})


class TimeIsUpError(Exception):
    """The time of the run is up: the case under way is given up, and says nothing."""


class Caller:
    """Makes whole calls through a client, on the clock of the case under way; safe to use from several threads.

    After `until`, on the clock of `monotonic`, nothing is asked any more.
    """

    def __init__(
        self, client: Client, progress: Progress, settle_seconds: float | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:  # fmt: skip
        """`settle_seconds` is how long a read may lag behind a purchase; None: that is found out.

        `wait_seconds` is how long a target that is out of service is waited for.
        """
        self._client = client
        self._wait_seconds = wait_seconds
        self.settling = Settling(settle_seconds)
        self.progress = progress
        self.until = math.inf

    def read(
        self, clock: TargetClock, operation: Operation, account: Account, region: str, parameters: Mapping[str, str],
        change: RequestChange = PLAIN, patience: Patience | None = None,
    ) -> CallResult:  # fmt: skip
        """Make a reading call, tried again after every fault: it changes nothing.

        Raises:
            TargetUnreachableError: nothing answers any more, neither this call nor a plain one.
        """
        asked = Asked(operation, account, region, parameters, change)
        retry_loop = RetryLoop(self, clock, asked, patience or Patience())
        while retry_loop.may_go_on():
            outcome = outcome_of(retry_loop.attempt())
            if outcome is not None:
                return retry_loop.result(outcome)
        return retry_loop.result(retry_loop.unsettled())

    def purchase(
        self, clock: TargetClock, account: Account, region: str, parameters: Mapping[str, str],
        known: frozenset[str], change: RequestChange = PLAIN,
    ) -> CallResult:  # fmt: skip
        """Make a purchase. `known` are the ARNs of the reservations that the account and Region had before.

        A throttled attempt had no effect and is tried again. After one whose effect is unknown ListReservations is
        asked first, and a reservation that was not there before is the purchase's.
        """
        asked = Asked(Operation.PURCHASE_OFFERING, account, region, parameters, change)
        retry_loop = RetryLoop(self, clock, asked, Patience())
        in_doubt = False
        while retry_loop.may_go_on():
            attempt_result = retry_loop.attempt()
            outcome = outcome_of(attempt_result) or self._broken_off(attempt_result)
            if isinstance(outcome, Answered) and outcome.body is not None:
                self.progress.came_whole()
            if isinstance(outcome, Answered) or (outcome is not None and not in_doubt):
                return retry_loop.result(outcome)
            in_doubt = in_doubt or not is_throttled(attempt_result)
            if in_doubt:
                found = self._reconcile(clock, retry_loop, asked, known, is_refused=isinstance(outcome, Refused))
                if found is not None:
                    return retry_loop.result(found)
            if outcome is not None:
                return retry_loop.result(outcome)
        return retry_loop.result(retry_loop.unsettled())

    def _reconcile(
        self, clock: TargetClock, retry_loop: RetryLoop, asked: Asked, known: Set[str], *, is_refused: bool
    ) -> Outcome | None:
        """What the list says of a purchase in doubt: None where it shows nothing of it, for as long as it may lag.

        Where its repeat `is_refused`, the purchase itself may be the reason, though no list shows it yet.
        """
        reservations = Asked(Operation.LIST_RESERVATIONS, asked.account, asked.region, {})
        patience = self.settling.patience if self.settling.lags else 0.0
        if is_refused:
            patience = self.settling.patience_with_refusals
            self.settling.doubted()
        waiting = Waiting(patience, SETTLING_PAUSE)
        is_late = False
        while True:
            listed = self._read_pages(clock, "reservations", reservations, retry_loop)
            if listed is None:
                return Lost("the answer was lost, and ListReservations could not be asked")
            retry_loop.note_answer_beside()
            found = _found(listed, asked, known)
            if found is not None and is_late:
                self.settling.caught_up(waiting.elapsed)
            if found is not None or waiting.is_over:
                return None if found is None else FoundAfterwards(found)
            is_late = True
            waiting.pause()

    def _broken_off(self, attempt_result: AttemptResult) -> Outcome | None:
        """The answer itself, where this target's answers to purchases break off time and again."""
        exchange = attempt_result.exchange
        if exchange.status is None or not is_success(exchange):
            return None
        return Answered(exchange.status, None) if self.progress.broke_off() > _MOST_BROKEN_OFF else None

    def purchase_once(
        self,
        clock: TargetClock,
        account: Account,
        region: str,
        parameters: Mapping[str, str],
        change: RequestChange = PLAIN,
    ) -> CallResult:
        """Make a purchase beside others: what is unknown stays so, for the judge of concurrent histories."""
        asked = Asked(Operation.PURCHASE_OFFERING, account, region, parameters, change)
        retry_loop = RetryLoop(self, clock, asked, Patience())
        while retry_loop.may_go_on():
            attempt_result = retry_loop.attempt()
            outcome = outcome_of(attempt_result)
            if outcome is not None:
                return retry_loop.result(outcome)
            if not is_throttled(attempt_result):
                return retry_loop.result(Lost("the answer of a concurrent purchase was lost"))
        return retry_loop.result(retry_loop.unsettled())

    def reservations(
        self, clock: TargetClock, account: Account, region: str, max_results: str | None = None
    ) -> tuple[Wire, ...] | None:
        """Every reservation that ListReservations shows, in pages of this size; None where it does not answer."""
        size = {} if max_results is None else {"MaxResults": max_results}
        asked = Asked(Operation.LIST_RESERVATIONS, account, region, size)
        return (
            self._read_pages(clock, "reservations", asked) if size else self._whole_list(clock, "reservations", asked)
        )

    def offerings(self, clock: TargetClock, account: Account, region: str) -> tuple[Wire, ...] | None:
        """Every offering that ListOfferings shows; None where it does not answer."""
        return self._whole_list(clock, "offerings", Asked(Operation.LIST_OFFERINGS, account, region, {}))

    def _whole_list(self, clock: TargetClock, items: str, asked: Asked) -> tuple[Wire, ...] | None:
        """The items of a list, of which a long one is read in the longest pages once these have shown the same."""
        longest = replace(asked, parameters={"MaxResults": str(MAX_RESULTS[-1])})
        if self.progress.has_long_pages(asked.operation):
            found = self._read_pages(clock, items, longest)
            if found is not None:
                return found
        found = self._read_pages(clock, items, asked)
        if found is not None and len(found) > _LONG_LIST and self.progress.has_long_pages(asked.operation) is None:
            self.progress.tried_long_pages(asked.operation, alike=self._read_pages(clock, items, longest) == found)
        return found

    def _read_pages(
        self, clock: TargetClock, items: str, asked: Asked, on_behalf: RetryLoop | None = None
    ) -> tuple[Wire, ...] | None:
        """The items of a list, of as many pages as we care to read."""
        found: list[Wire] = []
        parameters = dict(asked.parameters)
        for _ in range(MOST_PAGES):
            made = self.read(clock, asked.operation, asked.account, asked.region, parameters)
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
            parameters["NextToken"] = token
        return tuple(found)

    def attempt(self, asked: Asked) -> AttemptResult:
        """Make one attempt, and count it.

        Raises:
            PurchaseNotAllowedError: it could buy, and was not sent, or the user's credentials do not allow it.
            TargetUnreachableError: the user's credentials do not allow a read.
            TimeIsUpError: the time of the run is up, or is while the answer is waited for.
        """
        attempt_result = self._attempt_in_time(asked)
        self.progress.count(attempt_result.exchange, in_service=not is_out_of_service(attempt_result.exchange))
        if attempt_result.code in CREDENTIALS_REFUSED and self._client.may_lack_permissions:
            why = f"the credentials may not call {asked.operation}: {attempt_result.code}"
            is_purchase = asked.operation is Operation.PURCHASE_OFFERING
            raise (PurchaseNotAllowedError if is_purchase else TargetUnreachableError)(why)
        return attempt_result

    def _attempt_in_time(self, asked: Asked) -> AttemptResult:
        def make() -> AttemptResult:
            parameters = _sendable(asked.parameters)
            return self._client.attempt(asked.operation, asked.account, asked.region, parameters, asked.change)

        left = self.until - monotonic()
        if left <= 0:
            raise TimeIsUpError
        if left > CONNECT_SECONDS + READ_SECONDS or not self._client.is_remote:
            return make()
        try:
            return within(left, make)
        except TimeIsOverError:
            raise TimeIsUpError from None

    def ask_beside(self, asked: Asked) -> list[Exchange]:
        """Plain requests in the same account, other ones than the request itself, up to the first that is answered."""
        exchanges: list[Exchange] = []
        for operation, parameters in _PLAIN:
            plain = Asked(operation, asked.account, asked.region, parameters)
            if plain != asked:
                exchanges.append(self.attempt(plain).exchange)
                if not is_out_of_service(exchanges[-1]):
                    break
        return exchanges

    def outlast(self, asked: Asked) -> bool:
        """Wait until a plain request is answered; False where none is in time.

        Raises:
            TargetUnreachableError: nothing answers any more, or this is the second outage in a row that does not end.
        """
        if not self.progress.answered:
            return False
        waiting = Waiting(self._wait_seconds)
        while True:
            exchanges = self.ask_beside(asked)
            if not is_out_of_service(exchanges[-1]):
                return True
            if waiting.is_over:
                break
            waiting.pause()
        last = exchanges[-1]
        if last.status is None:
            raise TargetUnreachableError(f"the target no longer answers: {last.error}")
        if self.progress.outlasted() > 1:
            raise TargetUnreachableError(f"the target answers nothing but {last.status} any more")
        return False


def _sendable(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters as a URL can hold them: a target may have said of itself what is not Unicode text."""
    return {
        name: value.encode("utf-8", "replace").decode() if name in _IN_THE_URL else value
        for name, value in parameters.items()
    }


def _found(listed: tuple[Wire, ...], asked: Asked, known: Set[str]) -> Wire | None:
    """The reservation that the purchase made, if one appeared; a request that was changed may have another name."""
    for reservation in listed:
        same_name = reservation.get("reservationName") == asked.parameters.get("ReservationName")
        same_name = same_name or not asked.change.is_plain
        if text_of(reservation, "reservationArn") not in known and same_name:
            return reservation
    return None
