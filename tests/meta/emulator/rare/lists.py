"""Rare mutants of lists: pages that are wrong for certain numbers of items and sizes of pages only."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import re
from datetime import datetime
from urllib.parse import parse_qsl

from tests.meta.emulator.messages import Offering, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.rare.play import Play, shown_by
from tests.meta.emulator.reading import Item
from tests.meta.emulator.right import RightEmulator

COVER = ("lists/pages-cover-once",)
SIZE = ("lists/max-results",)
LEFT_OUT = ("lists/offerings-agree", "lifecycle/history-kept", "reservation/list-agrees", "lists/max-results")
NOW = "2026-03-15T12:00:00Z"


def walked(play: Play, count: int, size: int | None) -> Play:
    """List so many offerings in pages of this size."""
    return play.at(NOW).offer(count=count).walk("offerings", size)


class PagesOtherwise(RightEmulator):
    """Cuts pages out otherwise; a base of mutants, and no mutant itself."""

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        parameters = self.query_of(request)
        size, first = self.page_size(parameters), self.first_item(region, kind, parameters)
        page, following = self.cut(items, first, size)
        return page, (None if following is None else self.give_token(region, kind, following))

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        raise NotImplementedError

    def rightly(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        following = first + size
        return items[first:following], (following if following < len(items) else None)


@shown_by(lambda play: walked(play, 7, 3))
class LastSingleItemLost(PagesOtherwise):
    """Gives no token where the last page would have one item only."""

    breaks = COVER
    may_break = LEFT_OUT

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        page, following = self.rightly(items, first, size)
        return page, (None if following == len(items) - 1 and size > 1 else following)


@shown_by(lambda play: walked(play, 6, 3))
class MultipleOfThePageLosesOne(PagesOtherwise):
    """Loses the last item where the number of items is a multiple of the page size, from the second page on."""

    breaks = COVER
    may_break = LEFT_OUT

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        page, following = self.rightly(items, first, size)
        return (page[:-1] if first and first + size == len(items) and size > 1 else page), following


@shown_by(lambda play: walked(play, 4, 2))
class FullLastPageGoesOn(PagesOtherwise):
    """Gives a token after a full last page of two or more items, which leads back to the first page."""

    breaks = COVER

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        page, following = self.rightly(items, first, size)
        return page, (0 if first and size > 1 and first + size == len(items) else following)


@shown_by(lambda play: walked(play, 5, 5))
class ExactlyOnePageLosesOne(PagesOtherwise):
    """Leaves the last item out where MaxResults of more than one is the number of items."""

    breaks = ("lists/offerings-agree",)
    may_break = (*COVER, *LEFT_OUT)

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        page, following = self.rightly(items, first, size)
        return (page[:-1] if size == len(items) > 1 else page), following


@shown_by(lambda play: walked(play, 7, 3))
class LastSingleItemTakenAlong(PagesOtherwise):
    """Puts an item that would be alone on the last page on the page before."""

    breaks = SIZE
    may_break = (*COVER, "lists/default-page")

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        alone = first + size == len(items) - 1 and size > 1
        return self.rightly(items, first, size + alone)


@shown_by(lambda play: walked(play, 25, 11))
class SizesInTens(RightEmulator):
    """Rounds a MaxResults of 11 to 99 up to whole tens, as it reads its items in tens."""

    breaks = SIZE
    may_break = COVER

    def read_max_results(self, text: str) -> int:
        size = super().read_max_results(text)
        return -(-size // 10) * 10 if 10 < size < 100 else size


@shown_by(lambda play: walked(play, 30, 1))
class AtMost25Pages(PagesOtherwise):
    """Ends a list after 25 pages."""

    breaks = COVER
    may_break = LEFT_OUT

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        page, following = self.rightly(items, first, size)
        return page, (None if first // size >= 24 else following)


@shown_by(lambda play: walked(play, 3, 256))
class MaxResultsInAByte(RightEmulator):
    """Keeps MaxResults in one byte: pages of 256, 512 and 768 are empty, and their tokens lead nowhere."""

    breaks = COVER
    may_break = LEFT_OUT

    def read_max_results(self, text: str) -> int:
        return super().read_max_results(text) % 256


@shown_by(lambda play: walked(play, 60, 20))
class FiftyFirstItemLost(RightEmulator):
    """Loses the 51st item of a list, between one batch of 50 and the next."""

    breaks = COVER
    may_break = LEFT_OUT

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        return super().page(request, region, kind, items[:50] + items[51:])


@shown_by(lambda play: walked(play, 120, 50))
class AtMostAHundredItems(RightEmulator):
    """Lists the first hundred items only."""

    breaks = COVER
    may_break = LEFT_OUT

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        return super().page(request, region, kind, items[:100])


@shown_by(lambda play: walked(play, 35, 10))
class ThirtySecondItemTwice(RightEmulator):
    """Lists the 32nd item twice, at the end of one batch of 32 and at the beginning of the next."""

    breaks = COVER
    may_break = SIZE

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        return super().page(request, region, kind, items[:32] + items[31:])


@shown_by(lambda play: walked(play, 12, 5))
class PlacesComparedAsTexts(PagesOtherwise):
    """Compares the places of pages as texts, and ends a list where the next is less, as 10 is less than 5."""

    breaks = COVER
    may_break = LEFT_OUT

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        page, following = self.rightly(items, first, size)
        return page, (None if following is not None and first and str(following) < str(first) else following)


@shown_by(lambda play: walked(play, 30, 7))
class FetchesInTwenties(PagesOtherwise):
    """Reads its items in twenties, and forgets the rest of a page that two of them share."""

    breaks = COVER
    may_break = LEFT_OUT

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        page, following = self.rightly(items, first, size)
        rest = 20 - first % 20
        return (page[:rest] if first and size < 20 else page), following


@shown_by(
    lambda play: play.at(NOW).offer(1, 2, 3, pricePerUnit="0.50", offeringDescription="the same").walk("offerings", 2)
)
class PagesByPriceAndDescription(RightEmulator):
    """Begins a page after the price and description of the last item, and so passes over others that have the same."""

    breaks = COVER
    may_break = LEFT_OUT

    def read_token(self, region: Region, kind: str, token: str) -> int:
        first = super().read_token(region, kind, token)
        listed = self.listed_offerings(region) if kind == "offerings" else []
        while 0 < first < len(listed) and self.key(listed[first]) == self.key(listed[first - 1]):
            first += 1
        return first

    def key(self, offering: Offering) -> tuple[str, str]:
        return offering.price_per_unit, offering.description


@shown_by(lambda play: play.at(NOW).offer(count=60, reservedBitrate=20).walk("offerings", 55))
class BitrateOfTheFirstFifty(RightEmulator):
    """Leaves the bitrate out after the fiftieth offering of a page."""

    breaks = ("lists/offerings-agree",)
    may_break = ("reservation/copies-offering",)

    def list_answer(self, member: str, items: list[Wire], token: str | None) -> Response:
        for item in items[50:] if member == "offerings" else []:
            item["resourceSpecification"].pop("reservedBitrate", None)
        return super().list_answer(member, items, token)


@shown_by(lambda play: play.at(NOW).buy("live").page().at("2026-05-01T12:00:00Z").buy("LIVE").page())
class NamesOfAnyCaseAreOne(RightEmulator):
    """Lists one reservation of those whose names differ in case only."""

    breaks = ("lifecycle/history-kept",)
    may_break = ("reservation/list-agrees", *COVER)

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return list({item.name.lower(): item for item in super().listed_reservations(region, now)}.values())


@shown_by(
    lambda play: [
        *(play.at(f"2026-{month:02}-15T12:00:00Z").buy(f"a{month}") for month in (3, 5, 7, 9, 11)),
        play.walk("reservations", 2),
    ]
)
class FifthReservationLost(RightEmulator):
    """Lists the first four reservations only where pages of fewer than four are asked for."""

    breaks = COVER
    may_break = LEFT_OUT

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        small = kind == "reservations" and self.page_size(self.query_of(request)) < 4
        return super().page(request, region, kind, items[:4] if small else items)


@shown_by(lambda play: play.at(NOW).buy("a").at("2026-05-15T12:00:00Z").buy("A").walk("reservations", 1))
class NamesWithoutCaseAsKeys(PagesOtherwise):
    """Goes on after the name of a page's last reservation, without regard to its case."""

    breaks = COVER
    may_break = LEFT_OUT

    def cut(self, items: list[Item], first: int, size: int) -> tuple[list[Item], int | None]:
        keys = [item.name.lower() if isinstance(item, Reservation) else item.arn for item in items]
        while 0 < first < len(items) and keys[first] == keys[first - 1]:
            first += 1
        return self.rightly(items, first, size)


@shown_by(lambda play: play.at(NOW).offer(count=3).page("offerings", "1_0"))
class UnderscoresInSizes(RightEmulator):
    """Reads MaxResults as Python reads a number, with underscores between its digits."""

    breaks = ("lists/max-results-refused",)

    def read_max_results(self, text: str) -> int:
        return super().read_max_results(text.replace("_", "") if re.fullmatch("[0-9]+(_[0-9]+)+", text) else text)


@shown_by(lambda play: play.at(NOW).page("offerings", 1, more="maxResults=2"))
class RepeatedParametersFail(RightEmulator):
    """Fails on a query in which a parameter stands twice, and is a list where a text is expected."""

    breaks = ("errors/no-server-fault",)

    def query_of(self, request: Request) -> dict[str, str]:
        names = [name for name, _ in parse_qsl(request.query, keep_blank_values=True, errors="replace")]
        if len(set(names)) < len(names):
            raise TypeError("'list' object has no attribute 'strip'")
        return super().query_of(request)
