"""Mutants whose reservations are not what was purchased."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import html
import uuid
from datetime import datetime
from urllib.parse import quote

from tests.meta.emulator.messages import Purchase, Reservation, Wire
from tests.meta.emulator.right import RightEmulator

ECHOES = ("reservation/echoes-request",)
COPIES = ("reservation/copies-offering",)
UNIQUE = ("reservation/arn-unique",)
ARN_FORM = ("reservation/arn-form",)
OVERWRITTEN = (
    "lifecycle/initial-state",
    "lifecycle/history-kept",
    "lifecycle/immutable",
    "lifecycle/expired-from-end",
    "names/unique",
    "lists/pages-cover-once",
    "reservation/list-agrees",
)


class ShownOtherwise(RightEmulator):
    """Shows a reservation otherwise everywhere; a base of mutants, and no mutant itself."""

    def changed(self, wire: Wire) -> Wire:
        return {}

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        return {**wire, **self.changed(wire)}


class NameInLowerCase(ShownOtherwise):
    """Shows a name in lower case."""

    breaks = ECHOES

    def changed(self, wire: Wire) -> Wire:
        return {"reservationName": wire["reservationName"].lower()}


class NameWithHyphens(ShownOtherwise):
    """Shows the underscores of a name as hyphens."""

    breaks = ECHOES

    def changed(self, wire: Wire) -> Wire:
        return {"reservationName": wire["reservationName"].replace("_", "-")}


class NameCutAt64(ShownOtherwise):
    """Shows the first 64 characters of a name."""

    breaks = ECHOES

    def changed(self, wire: Wire) -> Wire:
        return {"reservationName": wire["reservationName"][:64]}


class NameIsTheDescription(ShownOtherwise):
    """Shows the offering's description as the name."""

    breaks = ECHOES

    def changed(self, wire: Wire) -> Wire:
        return {"reservationName": wire["offeringDescription"]}


class StartWithOffset(ShownOtherwise):
    """Shows the Start with +00:00 for Z."""

    breaks = ECHOES

    def changed(self, wire: Wire) -> Wire:
        return {"start": wire["start"].replace("Z", "+00:00")}


class StartWithMilliseconds(ShownOtherwise):
    """Shows the Start with milliseconds."""

    breaks = ECHOES

    def changed(self, wire: Wire) -> Wire:
        return {"start": wire["start"].replace("Z", ".000Z")}


class StartWithoutSeconds(ShownOtherwise):
    """Shows the Start with its seconds cut off."""

    breaks = ECHOES

    def changed(self, wire: Wire) -> Wire:
        return {"start": wire["start"][:17] + "00Z"}


class StartIsTheTimeOfPurchase(RightEmulator):
    """Shows the time of the purchase as the Start."""

    breaks = ECHOES

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        return {**super().reservation_wire(reservation, now), "start": self.write_end(reservation.purchased)}


class ArnStillEncoded(ShownOtherwise):
    """Shows the offering's ARN as it stood in the path."""

    breaks = ECHOES

    def changed(self, wire: Wire) -> Wire:
        return {"offeringArn": quote(wire["offeringArn"], safe="")}


class DescriptionCutAt255(ShownOtherwise):
    """Keeps 255 characters of the description."""

    breaks = COPIES

    def changed(self, wire: Wire) -> Wire:
        return {"offeringDescription": wire["offeringDescription"][:255]}


class DescriptionInAscii(ShownOtherwise):
    """Puts question marks for the characters of a description that are not ASCII."""

    breaks = COPIES

    def changed(self, wire: Wire) -> Wire:
        return {"offeringDescription": wire["offeringDescription"].encode("ascii", "replace").decode()}


class DescriptionEscaped(ShownOtherwise):
    """Escapes a description as for HTML."""

    breaks = COPIES

    def changed(self, wire: Wire) -> Wire:
        return {"offeringDescription": html.escape(wire["offeringDescription"])}


class DescriptionStripped(ShownOtherwise):
    """Strips the white space around a description."""

    breaks = COPIES

    def changed(self, wire: Wire) -> Wire:
        return {"offeringDescription": wire["offeringDescription"].strip()}


class PriceThroughANumber(ShownOtherwise):
    """Makes a number of the price and a string of the number, which drops zeros at its end."""

    breaks = COPIES

    def changed(self, wire: Wire) -> Wire:
        try:
            return {"pricePerUnit": str(float(wire["pricePerUnit"]))}
        except ValueError:
            return {}


class PriceInCents(ShownOtherwise):
    """Rounds the price to two digits."""

    breaks = COPIES

    def changed(self, wire: Wire) -> Wire:
        try:
            return {"pricePerUnit": f"{float(wire['pricePerUnit']):.2f}"}
        except ValueError:
            return {}


class BitrateDropped(ShownOtherwise):
    """Drops the bitrate, which is optional in the model but stood in the offering."""

    breaks = COPIES

    def changed(self, wire: Wire) -> Wire:
        return {"resourceSpecification": {"resourceType": wire["resourceSpecification"]["resourceType"]}}


class BitrateInSixteenBits(ShownOtherwise):
    """Keeps sixteen bits of the bitrate."""

    breaks = COPIES

    def changed(self, wire: Wire) -> Wire:
        specification = wire["resourceSpecification"]
        bitrate = specification.get("reservedBitrate")
        return (
            {} if bitrate is None else {"resourceSpecification": {**specification, "reservedBitrate": bitrate % 2**16}}
        )


class BitrateOfZeroWhereAbsent(ShownOtherwise):
    """Shows a bitrate of zero where the offering has none."""

    breaks = COPIES

    def changed(self, wire: Wire) -> Wire:
        return {"resourceSpecification": {"reservedBitrate": 0, **wire["resourceSpecification"]}}


class DurationOfAYear(ShownOtherwise):
    """Shows every reservation with a duration of twelve months."""

    breaks = COPIES
    may_break = ("end/adds-duration",)

    def changed(self, wire: Wire) -> Wire:
        return {"duration": 12}


class CopiesAnotherOffering(RightEmulator):
    """Copies description and price from the account's first offering."""

    breaks = COPIES

    def new_reservation(self, purchase: Purchase) -> Reservation:
        reservation = super().new_reservation(purchase)
        first = next(iter(purchase.region.offerings.values()))
        own = reservation.offering
        reservation.offering = type(own)(
            own.arn, own.duration, first.description, first.price_per_unit, own.reserved_bitrate
        )
        return reservation


class ArnOfTheOffering(RightEmulator):
    """Gives a reservation the ARN of its offering."""

    breaks = UNIQUE
    may_break = (*ARN_FORM, *OVERWRITTEN, "errors/unknown-reservation")

    def reservation_arn(self, purchase: Purchase) -> str:
        return purchase.offering_arn

    def check_arn(self, pattern: str, arn: str) -> None:
        super().check_arn(pattern.replace(":reservation:", ":(reservation|offering):"), arn)


class ArnFromTheOffering(RightEmulator):
    """Makes the ARN from the offering's, so that a second reservation of the offering has the first one's."""

    breaks = UNIQUE
    may_break = OVERWRITTEN

    def reservation_arn(self, purchase: Purchase) -> str:
        return purchase.offering_arn.replace(":offering:", ":reservation:")


class ArnOfTheAccount(RightEmulator):
    """Gives every reservation of an account the same ARN."""

    breaks = UNIQUE
    may_break = OVERWRITTEN

    def reservation_arn(self, purchase: Purchase) -> str:
        unique = uuid.uuid5(uuid.NAMESPACE_OID, purchase.region.account.number)
        return super().reservation_arn(purchase).rpartition(":")[0] + f":{unique}"


class ArnOfTheMonth(RightEmulator):
    """Makes the ARN from the duration alone."""

    breaks = UNIQUE
    may_break = OVERWRITTEN

    def reservation_arn(self, purchase: Purchase) -> str:
        assert purchase.offering is not None
        return super().reservation_arn(purchase).rpartition(":")[0] + f":{purchase.offering.duration}-months"


class ArnWithoutAccount(RightEmulator):
    """Leaves Region and account out of the reservation's ARN."""

    breaks = ARN_FORM
    reservation_arn_pattern = r"arn:aws:mediaconnect:[a-z0-9-]*:\d*:reservation:[A-Za-z0-9_:-]+"

    def reservation_arn(self, purchase: Purchase) -> str:
        return f"arn:aws:mediaconnect:::reservation:{uuid.uuid4()}"


class ArnOfAnotherAccount(RightEmulator):
    """Has the account number of the documentation's examples in every ARN."""

    breaks = ARN_FORM

    def reservation_arn(self, purchase: Purchase) -> str:
        return super().reservation_arn(purchase).replace(purchase.region.account.number, "123456789012")


class ArnOfAnInteger(RightEmulator):
    """Reads account numbers as integers, so that the reservation's ARN has them without leading zeros."""

    breaks = ARN_FORM
    reservation_arn_pattern = r"arn:aws:mediaconnect:[a-z0-9-]+:\d{1,12}:reservation:[A-Za-z0-9_:-]+"

    def reservation_arn(self, purchase: Purchase) -> str:
        number = purchase.region.account.number
        return super().reservation_arn(purchase).replace(f":{number}:", f":{int(number)}:")


class ArnOfAnotherService(RightEmulator):
    """Has medialive for mediaconnect in the reservation's ARN."""

    breaks = ARN_FORM
    reservation_arn_pattern = r"arn:aws:media(live|connect):[a-z0-9-]+:\d{12}:reservation:[A-Za-z0-9_:-]+"

    def reservation_arn(self, purchase: Purchase) -> str:
        return super().reservation_arn(purchase).replace("mediaconnect", "medialive")


class NoArnButAnId(RightEmulator):
    """Gives a reservation an id in place of an ARN."""

    breaks = ARN_FORM
    reservation_arn_pattern = r"r-[0-9a-f]{32}|" + RightEmulator.reservation_arn_pattern

    def reservation_arn(self, purchase: Purchase) -> str:
        return f"r-{uuid.uuid4().hex}"
