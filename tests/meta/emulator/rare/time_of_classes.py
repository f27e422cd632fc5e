"""Rare mutants of time: wrong for one class of a calendar, a clock or a number, in Starts, Ends and states."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import calendar
from datetime import UTC, datetime, timedelta

from tests.meta.emulator.messages import Purchase, Reservation, Wire
from tests.meta.emulator.rare.bases import ENDS, REFUSED, TAKEN, EndsOtherwise, StartsOtherwise
from tests.meta.emulator.rare.play import shown_by
from tests.meta.emulator.rare.time import ADDS, TIME_OF_DAY, nth_sunday
from tests.meta.emulator.right import RightEmulator

ACCEPTS = ("start-format/accepts",)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-09T10:15:20Z"))
class DaysInOctal(StartsOtherwise):
    """Reads a day with a leading zero as octal, and so refuses 08 and 09."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start.day in (8, 9)


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-05T10:15:09Z"))
class SecondsInOctal(StartsOtherwise):
    """Reads a second with a leading zero as octal, and so refuses 08 and 09."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start.second in (8, 9)


@shown_by(lambda play: play.at("2026-12-30T12:00:00Z").buy(start="2026-12-29T10:15:20Z"))
class NoWeek53(StartsOtherwise):
    """Refuses a Start in a 53rd week of a year."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start.isocalendar().week == 53


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-08T02:15:20Z"))
class LocalHourThatNewYorkSkips(StartsOtherwise):
    """Takes a Start for New York's wall clock, and refuses the hour that this skips."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start.hour == 2 and start.date() == nth_sunday(start.year, 3, 1)


@shown_by(lambda play: play.at("2106-02-07T12:00:00Z").buy())
class StartsUntil2106(StartsOtherwise):
    """Refuses every Start that does not fit into 32 unsigned bits of seconds."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start > datetime(2106, 2, 7, 6, 28, 15, tzinfo=UTC)


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-05T00:10:07Z"))
class MidnightIsNoon(EndsOtherwise):
    """Ends in the hour after noon where the Start is in the hour after midnight."""

    breaks = TIME_OF_DAY
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        within = start.hour == 0 and start.minute + start.second > 0
        return end.replace(hour=12) if within else end


@shown_by(lambda play: play.at("2026-02-28T23:00:00Z").buy(start="2026-02-28T20:15:20Z"))
class LastHoursOfAMonthInTokyo(RightEmulator):
    """Counts from Tokyo's day in the last nine hours of a month, where it is the first of another."""

    breaks = ADDS
    may_break = ENDS

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        ahead = timedelta(hours=9 if (start + 9 * HOUR).month != start.month else 0)
        return super().end_of(start + ahead, months, now) - ahead


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").offer(130).buy())
class LongDurationsByTheirDays(EndsOtherwise):
    """Counts a month of a duration of over 120 as 30.44 days."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return start + timedelta(days=int(months * 30.44)) if months > 120 else end


@shown_by(lambda play: play.at("2026-02-15T12:00:00Z").buy())
class WeekendsOfMarch(EndsOtherwise):
    """Ends on a Monday where the End is a Saturday or Sunday of March."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return end + DAY * (7 - end.weekday()) if end.month == 3 and end.weekday() > 4 else end


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").offer(11).buy("a").at("2027-01-20T12:00:00Z").page())
class LastMonthShownAsExpired(RightEmulator):
    """Shows a reservation of eleven months as EXPIRED in its last thirty days, which it takes for the twelfth."""

    breaks = ("lifecycle/active-until-end",)
    may_break = ENDS

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        early = reservation.offering.duration == 11 and now > reservation.end - 30 * DAY
        return "EXPIRED" if early else super().state_of(reservation, now)


@shown_by(lambda play: play.at("2026-05-15T12:00:00Z").buy("a").at("2026-06-15T12:20:00Z").buy("b"))
class HeldForTheHourInSummer(RightEmulator):
    """Holds an account for an hour more from May to September."""

    breaks = ("exclusivity/freed-from-end",)
    may_break = ENDS

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        late = HOUR if 5 <= reservation.end.month <= 9 else timedelta(0)
        return super().excludes(reservation, purchase) or purchase.now < reservation.end + late


@shown_by(lambda play: play.at("2028-03-15T12:00:00Z").buy(start="2028-02-29T12:00:00Z"))
class WindowFromTheLeapDay(RightEmulator):
    """Begins the window of March in a leap year with the leap day."""

    breaks = ("start-window/before-lower-bound",)
    may_break = TAKEN

    def month_start(self, now: datetime) -> datetime:
        first = super().month_start(now)
        return first - DAY if now.month == 3 and (first - DAY).day == 29 else first


@shown_by(lambda play: play.at("2026-03-31T23:59:59Z").buy(start="2026-04-01T00:00:00Z"))
class LastSecondIsTheNext(RightEmulator):
    """Takes the first second of a month in the last one of the month before."""

    breaks = ("start-window/after-upper-bound",)
    may_break = TAKEN

    def window_allows(self, start: datetime, now: datetime) -> bool:
        second = timedelta(seconds=1)
        turns = (now + second).month != now.month
        return super().window_allows(start, now) or (turns and start == now + second)


@shown_by(lambda play: play.at("2026-12-31T12:00:00Z").offer(2).buy())
class LeapDayOfCommonYears(RightEmulator):
    """Writes an End on the last day of February as February 29, in every year, where Start is on the 29th or later."""

    breaks = ADDS
    may_break = ("end/format", "end/month-end-consistent")

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        return {**wire, "end": wire["end"].replace("-02-28T", "-02-29T")} if reservation.start.day > 28 else wire


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-01T00:00:00Z"))
class MidnightAsHour24(RightEmulator):
    """Writes the hour of an End at midnight as 24, of the day that begins with it."""

    breaks = ADDS
    may_break = ("end/format", *ENDS)

    def write_end(self, end: datetime) -> str:
        return super().write_end(end).replace("T00:00:00Z", "T24:00:00Z")


@shown_by(lambda play: play.at("2027-03-14T12:00:00Z").buy(start="2027-03-14T00:30:00Z"))
class HavanaSkipsMidnight(StartsOtherwise):
    """Refuses Starts in the hour after midnight that Havana skips on the second Sunday of March."""

    breaks = ACCEPTS
    may_break = REFUSED

    def is_refused(self, text: str, start: datetime) -> bool:
        return start.date() == nth_sunday(start.year, 3, 1) and start.hour == 0


@shown_by(lambda play: play.at("2026-03-15T12:30:30Z").buy(start="2026-03-15T11:30:45Z"))
class SecondsComparedByThemselves(RightEmulator):
    """Compares the seconds wherever the minutes are equal, be the hour an earlier one."""

    breaks = ("start-window/interior",)
    may_break = REFUSED

    def window_allows(self, start: datetime, now: datetime) -> bool:
        later = start.date() == now.date() and start.minute == now.minute and start.second > now.second
        return super().window_allows(start, now) and not later


@shown_by(lambda play: play.at("2028-10-31T12:00:00Z").offer(2).buy())
class LastDayOfLeapYears(EndsOtherwise):
    """Takes the 366th day of a year for the first of the next one, in an End."""

    breaks = ADDS
    may_break = ("end/month-end-consistent", *ENDS)

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return end + DAY if end.timetuple().tm_yday == 366 else end


@shown_by(lambda play: play.at("2028-02-29T12:00:00Z").offer(13).buy())
class YearsBeforeMonths(EndsOtherwise):
    """Adds the whole years of a duration first, and stays on the day that a leap day becomes there."""

    breaks = ADDS
    may_break = ("end/month-end-consistent", *ENDS)

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        passes_common_year = months > 12 and not calendar.isleap(start.year + months // 12)
        return end - DAY if (start.month, start.day) == (2, 29) and passes_common_year and end.day == 29 else end


@shown_by(lambda play: play.at("2027-07-31T12:00:00Z").offer(2).buy())
class EndOnSeptember31(RightEmulator):
    """Writes an End on September 31 where the Start is on the 31st."""

    breaks = ADDS
    may_break = ("end/format", "end/month-end-consistent")

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        return {**wire, "end": wire["end"].replace("-09-30T", "-09-31T")} if reservation.start.day > 30 else wire
