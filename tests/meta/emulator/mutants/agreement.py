"""Mutants that show a reservation differently here and there."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import threading
import time
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from tests.meta.emulator.messages import Account, Purchase, Refusal, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.right import RightEmulator

DESCRIBE = ("reservation/describe-agrees",)
LIST = ("reservation/list-agrees",)
LONG_ENOUGH_FOR_A_LIST = 0.03
AFTERWARDS = ("lifecycle/history-kept", "lifecycle/immutable", "exclusivity/first-unchanged")


class DescribedOtherwise(RightEmulator):
    """Describes a reservation otherwise than the purchase did; a base of mutants, and no mutant itself."""

    def changed(self, wire: Wire) -> Wire:
        return {}

    def describe_reservation(self, request: Request, segment: str) -> Response:
        region = self.region(request)
        reservation = self.find_reservation(region, self.decode_arn(segment))
        wire = self.shown(reservation, self.now(region.account))
        return self.success(self.read_status, {"reservation": {**wire, **self.changed(wire)}})


class DescribedWithAnotherName(DescribedOtherwise):
    """Describes a reservation with its ARN's last part as the name."""

    breaks = DESCRIBE
    may_break = AFTERWARDS

    def changed(self, wire: Wire) -> Wire:
        return {"reservationName": wire["reservationArn"].rpartition(":")[2]}


class DescribedWithItsMonth(DescribedOtherwise):
    """Describes a reservation with a Start at the beginning of its day."""

    breaks = DESCRIBE
    may_break = AFTERWARDS

    def changed(self, wire: Wire) -> Wire:
        return {"start": wire["start"][:11] + "00:00:00Z"}


class NotDescribedAtFirst(RightEmulator):
    """Does not find a reservation until it has been listed."""

    breaks = DESCRIBE
    may_break = AFTERWARDS

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        reservation = super().find_reservation(region, arn)
        if reservation.reads == 0:
            raise Refusal(404, "NotFoundException", "There is no such reservation.")
        return reservation


class ListedWithoutBitrate(RightEmulator):
    """Leaves the optional bitrate out of listed reservations."""

    breaks = LIST
    may_break = (*AFTERWARDS, "reservation/copies-offering")

    def listed_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().listed_reservation_wire(reservation, now)
        return {**wire, "resourceSpecification": {"resourceType": "Mbps_Outbound_Bandwidth"}}


class ListedWithShortName(RightEmulator):
    """Lists a reservation with an ellipsis for most of a name of over eight characters."""

    breaks = LIST
    may_break = AFTERWARDS

    def listed_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().listed_reservation_wire(reservation, now)
        name = reservation.name
        return {**wire, "reservationName": name if len(name) <= 8 else name[:5] + "..."}


class ListedWithEmptyDescription(RightEmulator):
    """Lists a reservation with an empty description, because the list is a summary."""

    breaks = LIST
    may_break = (*AFTERWARDS, "reservation/copies-offering")

    def listed_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        return {**super().listed_reservation_wire(reservation, now), "offeringDescription": ""}


class NotListedAtFirst(RightEmulator):
    """Does not list a reservation until it has been described."""

    breaks = LIST
    may_break = (*AFTERWARDS, "exclusivity/concurrent", "lists/pages-cover-once")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return [item for item in super().listed_reservations(region, now) if item.reads > 0]


class EndFilledInLate(RightEmulator):
    """Keeps a reservation before it has worked out its End, so that lists show the Start in its place for a moment."""

    breaks = LIST
    may_break = ("exclusivity/concurrent",)
    one_purchase = threading.Lock()  # which no list waits for

    def lock(self, account: Account) -> AbstractContextManager[Any]:
        return nullcontext()

    def purchase_offering(self, request: Request, segment: str) -> Response:
        with self.one_purchase:
            return super().purchase_offering(request, segment)

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        end, reservation.end = reservation.end, reservation.start
        super().insert(purchase, reservation)
        time.sleep(LONG_ENOUGH_FOR_A_LIST)
        reservation.end = end


class RegionsWrittenOverEachOther(RightEmulator):
    """Writes all that an account has with each purchase, so that of two in two Regions at the same time one is lost."""

    breaks = LIST
    may_break = (*DESCRIBE, "exclusivity/concurrent", "lifecycle/history-kept")

    def lock(self, account: Account) -> AbstractContextManager[Any]:
        return nullcontext()

    def purchase_offering(self, request: Request, segment: str) -> Response:
        with self.region(request).notes.setdefault("lock", threading.Lock()):
            return super().purchase_offering(request, segment)

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        others = [one for one in list(purchase.region.account.regions.values()) if one is not purchase.region]
        read = [dict(one.reservations) for one in others]
        super().insert(purchase, reservation)
        time.sleep(LONG_ENOUGH_FOR_A_LIST)
        for one, as_read in zip(others, read, strict=True):
            one.reservations = as_read
