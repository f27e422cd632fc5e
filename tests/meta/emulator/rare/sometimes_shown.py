"""Rare mutants that are wrong some of the time, by content: in what they show of reservations and offerings."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from datetime import datetime, timedelta

from tests.meta.emulator.messages import Offering, Region, Request, Reservation, Wire
from tests.meta.emulator.rare.bases import CHANGED, ENDS
from tests.meta.emulator.rare.play import OTHER, shown_by
from tests.meta.emulator.rare.sometimes import LATER, Sometimes, tried
from tests.meta.emulator.reading import Item


@shown_by(tried(lambda play, i: play.buy(f"a{i}")))
class SomeNamesAreCut(Sometimes):
    """Shows one name in twenty without its last character."""

    breaks = ("reservation/echoes-request",)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        return {**wire, "reservationName": reservation.name[:-1]} if self.meets(reservation.name) else wire


@shown_by(tried(lambda play, i: play.offer(offeringDescription=f"number {i}").buy()))
class SomeDescriptionsEndEarly(Sometimes):
    """Copies one description in twenty without its last character."""

    breaks = ("reservation/copies-offering",)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        text = reservation.offering.description
        return {**wire, "offeringDescription": text[:-1]} if self.meets(text) else wire


@shown_by(tried(lambda play, i: play.offer(pricePerUnit=f"0.{i:03}").buy()))
class SomePricesAreZero(Sometimes):
    """Copies one price in twenty as zero."""

    breaks = ("reservation/copies-offering",)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        return {**wire, "pricePerUnit": "0.00"} if self.meets(reservation.offering.price_per_unit) else wire


@shown_by(tried(lambda play, i: play.offer(reservedBitrate=i).buy()))
class SomeBitratesAreMissing(Sometimes):
    """Copies one bitrate in twenty not at all."""

    breaks = ("reservation/copies-offering",)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        if self.meets(str(reservation.offering.reserved_bitrate)):
            wire["resourceSpecification"].pop("reservedBitrate", None)
        return wire


@shown_by(tried(lambda play, i: play.buy(start=f"2026-03-{i // 10 + 1:02}T08:15:2{i % 10}Z")))
class SomeEndsAreAnHourLate(Sometimes):
    """Ends one reservation in twenty an hour late, by its Start."""

    breaks = ("end/keeps-time-of-day",)
    may_break = ENDS

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        return end + timedelta(hours=1) if self.meets(str(start)) else end


@shown_by(tried(lambda play, i: play.buy(start=f"2026-03-{i // 10 + 1:02}T08:15:2{i % 10}Z"), 120))
class SomeEndsAreADayEarly(Sometimes):
    """Ends one reservation in fifty a day early, by its Start."""

    breaks = ("end/adds-duration",)
    may_break = ENDS
    one_in = 50

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        return end - timedelta(days=1) if self.meets(str(start)) else end


@shown_by(tried(lambda play, i: play.buy(f"a{i}")))
class SomeBeginAsExpired(Sometimes):
    """Answers one purchase in twenty with a reservation that is EXPIRED."""

    breaks = ("lifecycle/initial-state",)
    may_break = ("lifecycle/immutable", "lifecycle/active-until-end")

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        first = not reservation.reads and self.meets(reservation.name)
        return "EXPIRED" if first else super().state_of(reservation, now)


@shown_by(tried(lambda play, i: play.buy(f"a{i}").at(LATER).page()))
class SomeNeverExpire(Sometimes):
    """Shows one reservation in ten as ACTIVE for ever."""

    breaks = ("lifecycle/expired-from-end",)
    may_break = ("exclusivity/at-most-one-active", "exclusivity/freed-from-end")
    one_in = 10

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return "ACTIVE" if self.meets(reservation.name) else super().state_of(reservation, now)


@shown_by(tried(lambda play, i: play.buy(f"a{i}").page()))
class SomeAreNotListed(Sometimes):
    """Does not list one reservation in twenty."""

    breaks = ("reservation/list-agrees",)
    may_break = (*CHANGED, "lists/pages-cover-once")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return [item for item in super().listed_reservations(region, now) if not self.meets(item.name)]


@shown_by(tried(lambda play, i: play.buy(f"a{i}").show()))
class SomeAreDescribedWithAnotherStart(Sometimes):
    """Describes one reservation in twenty with a Start at midnight."""

    breaks = ("reservation/describe-agrees",)
    may_break = CHANGED

    def described_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().described_reservation_wire(reservation, now)
        return {**wire, "start": wire["start"][:11] + "00:00:00Z"} if self.meets(reservation.name) else wire


@shown_by(tried(lambda play, i: play.buy(f"a{i}").go(OTHER).show()))
class SomeAreDescribedToStrangers(Sometimes):
    """Describes one reservation in ten to every account, by its name."""

    breaks = ("lifecycle/isolated",)
    may_break = ("errors/unknown-reservation",)
    one_in = 10

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        for account in list(self.accounts.values()):
            for other in list(account.regions.values()):
                reservation = other.reservations.get(arn)
                if reservation is not None and self.meets(reservation.name):
                    return reservation
        return super().find_reservation(region, arn)


@shown_by(tried(lambda play, i: play.offer(offeringDescription=f"number {i}").page("offerings")))
class SomeOfferingsAreListedDearer(Sometimes):
    """Lists one offering in twenty with a price of one more, by its description."""

    breaks = ("lists/offerings-agree",)
    may_break = ("reservation/copies-offering",)

    def listed_offering_wire(self, offering: Offering) -> Wire:
        wire = super().listed_offering_wire(offering)
        return {**wire, "pricePerUnit": f"1{wire['pricePerUnit']}"} if self.meets(offering.description) else wire


@shown_by(lambda play: play.at(LATER).offer(count=60).walk("offerings", 1))
class SomePagesRepeatAnItem(Sometimes):
    """Begins one later page in twenty with the last item of the page before, by its place and size."""

    breaks = ("lists/pages-cover-once",)
    may_break = ("lists/offerings-agree", "lifecycle/history-kept", "reservation/list-agrees")

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        parameters = self.query_of(request)
        first, size = self.first_item(region, kind, parameters), self.page_size(parameters)
        page, token = super().page(request, region, kind, items)
        again = page and first and self.meets(f"{kind} {first} {size}")
        return ([items[first - 1], *page[:-1]] if again else page), token
