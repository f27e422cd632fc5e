"""Rare mutants of state: what a refused purchase leaves behind, seen by the next purchase or by a later list."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from datetime import datetime

from tests.meta.emulator.base import BAD_REQUEST, NOT_FOUND
from tests.meta.emulator.messages import Purchase, Refusal, Region, Request, Reservation, Response
from tests.meta.emulator.rare.play import shown_by
from tests.meta.emulator.right import RightEmulator

NOW, LATER = "2026-03-15T12:00:00Z", "2026-05-20T12:00:00Z"
NEAR, ENDED = "us-east-2", "2026-06-20T12:00:05Z"
NO_EFFECT = ("errors/refusal-has-no-effect",)


@shown_by(lambda play: play.at(NOW).buy(start="x").buy(start="y").buy(start="z").buy())
class ThirdRefusalInARow(RightEmulator):
    """Refuses every purchase after three refusals in a row, until something is read."""

    breaks = NO_EFFECT
    may_break = ("exclusivity/freed-from-end",)

    def handle(self, request: Request) -> Response:
        if request.method == "GET":
            self.region(request).notes.clear()
        return super().handle(request)

    def refused(self, purchase: Purchase, check: str) -> None:
        purchase.region.notes["refusals"] = purchase.region.notes.get("refusals", 0) + 1

    def check_active(self, purchase: Purchase) -> None:
        if purchase.region.notes.get("refusals", 0) >= 3:
            raise Refusal(*BAD_REQUEST, "There were too many errors.")
        super().check_active(purchase)


@shown_by(lambda play: play.at(NOW).buy().at(LATER).buy(start=LATER).show(0))
class UsedNameRevives(RightEmulator):
    """Shows an expired reservation as ACTIVE again once a purchase was refused for its name."""

    breaks = ("lifecycle/expired-from-end",)
    may_break = (*NO_EFFECT, "lifecycle/immutable", "lifecycle/history-kept", "exclusivity/at-most-one-active")

    def check_name_is_free(self, purchase: Purchase) -> None:
        try:
            super().check_name_is_free(purchase)
        except Refusal:
            purchase.region.notes[purchase.name] = True
            for one in purchase.region.reservations.values():
                one.stored_state = "REVIVED" if one.name == purchase.name else one.stored_state
            raise

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return "ACTIVE" if reservation.stored_state == "REVIVED" else super().state_of(reservation, now)


@shown_by(lambda play: play.offer(6, 1).at(NOW).buy("a1").buy("b1", arn=1))
class SlotOfShorterOnesWithoutABitrate(RightEmulator):
    """Sells a shorter offering without a bit rate beside the active reservation, as it takes up no bandwidth."""

    breaks = ("exclusivity/second-refused",)
    may_break = ("exclusivity/at-most-one-active", "exclusivity/held-until-end", "exclusivity/freed-from-end")

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        offering = purchase.offering
        assert offering is not None
        is_spared = offering.reserved_bitrate is None and offering.duration < reservation.offering.duration
        return super().excludes(reservation, purchase) and not is_spared


@shown_by(
    lambda play: (
        play.at(NOW).buy("a1").at(LATER).go(region=NEAR).offer(1).buy("b1").at(ENDED).walk("reservations").show()
    )
)
class ExpiredOfTheSecondRegionLost(RightEmulator):
    """Finds an expired reservation only in the Region in which its account purchased first."""

    breaks = ("reservation/describe-agrees",)
    may_break = ("lifecycle/history-kept", "lifecycle/expired-from-end", "errors/unknown-reservation")

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        reservation = super().find_reservation(region, arn)
        regions = list(region.account.regions.values())
        _, first = min((one.purchased, other.name) for other in regions for one in other.reservations.values())
        if first != region.name and self.is_over(reservation, self.now(region.account)):
            raise Refusal(*NOT_FOUND, "There is no such reservation.")
        return reservation
