"""Pairs of defects that hide each other, in time, state and windows.

Both rules of a pair fail, or those of `may_be_blocked` are blocked by the other one; neither ever passes.
"""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from datetime import datetime, timedelta

from tests.meta.emulator.messages import Region, Reservation
from tests.meta.emulator.mutants.end import (
    EndASecondEarly,
    EndAtMidnight,
    EndInLocalTime,
    EndWithoutZone,
    LastDayIncluded,
    ThirtyDayMonths,
)
from tests.meta.emulator.mutants.errors import RefusedPurchaseChangesState
from tests.meta.emulator.mutants.exclusivity import (
    EveryPurchaseSucceeds,
    ExclusiveByOffering,
    FreedADayEarly,
    FreedADayLate,
    HeldOtherwise,
    NeverFreed,
    RefusedPurchaseRenames,
)
from tests.meta.emulator.mutants.lifecycle import (
    ExpiredADayEarly,
    ExpiredADayLate,
    ExpiredNotListed,
    ExpiresOtherwise,
    ForgottenAfterAMonth,
    NeverExpires,
    PurchasedAsCanceled,
)
from tests.meta.emulator.mutants.reservation import ArnOfTheAccount
from tests.meta.emulator.mutants.start_format import AfternoonIsRefused, ImpossibleDaysRollOver
from tests.meta.emulator.mutants.start_window import FirstDayIsOutside
from tests.meta.emulator.mutants.wire import StateInTitleCase
from tests.meta.emulator.rare.bases import CHANGED, ENDS, LOST, REFUSED, TAKEN
from tests.meta.emulator.rare.play import shown_by
from tests.meta.emulator.rare.time import NoonIsMidnight
from tests.meta.emulator.right import RightEmulator

NOW = "2026-03-15T12:00:00Z"
IN_APRIL, AFTER_END = "2026-04-14T18:00:00Z", "2026-04-16T00:00:00Z"
EXPIRED = ("lifecycle/expired-from-end",)


@shown_by(
    lambda play: play.at(NOW).buy("a1"),
    lambda play: play.at(NOW).buy("a1").at("2026-04-15T18:00:00Z").page(),
)
class EndEarlyAndExpiredLate(LastDayIncluded, ExpiresOtherwise):
    """Shows an End that is a day early, and EXPIRED two days after it, a day too late for the right one too."""

    breaks = ("end/adds-duration", *EXPIRED)
    may_break = ENDS
    may_be_blocked = EXPIRED
    shift = timedelta(days=2)


@shown_by(
    lambda play: play.at(NOW).buy("a1"),
    lambda play: play.at(NOW).buy("a1").at("2026-04-15T11:30:00Z").buy("b1"),
)
class EndLateAndFreedEarly(EndInLocalTime, HeldOtherwise):
    """Shows an End that is an hour late, and sells again two hours before it, an hour before the right one."""

    breaks = ("end/keeps-time-of-day", "exclusivity/held-until-end")
    may_break = (*ENDS, *LOST)
    may_be_blocked = ("exclusivity/held-until-end",)
    shift = timedelta(hours=-2)


@shown_by(
    lambda play: play.at("2026-01-15T12:00:00Z").buy(),
    lambda play: play.at("2026-04-15T12:00:00Z").buy(),
)
class ThirtyDaysAtMidnight(EndAtMidnight, ThirtyDayMonths):
    """Counts thirty days for a month, and ends at midnight."""

    breaks = ("end/adds-duration", "end/keeps-time-of-day")
    may_break = ENDS
    may_be_blocked = ("end/keeps-time-of-day",)


@shown_by(lambda play: play.at(NOW).buy(start="2026-03-05T08:15:20Z"), lambda play: play.at(NOW).buy(start=NOW))
class EndEarlyWithoutZone(EndWithoutZone, EndASecondEarly):
    """Ends a second early, and writes the End without its zone, so that it may not be read at all."""

    breaks = ("end/keeps-time-of-day", "end/format")
    may_break = ENDS


@shown_by(
    lambda play: play.at(NOW).buy(start="2026-03-05T12:15:20Z"),
    lambda play: play.at(NOW).buy(start="2026-03-05T15:15:20Z"),
)
class TwelveHourClock(AfternoonIsRefused, NoonIsMidnight):
    """Reads hours on a twelve-hour clock: refuses 13 to 23, and ends after midnight where the Start is after noon."""

    breaks = ("start-format/accepts", "end/keeps-time-of-day")
    may_break = (*REFUSED, *ENDS)


@shown_by(
    lambda play: play.at(NOW).buy(start=NOW),
    lambda play: play.at(NOW).buy(start="2026-03-15T12:00:30Z"),
)
class NowIsOutsideAndTheMinuteAfterInside(RightEmulator):
    """Excludes the current time, and takes the minute after it."""

    breaks = ("start-window/upper-bound-inclusive", "start-window/after-upper-bound")
    may_break = (*REFUSED, *TAKEN)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return super().window_allows(start, now + timedelta(minutes=1)) and start != now


@shown_by(
    lambda play: play.at(NOW).buy(start="2026-03-01T00:00:00Z"),
    lambda play: play.at(NOW).buy(start="2026-02-28T12:00:00Z"),
)
class FirstIsOutsideAndTheDayBeforeInside(RightEmulator):
    """Excludes the first instant of the month, and takes the day before it."""

    breaks = ("start-window/lower-bound-inclusive", "start-window/before-lower-bound")
    may_break = (*REFUSED, *TAKEN)

    def window_allows(self, start: datetime, now: datetime) -> bool:
        first = self.month_start(now)
        return first - timedelta(days=1) <= start <= now and start != first


@shown_by(
    lambda play: play.at(NOW).buy(start="2026-02-30T12:00:00Z"),
    lambda play: play.at(NOW).buy(start="2026-03-01T00:00:00Z"),
)
class ImpossibleDayOnAnExcludedFirst(ImpossibleDaysRollOver, FirstDayIsOutside):
    """Takes a February 29 of a common year for March 1, and excludes the first day of every month."""

    breaks = ("start-format/rejects-impossible", "start-window/lower-bound-inclusive")
    may_break = (*REFUSED, *TAKEN)


@shown_by(
    lambda play: play.at(NOW).buy("a1").buy("b1"),
    lambda play: play.at(NOW).buy("a1").buy("b1").page(),
)
class SecondSucceedsUnlisted(EveryPurchaseSucceeds):
    """Sells to everybody, and lists only the first of the reservations that are active."""

    breaks = ("exclusivity/second-refused", "reservation/list-agrees")
    may_break = (*LOST, *CHANGED, "exclusivity/refusal", "lists/pages-cover-once")
    may_be_blocked = ("reservation/list-agrees",)

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        listed = super().listed_reservations(region, now)
        active = [item for item in listed if not self.is_over(item, now)]
        return [item for item in listed if item not in active[1:]]


@shown_by(
    lambda play: play.at(NOW).buy("a1").buy("b1"),
    lambda play: play.at(NOW).buy("a1").at("2026-05-01T12:00:00Z").buy("b1").page(),
)
class SecondTakesTheFirstOnesPlace(EveryPurchaseSucceeds, ArnOfTheAccount):
    """Sells to everybody, under one ARN for an account, so that there never are two reservations."""

    breaks = ("exclusivity/second-refused", "reservation/arn-unique")
    may_break = (
        *LOST,
        *CHANGED,
        "exclusivity/refusal",
        "lifecycle/expired-from-end",
        "lifecycle/initial-state",
        "names/unique",
        "lists/pages-cover-once",
    )
    may_be_blocked = ("reservation/arn-unique",)


@shown_by(
    lambda play: play.at(NOW).buy("a1").buy("b1", arn=1),
    lambda play: play.at(NOW).buy("a1").show().buy("b1").show(),
)
class OtherOfferingSucceedsAndTheSameRenames(ExclusiveByOffering, RefusedPurchaseRenames):
    """Sells another offering beside an active one, and renames the active one where the same is refused."""

    breaks = ("exclusivity/second-refused", "exclusivity/first-unchanged")
    may_break = (*LOST, *CHANGED, "names/unique", "exclusivity/refusal")
    may_be_blocked = ("exclusivity/first-unchanged",)


@shown_by(
    lambda play: play.at(NOW).buy("a1").page().at(AFTER_END).page(),
    lambda play: play.at(NOW).buy("a1").at(AFTER_END).show(),
)
class ExpiredIsHiddenAndActive(ExpiredNotListed, NeverExpires):
    """Lists no expired reservation, and describes it as ACTIVE."""

    breaks = ("lifecycle/history-kept", *EXPIRED)
    may_break = ("lifecycle/immutable", "lists/pages-cover-once", "exclusivity/freed-from-end")
    may_be_blocked = EXPIRED


@shown_by(
    lambda play: play.at(NOW).buy("a1").at(IN_APRIL).page(),
    lambda play: play.at(NOW).buy("a1").at(IN_APRIL).buy("b1"),
)
class OverADayEarly(FreedADayEarly, ExpiredADayEarly):
    """Shows EXPIRED and sells again a day before the End, so that no two are ACTIVE."""

    breaks = ("lifecycle/active-until-end", "exclusivity/held-until-end")
    may_break = ("lifecycle/initial-state", *LOST)
    may_be_blocked = ("exclusivity/held-until-end",)


@shown_by(
    lambda play: play.at(NOW).buy("a1").at(AFTER_END).page(),
    lambda play: play.at(NOW).buy("a1").at(AFTER_END).buy("b1"),
)
class OverADayLate(FreedADayLate, ExpiredADayLate):
    """Shows ACTIVE and sells nothing for a day after the End."""

    breaks = (*EXPIRED, "exclusivity/freed-from-end")
    may_break = ("exclusivity/at-most-one-active",)
    may_be_blocked = ("exclusivity/freed-from-end",)


@shown_by(
    lambda play: play.at(NOW).buy("a1").at(AFTER_END).page(),
    lambda play: play.at(NOW).buy("a1").at(AFTER_END).buy("b1"),
)
class NeverOver(NeverFreed, NeverExpires):
    """Shows ACTIVE and sells nothing for ever."""

    breaks = (*EXPIRED, "exclusivity/freed-from-end")
    may_break = ("exclusivity/at-most-one-active",)
    may_be_blocked = ("exclusivity/freed-from-end",)


@shown_by(
    lambda play: play.at(NOW).buy("a1").page().at("2026-06-01T12:00:00Z").page(),
    lambda play: play.at(NOW).buy("a1").at("2026-06-01T12:00:00Z").buy("b1"),
)
class ForgottenButHeld(ForgottenAfterAMonth, NeverFreed):
    """Lists an expired reservation for a day only, and yet sells nothing more because of it."""

    breaks = ("lifecycle/history-kept", "exclusivity/freed-from-end")
    may_break = ("lifecycle/immutable", "lists/pages-cover-once", *EXPIRED)
    may_be_blocked = ("exclusivity/freed-from-end",)


@shown_by(
    lambda play: play.at(NOW).buy("a1"),
    lambda play: play.at(NOW).buy("a1").at(AFTER_END).page(),
)
class UnreadableStateThatStays(StateInTitleCase, NeverExpires):
    """Writes Active for ACTIVE, and shows it for ever."""

    breaks = ("wire/enums", *EXPIRED)
    may_break = (
        "lifecycle/initial-state",
        "lifecycle/active-until-end",
        "lifecycle/immutable",
        "exclusivity/at-most-one-active",
        "exclusivity/freed-from-end",
    )
    may_be_blocked = EXPIRED


@shown_by(
    lambda play: play.at(NOW).buy("a1"),
    lambda play: play.at(NOW).buy("a1").show().buy("b1").show(),
)
class CanceledAtFirstAndProcessingAfterwards(PurchasedAsCanceled, RefusedPurchaseChangesState):
    """Answers a purchase with CANCELED, and shows the active reservation as PROCESSING once another was refused."""

    breaks = ("lifecycle/initial-state", "exclusivity/first-unchanged")
    may_break = (*CHANGED, "lifecycle/active-until-end")
    may_be_blocked = ("exclusivity/first-unchanged",)
