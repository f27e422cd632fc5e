"""Plays a few requests on an emulator and writes down the answers, to show by a difference that a defect is real."""

import json
import re
from collections.abc import Callable
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlencode

from tests.meta.emulator.control import BASE, Control
from tests.meta.emulator.messages import Request, Response, Wire
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.server import fault_of

OWN, OTHER = "111122223333", "444455556666"
HERE, ELSEWHERE = "us-east-1", "eu-west-1"
RANDOM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")
MOST_PAGES = 300


class Play:
    """Requests to one emulator, one after the other; each method gives the play itself, so that calls can be chained.

    The answers are written down with the names that an emulator makes up by itself replaced by their numbers, so that
    two plays can be compared.
    """

    def __init__(self, emulator: RightEmulator) -> None:
        self.answers: list[str] = []
        self.exchanges: list[tuple[Request, Response]] = []
        self._emulator = emulator
        self._control = Control(emulator)
        self._account, self._region, self._now = OWN, HERE, ""
        self._bought: list[str] = []
        self._tokens: list[str] = []
        self._made_up: dict[str, str] = {}

    # Time, place and offerings

    def at(self, now: str) -> Self:
        """Set the clock of this account and the two others."""
        self._now = now
        for account in {self._account, OWN, OTHER}:
            self._tell(f"{account}/clock", {"now": now})
        return self

    def go(self, account: str = "", region: str = "") -> Self:
        """Go on in another account or Region, or in both."""
        self._account, self._region = account or self._account, region or self._region
        return self

    def offer(self, *durations: int, count: int = 1, **terms: Any) -> Self:
        """Define offerings: one for each duration, or `count` of the same terms that differ in their description."""
        if durations:
            offered = [{"duration": duration, **terms} for duration in durations]
        elif count == 1:
            offered = [{"duration": 1, **terms}]
        else:
            offered = [{"duration": 1, "offeringDescription": f"number {i}", **terms} for i in range(1, count + 1)]
        self._tell(f"{self._account}/offerings", {"region": self._region, "offerings": offered})
        return self

    # The five operations

    def buy(
        self,
        name: str = "first",
        start: str = "",
        arn: int | str = 0,
        *,
        body: Any = None,
        query: str = "",
        escapes_in_lower_case: bool = False,
    ) -> Self:
        """Purchase an offering; without a Start it begins now. A `body` goes in place of the two members."""
        members = {"reservationName": name, "start": start or self._now} if body is None else body
        raw = members if isinstance(members, bytes) else json.dumps(members).encode()
        segment = self._offering(arn)
        if escapes_in_lower_case:
            segment = segment.replace("%3A", "%3a").replace("%2F", "%2f")
        answer = self._ask("POST", f"/v1/offerings/{segment}", query, raw)
        if isinstance(answer, dict) and isinstance(answer.get("reservation"), dict):
            self._bought.append(str(answer["reservation"].get("reservationArn")))
        return self

    def show(self, which: int = -1) -> Self:
        """Describe a reservation that was purchased in this play: by default the last."""
        return self.show_arn("reservations", self._bought[which] if self._bought else "none")

    def show_arn(self, kind: str, arn: str) -> Self:
        """Describe what an ARN names: a kind is `offerings` or `reservations`."""
        self._ask("GET", f"/v1/{kind}/{quote(arn, safe='')}")
        return self

    def show_offering(self, arn: int | str = 0) -> Self:
        """Describe an offering."""
        self._ask("GET", f"/v1/offerings/{self._offering(arn)}")
        return self

    def show_offering_at(self, segment: str) -> Self:
        """Describe an offering by a segment of the path, as it is."""
        self._ask("GET", f"/v1/offerings/{segment}")
        return self

    def page(
        self,
        kind: str = "reservations",
        size: int | str | None = None,
        token: int | str | None = None,
        *,
        more: str = "",
    ) -> Self:
        """Ask for one page; a token is a text, or the number of one that was given in this play.

        `more` comes at the end of the query, as it is.
        """
        given = self._tokens[token] if isinstance(token, int) else token
        parameters = {"maxResults": size, "nextToken": given}
        query = urlencode({name: value for name, value in parameters.items() if value is not None})
        answer = self._ask("GET", f"/v1/{kind}", "&".join(filter(None, [query, more])))
        if isinstance(answer, dict) and isinstance(answer.get("nextToken"), str):
            self._tokens.append(answer["nextToken"])
        return self

    def walk(self, kind: str = "offerings", size: int | None = None, token: int | str | None = None) -> Self:
        """Ask for one page after the other, from the first or a token's on, to the end of the list."""
        before = len(self._tokens)
        self.page(kind, size, token)
        for _ in range(MOST_PAGES):
            if len(self._tokens) == before:
                break
            before = len(self._tokens)
            self.page(kind, size, -1)
        return self

    # What a play knows

    @property
    def bought(self) -> str:
        """The ARN of the last reservation."""
        return self._bought[-1]

    def offering_arn(self, number: int = 0) -> str:
        """The ARN of an offering, in the order in which they were defined."""
        region = self._emulator.region_of(self._emulator.account(self._account), self._region)
        return list(region.offerings)[number]

    # How it is played

    def _offering(self, arn: int | str) -> str:
        return quote(self.offering_arn(arn) if isinstance(arn, int) else arn, safe="")

    def _tell(self, path: str, members: Wire) -> None:
        body = json.dumps(members).encode()
        answer = self._control.handle(Request("PUT", f"{BASE}/accounts/{path}", "", {}, body, "", ""))
        assert answer.status in (200, 204), answer.body

    def _ask(self, method: str, path: str, query: str = "", body: bytes = b"") -> Any:
        headers = {"content-type": "application/json"}
        request = Request(method, path, query, headers, body, self._account, self._region)
        try:
            response = self._emulator.handle(request)
        except Exception as fault:  # a defect of an emulator is a server fault to its client
            response = fault_of(fault)
        self.exchanges.append((request, response))
        try:
            wire = json.loads(response.body)
        except ValueError:
            wire = response.body.decode(errors="replace")
        self.answers.append(self._written(response, wire))
        return wire

    def _written(self, response: Response, wire: Any) -> str:
        if isinstance(wire, dict) and "nextToken" in wire:
            wire = {**wire, "nextToken": "a token"}
        kind = response.headers.get("x-amzn-errortype", "")
        return RANDOM.sub(self._number, f"{response.status} {kind} {json.dumps(wire, sort_keys=True)}")

    def _number(self, made_up: re.Match[str]) -> str:
        return self._made_up.setdefault(made_up.group(), f"#{len(self._made_up) + 1}")


Demonstration = Callable[[Play], object]
Mutant = TypeVar("Mutant", bound=type[RightEmulator])
_SHOWN_BY: dict[type[RightEmulator], tuple[Demonstration, ...]] = {}


def shown_by(*demonstrations: Demonstration) -> Callable[[Mutant], Mutant]:
    """Say by which plays a mutant's defect shows itself: each is answered otherwise than by the right emulator."""

    def remember(mutant: Mutant) -> Mutant:
        _SHOWN_BY[mutant] = demonstrations
        return mutant

    return remember


def demonstrations_of(mutant: type[RightEmulator]) -> tuple[Demonstration, ...]:
    """Give the plays by which a mutant's defect shows itself."""
    return _SHOWN_BY.get(mutant, ())


def answers_to(emulator: RightEmulator, demonstration: Demonstration) -> list[str]:
    """Give an emulator's answers to a play."""
    play = Play(emulator)
    demonstration(play)
    return play.answers
