"""Rare mutants of time: Ends that are wrong on certain days, in certain hours, or for certain durations only."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import calendar
from datetime import UTC, date, datetime, timedelta

from tests.meta.emulator.messages import Purchase, Reservation
from tests.meta.emulator.rare.bases import ENDS, EndsOtherwise
from tests.meta.emulator.rare.play import shown_by
from tests.meta.emulator.right import RightEmulator

ADDS = ("end/adds-duration",)
TIME_OF_DAY = ("end/keeps-time-of-day",)
LAST_OF_32_BITS = datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def nth_sunday(year: int, month: int, number: int) -> date:
    """Give a Sunday of a month: number 0 is the first, and -1 the last."""
    days = calendar.monthrange(year, month)[1]
    return [day for day in (date(year, month, i) for i in range(1, days + 1)) if day.weekday() == 6][number]


def last_of_month(moment: datetime) -> datetime:
    """Give the same time on the last day of a moment's month."""
    return moment.replace(day=calendar.monthrange(moment.year, moment.month)[1])


@shown_by(lambda play: play.at("2028-12-31T12:00:00Z").buy(start="2028-12-31T08:15:20Z"))
class DayOfTheYear366(EndsOtherwise):
    """Has no 366th day of a year, and counts from the day before it."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return end - DAY if start.timetuple().tm_yday == 366 else end


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").offer(900).buy())
class EveryFourthYearIsALeapYear(EndsOtherwise):
    """Counts a February 29 in 2100, 2200 and 2300, and ends a day early where one lies before the End."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        centuries = [year for year in range(start.year, end.year + 1) if year % 100 == 0 and year % 400]
        return end - DAY * sum(start < datetime(year, 3, 1, tzinfo=UTC) <= end for year in centuries)


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").offer(300).buy())
class EndInThirtyTwoBits(EndsOtherwise):
    """Keeps an End in 32 bits of seconds, and stops at 2038-01-19T03:14:07Z."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return min(end, LAST_OF_32_BITS) if start < LAST_OF_32_BITS else end


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").offer(600).buy())
class YearsOfTwoDigits(RightEmulator):
    """Writes an End of 2069 to 2099 a century early, as %y reads two digits."""

    breaks = ADDS
    may_break = ENDS

    def write_end(self, end: datetime) -> str:
        return super().write_end(end.replace(year=end.year - 100) if 2069 <= end.year <= 2099 else end)


@shown_by(lambda play: play.at("2026-12-05T12:00:00Z").buy(start="2026-12-01T08:15:20Z"))
class EndInItsWeekYear(RightEmulator):
    """Writes the year of an End's ISO week, as YYYY and %G do, which is another in some days around New Year."""

    breaks = ADDS
    may_break = ENDS

    def write_end(self, end: datetime) -> str:
        year = end.isocalendar().year
        return f"{year:04}{super().write_end(end)[4:]}"


@shown_by(lambda play: play.at("2026-02-08T12:00:00Z").buy(start="2026-02-08T07:30:00Z"))
class HourThatNewYorkSkips(EndsOtherwise):
    """Ends an hour late where the End is in the hour that New York skips when its summer time begins."""

    breaks = TIME_OF_DAY
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return end + HOUR if end.date() == nth_sunday(end.year, 3, 1) and end.hour == 7 else end


@shown_by(lambda play: play.at("2026-10-28T12:00:00Z").buy(start="2026-10-25T01:30:00Z"))
class HourThatBerlinRepeats(EndsOtherwise):
    """Takes a Start in the hour that Berlin has twice in October for the earlier one, and ends an hour early."""

    breaks = TIME_OF_DAY
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return end - HOUR if start.date() == nth_sunday(start.year, 10, -1) and start.hour == 1 else end


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").offer(18).buy())
class MonthsOverWholeYearsDropped(RightEmulator):
    """Adds only the whole years of a duration of over twelve months."""

    breaks = ADDS
    may_break = ENDS

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, months - months % 12 if months > 12 else months, now)


@shown_by(lambda play: play.at("2026-01-31T12:00:00Z").offer(6).buy())
class HalfAYearFromThe31st(EndsOtherwise):
    """Counts half a year from a 31st as 26 weeks."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return start + timedelta(weeks=26) if start.day == 31 and months == 6 else end


@shown_by(lambda play: play.at("2026-10-28T12:00:00Z").buy(start="2026-10-15T08:15:20Z"))
class SundaysOfShortMonths(EndsOtherwise):
    """Moves an End on a Sunday of a month of 30 days to the Monday."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return end + DAY if end.weekday() == 6 and end.month in (4, 6, 9, 11) else end


@shown_by(lambda play: play.at("2026-04-30T12:00:00Z").buy())
class LastOfAShortMonthSticks(EndsOtherwise):
    """Ends on the last day of a month where the Start is the last day of a month of 30 days."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return last_of_month(end) if start.day == 30 and start.month in (4, 6, 9, 11) else end


@shown_by(lambda play: play.at("2028-02-29T12:00:00Z").buy())
class LeapDaySticks(EndsOtherwise):
    """Ends on the last day of a month where the Start is a leap day."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return last_of_month(end) if (start.month, start.day) == (2, 29) else end


@shown_by(lambda play: play.at("2028-02-29T12:00:00Z").offer(48).buy())
class LeapDayToLeapDay(EndsOtherwise):
    """Ends on February 28 after whole years from a leap day, even where the last year has a leap day too."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return end.replace(day=28) if (start.month, start.day) == (end.month, end.day) == (2, 29) else end


@shown_by(lambda play: play.at("2027-05-15T12:00:00Z").offer(12).buy(start="2027-05-10T08:15:20Z"))
class YearWithALeapDay(EndsOtherwise):
    """Counts twelve months as 365 days, a day too few where a leap day lies between."""

    breaks = ADDS
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return start + 365 * DAY if months == 12 else end


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-05T09:00:07Z"))
class FirstMinuteOfAnHour(EndsOtherwise):
    """Loses the seconds of a Start whose minute is 0, because it takes 0 for none."""

    breaks = TIME_OF_DAY
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return end if start.minute else end.replace(second=0)


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-05T12:10:00Z"))
class NoonIsMidnight(EndsOtherwise):
    """Ends in the hour after midnight where the Start is in the hour after noon."""

    breaks = TIME_OF_DAY
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        return end.replace(hour=0) if start.hour == 12 else end


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-05T23:59:59Z"))
class LastSecondOfADay(EndsOtherwise):
    """Rounds the last second of a day up to midnight."""

    breaks = TIME_OF_DAY
    may_break = ENDS

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        last = (start.hour, start.minute, start.second) == (23, 59, 59)
        return end + timedelta(seconds=1) if last else end


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").offer(260).buy())
class DurationInAByte(RightEmulator):
    """Keeps a duration of over 255 months in one byte when it works the End out."""

    breaks = ADDS
    may_break = ENDS

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, months % 256, now)


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-01T03:15:20Z"))
class FirstHoursOfAMonthInNewYork(RightEmulator):
    """Counts from New York's day in the first five hours of a month, where it is still the last day of another."""

    breaks = ADDS
    may_break = ENDS

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        behind = timedelta(hours=5 if (start - 5 * HOUR).month != start.month else 0)
        return super().end_of(start - behind, months, now) + behind


@shown_by(lambda play: play.at("2028-01-29T12:00:00Z").buy().at("2028-02-28T20:00:00Z").page())
class OverOnTheDayBeforeALeapDay(RightEmulator):
    """Shows EXPIRED a day early where the End is a leap day."""

    breaks = ("lifecycle/active-until-end",)
    may_break = ENDS

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        leap_day = (reservation.end.month, reservation.end.day) == (2, 29)
        return super().state_of(reservation, now + DAY if leap_day else now)


@shown_by(lambda play: play.at("2026-12-10T12:00:00Z").offer(1).buy().at("2026-12-20T12:00:00Z").page())
class MonthsComparedBeforeYears(RightEmulator):
    """Shows a reservation that ends in January as EXPIRED in the December before, because 12 is more than 1."""

    breaks = ("lifecycle/active-until-end",)
    may_break = ("lifecycle/initial-state", *ENDS)

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        turned = (reservation.end.month, now.month) == (1, 12) and now.date() > reservation.purchased.date()
        return "EXPIRED" if turned else super().state_of(reservation, now)


@shown_by(lambda play: play.at("2026-03-30T12:00:00Z").buy("a1").at("2026-04-30T12:00:01Z").buy("b1"))
class HeldToTheEndOfTheMonth(RightEmulator):
    """Holds an account to the last second of the day where the End is on the last day of a month."""

    breaks = ("exclusivity/freed-from-end",)
    may_break = ENDS

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        last_day = reservation.end.date() == purchase.now.date() == last_of_month(reservation.end).date()
        return last_day or super().excludes(reservation, purchase)
