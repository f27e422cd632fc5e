"""Rare mutants of state: reservations that change, vanish, are revived or are left over."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from tests.meta.emulator.base import BAD_REQUEST
from tests.meta.emulator.messages import Purchase, Refusal, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.rare.bases import CHANGED, LOST
from tests.meta.emulator.rare.play import ELSEWHERE, HERE, OTHER, OWN, shown_by
from tests.meta.emulator.right import RightEmulator

NOW = "2026-03-15T12:00:00Z"
DESCRIBE = ("reservation/describe-agrees",)


@shown_by(lambda play: play.at(NOW).buy("a1").page().page().page().page())
class ListedThreeTimes(RightEmulator):
    """Lists a reservation without its description once it has been listed three times."""

    breaks = ("wire/reservation-members",)
    may_break = CHANGED

    def __init__(self) -> None:
        super().__init__()
        self.listed: Counter[str] = Counter()

    def listed_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().listed_reservation_wire(reservation, now)
        self.listed[reservation.arn] += 1
        if self.listed[reservation.arn] > 3:
            del wire["offeringDescription"]
        return wire


@shown_by(lambda play: play.at(NOW).buy("a1").offer(6).show())
class DescriptionGoesWithTheOffering(RightEmulator):
    """Looks an offering's description up when a reservation is described, and finds none when it was redefined."""

    breaks = DESCRIBE
    may_break = CHANGED

    def described_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().described_reservation_wire(reservation, now)
        return {**wire, "offeringDescription": self.looked_up(wire)}

    def looked_up(self, wire: Wire) -> str:
        defined = {
            offering.arn: offering.description
            for account in list(self.accounts.values())
            for region in list(account.regions.values())
            for offering in region.offerings.values()
        }
        return defined.get(wire["offeringArn"], "")


@shown_by(lambda play: play.at(NOW).buy("a1").offer(6).page())
class ReservationsGoWithTheirOffering(RightEmulator):
    """Lists the reservations of offerings that are defined, and loses those of redefined ones."""

    breaks = ("reservation/list-agrees",)
    may_break = (*CHANGED, "lists/pages-cover-once")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        listed = super().listed_reservations(region, now)
        return [item for item in listed if self.is_over(item, now) or item.offering.arn in region.offerings]


@shown_by(
    lambda play: (
        play.at(NOW).offer(1, offeringDescription="old").page("offerings").offer(1, offeringDescription="new").buy("a1")
    )
)
class TermsOfTheFirstDefinition(RightEmulator):
    """Keeps the descriptions and prices of the first offerings that it listed, and sells by them ever after."""

    breaks = ("reservation/copies-offering",)
    may_break = CHANGED

    def list_offerings(self, request: Request) -> Response:
        region = self.region(request)
        region.notes.setdefault("terms", list(region.offerings.values()))
        return super().list_offerings(request)

    def new_reservation(self, purchase: Purchase) -> Reservation:
        reservation = super().new_reservation(purchase)
        number = list(purchase.region.offerings).index(reservation.offering.arn)
        kept = dict(enumerate(purchase.region.notes.get("terms", ()))).get(number)
        if kept is not None:
            terms = {"description": kept.description, "price_per_unit": kept.price_per_unit}
            reservation.offering = replace(reservation.offering, **terms)
        return reservation


@shown_by(lambda play: play.at(NOW).buy("a1").buy("b1").at("2026-05-01T12:00:00Z").buy("b1"))
class RefusedNameIsTakenForGood(RightEmulator):
    """Takes a name as used although its purchase was refused because of the active reservation."""

    breaks = ("exclusivity/freed-from-end",)
    may_break = ("errors/refusal-has-no-effect", "names/unique")

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_active":
            purchase.region.notes.setdefault("refused", set()).add(purchase.name)

    def check_name_is_free(self, purchase: Purchase) -> None:
        super().check_name_is_free(purchase)
        if purchase.name in purchase.region.notes.get("refused", ()):
            raise Refusal(*BAD_REQUEST, "The name has been used.")


@shown_by(lambda play: play.at(NOW).buy("a1").show().at("2026-05-01T12:00:00Z").buy("a1").show())
class UsedNameIsUpdated(RightEmulator):
    """Gives an expired reservation the Start of a purchase that it refuses for the used name."""

    breaks = ("lifecycle/immutable",)
    may_break = CHANGED

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_name_is_free":
            for reservation in purchase.region.reservations.values():
                if reservation.name == purchase.name:
                    reservation.start_text = purchase.start_text


@shown_by(lambda play: play.at(NOW).buy("a1").show().buy("a1").show())
class SamePurchaseIsARenewal(RightEmulator):
    """Prolongs the active reservation when the very same purchase is refused."""

    breaks = ("exclusivity/first-unchanged",)
    may_break = (*CHANGED, *LOST, "end/adds-duration", "lifecycle/expired-from-end")

    def refused(self, purchase: Purchase, check: str) -> None:
        if check != "check_active":
            return
        for reservation in purchase.region.reservations.values():
            same = (reservation.name, reservation.start_text) == (purchase.name, purchase.start_text)
            if same and reservation.offering == purchase.offering and not self.is_over(reservation, purchase.now):
                reservation.end = self.end_of(reservation.end, reservation.offering.duration, purchase.now)


@shown_by(lambda play: play.at(NOW).buy("a1").show().buy("b1", arn=2).show())
class LongerOfferingIsAnUpgrade(RightEmulator):
    """Shows the price of a longer offering in the active reservation when its purchase is refused."""

    breaks = ("exclusivity/first-unchanged",)
    may_break = CHANGED

    def refused(self, purchase: Purchase, check: str) -> None:
        wanted = purchase.offering
        for reservation in purchase.region.reservations.values():
            longer = wanted is not None and wanted.duration > 2 * reservation.offering.duration
            if check == "check_active" and longer and not self.is_over(reservation, purchase.now):
                reservation.offering = replace(reservation.offering, price_per_unit=wanted.price_per_unit)


@shown_by(lambda play: play.at(NOW).buy("a1", "2026-03-01T00:00:00Z").go(OTHER).buy("a1").go(OWN).show(0))
class StartsFiledByName(RightEmulator):
    """Files the Starts of all accounts by the names of their reservations."""

    breaks = DESCRIBE
    may_break = CHANGED

    def __init__(self) -> None:
        super().__init__()
        self.starts: dict[str, str] = {}

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        self.starts[reservation.name] = reservation.start_text

    def described_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().described_reservation_wire(reservation, now)
        return {**wire, "start": self.starts[reservation.name]}


@shown_by(lambda play: [play.at(f"2026-{month:02}-15T12:00:00Z").buy(f"a{month}").page() for month in (3, 5, 7, 9)])
class NewestThreeKept(RightEmulator):
    """Lists an account's newest three reservations only."""

    breaks = ("lifecycle/history-kept",)
    may_break = ("lists/pages-cover-once", "reservation/list-agrees", "lifecycle/immutable")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return super().listed_reservations(region, now)[-3:]


@shown_by(lambda play: play.at(NOW).buy("a1").page().at("2027-06-01T12:00:00Z").page())
class HistoryOfAYear(RightEmulator):
    """Lists an expired reservation for 366 days, and then no more."""

    breaks = ("lifecycle/history-kept",)
    may_break = ("lists/pages-cover-once", "lifecycle/expired-from-end", "lifecycle/immutable")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return [item for item in super().listed_reservations(region, now) if now - item.end <= timedelta(days=366)]


@shown_by(
    lambda play: (
        play.at(NOW).buy("a1").at("2026-05-01T12:00:00Z").buy("b1").at("2026-07-01T12:00:00Z").walk("reservations", 1)
    )
)
class LaterPagesAreOld(RightEmulator):
    """Works states out on the first page only, and shows those of the purchase on later ones."""

    breaks = ("lifecycle/expired-from-end",)
    may_break = ("exclusivity/at-most-one-active", "lifecycle/immutable", "reservation/list-agrees")

    def list_reservations(self, request: Request) -> Response:
        response = super().list_reservations(request)
        if "nextToken" in self.query_of(request):
            wire = json.loads(response.body)
            for item in wire["reservations"]:
                item["reservationState"] = "ACTIVE"
            response.body = self.encode(wire)
        return response


@shown_by(lambda play: play.at(NOW).buy("a1").show().show().show().at("2026-05-01T12:00:00Z").show())
class ThirdLookIsKept(RightEmulator):
    """Keeps what it shows when a reservation is read for the third time, and describes it so ever after."""

    breaks = ("lifecycle/expired-from-end",)
    may_break = ("lifecycle/immutable",)

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, Wire] = {}

    def described_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().described_reservation_wire(reservation, now)
        return self.kept.setdefault(reservation.arn, wire) if reservation.reads >= 3 else wire


@shown_by(lambda play: play.at(NOW).buy("a1").at("2026-05-01T12:00:00Z").buy("b1").show(0))
class RevivedByTheNext(RightEmulator):
    """Describes an expired reservation as ACTIVE again when its offering is purchased a second time."""

    breaks = ("lifecycle/expired-from-end",)
    may_break = ("exclusivity/at-most-one-active", "lifecycle/immutable", "exclusivity/freed-from-end")

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        for earlier in purchase.region.reservations.values():
            if earlier.offering.arn == reservation.offering.arn:
                earlier.stored_state = "REVIVED"
        super().insert(purchase, reservation)

    def described_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().described_reservation_wire(reservation, now)
        return {**wire, "reservationState": "ACTIVE"} if reservation.stored_state == "REVIVED" else wire


@shown_by(lambda play: play.at(NOW).buy("a1").go(region=ELSEWHERE).buy("b1").go(region=HERE).page())
class MovedToTheLastRegion(RightEmulator):
    """Lists an account's reservations in the Region in which it has purchased last, and in no other."""

    breaks = ("reservation/list-agrees",)
    may_break = (*CHANGED, "lists/pages-cover-once")

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        for region in purchase.region.account.regions.values():
            region.notes["last"] = purchase.region.name

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        here = region.notes.get("last", region.name) == region.name
        return super().listed_reservations(region, now) if here else []


@shown_by(lambda play: play.at(NOW).buy("a1").buy("b1", arn=1).page())
class SameStartIsKept(RightEmulator):
    """Keeps the reservation of a purchase that it refuses, where its Start is the active one's and its offering not."""

    breaks = ("exclusivity/at-most-one-active",)
    may_break = (*CHANGED, *LOST, "lists/pages-cover-once")

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_active":
            active = [item for item in purchase.region.reservations.values() if self.excludes(item, purchase)]
            same = [item for item in active if item.start_text == purchase.start_text]
            if same and purchase.offering not in [item.offering for item in same]:
                self.insert(purchase, self.new_reservation(purchase))
