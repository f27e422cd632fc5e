"""Rare mutants of state: exclusivity that is lost by something that happens in between."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from datetime import timedelta

from tests.meta.emulator.messages import Purchase, Refusal, Region, Request, Reservation, Response
from tests.meta.emulator.rare.bases import LOST, ForgetsTheActive
from tests.meta.emulator.rare.play import ELSEWHERE, HERE, OTHER, OWN, shown_by
from tests.meta.emulator.right import RightEmulator

SECOND = ("exclusivity/second-refused",)
NOW = "2026-03-15T12:00:00Z"


@shown_by(lambda play: play.at(NOW).buy("a1").buy("-not-a-name-").buy("b1"))
class LostByAMalformedName(ForgetsTheActive):
    """Forgets the active reservation when it refuses a purchase for its name."""

    breaks = SECOND
    may_break = LOST

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_name":
            self.lose(purchase.region)


@shown_by(lambda play: play.at(NOW).buy("a1").buy("b1", arn=play.offering_arn()[:-4] + "0000").buy("c1"))
class LostByAnUnknownOffering(ForgetsTheActive):
    """Forgets the active reservation when a purchase asks for an offering that does not exist."""

    breaks = SECOND
    may_break = LOST

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_offering" and purchase.offering_arn.startswith("arn:"):
            self.lose(purchase.region)


@shown_by(lambda play: play.at(NOW).buy("a1").buy("b1", "2027-01-01T00:00:00Z").buy("c1"))
class LostByAStartOfNextYear(ForgetsTheActive):
    """Forgets the active reservation when it refuses a Start of a later year."""

    breaks = SECOND
    may_break = LOST

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_window" and self.required_start(purchase).year > purchase.now.year:
            self.lose(purchase.region)


@shown_by(lambda play: play.at(NOW).buy("a1").buy(body={"reservationName": "b1", "start": None}).buy("c1"))
class LostByANullStart(ForgetsTheActive):
    """Forgets the active reservation when a purchase has a Start of null."""

    breaks = SECOND
    may_break = LOST

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_members" and "start" in purchase.members and purchase.members["start"] is None:
            self.lose(purchase.region)


@shown_by(lambda play: play.at(NOW).buy("a1").walk("offerings", 1).buy("b1"))
class LostByAPageOfOfferings(ForgetsTheActive):
    """Forgets the active reservation when a later page of the offerings is listed."""

    breaks = SECOND
    may_break = LOST

    def list_offerings(self, request: Request) -> Response:
        response = super().list_offerings(request)
        if "nextToken" in self.query_of(request):
            self.lose(self.region(request))
        return response


@shown_by(lambda play: play.at(NOW).buy("a1").page("reservations", token="made-up").buy("b1"))
class LostByABadToken(ForgetsTheActive):
    """Forgets the active reservation when it refuses a token of ListReservations."""

    breaks = SECOND
    may_break = LOST

    def list_reservations(self, request: Request) -> Response:
        try:
            return super().list_reservations(request)
        except Refusal:
            if "nextToken" in self.query_of(request):
                self.lose(self.region(request))
            raise


@shown_by(lambda play: play.at(NOW).buy("a1").show_arn("reservations", play.bought[:-4] + "0000").buy("b1"))
class LostByAnUnknownReservation(ForgetsTheActive):
    """Forgets the active reservation when one is described that does not exist."""

    breaks = SECOND
    may_break = LOST

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        try:
            return super().find_reservation(region, arn)
        except Refusal as refusal:
            if refusal.status == 404:
                self.lose(region)
            raise


@shown_by(lambda play: play.at(NOW).buy("a1").go(region=ELSEWHERE).buy("b1").go(region=HERE).buy("c1"))
class LostByAPurchaseInAnotherRegion(RightEmulator):
    """Remembers only in which Region an account has purchased last."""

    breaks = SECOND
    may_break = LOST

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        for region in list(purchase.region.account.regions.values()):
            region.notes["last"] = purchase.region.name

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        here = purchase.region.notes.get("last") == purchase.region.name
        return here and super().excludes(reservation, purchase)


@shown_by(lambda play: play.at(NOW).buy("a1").go(OTHER).buy("a1").go(OWN).buy("b1"))
class LostByTheSameNameInAnotherAccount(RightEmulator):
    """Files active reservations by their names for all accounts, so that the last purchase of a name counts alone."""

    breaks = SECOND
    may_break = LOST

    def __init__(self) -> None:
        super().__init__()
        self.owners: dict[str, str] = {}

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        self.owners[purchase.name] = purchase.region.account.number

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        own = self.owners[reservation.name] == purchase.region.account.number
        return own and super().excludes(reservation, purchase)


@shown_by(lambda play: play.at(NOW).buy("a1").offer(1).buy("b1"))
class LostWithItsOffering(RightEmulator):
    """Counts an active reservation only as long as its offering is defined."""

    breaks = SECOND
    may_break = LOST

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return reservation.offering.arn in purchase.region.offerings and super().excludes(reservation, purchase)


@shown_by(lambda play: [play.at(NOW).buy("a1"), *(play.buy(f"b{i}") for i in range(6))])
class LostByTheSixthPurchase(ForgetsTheActive):
    """Gives in when a purchase has been refused five times because of the active reservation."""

    breaks = SECOND
    may_break = LOST

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_active":
            count = purchase.region.notes["refusals"] = purchase.region.notes.get("refusals", 0) + 1
            if count == 5:
                self.lose(purchase.region)


@shown_by(lambda play: play.at(NOW).buy("a1").show().show().show().buy("b1"))
class LostByTheThirdLook(ForgetsTheActive):
    """Forgets the active reservation when it is described for the third time."""

    breaks = SECOND
    may_break = LOST

    def describe_reservation(self, request: Request, segment: str) -> Response:
        response = super().describe_reservation(request, segment)
        region = self.region(request)
        count = region.notes["looks"] = region.notes.get("looks", 0) + 1
        if count == 3:
            self.lose(region)
        return response


@shown_by(
    lambda play: [
        *(play.at(f"2026-0{month}-15T12:00:00Z").buy(f"a{month}") for month in (3, 5, 7)),
        play.buy("b1"),
    ]
)
class OnlyTwoAreLookedAt(RightEmulator):
    """Looks at an account's first two reservations only, so that a third one excludes nothing."""

    breaks = ("exclusivity/freed-from-end",)
    may_break = LOST

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        return super().rivals(purchase)[:2]


@shown_by(lambda play: [play.at(f"2026-0{month}-15T12:00:00Z").buy(f"a{month}") for month in (3, 5, 7)])
class FreedOnlyOnce(RightEmulator):
    """Lets an account purchase again once, and then never more."""

    breaks = ("exclusivity/freed-from-end",)

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return len(purchase.region.reservations) > 1 or super().excludes(reservation, purchase)


@shown_by(lambda play: play.at(NOW).offer(36).buy("a1").at("2027-05-01T12:00:00Z").buy("b1"))
class LostAfter400Days(RightEmulator):
    """Looks at the purchases of the last 400 days only."""

    breaks = ("exclusivity/held-until-end",)
    may_break = LOST

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        recent = purchase.now - reservation.purchased <= timedelta(days=400)
        return recent and super().excludes(reservation, purchase)


@shown_by(lambda play: play.at(NOW).offer(12).buy("a1").offer(3).at("2026-07-01T12:00:00Z").buy("b1"))
class HeldForTheNewDuration(RightEmulator):
    """Looks a reservation's duration up in the current list of offerings, by the place that its own had there."""

    breaks = ("exclusivity/held-until-end",)
    may_break = LOST

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        purchase.region.notes[reservation.arn] = list(purchase.region.offerings).index(reservation.offering.arn)

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        durations = [offering.duration for offering in purchase.region.offerings.values()]
        number = purchase.region.notes[reservation.arn]
        months = durations[number] if number < len(durations) else reservation.offering.duration
        return purchase.now < self.end_of(reservation.start, months, purchase.now)


@shown_by(
    lambda play: (
        play.at(NOW)
        .buy("a1")
        .go(region=ELSEWHERE)
        .buy("b1")
        .at("2026-05-01T12:00:00Z")
        .buy("c1")
        .at("2026-05-02T12:00:00Z")
        .go(region=HERE)
        .buy("d1")
        .buy("e1")
    )
)
class LostWithThreeInTwoRegions(RightEmulator):
    """Looks at the oldest three reservations of all of an account's Regions together."""

    breaks = ("exclusivity/freed-from-end",)
    may_break = LOST

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        regions = list(purchase.region.account.regions.values())
        everywhere = [item for region in regions for item in region.reservations.values()]
        oldest = sorted(everywhere, key=lambda item: item.purchased)[:3]
        return [item for item in super().rivals(purchase) if item in oldest]
