"""One case under way: its steps in order, each a call or a change on the target, and what came of them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from conformance.cases.case import (
    CallStep,
    Case,
    ConcurrentCalls,
    DefineOfferings,
    DescribeOffering,
    DescribeReservation,
    ListOfferings,
    ListReservations,
    OfferingTerms,
    Purchase,
    SetClock,
)
from conformance.cases.request_change import RequestChange
from conformance.cases.resolution import NotPlayableError, resolve_point
from conformance.clock import monotonic, wait
from conformance.execution.accounts_of_case import AccountsOfCase
from conformance.execution.calls import MOST_PAGES, SETTLING_PAUSE
from conformance.execution.references import References
from conformance.execution.retries import CallResult, Waiting
from conformance.execution.target_in_use import TargetInUse, instant_of_case
from conformance.execution.trace import Call, Definition, Trace
from conformance.execution.visibility import Visibility
from conformance.spec.calendar import format_timestamp, parse_iso8601
from conformance.spec.outcomes import Wire, is_held, text_of
from conformance.spec.request import Place
from conformance.spec.service import PAGES_WITHOUT_NEWS, PROCESSING, Operation
from conformance.targets.base import Account
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import SettableClock, TargetClock
from conformance.targets.purchases.ledger import PurchaseNotAllowedError

SETTLING_SECONDS = 15.0
"""How long a reservation may take, in real time, to go from PROCESSING to ACTIVE while a case waits for it."""
_LEAST_LATE_READS = 5
"""How often a read is made anew at least that lags behind a purchase, whatever time that takes."""
_MOST_ACCOUNTS_TRIED = 5
"""How many accounts a case begins in at most where some have an ACTIVE reservation that is not of the suite."""

OPERATIONS = {
    Purchase: Operation.PURCHASE_OFFERING,
    DescribeOffering: Operation.DESCRIBE_OFFERING,
    DescribeReservation: Operation.DESCRIBE_RESERVATION,
    ListOfferings: Operation.LIST_OFFERINGS,
    ListReservations: Operation.LIST_RESERVATIONS,
}


class OfferingsUnknownError(Exception):
    """The offerings of an account could not be learned, so that the case cannot be played."""


class Play:
    """One case under way."""

    def __init__(self, in_use: TargetInUse, case: Case) -> None:
        self._in_use, self._case, self._played = in_use, case, in_use.playable(case)
        self._target, self._caller = in_use.target, in_use.caller
        self._can = in_use.target.capabilities
        self._clock: TargetClock = in_use.wall_clock
        self._accounts = AccountsOfCase(in_use.target, case)
        self._references = References()
        self._visibility = Visibility(in_use.caller, in_use.target.accounts)
        self._before: dict[Place, tuple[Wire, ...] | None] = {}
        self._known: dict[Place, set[str]] = {}
        self._calls: list[Call] = []
        self._definitions: list[Definition] = []
        self._skipped: list[tuple[int, str]] = []
        self._not_permitted = self._left_out = ""

    def run(self) -> Trace:
        """Play the case in accounts of its own, and give the trace. Raises what `Driver.play` raises."""
        self._prepare()
        first_offerings = self._references.offerings
        for number, step in enumerate(self._played.steps):
            try:
                self._play_step(number, step)
            except NotPlayableError as reason:
                self._skipped.append((number, str(reason)))
        self._look_elsewhere()
        return Trace(
            tuple(self._calls),
            self._case,
            self._target.accounts,
            first_offerings,
            tuple(self._definitions),
            Capability.SEED in self._can,
            self._before,
            tuple(self._skipped),
            self._not_permitted,
            left_out=self._left_out,
        )

    def _play_step(self, number: int, step: object) -> None:
        match step:
            case SetClock():
                self._set_clock(resolve_point(step.to, self._clock.now(), self._references.ends))
            case DefineOfferings():
                self._redefine(step)
            case ConcurrentCalls():
                self._play_concurrently(number, step)
            case _:
                assert isinstance(step, CallStep)
                for call in self._calls_until_not_late(number, step):
                    self._note(call, step)

    def _prepare(self) -> None:
        if Capability.CLOCK in self._can:
            self._clock = SettableClock(instant_of_case(self._played.now))
            self._set_clock(instant_of_case(self._played.now))
        self._look_at_accounts()
        for account, place in self._accounts.places():
            self._references.define(place, self._define(account, place.region, self._case.offerings))

    def _look_at_accounts(self) -> None:
        """Learn which reservations the accounts have; on a wall clock, one that holds any is exchanged for another.

        Where the clock can be set, the case says at which time it begins: what an account has may be over by then.
        """
        may_exchange = Capability.ACCOUNTS in self._can and Capability.CLOCK not in self._can
        for tries_left in reversed(range(_MOST_ACCOUNTS_TRIED if may_exchange else 1)):
            for account, place in self._accounts.places():
                self._look_at(account, place)
            if may_exchange:
                for account in self._accounts:
                    used = self._regions_of(account)
                    self._before |= self._in_use.elsewhere.held_where_others_do(self._clock, account, used)
            held = {place.account for place, before in self._before.items() if any(map(is_held, before or ()))}
            if not held or not tries_left:
                return
            for account in [one for one in self._accounts if one.id in held]:
                self._accounts.exchange(account)
            self._before = {place: before for place, before in self._before.items() if place.account not in held}

    def _look_at(self, account: Account, place: Place) -> None:
        if place in self._known:
            return
        self._known[place] = set()
        if self._in_use.may_have_past(place.region):
            self._learn_past(account, place)

    def _learn_past(self, account: Account, place: Place) -> None:
        """Learn which reservations an account has already: a fresh one may have a past."""
        before = self._caller.reservations(self._clock, account, place.region)
        self._in_use.learn_past(place.region, before)
        if before is None and Capability.ACCOUNTS in self._can:
            return
        self._before[place] = before
        for end in filter(None, (parse_iso8601(reservation.get("end")) for reservation in before or ())):
            self._in_use.note_used_until(end)
        arns = [text_of(reservation, "reservationArn") for reservation in before or ()]
        self._known[place].update(arns)
        self._references.note_past(place, arns)

    def _look_elsewhere(self) -> None:
        """Learn what else an account holds that could purchase nothing."""
        offerings = self._references.offerings
        for account in self._accounts:
            if self._in_use.elsewhere.may_be_in_the_way(account, self._calls, offerings):
                self._before |= self._in_use.elsewhere.held(self._clock, account, self._regions_of(account))

    def _regions_of(self, account: Account) -> set[str]:
        return {place.region for place in self._known if place.account == account.id}

    def _define(self, account: Account, region: str, offerings: tuple[OfferingTerms, ...]) -> tuple[Wire, ...]:
        if Capability.SEED in self._can:
            return self._target.define_offerings(account, region, offerings)
        if Capability.OFFERINGS not in self._can:
            return ()
        found = self._caller.offerings(self._clock, account, region)
        if found is None:
            raise OfferingsUnknownError("ListOfferings did not answer")
        return self._target.in_order(found)

    def _redefine(self, step: DefineOfferings) -> None:
        if Capability.SEED not in self._can:
            raise NotPlayableError("the target's offerings cannot be defined")
        for account, place in self._accounts.places():
            offerings = self._define(account, place.region, step.offerings)
            self._references.define(place, offerings)
            self._definitions.append(Definition(place, offerings, len(self._calls)))

    def _set_clock(self, now: datetime) -> None:
        if not isinstance(self._clock, SettableClock):
            raise NotPlayableError("the target's clock cannot be set")
        if now.year > self._target.last_year:
            raise NotPlayableError(f"the target's clock cannot be set to {format_timestamp(now)}")
        if now < self._clock.now():
            raise NotPlayableError(f"the clock would go back, to {format_timestamp(now)}")
        for account in self._accounts:
            self._target.set_clock(account, now)
        self._clock.set(now)

    def _play_concurrently(self, number: int, step: ConcurrentCalls) -> None:
        """Release all branches at once; each call is resolved before, so that the threads have only to send."""
        if not step.branches:
            raise NotPlayableError("there are no calls to make at the same time")
        ready = threading.Barrier(len(step.branches))
        requests = [[self._parameters(call) for call in branch] for branch in step.branches]
        skipped: list[str] = []

        def run(branch: tuple[CallStep, ...], parameters: list[dict[str, str]]) -> list[tuple[Call, CallStep]]:
            ready.wait()
            calls: list[tuple[Call, CallStep]] = []
            for call, known in zip(branch, parameters, strict=True):
                try:
                    calls += [(one, call) for one in self._calls_of_step(number, call, known, concurrent=True)]
                except NotPlayableError as reason:
                    skipped.append(str(reason))
            return calls

        with ThreadPoolExecutor(len(step.branches)) as threads:
            calls = [call for branch in threads.map(run, step.branches, requests) for call in branch]
        self._skipped += [(number, reason) for reason in sorted(skipped)]
        self._note_concurrent(calls)

    def _note_concurrent(self, calls: list[tuple[Call, CallStep]]) -> None:
        """Keep the calls in the order of their ends; where reads lag, what they show says nothing of an order."""
        places = [(call, *self._accounts.of(step)) for call, step in calls]
        reads_lag = self._caller.settling.lags or self._visibility.is_any_late(self._clock, places)
        for call, step in sorted(calls, key=lambda one: one[0].ended):
            if reads_lag and not isinstance(step, Purchase):
                self._left_out = "needs reads that show at once what was purchased"
            else:
                self._note(call, step)

    def _note(self, call: Call, step: CallStep) -> None:
        """Keep a call, and what later steps may refer to."""
        self._calls.append(call)
        reservation = call.reservation if isinstance(step, Purchase) else None
        self._references.note(call, reservation)
        if reservation is None:
            return
        arn, end = text_of(reservation, "reservationArn"), self._references.ends.get(call.step_number)
        if arn:
            _, place = self._accounts.of(step)
            self._known[place].add(arn)
            self._visibility.add(place, arn)
        if end is not None:
            self._in_use.note_used_until(end)

    def _calls_until_not_late(self, number: int, step: CallStep) -> list[Call]:
        """The calls of one step; those of a read that lagged behind a purchase are made anew, and left out."""
        account, place = self._accounts.of(step)
        if not isinstance(step, Purchase):
            self._visibility.wait_for(self._clock, account, place)
        settling = self._caller.settling
        waiting = Waiting(settling.patience, SETTLING_PAUSE)
        for again in itertools.count():
            calls = list(self._calls_of_step(number, step, self._parameters(step)))
            if not self._visibility.is_late(self._clock, account, place, calls):
                if again:
                    settling.caught_up(waiting.elapsed)
                return calls
            if again >= _LEAST_LATE_READS and waiting.is_over:
                settling.did_not_catch_up()
                return calls
            # Other reads show it by now; this very one may come from a cache.
            waiting.pause()
        raise AssertionError

    def _calls_of_step(
        self, number: int, step: CallStep, parameters: dict[str, str], *, concurrent: bool = False
    ) -> Iterator[Call]:
        """The calls of one step: one, or for a pagination one a page."""
        if isinstance(step, DescribeReservation) and step.settled:
            yield self._call_until_not_processing(number, step, parameters)
            return
        # A list whose pages are of one item, every third with it, ends before; then it must be seen to be endless.
        _, place = self._accounts.of(step)
        limit = min(3 * self._references.items_of(place) + PAGES_WITHOUT_NEWS + 5, MOST_PAGES)
        for _ in range(limit):
            call = self._call(number, step, parameters, concurrent)
            yield call
            token = text_of(call.answer, "nextToken")
            if not getattr(step, "whole", False) or not token:
                return
            parameters = {**parameters, "NextToken": token}

    def _call_until_not_processing(self, number: int, step: DescribeReservation, parameters: dict[str, str]) -> Call:
        """The last of the calls, which are made until the reservation is no longer PROCESSING, or the time is up."""
        until = monotonic() + (0.0 if self._in_use.stays_processing else SETTLING_SECONDS)
        call = self._call(number, step, parameters)
        while (call.reservation or {}).get("reservationState") == PROCESSING and monotonic() < until:
            wait(0.1)
            call = self._call(number, step, parameters)
        if (call.reservation or {}).get("reservationState") == PROCESSING:
            self._in_use.stays_processing = True  # no document limits that state, and once is enough to wait for it
        return call

    def _call(self, number: int, step: CallStep, parameters: dict[str, str], concurrent: bool = False) -> Call:
        operation = OPERATIONS[type(step)]
        if operation in self._in_use.missing:
            raise NotPlayableError(f"the target does not implement {operation}")
        try:
            result = self._send(step, operation, parameters, concurrent)
        except PurchaseNotAllowedError as error:
            self._not_permitted = str(error)
            raise NotPlayableError(str(error)) from None
        return Call(result.exchanges, result.outcome, result.now, result.began, result.ended, number, concurrent)

    def _send(self, step: CallStep, operation: Operation, parameters: dict[str, str], concurrent: bool) -> CallResult:
        account, place = self._accounts.of(step)
        change = RequestChange(getattr(step, "mutation", "plain"), getattr(step, "body_edits", ()))
        if operation is not Operation.PURCHASE_OFFERING:
            return self._caller.read(self._clock, operation, account, place.region, parameters, change)
        if concurrent:
            return self._caller.purchase_once(self._clock, account, place.region, parameters, change)
        known = frozenset(self._known[place])
        return self._caller.purchase(self._clock, account, place.region, parameters, known, change)

    def _parameters(self, step: CallStep) -> dict[str, str]:
        _, place = self._accounts.of(step)
        used_names = {text_of(one, "reservationName") for one in self._before.get(place) or ()}
        return self._references.parameters(step, place, self._clock.now(), used_names)
