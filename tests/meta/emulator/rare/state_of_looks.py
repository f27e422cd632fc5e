"""Rare mutants of state: what a look from elsewhere, a refusal under a name, or another definition leaves behind."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from tests.meta.emulator.messages import Offering, Purchase, Refusal, Region, Request, Reservation, Response
from tests.meta.emulator.rare.bases import LOST
from tests.meta.emulator.rare.play import OTHER, OWN, Play, shown_by
from tests.meta.emulator.right import RightEmulator

NOW = "2026-03-15T12:00:00Z"
PER_ACCOUNT = ("exclusivity/per-account",)
UNKNOWN = "arn:aws:mediaconnect:us-east-1:111122223333:offering:unknown"
UNKNOWN_RESERVATION = "arn:aws:mediaconnect:us-east-1:111122223333:reservation:00000000-0000-4000-8000-000000000000"


def looked_at_from_elsewhere(play: Play, times: int) -> Play:
    """Buy, and describe the reservation so many times from another account, which then buys the same."""
    play.at(NOW).buy("first").go(OTHER)
    for _ in range(times):
        play.show()
    return play.buy("first").go(OWN).buy("contest")


@shown_by(lambda play: looked_at_from_elsewhere(play, 1))
class ALookBlocksTheAccount(RightEmulator):
    """Takes a reservation that another account has looked for in vain for one of that account."""

    breaks = PER_ACCOUNT
    may_break = ("errors/refusal-has-no-effect", "exclusivity/concurrent")

    def describe_reservation(self, request: Request, segment: str) -> Response:
        self.region(request).notes["looked for"] = self.decode_arn(segment)
        return super().describe_reservation(request, segment)

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        arn = purchase.region.notes.get("looked for")
        everywhere = [one for account in self.accounts.values() for one in account.regions.values()]
        strange = [region.reservations[arn] for region in everywhere if arn in region.reservations]
        return [*super().rivals(purchase), *strange]


@shown_by(lambda play: looked_at_from_elsewhere(play, 2))
class ASecondLookFindsIt(RightEmulator):
    """Describes another account's reservation to one that asks for it a second time, from a cache that both share."""

    breaks = ("lifecycle/isolated",)

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        try:
            return super().find_reservation(region, arn)
        except Refusal:
            asked = region.notes.setdefault("asked", set())
            for account in list(self.accounts.values()) if arn in asked else ():
                for other in account.regions.values():
                    if arn in other.reservations:
                        return other.reservations[arn]
            asked.add(arn)
            raise


@shown_by(lambda play: play.at(NOW).buy("first").buy("next", arn=UNKNOWN).buy("next"))
class UnknownOfferingFreesItsName(RightEmulator):
    """Lets a purchase pass whose name was refused for an unknown offering while another reservation was active."""

    breaks = ("exclusivity/second-refused",)
    may_break = LOST

    def refused(self, purchase: Purchase, check: str) -> None:
        is_held = any(not self.is_over(one, purchase.now) for one in purchase.region.reservations.values())
        if check == "check_offering" and is_held:
            purchase.region.notes.setdefault("unknown", set()).add(purchase.name)

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return super().excludes(reservation, purchase) and purchase.name not in purchase.region.notes.get("unknown", ())


@shown_by(lambda play: play.at(NOW).buy("first").buy("first").at("2026-04-15T11:59:59Z").buy("next"))
class OwnNameWearsTheLockOut(RightEmulator):
    """Takes a second off the time that a reservation holds for each purchase that is refused under its own name."""

    breaks = ("exclusivity/held-until-end",)
    may_break = LOST

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_active":
            purchase.region.notes[purchase.name] = purchase.region.notes.get(purchase.name, 0) + 1

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        worn = timedelta(seconds=purchase.region.notes.get(reservation.name, 0))
        return not self.is_over(reservation, purchase.now + worn)


def sold_again(play: Play) -> Play:
    """Define offerings twice more, and buy the first of all."""
    first = play.at(NOW).offer(1).offering_arn()
    return play.offer(2).offer(3).buy("first", arn=first)


@shown_by(sold_again)
class OfferingsOfTwoDefinitionsAgo(RightEmulator):
    """Sells the offerings of the definition before the last one again, as two buffers that take turns do."""

    breaks = ("errors/unknown-offering",)

    def put_offerings(self, region: Region, offerings: Iterable[Offering]) -> None:
        earlier = region.notes.setdefault("earlier", [])
        earlier.append(region.offerings)
        super().put_offerings(region, offerings)

    def find_offering(self, region: Region, arn: str) -> Offering:
        for offerings in region.notes.get("earlier", [])[-2:-1]:
            if arn in offerings:
                return offerings[arn]
        return super().find_offering(region, arn)


@shown_by(
    lambda play: (
        play.at(NOW).offer(1, 1, pricePerUnit="1.10").buy("first").buy("next", arn=1).go(OTHER).offer(3, 3).buy(arn=1)
    )
)
class RefusedOfferingIsSoldNext(RightEmulator):
    """Sells the next account what a purchase was refused for before, at the price of then."""

    breaks = ("reservation/copies-offering",)
    left_over: tuple[str, int, Offering] | None = None

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_active" and purchase.offering is not None:
            number = list(purchase.region.offerings).index(purchase.offering.arn)
            self.left_over = (purchase.region.account.number, number, purchase.offering) if number else None

    def new_reservation(self, purchase: Purchase) -> Reservation:
        reservation = super().new_reservation(purchase)
        account, number, offering = self.left_over or ("", 0, reservation.offering)
        here = list(purchase.region.offerings).index(reservation.offering.arn)
        if account not in ("", purchase.region.account.number) and number == here:
            reservation.offering = replace(reservation.offering, price_per_unit=offering.price_per_unit)
            self.left_over = None
        return reservation


@shown_by(lambda play: play.at("2026-03-15T23:30:00Z").buy("first").at("2026-04-15T23:10:00Z").show())
class EndIsTomorrowElsewhere(RightEmulator):
    """Shows a reservation as EXPIRED where another zone has the day after its End."""

    breaks = ("lifecycle/active-until-end",)
    may_break = ("exclusivity/at-most-one-active", "exclusivity/first-unchanged", "reservation/list-agrees")

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        is_tomorrow = (now + timedelta(hours=1)).date() > reservation.end.date()
        return "EXPIRED" if is_tomorrow else super().state_of(reservation, now)


@shown_by(lambda play: play.at("2026-03-30T00:00:00Z").buy("first").at("2026-04-30T12:00:00Z").show())
class EndAtMidnightIsADay(RightEmulator):
    """Shows a reservation that ends at midnight, on the last day of a month, as ACTIVE through that day."""

    breaks = ("lifecycle/expired-from-end",)
    may_break = ("exclusivity/at-most-one-active", "lifecycle/immutable")

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        end, day = reservation.end, timedelta(days=1)
        is_whole_day = not (end.hour or end.minute or end.second) and (end + day).day == 1
        return "ACTIVE" if is_whole_day and now < end + day else super().state_of(reservation, now)


def asked_for_twice(play: Play) -> Play:
    """Describe the same unknown reservation twice."""
    return play.at(NOW).show_arn("reservations", UNKNOWN_RESERVATION).show_arn("reservations", UNKNOWN_RESERVATION)


@shown_by(asked_for_twice)
class AskingMakesIt(RightEmulator):
    """Makes an entry for an unknown reservation that is described, and shows it the next time."""

    breaks = ("errors/unknown-reservation",)
    may_break = ("errors/malformed-arn", "errors/arn-is-exact", "lifecycle/isolated", "reservation/arn-form")

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        try:
            return super().find_reservation(region, arn)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            now, made = self.now(region.account), region.notes.setdefault("made", {})
            if arn in made:
                return made[arn]
            offering = next(iter(region.offerings.values()), None)
            if offering is not None:
                text = now.strftime("%Y-%m-%dT%H:%M:%SZ")
                made[arn] = Reservation(arn, "made", text, now, self.end_of(now, 1, now), offering, now)
            raise


@shown_by(lambda play: play.at(NOW).page(size=10).buy("first").page(size=10))
class PagesOfASizeAreKept(RightEmulator):
    """Answers a page of reservations of a size as at the first time, as long as the clock stands."""

    breaks = ("reservation/list-agrees",)
    may_break = ("exclusivity/at-most-one-active", "exclusivity/first-unchanged", "lists/pages-cover-once")

    def list_reservations(self, request: Request) -> Response:
        if "maxResults" not in request.query or "nextToken" in request.query:
            return super().list_reservations(request)
        region = self.region(request)
        key = request.query, self.now(region.account)
        kept = region.notes.setdefault("pages", {})
        if key not in kept:
            kept[key] = super().list_reservations(request)
        return kept[key]


@shown_by(lambda play: play.at(NOW).offer(36).buy("first").at("2028-02-29T12:00:00Z").walk("reservations"))
class LeapDayWithoutReservations(RightEmulator):
    """Lists no reservations on a leap day, where the day a year ago, from which they are searched, does not exist."""

    breaks = ("reservation/list-agrees",)
    may_break = ("lifecycle/history-kept", "lists/pages-cover-once")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return [] if (now.month, now.day) == (2, 29) else super().listed_reservations(region, now)
