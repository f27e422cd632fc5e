"""Clocks that can be set, but not to any time: cases are played later, or on the wall clock; nothing right fails."""
# ruff: noqa: D102 - what is overridden has its docstring elsewhere

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    PLAIN_NOW,
    At,
    Case,
    ConcurrentCalls,
    EndOf,
    Inside,
    ListReservations,
    Literal,
    Now,
    Purchase,
    SetClock,
    Written,
)
from conformance.cases.later import CYCLE_YEARS, not_before
from conformance.clock import utc_now
from conformance.execution.clock_discovery import LONG_AGO, settle_clock
from conformance.execution.progress import Progress
from conformance.execution.trace import Exchange
from conformance.rules.history import follow
from conformance.spec.calendar import format_timestamp, parse_timestamp
from conformance.spec.service import Operation
from conformance.targets.base import Account, NotSetError
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import WallClock
from tests.meta.emulator import RightEmulator
from tests.meta.emulator.accounts import OneAccount
from tests.meta.emulator.variations_in_time import ClockGoesForward, ClockIsNeverInThePast
from tests.meta.kills.harness import Direct
from tests.meta.tools.hypotheses import examples
from tests.meta.tools.in_process import driver_on, violations

CASE = Case(
    now="2024-02-29T12:00:00Z",
    steps=(
        Purchase(start=Written(Now())),
        SetClock(EndOf(0, -1)),
        Purchase(name="too-early"),
        SetClock(EndOf(0, 1)),
        Purchase(name="again", start=Written(Inside(500))),
        SetClock(At("2028-02-29T23:59:59Z")),
        Purchase(name="at-last", start=Written(At("2028-02-29T00:00:00Z"))),
        ListReservations(whole=True),
    ),
)


class OneClock(Direct):
    """Has one clock for all accounts."""

    only_forward = False

    def __init__(self, emulator: RightEmulator) -> None:
        super().__init__(emulator)
        self.now = LONG_AGO - timedelta(days=9_000)

    def set_clock(self, account: Account, now: datetime) -> None:
        if self.only_forward and now < self.now:
            raise NotSetError("the clock only moves forward")
        self.now = now
        for one in [account.id, *self.emulator.accounts]:
            super().set_clock(Account(one, one), now)


class OneClockThatOnlyMovesForward(OneClock):
    """Cannot be set back, whichever account is meant."""

    only_forward = True


@pytest.mark.parametrize(
    "target, says, can_be_set",
    [
        (lambda: Direct(RightEmulator()), "clock: set by the suite", True),
        (lambda: Direct(ClockGoesForward()), "clock: set by the suite", True),
        (lambda: Direct(ClockIsNeverInThePast()), "400 years ahead where it refuses the past", True),
        (lambda: OneClock(RightEmulator()), "clock: set by the suite", True),
        (lambda: OneClockThatOnlyMovesForward(RightEmulator()), "only moves forward, for all accounts together", False),
    ],
)
def test_what_a_clock_can_be_set_to_is_found_out(target: Callable[[], Direct], says: str, can_be_set: bool) -> None:
    """Whether it may go back to the past, or at least back from one account to the next."""
    found = target()
    assert says in settle_clock(found, WallClock())
    assert (Capability.CLOCK in found.capabilities) is can_be_set


@pytest.mark.parametrize("kind", [RightEmulator, ClockGoesForward, ClockIsNeverInThePast])
def test_a_case_of_the_past_is_played_on_any_clock(kind: type[RightEmulator]) -> None:
    """On a clock that refuses the past the same case is played in the same calendar, later; nothing right fails."""
    target = Direct(kind())
    settle_clock(target, WallClock())
    trace = driver_on(target).play(CASE)
    assert trace.skipped == ()
    assert trace.case is CASE
    assert violations(follow(trace)) == {}
    accepted = [call.accepted for call in trace.calls[:4]]
    assert accepted == [True, False, True, True]
    year = trace.calls[0].now.earliest.year
    assert year == 2024 + (CYCLE_YEARS if kind is ClockIsNeverInThePast else 0)


def test_the_plain_time_never_lies_in_the_past_of_a_real_clock() -> None:
    """Whatever the real date is when the suite runs, the plain case can be played on a clock that refuses the past."""
    for year in (2026, 2027, 2028, 2101, 2399, 2430, 2828):
        earliest = datetime(year, 6, 1, tzinfo=UTC)
        later = not_before(Case(), earliest)
        assert later is not None
        now = parse_timestamp(later.now)
        assert now is not None
        assert earliest <= now < earliest.replace(year=year + CYCLE_YEARS + 1)


FIRST, LAST = (datetime.fromisoformat(text) for text in ("1999-01-01", "2110-01-01"))


@given(
    now=st.datetimes(FIRST, LAST),
    at=st.datetimes(FIRST, LAST),
)
@examples(200)
def test_a_later_case_has_the_same_calendar(now: datetime, at: datetime) -> None:
    """Day of the month, weekday, leap years and distances are the same; what is relative or literal is not touched."""
    texts = [format_timestamp(one.replace(tzinfo=UTC, microsecond=0)) for one in (now, at)]
    purchase = Purchase(start=Written(At(texts[1])))
    steps = (
        SetClock(At(texts[1])),
        ConcurrentCalls(((purchase,),)),
        Purchase(start=Literal(texts[1])),
        SetClock(Now(5)),
    )
    case = Case(now=texts[0], steps=steps)
    earliest = datetime(2026, 11, 24, tzinfo=UTC)
    moved = not_before(case, earliest)
    assert moved is not None
    before, after = parse_timestamp(case.now), parse_timestamp(moved.now)
    assert before is not None
    assert after is not None
    assert after >= earliest
    assert (after.weekday(), after.timetuple()[1:6]) == (before.weekday(), before.timetuple()[1:6])
    assert moved.steps[2:] == steps[2:]
    step, together = moved.steps[:2]
    assert isinstance(step, SetClock)
    assert isinstance(step.to, At)
    assert isinstance(together, ConcurrentCalls)
    assert together.branches == ((replace(purchase, start=Written(step.to)),),)
    there = parse_timestamp(step.to.instant)
    assert there is not None
    assert there - after == at.replace(microsecond=0) - now.replace(microsecond=0)
    assert not_before(moved, earliest) == moved


def test_one_account_on_a_clock_that_goes_back() -> None:
    """The only account is used by one case after the other, each in a later time than all that was left there."""

    class OnlyAccount(Direct):
        capabilities = frozenset(Capability) - {Capability.ACCOUNTS, Capability.OTHER_ACCOUNTS}

        def new_account(self) -> Account:
            return Account("123456789012", "123456789012")

    target = OnlyAccount(OneAccount())
    driver = driver_on(target)
    years = []
    for number, now in enumerate(("2030-01-15T12:00:00Z", PLAIN_NOW, *["2024-02-29T12:00:00Z"] * 20)):
        steps = (Purchase(name=f"a{number}"), Purchase(name=f"b{number}"), ListReservations(whole=True))
        trace = driver.play(Case(now=now, steps=steps))
        assert violations(follow(trace)) == {}
        assert [call.accepted for call in trace.calls[:2]] == [True, False]
        years.append(trace.calls[0].now.earliest.year)
    assert years == sorted(years)
    assert years[-1] < 2400


def test_the_calendar_ends() -> None:
    """An account that has been used up to the end of the calendar plays nothing any more, and says so."""
    assert not_before(Case(), datetime(9800, 1, 1, tzinfo=UTC)) is None
    driver = driver_on(Direct(RightEmulator()))
    driver.target.capabilities -= {Capability.ACCOUNTS}
    driver.note_used_until(datetime(9999, 12, 31, tzinfo=UTC))
    with pytest.raises(NotSetError, match="after 9900"):
        driver.play(CASE)


def test_a_clock_that_ends() -> None:
    """A process cannot tell every time: what lies beyond is left out, and said."""
    target = Direct(RightEmulator())
    target.last_year = 2260
    driver = driver_on(target)
    with pytest.raises(NotSetError, match="after 2260"):
        driver.play(Case(now="2261-01-01T00:00:00Z"))
    trace = driver.play(Case(now="2259-01-01T00:00:00Z", steps=(SetClock(Now(months=36)), ListReservations())))
    assert trace.skipped == ((0, "the target's clock cannot be set to 2262-01-01T00:00:00Z"),)
    assert len(trace.calls) == 1


def test_threads_share_what_is_known() -> None:
    """Many threads at once lose no exchange and no fault, and leave the bounds of the clock in order."""
    progress, clock = Progress(), WallClock()
    ready = threading.Barrier(8)
    now = utc_now()
    exchange = Exchange("GET", "u", {}, b"", now, now, 200)

    def work(number: int) -> None:
        ready.wait()
        for index in range(500):
            progress.count(exchange, in_service=True)
            progress.confirm(Operation.LIST_OFFERINGS, number * 1000 + index)
            progress.broke_off()
            clock.learn(now, now + timedelta(seconds=2), {"Date": format_datetime(now, usegmt=True)})
            least, most = clock.bounds
            assert least <= most

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert progress.exchanges == progress.broken_off == 4_000
    assert all(progress.is_confirmed(Operation.LIST_OFFERINGS, number * 1000 + 499) for number in range(8))
