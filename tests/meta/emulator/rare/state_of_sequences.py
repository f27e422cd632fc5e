"""Rare mutants of state: what only certain calls in a row bring about, in several reservations, places or months."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from dataclasses import replace
from datetime import datetime, timedelta

from tests.meta.emulator.base import BAD_REQUEST
from tests.meta.emulator.messages import Purchase, Refusal, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.rare.bases import CHANGED, ENDS, LOST, REFUSED, ForgetsTheActive
from tests.meta.emulator.rare.play import ELSEWHERE, HERE, OTHER, OWN, shown_by
from tests.meta.emulator.rare.state import SECOND
from tests.meta.emulator.right import RightEmulator

NOW, MAY, JULY = "2026-03-15T12:00:00Z", "2026-05-01T12:00:00Z", "2026-07-01T12:00:00Z"


@shown_by(lambda play: play.at(NOW).buy("a1").page("offerings", 1001).buy("b1"))
class LostByAnOversizedPage(ForgetsTheActive):
    """Forgets the active reservation when it refuses a MaxResults of ListOfferings."""

    breaks = SECOND
    may_break = LOST

    def list_offerings(self, request: Request) -> Response:
        try:
            return super().list_offerings(request)
        except Refusal:
            if "maxResults" in self.query_of(request):
                self.lose(self.region(request))
            raise


@shown_by(lambda play: play.at(NOW).buy("a1").page("offerings", 1).page("reservations", None, 0).buy("b1"))
class LostByATokenOfTheOtherList(ForgetsTheActive):
    """Forgets the active reservation when a token of the offerings is used for the reservations."""

    breaks = SECOND
    may_break = LOST

    def read_token(self, region: Region, kind: str, token: str) -> int:
        if region.tokens.get(token, (kind, 0))[0] != kind:
            self.lose(region)
        return super().read_token(region, kind, token)


@shown_by(lambda play: play.at(NOW).buy("a1").go(OTHER).show().go(OWN).buy("b1"))
class LostByALookFromAnotherAccount(ForgetsTheActive):
    """Forgets the active reservation that another account has asked for."""

    breaks = SECOND
    may_break = LOST

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        for account in list(self.accounts.values()):
            for other in list(account.regions.values()):
                if account is not region.account and arn in other.reservations:
                    self.lose(other)
        return super().find_reservation(region, arn)


@shown_by(lambda play: play.at(NOW).buy("a1").page("reservations", token="x").show_arn("offerings", "x").buy("b1"))
class LostByAListAndALookThatFail(ForgetsTheActive):
    """Forgets the active reservation when a malformed offering is described after a token was refused."""

    breaks = SECOND
    may_break = LOST

    def bad_token_of(self, region: Region) -> None:
        region.notes["token refused"] = True

    def read_token(self, region: Region, kind: str, token: str) -> int:
        try:
            return super().read_token(region, kind, token)
        except Refusal:
            self.bad_token_of(region)
            raise

    def describe_offering(self, request: Request, segment: str) -> Response:
        try:
            return super().describe_offering(request, segment)
        except Refusal:
            region = self.region(request)
            if region.notes.get("token refused"):
                self.lose(region)
            raise


@shown_by(lambda play: play.at(NOW).offer(12).buy("a1").buy("b1").at("2026-05-02T12:00:00Z").buy("c1"))
class LostTwoMonthsAfterAContest(RightEmulator):
    """Forgets the active reservation in the second month after that of its first contest."""

    breaks = ("exclusivity/held-until-end",)
    may_break = LOST

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_active":
            purchase.region.notes.setdefault("contested", self.month_start(purchase.now))

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        contested = purchase.region.notes.get("contested", purchase.now)
        return purchase.now - contested < timedelta(days=59) and super().excludes(reservation, purchase)

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        purchase.region.notes.pop("contested", None)


@shown_by(lambda play: play.at(NOW).buy("a1").at(MAY).buy("b1", "tomorrow").show())
class RevivedByAMalformedStart(RightEmulator):
    """Shows an expired reservation as ACTIVE once a purchase after it was refused for the form of its Start."""

    breaks = ("lifecycle/expired-from-end",)
    may_break = ("lifecycle/immutable", "exclusivity/at-most-one-active", "errors/refusal-has-no-effect")

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_start":
            for reservation in purchase.region.reservations.values():
                if self.is_over(reservation, purchase.now):
                    reservation.stored_state = "REVIVED"

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return "ACTIVE" if reservation.stored_state == "REVIVED" else super().state_of(reservation, now)


@shown_by(lambda play: play.at(NOW).buy("a1").show().at(MAY).buy("c1", "2026-04-30T00:00:00Z").show(0))
class ExpiredTakesTheRefusedStart(RightEmulator):
    """Writes the Start of a purchase that is refused for its window into an expired reservation, if there is one."""

    breaks = ("lifecycle/immutable",)
    may_break = CHANGED

    def refused(self, purchase: Purchase, check: str) -> None:
        for reservation in purchase.region.reservations.values():
            if check == "check_window" and self.is_over(reservation, purchase.now):
                reservation.start_text = purchase.start_text


@shown_by(
    lambda play: [
        *(
            play.at(f"2026-{month:02}-15T12:00:00Z").offer(1, pricePerUnit=f"{month}").buy(f"a{month}")
            for month in (3, 5)
        ),
        *(
            play.at(f"2026-{month:02}-15T12:00:00Z").offer(1, pricePerUnit=f"{month}").buy(f"a{month}")
            for month in (7, 9)
        ),
    ]
)
class FourthHasThePriceOfTheFirst(RightEmulator):
    """Sells the fourth reservation of an account, and every later one, at the price of the first."""

    breaks = ("reservation/copies-offering",)
    may_break = CHANGED

    def new_reservation(self, purchase: Purchase) -> Reservation:
        reservation = super().new_reservation(purchase)
        earlier = list(purchase.region.reservations.values())
        if len(earlier) >= 3:
            price = earlier[0].offering.price_per_unit
            reservation.offering = replace(reservation.offering, price_per_unit=price)
        return reservation


@shown_by(
    lambda play: [
        play.at(f"2026-{month:02}-15T12:00:00Z").offer(months).buy(f"a{month}")
        for month, months in ((3, 1), (5, 1), (7, 2))
    ]
)
class ThirdEndsAfterTheMonthsOfTheSecond(RightEmulator):
    """Ends the third reservation of an account after as many months as the second."""

    breaks = ("end/adds-duration",)
    may_break = ENDS

    def new_reservation(self, purchase: Purchase) -> Reservation:
        reservation = super().new_reservation(purchase)
        earlier = list(purchase.region.reservations.values())
        if len(earlier) == 2:
            months = earlier[1].offering.duration
            reservation.end = self.end_of(reservation.start, months, purchase.now)
        return reservation


@shown_by(lambda play: play.at(NOW).buy("a1", "yesterday").buy("a1", "today").buy("a1", "tomorrow").buy("a1"))
class LockedAfterThreeMalformedStarts(RightEmulator):
    """Sells nothing more to an account whose Starts were malformed three times."""

    breaks = ("errors/refusal-has-no-effect",)
    may_break = REFUSED

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_start" and purchase.start_text.isalpha():
            purchase.region.notes["malformed"] = purchase.region.notes.get("malformed", 0) + 1

    def check_active(self, purchase: Purchase) -> None:
        super().check_active(purchase)
        if purchase.region.notes.get("malformed", 0) >= 3:
            raise Refusal(*BAD_REQUEST, "The account is locked.")


@shown_by(lambda play: play.at(NOW).buy("a1").page().at(MAY).offer(6).buy("b1").page())
class HistoryGoesWithTheOfferings(RightEmulator):
    """Lists no expired reservation of an offering that is defined no more."""

    breaks = ("lifecycle/history-kept",)
    may_break = (*CHANGED, "lists/pages-cover-once")

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        listed = super().listed_reservations(region, now)
        return [item for item in listed if not self.is_over(item, now) or item.offering.arn in region.offerings]


@shown_by(
    lambda play: (
        play.at(NOW).buy("a1").go(region=ELSEWHERE).buy("b1").at(MAY).buy("c1").at(JULY).go(region=HERE).buy("d1")
    )
)
class HeldByTwoRegionsForGood(RightEmulator):
    """Never frees an account that has purchased in another Region after it has in this one."""

    breaks = ("exclusivity/freed-from-end",)

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        regions = purchase.region.account.regions.values()
        later = [item for one in regions if one is not purchase.region for item in one.reservations.values()]
        moved = any(item.purchased >= reservation.purchased for item in later)
        return moved or super().excludes(reservation, purchase)


@shown_by(lambda play: play.at(NOW).buy("a1").show().go(OTHER).buy("b1", NOW).go(OWN).page())
class OneStartForAllAccounts(RightEmulator):
    """Files reservations by their Start for the list, so that another account's of the same Start hides one."""

    breaks = ("reservation/list-agrees",)
    may_break = (*CHANGED, "lists/pages-cover-once")

    def __init__(self) -> None:
        super().__init__()
        self.owners: dict[str, str] = {}

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        self.owners[reservation.start_text] = purchase.region.account.number

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        listed = super().listed_reservations(region, now)
        return [item for item in listed if self.owners[item.start_text] == region.account.number]


@shown_by(lambda play: play.at(NOW).buy("a1").show_offering().page("offerings", 1).show())
class DescribedAsTheOfferingSeen(RightEmulator):
    """Describes a reservation with another price once its offering was described and then listed."""

    breaks = ("reservation/describe-agrees",)
    may_break = CHANGED

    def describe_offering(self, request: Request, segment: str) -> Response:
        response = super().describe_offering(request, segment)
        self.region(request).notes["described"] = True
        return response

    def list_offerings(self, request: Request) -> Response:
        response = super().list_offerings(request)
        region = self.region(request)
        if region.notes.get("described") and region.reservations:
            region.notes["listed"] = True
        return response

    def describe_reservation(self, request: Request, segment: str) -> Response:
        region = self.region(request)
        self.seen = bool(region.notes.get("listed"))
        return super().describe_reservation(request, segment)

    def described_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().described_reservation_wire(reservation, now)
        return {**wire, "pricePerUnit": "0"} if self.seen else wire


@shown_by(lambda play: play.at(NOW).offer(36).buy("a1").show().at("2027-06-01T12:00:00Z").buy("b1"))
class LostAfterAYearOfSilence(ForgetsTheActive):
    """Forgets the active reservation of an account that has asked for nothing for more than a year."""

    breaks = ("exclusivity/held-until-end",)
    may_break = LOST

    def region(self, request: Request) -> Region:
        region = super().region(request)
        now = self.now(region.account)
        if now - region.notes.get("asked", now) > timedelta(days=366):
            self.lose(region)
        region.notes["asked"] = now
        return region


@shown_by(lambda play: play.at(NOW).buy("a1", start=MAY).at(MAY).buy("a1", start=MAY))
class RefusedForGood(RightEmulator):
    """Keeps what it refused a purchase for, and gives the same answer to the same request when it has become right."""

    breaks = ("errors/refusal-has-no-effect",)
    may_break = (
        "start-window/follows-the-clock",
        "start-window/interior",
        "start-window/upper-bound-inclusive",
        "exclusivity/freed-from-end",
    )

    def run_checks(self, purchase: Purchase) -> None:
        refused = purchase.region.notes.setdefault("refused", {})
        request = purchase.offering_arn, str(purchase.members)
        if request in refused:
            raise refused[request]
        try:
            super().run_checks(purchase)
        except Refusal as refusal:
            refused[request] = refusal
            raise
