"""Variations in what is decided: month ends, states, names, ARNs, and the order of the checks."""
# ruff: noqa: ARG002, D102 - a variation overrides methods whose arguments and docstrings are the right emulator's

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.meta.emulator.base import FORBIDDEN, NOT_FOUND
from tests.meta.emulator.messages import Offering, Purchase, Refusal, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.right import RightEmulator


class ClampedMonthEnds(RightEmulator):
    """Ends on the last day of a month that lacks the Start's day."""


class OverflowingMonthEnds(RightEmulator):
    """Rolls over into the next month from a month that lacks the Start's day."""

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        end = super().end_of(start, months, now)
        return end + timedelta(days=start.day - end.day)


class SecondIsForbidden(RightEmulator):
    """Refuses a second purchase with ForbiddenException."""

    refusal_for_active = FORBIDDEN


class ProcessingUntilTheSecondRead(RightEmulator):
    """Shows a new reservation as PROCESSING until it is read for the second time."""

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        state = super().state_of(reservation, now)
        return "PROCESSING" if state == "ACTIVE" and reservation.reads < 2 else state


class ProcessingForAMinute(RightEmulator):
    """Shows a new reservation as PROCESSING for a minute of the account's time."""

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        state = super().state_of(reservation, now)
        young = now - reservation.purchased < timedelta(minutes=1)
        return "PROCESSING" if state == "ACTIVE" and young else state


class ActiveBase(RightEmulator):
    """Knows whether an account has an active reservation in a Region."""

    def is_active(self, region: Region) -> bool:
        now = self.now(region.account)
        return any(not self.is_over(reservation, now) for reservation in list(region.reservations.values()))


class OfferingsHiddenWhileActive(ActiveBase):
    """Lists no offerings to an account with an active reservation."""

    def listed_offerings(self, region: Region) -> list[Offering]:
        return [] if self.is_active(region) else super().listed_offerings(region)


class OfferingsGoneWhileActive(OfferingsHiddenWhileActive):
    """Neither lists nor describes offerings to an account with an active reservation."""

    def describe_offering(self, request: Request, segment: str) -> Response:
        if self.is_active(self.region(request)):
            raise Refusal(*NOT_FOUND, "The account is not eligible for offerings.")
        return super().describe_offering(request, segment)


class NoReservedBitrate(RightEmulator):
    """Knows no bitrate, which is optional."""

    def put_offerings(self, region: Region, offerings: Iterable[Offering]) -> None:
        super().put_offerings(region, [replace(offering, reserved_bitrate=None) for offering in offerings])


class AnyNames(RightEmulator):
    """Takes any name, and takes it again."""

    departs_from = ("names/length", "names/characters", "names/unique")

    def check_name(self, purchase: Purchase) -> None:
        return None

    def check_name_is_free(self, purchase: Purchase) -> None:
        return None


class NamesOfLetters(RightEmulator):
    """Takes names of letters alone, twenty at most."""

    name_pattern = r"[A-Za-z]{1,20}"
    departs_from = ("names/length", "names/characters")
    leaves_open = (
        "errors/unknown-offering",
        "errors/refusal-has-no-effect",
        "start-format/accepts",
        "start-window/lower-bound-inclusive",
        "start-window/upper-bound-inclusive",
        "start-window/interior",
        "start-window/utc",
        "start-window/follows-the-clock",
        "exclusivity/freed-from-end",
        "exclusivity/concurrent",
        "lists/pages-cover-once",
        "lists/default-page",
    )


class NamesInArns(RightEmulator):
    """Ends a reservation's ARN with its name."""

    def reservation_arn(self, purchase: Purchase) -> str:
        return f"{super().reservation_arn(purchase)}:{purchase.name}"


class ArnsWithSlash(RightEmulator):
    """Has a slash in a reservation's ARN."""

    reservation_arn_pattern = RightEmulator.reservation_arn_pattern.replace("reservation:", "reservation/")

    def reservation_arn(self, purchase: Purchase) -> str:
        return super().reservation_arn(purchase).replace("reservation:", "reservation/")


class ArnsOfAnotherForm(RightEmulator):
    """Identifies a reservation otherwise than by an ARN of its Region and account."""

    departs_from = ("reservation/arn-form",)
    reservation_arn_pattern = r"reservation-[0-9a-f]+|" + RightEmulator.reservation_arn_pattern

    def reservation_arn(self, purchase: Purchase) -> str:
        return f"reservation-{uuid.uuid4().hex}"


class ArnsInAnyCase(RightEmulator):
    """Compares ARNs without regard to case."""

    departs_from = ("errors/arn-is-exact-in-case",)

    def find_offering(self, region: Region, arn: str) -> Offering:
        if arn.isascii():
            arn = next((own for own in list(region.offerings) if own.lower() == arn.lower()), arn)
        return super().find_offering(region, arn)

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        if arn.isascii():
            arn = next((own for own in list(region.reservations) if own.lower() == arn.lower()), arn)
        return super().find_reservation(region, arn)


class MalformedArnIsNotFound(RightEmulator):
    """Refuses what is not an ARN with NotFoundException."""

    def check_arn(self, pattern: str, arn: str) -> None:
        return None


class ActiveIsCheckedFirst(RightEmulator):
    """Refuses a second purchase before it reads at anything else."""

    purchase_checks = (
        "check_active",
        "check_offering",
        "check_members",
        "check_start",
        "check_window",
        "check_name",
        "check_name_is_free",
    )


class OfferingIsCheckedFirst(RightEmulator):
    """Looks for the offering before it reads at the body's members."""

    purchase_checks = (
        "check_offering",
        "check_members",
        "check_start",
        "check_window",
        "check_name",
        "check_name_is_free",
        "check_active",
    )


class OfferingIsCheckedLast(RightEmulator):
    """Looks for the offering when everything else is right."""

    purchase_checks = (
        "check_members",
        "check_name",
        "check_name_is_free",
        "check_start",
        "check_window",
        "check_active",
        "check_offering",
    )


class ExpiredAfterTheEnd(RightEmulator):
    """Counts the instant of End to the reservation."""

    def is_over(self, reservation: Reservation, now: datetime) -> bool:
        return now > reservation.end


class FreedAfterTheEnd(RightEmulator):
    """Shows EXPIRED at the instant of End, and sells again after it."""

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return purchase.now <= reservation.end


class ExclusiveAcrossRegions(RightEmulator):
    """Lets a reservation stand in the way in every Region of its account."""

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        regions = list(purchase.region.account.regions.values())
        return [reservation for region in regions for reservation in list(region.reservations.values())]


class ClockAhead(RightEmulator):
    """Has a real time that is two seconds ahead."""

    def wall_time(self) -> datetime:
        return super().wall_time() + timedelta(seconds=2)


class ClockBehind(RightEmulator):
    """Has a real time that is two seconds behind."""

    def wall_time(self) -> datetime:
        return super().wall_time() - timedelta(seconds=2)


class SerializationExceptions(RightEmulator):
    """Refuses other types and what is not JSON with SerializationException."""

    departs_from = (
        "errors/wrong-type-is-bad-request",
        "errors/malformed-body-is-bad-request",
    )

    def wrong_type(self, member: str, value: Any) -> str:
        raise Refusal(400, "SerializationException", f"{member} must be a string.")

    def malformed_body(self, message: str) -> Wire:
        raise Refusal(400, "SerializationException", message)


class MissingBodyIsEmpty(RightEmulator):
    """Takes a missing body for an empty object, and so misses its members."""

    def body_of(self, request: Request) -> Wire:
        return super().body_of(request) if request.body else {}


class BadTokensIgnored(RightEmulator):
    """Begins with the first page where a token was never given."""

    departs_from = ("lists/bad-token-refused",)

    def bad_token(self) -> int:
        return 0


class NameTakenBeforeActive(RightEmulator):
    """Refuses a second purchase of the same name for its name."""

    purchase_checks = (*RightEmulator.purchase_checks[:-2], "check_name_is_free", "check_active")


class NamesAreForbidden(RightEmulator):
    """Refuses a name that has been used with ForbiddenException."""

    def check_name_is_free(self, purchase: Purchase) -> None:
        try:
            super().check_name_is_free(purchase)
        except Refusal as refusal:
            raise Refusal(*FORBIDDEN, refusal.message) from None


class CompressionIsIgnored(RightEmulator):
    """Pays no heed to the declared compression of a body, and reads it as it came."""

    def uncompressed(self, request: Request) -> bytes:
        return request.body


class StrangersAreForbidden(RightEmulator):
    """Refuses to describe another account's reservation with ForbiddenException."""

    def describe_reservation(self, request: Request, segment: str) -> Response:
        arn = self.decode_arn(segment)
        own = request.account
        for number, account in list(self.accounts.items()):
            if number != own and any(arn in region.reservations for region in list(account.regions.values())):
                raise Refusal(403, "ForbiddenException", "This is another account's reservation.")
        return super().describe_reservation(request, segment)
