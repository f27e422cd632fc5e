"""Mutants that have another window for the Start."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import calendar
from datetime import datetime, timedelta

from tests.meta.emulator.messages import Purchase
from tests.meta.emulator.right import RightEmulator

LOWER = "start-window/lower-bound-inclusive"
BEFORE = "start-window/before-lower-bound"
UPPER = "start-window/upper-bound-inclusive"
AFTER = "start-window/after-upper-bound"
INTERIOR = "start-window/interior"
IN_UTC = "start-window/utc"
FOLLOWS = "start-window/follows-the-clock"
# A window that is too narrow refuses what other rules take for granted.
NARROW = (
    "start-format/accepts",
    "end/adds-duration",
    "end/month-end-consistent",
    "exclusivity/freed-from-end",
    "errors/refusal-has-no-effect",
    "lifecycle/isolated",
)


class FirstInstantIsOutside(RightEmulator):
    """Excludes the first instant of the month."""

    breaks = (LOWER,)
    may_break = (INTERIOR, FOLLOWS, IN_UTC, *NARROW)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return self.month_start(now) < start <= now


class MonthBeginsAtTheTimeOfDay(RightEmulator):
    """Forgets to set the time of the first day to midnight."""

    breaks = (LOWER,)
    may_break = (INTERIOR, FOLLOWS, IN_UTC, *NARROW)

    def month_start(self, now: datetime) -> datetime:
        return now.replace(day=1, microsecond=0)


class FirstDayIsOutside(RightEmulator):
    """Begins the month with its second day."""

    breaks = (LOWER,)
    may_break = (INTERIOR, UPPER, FOLLOWS, IN_UTC, *NARROW)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return super().window_allows(start, now) and start.day > 1


class NoLowerBound(RightEmulator):
    """Takes any Start in the past."""

    breaks = (BEFORE,)
    may_break = (FOLLOWS, IN_UTC)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return start <= now


class ThirtyDaysBack(RightEmulator):
    """Begins the window thirty days ago."""

    breaks = (BEFORE,)
    may_break = (LOWER, INTERIOR, FOLLOWS, IN_UTC, *NARROW)

    def month_start(self, now: datetime) -> datetime:
        return now - timedelta(days=30)


class SameMonthOfAnyYear(RightEmulator):
    """Compares the month and forgets the year."""

    breaks = (BEFORE,)
    may_break = (FOLLOWS, IN_UTC)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return start.month == now.month and start <= now


class MonthBeginsASecondEarly(RightEmulator):
    """Takes the last second of the month before."""

    breaks = (BEFORE,)
    may_break = (FOLLOWS, IN_UTC)

    def month_start(self, now: datetime) -> datetime:
        return super().month_start(now) - timedelta(seconds=1)


class MonthBeginsADayEarly(RightEmulator):
    """Takes the last day of the month before."""

    breaks = (BEFORE,)
    may_break = (FOLLOWS, IN_UTC)

    def month_start(self, now: datetime) -> datetime:
        return super().month_start(now) - timedelta(days=1)


class YearBeginsTheWindow(RightEmulator):
    """Begins the window with the year."""

    breaks = (BEFORE,)
    may_break = (FOLLOWS, IN_UTC)

    def month_start(self, now: datetime) -> datetime:
        return super().month_start(now).replace(month=1)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return super().window_allows(start, now) or (now.month == 1 and now > start >= now - timedelta(days=40))


class NowIsOutside(RightEmulator):
    """Excludes the current time itself."""

    breaks = (UPPER,)
    may_break = (INTERIOR, LOWER, FOLLOWS, *NARROW)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return self.month_start(now) <= start < now


class WindowEndsWithTheLastMinute(RightEmulator):
    """Cuts the seconds off the current time."""

    breaks = (UPPER,)
    may_break = (INTERIOR, LOWER, FOLLOWS, *NARROW)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return super().window_allows(start, now.replace(second=0, microsecond=0))


class TodayIsOutside(RightEmulator):
    """Ends the window with yesterday."""

    breaks = (UPPER,)
    may_break = (INTERIOR, LOWER, FOLLOWS, IN_UTC, *NARROW)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return super().window_allows(start, now) and start.date() < now.date()


class NoUpperBound(RightEmulator):
    """Takes any Start in the future."""

    breaks = (AFTER,)
    may_break = (FOLLOWS, IN_UTC)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return self.month_start(now) <= start


class RestOfTodayIsInside(RightEmulator):
    """Compares only the day with the current time's."""

    breaks = (AFTER,)
    may_break = (IN_UTC,)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return self.month_start(now) <= start and start.date() <= now.date()


class RestOfMonthIsInside(RightEmulator):
    """Takes every Start of the current month, later days included."""

    breaks = (AFTER,)
    may_break = (IN_UTC,)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return (start.year, start.month) == (now.year, now.month)


class MinuteOfGrace(RightEmulator):
    """Takes a Start of up to a minute ahead, for clocks that go wrong."""

    breaks = (AFTER,)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return self.month_start(now) <= start <= now + timedelta(minutes=1)


class SecondOfGrace(RightEmulator):
    """Takes a Start of one second ahead."""

    breaks = (AFTER,)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return self.month_start(now) <= start <= now + timedelta(seconds=1)


class TimeOfDayComparedApart(RightEmulator):
    """Compares days and times of day apart, so that yesterday's late hours are refused."""

    breaks = (INTERIOR,)
    may_break = (FOLLOWS, IN_UTC, *NARROW)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return super().window_allows(start, now) and start.time() <= now.time()


class OnlyAWeekBack(RightEmulator):
    """Takes a Start of the last seven days only, besides the month's first instant."""

    breaks = (INTERIOR,)
    may_break = (FOLLOWS, IN_UTC, *NARROW)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        recent = start >= now - timedelta(days=7) or start == self.month_start(now)
        return super().window_allows(start, now) and recent


class MiddaysAreOutside(RightEmulator):
    """Takes midnight and the current day only, as if a reservation began with a day."""

    breaks = (INTERIOR,)
    may_break = (FOLLOWS, IN_UTC, *NARROW)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        whole_day = (start.hour, start.minute, start.second) == (0, 0, 0)
        return super().window_allows(start, now) and (whole_day or start.date() == now.date())


class LocalMonth(RightEmulator):
    """Takes month and year from a local time; a base of mutants, and no mutant itself."""

    hours = 0

    def month_start(self, now: datetime) -> datetime:
        return super().month_start(now + timedelta(hours=self.hours))


class MonthElsewhere(LocalMonth):
    """Begins the window with the first midnight of a local month; a base of mutants, and no mutant itself."""

    def month_start(self, now: datetime) -> datetime:
        return super().month_start(now) - timedelta(hours=self.hours)


class MonthOfTokyo(MonthElsewhere):
    """Begins the window with the first midnight of the month in Tokyo."""

    breaks = (IN_UTC, BEFORE)
    may_break = (LOWER, INTERIOR, UPPER, FOLLOWS, *NARROW)
    hours = 9


class MonthOfNewYork(MonthElsewhere):
    """Begins the window with the first midnight of the month in New York, in winter."""

    breaks = (IN_UTC, LOWER)
    may_break = (BEFORE, INTERIOR, UPPER, FOLLOWS, *NARROW)
    hours = -5


class LocalMonthAhead(LocalMonth):
    """Takes the current month from a local time that is ahead of UTC."""

    breaks = (IN_UTC,)
    may_break = (LOWER, INTERIOR, UPPER, FOLLOWS, *NARROW)
    hours = 9


class LocalMonthBehind(LocalMonth):
    """Takes the current month from a local time that is behind UTC."""

    breaks = (IN_UTC,)
    may_break = (BEFORE, FOLLOWS)
    hours = -8


class WindowOfTheFirstPurchase(RightEmulator):
    """Works out the window's beginning once for an account, and never again."""

    breaks = (FOLLOWS,)
    may_break = (BEFORE,)

    def check_window(self, purchase: Purchase) -> None:
        first: datetime = purchase.region.notes.setdefault("window", purchase.now)
        if not self.month_start(min(first, purchase.now)) <= self.required_start(purchase) <= purchase.now:
            super().check_window(purchase)


class YearOfTheFirstPurchase(RightEmulator):
    """Works out the window's year once for an account, and never again."""

    breaks = (FOLLOWS,)
    may_break = (BEFORE,)

    def check_window(self, purchase: Purchase) -> None:
        year: int = purchase.region.notes.setdefault("year", purchase.now.year)
        first = self.month_start(purchase.now).replace(year=min(year, purchase.now.year))
        if not first <= self.required_start(purchase) <= purchase.now:
            super().check_window(purchase)


class NowOfTheFirstPurchase(RightEmulator):
    """Takes the clock of an account's first purchase for the window of all that follow."""

    breaks = (FOLLOWS,)
    may_break = (BEFORE, UPPER, INTERIOR, LOWER, *NARROW)

    def check_window(self, purchase: Purchase) -> None:
        first: datetime = purchase.region.notes.setdefault("now", purchase.now)
        last_day = calendar.monthrange(first.year, first.month)[1]
        now, purchase.now = purchase.now, min(purchase.now, first.replace(day=last_day, hour=23, minute=59, second=59))
        try:
            super().check_window(purchase)
        finally:
            purchase.now = now
