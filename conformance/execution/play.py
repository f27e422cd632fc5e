"""One case under way: its steps in order, each a call or a change on the target, and what came of them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from conformance.cases.case import (
    Arn,
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
from conformance.cases.request_change import RequestChange
from conformance.cases.resolution import NotPlayableError, resolve_arn, resolve_point, resolve_start, unused_name
from conformance.clock import monotonic, wait
from conformance.execution.calls import MOST_PAGES
from conformance.execution.target_in_use import TargetInUse, instant_of_case
from conformance.execution.trace import Call, Definition, Trace
from conformance.execution.visibility import Visibility
from conformance.spec.calendar import format_timestamp, parse_iso8601
from conformance.spec.outcomes import Wire, text_of
from conformance.spec.request import Place
from conformance.spec.service import PAGES_WITHOUT_NEWS, PROCESSING, Operation
from conformance.targets.base import Account
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import SettableClock, TargetClock
from conformance.targets.purchases.ledger import PurchaseNotAllowedError

SETTLING_SECONDS = 15.0
"""How long a reservation may take, in real time, to go from PROCESSING to ACTIVE while a case waits for it."""

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
        self._calls: list[Call] = []
        self._definitions: list[Definition] = []
        self._skipped: list[tuple[int, str]] = []
        self._first_offerings: dict[Place, tuple[Wire, ...]] = {}
        self._offerings: dict[Place, tuple[Wire, ...]] = {}
        self._withdrawn: dict[Place, tuple[Wire, ...]] = {}
        self._arns: dict[int, str] = {}
        self._ends: dict[int, datetime] = {}
        self._tokens: dict[int, str] = {}
        self._before: dict[Place, tuple[Wire, ...] | None] = {}
        self._known: dict[Place, set[str]] = {}
        self._visibility = Visibility(in_use.caller, in_use.target.accounts)
        self._not_permitted = self._left_out = ""
        self._accounts: dict[int, Account] = {}
        self._regions = (in_use.target.region, in_use.target.other_region)

    def run(self) -> Trace:
        """Play the case in accounts of its own, and give the trace. Raises what `Driver.play` raises."""
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
            self._clock = SettableClock(instant_of_case(self._played.now))
            self._set_clock(instant_of_case(self._played.now))
        for number, region_number in self._places():
            account, region = self._accounts[number], self._region(number, region_number)
            place = Place(account.id, region)
            self._known[place] = set()
            if self._in_use.may_have_past(region):
                self._look_back(account, place)
            self._offerings[place] = self._define(account, region, self._case.offerings)
        self._first_offerings = dict(self._offerings)

    def _places(self) -> list[tuple[int, int]]:
        """The accounts and Regions of the case, by number, that the target has."""
        return [(account, region) for account, region in self._case.places() if self._has_region(account, region)]

    def _has_region(self, account: int, region: int) -> bool:
        """Whether there is such a Region; a second one is where it was seen, or the account has Regions of its own."""
        return not region or Capability.REGIONS in self._can or bool(self._accounts[account].regions)

    def _look_back(self, account: Account, place: Place) -> None:
        """Learn which reservations an account has already: a fresh one may have a past."""
        before = self._caller.reservations(self._clock, account, place.region)
        self._in_use.learn_past(place.region, before)
        if before is None and Capability.ACCOUNTS in self._can:
            return
        self._before[place] = before
        for end in filter(None, (parse_iso8601(reservation.get("end")) for reservation in before or ())):
            self._in_use.note_used_until(end)
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
        for number, region_number in self._places():
            account, region = self._accounts[number], self._region(number, region_number)
            place = Place(account.id, region)
            self._withdrawn[place] = (*self._offerings[place], *self._withdrawn.get(place, ()))
            self._offerings[place] = self._define(account, region, step.offerings)
            self._definitions.append(Definition(place, self._offerings[place], len(self._calls)))

    def _set_clock(self, now: datetime) -> None:
        if not isinstance(self._clock, SettableClock):
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
            self._in_use.note_used_until(end)

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
        """The calls of one step: one, or for a pagination one a page."""
        parameters = self._parameters(step) if parameters is None else parameters
        if isinstance(step, DescribeReservation) and step.settled:
            yield self._settle(number, step, parameters)
            return
        # A list whose pages are of one item, every third with it, ends before; then it must be seen to be endless.
        items = max(len(self._offerings[self._place(step)]), len(self._arns))
        limit = min(3 * items + PAGES_WITHOUT_NEWS + 5, MOST_PAGES)
        for _ in range(limit):
            call = self._make(number, step, parameters, concurrent)
            yield call
            token = text_of(call.answer, "nextToken")
            if not getattr(step, "whole", False) or not token:
                return
            parameters = {**parameters, "NextToken": token}

    def _settle(self, number: int, step: DescribeReservation, parameters: dict[str, str]) -> Call:
        """The last of the calls, which are made until the reservation is no longer PROCESSING, or the time is up."""
        until = monotonic() + (0.0 if self._in_use.stays_processing else SETTLING_SECONDS)
        call = self._make(number, step, parameters)
        while (call.reservation or {}).get("reservationState") == PROCESSING and monotonic() < until:
            wait(0.1)
            call = self._make(number, step, parameters)
        if (call.reservation or {}).get("reservationState") == PROCESSING:
            self._in_use.stays_processing = True  # no document limits that state, and once is enough to wait for it
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
        if operation in self._in_use.missing:
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
        if not self._has_region(step.account, step.region):
            raise NotPlayableError("the target has no second Region")
        return Place(self._accounts[step.account].id, self._region(step.account, step.region))

    def _region(self, account: int, region: int) -> str:
        return (self._accounts[account].regions or self._regions)[region]

    def _parameters(self, step: CallStep) -> dict[str, str]:
        place = self._place(step)
        match step:
            case Purchase():
                parameters = {"OfferingArn": self._arn(step.offering, place)}
                if step.name is not None:
                    used = {text_of(one, "reservationName") for one in self._before.get(place) or ()}
                    parameters["ReservationName"] = unused_name(step.name, used)
                if step.start is not None:
                    parameters["Start"] = resolve_start(step.start, self._clock.now(), self._ends)
                return parameters
            case DescribeOffering():
                return {"OfferingArn": self._arn(step.offering, place)}
            case DescribeReservation():
                return {"ReservationArn": self._arn(step.reservation, place)}
            case ListOfferings() | ListReservations():
                given = {"MaxResults": step.max_results, "NextToken": self._token(step.token)}
                return {name: value for name, value in given.items() if value is not None}

    def _arn(self, arn: Arn, place: Place) -> str:
        return resolve_arn(arn, place, self._offerings[place], self._arns, self._withdrawn.get(place, ()))

    def _token(self, token: str | TokenOf | None) -> str | None:
        if not isinstance(token, TokenOf):
            return token
        if token.step not in self._tokens:
            raise NotPlayableError(f"the list at step {token.step} gave no NextToken")
        return self._tokens[token.step]
