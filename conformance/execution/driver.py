"""The driver: plays a case on a target and gives the trace."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

from conformance.cases.case import (
    PLAIN_NOW,
    CallStep,
    Case,
    ConcurrentCalls,
    DescribeOffering,
    DescribeReservation,
    ListOfferings,
    ListReservations,
    Purchase,
    SetClock,
)
from conformance.cases.resolution import NotPlayableError, resolve_arn, resolve_point, resolve_start
from conformance.clock import monotonic, wait
from conformance.execution.calls import Caller
from conformance.execution.trace import Call, Trace, Wire
from conformance.spec.calendar import format_timestamp, parse_iso8601, parse_timestamp
from conformance.spec.service import PROCESSING, Operation
from conformance.targets.base import Account, Target
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import SetClock as StandingClock
from conformance.targets.clocks import TargetClock, WallClock
from conformance.targets.purchases.ledger import PurchaseNotAllowedError

SETTLING_SECONDS = 15.0
"""How long a reservation may take, in real time, to go from PROCESSING to ACTIVE while a case waits for it."""


class OfferingsUnknownError(Exception):
    """The offerings of an account could not be learned, so that the case cannot be played."""


class Driver:
    """Plays cases on one open target. Its wall clock learns from every answer, through all cases."""

    def __init__(self, target: Target, caller: Caller) -> None:
        self.target = target
        self.caller = caller
        self.wall_clock = WallClock()

    def clock_of_now(self) -> TargetClock:
        """The wall clock; where the target's clock is set for all accounts alike, it is set to a plain time first."""
        if Capability.CLOCK not in self.target.capabilities:
            return self.wall_clock
        clock = StandingClock(_instant(PLAIN_NOW))
        self.target.set_clock(self.target.new_account(), clock.now())
        return clock

    def play(self, case: Case) -> Trace:
        """Play a case in accounts of its own.

        Raises:
            OfferingsUnknownError: ListOfferings did not answer, where the case needs what it says.
            TargetError: the clock or the offerings could not be set.
        """
        return _Play(self, case).run()


class _Play:
    """One case under way."""

    def __init__(self, driver: Driver, case: Case) -> None:
        self._target, self._caller, self._case = driver.target, driver.caller, case
        self._can = driver.target.capabilities
        self._clock: TargetClock = driver.wall_clock
        self._calls: list[Call] = []
        self._skipped: list[tuple[int, str]] = []
        self._offerings: dict[tuple[str, str], tuple[Wire, ...]] = {}
        self._arns: dict[int, str] = {}
        self._ends: dict[int, datetime] = {}
        self._before: dict[tuple[str, str], tuple[Wire, ...] | None] = {}
        self._known: dict[tuple[str, str], set[str]] = {}
        self._withheld = ""
        self._accounts: dict[int, Account] = {}
        self._regions = (driver.target.region, driver.target.other_region)

    def run(self) -> Trace:
        self._prepare()
        for number, step in enumerate(self._case.steps):
            try:
                if isinstance(step, SetClock):
                    self._set_clock(resolve_point(step.to, self._clock.now(), self._ends))
                elif isinstance(step, ConcurrentCalls):
                    self._play_together(number, step)
                else:
                    for call in self._play(number, step):
                        self._note(call)
                        self._await_visibility(call)
            except NotPlayableError as reason:
                self._skipped.append((number, str(reason)))
        defined = Capability.SEED in self._can
        return Trace(
            self._case, self._offerings, tuple(self._calls), defined, tuple(self._skipped), self._before, self._withheld
        )

    def _prepare(self) -> None:
        for number in sorted({account for account, _ in self._case.places()}):
            self._accounts[number] = self._target.new_account()
        if Capability.CLOCK in self._can:
            self._clock = StandingClock(_instant(self._case.now))
            self._set_clock(_instant(self._case.now))
        for number, region_number in self._case.places():
            account, region = self._accounts[number], self._region(number, region_number)
            self._known[account.id, region] = set()
            if Capability.ACCOUNTS not in self._can:
                self._look_back(account, region)
            self._offerings[account.id, region] = self._define(account, region)

    def _look_back(self, account: Account, region: str) -> None:
        """Learn what an account that is not fresh holds already."""
        before = self._caller.reservations(self._clock, account, region)
        self._before[account.id, region] = before
        self._known[account.id, region] |= {str(reservation.get("reservationArn")) for reservation in before or ()}

    def _define(self, account: Account, region: str) -> tuple[Wire, ...]:
        if Capability.SEED in self._can:
            return self._target.define_offerings(account, region, self._case.offerings)
        if Capability.OFFERINGS not in self._can:
            return ()
        found = self._caller.offerings(self._clock, account, region)
        if found is None:
            raise OfferingsUnknownError("ListOfferings did not answer")
        return found

    def _set_clock(self, now: datetime) -> None:
        if not isinstance(self._clock, StandingClock):
            raise NotPlayableError("the target's clock cannot be set")
        if now < self._clock.now():
            raise NotPlayableError(f"the clock would go back, to {format_timestamp(now)}")
        for account in self._accounts.values():
            self._target.set_clock(account, now)
        self._clock.set(now)

    def _play_together(self, number: int, step: ConcurrentCalls) -> None:
        """Release all branches at once; each call is resolved before, so that the threads have only to send."""
        ready = threading.Barrier(len(step.branches))
        requests = [[self._parameters(call) for call in branch] for branch in step.branches]

        def run(branch: tuple[CallStep, ...], parameters: list[dict[str, str]]) -> list[Call]:
            ready.wait()
            made: list[Call] = []
            for call, known in zip(branch, parameters, strict=True):
                with suppress(NotPlayableError):
                    made += list(self._play(number, call, known, concurrent=True))
            return made

        with ThreadPoolExecutor(len(step.branches)) as threads:
            calls = [call for branch in threads.map(run, step.branches, requests) for call in branch]
        for call in sorted(calls, key=lambda call: call.ended):
            if self._target.settle_seconds and call.operation is not Operation.PURCHASE_OFFERING:
                continue  # what a look shows that may lag behind says nothing of an order
            self._note(call)
        for call in calls:
            self._await_visibility(call)

    def _note(self, call: Call) -> None:
        """Keep a call, and what later steps may refer to."""
        self._calls.append(call)
        reservation = call.member("reservation") if isinstance(call.step, Purchase) else None
        if reservation is None:
            return
        arn, end = reservation.get("reservationArn"), parse_iso8601(reservation.get("end"))
        if isinstance(arn, str):
            self._arns[call.step_number] = arn
            self._known[call.place].add(arn)
        if end is not None:
            self._ends[call.step_number] = end

    def _await_visibility(self, call: Call) -> None:
        """Let reads catch up with a purchase, where they may lag behind."""
        arn = (call.member("reservation") or {}).get("reservationArn") if isinstance(call.step, Purchase) else None
        if self._target.settle_seconds and isinstance(arn, str):
            self._caller.await_visibility(self._clock, self._accounts[call.step.account], call.region, arn)

    def _play(
        self, number: int, step: CallStep, parameters: dict[str, str] | None = None, *, concurrent: bool = False
    ) -> Iterator[Call]:
        """The calls of one step: one, or for a walk one a page."""
        parameters = self._parameters(step) if parameters is None else parameters
        if isinstance(step, DescribeReservation) and step.settled:
            yield self._settle(number, step, parameters)
            return
        limit = 3 * len(self._offerings[self._place(step)]) + 40
        for _ in range(limit):
            call = self._make(number, step, parameters, concurrent)
            yield call
            token = call.answer.get("nextToken")
            if not getattr(step, "whole", False) or not isinstance(token, str) or not token:
                return
            parameters = {**parameters, "NextToken": token}

    def _settle(self, number: int, step: DescribeReservation, parameters: dict[str, str]) -> Call:
        """The last of the calls, which are made until the reservation is no longer PROCESSING, or the time is up."""
        until = monotonic() + SETTLING_SECONDS
        call = self._make(number, step, parameters)
        while (call.member("reservation") or {}).get("reservationState") == PROCESSING and monotonic() < until:
            wait(0.1)
            call = self._make(number, step, parameters)
        return call

    def _make(self, number: int, step: CallStep, parameters: dict[str, str], concurrent: bool = False) -> Call:
        try:
            return self._made(number, step, parameters, concurrent)
        except PurchaseNotAllowedError as error:
            self._withheld = str(error)
            raise NotPlayableError(str(error)) from None

    def _made(self, number: int, step: CallStep, parameters: dict[str, str], concurrent: bool) -> Call:
        account, region = self._accounts[step.account], self._region(step.account, step.region)
        operation, mutation = OPERATIONS[type(step)], getattr(step, "mutation", "plain")
        if operation is not Operation.PURCHASE_OFFERING:
            made = self._caller.read(self._clock, operation, account, region, parameters, mutation)
        elif concurrent:
            made = self._caller.purchase_once(self._clock, account, region, parameters, mutation)
        else:
            known = frozenset(self._known[account.id, region])
            made = self._caller.purchase(self._clock, account, region, parameters, known, mutation)
        return Call(
            number, step, operation, account.id, region, parameters, made.now, made.exchanges, made.outcome,
            made.began, made.ended, concurrent,
        )  # fmt: skip

    def _place(self, step: CallStep) -> tuple[str, str]:
        return self._accounts[step.account].id, self._region(step.account, step.region)

    def _region(self, account: int, region: int) -> str:
        return (self._accounts[account].regions or self._regions)[region]

    def _parameters(self, step: CallStep) -> dict[str, str]:
        place = self._place(step)
        match step:
            case Purchase():
                parameters = {"OfferingArn": resolve_arn(step.offering, place, self._offerings[place], self._arns)}
                if step.name is not None:
                    parameters["ReservationName"] = step.name
                if step.start is not None:
                    parameters["Start"] = resolve_start(step.start, self._clock.now(), self._ends)
                return parameters
            case DescribeOffering():
                return {"OfferingArn": resolve_arn(step.offering, place, self._offerings[place], self._arns)}
            case DescribeReservation():
                return {"ReservationArn": resolve_arn(step.reservation, place, self._offerings[place], self._arns)}
            case ListOfferings() | ListReservations():
                given = {"MaxResults": step.max_results, "NextToken": step.token}
                return {name: value for name, value in given.items() if value is not None}


OPERATIONS = {
    Purchase: Operation.PURCHASE_OFFERING,
    DescribeOffering: Operation.DESCRIBE_OFFERING,
    DescribeReservation: Operation.DESCRIBE_RESERVATION,
    ListOfferings: Operation.LIST_OFFERINGS,
    ListReservations: Operation.LIST_RESERVATIONS,
}


def _instant(text: str) -> datetime:
    instant = parse_timestamp(text)
    if instant is None:
        raise NotPlayableError(f"the time of the case, {text!r}, is not written YYYY-MM-DDTHH:mm:SSZ")
    return instant.astimezone(UTC)
