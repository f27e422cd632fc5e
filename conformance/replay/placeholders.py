"""What differs from run to run, exchanged for placeholders that do not, so that a saved case is stable.

Accounts become 111111111111, 222222222222 and so on, identifiers that the target invents are numbered, and so are its
page tokens, each by order of appearance; a mutation of an identifier becomes the same mutation of its placeholder.
The endpoint, addresses in memory and the real time get one placeholder each.

On a clock that the suite sets, every other time is part of the case and stays. On a wall clock the resolved times
differ from run to run: a Start is exchanged for the point that it was resolved from, such as `<month start - 1 s>`,
the End of a purchase for its distance from the Start that was sent with it, and any other instant for its distance
from the Start that explains it best, to within three days of some months. What remains becomes `<time>`, so that on a
wall clock a saved case does not tell apart instants that no Start explains.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from conformance.cases.arn_mutations import ARNS
from conformance.spec.calendar import MonthEnd, add_months, parse_iso8601

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ACCOUNT = r"(?:(?<![0-9A-Za-z])|(?<=%3A)|(?<=%3a)|(?<=%253A))[0-9]{12}(?![0-9A-Za-z])"
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_CUT_SHORT = r"(?:(?<=:)|(?<=3A))[0-9A-Za-z-]{1,40}(?=…)"
_ADDRESS = r"\b0x[0-9a-f]{6,16}\b|(?<=port=)[0-9]+"
_NUMBERS_OF_UNKNOWN_ARNS = "00000000-0000-4000-8000-000000000000"
_REAL_TIME = timedelta(minutes=10)
_NEAR = timedelta(days=3)
_A_YEAR = 400 * 86_400


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known to belong to this run alone.

    `starts` has the words for each Start that was resolved on a wall clock; `wall_clock` tells whether there was one.
    `ends` has the Start that was sent for each End that a purchase showed.
    `around` are the real times of the exchanges.
    """

    accounts: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    starts: Mapping[str, str] = field(default_factory=dict)
    ends: Mapping[str, str] = field(default_factory=dict)
    wall_clock: bool = False
    around: tuple[datetime, ...] = ()


def looks_invented(identifier: str) -> bool:
    """Whether an identifier is likely to be another one in the next run: long enough, and with digits in it."""
    return len(identifier) >= 8 and any(character.isdigit() for character in identifier)


class Wording:
    """How the texts of a run are written down: as they were, for what is read beside the target's own log."""

    def text(self, text: str) -> str:
        """The text as it is written down."""
        return text

    def value(self, value: Any) -> Any:
        """A JSON value as it is written down."""
        return value


class Placeholders(Wording):
    """Exchanges texts of one run; numbers are given in the order in which things first appear."""

    def __init__(self, facts: RunFacts) -> None:
        self._facts = facts
        self._numbers: dict[str, dict[str, int]] = {"account": {}, "identifier": {}, "token": {}}
        self._known: dict[str, Callable[[], str]] = {}
        self._learn()
        known = "|".join(re.escape(text) for text in sorted(self._known, key=lambda text: (-len(text), text)))
        parts = [f"(?P<known>{known})"] if known else []
        parts += [
            f"(?P<cut>{_CUT_SHORT})",
            f"(?P<uuid>{_UUID})",
            f"(?P<account>{_ACCOUNT})",
            f"(?P<instant>{_INSTANT})",
        ]
        self._pattern = re.compile("|".join([*parts, f"(?P<address>{_ADDRESS})"]))

    def text(self, text: str) -> str:
        """The text with every part that is this run's own exchanged."""
        return self._pattern.sub(self._exchanged, text)

    def value(self, value: Any) -> Any:
        """A JSON value with every text in it exchanged, and on a wall clock every number that is a time."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(name): self.value(item) for name, item in value.items()}
        if self._facts.wall_clock and type(value) in (int, float) and self._is_recent(value):
            return "<time>"
        return value

    def _learn(self) -> None:
        facts = self._facts
        for text, words in facts.starts.items():
            for spelling in _spellings(text):
                self._known[spelling] = partial(str, words)
        for identifier in facts.invented:
            for name, mutation in _KEEPING_THE_SHAPE.items():
                altered = mutation(identifier)
                if altered != _NUMBERS_OF_UNKNOWN_ARNS:
                    self._known.setdefault(altered, self._identifier(identifier, name))
        for token in facts.tokens:
            for spelling in _spellings(token):
                self._known[spelling] = partial(self._token, token)
        for account in facts.accounts:
            self._known[account] = partial(self._account, account)
        for endpoint in facts.endpoints:
            self._known[endpoint] = lambda: "<endpoint>"
            self._known[endpoint.partition("://")[2]] = lambda: "<host>"

    def _identifier(self, identifier: str, mutation: str) -> Callable[[], str]:
        return lambda: _KEEPING_THE_SHAPE[mutation](_numbered(identifier, self._number("identifier", identifier)))

    def _exchanged(self, match: re.Match[str]) -> str:
        text = match.group()
        match match.lastgroup:
            case "known":
                return self._known[text]()
            case "cut":
                return self._cut_short(text)
            case "uuid":
                same = text == _NUMBERS_OF_UNKNOWN_ARNS
                return text if same else _numbered(text, self._number("identifier", text))
            case "account":
                return self._account(text)
            case "instant":
                return self._instant(text)
            case _:
                return "<address>"

    def _cut_short(self, text: str) -> str:
        """What a message shows of an identifier that is too long for it."""
        for identifier in self._facts.invented:
            for mutation in _KEEPING_THE_SHAPE.values():
                if mutation(identifier).startswith(text):
                    return mutation(_numbered(identifier, self._number("identifier", identifier)))[: len(text)]
        return text

    def _number(self, kind: str, text: str) -> int:
        return self._numbers[kind].setdefault(text, len(self._numbers[kind]) + 1)

    def _token(self, token: str) -> str:
        return f"<token {self._number('token', token)}>"

    def _account(self, account: str) -> str:
        number = self._number("account", account)
        return str(number) * 12 if number < 10 else f"{number:012}"

    def _instant(self, text: str) -> str:
        instant = parse_iso8601(text)
        if instant is None:
            return text
        if any(abs(instant - real) < _REAL_TIME for real in self._facts.around):
            return "<now>"
        return self._distance(instant, self._explaining(text)) if self._facts.wall_clock else text

    def _explaining(self, text: str) -> Mapping[str, str]:
        """The Start of the same purchase for an End: by chance of the second, others may explain it as well."""
        starts, own = self._facts.starts, self._facts.ends.get(text, "")
        return {own: starts[own]} if own in starts else starts

    def _distance(self, instant: datetime, starts: Mapping[str, str]) -> str:
        """An instant of a wall clock in words that do not depend on the time of the run."""
        distances = sorted(_distances(instant, starts), key=lambda one: (abs(one[0]), one[1] < 0, abs(one[1]), one[2]))
        if not distances or abs(distances[0][0]) > _NEAR:
            return "<time>"
        distance, months, words = distances[0]
        seconds = int(distance.total_seconds())
        return f"<{words.strip('<>')}, {months} months{f' and {seconds} s' if seconds else ''} on>"

    def _is_recent(self, number: float) -> bool:
        if not abs(number) < _NO_TIME:  # NaN, and whole numbers that no float can hold, among them
            return False
        times = [real.timestamp() for real in self._facts.around[:1]]
        return any(abs(one - time) < _A_YEAR for time in times for one in (number, number / 1000))


_NO_TIME = 1e15
"""More than any time in seconds or milliseconds."""

_KEEPING_THE_SHAPE: Mapping[str, Callable[[str], str]] = {
    "exact": lambda identifier: identifier,
    "another identifier": ARNS["another identifier"],
    "lacks its last character": lambda identifier: identifier[:-1],
    "upper case": str.upper,
}


def _numbered(identifier: str, number: int) -> str:
    """A placeholder of the same kind: a UUID for a UUID."""
    return f"00000000-0000-4000-8000-{number:012}" if re.fullmatch(_UUID, identifier) else f"identifier-{number}"


def _spellings(text: str) -> Iterable[str]:
    """A text as it stands, and as URLs, JSON and messages write it."""
    quoted = (quote(text, safe=safe, errors="surrogatepass") for safe in ("", "/"))  # a Start may have lone surrogates
    return {text, *quoted, json.dumps(text)[1:-1], repr(text)[1:-1]}


def _distances(instant: datetime, starts: Mapping[str, str]) -> Iterable[tuple[timedelta, int, str]]:
    """How far the instant is from each Start moved by whole months."""
    for text, words in starts.items():
        start = parse_iso8601(text)
        if start is None:
            continue
        about = (instant.year - start.year) * 12 + instant.month - start.month
        for months in (about - 1, about, about + 1):
            for month_end in MonthEnd:
                try:
                    yield instant - add_months(start, months, month_end), months, words
                except (ValueError, OverflowError):
                    continue
