"""Rare mutants of lists: walks that other walks, other calls, other places or other sizes disturb."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from datetime import datetime
from urllib.parse import unquote_to_bytes

from tests.meta.emulator.messages import Offering, Refusal, Region, Request, Reservation, Response
from tests.meta.emulator.rare.lists import COVER, LEFT_OUT, PagesOtherwise
from tests.meta.emulator.rare.lists_of_tokens import BAD_TOKEN, FAULT, NOW, offered
from tests.meta.emulator.rare.play import ELSEWHERE, HERE, OTHER, OWN, Play, shown_by
from tests.meta.emulator.reading import Item
from tests.meta.emulator.right import RightEmulator


class ForgetsTokens(RightEmulator):
    """Fails on tokens that it has forgotten; a base of mutants, and no mutant itself."""

    def forget_tokens(self, region: Region) -> None:
        region.notes["forgotten"] = set(region.tokens)

    def read_token(self, region: Region, kind: str, token: str) -> int:
        if token in region.notes.get("forgotten", ()):
            raise KeyError(token)
        return super().read_token(region, kind, token)


@shown_by(lambda play: offered(play).page("offerings", 2).page("offerings", token="x").page("offerings", 2, 0))
class BadTokenForgetsTheOthers(ForgetsTokens):
    """Fails on every token that it gave before it refused one."""

    breaks = FAULT
    may_break = (*BAD_TOKEN, *COVER)

    def bad_token(self) -> int:
        for account in list(self.accounts.values()):
            for region in list(account.regions.values()):
                self.forget_tokens(region)
        return super().bad_token()


@shown_by(lambda play: offered(play).page("offerings", 2).show_offering().page("offerings", 2, 0))
class LookForgetsTokens(ForgetsTokens):
    """Fails on a token that it gave before an offering was described."""

    breaks = FAULT
    may_break = (*BAD_TOKEN, *COVER)

    def describe_offering(self, request: Request, segment: str) -> Response:
        self.forget_tokens(self.region(request))
        return super().describe_offering(request, segment)


@shown_by(lambda play: offered(play).page("offerings", 2).page().page("offerings", 2, 0))
class OtherListForgetsTokens(ForgetsTokens):
    """Fails on a token of one list that it gave before the other one was listed."""

    breaks = FAULT
    may_break = (*BAD_TOKEN, *COVER)

    def list_reservations(self, request: Request) -> Response:
        self.forget_tokens(self.region(request))
        return super().list_reservations(request)


@shown_by(lambda play: offered(play).page("offerings", 2).go(region=ELSEWHERE).page("offerings", 2, 0).go(region=HERE))
class TokenOfAnotherRegionFails(RightEmulator):
    """Fails on a token that it gave in another Region of the account."""

    breaks = FAULT
    may_break = BAD_TOKEN

    def read_token(self, region: Region, kind: str, token: str) -> int:
        others = [one for one in list(region.account.regions.values()) if one is not region]
        if any(token in one.tokens for one in others):
            raise LookupError(region.name)
        return super().read_token(region, kind, token)


@shown_by(
    lambda play: offered(play).page("offerings", 2).go(OTHER).page("offerings", 2, 0).go(OWN).walk("offerings", 2, 0)
)
class TokenMovedByAnotherAccount(RightEmulator):
    """Goes on one item later with a token that another account has tried."""

    breaks = COVER
    may_break = LEFT_OUT

    def read_token(self, region: Region, kind: str, token: str) -> int:
        for account in list(self.accounts.values()):
            for other in list(account.regions.values()):
                if account is not region.account and token in other.tokens:
                    given_for, first = other.tokens[token]
                    other.tokens[token] = given_for, first + 1
        return super().read_token(region, kind, token)


@shown_by(lambda play: offered(play).walk("offerings", 4).walk("offerings", 2))
class SmallerPagesAfterLargerOnes(PagesOtherwise):
    """Repeats an item where a walk has smaller pages than the walk before."""

    breaks = COVER
    may_break = LEFT_OUT

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        parameters = self.query_of(request)
        size = self.page_size(parameters)
        if "nextToken" not in parameters:
            region.notes[f"{kind} before"] = region.notes.get(f"{kind} now", size)
            region.notes[f"{kind} now"] = size
        self.is_smaller = size < region.notes.get(f"{kind} before", size)
        return super().page(request, region, kind, items)

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        page, following = self.rightly(items, first, size)
        again = self.is_smaller and size > 1 and following is not None
        return page, (following - 1 if again and following is not None else following)


@shown_by(lambda play: offered(play, 12).walk("offerings", 4))
class ThreeFullPagesLoseOne(PagesOtherwise):
    """Loses the last item of a third page of four or more that is just full."""

    breaks = COVER
    may_break = LEFT_OUT

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        page, following = self.rightly(items, first, size)
        return (page[:-1] if size > 3 and 3 * size == len(items) == first + size else page), following


@shown_by(lambda play: offered(play).page("offerings", 2).at("2026-03-17T12:00:00Z").page("offerings", 2, 0))
class TokenOfYesterdayFails(RightEmulator):
    """Fails on a token that is more than a day old."""

    breaks = FAULT
    may_break = BAD_TOKEN

    def give_token(self, region: Region, kind: str, following: int) -> str:
        token = super().give_token(region, kind, following)
        region.notes.setdefault("days", {})[token] = self.now(region.account).date()
        return token

    def read_token(self, region: Region, kind: str, token: str) -> int:
        today = self.now(region.account).date()
        if region.notes.get("days", {}).get(token, today) != today:
            raise KeyError(token)
        return super().read_token(region, kind, token)


@shown_by(lambda play: play.at(NOW).offer(count=5).page("offerings", 1001).walk("offerings", 1))
class RefusedSizeIsKept(RightEmulator):
    """Lists one item less in the walk that follows a MaxResults that it has refused."""

    breaks = COVER
    may_break = LEFT_OUT

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        try:
            self.page_size(self.query_of(request))
        except Refusal:
            region.notes[f"{kind} refused"] = True
            raise
        refused = region.notes.get(f"{kind} refused") and len(items) > 1
        page, token = super().page(request, region, kind, items[:-1] if refused else items)
        if token is None:
            region.notes.pop(f"{kind} refused", None)
        return page, token


@shown_by(lambda play: offered(play).buy("a1").at("2030-01-15T12:00:00Z").page("offerings"))
class SoldOfferingsAreGone(RightEmulator):
    """Never lists an offering again that was purchased once."""

    breaks = ("lists/offerings-agree",)
    may_break = COVER

    def listed_offerings(self, region: Region) -> list[Offering]:
        sold = {item.offering.arn for item in list(region.reservations.values())}
        active = any(not self.is_over(item, self.now(region.account)) for item in list(region.reservations.values()))
        return [one for one in super().listed_offerings(region) if active or one.arn not in sold]


@shown_by(lambda play: play.at(NOW).buy("a1").go(region="us-east-2").page())
class RegionsByTheirBeginning(RightEmulator):
    """Lists the reservations of every Region whose name begins like the one that is asked."""

    breaks = ("lifecycle/isolated",)
    may_break = ("errors/refusal-has-no-effect", *COVER)

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        beginning = region.name.rpartition("-")[0]
        regions = [one for name, one in list(region.account.regions.items()) if name.rpartition("-")[0] == beginning]
        return [item for one in regions for item in super(RegionsByTheirBeginning, self).listed_reservations(one, now)]


@shown_by(lambda play: offered(play).page("offerings", "²"))
class SuperscriptsFail(RightEmulator):
    """Fails on a MaxResults of a digit that is not a decimal one."""

    breaks = FAULT

    def read_max_results(self, text: str) -> int:
        return super().read_max_results(str(int(text)) if text.isdigit() else text)


@shown_by(lambda play: play.at(NOW).buy("a1", query="x=%FF"))
class QueriesAreUtf8(RightEmulator):
    """Fails on a query whose bytes are not UTF-8."""

    breaks = FAULT

    def route(self, request: Request) -> Response:
        unquote_to_bytes(request.query).decode()
        return super().route(request)


def bought_in_turns(play: Play) -> Play:
    """Purchase in one Region, twice in another, and in the first again, each a month after the one before."""
    for number, region in enumerate((HERE, ELSEWHERE, ELSEWHERE, HERE)):
        play.go(region=region).at(f"2026-0{number + 3}-20T12:00:00Z").offer(1).buy(f"n{number}")
    return play


@shown_by(lambda play: bought_in_turns(play).walk("reservations", 1))
class RegionFilteredAfterTheCut(RightEmulator):
    """Cuts its pages from the reservations of all Regions and then leaves out the others; a short page is the last."""

    breaks = COVER
    may_break = LEFT_OUT

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        if kind != "reservations":
            return super().page(request, region, kind, items)
        parameters = self.query_of(request)
        size, first = self.page_size(parameters), self.first_item(region, kind, parameters)
        regions = list(region.account.regions.values())
        everywhere = [each for one in regions for each in one.reservations.values()]
        everywhere.sort(key=lambda each: each.purchased)
        cut = everywhere[first : first + size]
        page = [item for item in items if item in cut]
        return page, self.give_token(region, kind, first + size) if len(page) == size else None
