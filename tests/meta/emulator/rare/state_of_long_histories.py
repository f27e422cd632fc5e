"""Rare mutants of state: what goes wrong from the tenth reservation or offering on, or for a name near a used one."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import re

from tests.meta.emulator.base import BAD_REQUEST, NOT_FOUND
from tests.meta.emulator.messages import Offering, Purchase, Refusal, Region, Request, Reservation, Response
from tests.meta.emulator.rare.bases import LOST
from tests.meta.emulator.rare.play import Play, shown_by
from tests.meta.emulator.right import RightEmulator

BEGAN = "2026-01-15T12:00:00Z"
FREED = ("exclusivity/freed-from-end",)
NAMED = ("names/characters", "names/length", "start-window/interior", "start-window/upper-bound-inclusive")


def in_a_row(play: Play, *names: str) -> Play:
    """Buy for a month under each name, each just after the End of the one before."""
    for number, name in enumerate(names):
        play.at(f"{2026 + number // 12}-{1 + number % 12:02}-15T12:00:{number:02}Z").buy(name)
    return play


def numbered(count: int) -> list[str]:
    """So many names."""
    return [f"a{number}" for number in range(count)]


def first_digit(number: int) -> int:
    """The first digit of a number of two digits; other numbers as they are."""
    return number // 10 if 10 <= number < 100 else number


@shown_by(lambda play: in_a_row(play, *numbered(11)).buy("contest"))
class OnlyTheFirstTenHold(RightEmulator):
    """Looks for an active reservation on the first page of ten."""

    breaks = FREED
    may_break = LOST

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        return super().rivals(purchase)[:10]


@shown_by(lambda play: in_a_row(play, *numbered(11), "a0"))
class OnlyTheLastTenNamesAreTaken(RightEmulator):
    """Looks for a used name among the last ten reservations."""

    breaks = ("names/unique",)

    def check_name_is_free(self, purchase: Purchase) -> None:
        if any(one.name == purchase.name for one in list(purchase.region.reservations.values())[-10:]):
            raise Refusal(*BAD_REQUEST, "The name has been used.")


@shown_by(lambda play: in_a_row(play, *numbered(21)))
class AtMostTwentyReservations(RightEmulator):
    """Sells no more to an account that has had twenty reservations, all of them over."""

    breaks = FREED

    def check_active(self, purchase: Purchase) -> None:
        super().check_active(purchase)
        if len(purchase.region.reservations) >= 20:
            raise Refusal(*BAD_REQUEST, "There are too many reservations.")


@shown_by(lambda play: in_a_row(play, *numbered(11)).show())
class TenthIsDescribedAsTheFirst(RightEmulator):
    """Numbers reservations from 0 on, and describes number 1 for number 10."""

    breaks = ("reservation/describe-agrees",)
    may_break = ("lifecycle/immutable", "lifecycle/active-until-end", "lifecycle/initial-state")

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        super().find_reservation(region, arn)
        return list(region.reservations.values())[first_digit(list(region.reservations).index(arn))]


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").offer(count=11).buy("a1", "", 10))
class OnlyTenOfferingsAreSold(RightEmulator):
    """Looks for an offering that is purchased on the first page of ten."""

    breaks = ("start-window/upper-bound-inclusive",)
    may_break = (*FREED, *NAMED, "start-format/accepts", "reservation/copies-offering", "errors/refusal-has-no-effect")

    def check_offering(self, purchase: Purchase) -> None:
        super().check_offering(purchase)
        if purchase.offering_arn not in list(purchase.region.offerings)[:10]:
            raise Refusal(*NOT_FOUND, "There is no such offering.")


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").offer(count=11).show_offering(10))
class TenthOfferingIsTakenForTheFirst(RightEmulator):
    """Numbers offerings from 0 on, and describes and sells number 1 for number 10."""

    breaks = ("lists/offerings-agree",)
    may_break = (
        "reservation/copies-offering",
        "reservation/echoes-request",
        "end/adds-duration",
        "lifecycle/immutable",
    )

    def find_offering(self, region: Region, arn: str) -> Offering:
        super().find_offering(region, arn)
        return list(region.offerings.values())[first_digit(list(region.offerings).index(arn))]


class LikeAUsedName(RightEmulator):
    """Refuses a name that is like a used one; a base of mutants, and no mutant itself."""

    may_break = NAMED

    def check_name_is_free(self, purchase: Purchase) -> None:
        if any(self.is_like(purchase.name, one.name) for one in purchase.region.reservations.values()):
            raise Refusal(*BAD_REQUEST, "The name has been used.")

    def is_like(self, name: str, used: str) -> bool:
        raise NotImplementedError


@shown_by(lambda play: in_a_row(play, "studio-10", "studio-1"))
class NameThatBeginsAUsedOne(LikeAUsedName):
    """Takes a name for used that is the beginning of a used one."""

    breaks = FREED

    def is_like(self, name: str, used: str) -> bool:
        return used.startswith(name)


@shown_by(lambda play: in_a_row(play, "studio-1", "studio_1"))
class UnderscoreStandsForAnySign(LikeAUsedName):
    """Looks for a used name by a pattern in which an underscore stands for any sign."""

    breaks = FREED

    def is_like(self, name: str, used: str) -> bool:
        return re.fullmatch(re.escape(name).replace("_", "."), used) is not None


@shown_by(lambda play: in_a_row(play, *numbered(6)).show(0).page())
class DescribesTheNewestFive(RightEmulator):
    """Describes the five newest reservations alone, and lists all."""

    breaks = ("reservation/describe-agrees",)
    may_break = ("lifecycle/history-kept",)

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        if arn in list(region.reservations)[:-5]:
            raise Refusal(*NOT_FOUND, "There is no such reservation.")
        return super().find_reservation(region, arn)


@shown_by(lambda play: in_a_row(play, "a" * 100 + "b", "a" * 100 + "c"))
class NamesByTheirBeginning(RightEmulator):
    """Takes names for the same whose first 64 characters are."""

    breaks = FREED
    may_break = NAMED

    def check_name_is_free(self, purchase: Purchase) -> None:
        beginnings = {item.name[:64] for item in purchase.region.reservations.values()}
        if purchase.name[:64] in beginnings:
            raise Refusal(*BAD_REQUEST, "The name has been used.")


@shown_by(lambda play: play.at(BEGAN).buy("a1").at("2026-06-15T12:00:00Z").buy("a1", BEGAN))
class RepeatsForEver(RightEmulator):
    """Answers the very request that made a reservation with that reservation, long after its End too."""

    breaks = ("start-window/before-lower-bound",)
    may_break = (
        *("start-window/follows-the-clock", "names/unique", "reservation/arn-unique", "lifecycle/initial-state"),
        *("start-window/utc", "errors/refusal-has-no-effect"),
    )

    def purchase_offering(self, request: Request, segment: str) -> Response:
        region, now = self.region(request), self.now(self.account(request.account))
        members, arn = self.body_of(request), self.decode_arn(segment)
        for item in region.reservations.values():
            made = {"reservationName": item.name, "start": item.start_text}
            if item.offering.arn == arn and made.items() <= members.items():
                return self.success(self.purchase_status, {"reservation": self.reservation_wire(item, now)})
        return super().purchase_offering(request, segment)
