"""What several rare mutants are derived from, and the rules that they may touch beside their own."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import hashlib
from datetime import datetime

from tests.meta.emulator.messages import Purchase, Region, Reservation, Wire
from tests.meta.emulator.right import RightEmulator

# A right Start that is refused.
REFUSED = (
    "start-format/accepts",
    "start-window/interior",
    "start-window/lower-bound-inclusive",
    "start-window/upper-bound-inclusive",
    "start-window/follows-the-clock",
    "start-window/utc",
    "errors/refusal-has-no-effect",
    "exclusivity/freed-from-end",
    "end/adds-duration",
    "end/month-end-consistent",
    "lifecycle/isolated",
)
# A wrong Start that is taken.
TAKEN = (
    "start-window/before-lower-bound",
    "start-window/after-upper-bound",
    "start-window/follows-the-clock",
    "start-window/utc",
    "start-format/rejects-impossible",
    "start-format/rejects-other-forms",
    "errors/refusal-has-no-effect",
)
# An End that is not what it should be, and a reservation that may be over too early or too late.
ENDS = (
    "end/adds-duration",
    "end/keeps-time-of-day",
    "end/month-end-consistent",
    "lifecycle/initial-state",
    "lifecycle/active-until-end",
    "lifecycle/expired-from-end",
    "exclusivity/second-refused",
    "exclusivity/held-until-end",
    "exclusivity/freed-from-end",
    "exclusivity/at-most-one-active",
)
# A purchase that gets through beside an active reservation.
LOST = (
    "exclusivity/second-refused",
    "exclusivity/at-most-one-active",
    "exclusivity/held-until-end",
    "exclusivity/freed-from-end",
    "exclusivity/first-unchanged",
    "exclusivity/concurrent",
    "errors/refusal-has-no-effect",
)
# A reservation that is shown otherwise than before, or no longer.
CHANGED = (
    "reservation/describe-agrees",
    "reservation/list-agrees",
    "reservation/echoes-request",
    "reservation/copies-offering",
    "lifecycle/immutable",
    "lifecycle/history-kept",
    "exclusivity/first-unchanged",
    "exclusivity/concurrent",
    "errors/refusal-has-no-effect",
)
# A name that the User Guide permits and that is refused or fails.
NAMES = ("names/characters", "names/length", "reservation/echoes-request", "errors/refusal-has-no-effect")


class EndsOtherwise(RightEmulator):
    """Works out another End; a base of mutants, and no mutant itself."""

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:
        return self.other_end(start, months, super().end_of(start, months, now))

    def other_end(self, start: datetime, months: int, end: datetime) -> datetime:
        raise NotImplementedError


class StartsOtherwise(RightEmulator):
    """Refuses some Starts that are right; a base of mutants, and no mutant itself."""

    def parse_start(self, text: str) -> datetime:
        start = super().parse_start(text)
        if self.is_refused(text, start):
            raise ValueError(text)
        return start

    def is_refused(self, text: str, start: datetime) -> bool:
        raise NotImplementedError


class ForgetsTheActive(RightEmulator):
    """Forgets that the reservations of a Region exclude others; a base of mutants, and no mutant itself."""

    def lose(self, region: Region) -> None:
        region.notes.setdefault("lost", set()).update(region.reservations)

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        lost = purchase.region.notes.get("lost", ())
        return reservation.arn not in lost and super().excludes(reservation, purchase)


class NameOtherwise(RightEmulator):
    """Shows a name otherwise than it was sent; a base of mutants, and no mutant itself."""

    def other_name(self, name: str) -> object:
        raise NotImplementedError

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        return {**super().reservation_wire(reservation, now), "reservationName": self.other_name(reservation.name)}


class DescriptionOtherwise(RightEmulator):
    """Shows a reservation with another description than its offering has; a base of mutants, and no mutant itself."""

    def other_text(self, text: str) -> str:
        raise NotImplementedError

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        return {**wire, "offeringDescription": self.other_text(wire["offeringDescription"])}


def one_in(number: int, text: str) -> bool:
    """Tell whether a text is one of those, one in so many, that meet a defect."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4]) % number == 0
