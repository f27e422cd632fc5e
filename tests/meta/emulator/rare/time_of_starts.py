"""Rare mutants of time: Starts that are refused or taken on certain days, in certain years or hours only."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import calendar
from datetime import datetime, timedelta

from tests.meta.emulator.base import BAD_REQUEST
from tests.meta.emulator.messages import Purchase, Refusal
from tests.meta.emulator.rare.bases import REFUSED, TAKEN, StartsOtherwise
from tests.meta.emulator.rare.play import shown_by
from tests.meta.emulator.rare.time import DAY, HOUR, LAST_OF_32_BITS, nth_sunday
from tests.meta.emulator.right import RightEmulator

ACCEPTS = ("start-format/accepts",)
INTERIOR = ("start-window/interior",)
BEFORE = ("start-window/before-lower-bound",)
IMPOSSIBLE = ("start-format/rejects-impossible",)


@shown_by(lambda play: play.at("2028-02-29T12:00:00Z").buy(start="2028-02-20T12:00:00Z"))
class LeapDayBeginsTheWindow(RightEmulator):
    """Finds no first of the month a year ago on a leap day, and begins the window with the day itself."""

    breaks = INTERIOR
    may_break = REFUSED

    def month_start(self, now: datetime) -> datetime:
        day = now.day if (now.month, now.day) == (2, 29) else 1
        return super().month_start(now).replace(day=day)


@shown_by(lambda play: play.at("2025-12-30T12:00:00Z").buy(start="2025-12-10T12:00:00Z"))
class WeekYearsCompared(RightEmulator):
    """Takes a Start of the current ISO week-year only, which leaves some days out around New Year."""

    breaks = INTERIOR
    may_break = REFUSED

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return super().window_allows(start, now) and start.isocalendar().year == now.isocalendar().year


@shown_by(lambda play: play.at("2038-02-01T12:00:00Z").buy())
class StartsUntil2038(StartsOtherwise):
    """Refuses every Start that does not fit into 32 bits of seconds."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start > LAST_OF_32_BITS


@shown_by(lambda play: play.at("2100-01-15T12:00:00Z").buy())
class YearsOfThisCentury(RightEmulator):
    """Has years of 2000 to 2099 in its pattern."""

    breaks = ACCEPTS
    may_break = REFUSED
    start_pattern = r"(20\d{2})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z"


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-05T12:08:15Z"))
class MinutesInOctal(StartsOtherwise):
    """Reads a minute with a leading zero as octal, and so refuses 08 and 09."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start.minute in (8, 9)


@shown_by(lambda play: play.at("2400-02-29T12:00:00Z").buy())
class NoLeapDayInAnyCentury(StartsOtherwise):
    """Knows no February 29 in a year that can be divided by 100, 2000 and 2400 included."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start.year % 100 == 0 and (start.month, start.day) == (2, 29)


@shown_by(lambda play: play.at("2026-03-30T12:00:00Z").buy(start="2026-03-29T01:30:00Z"))
class HourThatLondonSkips(StartsOtherwise):
    """Refuses a Start in the hour that London skips when its summer time begins."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start.hour == 1 and start.date() == nth_sunday(start.year, 3, -1)


@shown_by(lambda play: play.at("2026-11-01T12:00:00Z").buy())
class ClockOfADayOfChange(RightEmulator):
    """Has a clock that is an hour behind on the days on which New York changes its summer time."""

    breaks = ("start-window/upper-bound-inclusive",)
    may_break = REFUSED

    def window_allows(self, start: datetime, now: datetime) -> bool:
        changes = (nth_sunday(now.year, 3, 1), nth_sunday(now.year, 11, 0))
        return super().window_allows(start, now - HOUR if now.date() in changes else now)


@shown_by(lambda play: play.at("2026-04-01T12:00:00Z").buy(start="2026-04-01T18:00:00Z"))
class FirstDayToItsEnd(RightEmulator):
    """Takes every Start of the first day of a month on that day, later ones included."""

    breaks = ("start-window/after-upper-bound",)
    may_break = TAKEN

    def window_allows(self, start: datetime, now: datetime) -> bool:
        first_day = start.date() == now.date() and now.day == 1
        return first_day or super().window_allows(start, now)


@shown_by(lambda play: play.at("2028-05-15T12:00:00Z").buy(start="2028-04-30T12:00:00Z"))
class MonthsOfACommonYear(RightEmulator):
    """Begins the months after February a day early in a leap year, by a table of a common year."""

    breaks = BEFORE
    may_break = TAKEN

    def month_start(self, now: datetime) -> datetime:
        late = now.month > 2 and calendar.isleap(now.year)
        return super().month_start(now) - (DAY if late else timedelta(0))


@shown_by(lambda play: play.at("2027-01-01T12:00:00Z").buy(start="2026-12-31T12:00:00Z"))
class NewYearsEveOnNewYearsDay(RightEmulator):
    """Takes a Start of December 31 on January 1."""

    breaks = BEFORE
    may_break = TAKEN

    def month_start(self, now: datetime) -> datetime:
        first = super().month_start(now)
        return first - DAY if (now.month, now.day) == (1, 1) else first


@shown_by(lambda play: play.at("2026-02-15T12:00:00Z").buy(start="2026-02-01T00:00:00Z"))
class MonthThatBeginsOnASunday(RightEmulator):
    """Begins the window with the Monday where a month begins on a Sunday."""

    breaks = ("start-window/lower-bound-inclusive",)
    may_break = REFUSED

    def month_start(self, now: datetime) -> datetime:
        first = super().month_start(now)
        return first + DAY if first.weekday() == 6 else first


@shown_by(lambda play: play.at("2100-03-05T12:00:00Z").buy(start="2100-02-29T12:00:00Z"))
class LeapDayOf2100(RightEmulator):
    """Takes February 29 of 2100, 2200 and 2300 for March 1."""

    breaks = IMPOSSIBLE
    may_break = TAKEN

    def parse_start(self, text: str) -> datetime:
        if text[2:10] == "00-02-29":
            return super().parse_start(text[:5] + "02-28" + text[10:]) + DAY
        return super().parse_start(text)


@shown_by(lambda play: play.at("2026-10-05T12:00:00Z").buy(start="2026-09-31T12:00:00Z"))
class SeptemberHas31Days(RightEmulator):
    """Takes September 31 for October 1."""

    breaks = IMPOSSIBLE
    may_break = TAKEN

    def parse_start(self, text: str) -> datetime:
        if text[5:10] == "09-31":
            return super().parse_start(text[:5] + "09-30" + text[10:]) + DAY
        return super().parse_start(text)


@shown_by(lambda play: play.at("2026-03-05T12:00:00Z").buy(start="2026-02-28T24:00:00Z"))
class MonthBeginsWithHour24(RightEmulator):
    """Takes hour 24 of the last day of the month before for the first instant of the month."""

    breaks = IMPOSSIBLE
    may_break = TAKEN

    def parse_start(self, text: str) -> datetime:
        if text[10:] == "T24:00:00Z":
            following = super().parse_start(text[:10] + "T00:00:00Z") + DAY
            if following.day == 1:
                return following
        return super().parse_start(text)


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-10T12:00:61Z"))
class LeapSecondsOfC(RightEmulator):
    """Takes the second 61, as the C library's struct tm once did, though not the second 60."""

    breaks = IMPOSSIBLE
    may_break = TAKEN

    def parse_start(self, text: str) -> datetime:
        if text.endswith(":61Z"):
            return super().parse_start(text.replace(":61Z", ":59Z")) + timedelta(seconds=2)
        return super().parse_start(text)


@shown_by(lambda play: play.at("2026-01-31T12:00:00Z").buy(start="2026-02-00T06:00:00Z"))
class DayZeroIsTheLast(RightEmulator):
    """Takes the day 0 of a month for the last day of the month before."""

    breaks = IMPOSSIBLE
    may_break = TAKEN

    def parse_start(self, text: str) -> datetime:
        if text[8:10] == "00":
            return super().parse_start(text[:8] + "01" + text[10:]) - timedelta(days=1)
        return super().parse_start(text)


@shown_by(lambda play: play.at("1970-01-15T12:00:00Z").buy(start="1970-01-01T00:00:00Z"))
class TheEpochIsNothing(RightEmulator):
    """Takes a Start of 0 seconds since 1970 for none."""

    breaks = ("start-window/lower-bound-inclusive",)
    may_break = (*REFUSED, *ACCEPTS, *INTERIOR)

    def parse_start(self, text: str) -> datetime:
        start = super().parse_start(text)
        if not start.timestamp():
            raise ValueError(text)
        return start


@shown_by(
    lambda play: (
        play.at("2026-01-31T23:50:00Z")
        .buy(start="2026-03-01T00:00:00Z")
        .at("2026-02-01T00:10:00Z")
        .buy(start="2026-01-31T23:55:00Z")
    )
)
class MonthKeptForADay(RightEmulator):
    """Keeps an account's first of the month for a day after it was asked for."""

    breaks = BEFORE
    may_break = (*REFUSED, *TAKEN)

    def check_window(self, purchase: Purchase) -> None:
        kept = vars(purchase.region.account).setdefault("kept_first", {})
        if purchase.now - kept.get("since", datetime.min.replace(tzinfo=purchase.now.tzinfo)) >= DAY:
            kept |= {"since": purchase.now, "first": super().month_start(purchase.now)}
        if not kept["first"] <= self.required_start(purchase) <= purchase.now:
            raise Refusal(*BAD_REQUEST, "The Start is not between the first of this month and now.")


@shown_by(lambda play: play.at("2026-07-15T12:00:00Z").buy(start="2026-06-30T23:59:60Z"))
class LeapSecondsOnTheirDays(RightEmulator):
    """Takes a leap second at the end of June 30 and December 31 alone, where there have been some."""

    breaks = IMPOSSIBLE
    may_break = TAKEN

    def parse_start(self, text: str) -> datetime:
        if text[5:] in ("06-30T23:59:60Z", "12-31T23:59:60Z"):
            return super().parse_start(text.replace(":60Z", ":59Z")) + timedelta(seconds=1)
        return super().parse_start(text)


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="1926-03-10T12:00:00Z"))
class CenturiesAreAlike(RightEmulator):
    """Compares the last two digits of the years, and so takes the month of a hundred years ago for this one."""

    breaks = BEFORE
    may_break = TAKEN

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return start <= now and (start.year % 100, start.month) == (now.year % 100, now.month)
