"""Mutants that let a purchase through, or hold one back, against the rule of one active reservation."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import Any

from tests.meta.emulator.messages import Account, Purchase, Refusal, Region, Request, Reservation, Response
from tests.meta.emulator.mutants.rules import RULES
from tests.meta.emulator.right import RightEmulator

SECOND = ("exclusivity/second-refused", "exclusivity/at-most-one-active")
AFTERWARDS = ("exclusivity/held-until-end", "exclusivity/freed-from-end", "errors/refusal-has-no-effect")
REFUSAL = ("exclusivity/refusal",)
UNCHANGED = ("exclusivity/first-unchanged",)
CHANGED = (
    "errors/refusal-has-no-effect",
    "lifecycle/immutable",
    "reservation/describe-agrees",
    "reservation/list-agrees",
    "exclusivity/concurrent",
)
PER_ACCOUNT = ("exclusivity/per-account",)
EVERYTHING_ELSE = tuple(rule for rule in RULES if rule not in PER_ACCOUNT)
LONG_ENOUGH_FOR_A_RACE = 0.03


class EveryPurchaseSucceeds(RightEmulator):
    """Sells to everybody, active reservation or not."""

    breaks = (*SECOND, "exclusivity/concurrent")
    may_break = (*AFTERWARDS, "exclusivity/first-unchanged", "exclusivity/refusal")

    def check_active(self, purchase: Purchase) -> None:
        return None


class ExclusiveByOffering(RightEmulator):
    """Refuses only a second purchase of the same offering."""

    breaks = SECOND
    may_break = (*AFTERWARDS, "exclusivity/concurrent", "exclusivity/first-unchanged", "exclusivity/refusal")

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return super().excludes(reservation, purchase) and reservation.offering.arn == purchase.offering_arn


class ExclusiveByName(RightEmulator):
    """Refuses only a second purchase of the same name."""

    breaks = (*SECOND, "exclusivity/concurrent")
    may_break = (*AFTERWARDS, "exclusivity/first-unchanged", "exclusivity/refusal")

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return super().excludes(reservation, purchase) and reservation.name == purchase.name


class ExclusiveByStart(RightEmulator):
    """Looks whether a reservation is active at the new one's Start, so that an earlier Start gets through."""

    breaks = SECOND
    may_break = (*AFTERWARDS, "exclusivity/concurrent", "exclusivity/first-unchanged", "exclusivity/refusal")

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return reservation.start <= self.required_start(purchase) < reservation.end


class ExclusiveWhereStartsDiffer(RightEmulator):
    """Takes a second purchase of the same Start for the first one, sent again."""

    breaks = SECOND
    may_break = (*AFTERWARDS, "exclusivity/concurrent", "exclusivity/first-unchanged", "exclusivity/refusal")

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return super().excludes(reservation, purchase) and reservation.start != purchase.start


class ThirdPurchaseSucceeds(RightEmulator):
    """Gives in when a purchase has been refused and is tried once more."""

    breaks = ("exclusivity/at-most-one-active",)
    may_break = (*AFTERWARDS, *UNCHANGED, "exclusivity/second-refused", "exclusivity/concurrent")

    def check_active(self, purchase: Purchase) -> None:
        try:
            super().check_active(purchase)
        except Refusal:
            refused = purchase.region.notes.get("refused", 0)
            purchase.region.notes["refused"] = refused + 1
            if refused == 0:
                raise


class ActiveIsConflict(RightEmulator):
    """Refuses a second purchase with a ConflictException, which is not documented."""

    breaks = REFUSAL
    may_break = ("errors/modelled", "exclusivity/concurrent", "exclusivity/second-refused")
    refusal_for_active = (409, "ConflictException")


class ActiveIsLimitExceeded(RightEmulator):
    """Refuses a second purchase with a LimitExceededException, which is not documented."""

    breaks = REFUSAL
    may_break = ("errors/modelled", "exclusivity/concurrent", "exclusivity/second-refused")
    refusal_for_active = (400, "LimitExceededException")


class RefusalActs(RightEmulator):
    """Does something when it refuses a second purchase; a base of mutants, and no mutant itself."""

    def check_active(self, purchase: Purchase) -> None:
        try:
            super().check_active(purchase)
        except Refusal:
            for reservation in self.rivals(purchase):
                if self.excludes(reservation, purchase):
                    self.act(reservation, purchase)
            raise

    def act(self, reservation: Reservation, purchase: Purchase) -> None:
        raise NotImplementedError


class RefusedPurchaseRenames(RefusalActs):
    """Gives the active reservation the name of the purchase that it refuses."""

    breaks = UNCHANGED
    may_break = (*CHANGED, "names/unique", "exclusivity/freed-from-end")

    def act(self, reservation: Reservation, purchase: Purchase) -> None:
        reservation.name = purchase.name


class RefusedPurchaseProlongs(RefusalActs):
    """Prolongs the active reservation by the offering whose purchase it refuses."""

    breaks = UNCHANGED
    may_break = (*CHANGED, "exclusivity/freed-from-end", "lifecycle/expired-from-end", "end/adds-duration")

    def act(self, reservation: Reservation, purchase: Purchase) -> None:
        assert purchase.offering is not None
        reservation.end = self.end_of(reservation.end, purchase.offering.duration, purchase.now)


class RefusedPurchaseRestarts(RefusalActs):
    """Gives the active reservation the Start of the purchase that it refuses."""

    breaks = UNCHANGED
    may_break = CHANGED

    def act(self, reservation: Reservation, purchase: Purchase) -> None:
        reservation.start_text = purchase.start_text


class RefusedPurchaseGetsNewArn(RefusalActs):
    """Files the active reservation under a new ARN when it refuses a purchase."""

    breaks = UNCHANGED
    may_break = (*CHANGED, "lifecycle/history-kept")

    def act(self, reservation: Reservation, purchase: Purchase) -> None:
        del purchase.region.reservations[reservation.arn]
        reservation.arn = self.reservation_arn(purchase)
        purchase.region.reservations[reservation.arn] = reservation


class HeldOtherwise(RightEmulator):
    """Holds for another time than the reservation is active; a base of mutants, and no mutant itself."""

    shift = timedelta(0)

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return purchase.now < reservation.end + self.shift


class FreedADayEarly(HeldOtherwise):
    """Sells again on the last day of a reservation."""

    breaks = ("exclusivity/held-until-end",)
    may_break = ("exclusivity/at-most-one-active", "exclusivity/second-refused")
    shift = timedelta(days=-1)


class FreedASecondEarly(HeldOtherwise):
    """Sells again in the last second of a reservation."""

    breaks = ("exclusivity/held-until-end",)
    may_break = ("exclusivity/at-most-one-active", "exclusivity/second-refused")
    shift = timedelta(seconds=-1)


class FreedWithTheMonth(HeldOtherwise):
    """Counts only the reservations that began in the current month."""

    breaks = ("exclusivity/held-until-end",)
    may_break = ("exclusivity/at-most-one-active", "exclusivity/second-refused")

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return super().excludes(reservation, purchase) and reservation.start >= self.month_start(purchase.now)


class NeverFreed(HeldOtherwise):
    """Counts expired reservations too."""

    breaks = ("exclusivity/freed-from-end",)

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return True


class FreedADayLate(HeldOtherwise):
    """Holds a day longer than the reservation is active."""

    breaks = ("exclusivity/freed-from-end",)
    shift = timedelta(days=1)


class FreedAMinuteLate(HeldOtherwise):
    """Holds a minute longer than the reservation is active."""

    breaks = ("exclusivity/freed-from-end",)
    shift = timedelta(minutes=1)


class OnlyTheFirstHolds(HeldOtherwise):
    """Looks only at an account's first reservation, so that a later one excludes nothing."""

    breaks = ("exclusivity/freed-from-end",)
    may_break = ("exclusivity/second-refused", "exclusivity/at-most-one-active", "exclusivity/held-until-end")

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        return super().rivals(purchase)[:1]


class OneReservationForAll(RightEmulator):
    """Lets one account's reservation stand in every other's way."""

    breaks = PER_ACCOUNT
    may_break = EVERYTHING_ELSE

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        return [
            reservation
            for account in list(self.accounts.values())
            for region in list(account.regions.values())
            for reservation in list(region.reservations.values())
            if region.name == purchase.region.name
        ]


class NamesOfAllAccounts(OneReservationForAll):
    """Lets an active reservation stand in the way of others of the same name and Start in every account."""

    breaks = PER_ACCOUNT
    may_break = EVERYTHING_ELSE

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        alike = (purchase.name, purchase.start)
        others = [other for other in super().rivals(purchase) if (other.name, other.start) == alike]
        return others + list(purchase.region.reservations.values())


@contextmanager
def attempt_in(region: Region) -> Iterator[bool]:
    """Keep a purchase among those that are being made in a Region, and tell whether it is the first of them."""
    attempts: list[object] = region.notes.setdefault("attempts", [])
    own = object()
    attempts.append(own)
    try:
        yield attempts[0] is own
    finally:
        attempts.remove(own)


class NoLock(RightEmulator):
    """Leaves a moment between check and purchase, without a lock; a base of mutants, and no mutant itself."""

    def lock(self, account: Account) -> AbstractContextManager[Any]:
        return nullcontext()

    def before_insert(self, purchase: Purchase) -> None:
        time.sleep(LONG_ENOUGH_FOR_A_RACE)


class CheckedWithoutALock(NoLock):
    """Checks a purchase and then makes it, without a lock around the two."""

    breaks = ("exclusivity/concurrent",)
    may_break = ("exclusivity/at-most-one-active",)


class LastWriteWins(NoLock):
    """Keeps one of the purchases made at the same time, but tells each that it succeeded."""

    breaks = ("exclusivity/concurrent",)
    may_break = ("reservation/describe-agrees", "reservation/list-agrees", "lifecycle/history-kept")

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        with purchase.region.account.lock:
            for rival in self.rivals(purchase):
                if self.excludes(rival, purchase):
                    del purchase.region.reservations[rival.arn]
            super().insert(purchase, reservation)


class NobodyWins(NoLock):
    """Refuses all of the purchases that arrive at the same time."""

    breaks = ("exclusivity/concurrent",)

    def purchase_offering(self, request: Request, segment: str) -> Response:
        with attempt_in(self.region(request)):
            return super().purchase_offering(request, segment)

    def before_insert(self, purchase: Purchase) -> None:
        attempts: list[object] = purchase.region.notes["attempts"]
        waited_until = time.monotonic() + LONG_ENOUGH_FOR_A_RACE
        while time.monotonic() < waited_until:
            if len(attempts) > 1:
                purchase.region.notes["collision"] = time.monotonic()
            time.sleep(0.001)
        if time.monotonic() - purchase.region.notes.get("collision", 0) < 2 * LONG_ENOUGH_FOR_A_RACE:
            raise Refusal(*self.refusal_for_active, "Another purchase is being made.")


class HeldByWrongOnes(NoLock):
    """Refuses a purchase while another is still being read, which may be wrong and get nothing."""

    breaks = ("exclusivity/concurrent",)

    def purchase_offering(self, request: Request, segment: str) -> Response:
        with attempt_in(self.region(request)) as is_first:
            if not is_first:
                raise Refusal(*self.refusal_for_active, "There is an active reservation already.")
            time.sleep(LONG_ENOUGH_FOR_A_RACE)
            return super().purchase_offering(request, segment)


class LoserIsKeptToo(NoLock):
    """Refuses the later of two purchases made at the same time, but keeps its reservation."""

    breaks = ("exclusivity/concurrent",)
    may_break = ("exclusivity/at-most-one-active",)

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        with purchase.region.account.lock:
            first = not any(self.excludes(rival, purchase) for rival in self.rivals(purchase))
            super().insert(purchase, reservation)
        if not first:
            raise Refusal(*self.refusal_for_active, "There is an active reservation already.")
