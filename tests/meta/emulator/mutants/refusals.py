"""Mutants in which a refused purchase leaves something behind."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from dataclasses import replace
from datetime import datetime

from tests.meta.emulator.base import BAD_REQUEST
from tests.meta.emulator.messages import Purchase, Refusal, Request, Reservation, Wire
from tests.meta.emulator.right import RightEmulator

NO_EFFECT = ("errors/refusal-has-no-effect",)


class NextOneAfterAMalformedBody(RightEmulator):
    """Refuses the next purchase after one with a malformed body, as if that were still to be read."""

    breaks = NO_EFFECT

    def body_of(self, request: Request) -> Wire:
        try:
            return super().body_of(request)
        except Refusal:
            self.region(request).notes["left over"] = True
            raise

    def check_active(self, purchase: Purchase) -> None:
        if purchase.region.notes.pop("left over", False):
            raise Refusal(*BAD_REQUEST, "The body is not JSON.")
        super().check_active(purchase)


class RefusedIsCanceled(RightEmulator):
    """Keeps a purchase that was refused for the active reservation as a CANCELED one."""

    breaks = NO_EFFECT
    may_break = ("names/unique", "exclusivity/first-unchanged", "exclusivity/freed-from-end")

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_active" and purchase.offering is not None:
            ghost = replace(self.new_reservation(purchase), stored_state="CANCELED")
            super().insert(purchase, ghost)

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        return [one for one in super().rivals(purchase) if one.stored_state != "CANCELED"]

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        is_ghost = reservation.stored_state == "CANCELED"
        return reservation.stored_state if is_ghost else super().state_of(reservation, now)
