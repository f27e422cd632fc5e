"""Variations in lists: pages of every size, tokens of every form, and what a list shows to whom."""
# ruff: noqa: ARG002, D102 - a variation overrides methods whose arguments and docstrings are the right emulator's

import base64
import hashlib
import json
import random
import re
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tests.meta.emulator.base import BAD_REQUEST
from tests.meta.emulator.messages import Offering, Refusal, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.reading import Item
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations_in_policy import ActiveBase


class PagesOfOne(RightEmulator):
    """Has one item on a page, whatever MaxResults says: fewer than asked for is fine."""

    def page_size(self, parameters: dict[str, str]) -> int:
        return min(1, super().page_size(parameters))


class RepeatedSizesIgnored(RightEmulator):
    """Takes a page size that stands twice for none: which of two binds, nobody says."""

    def query_of(self, request: Request) -> dict[str, str]:
        parameters = super().query_of(request)
        if request.query.count("maxResults=") > 1:
            del parameters["maxResults"]
        return parameters


class DefaultPageOfOne(RightEmulator):
    """Has one item on a page where no size is asked for: at most ten is all that is said."""

    default_page = 1


class PagesOfAtMostSeven(RightEmulator):
    """Accepts every MaxResults from 1 to 1000, and gives at most seven items: fewer than asked for is fine."""

    def page_size(self, parameters: dict[str, str]) -> int:
        return min(7, super().page_size(parameters))


class PagesOfAnyLength(RightEmulator):
    """Has pages of one item up to as many as are asked for, by chance: fewer is fine."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self.random = random.Random(seed)

    def page_size(self, parameters: dict[str, str]) -> int:
        return self.random.randint(1, super().page_size(parameters))


class PagesOfOneOrTwo(PagesOfAnyLength):
    """Has one item on a page or two, by chance, however many are asked for."""

    def page_size(self, parameters: dict[str, str]) -> int:
        return min(2, super().page_size(parameters), self.random.randint(1, 2))


class EmptyPagesBetween(RightEmulator):
    """Puts three empty pages before each page but the first: a page may be empty and yet have a token."""

    empty_pages: ClassVar[int] = 3

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        given = self.query_of(request).get("nextToken", "")
        page, token = super().page(request, region, kind, items)
        to_come = region.notes.setdefault("empty pages", {})
        if to_come.get(given):
            token = self.give_token(region, kind, self.read_token(region, kind, given))
            to_come[token] = to_come[given] - 1
            return [], token
        if token is not None:
            to_come[token] = self.empty_pages
        return page, token


class EmptyLastToken(RightEmulator):
    """Has an empty nextToken on the last page, which SDKs read as none."""

    def list_answer(self, member: str, items: list[Wire], token: str | None) -> Response:
        return self.success(self.read_status, {member: items, "nextToken": token or ""})


class PagesOfASnapshot(RightEmulator):
    """Goes on with the list as it was at its first page; a reservation that is purchased meanwhile is not in it."""

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        snapshots: dict[str, list[Any]] = region.notes.setdefault("snapshots", {})
        listed = snapshots.get(self.query_of(request).get("nextToken", ""), items)
        page, token = super().page(request, region, kind, listed)
        if token is not None:
            snapshots[token] = listed
        return page, token


class PagesAfterTheLastItem(RightEmulator):
    """Lists in the order of ARNs, and goes on after the last ARN shown, as a database does."""

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        last_arns: dict[str, str] = region.notes.setdefault("last ARNs", {})
        parameters = self.query_of(request)
        size = self.page_size(parameters)
        self.first_item(region, kind, parameters)
        after = last_arns.get(parameters.get("nextToken", ""), "")
        following = sorted((item for item in items if item.arn > after), key=lambda item: item.arn)
        if len(following) <= size:
            return following, None
        token = self.give_token(region, kind, 0)
        last_arns[token] = following[size - 1].arn
        return following[:size], token


class OwnTokensBase(RightEmulator):
    """Has tokens in a form of its own; `form` makes one from a unique text."""

    def form(self, unique: str) -> str:
        raise NotImplementedError

    def give_token(self, region: Region, kind: str, following: int) -> str:
        token = self.form(uuid.uuid4().hex)
        region.tokens[token] = (kind, following)
        return token


class JsonTokens(OwnTokensBase):
    """Has tokens that are JSON, with quotes, braces, colons and spaces."""

    def form(self, unique: str) -> str:
        return json.dumps({"after": [unique], "page": {"desc": False}})


class LongTokens(OwnTokensBase):
    """Has tokens of two thousand characters."""

    def form(self, unique: str) -> str:
        return unique + hashlib.shake_256(unique.encode()).hexdigest(984)


class TokensWithDelimiters(OwnTokensBase):
    """Has tokens with every sign that means something in a query, an escaped one among them."""

    def form(self, unique: str) -> str:
        return f" a&maxResults=1?b#c;d+e%20%2Bf/g:h=={unique}== "


class TokensInOtherScripts(OwnTokensBase):
    """Has tokens with letters of other scripts, composed and not, and one beyond the first plane."""

    def form(self, unique: str) -> str:
        return f"página-nächste-次の-e\u0301-😀-{unique}"


class Base64Tokens(OwnTokensBase):
    """Has tokens in base64, with plus signs, slashes and equals signs."""

    def form(self, unique: str) -> str:
        return base64.b64encode(b"\xfb\xef\xbe\xff\xff" + bytes.fromhex(unique)).decode()


class NumberTokens(RightEmulator):
    """Has tokens that are the number of the next item, the same for every account and both lists."""

    departs_from = ("lists/bad-token-refused",)

    def give_token(self, region: Region, kind: str, following: int) -> str:
        return str(following)

    def read_token(self, region: Region, kind: str, token: str) -> int:
        return int(token) if re.fullmatch(r"[1-9]\d{0,5}", token, re.ASCII) else self.bad_token()


class TokensOfOneStateOfTheList(RightEmulator):
    """Refuses a token once the list has changed: nothing says how long a token holds."""

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        lists: dict[str, list[str]] = region.notes.setdefault("lists", {})
        arns = [item.arn for item in items]
        page, token = super().page(request, region, kind, items)
        if lists.get(self.query_of(request).get("nextToken", ""), arns) != arns:
            raise Refusal(*BAD_REQUEST, "NextToken has expired: the list has changed.")
        if token is not None:
            lists[token] = arns
        return page, token


class TokensOfOnePageSize(RightEmulator):
    """Refuses a token with another MaxResults than that of the page which gave it."""

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        sizes: dict[str, str] = region.notes.setdefault("sizes", {})
        parameters = self.query_of(request)
        size = parameters.get("maxResults", "")
        page, token = super().page(request, region, kind, items)
        if sizes.get(parameters.get("nextToken", ""), size) != size:
            raise Refusal(*BAD_REQUEST, "NextToken belongs to another MaxResults.")
        if token is not None:
            sizes[token] = size
        return page, token


class TokensOfOneUse(RightEmulator):
    """Forgets a token once it was sent, whether it was taken or refused: nothing says that it may be used again."""

    def read_token(self, region: Region, kind: str, token: str) -> int:
        given_for, first = region.tokens.pop(token, ("", 0))
        return first if given_for == kind else self.bad_token()


class TokensOfAnHour(RightEmulator):
    """Refuses a token an hour of the account's time after it was given: nothing says how long a token holds."""

    def give_token(self, region: Region, kind: str, following: int) -> str:
        token = super().give_token(region, kind, following)
        region.notes.setdefault("given", {})[token] = self.now(region.account)
        return token

    def read_token(self, region: Region, kind: str, token: str) -> int:
        now = self.now(region.account)
        given: datetime = region.notes.get("given", {}).get(token, now)
        return self.bad_token() if now - given > timedelta(hours=1) else super().read_token(region, kind, token)


class MaxResultsClamped(RightEmulator):
    """Takes a number out of range for the nearest one in it, which "might return fewer results" leaves room for."""

    departs_from = ("lists/max-results-refused",)

    def read_max_results(self, text: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,4000}", text, re.ASCII):
            raise Refusal(*BAD_REQUEST, "MaxResults must be a number.")
        return min(max(int(text), 1), self.largest_page)


class OddMaxResultsIgnored(RightEmulator):
    """Takes a MaxResults that is not a number from 1 to 1000 for none at all."""

    departs_from = ("lists/max-results-refused",)

    def read_max_results(self, text: str) -> int:
        try:
            return super().read_max_results(text)
        except Refusal:
            return self.default_page


class OnlyItsOwnOfferingWhileActive(ActiveBase):
    """Lists to an account with an active reservation no offering but the reservation's."""

    def listed_offerings(self, region: Region) -> list[Offering]:
        now = self.now(region.account)
        held = {item.offering.arn for item in list(region.reservations.values()) if not self.is_over(item, now)}
        return [offering for offering in super().listed_offerings(region) if not held or offering.arn in held]


class OfferingsHiddenInEveryRegion(ActiveBase):
    """Lists no offerings in any Region to an account with an active reservation in one, and sells none."""

    def is_active(self, region: Region) -> bool:
        return any(super(OfferingsHiddenInEveryRegion, self).is_active(one) for one in regions_of(region))

    def listed_offerings(self, region: Region) -> list[Offering]:
        return [] if self.is_active(region) else super().listed_offerings(region)

    def rivals(self, purchase: Any) -> list[Reservation]:
        return [reservation for one in regions_of(purchase.region) for reservation in list(one.reservations.values())]


def regions_of(region: Region) -> list[Region]:
    """Give every Region of the account of this one."""
    return list(region.account.regions.values())


class OfferingsInOneRegionOnly(RightEmulator):
    """Has offerings in the first Region that it knows, and none in any other where nobody defines some."""

    has_control = False
    leaves_open = ("exclusivity/other-region",)

    def default_offerings(self, region: Region) -> list[Offering]:
        return super().default_offerings(region) if region.name == "us-east-1" else []


class NoOfferingsOfItsOwn(RightEmulator):
    """Has no offerings where nobody defines some."""

    leaves_open = ("errors/unknown-offering",)
    has_control = False

    def default_offerings(self, region: Region) -> list[Offering]:
        return []


class OneOfferingOfItsOwn(RightEmulator):
    """Has a single offering where nobody defines some."""

    has_control = False

    def default_offerings(self, region: Region) -> list[Offering]:
        return super().default_offerings(region)[:1]


class ManyOfferingsOfItsOwn(RightEmulator):
    """Has sixty offerings where nobody defines some, so that lists have pages; of terms up to ten years."""

    has_control = False

    def default_offerings(self, region: Region) -> list[Offering]:
        return [
            Offering(
                self.offering_arn(region, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{region.account.number}/{months}"))),
                months * 2,
                f"Term {months}",
                f"{months / 8}",
                None if months % 3 else months * 10,
            )
            for months in range(1, 61)
        ]
