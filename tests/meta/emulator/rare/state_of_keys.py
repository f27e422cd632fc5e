"""Rare mutants of state: what is kept under a key that is not enough, or only for so many."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from datetime import datetime

from tests.meta.emulator.messages import Account, Purchase, Region, Reservation, Wire
from tests.meta.emulator.rare.bases import CHANGED, LOST
from tests.meta.emulator.rare.play import ELSEWHERE, HERE, OTHER, OWN, Play, shown_by
from tests.meta.emulator.right import RightEmulator

NOW = "2026-03-15T12:00:00Z"
MOST_ACCOUNTS = 32


def after_many_accounts(play: Play) -> Play:
    """Purchase, look at so many other accounts, and purchase once more."""
    play.at(NOW).buy("a1")
    for number in range(MOST_ACCOUNTS):
        play.go(account=f"{number:012}").page("offerings")
    return play.go(account=OWN).buy("a2")


@shown_by(lambda play: play.at(NOW).buy("a1").go(OTHER).offer(6).buy("a1").go(OWN).at("2026-05-15T12:00:00Z").show(0))
class StatesByName(RightEmulator):
    """Looks the End up by the name alone, when it works out a state, whatever account had the name last."""

    breaks = ("lifecycle/expired-from-end",)
    may_break = (*CHANGED, *LOST, "lifecycle/active-until-end", "lifecycle/initial-state", "lifecycle/isolated")

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[str, datetime] = {}

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        self.ends[reservation.name] = reservation.end

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return "EXPIRED" if now >= self.ends[reservation.name] else "ACTIVE"


@shown_by(
    lambda play: (
        play.at(NOW).buy("a1").at("2026-05-15T12:00:00Z").page().go(region=ELSEWHERE).buy("a1").go(region=HERE).page()
    )
)
class NamesOfAllRegions(RightEmulator):
    """Keeps the reservations of an account under their names, and so loses one for its namesake in another Region."""

    breaks = ("lifecycle/history-kept",)
    may_break = (*CHANGED, *LOST, "lifecycle/isolated", "lists/pages-cover-once")

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        for region in purchase.region.account.regions.values():
            for arn in [arn for arn, kept in region.reservations.items() if kept.name == reservation.name]:
                del region.reservations[arn]
        super().insert(purchase, reservation)


@shown_by(lambda play: play.at(NOW).buy("held").show().page().buy("HELD").show(0).page())
class UndoneByName(RightEmulator):
    """Undoes a purchase that is refused for the active reservation by its name, and knows no upper case in names."""

    breaks = ("exclusivity/first-unchanged",)
    may_break = (*CHANGED, *LOST, "lists/pages-cover-once")

    def refused(self, purchase: Purchase, check: str) -> None:
        kept = purchase.region.reservations
        for arn, reservation in list(kept.items()) if check == "check_active" else ():
            if reservation.name != purchase.name and reservation.name.lower() == purchase.name.lower():
                del kept[arn]


@shown_by(lambda play: play.at(NOW).offer(1).buy("a1").offer(1, offeringDescription="new").show())
class TermsByDuration(RightEmulator):
    """Shows a reservation whose offering is gone with the description of one of the same duration."""

    breaks = ("reservation/describe-agrees",)
    may_break = (*CHANGED, *LOST)

    def described_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().described_reservation_wire(reservation, now)
        return {**wire, "offeringDescription": self.looked_up(reservation)}

    def looked_up(self, reservation: Reservation) -> str:
        regions = [
            region
            for account in list(self.accounts.values())
            for region in list(account.regions.values())
            if reservation.arn in region.reservations
        ]
        known = [offering for region in regions for offering in region.offerings.values()]
        alike = [offering.description for offering in known if offering.duration == reservation.offering.duration]
        is_gone = all(reservation.offering.arn not in region.offerings for region in regions)
        return alike[0] if is_gone and alike else reservation.offering.description


@shown_by(after_many_accounts)
class ThirtyTwoAccounts(RightEmulator):
    """Keeps the reservations of the last thirty-two accounts that were asked for."""

    breaks = ("exclusivity/second-refused",)
    may_break = (*CHANGED, *LOST, "lists/offerings-agree", "lists/pages-cover-once")

    def account(self, number: str) -> Account:
        account = super().account(number)
        with self.accounts_lock:
            self.accounts[number] = self.accounts.pop(number, account)
            for old in list(self.accounts.values())[:-MOST_ACCOUNTS]:
                for region in list(old.regions.values()):
                    region.reservations.clear()
        return account


@shown_by(
    lambda play: (
        play.at(NOW)
        .buy("a1")
        .at("2026-05-15T12:00:00Z")
        .buy("a2")
        .page(size=1)
        .page(size=1, token=0)
        .at("2026-07-15T12:00:00Z")
        .page(size=1, token=0)
    )
)
class StatesOfThePageBefore(RightEmulator):
    """Keeps the states that it has listed on a later page until the next purchase."""

    breaks = ("lifecycle/expired-from-end",)
    may_break = CHANGED

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        purchase.region.notes["states"] = {}

    def first_item(self, region: Region, kind: str, parameters: dict[str, str]) -> int:
        first = super().first_item(region, kind, parameters)
        region.notes["later"] = first > 0
        return first

    def listed_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().listed_reservation_wire(reservation, now)
        region = next(
            region
            for account in list(self.accounts.values())
            for region in list(account.regions.values())
            if reservation.arn in region.reservations
        )
        if not region.notes.get("later"):
            return wire
        state = region.notes["states"].setdefault(reservation.arn, wire["reservationState"])
        return {**wire, "reservationState": state}
