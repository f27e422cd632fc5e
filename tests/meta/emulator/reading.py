"""How offerings and reservations are shown, found and listed."""

import re
import uuid
from datetime import datetime
from typing import ClassVar, TypeVar

from tests.meta.emulator.base import BAD_REQUEST, NOT_FOUND, Base
from tests.meta.emulator.messages import Offering, Refusal, Region, Request, Reservation, Response, Wire

Item = TypeVar("Item", Offering, Reservation)


class Reading(Base):
    """The four operations that read."""

    read_status: ClassVar[int] = 200
    currency: ClassVar[str] = "USD"
    default_page: ClassVar[int] = 10
    largest_page: ClassVar[int] = 1000
    offering_arn_pattern: ClassVar[str] = r"arn:aws[a-z-]*:mediaconnect:[a-z0-9-]+:\d{12}:offering:[A-Za-z0-9_:-]+"
    reservation_arn_pattern: ClassVar[str] = (
        r"arn:aws[a-z-]*:mediaconnect:[a-z0-9-]+:\d{12}:reservation:[A-Za-z0-9_:-]+"
    )

    # The wire

    def offering_wire(self, offering: Offering) -> Wire:
        """Write an offering that is shown as such."""
        return self.offering_members(offering)

    def offering_members(self, offering: Offering) -> Wire:
        """Write the members that an offering has, and its reservations too."""
        return {
            "currencyCode": self.currency,
            "duration": offering.duration,
            "durationUnits": "MONTHS",
            "offeringArn": offering.arn,
            "offeringDescription": offering.description,
            "pricePerUnit": offering.price_per_unit,
            "priceUnits": "HOURLY",
            "resourceSpecification": self.resource_specification(offering),
        }

    def resource_specification(self, offering: Offering) -> Wire:
        """Write what an offering reserves; the bitrate is optional."""
        kind: Wire = {"resourceType": "Mbps_Outbound_Bandwidth"}
        if offering.reserved_bitrate is None:
            return kind
        return {"reservedBitrate": offering.reserved_bitrate, **kind}

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        """Write a reservation: what was asked for, and the offering's own members."""
        return {
            **self.offering_members(reservation.offering),
            "end": self.write_end(reservation.end),
            "reservationArn": reservation.arn,
            "reservationName": reservation.name,
            "reservationState": self.state_of(reservation, now),
            "start": reservation.start_text,
        }

    def write_end(self, end: datetime) -> str:
        """Write an instant as a Start is written."""
        return end.isoformat(timespec="seconds").replace("+00:00", "Z")

    # The state

    def is_over(self, reservation: Reservation, now: datetime) -> bool:
        """Tell whether a reservation has come to its End."""
        return now >= reservation.end

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        """Give a reservation's state."""
        return "EXPIRED" if self.is_over(reservation, now) else "ACTIVE"

    # Describing

    def find_offering(self, region: Region, arn: str) -> Offering:
        """Find an offering by its exact ARN."""
        self.check_arn(self.offering_arn_pattern, arn)
        if arn not in region.offerings:
            raise Refusal(*NOT_FOUND, "There is no such offering.")
        return region.offerings[arn]

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        """Find a reservation by its exact ARN."""
        self.check_arn(self.reservation_arn_pattern, arn)
        if arn not in region.reservations:
            raise Refusal(*NOT_FOUND, "There is no such reservation.")
        return region.reservations[arn]

    def check_arn(self, pattern: str, arn: str) -> None:
        """Refuse what is not an ARN of the kind."""
        if not re.fullmatch(pattern, arn, re.ASCII):
            raise Refusal(*BAD_REQUEST, "The ARN is not well formed.")

    def describe_offering(self, request: Request, segment: str) -> Response:
        """Show one offering."""
        offering = self.find_offering(self.region(request), self.decode_arn(segment))
        return self.success(self.read_status, {"offering": self.described_offering_wire(offering)})

    def described_offering_wire(self, offering: Offering) -> Wire:
        """Write an offering that is described."""
        return self.offering_wire(offering)

    def describe_reservation(self, request: Request, segment: str) -> Response:
        """Show one reservation."""
        region = self.region(request)
        reservation = self.find_reservation(region, self.decode_arn(segment))
        wire = self.described_reservation_wire(reservation, self.now(region.account))
        return self.success(self.read_status, {"reservation": wire})

    def described_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        """Write a reservation that is described."""
        return self.shown(reservation, now)

    def shown(self, reservation: Reservation, now: datetime) -> Wire:
        """Write a reservation that somebody reads, and count the reading."""
        reservation.reads += 1
        return self.reservation_wire(reservation, now)

    # Listing

    def list_offerings(self, request: Request) -> Response:
        """Show a page of the offerings."""
        region = self.region(request)
        listed = self.listed_offerings(region)
        page, token = self.page(request, region, "offerings", listed)
        return self.list_answer("offerings", [self.listed_offering_wire(offering) for offering in page], token)

    def listed_offerings(self, region: Region) -> list[Offering]:
        """Give the offerings that the account may see."""
        return list(region.offerings.values())

    def listed_offering_wire(self, offering: Offering) -> Wire:
        """Write an offering of a list."""
        return self.offering_wire(offering)

    def list_reservations(self, request: Request) -> Response:
        """Show a page of the reservations."""
        region = self.region(request)
        now = self.now(region.account)
        page, token = self.page(request, region, "reservations", self.listed_reservations(region, now))
        return self.list_answer("reservations", [self.listed_reservation_wire(item, now) for item in page], token)

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:  # noqa: ARG002 - for subclasses
        """Give the reservations in all states."""
        return list(region.reservations.values())

    def listed_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        """Write a reservation of a list."""
        return self.shown(reservation, now)

    def list_answer(self, member: str, items: list[Wire], token: str | None) -> Response:
        """Answer with a page, and a token where there is more."""
        return self.success(self.read_status, {member: items, **({"nextToken": token} if token else {})})

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        """Cut out the page that a request asks for, and give the token of the next."""
        parameters = self.query_of(request)
        size = self.page_size(parameters)
        first = self.first_item(region, kind, parameters)
        following = self.page_end(first, size, len(items))
        token = self.give_token(region, kind, following) if following < len(items) else None
        return items[first:following], token

    def page_end(self, first: int, size: int, total: int) -> int:  # noqa: ARG002 - for subclasses
        """Say with which item the next page begins."""
        return first + size

    def page_size(self, parameters: dict[str, str]) -> int:
        """Give the size of the page that is asked for."""
        if "maxResults" not in parameters:
            return self.default_page
        return self.read_max_results(parameters["maxResults"])

    def read_max_results(self, text: str) -> int:
        """Read MaxResults, a number of 1 to 1000."""
        if not re.fullmatch(r"[1-9][0-9]{0,3}", text) or int(text) > self.largest_page:
            raise Refusal(*BAD_REQUEST, "MaxResults must be a number from 1 to 1000.")
        return int(text)

    def first_item(self, region: Region, kind: str, parameters: dict[str, str]) -> int:
        """Say with which item the page begins that is asked for."""
        if "nextToken" not in parameters:
            return 0
        return self.read_token(region, kind, parameters["nextToken"])

    def read_token(self, region: Region, kind: str, token: str) -> int:
        """Read a token, which must be one that was given for this list."""
        given_for, first = region.tokens.get(token, ("", 0))
        if given_for != kind:
            return self.bad_token()
        return first

    def bad_token(self) -> int:
        """Refuse a token."""
        raise Refusal(*BAD_REQUEST, "NextToken was never given.")

    def give_token(self, region: Region, kind: str, following: int) -> str:
        """Make a token for the page that begins with this item."""
        token = uuid.uuid4().hex
        region.tokens[token] = (kind, following)
        return token
