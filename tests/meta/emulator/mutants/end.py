"""Mutants that work the End out wrongly; state and exclusivity go by the End that they show."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from datetime import datetime, timedelta

from tests.meta.emulator.right import RightEmulator

WHOLE_DAYS = ("end/adds-duration",)
TIME_OF_DAY = ("end/keeps-time-of-day",)
FORMAT = ("end/format",)
MONTH_END = ("end/month-end-consistent",)
# An End in another hour may lie on another day too.
ANOTHER_DAY = ("end/adds-duration", *MONTH_END)
# An End that comes too early may have passed when the reservation is made.
ALREADY_OVER = ("end/month-end-consistent", "lifecycle/initial-state")


class ThirtyDayMonths(RightEmulator):
    """Counts thirty days for a month."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return start + timedelta(days=30 * months)


class FourWeekMonths(RightEmulator):
    """Counts four weeks for a month."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return start + timedelta(weeks=4 * months)


class AverageMonths(RightEmulator):
    """Counts the twelfth part of 365.25 days for a month."""

    breaks = (*WHOLE_DAYS, *TIME_OF_DAY)
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return start + months * timedelta(days=365.25) / 12


class NoDayAfterThe30th(RightEmulator):
    """Ends on the 30th for a Start on the 31st, in months of 31 days too."""

    breaks = WHOLE_DAYS

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        return end.replace(day=min(end.day, 30))


class YearsOf365Days(RightEmulator):
    """Counts 365 days for every whole year of the duration."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        years, rest = divmod(months, 12)
        return super().end_of(start, rest, now) + timedelta(days=365 * years)


class EndCountedFromToday(RightEmulator):
    """Counts the duration from today, at the Start's time of day."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(datetime.combine(now.date(), start.timetz()), months, now)


class EndCountedFromNow(RightEmulator):
    """Counts the duration from the current time."""

    breaks = (*WHOLE_DAYS, *TIME_OF_DAY)
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(now.replace(microsecond=0), months, now)


class EndCountedFromMonthStart(RightEmulator):
    """Counts the duration from the first of the Start's month."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start.replace(day=1), months, now)


class LastDayIncluded(RightEmulator):
    """Ends a day early, as if End were the last day that is paid for."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, months, now) - timedelta(days=1)


class DurationIgnored(RightEmulator):
    """Ends every reservation after a year, whatever the offering says."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, 12, now)


class AtMostAYear(RightEmulator):
    """Carries one year only, so that durations over twelve months come out too short."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, months if months <= 12 else 12 + months % 12, now)


class YearEndForgotten(RightEmulator):
    """Goes on in the same year after December."""

    breaks = WHOLE_DAYS
    may_break = (*ALREADY_OVER, "exclusivity/second-refused", "lifecycle/expired-from-end")

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        return super().end_of(end, -12 * (end.year - start.year), now)


class DecemberIsMonthZero(RightEmulator):
    """Carries a year too many where the last month is December."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        return end.replace(year=end.year + 1) if end.month == 12 else end


class FebruaryLasts28Days(RightEmulator):
    """Knows no February 29, and ends a day early after it."""

    breaks = WHOLE_DAYS
    may_break = ALREADY_OVER

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        leap_days = sum(1 for year in range(start.year, end.year + 1) if self.leap_day_between(start, end, year))
        return end - timedelta(days=leap_days)

    def leap_day_between(self, start: datetime, end: datetime, year: int) -> bool:
        march = start.replace(year=year, month=3, day=1, hour=0, minute=0, second=0)
        return start < march - timedelta(days=1) < march <= end and (march - timedelta(days=1)).day == 29


class EndAtMidnight(RightEmulator):
    """Ends with midnight of the last day."""

    breaks = TIME_OF_DAY
    may_break = ANOTHER_DAY

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, months, now).replace(hour=0, minute=0, second=0)


class EndWithTheDay(RightEmulator):
    """Ends with the last second of the last day."""

    breaks = TIME_OF_DAY
    may_break = ANOTHER_DAY

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, months, now).replace(hour=23, minute=59, second=59)


class EndWithoutSeconds(RightEmulator):
    """Cuts the seconds off the End."""

    breaks = TIME_OF_DAY
    may_break = ANOTHER_DAY

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, months, now).replace(second=0)


class EndASecondEarly(RightEmulator):
    """Ends a second early, so that the next reservation can begin."""

    breaks = (*WHOLE_DAYS, *TIME_OF_DAY)
    may_break = MONTH_END

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, months, now) - timedelta(seconds=1)


class EndInTwelveHourTime(RightEmulator):
    """Writes the hour of the End on a twelve-hour clock."""

    breaks = TIME_OF_DAY
    may_break = ANOTHER_DAY

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        return end.replace(hour=end.hour % 12)


class EndInSummerTime(RightEmulator):
    """Counts in a local time, and so loses or gains an hour from winter to summer."""

    breaks = TIME_OF_DAY
    may_break = ANOTHER_DAY

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        return end + timedelta(hours=self.is_summer(start) - self.is_summer(end))

    def is_summer(self, instant: datetime) -> bool:
        return 4 <= instant.month <= 10


class EndInLocalTime(RightEmulator):
    """Writes the End in a local time an hour ahead of UTC."""

    breaks = TIME_OF_DAY
    may_break = ANOTHER_DAY

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return super().end_of(start, months, now) + timedelta(hours=1)


class EndWithOffset(RightEmulator):
    """Writes the End with +00:00, as isoformat does."""

    breaks = FORMAT

    def write_end(self, end: datetime) -> str:
        return end.isoformat(timespec="seconds")


class EndWithMilliseconds(RightEmulator):
    """Writes the End with milliseconds."""

    breaks = FORMAT

    def write_end(self, end: datetime) -> str:
        return super().write_end(end).replace("Z", ".000Z")


class EndWithoutZone(RightEmulator):
    """Writes the End without a zone."""

    breaks = FORMAT

    def write_end(self, end: datetime) -> str:
        return super().write_end(end).removesuffix("Z")


class EndWithSpace(RightEmulator):
    """Writes the End with a space for T."""

    breaks = FORMAT

    def write_end(self, end: datetime) -> str:
        return super().write_end(end).replace("T", " ")


class EndAsSeconds(RightEmulator):
    """Writes the End as seconds since 1970, in a string."""

    breaks = FORMAT

    def write_end(self, end: datetime) -> str:
        return str(int(end.timestamp()))


class OtherMonthEnds(RightEmulator):
    """Gives another End where the last month lacks the day; a base of mutants, and no mutant itself."""

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        return end if end.day == start.day else self.without_the_day(start, end)

    def without_the_day(self, start: datetime, end: datetime) -> datetime:
        return end + timedelta(days=start.day - end.day)


class RollsOverInFebruaryOnly(OtherMonthEnds):
    """Rolls over from February, and clamps in every other month."""

    breaks = MONTH_END

    def without_the_day(self, start: datetime, end: datetime) -> datetime:
        return super().without_the_day(start, end) if end.month == 2 else end


class LeapDayRollsOver(OtherMonthEnds):
    """Rolls over from a leap day to March 1, and clamps everywhere else."""

    breaks = MONTH_END

    def without_the_day(self, start: datetime, end: datetime) -> datetime:
        return super().without_the_day(start, end) if (start.month, start.day) == (2, 29) else end


class ClampsADayEarly(OtherMonthEnds):
    """Ends on the last day but one where the last month lacks the day."""

    breaks = MONTH_END

    def without_the_day(self, start: datetime, end: datetime) -> datetime:
        return end - timedelta(days=1)


class AlwaysTheFirst(OtherMonthEnds):
    """Ends on the first of the next month where the last month lacks the day, however many days it lacks."""

    breaks = MONTH_END

    def without_the_day(self, start: datetime, end: datetime) -> datetime:
        return end + timedelta(days=1)


class ClampsTo28(OtherMonthEnds):
    """Ends on the 28th where the last month lacks the day, whatever month it is."""

    breaks = MONTH_END

    def without_the_day(self, start: datetime, end: datetime) -> datetime:
        return end.replace(day=28)


class LongDurationsRollOver(OtherMonthEnds):
    """Clamps within the same year, and rolls over into another."""

    breaks = MONTH_END

    def without_the_day(self, start: datetime, end: datetime) -> datetime:
        return end if end.year == start.year else super().without_the_day(start, end)
