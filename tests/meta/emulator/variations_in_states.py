"""Variations in what an account has and had: its past, states, Ends, and what it has in other Regions."""
# ruff: noqa: ARG002, D102 - a variation overrides methods whose arguments and docstrings are the right emulator's

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar

from tests.meta.emulator.base import BAD_REQUEST, FORBIDDEN, NOT_FOUND
from tests.meta.emulator.messages import (
    Account,
    Offering,
    Purchase,
    Refusal,
    Region,
    Request,
    Reservation,
    Response,
    Wire,
)
from tests.meta.emulator.right import RightEmulator

PAST = datetime(2010, 1, 31, 12, tzinfo=UTC)
"""When the reservations of an account with a past began: before any time to which a clock is likely to be set."""
FAR_AWAY = "il-central-1"
"""A Region that no case uses."""


class PastBase(RightEmulator):
    """Has accounts that held reservations before the first call; expired ones are not a violation and block nothing."""

    past_names: ClassVar[tuple[str, ...]] = ("long-ago", "long-ago-2")
    past_state: ClassVar[str] = "EXPIRED"

    def has_past(self, region: Region) -> bool:
        """Tell whether a Region of an account has one."""
        return True

    def region_of(self, account: Account, name: str) -> Region:
        with account.lock:
            is_new = name not in account.regions
            region = super().region_of(account, name)
            if is_new and self.has_past(region):
                for number, past_name in enumerate(self.past_names):
                    self.remember(region, PAST + timedelta(days=120 * number), past_name)
            return region

    def remember(self, region: Region, start: datetime, name: str) -> None:
        """Give a Region a reservation that is over, of an offering that is there no more."""
        gone = Offering(
            self.offering_arn(region, f"00000000-0000-4000-8000-{start:%Y%m%d%H%M}"), 3, "Old terms", "9.99", 5
        )
        request = Request("POST", "", "", {}, b"", region.account.number, region.name)
        purchase = Purchase(request, region, start, gone.arn, {}, name, "", start, gone)
        reservation = replace(self.new_reservation(purchase), start_text=self.write_end(start))
        reservation.stored_state = self.past_state
        region.reservations[reservation.arn] = reservation

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        is_canceled = reservation.stored_state == "CANCELED"
        return "CANCELED" if is_canceled else super().state_of(reservation, now)

    def is_over(self, reservation: Reservation, now: datetime) -> bool:
        return reservation.stored_state == "CANCELED" or super().is_over(reservation, now)


class PastInEveryRegion(PastBase):
    """Lists two expired reservations from the start, in every account and Region."""


class PastInOneRegion(PastBase):
    """Lists two expired reservations from the start, in one Region only."""

    def has_past(self, region: Region) -> bool:
        return region.name == "us-east-1"


class PastInTheOtherRegion(PastBase):
    """Lists two expired reservations from the start, in every Region but the first."""

    def has_past(self, region: Region) -> bool:
        return region.name != "us-east-1"


class PastOfPages(PastBase):
    """Lists twenty-three expired reservations from the start: more than two pages, and a new one on the third."""

    past_names = tuple(f"long-ago-{number}" for number in range(23))


class PastOfPlainNames(PastBase):
    """Has used plain names before, and does not accept them again: expired reservations count for their names."""

    past_names = ("reservation", "a", "right", "another", "first", "probe", "next", "later")


class PastCanceled(PastBase):
    """Lists two reservations from the start that were canceled long ago, a state that is documented."""

    past_state = "CANCELED"


class PastThatStaysOver(PastBase):
    """Lists what expired before the account was handed out as EXPIRED for good, whatever time is set."""

    def is_over(self, reservation: Reservation, now: datetime) -> bool:
        return reservation.name in self.past_names or super().is_over(reservation, now)


class PastOfTheOnlyAccount(PastBase):
    """Has one account and one Region, whoever asks and where, and expired reservations in it."""

    has_control = False

    def handle(self, request: Request) -> Response:
        return super().handle(replace(request, account="123456789012", region="us-east-1"))


class PastByRegion(PastBase):
    """Has one account with expired reservations in every Region, which block nothing in any."""

    has_control = False

    def handle(self, request: Request) -> Response:
        return super().handle(replace(request, account="123456789012"))


class PastByHeader(PastBase):
    """Takes moto's header for the account, and each has expired reservations in every Region."""

    has_control = False

    def handle(self, request: Request) -> Response:
        account = request.headers.get("x-moto-account-id", "123456789012")
        return super().handle(replace(request, account=account))


class SomeAccountsActive(PastBase):
    """Has a reservation that is ACTIVE in one account of three before the first call, and no control API."""

    has_control = False
    past_names = ("not-ours",)

    def has_past(self, region: Region) -> bool:
        return sum(map(ord, region.account.number)) % 3 == 0

    def remember(self, region: Region, start: datetime, name: str) -> None:
        super().remember(region, self.now(region.account).replace(microsecond=0), name)


class ActiveInAFarRegion(SomeAccountsActive):
    """Has an ACTIVE reservation of two accounts in three in a far Region, which is in the way in every Region."""

    def has_past(self, region: Region) -> bool:
        return region.name == FAR_AWAY and not super().has_past(region)

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        far = self.region_of(purchase.region.account, FAR_AWAY)
        return [*super().rivals(purchase), *far.reservations.values()]


class ProcessingUntilTheEnd(RightEmulator):
    """Shows a reservation as PROCESSING until its End: no document limits that state."""

    leaves_open = ("lifecycle/active-until-end",)

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return super().state_of(reservation, now).replace("ACTIVE", "PROCESSING")


class ProcessingForTwoDays(RightEmulator):
    """Shows a new reservation as PROCESSING for two days of the account's time: no document limits that state."""

    leaves_open = ("lifecycle/active-until-end",)

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        state = super().state_of(reservation, now)
        is_young = now - reservation.purchased < timedelta(days=2)
        return "PROCESSING" if state == "ACTIVE" and is_young else state


class ProcessingInTheAnswerOnly(RightEmulator):
    """Responses a purchase with PROCESSING, and shows ACTIVE from the first read on."""

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        state = super().state_of(reservation, now)
        return "PROCESSING" if state == "ACTIVE" and not reservation.reads else state


class SellsAtTheInstantOfEnd(RightEmulator):
    """At the instant of End shows the old reservation ACTIVE and sells the next, which is PROCESSING then."""

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        if now == reservation.end:
            return "ACTIVE"
        state = super().state_of(reservation, now)
        return "PROCESSING" if state == "ACTIVE" and now == reservation.purchased else state


class EndWithOffset(RightEmulator):
    """Writes End with +00:00 for Z; only its instant is a rule of level must."""

    departs_from = ("end/format",)

    def write_end(self, end: datetime) -> str:
        return end.isoformat(timespec="seconds")


class EndWithFraction(RightEmulator):
    """Writes End with milliseconds, which are zero; only its instant is a rule of level must."""

    departs_from = ("end/format",)

    def write_end(self, end: datetime) -> str:
        return end.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class EndInAnotherZone(RightEmulator):
    """Writes the instant of End as it is read five and a half hours to the east, with that offset."""

    departs_from = ("end/format",)

    def write_end(self, end: datetime) -> str:
        try:
            return end.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()
        except OverflowError:
            return super().write_end(end)


class WholeNumbersAsFractions(RightEmulator):
    """Writes 12.0 for 12: JSON has one number type."""

    departs_from = ("wire/whole-numbers",)
    number: ClassVar[bytes] = rb"\g<0>.0"

    def encode(self, wire: Wire) -> bytes:
        return re.sub(rb'"(duration|reservedBitrate)": -?\d+', self.number, super().encode(wire))


class WholeNumbersWithExponents(WholeNumbersAsFractions):
    """Writes 12e0 for 12: JSON has one number type."""

    number = rb"\g<0>e0"


class BitrateIsNull(RightEmulator):
    """Has a reservedBitrate of null where an offering has none, as serializers write an optional member."""

    def resource_specification(self, offering: Offering) -> Wire:
        return {"reservedBitrate": None, **super().resource_specification(offering)}


class BlocksAcrossRegionsAsNotFound(RightEmulator):
    """Lets a reservation block every Region of its account, with NotFoundException as its refusal."""

    refusal_for_active = NOT_FOUND

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        regions = list(purchase.region.account.regions.values())
        return [reservation for region in regions for reservation in list(region.reservations.values())]


class NamesOfTheWholeAccount(RightEmulator):
    """Refuses a name that the account has used in any Region."""

    departs_from = ("names/unique",)

    def check_name_is_free(self, purchase: Purchase) -> None:
        regions = list(purchase.region.account.regions.values())
        if any(item.name == purchase.name for region in regions for item in list(region.reservations.values())):
            raise Refusal(*BAD_REQUEST, "The name has been used.")


class DescribesAcrossRegions(RightEmulator):
    """Describes a reservation of the account to a request in any Region, which is left open."""

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        for one in list(region.account.regions.values()):
            if arn in one.reservations:
                return one.reservations[arn]
        return super().find_reservation(region, arn)


class RegionOfTheArnIsChecked(RightEmulator):
    """Refuses to describe a reservation of another Region with BadRequestException, which is left open."""

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        if arn.split(":")[3:4] != [region.name]:
            raise Refusal(*BAD_REQUEST, "The ARN is of another Region.")
        return super().find_reservation(region, arn)


class ServesOneRegion(RightEmulator):
    """Refuses every request of another Region."""

    over_http = True
    leaves_open = ("exclusivity/other-region", "lifecycle/other-region")

    def route(self, request: Request) -> Response:
        if request.region != "us-east-1":
            raise Refusal(*FORBIDDEN, "This Region is not served.")
        return super().route(request)


class NamesInAnyCase(RightEmulator):
    """Refuses a name that differs from one that the account has used in this Region in the case of letters only."""

    def check_name_is_free(self, purchase: Purchase) -> None:
        used = {item.name.casefold() for item in list(purchase.region.reservations.values())}
        if purchase.name.casefold() in used:
            raise Refusal(*BAD_REQUEST, "The name has been used.")
