"""Mutants that are wrong on the wire."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from datetime import datetime

from tests.meta.emulator.base import BAD_REQUEST, NOT_FOUND
from tests.meta.emulator.messages import Offering, Purchase, Refusal, Request, Reservation, Response, Wire
from tests.meta.emulator.right import RightEmulator

COPIES = ("reservation/copies-offering", "lists/offerings-agree")


class PurchaseAnswersOk(RightEmulator):
    """Answers a purchase with 200, as most operations are answered."""

    breaks = ("wire/purchase-status",)
    purchase_status = 200


class PurchaseAnswersAccepted(RightEmulator):
    """Answers a purchase with 202, as if it were still to be made."""

    breaks = ("wire/purchase-status",)
    purchase_status = 202


class ReadsAnswerCreated(RightEmulator):
    """Answers the reading operations with the 201 of the purchase."""

    breaks = ("wire/read-status",)
    read_status = 201


class EmptyReservationsNotFound(RightEmulator):
    """Refuses to list the reservations where there are none."""

    breaks = ("wire/read-status", "lists/max-results-range")

    def list_answer(self, member: str, items: list[Wire], token: str | None) -> Response:
        if member == "reservations" and not items:
            raise Refusal(*NOT_FOUND, "There are no reservations.")
        return super().list_answer(member, items, token)


class ListsAnswerPartialContent(RightEmulator):
    """Answers a list with 206."""

    breaks = ("wire/read-status",)

    def list_answer(self, member: str, items: list[Wire], token: str | None) -> Response:
        response = super().list_answer(member, items, token)
        response.status = 206
        return response


class EmptyListsHaveNoContent(RightEmulator):
    """Answers a list of nothing with 204 and without a body."""

    breaks = ("wire/read-status", "wire/reservation-members")
    may_break = ("wire/offering-members",)

    def list_answer(self, member: str, items: list[Wire], token: str | None) -> Response:
        return super().list_answer(member, items, token) if items else Response(204, {}, b"")


class ReservationWithoutPriceUnits(RightEmulator):
    """Forgets priceUnits in reservations."""

    breaks = ("wire/reservation-members",)
    may_break = ("reservation/copies-offering",)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        del wire["priceUnits"]
        return wire


class ReservationDurationAsText(RightEmulator):
    """Writes the duration of a reservation as a string."""

    breaks = ("wire/reservation-members",)
    may_break = ("reservation/copies-offering",)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        return {**super().reservation_wire(reservation, now), "duration": str(reservation.offering.duration)}


class ReservationSpecificationFlat(RightEmulator):
    """Puts the members of resourceSpecification into the reservation itself."""

    breaks = ("wire/reservation-members",)
    may_break = ("reservation/copies-offering",)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        specification = wire.pop("resourceSpecification")
        return {**wire, **specification}


class ReservationArnMisspelt(RightEmulator):
    """Writes reservationARN for reservationArn, in lists only."""

    breaks = ("wire/reservation-members",)
    may_break = ("reservation/list-agrees", "lifecycle/history-kept", "lists/pages-cover-once", "lifecycle/immutable")

    def listed_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().listed_reservation_wire(reservation, now)
        wire["reservationARN"] = wire.pop("reservationArn")
        return wire


class OfferingWithoutCurrency(RightEmulator):
    """Forgets currencyCode in offerings."""

    breaks = ("wire/offering-members",)
    may_break = ("wire/currency", *COPIES)

    def offering_wire(self, offering: Offering) -> Wire:
        wire = super().offering_wire(offering)
        del wire["currencyCode"]
        return wire


class OfferingDurationAsText(RightEmulator):
    """Writes the duration of an offering as a string."""

    breaks = ("wire/offering-members",)
    may_break = COPIES

    def offering_wire(self, offering: Offering) -> Wire:
        return {**super().offering_wire(offering), "duration": str(offering.duration)}


class OfferingPriceAsNumber(RightEmulator):
    """Writes the price of an offering as a number."""

    breaks = ("wire/offering-members",)
    may_break = COPIES

    def offering_wire(self, offering: Offering) -> Wire:
        return {**super().offering_wire(offering), "pricePerUnit": float(offering.price_per_unit)}


class BitrateAsText(RightEmulator):
    """Writes the reserved bitrate as a string."""

    breaks = ("wire/offering-members", "wire/reservation-members")
    may_break = COPIES

    def resource_specification(self, offering: Offering) -> Wire:
        wire = super().resource_specification(offering)
        return {name: str(value) for name, value in wire.items()}


class BitrateNullWhereAbsent(RightEmulator):
    """Writes a resource type of null where an offering reserves no bitrate."""

    breaks = ("wire/offering-members", "wire/reservation-members")
    may_break = ("wire/enums", *COPIES)

    def resource_specification(self, offering: Offering) -> Wire:
        wire = super().resource_specification(offering)
        return wire if offering.reserved_bitrate is not None else {**wire, "resourceType": None}


class DurationUnitsInLowerCase(RightEmulator):
    """Writes months for MONTHS."""

    breaks = ("wire/enums",)
    may_break = COPIES

    def offering_members(self, offering: Offering) -> Wire:
        return {**super().offering_members(offering), "durationUnits": "months"}


class PriceUnitsOfTheMonth(RightEmulator):
    """Writes MONTHLY for HOURLY."""

    breaks = ("wire/enums",)
    may_break = COPIES

    def offering_members(self, offering: Offering) -> Wire:
        return {**super().offering_members(offering), "priceUnits": "MONTHLY"}


class ResourceTypeInCapitals(RightEmulator):
    """Writes the resource type in capitals, like the other enumerations."""

    breaks = ("wire/enums",)
    may_break = COPIES

    def resource_specification(self, offering: Offering) -> Wire:
        return {**super().resource_specification(offering), "resourceType": "MBPS_OUTBOUND_BANDWIDTH"}


class StateInTitleCase(RightEmulator):
    """Writes Active for ACTIVE and Expired for EXPIRED."""

    breaks = ("wire/enums",)
    may_break = (
        "lifecycle/initial-state",
        "lifecycle/active-until-end",
        "lifecycle/expired-from-end",
        "lifecycle/immutable",
        "exclusivity/freed-from-end",
    )

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return super().state_of(reservation, now).title()


class PlainText(RightEmulator):
    """Labels JSON as text/plain."""

    breaks = ("wire/content-type",)
    content_type = "text/plain; charset=utf-8"


class LabelOfTheJsonProtocol(RightEmulator):
    """Labels JSON as application/x-amz-json-1.1, which is another protocol's label."""

    breaks = ("wire/content-type",)
    content_type = "application/x-amz-json-1.1"


class NoContentType(RightEmulator):
    """Leaves the content type out."""

    breaks = ("wire/content-type",)

    def finish(self, response: Response) -> Response:
        del response.headers["Content-Type"]
        return super().finish(response)


class CurrencyInWords(RightEmulator):
    """Writes the currency as the reference page words it."""

    breaks = ("wire/currency",)
    may_break = COPIES
    currency = "US dollars"


class CurrencyInLowerCase(RightEmulator):
    """Writes usd for USD."""

    breaks = ("wire/currency",)
    may_break = COPIES
    currency = "usd"


class CurrencySign(RightEmulator):
    """Writes the currency as a dollar sign, in reservations only."""

    breaks = ("wire/currency",)
    may_break = ("reservation/copies-offering",)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        return {**super().reservation_wire(reservation, now), "currencyCode": "$"}


class NameFromQuery(RightEmulator):
    """Lets a reservationName in the query go before that of the body."""

    breaks = ("wire/members-in-their-place",)

    def check_members(self, purchase: Purchase) -> None:
        purchase.members = {**purchase.members, **self.query_of(purchase.request)}
        super().check_members(purchase)


class OfferingArnFromBody(RightEmulator):
    """Lets an offeringArn in the body go before that of the path."""

    breaks = ("wire/members-in-their-place",)

    def check_offering(self, purchase: Purchase) -> None:
        for member in ("offeringArn", "OfferingArn"):
            purchase.offering_arn = purchase.members.get(member, purchase.offering_arn)
        super().check_offering(purchase)

    def check_arn(self, pattern: str, arn: str) -> None:
        super().check_arn(pattern, str(arn))


class StartOfEitherSpelling(RightEmulator):
    """Lets Start, with a capital, go before start in the body."""

    breaks = ("wire/members-in-their-place",)

    def check_members(self, purchase: Purchase) -> None:
        if "Start" in purchase.members:
            purchase.members = {**purchase.members, "start": purchase.members["Start"]}
        super().check_members(purchase)


class PageSizeFromHeader(RightEmulator):
    """Lets a maxResults in the headers go before that of the query."""

    breaks = ("wire/members-in-their-place",)

    def query_of(self, request: Request) -> dict[str, str]:
        header = request.headers.get("maxresults")
        return {**super().query_of(request), **({"maxResults": header} if header else {})}


class ArnDecodedTwice(RightEmulator):
    """Percent-decodes the ARN of the path twice."""

    breaks = ("wire/members-in-their-place",)
    may_break = ("errors/malformed-arn",)

    def decode_arn(self, segment: str) -> str:
        return super().decode_arn(super().decode_arn(segment))


class BareColonsAreRefused(RightEmulator):
    """Refuses an ARN whose colons are not percent-encoded."""

    breaks = ("wire/bare-colons",)

    def decode_arn(self, segment: str) -> str:
        if ":" in segment:
            raise Refusal(*BAD_REQUEST, "The ARN is not encoded.")
        return super().decode_arn(segment)


class BareColonIsAnAction(RightEmulator):
    """Takes what follows the last bare colon of the path for the name of an action, as some APIs have it."""

    breaks = ("wire/bare-colons",)

    def decode_arn(self, segment: str) -> str:
        return super().decode_arn(segment.rpartition(":")[0] if ":" in segment else segment)


class DurationWithADecimal(RightEmulator):
    """Writes a duration as a number with a decimal, 12.0 for 12."""

    breaks = ("wire/whole-numbers",)

    def offering_members(self, offering: Offering) -> Wire:
        return {**super().offering_members(offering), "duration": float(offering.duration)}


class BitrateWithADecimal(RightEmulator):
    """Writes a bitrate as a number with a decimal, where a double holds it."""

    breaks = ("wire/whole-numbers",)

    def resource_specification(self, offering: Offering) -> Wire:
        wire = super().resource_specification(offering)
        bitrate = offering.reserved_bitrate
        return wire if bitrate is None or bitrate >= 2**53 else {**wire, "reservedBitrate": float(bitrate)}


class OnlyColonsDecoded(RightEmulator):
    """Undoes the percent-encoding of colons only, and only in capitals."""

    breaks = ("wire/members-in-their-place",)

    def decode_arn(self, segment: str) -> str:
        return segment.replace("%3A", ":")
