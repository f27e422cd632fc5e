"""The target's wall clock, on a fake clock of ours: nothing here waits."""
# ruff: noqa: D102 - what a wrong emulator overrides has its docstring in the right one

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    ConcurrentCalls,
    DescribeReservation,
    Inside,
    ListReservations,
    MonthStart,
    Now,
    Purchase,
    Start,
    Written,
    purchase_case,
)
from conformance.rules import RULES
from conformance.rules.history import follow
from conformance.spec.calendar import SECOND, Interval
from conformance.targets.clocks import TOLERANCE, SettableClock, WallClock
from strategies import purchases, second_purchases, starts_after_now, starts_before_window, starts_in_window
from tests.meta.emulator.right import RightEmulator
from tests.meta.tools.hypotheses import examples
from tests.meta.tools.in_process import FakeClock, InProcess, driver_on, fake_time, judged, violations

MARCH = "2027-03-01T00:00:00"
NOON = datetime(2027, 3, 15, 12, tzinfo=UTC)
LOOKS = (DescribeReservation(), ListReservations(whole=True))


def _date(instant: datetime) -> dict[str, str]:
    return {"Date": format_datetime(instant, usegmt=True)}


def _seconds(bounds: tuple[timedelta, timedelta]) -> tuple[float, float]:
    return bounds[0].total_seconds(), bounds[1].total_seconds()


def test_a_clock_without_dates() -> None:
    """Without a Date header the target's clock may be half a minute off, either way."""
    with fake_time("2027-03-15T12:00:00.75"):
        clock = WallClock()
        clock.learn(NOON, NOON, {"Content-Type": "application/json"})
        assert clock.bounds == (-6 * TOLERANCE, 6 * TOLERANCE)
        assert clock.now() == NOON
        assert clock.during(NOON, NOON + SECOND) == Interval(NOON - 6 * TOLERANCE, NOON + SECOND + 6 * TOLERANCE)


def test_dates_narrow_the_bounds() -> None:
    """Each answer narrows the bounds by what its whole-second Date says, never by more than the tolerance leaves."""
    clock = WallClock()
    clock.learn(NOON, NOON + SECOND / 2, _date(NOON + 10 * SECOND))
    assert _seconds(clock.bounds) == (9.5 - 5, 11 + 5)
    clock.learn(NOON + 20.75 * SECOND, NOON + 20.75 * SECOND, {"date": _date(NOON + 31 * SECOND)["Date"]})
    assert _seconds(clock.bounds) == (10.25 - 5, 11 + 5)
    assert clock.during(NOON, NOON + SECOND) == Interval(NOON + 5.25 * SECOND, NOON + 17 * SECOND)


@given(
    ahead=st.integers(-7_200_000, 7_200_000),
    trips=st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 3_000), st.integers(0, 3_000)), max_size=8),
)
@examples(200)
def test_the_true_time_stays_within(ahead: int, trips: list[tuple[int, int, int]]) -> None:
    """Whatever the delays, the time of a steady target lies within what is said of it, and narrows on it."""
    clock, ours, off = WallClock(), NOON, timedelta(milliseconds=ahead)
    widths = []
    for pause, there, back in trips:
        sent = ours + timedelta(milliseconds=pause)
        answered = sent + timedelta(milliseconds=there)
        ours = answered + timedelta(milliseconds=back)
        clock.learn(sent, ours, _date(answered + off))
        now = clock.during(sent, ours)
        assert now.earliest <= answered + off <= now.latest
        assert now.earliest >= sent + off - TOLERANCE - (ours - sent) - SECOND
        widths.append(clock.bounds[1] - clock.bounds[0])
    assert widths == sorted(widths, reverse=True)


def test_contradictory_dates_begin_anew() -> None:
    """Where a Date contradicts the ones before, the clock was moved, and the last one alone counts."""
    clock = WallClock()
    clock.learn(NOON, NOON, _date(NOON))
    clock.learn(NOON, NOON, _date(NOON + timedelta(days=40)))
    days = 40 * 86_400
    assert _seconds(clock.bounds) == (days - 5, days + 1 + 5)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2027-03-15T12:00:00Z", "Mon, 32 Mar 2027 12:00:00 GMT", "Mon, 15 Mar 2027 12:00 +9999999999",
     "Mon, 15 Mar 99999999999999999999 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Wed, 31 Dec 1969 23:59:59 GMT",
     ",,,", "\x00"],
)  # fmt: skip
def test_unreadable_dates(text: str) -> None:
    """A Date that cannot be read, or cannot be a time, is left aside."""
    clock = WallClock()
    clock.learn(NOON, NOON, {"Date": text})
    assert clock.bounds == (-6 * TOLERANCE, 6 * TOLERANCE)


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000", "UT"])
def test_zones_of_dates(zone: str) -> None:
    """A Date is in UTC, also where its zone says that it does not know."""
    clock = WallClock()
    clock.learn(NOON, NOON, {"dAtE": f"Mon, 15 Mar 2027 12:00:00 {zone}"})
    assert _seconds(clock.bounds) == (-5, 1 + 5)


def test_a_clock_that_is_set() -> None:
    """A clock that the suite sets stands exactly there, whenever a call is sent and received."""
    clock = SettableClock(NOON)
    assert clock.during(NOON - SECOND, NOON + SECOND) == Interval(NOON, NOON)
    clock.set(NOON + SECOND)
    assert clock.now() == NOON + SECOND
    assert clock.during(NOON, NOON) == Interval(NOON + SECOND, NOON + SECOND)


class OnFakeTime(RightEmulator):
    """Right, on the test's clock."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock

    def wall_time(self) -> datetime:
        return self.clock.theirs()


class StandingWindow(OnFakeTime):
    """The start window is that of the moment at which it was made."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.made = clock.theirs()

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return self.month_start(self.made) <= start <= now


class StandingNow(StandingWindow):
    """The current time of the start window is the moment at which it was made."""

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return self.month_start(now) <= start <= self.made


class InLocalTime(OnFakeTime):
    """The month turns an hour later than in UTC."""

    def month_start(self, now: datetime) -> datetime:
        return super().month_start(now - timedelta(hours=1)) + timedelta(hours=1)


ATTEMPTS: list[Start] = [
    Written(MonthStart()), Written(Now()), Written(Inside(500)), Written(MonthStart(seconds=-1)),
    Written(MonthStart(months=-1)), Written(MonthStart(months=-1, seconds=-1)), Written(Now(seconds=1)),
    Written(Now(seconds=-1)), Written(Now(seconds=30)), Written(Now(seconds=-600)),
    Written(Now(months=-1)), Written(Now(months=1)),
]  # fmt: skip
CASES = [
    *[purchase_case(start=start) for start in ATTEMPTS],
    *[Case(steps=(Purchase(start=start), *LOOKS, Purchase(name="another", start=start), *LOOKS)) for start in ATTEMPTS],
    Case(steps=tuple(Purchase(account=number, start=start) for number, start in enumerate(ATTEMPTS))),
    Case(
        steps=(
            ConcurrentCalls(((Purchase(),), (Purchase(name="another", start=Written(Now())),), (ListReservations(),))),
            ListReservations(whole=True),
        )
    ),
]
OFFSETS = [-86_400, -30, -6, -1, -0.001, 0, 0.001, 0.999, 1, 6, 59, 61]
TURN = datetime(2027, 3, 1, tzinfo=UTC)


def _moving(clock: FakeClock, seconds: float) -> Callable[[int], None]:
    """On a request's way there, and on its way back, so much time passes."""
    return lambda _: clock.go_on(seconds)


@pytest.mark.parametrize("ahead", [0, 2, -3_600, 40 * 86_400])
@pytest.mark.parametrize("pace", [0.0, 0.4, 3.0])
@pytest.mark.parametrize("offset", OFFSETS)
def test_the_right_emulator_around_a_turn(offset: float, pace: float, ahead: int) -> None:
    """Before, while and after the month turns, at whatever pace and with whatever clock, nothing is held against it."""
    for case in CASES:
        with fake_time(MARCH) as clock:
            clock.ahead = timedelta(seconds=ahead)
            clock.go_on(offset - ahead)
            driver = driver_on(InProcess(OnFakeTime(clock), _moving(clock, pace)))
            history = follow(driver.play(case))
            assert violations(history) == {}
            assert history.purchases


@given(
    case=second_purchases()
    | purchases(starts=starts_in_window() | starts_before_window() | starts_after_now(), after=LOOKS),
    offset=st.sampled_from(OFFSETS) | st.integers(-90, 90),
    paces=st.lists(st.integers(0, 4_000), min_size=1, max_size=12),
    month=st.integers(1, 12),
)
@examples(150)
def test_any_case_around_any_turn(case: Case, offset: float, paces: list[int], month: int) -> None:
    """Drawn cases, with drawn pauses before and during the calls, around the turn of any month: the same."""
    with fake_time(f"2028-{month:02}-01T00:00:00") as clock:
        clock.go_on(offset)
        target = InProcess(OnFakeTime(clock), lambda number: clock.go_on(paces[abs(number) % len(paces)] / 1000))
        assert violations(follow(driver_on(target).play(case))) == {}


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("on_the_way", [1, -1])
def test_the_month_turns_during_one_call(number: int, on_the_way: int) -> None:
    """It turns on the way of one call to the target, or back: what the call came to is right either way."""
    for case in CASES:
        with fake_time("2027-02-28T23:59:50") as clock:

            def jump(passing: int, clock: FakeClock = clock) -> None:
                if passing == number * on_the_way:
                    clock.go_on(20)

            target = InProcess(OnFakeTime(clock), jump)
            history = follow(driver_on(target).play(case))
            assert violations(history) == {}
            assert clock.now > TURN or target.count < number


def test_both_bounds_are_judged_on_a_wall_clock() -> None:
    """A minute into the month the rules do look, at both bounds and between them."""
    with fake_time("2027-03-01T00:01:10") as clock:
        driver = driver_on(InProcess(OnFakeTime(clock)))
        seen = set().union(*(judged(follow(driver.play(case))) for case in CASES))
    assert {
        "start-window/lower-bound-inclusive", "start-window/before-lower-bound", "start-window/after-upper-bound",
        "start-window/interior", "exclusivity/second-refused", "exclusivity/concurrent",
    } <= seen  # fmt: skip


def _found(kind: Callable[[FakeClock], OnFakeTime], made: str, then: str) -> set[str]:
    with fake_time(made) as clock:
        driver = driver_on(InProcess(kind(clock)))
        clock.now = datetime.fromisoformat(then).replace(tzinfo=UTC)
        found = set().union(*(violations(follow(driver.play(case))) for case in CASES))
    return {rule for rule in found if RULES[rule].needs <= InProcess.capabilities}


@pytest.mark.parametrize("then", ["2027-03-01T00:00:10", "2027-03-01T00:01:00", "2027-03-15T12:00:00"])
def test_a_lower_bound_that_stands(then: str) -> None:
    """From ten seconds after the turn on, a window that stayed in the old month is told by what it accepts."""
    assert _found(StandingWindow, "2027-01-15T12:00:00", then) == {"start-window/before-lower-bound"}


def test_an_upper_bound_that_stands() -> None:
    """A current time that stays behind is told by what it refuses."""
    found = _found(StandingNow, "2027-03-15T12:00:00", "2027-03-15T13:00:00")
    assert found >= {"start-window/interior"}
    assert not any(rule.startswith(("reservation", "end", "wire", "errors")) for rule in found)


def test_a_month_in_another_zone() -> None:
    """In the first hour of the month a month that turns an hour late is told; afterwards by the first hour alone."""
    found = _found(InLocalTime, MARCH, "2027-03-01T00:30:00")
    assert "start-window/before-lower-bound" in found
    assert "start-window/lower-bound-inclusive" in _found(InLocalTime, MARCH, "2027-03-01T01:30:00")


def test_too_near_to_the_turn_to_tell() -> None:
    """Within the tolerance of the turn itself nothing is said of a window that has not followed yet."""
    assert _found(StandingWindow, "2027-02-15T12:00:00", "2027-03-01T00:00:01") <= {"start-window/before-lower-bound"}
    with fake_time("2027-02-15T12:00:00") as clock:
        driver = driver_on(InProcess(StandingWindow(clock)))
        clock.now = TURN + SECOND
        assert violations(follow(driver.play(purchase_case(start=Written(MonthStart(seconds=-1)))))) == {}
