"""Mutants whose lists, pages and tokens are wrong."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import base64
from typing import Any

from tests.meta.emulator.messages import Offering, Region, Request, Response, Wire
from tests.meta.emulator.reading import Item
from tests.meta.emulator.right import RightEmulator

SIZE = ("lists/max-results",)
RANGE = ("lists/max-results-range",)
REFUSED_SIZES = ("lists/max-results-refused",)
COVER = ("lists/pages-cover-once",)
BAD_TOKEN = ("lists/bad-token", "errors/no-server-fault")
REFUSED = ("lists/bad-token-refused",)
DEFAULT = ("lists/default-page",)
AGREE = ("lists/offerings-agree",)


class MaxResultsIgnored(RightEmulator):
    """Has pages of ten items, whatever is asked for."""

    breaks = SIZE
    may_break = COVER

    def page_size(self, parameters: dict[str, str]) -> int:
        super().page_size(parameters)
        return self.default_page


class OneItemTooMany(RightEmulator):
    """Puts one item more on a page than was asked for."""

    breaks = SIZE
    may_break = COVER

    def read_max_results(self, text: str) -> int:
        return super().read_max_results(text) + 1


class AtLeastFiveItems(RightEmulator):
    """Has no pages of fewer than five items."""

    breaks = SIZE
    may_break = COVER

    def read_max_results(self, text: str) -> int:
        return max(5, super().read_max_results(text))


class ZeroIsTheDefault(RightEmulator):
    """Takes a MaxResults of 0 for none."""

    breaks = REFUSED_SIZES

    def read_max_results(self, text: str) -> int:
        return self.default_page if text == "0" else super().read_max_results(text)


class SignIsIgnored(RightEmulator):
    """Takes a negative MaxResults without its sign."""

    breaks = REFUSED_SIZES

    def read_max_results(self, text: str) -> int:
        return super().read_max_results(text.removeprefix("-"))


class LargeIsClamped(RightEmulator):
    """Takes a MaxResults of over 1000 for 1000."""

    breaks = REFUSED_SIZES

    def read_max_results(self, text: str) -> int:
        return super().read_max_results("1000" if text.isdecimal() and int(text[:9]) > 1000 else text)


class WordsAreIgnored(RightEmulator):
    """Ignores a MaxResults that is not a number."""

    breaks = REFUSED_SIZES

    def read_max_results(self, text: str) -> int:
        number = text.removeprefix("-").isdecimal()
        return super().read_max_results(text) if number else self.default_page


class AtMostAHundred(RightEmulator):
    """Refuses a MaxResults of over 100."""

    breaks = RANGE
    may_break = ("lists/max-results", "lists/pages-cover-once")
    largest_page = 100


class AtMost999(RightEmulator):
    """Refuses a MaxResults of 1000."""

    breaks = RANGE
    may_break = ("lists/max-results", "lists/pages-cover-once")
    largest_page = 999


class LastOfPageRepeated(RightEmulator):
    """Begins each page with the last item of the page before, where a page has two or more."""

    breaks = COVER

    def first_item(self, region: Region, kind: str, parameters: dict[str, str]) -> int:
        first = super().first_item(region, kind, parameters)
        return first - 1 if first > 0 and self.page_size(parameters) > 1 else first


class ItemBetweenPagesSkipped(RightEmulator):
    """Begins each page one item too far on."""

    breaks = COVER
    may_break = AGREE

    def give_token(self, region: Region, kind: str, following: int) -> str:
        return super().give_token(region, kind, following + 1)


class LastPageLost(RightEmulator):
    """Gives no token for a last page that is not full."""

    breaks = COVER
    may_break = (*AGREE, "reservation/list-agrees")

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        page, token = super().page(request, region, kind, items)
        size = self.page_size(self.query_of(request))
        first = self.first_item(region, kind, self.query_of(request))
        return page, (token if len(items) - first - size >= size else None)


class PagesNeverEnd(RightEmulator):
    """Gives a token on the last page too, which leads back to the first."""

    breaks = COVER

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        page, token = super().page(request, region, kind, items)
        continued = "nextToken" in self.query_of(request)
        return page, token or (self.give_token(region, kind, 0) if continued else None)


class LaterPagesAreLong(RightEmulator):
    """Forgets MaxResults on every page but the first."""

    # Every item is shown once all the same, so that the walk itself is whole.
    breaks = SIZE
    may_break = (*COVER, "lists/default-page")

    def page_size(self, parameters: dict[str, str]) -> int:
        size = super().page_size(parameters)
        return 1000 if "nextToken" in parameters else size


class TokenFails(RightEmulator):
    """Fails on a token that it has not given."""

    breaks = BAD_TOKEN
    may_break = REFUSED

    def bad_token(self) -> int:
        raise KeyError("token")


class TokenDecodingFails(RightEmulator):
    """Fails on a token that is not base64."""

    breaks = BAD_TOKEN
    may_break = REFUSED

    def read_token(self, region: Region, kind: str, token: str) -> int:
        base64.b64decode(token.encode("ascii"), validate=True).decode()
        return super().read_token(region, kind, token)

    def give_token(self, region: Region, kind: str, following: int) -> str:
        given = super().give_token(region, kind, following)
        token = base64.b64encode(given.encode()).decode()
        region.tokens[token] = region.tokens.pop(given)
        return token


class NumberAsTokenFails(RightEmulator):
    """Reads a token as a number, and fails where it is none."""

    breaks = BAD_TOKEN
    may_break = REFUSED

    def read_token(self, region: Region, kind: str, token: str) -> int:
        int(token)
        return super().read_token(region, kind, token)

    def give_token(self, region: Region, kind: str, following: int) -> str:
        given = super().give_token(region, kind, following)
        token = str(int(given, 16))
        region.tokens[token] = region.tokens.pop(given)
        return token


class BadTokenIsIgnored(RightEmulator):
    """Shows the first page where the token was never given."""

    breaks = REFUSED

    def bad_token(self) -> int:
        return 0


class BadTokenIsTheEnd(RightEmulator):
    """Shows an empty page where the token was never given."""

    breaks = REFUSED

    def bad_token(self) -> int:
        return 1_000_000


class DefaultOfAHundred(RightEmulator):
    """Has pages of up to a hundred items where none is asked for."""

    breaks = DEFAULT
    default_page = 100


class DefaultOfEleven(RightEmulator):
    """Has pages of up to eleven items where none is asked for."""

    breaks = DEFAULT
    default_page = 11


class ListedPriceRounded(RightEmulator):
    """Lists offerings with a price of two digits."""

    breaks = AGREE
    may_break = ("reservation/copies-offering",)

    def listed_offering_wire(self, offering: Offering) -> Wire:
        try:
            price = f"{float(offering.price_per_unit):.2f}"
        except ValueError:
            price = offering.price_per_unit
        return {**super().listed_offering_wire(offering), "pricePerUnit": price}


class ListedDescriptionCut(RightEmulator):
    """Lists offerings with the first forty characters of their descriptions."""

    breaks = AGREE
    may_break = ("reservation/copies-offering",)

    def listed_offering_wire(self, offering: Offering) -> Wire:
        return {**super().listed_offering_wire(offering), "offeringDescription": offering.description[:40]}


class OfferingsOfOneDurationMerged(RightEmulator):
    """Lists one offering for each duration."""

    breaks = AGREE
    may_break = COVER

    def listed_offerings(self, region: Region) -> list[Offering]:
        return list({offering.duration: offering for offering in super().listed_offerings(region)}.values())


class LongOfferingsNotListed(RightEmulator):
    """Lists offerings of up to a year only."""

    breaks = AGREE
    may_break = COVER

    def listed_offerings(self, region: Region) -> list[Offering]:
        return [offering for offering in super().listed_offerings(region) if offering.duration <= 12]


class LastOfferingNotListed(RightEmulator):
    """Leaves out the last offering of three or more."""

    breaks = AGREE
    may_break = COVER

    def listed_offerings(self, region: Region) -> list[Offering]:
        listed = super().listed_offerings(region)
        return listed[:-1] if len(listed) > 2 else listed


class DescribedWithoutBitrate(RightEmulator):
    """Describes an offering without its bitrate, which the list has."""

    breaks = AGREE
    may_break = ("reservation/copies-offering",)

    def describe_offering(self, request: Request, segment: str) -> Response:
        offering = self.find_offering(self.region(request), self.decode_arn(segment))
        wire: dict[str, Any] = self.offering_wire(offering)
        wire["resourceSpecification"] = {"resourceType": "Mbps_Outbound_Bandwidth"}
        return self.success(self.read_status, {"offering": wire})
