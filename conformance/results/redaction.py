"""A failure of a recording without account numbers, identifiers and names: each becomes another of the same shape.

The same text becomes the same everywhere in one judgement, so that what equals what can still be seen; texts that begin
alike go on beginning alike, as a rule may be about that. The key is drawn anew for each judgement and is not kept.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.execution.trace import Call, Exchange
from conformance.results.choices import ChoiceProfile
from conformance.results.failure import Violation
from conformance.results.windows import read_calls
from conformance.rules.history import History
from conformance.spec.outcomes import Answered, FoundAfterwards, Outcome, Refused, Wire, text_of
from conformance.spec.request import Place

_ARN = re.compile(r"arn:[^\s\"'\\]+|arn%3[Aa][^\s\"'\\/?&]+")
_COLON = re.compile(r":|%3[Aa]")
_ACCOUNT = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])|(?<=%3[Aa])[0-9]{12}(?![0-9A-Za-z])")
_SHORTEST = 3
_NAME = "reservationName"


@dataclass
class Redaction:
    """What replaces what, in one judgement."""

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _accounts: dict[str, str] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def violation(
        self, violation: Violation, with_case: Callable[[Violation], Violation], expected: ChoiceProfile
    ) -> Violation | None:
        """The violation, shown by calls without what is redacted; None where these do not show it."""
        history, recorded = violation.history, violation.finding.recorded
        self._learn(history)
        again = self._read(history)
        for finding in expected.findings(violation.rule, again):
            number = finding.recorded.number if finding.recorded else None
            if finding.problem and number == (recorded.number if recorded else None):
                return with_case(replace(violation, finding=finding, history=again))
        return None

    def _read(self, history: History) -> History:
        trace = history.trace
        offerings = {self._place(place): self._value(items) for place, items in trace.offerings.items()}
        calls = [self._call(call) for call in trace.calls]
        only = trace.accounts.only
        accounts = replace(trace.accounts, only=self._account(only) if only else "")
        return read_calls(calls, accounts, complete=not trace.before, offerings=offerings)

    def _learn(self, history: History) -> None:
        """Learn what is to be replaced from everything that the calls have in them."""
        for one in history.calls:
            self._account(one.place.account)
            for name in (one.reading.name_text, *map(_name_of, _shown(one.call))):
                if name:
                    self._names.setdefault(name, self._alike(name))
            for text in _texts(one.call):
                for arn in _ARN.findall(text):
                    identifier = _COLON.split(arn)[-1]
                    if len(identifier) >= _SHORTEST:
                        self._known.setdefault(identifier, self._alike(identifier))

    def _account(self, account: str) -> str:
        number = len(self._accounts) + 1
        return self._accounts.setdefault(account, str(number) * 12 if number < 10 else f"{number:012}")

    def _alike(self, text: str) -> str:
        """A text of the same shape: for each letter a letter of its case, for each digit a digit."""
        return "".join(self._character(text[:at].lower(), character) for at, character in enumerate(text))

    def _character(self, before: str, character: str) -> str:
        drawn = hmac.new(self._key, f"{before}{character.lower()}".encode("utf-8", "replace"), hashlib.sha256).digest()[
            0
        ]
        if character in "abcdef" or character in "ABCDEF":
            letter = "abcdef"[drawn % 6]
        elif character.isascii() and character.isalpha():
            letter = string.ascii_lowercase[drawn % 26]
        elif character.isascii() and character.isdigit():
            return str(drawn % 10)
        else:
            return character
        return letter.upper() if character.isupper() else letter

    def _place(self, place: Place) -> Place:
        return Place(self._account(place.account), place.region)

    def _call(self, call: Call) -> Call:
        exchanges = tuple(self._exchange(exchange) for exchange in call.exchanges)
        return replace(call, exchanges=exchanges, outcome=self._outcome(call.outcome))

    def _exchange(self, exchange: Exchange) -> Exchange:
        scope = {name: self._text(value) for name, value in exchange.request_headers.items()}
        return replace(
            exchange,
            url=self._text(exchange.url),
            request_headers=scope,
            request_body=self._body(exchange.request_body),
            body=self._body(exchange.body),
            headers={name: self._text(value) for name, value in exchange.headers.items()},
        )

    def _outcome(self, outcome: Outcome) -> Outcome:
        match outcome:
            case Answered(status, body):
                return Answered(status, self._value(body))
            case Refused(status, code, message):
                return Refused(status, code, self._words(message))
            case FoundAfterwards(reservation):
                return FoundAfterwards(self._value(reservation))
            case _:
                return outcome

    def _body(self, body: bytes) -> bytes:
        if not body:
            return body
        try:
            return json.dumps(self._value(json.loads(body))).encode()
        except (ValueError, RecursionError):
            return self._words(body.decode(errors="replace")).encode(errors="replace")

    def _value(self, value: Any, member: str = "") -> Any:
        if isinstance(value, str):
            return self._names.get(value, self._words(value)) if member == _NAME else self._words(value)
        if isinstance(value, dict):
            return {name: self._value(inner, name) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._value(inner) for inner in value)
        return value

    def _words(self, text: str) -> str:
        """A text in which names may stand too: those that are words of it."""
        for name in sorted(self._names, key=len, reverse=True):
            if len(name) >= _SHORTEST and name in text:
                text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", self._names[name].replace("\\", "\\\\"), text)
        return self._text(text)

    def _text(self, text: str) -> str:
        for known in sorted(self._known, key=len, reverse=True):
            text = text.replace(known, self._known[known])
        for account, new in self._accounts.items():
            text = text.replace(f"Credential={account}/", f"Credential={new}/")
        return _ACCOUNT.sub(lambda match: match[0] if match[0] in self._new else self._account(match[0]), text)

    @property
    def _new(self) -> set[str]:
        return set(self._accounts.values())


def _shown(call: Call) -> Iterator[Wire]:
    if call.reservation is not None:
        yield call.reservation
    yield from call.items("reservations")


def _name_of(reservation: Wire) -> str:
    return text_of(reservation, _NAME)


def _texts(call: Call) -> Iterator[str]:
    for exchange in call.exchanges:
        yield exchange.url
        yield exchange.request_body.decode(errors="replace")
        yield exchange.body.decode(errors="replace")
