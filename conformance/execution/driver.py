"""The driver: plays a case on a target and gives the trace."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

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
    TokenOf,
)
from conformance.cases.later import LEAP_CYCLE_YEARS, not_before
from conformance.cases.request_change import RequestChange
from conformance.cases.resolution import NotPlayableError, resolve_arn, resolve_point, resolve_start, unused_name
from conformance.clock import monotonic, wait
from conformance.execution.calls import MOST_PAGES, Caller
from conformance.execution.trace import Call, Definition, Trace
from conformance.execution.visibility import Visibility
from conformance.spec.calendar import format_timestamp, parse_iso8601, parse_timestamp
from conformance.spec.outcomes import Wire, text_of
from conformance.spec.request import Place
from conformance.spec.service import PROCESSING, Operation
from conformance.targets.base import Account, NotSetError, Target
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import SetClock as StandingClock
from conformance.targets.clocks import TargetClock, WallClock
from conformance.targets.purchases.ledger import PurchaseNotAllowedError

SETTLING_SECONDS = 15.0
"""How long a reservation may take, in real time, to go from PROCESSING to ACTIVE while a case waits for it."""

_LATEST = datetime(9998, 1, 1, tzinfo=UTC)

_LOOKS_FOR_LAG = Case(
    steps=(Purchase(), ListReservations(), DescribeReservation(), ListReservations(), ListReservations())
)
"""A purchase, and reads that may lag behind it, from whichever replica."""

OPERATIONS = {
    Purchase: Operation.PURCHASE_OFFERING,
    DescribeOffering: Operation.DESCRIBE_OFFERING,
    DescribeReservation: Operation.DESCRIBE_RESERVATION,
    ListOfferings: Operation.LIST_OFFERINGS,
    ListReservations: Operation.LIST_RESERVATIONS,
}


class OfferingsUnknownError(Exception):
    """The offerings of an account could not be learned, so that the case cannot be played."""


class Driver:
    """Plays cases on one open target. Its wall clock learns from every answer; what is `missing` is never asked for."""

    def __init__(self, target: Target, caller: Caller) -> None:
        self.target, self.caller = target, caller
        self.missing: frozenset[Operation] = frozenset()
        self.wall_clock = WallClock()
        self._has_past: dict[str, bool] = {}
        self._has_looked_for_lag = self.stays_processing = False
        self._used_until: datetime | None = None

    def may_have_past(self, region: str) -> bool:
        """Whether an account of this Region is to be asked for reservations before it is used.

        One that is not fresh always is; fresh ones are where the first that was asked had some.
        """
        return Capability.ACCOUNTS not in self.target.capabilities or self._has_past.get(region, True)

    def learn_past(self, region: str, reservations: tuple[Wire, ...] | None) -> None:
        """Take in what an account of this Region had before it was used; None where that is not known."""
        self._has_past[region] = self._has_past.get(region, False) or bool(reservations)

    def clock_of_now(self) -> TargetClock:
        """The wall clock; where the target's clock is set for all accounts alike, it is set to a plain time first."""
        if Capability.CLOCK not in self.target.capabilities:
            return self.wall_clock
        clock = StandingClock(_instant(self.playable(Case()).now))
        self.target.set_clock(self.target.new_account(), clock.now())
        return clock

    def playable(self, case: Case) -> Case:
        """The case as it is played: later than it says, where the clock cannot be set so early.

        The only account of a target whose clock can be set is used by one case after the other, each in a later time
        than all that the ones before it have left there.

        Raises:
            NotSetError: there is no such time any more.
        """
        later: Case | None = case
        if self.target.clock_from is not None:
            later = not_before(case, self.target.clock_from, last_year=self.target.last_year)
        if later is not None and self._used_until is not None:
            later = not_before(later, self._used_until, LEAP_CYCLE_YEARS, self.target.last_year)
        now = parse_timestamp(later.now) if later is not None else None
        if later is None or (now is not None and now.year > self.target.last_year):
            raise NotSetError(f"the clock cannot be set beyond {self.target.last_year}, and the case would be")
        return later

    def is_used_until(self, instant: datetime) -> None:
        """Take in that the only account has a reservation that ends then."""
        if Capability.CLOCK in self.target.capabilities and Capability.ACCOUNTS not in self.target.capabilities:
            after = min(instant, _LATEST) + timedelta(days=1)
            self._used_until = after if self._used_until is None else max(after, self._used_until)

    def play(self, case: Case) -> Trace:
        """Play a case in accounts of its own.

        Raises:
            OfferingsUnknownError: ListOfferings did not answer, where the case needs what it says.
            TargetError: the clock or the offerings could not be set.
        """
        if self._may_be_misled(case):
            self._has_looked_for_lag = True
            _Play(self, _LOOKS_FOR_LAG).run()
            self.caller.settling.looked()
        return _Play(self, case).run()

    def _may_be_misled(self, case: Case) -> bool:
        """Whether reads matter, concurrent ones or after a lost answer, and nobody has seen that they do not lag."""
        is_known = self._has_looked_for_lag or self.caller.settling.lags or not self.caller.settling.patience
        can_be_seen = Capability.ACCOUNTS in self.target.capabilities and not self.target.counts_purchases
        is_concurrent = any(isinstance(step, ConcurrentCalls) for step in case.steps)
        return not is_known and can_be_seen and (is_concurrent or self.caller.settling.has_doubts)


class _Play:
    """One case under way."""

    def __init__(self, driver: Driver, case: Case) -> None:
        self._driver, self._case, self._played = driver, case, driver.playable(case)
        self._target, self._caller = driver.target, driver.caller
        self._can = driver.target.capabilities
        self._clock: TargetClock = driver.wall_clock
        self._calls: list[Call] = []
        self._definitions: list[Definition] = []
        self._skipped: list[tuple[int, str]] = []
        self._first_offerings: dict[Place, tuple[Wire, ...]] = {}
        self._offerings: dict[Place, tuple[Wire, ...]] = {}
        self._arns: dict[int, str] = {}
        self._ends: dict[int, datetime] = {}
        self._tokens: dict[int, str] = {}
        self._before: dict[Place, tuple[Wire, ...] | None] = {}
        self._known: dict[Place, set[str]] = {}
        self._visibility = Visibility(driver.caller, driver.target.accounts)
        self._not_permitted = self._left_out = ""
        self._accounts: dict[int, Account] = {}
        self._regions = (driver.target.region, driver.target.other_region)

    def run(self) -> Trace:
        self._prepare()
        for number, step in enumerate(self._played.steps):
            try:
                self._play_step(number, step)
            except NotPlayableError as reason:
                self._skipped.append((number, str(reason)))
        return Trace(
            tuple(self._calls),
            self._case,
            self._target.accounts,
            self._first_offerings,
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
                self._set_clock(resolve_point(step.to, self._clock.now(), self._ends))
            case DefineOfferings():
                self._redefine(step)
            case ConcurrentCalls():
                self._play_concurrently(number, step)
            case _:
                assert isinstance(step, CallStep)
                for call in self._play_settled(number, step):
                    self._note(call, step)

    def _prepare(self) -> None:
        for number in sorted({account for account, _ in self._case.places()}):
            self._accounts[number] = self._target.new_account()
        if Capability.CLOCK in self._can:
            self._clock = StandingClock(_instant(self._played.now))
            self._set_clock(_instant(self._played.now))
        for number, region_number in self._case.places():
            account, region = self._accounts[number], self._region(number, region_number)
            place = Place(account.id, region)
            self._known[place] = set()
            if self._driver.may_have_past(region):
                self._look_back(account, place)
            self._offerings[place] = self._define(account, region, self._case.offerings)
        self._first_offerings = dict(self._offerings)

    def _look_back(self, account: Account, place: Place) -> None:
        """Learn which reservations an account has already: a fresh one may have a past."""
        before = self._caller.reservations(self._clock, account, place.region)
        self._driver.learn_past(place.region, before)
        if before is None and Capability.ACCOUNTS in self._can:
            return
        self._before[place] = before
        for end in filter(None, (parse_iso8601(reservation.get("end")) for reservation in before or ())):
            self._driver.is_used_until(end)
        self._known[place] |= {text_of(reservation, "reservationArn") for reservation in before or ()}

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
        for number, region_number in self._case.places():
            account, region = self._accounts[number], self._region(number, region_number)
            place = Place(account.id, region)
            self._offerings[place] = self._define(account, region, step.offerings)
            self._definitions.append(Definition(place, self._offerings[place], len(self._calls)))

    def _set_clock(self, now: datetime) -> None:
        if not isinstance(self._clock, StandingClock):
            raise NotPlayableError("the target's clock cannot be set")
        if now.year > self._target.last_year:
            raise NotPlayableError(f"the target's clock cannot be set to {format_timestamp(now)}")
        if now < self._clock.now():
            raise NotPlayableError(f"the clock would go back, to {format_timestamp(now)}")
        for account in self._accounts.values():
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
            made: list[tuple[Call, CallStep]] = []
            for call, known in zip(branch, parameters, strict=True):
                try:
                    made += [(one, call) for one in self._play(number, call, known, concurrent=True)]
                except NotPlayableError as reason:
                    skipped.append(str(reason))
            return made

        with ThreadPoolExecutor(len(step.branches)) as threads:
            calls = [call for branch in threads.map(run, step.branches, requests) for call in branch]
        self._skipped += [(number, reason) for reason in sorted(skipped)]
        places = [(call, self._accounts[of.account], self._place(of)) for call, of in calls]
        reads_lag = self._caller.settling.lags or self._visibility.is_any_late(self._clock, places)
        for call, of in sorted(calls, key=lambda one: one[0].ended):
            if reads_lag and not isinstance(of, Purchase):
                # What a read shows that may lag behind says nothing of an order.
                self._left_out = "needs reads that show at once what was purchased"
                continue
            self._note(call, of)

    def _note(self, call: Call, step: CallStep) -> None:
        """Keep a call, and what later steps may refer to."""
        self._calls.append(call)
        token = text_of(call.answer, "nextToken")
        if token:
            self._tokens[call.step_number] = token
        reservation = call.reservation if isinstance(step, Purchase) else None
        if reservation is None:
            return
        arn, end = text_of(reservation, "reservationArn"), parse_iso8601(reservation.get("end"))
        if arn:
            self._arns[call.step_number] = arn
            self._known[self._place(step)].add(arn)
            self._visibility.add(self._place(step), arn)
        if end is not None:
            self._ends[call.step_number] = end
            self._driver.is_used_until(end)

    def _play_settled(self, number: int, step: CallStep) -> list[Call]:
        """The calls of one step; those of a read that lagged behind a purchase are made anew, and left out."""
        place, account = self._place(step), self._accounts[step.account]
        if not isinstance(step, Purchase):
            self._visibility.wait_for(self._clock, account, place)
        for time in itertools.count():
            calls = list(self._play(number, step))
            if not self._visibility.is_late(self._clock, account, place, calls, time):
                return calls
        raise AssertionError

    def _play(
        self, number: int, step: CallStep, parameters: dict[str, str] | None = None, *, concurrent: bool = False
    ) -> Iterator[Call]:
        """The calls of one step: one, or for a walk one a page."""
        parameters = self._parameters(step) if parameters is None else parameters
        if isinstance(step, DescribeReservation) and step.settled:
            yield self._settle(number, step, parameters)
            return
        # Walks of this length are endless (rules.lists), and no longer ones are of use.
        limit = min(3 * max(len(self._offerings[self._place(step)]), len(self._arns)) + 45, MOST_PAGES)
        for _ in range(limit):
            call = self._make(number, step, parameters, concurrent)
            yield call
            token = text_of(call.answer, "nextToken")
            if not getattr(step, "whole", False) or not token:
                return
            parameters = {**parameters, "NextToken": token}

    def _settle(self, number: int, step: DescribeReservation, parameters: dict[str, str]) -> Call:
        """The last of the calls, which are made until the reservation is no longer PROCESSING, or the time is up."""
        until = monotonic() + (0.0 if self._driver.stays_processing else SETTLING_SECONDS)
        call = self._make(number, step, parameters)
        while (call.reservation or {}).get("reservationState") == PROCESSING and monotonic() < until:
            wait(0.1)
            call = self._make(number, step, parameters)
        if (call.reservation or {}).get("reservationState") == PROCESSING:
            self._driver.stays_processing = True  # no document limits that state, and once is enough to wait for it
        return call

    def _make(self, number: int, step: CallStep, parameters: dict[str, str], concurrent: bool = False) -> Call:
        try:
            return self._made(number, step, parameters, concurrent)
        except PurchaseNotAllowedError as error:
            self._not_permitted = str(error)
            raise NotPlayableError(str(error)) from None

    def _made(self, number: int, step: CallStep, parameters: dict[str, str], concurrent: bool) -> Call:
        account, region = self._accounts[step.account], self._region(step.account, step.region)
        operation = OPERATIONS[type(step)]
        if operation in self._driver.missing:
            raise NotPlayableError(f"the target does not implement {operation}")
        change = RequestChange(getattr(step, "mutation", "plain"), getattr(step, "body_edits", ()))
        if operation is not Operation.PURCHASE_OFFERING:
            made = self._caller.read(self._clock, operation, account, region, parameters, change)
        elif concurrent:
            made = self._caller.purchase_once(self._clock, account, region, parameters, change)
        else:
            known = frozenset(self._known[Place(account.id, region)])
            made = self._caller.purchase(self._clock, account, region, parameters, known, change)
        return Call(made.exchanges, made.outcome, made.now, made.began, made.ended, number, concurrent)

    def _place(self, step: CallStep) -> Place:
        return Place(self._accounts[step.account].id, self._region(step.account, step.region))

    def _region(self, account: int, region: int) -> str:
        return (self._accounts[account].regions or self._regions)[region]

    def _parameters(self, step: CallStep) -> dict[str, str]:
        place = self._place(step)
        match step:
            case Purchase():
                parameters = {"OfferingArn": resolve_arn(step.offering, place, self._offerings[place], self._arns)}
                if step.name is not None:
                    used = {text_of(one, "reservationName") for one in self._before.get(place) or ()}
                    parameters["ReservationName"] = unused_name(step.name, used)
                if step.start is not None:
                    parameters["Start"] = resolve_start(step.start, self._clock.now(), self._ends)
                return parameters
            case DescribeOffering():
                return {"OfferingArn": resolve_arn(step.offering, place, self._offerings[place], self._arns)}
            case DescribeReservation():
                return {"ReservationArn": resolve_arn(step.reservation, place, self._offerings[place], self._arns)}
            case ListOfferings() | ListReservations():
                given = {"MaxResults": step.max_results, "NextToken": self._token(step.token)}
                return {name: value for name, value in given.items() if value is not None}

    def _token(self, token: str | TokenOf | None) -> str | None:
        if not isinstance(token, TokenOf):
            return token
        if token.step not in self._tokens:
            raise NotPlayableError(f"the list at step {token.step} gave no NextToken")
        return self._tokens[token.step]


def _instant(text: str) -> datetime:
    instant = parse_timestamp(text)
    if instant is None:
        raise NotPlayableError(f"the time of the case, {text!r}, is not written YYYY-MM-DDTHH:mm:SSZ")
    return instant.astimezone(UTC)
