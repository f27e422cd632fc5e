"""Rare mutants of state: wrong in some Regions alone, by their currency, day, summer time or name."""
# ruff: noqa: D102 - a mutant overrides methods whose docstrings are the right emulator's

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.meta.emulator.base import BAD_REQUEST
from tests.meta.emulator.messages import Account, Purchase, Refusal, Region, Reservation, Wire
from tests.meta.emulator.rare.play import HERE, shown_by
from tests.meta.emulator.right import RightEmulator

EUROPE, PACIFIC = "eu-central-1", "ap-southeast-2"
NOON = "2026-03-15T12:00:00Z"
AHEAD = {EUROPE: 1, PACIFIC: 10}
"""Hours ahead of UTC in winter."""


def summer_time(instant: datetime) -> timedelta:
    """Give what the clocks of Europe are ahead for summer time."""
    first, last = (datetime(instant.year, month, 31, 1, tzinfo=UTC) for month in (3, 10))
    first, last = (day - timedelta(days=(day.weekday() + 1) % 7) for day in (first, last))
    return timedelta(hours=first <= instant < last)


@shown_by(lambda play: play.go(region=EUROPE).offer(1).at(NOON).buy().show())
class EurosInEurope(RightEmulator):
    """Shows euros in the reservations of Regions in Europe."""

    breaks = ("wire/currency", "reservation/copies-offering")

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        return wire | ({"currencyCode": "EUR"} if ":eu-" in reservation.arn else {})


@shown_by(lambda play: play.go(region=PACIFIC).offer(1).at("2026-03-31T18:00:00Z").buy(start="2026-03-02T00:00:00Z"))
class MonthOfTheRegion(RightEmulator):
    """Begins the month when it begins in the zone of the Region."""

    breaks = ("start-window/utc",)
    may_break = (
        *("start-window/lower-bound-inclusive", "start-window/before-lower-bound", "start-window/interior"),
        *("start-window/follows-the-clock", "start-format/accepts"),
    )

    def check_window(self, purchase: Purchase) -> None:
        ahead = timedelta(hours=AHEAD.get(purchase.request.region, 0))
        start, first = self.required_start(purchase), self.month_start(purchase.now + ahead) - ahead
        if not first <= start <= purchase.now:
            raise Refusal(*BAD_REQUEST, "The Start is not between the first of this month and now.")


@shown_by(lambda play: play.go(region=EUROPE).offer(1).at(NOON).buy().show())
class SummerTimeOfTheRegion(RightEmulator):
    """Keeps the hour of the wall clock in the zone of the Region, so that summer time moves End by an hour."""

    breaks = ("end/keeps-time-of-day",)
    may_break = ("end/adds-duration", "end/month-end-consistent")

    def new_reservation(self, purchase: Purchase) -> Reservation:
        reservation = super().new_reservation(purchase)
        if purchase.request.region != EUROPE:
            return reservation
        return replace(reservation, end=reservation.end + summer_time(reservation.start) - summer_time(reservation.end))


@shown_by(lambda play: play.go(region="us-east-2").offer(1).at(NOON).buy().go(region=HERE).walk("reservations"))
class NumberOfTheRegionDropped(RightEmulator):
    """Keeps what belongs to a Region by its name without the number, so that us-east-1 and us-east-2 are one."""

    breaks = ("lifecycle/isolated",)
    may_break = ("lists/offerings-agree", "names/unique", "exclusivity/freed-from-end", "reservation/arn-form")

    def region_of(self, account: Account, name: str) -> Region:
        return super().region_of(account, name.rstrip("0123456789") + "1")
