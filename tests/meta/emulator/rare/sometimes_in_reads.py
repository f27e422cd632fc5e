"""Rare mutants that are wrong some of the time, by content: in reads, in refusals, and by the date alone."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from datetime import datetime
from typing import Any

from tests.meta.emulator.base import NOT_FOUND
from tests.meta.emulator.messages import Offering, Purchase, Refusal, Reservation, Wire
from tests.meta.emulator.rare.bases import NAMES, REFUSED, TAKEN, StartsOtherwise
from tests.meta.emulator.rare.play import shown_by
from tests.meta.emulator.rare.requests import IN_A_BODY
from tests.meta.emulator.rare.sometimes import Sometimes, tried


@shown_by(lambda play: play.at("2026-03-15T12:00:00Z").buy(start="2026-03-07T08:15:20Z"))
class SomeDatesAreRefused(Sometimes, StartsOtherwise):
    """Refuses the Starts of one date in ten."""

    breaks = ("start-window/interior",)
    may_break = REFUSED
    one_in = 10

    def is_refused(self, text: str, start: datetime) -> bool:
        return self.meets(text[5:10])


@shown_by(tried(lambda play, i: play.buy(start=f"2026-03-05T{i % 24:02}:{i % 60:02}:20Z")))
class SomeTimesOfDayFail(Sometimes):
    """Fails on the Starts of one time of day in thirty."""

    breaks = ("errors/no-server-fault",)
    may_break = REFUSED
    one_in = 30

    def check_window(self, purchase: Purchase) -> None:
        super().check_window(purchase)
        if self.meets(purchase.start_text[11:]):
            raise RuntimeError("no such time")


@shown_by(tried(lambda play, i: play.buy(f"a{i}").show()))
class SomeCannotBeDescribed(Sometimes):
    """Fails on describing one reservation in thirty, by its name."""

    breaks = ("errors/no-server-fault",)
    may_break = ("reservation/describe-agrees", "lifecycle/immutable", "errors/refusal-has-no-effect")
    one_in = 30

    def described_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        if self.meets(reservation.name):
            raise RuntimeError("cannot read the record")
        return super().described_reservation_wire(reservation, now)


@shown_by(tried(lambda play, i: play.offer(offeringDescription=f"number {i}").show_offering()))
class SomeOfferingsAreDescribedShorter(Sometimes):
    """Describes one offering in thirty without the last character of its description."""

    breaks = ("lists/offerings-agree",)
    may_break = ("reservation/copies-offering",)
    one_in = 30

    def described_offering_wire(self, offering: Offering) -> Wire:
        wire = super().described_offering_wire(offering)
        shorter = self.meets(offering.description)
        return {**wire, "offeringDescription": offering.description[:-1]} if shorter else wire


@shown_by(tried(lambda play, i: play.buy(body={"reservationName": "a1", "start": [i]})))
class SomeListsFail(Sometimes):
    """Fails on one in ten of the lists and objects in place of a text."""

    breaks = ("errors/no-server-fault",)
    may_break = IN_A_BODY
    one_in = 10

    def wrong_type(self, member: str, value: Any) -> str:
        if isinstance(value, list | dict) and self.meets(repr(value)):
            raise TypeError("unhashable type")
        return super().wrong_type(member, value)


@shown_by(tried(lambda play, i: play.buy(f"a{i}!")))
class SomeMalformedNamesFail(Sometimes):
    """Fails on one in thirty of the names that are not permitted."""

    breaks = ("errors/no-server-fault",)
    may_break = NAMES
    one_in = 30

    def name_is_well_formed(self, name: str) -> bool:
        well_formed = super().name_is_well_formed(name)
        if not well_formed and self.meets(name):
            raise RuntimeError("no match")
        return well_formed


@shown_by(tried(lambda play, i: play.buy(start=f"2026-03-05 {i % 24:02}:15:{i % 60:02}Z")))
class SomeWrongStartsAreNotFound(Sometimes):
    """Refuses one Start in seventeen of those in another form with NotFoundException."""

    breaks = ("start-format/rejects-other-forms",)
    one_in = 17
    may_break = (*TAKEN, "errors/empty-parameter")

    def check_start(self, purchase: Purchase) -> None:
        try:
            super().check_start(purchase)
        except Refusal:
            if self.meets(purchase.start_text):
                raise Refusal(*NOT_FOUND, "There is no such Start.") from None
            raise


@shown_by(tried(lambda play, i: play.offer(pricePerUnit=f"0.{i:03}").buy().page()))
class SomeAreListedCheaper(Sometimes):
    """Lists one reservation in thirty with a price of nothing, by its price."""

    breaks = ("reservation/list-agrees",)
    may_break = ("reservation/copies-offering", "lifecycle/immutable")
    one_in = 30

    def listed_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().listed_reservation_wire(reservation, now)
        return {**wire, "pricePerUnit": "0"} if self.meets(reservation.offering.price_per_unit) else wire
