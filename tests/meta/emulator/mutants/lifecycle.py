"""Mutants whose reservations change, vanish, or are in the wrong state."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from dataclasses import replace
from datetime import datetime, timedelta

from tests.meta.emulator.messages import Purchase, Region, Reservation, Wire
from tests.meta.emulator.right import RightEmulator

INITIAL = ("lifecycle/initial-state",)
ACTIVE = ("lifecycle/active-until-end",)
EXPIRED = ("lifecycle/expired-from-end",)
HISTORY = ("lifecycle/history-kept",)
IMMUTABLE = ("lifecycle/immutable",)
ISOLATED = ("lifecycle/isolated",)
TWO_ACTIVE = ("exclusivity/at-most-one-active", "exclusivity/freed-from-end")
FORGOTTEN = ("names/unique", "lifecycle/immutable", "lifecycle/expired-from-end", "reservation/describe-agrees")


class PurchasedAsCanceled(RightEmulator):
    """Answers a purchase with a reservation that is CANCELED."""

    breaks = INITIAL
    may_break = ("lifecycle/immutable",)

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return super().state_of(reservation, now) if reservation.reads else "CANCELED"


class PurchasedAsExpired(RightEmulator):
    """Answers a purchase whose Start is over an hour ago with a reservation that is EXPIRED."""

    breaks = INITIAL
    may_break = ("lifecycle/active-until-end", "lifecycle/immutable")

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        old = now - reservation.start > timedelta(hours=1)
        return "EXPIRED" if old and not reservation.reads else super().state_of(reservation, now)


class ExpiresOtherwise(RightEmulator):
    """Shows EXPIRED at another time than End; a base of mutants, and no mutant itself."""

    shift = timedelta(0)

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return "EXPIRED" if now >= reservation.end + self.shift else "ACTIVE"


class ExpiredADayEarly(ExpiresOtherwise):
    """Shows EXPIRED from a day before End on."""

    breaks = ACTIVE
    may_break = INITIAL  # a purchase shortly before End is shown EXPIRED at once
    shift = timedelta(days=-1)


class ExpiredASecondEarly(ExpiresOtherwise):
    """Shows EXPIRED from the last second before End on."""

    breaks = ACTIVE
    may_break = INITIAL  # a purchase shortly before End is shown EXPIRED at once
    shift = timedelta(seconds=-1)


class ExpiredWithTheMonth(ExpiresOtherwise):
    """Shows EXPIRED when the month of the Start is over."""

    breaks = ACTIVE

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return "EXPIRED" if reservation.start < self.month_start(now) else super().state_of(reservation, now)


class NeverExpires(ExpiresOtherwise):
    """Stores the state with the reservation, and never changes it."""

    breaks = EXPIRED
    may_break = TWO_ACTIVE

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return reservation.stored_state


class ExpiredADayLate(ExpiresOtherwise):
    """Shows ACTIVE for a day after End."""

    breaks = EXPIRED
    may_break = TWO_ACTIVE
    shift = timedelta(days=1)


class ExpiredAMinuteLate(ExpiresOtherwise):
    """Shows ACTIVE for a minute after End."""

    breaks = EXPIRED
    may_break = TWO_ACTIVE
    shift = timedelta(minutes=1)


class ExpiredByTheNextPurchase(NeverExpires):
    """Changes the stored state only when the account purchases again."""

    breaks = EXPIRED
    may_break = TWO_ACTIVE

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        for earlier in self.rivals(purchase):
            earlier.stored_state = "EXPIRED"
        super().insert(purchase, reservation)


class CanceledAfterEnd(ExpiresOtherwise):
    """Shows CANCELED from End on."""

    breaks = EXPIRED

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return super().state_of(reservation, now).replace("EXPIRED", "CANCELED")


class ExpiredNotListed(RightEmulator):
    """Lists active reservations only."""

    breaks = HISTORY
    may_break = ("lifecycle/expired-from-end", "lifecycle/immutable", "lists/pages-cover-once")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return [item for item in super().listed_reservations(region, now) if not self.is_over(item, now)]


class ReplacedByTheNext(RightEmulator):
    """Keeps one reservation for an account, and replaces it by the next."""

    breaks = HISTORY
    may_break = (*FORGOTTEN, "lists/pages-cover-once")

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        purchase.region.reservations.clear()
        super().insert(purchase, reservation)


class ForgottenAfterAMonth(RightEmulator):
    """Lists an expired reservation for a day, and then no more."""

    breaks = HISTORY
    may_break = ("lifecycle/expired-from-end", "lifecycle/immutable", "lists/pages-cover-once")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        listed = super().listed_reservations(region, now)
        return [item for item in listed if now - item.end < timedelta(days=1)]


class OnlyTheNewestListed(RightEmulator):
    """Lists an account's newest reservation only."""

    breaks = HISTORY
    may_break = ("reservation/list-agrees", "lifecycle/immutable", "lists/pages-cover-once")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return super().listed_reservations(region, now)[-1:]


class EndMovesAlong(RightEmulator):
    """Shows an End that moves with the months, as if the reservation were renewed all the time."""

    breaks = IMMUTABLE
    may_break = ("exclusivity/first-unchanged", "end/adds-duration", "lifecycle/history-kept", *EXPIRED, *TWO_ACTIVE)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        bought = reservation.purchased
        months = 12 * (now.year - bought.year) + now.month - bought.month
        end = self.end_of(reservation.end, max(0, months), now)
        return {**super().reservation_wire(reservation, now), "end": self.write_end(end)}


class DescriptionLostWithEnd(RightEmulator):
    """Empties the description of an expired reservation."""

    breaks = IMMUTABLE
    may_break = ("lifecycle/history-kept", "reservation/copies-offering")

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        return {**wire, "offeringDescription": ""} if self.is_over(reservation, now) else wire


class NameMarkedWithEnd(RightEmulator):
    """Marks the name of an expired reservation."""

    breaks = IMMUTABLE
    may_break = ("lifecycle/history-kept", "reservation/list-agrees")

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        return {**wire, "reservationName": f"{reservation.name}-expired"} if self.is_over(reservation, now) else wire


class StateGoesBack(RightEmulator):
    """Shows ACTIVE to the first two readers and PROCESSING to the next two, and so on."""

    breaks = IMMUTABLE
    may_break = ("lifecycle/active-until-end", "exclusivity/first-unchanged", "errors/refusal-has-no-effect")

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        state = super().state_of(reservation, now)
        return "PROCESSING" if state == "ACTIVE" and reservation.reads % 4 in (2, 3) else state


class AnyAccountDescribes(RightEmulator):
    """Describes a reservation to every account that knows its ARN."""

    breaks = ISOLATED

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        for account in list(self.accounts.values()):
            for other in list(account.regions.values()):
                if arn in other.reservations and other.name == region.name:
                    return other.reservations[arn]
        return super().find_reservation(region, arn)


class AllRegionsListed(RightEmulator):
    """Lists the reservations of all of an account's Regions."""

    breaks = ISOLATED
    may_break = ("exclusivity/at-most-one-active", "lists/pages-cover-once", "errors/refusal-has-no-effect")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        regions = list(region.account.regions.values())
        return [item for other in regions for item in super(AllRegionsListed, self).listed_reservations(other, now)]


class CopiedToTheNextAccount(RightEmulator):
    """Shows an account that has no reservation the newest one of all accounts."""

    breaks = ISOLATED
    may_break = (
        "lifecycle/history-kept",
        "errors/refusal-has-no-effect",
        "exclusivity/concurrent",
        "exclusivity/held-until-end",  # what it shows as active does not keep its account from purchasing
        "exclusivity/per-account",
        "lists/pages-cover-once",
        "reservation/list-agrees",
    )

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        self.newest = replace(reservation)

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        newest = getattr(self, "newest", None)
        return super().listed_reservations(region, now) or ([newest] if newest is not None else [])
