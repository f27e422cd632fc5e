"""What only two accounts of a recording show together: each call beside a purchase of another account.

Every account is judged by itself. Of the purchases that were made last one call each is kept, and a later call of
another account that tells something about one of them is read together with it, as a trace of two calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from conformance.execution.trace import Call
from conformance.results.windows import read_calls
from conformance.rules import exclusivity, lifecycle, reservation
from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import Rule
from conformance.spec.outcomes import Answered, Wire, text_of
from conformance.spec.request import AccountMapping, Place
from conformance.spec.service import Operation

OF_TWO_ACCOUNTS: tuple[Rule, ...] = (lifecycle.isolated, reservation.arn_unique, exclusivity.per_account)
"""The rules that are judged so."""
_MOST = 500


@dataclass(frozen=True)
class _Made:
    """A purchase that showed a reservation."""

    call: Call
    place: Place
    offerings: tuple[Wire, ...] | None

    @property
    def tells_accounts_apart(self) -> bool:
        """Whether the target has put the account into the ARN: one that has a single account puts in its own."""
        return self.place.account in text_of(self.call.reservation or {}, "reservationArn").split(":")


@dataclass
class Neighbours:
    """The purchases of a session that were made last, by their ARNs, whichever account made them."""

    _made: dict[str, _Made] = field(default_factory=dict)
    _compared: dict[str, str] = field(default_factory=dict)

    def beside(self, one: RecordedCall, *, complete: bool) -> Iterator[History]:
        """The traces of two calls that end in this one; afterwards it is known itself."""
        for made in self._told_of(one):
            yield read_calls((made.call, one.call), AccountMapping(), complete=False)
        if complete and one.must_succeed and one.is_unused:
            yield from self._with_the_same_terms(one)
        self._keep(one)

    def forget(self, account: str) -> None:
        """An account is as new; all are where it is empty."""
        self._made = {arn: made for arn, made in self._made.items() if account and made.place.account != account}

    def _told_of(self, one: RecordedCall) -> Iterator[_Made]:
        """The purchases of other accounts that this call shows, or could have shown."""
        match one.operation:
            case Operation.DESCRIBE_RESERVATION:
                made = self._of_another(one.reading.arn or "", one)
                if made is not None and made.tells_accounts_apart:
                    yield made
            case Operation.LIST_RESERVATIONS if isinstance(one.outcome, Answered):
                yield from self._listed(one)
            case Operation.PURCHASE_OFFERING:
                made = self._of_another(text_of(one.reservation or {}, "reservationArn"), one)
                if made is not None:
                    yield made

    def _listed(self, one: RecordedCall) -> Iterator[_Made]:
        """Those that a list shows; where it shows none, the last one that could be there, once for each account."""
        shown = [text_of(item, "reservationArn") for item in one.call.items("reservations")]
        found = [made for arn in shown if (made := self._of_another(arn, one)) is not None]
        last = next(reversed(self._made), "")
        if not found and self._compared.get(one.place.account) != last:
            latest = self._of_another(last, one)
            found = [latest] if latest is not None else []
            self._compared[one.place.account] = last
            if len(self._compared) > _MOST:
                del self._compared[next(iter(self._compared))]
        yield from (made for made in found if made.tells_accounts_apart)

    def _of_another(self, arn: str, one: RecordedCall) -> _Made | None:
        """The purchase of another account with this ARN, at the same host."""
        made = self._made.get(arn)
        is_of_another = made is not None and made.place.account != one.place.account
        return made if made is not None and is_of_another and _host(made.call) == _host(one.call) else None

    def _with_the_same_terms(self, one: RecordedCall) -> Iterator[History]:
        """The first purchase of an account beside the last one of another with the same name and Start."""
        mine = _all_offerings(one)
        for made in reversed(self._made.values()):
            is_other = made.place.account != one.place.account and _host(made.call) == _host(one.call)
            if is_other and mine is not None and made.offerings is not None and _terms(made.call) == _terms(one.call):
                offerings = {made.place: made.offerings, one.place: mine}
                yield read_calls((made.call, one.call), AccountMapping(), complete=True, offerings=offerings)
                return

    def _keep(self, one: RecordedCall) -> None:
        arn = text_of(one.reservation or {}, "reservationArn")
        if one.operation is not Operation.PURCHASE_OFFERING or not arn or one.repeats:
            return
        self._made.pop(arn, None)
        self._made[arn] = _Made(one.call, one.place, _all_offerings(one))
        if len(self._made) > _MOST:
            del self._made[next(iter(self._made))]


def _host(call: Call) -> str:
    return urlsplit(call.exchanges[0].url).netloc


def _terms(call: Call) -> bytes:
    """Name and Start, as they were sent."""
    return call.request.body


def _all_offerings(one: RecordedCall) -> tuple[Wire, ...] | None:
    """The offerings of its place, where all are known."""
    offerings = one.before.offerings_of(one.place)
    return tuple(offerings.by_arn.values()) if offerings.complete else None
