"""Right emulators, and a few wrong ones, that keep accounts and Regions apart in every way that there is, or do not."""
# ruff: noqa: ARG002, D102 - what they override has its docstring in the right emulator

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from tests.meta.emulator.accounts import ONLY, ByHeader, ByRegion, OneAccount
from tests.meta.emulator.messages import Account, Offering, Purchase, Refusal, Region, Request, Reservation, Response
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations_in_policy import ExclusiveAcrossRegions
from tests.meta.emulator.variations_in_time import OneOfTwoReplicasLags


class Nameless(RightEmulator):
    """Has no account in its ARNs, so that a look at one account's offerings tells nothing."""

    def offering_arn(self, region: Region, unique: str) -> str:
        # The same for every account, as the offerings are the service's own.
        return f"arn:aws:mediaconnect:{region.name}::offering:{unique[:8]}-0000-4000-8000-000000000000"

    def default_offerings(self, region: Region) -> list[Offering]:
        return super().default_offerings(replace(region, account=Account(ONLY)))

    def reservation_arn(self, purchase: Purchase) -> str:
        return super().reservation_arn(purchase).replace(f":{purchase.region.account.number}:", "::")

    def check_arn(self, pattern: str, arn: str) -> None:
        return None


class NamelessByHeader(ByHeader, Nameless):
    """The account is moto's header, and in no ARN."""


class NamelessByRegion(ByRegion, Nameless):
    """Has one account, with a state for each Region."""


class NamelessOneAccount(OneAccount, Nameless):
    """Has one account and one Region."""


class BlocksInEveryRegion(ExclusiveAcrossRegions, NamelessByRegion):
    """Has one account, whose lists are each Region's own, and whose reservation blocks all of them."""


class NoExclusivity(Nameless):
    """Sells again and again; wrong, but told by its lists."""

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return False


class OneAccountWithoutExclusivity(OneAccount, NoExclusivity):
    """Sells again and again, to whomever: that another key can purchase proves nothing."""


class ByRegionWithoutExclusivity(ByRegion, NoExclusivity):
    """Sells again and again, with lists for each Region."""


class LeakyLists(Nameless):
    """Lists the reservations of all accounts to everybody; wrong, but its purchases are each account's own."""

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        accounts = list(self.accounts.values())
        regions = [account.regions[region.name] for account in accounts if region.name in account.regions]
        return [reservation for one in regions for reservation in list(one.reservations.values())]


class NamelessPast(Nameless):
    """Each account has an expired reservation from the start."""

    def region_of(self, account: Account, name: str) -> Region:
        with account.lock:
            is_new = name not in account.regions
            region = super().region_of(account, name)
            if is_new:
                self.remember(region)
            return region

    def remember(self, region: Region) -> None:
        """Give a Region a reservation that is over."""
        self.add(region, self.wall_time() - timedelta(days=400))

    def add(self, region: Region, start: datetime) -> None:
        offering = next(iter(region.offerings.values()))
        request = Request("POST", "", "", {}, b"", region.account.number, region.name)
        purchase = Purchase(request, region, start, offering.arn, {}, "old", "2020-01-01T00:00:00Z", start, offering)
        reservation = self.new_reservation(purchase)
        region.reservations[reservation.arn] = reservation


class NamelessPastOfOneAccount(OneAccount, NamelessPast):
    """The only account has an expired reservation from the start."""


class NamelessPastByRegion(ByRegion, NamelessPast):
    """The only account has an expired reservation in every Region."""


class ActiveFromTheStart(NamelessPast):
    """Each account has an active reservation from the start: it is not fresh."""

    def remember(self, region: Region) -> None:
        self.add(region, self.wall_time() - timedelta(days=1))


class LaggingOneAccount(NamelessOneAccount, OneOfTwoReplicasLags):
    """Has one account, and two replicas, one of which shows a purchase a moment later."""


class SellsNothing(Nameless):
    """Refuses every purchase; wrong, and nothing can be told of its accounts."""

    def check_window(self, purchase: Purchase) -> None:
        raise Refusal(400, "BadRequestException", "Nothing is for sale.")


class SpeaksAsMoto(NamelessByHeader):
    """Has moto's documented API beside its own."""

    def handle(self, request: Request) -> Response:
        if request.path == "/moto-api/config":
            body = {"batch": {"use_docker": True}, "lambda": {"use_docker": True}}
            return Response(201, {"Content-Type": "application/json"}, json.dumps(body).encode())
        return super().handle(request)


class AnswersEveryPath(NamelessOneAccount):
    """Answers any path that it does not know with an empty object."""

    def handle(self, request: Request) -> Response:
        known = request.path.startswith(("/v1/offerings", "/v1/reservations"))
        return super().handle(request) if known else Response(200, {"Content-Type": "application/json"}, b"{}")


class OneRegionOfMany(RightEmulator):
    """Has one Region, whatever Region is asked."""

    def handle(self, request: Request) -> Response:
        return super().handle(replace(request, region="us-east-1"))


class OtherRegionsRefused(RightEmulator):
    """Knows one Region, and refuses all others."""

    def route(self, request: Request) -> Response:
        if request.region != "us-east-1":
            raise Refusal(403, "ForbiddenException", "The Region is not enabled.")
        return super().route(request)


class FarRegionsRefused(RightEmulator):
    """Knows the Regions of one country, and refuses all others."""

    def route(self, request: Request) -> Response:
        if not request.region.startswith("us-"):
            raise Refusal(403, "ForbiddenException", "The Region is not enabled.")
        return super().route(request)


def counting(kind: Callable[[], RightEmulator]) -> "Counted":
    """The emulator, with a count of the purchases that it was asked for in earnest."""
    return Counted(kind())


class Counted(RightEmulator):
    """Hands every request on, and counts those that could buy, but for those of the probe, which have no Start."""

    def __init__(self, emulator: RightEmulator) -> None:
        super().__init__()
        self.emulator = emulator
        self.purchases = 0

    def handle(self, request: Request) -> Response:
        self.purchases += request.method == "POST" and b"no start" not in request.body
        return self.emulator.handle(request)
