"""Rare mutants of lists: tokens that are used twice, late, elsewhere or with another page size."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import base64
import hashlib

from tests.meta.emulator.base import BAD_REQUEST
from tests.meta.emulator.messages import Purchase, Refusal, Region, Request, Reservation
from tests.meta.emulator.rare.play import OTHER, Play, shown_by
from tests.meta.emulator.reading import Item
from tests.meta.emulator.right import RightEmulator

COVER = ("lists/pages-cover-once",)
SIZE = ("lists/max-results",)
FAULT = ("errors/no-server-fault",)
LEFT_OUT = ("lists/offerings-agree", "lifecycle/history-kept", "reservation/list-agrees")
BAD_TOKEN = ("lists/bad-token", "lists/bad-token-refused")
NOW = "2026-03-15T12:00:00Z"


def offered(play: Play, count: int = 9) -> Play:
    """Define so many offerings."""
    return play.at(NOW).offer(count=count)


@shown_by(lambda play: offered(play).page("offerings", 2).walk("offerings", 3, 0))
class TokensCountPages(RightEmulator):
    """Keeps the number of a page in its token, and so repeats or loses items where the next page has another size."""

    breaks = COVER
    may_break = LEFT_OUT

    def first_item(self, region: Region, kind: str, parameters: dict[str, str]) -> int:
        first = super().first_item(region, kind, parameters)
        before = region.notes.get(parameters.get("nextToken"), 1)
        return first // before * self.page_size(parameters)

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        page, token = super().page(request, region, kind, items)
        if token is not None:
            region.notes[token] = self.page_size(self.query_of(request))
        return page, token


@shown_by(lambda play: offered(play).page("offerings", 5).page("offerings", 2, 0))
class TokensKeepTheSize(RightEmulator):
    """Goes on with the page size that a token was given for, whatever is asked for with it."""

    breaks = SIZE
    may_break = COVER

    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[str, int] = {}

    def page_size(self, parameters: dict[str, str]) -> int:
        asked_for = super().page_size(parameters)
        return self.sizes.get(parameters.get("nextToken", ""), asked_for)

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        page, token = super().page(request, region, kind, items)
        if token is not None:
            self.sizes[token] = self.page_size(self.query_of(request))
        return page, token


@shown_by(lambda play: offered(play).page("offerings", 2).page("offerings", 2, 0).page("offerings", 2, 0))
class TokenUsedTwiceFails(RightEmulator):
    """Fails on a token that is used for the second time."""

    breaks = FAULT
    may_break = (*BAD_TOKEN, *COVER)

    def read_token(self, region: Region, kind: str, token: str) -> int:
        first = super().read_token(region, kind, token)
        used: set[str] = region.notes.setdefault("used", set())
        if token in used:
            raise RuntimeError("the cursor is closed")
        used.add(token)
        return first


@shown_by(lambda play: offered(play).page("offerings", 2).page("offerings", 2, 0).walk("offerings", 2, 0))
class TokenMovesOn(RightEmulator):
    """Shows the page after, where a token is used for the second time."""

    breaks = COVER
    may_break = LEFT_OUT

    def read_token(self, region: Region, kind: str, token: str) -> int:
        first = super().read_token(region, kind, token)
        uses = region.notes[token] = region.notes.get(token, 0) + 1
        return first if uses == 1 else first + 1


@shown_by(lambda play: offered(play).page("offerings", 2).page("offerings", 3).walk("offerings", 2, 0))
class OneCursorForAList(RightEmulator):
    """Keeps one cursor for a list, so that a second walk moves the first one's."""

    breaks = COVER
    may_break = LEFT_OUT

    def give_token(self, region: Region, kind: str, following: int) -> str:
        region.notes[f"{kind} cursor"] = following
        return super().give_token(region, kind, following)

    def read_token(self, region: Region, kind: str, token: str) -> int:
        super().read_token(region, kind, token)
        return int(region.notes[f"{kind} cursor"])


@shown_by(lambda play: offered(play).page("offerings", 3).page("offerings", 3, 0).walk("offerings", 2))
class UnfinishedWalkGoesOn(RightEmulator):
    """Begins a list without a token where an unfinished walk of two pages or more has come to."""

    breaks = COVER
    may_break = (*LEFT_OUT, *SIZE)

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        later = "nextToken" in self.query_of(request)
        page, token = super().page(request, region, kind, items)
        region.notes[f"{kind} walk"] = token if later else None
        return page, token

    def first_item(self, region: Region, kind: str, parameters: dict[str, str]) -> int:
        unfinished = region.notes.get(f"{kind} walk")
        token = {} if unfinished is None or "nextToken" in parameters else {"nextToken": unfinished}
        return super().first_item(region, kind, {**parameters, **token})


@shown_by(lambda play: offered(play).page("offerings", 2).page("reservations", None, 0))
class TokenOfTheOtherListFails(RightEmulator):
    """Fails on a token that it has given for the other list."""

    breaks = FAULT
    may_break = BAD_TOKEN

    def read_token(self, region: Region, kind: str, token: str) -> int:
        if region.tokens.get(token, (kind, 0))[0] != kind:
            raise KeyError("offeringArn" if kind == "offerings" else "reservationArn")
        return super().read_token(region, kind, token)


@shown_by(
    lambda play: (
        play.at(NOW)
        .buy("a1")
        .at("2026-05-01T12:00:00Z")
        .buy("b1")
        .page("reservations", 1)
        .go(OTHER)
        .page("reservations", 1, 0)
    )
)
class TokenShowsItsAccount(RightEmulator):
    """Shows the list of the account that a token was given to, whoever sends it."""

    breaks = ("lifecycle/isolated",)
    may_break = BAD_TOKEN

    def __init__(self) -> None:
        super().__init__()
        self.owners: dict[str, Region] = {}

    def give_token(self, region: Region, kind: str, following: int) -> str:
        token = super().give_token(region, kind, following)
        self.owners[token] = region
        return token

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        owner = self.owners.get(self.query_of(request).get("nextToken", ""), region)
        own = owner.offerings if kind == "offerings" else owner.reservations
        return super().page(request, owner, kind, items if owner is region else list(own.values()))  # type: ignore[arg-type]


@shown_by(lambda play: play.at(NOW).page("offerings", 1).buy("a1").page("offerings", 1, 0))
class TokenBeforeAPurchaseFails(RightEmulator):
    """Fails on a token that it gave before the account's last purchase."""

    breaks = FAULT
    may_break = (*BAD_TOKEN, *COVER)

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        purchase.region.notes["old"] = set(purchase.region.tokens)

    def read_token(self, region: Region, kind: str, token: str) -> int:
        if token in region.notes.get("old", ()):
            raise KeyError(token)
        return super().read_token(region, kind, token)


@shown_by(lambda play: offered(play).page("offerings", 4).offer(1).page("offerings", 4, 0))
class TokenBeyondTheListFails(RightEmulator):
    """Fails on a token whose item is gone since the offerings were redefined."""

    breaks = FAULT
    may_break = BAD_TOKEN

    def read_token(self, region: Region, kind: str, token: str) -> int:
        first = super().read_token(region, kind, token)
        if kind == "offerings" and first >= len(region.offerings):
            raise IndexError("list index out of range")
        return first


@shown_by(lambda play: offered(play, 40).walk("offerings", 1))
class PlusInATokenIsABlank(RightEmulator):
    """Has tokens in base64, and reads a plus in them as a blank, which it then does not know."""

    breaks = COVER
    may_break = (*BAD_TOKEN, *LEFT_OUT, "lists/max-results-range")

    def give_token(self, region: Region, kind: str, following: int) -> str:
        given = super().give_token(region, kind, following)
        unique = hashlib.sha256(f"{region.account.number} {kind} {following}".encode()).digest()[:6]
        token = base64.b64encode(unique).decode()
        region.tokens[token] = region.tokens.pop(given)
        return token

    def read_token(self, region: Region, kind: str, token: str) -> int:
        return super().read_token(region, kind, token.replace("+", " "))


@shown_by(lambda play: offered(play).page("offerings", 2).page("offerings", 1000, 0))
class NoThousandWithAToken(RightEmulator):
    """Takes a MaxResults of up to 999 only where there is a token."""

    breaks = COVER

    def page_size(self, parameters: dict[str, str]) -> int:
        if "nextToken" in parameters and parameters.get("maxResults") == "1000":
            raise Refusal(*BAD_REQUEST, "MaxResults must be less than 1000.")
        return super().page_size(parameters)


@shown_by(lambda play: offered(play, 25).page("offerings", 2).walk("offerings", None, 0))
class TokenWithoutASize(RightEmulator):
    """Skips an item where a walk that began with MaxResults goes on without it."""

    breaks = COVER
    may_break = LEFT_OUT

    def first_item(self, region: Region, kind: str, parameters: dict[str, str]) -> int:
        first = super().first_item(region, kind, parameters)
        return first + 1 if first and "maxResults" not in parameters and first % self.default_page else first


@shown_by(lambda play: play.at(NOW).page(token="x"))
class TokensRefusedWithoutType(RightEmulator):
    """Refuses a token of reservations without a type that an SDK can read."""

    breaks = ("errors/modelled",)

    def read_token(self, region: Region, kind: str, token: str) -> int:
        if kind == "reservations" and token not in region.tokens:
            raise Refusal(400, "", "NextToken was never given.")
        return super().read_token(region, kind, token)
