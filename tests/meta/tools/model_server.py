"""A server that is right by definition: it reads with `read`, and does at random what `permitted` leaves open.

Whatever it answers, no judge may find anything wrong with it: that is how the judges and what the specification
remembers of a trace are held to the specification itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from conformance.spec.calendar import Interval, MonthEnd, add_months, format_timestamp, parse_timestamp
from conformance.spec.demands import Cause, Demand, Strength
from conformance.spec.model import Permitted, after, page_size, permitted
from conformance.spec.outcomes import Answered, Outcome, Refused, Wire, text_of
from conformance.spec.reading import Reading, read
from conformance.spec.request import AccountMapping, Place, Request
from conformance.spec.service import BAD_REQUEST, EXCEPTION_STATUS, NOT_FOUND, Operation
from conformance.spec.state import Reservation, State
from tests.meta.tools.traces import offering, reservation

Choose = Callable[[list[Any]], Any]
"""Picks one of several options."""

_OTHER_4XX = [(400, "ValidationException"), (413, ""), (415, "UnsupportedMediaTypeException"), (422, "")]
_BODY_CAUSES = {Cause.WRONG_TYPE, Cause.SCALAR_TYPE, Cause.MALFORMED_BODY, Cause.LENIENT_BODY}
_UNKNOWN = {Cause.UNKNOWN_OFFERING, Cause.UNKNOWN_RESERVATION}
TYPE_PLACES = ("header", "header with a suffix", "__type", "code", "__type with a prefix")
"""Where an SDK looks for the type of a refusal."""


@dataclass(frozen=True)
class Policy:
    """What one server does alike in every answer, where the documents leave it open.

    A `strict` server keeps the rules at level should as well; any other may break each of them.
    """

    strict: bool = True
    month_end: MonthEnd = MonthEnd.CLAMP
    one_for_all_regions: bool = False
    held_at_end: bool = False
    answers_repeats: bool = False
    hides_offerings: bool = False
    finds_in_other_regions: bool = False
    processing: int = 0
    type_place: str = "header"
    stateless_tokens: bool = False
    unknown_may_be_malformed: bool = False


@dataclass(frozen=True)
class Reply:
    """An answer, with the code and the message that an SDK reads in a refusal."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    message: str = ""

    @property
    def outcome(self) -> Outcome:
        """What a caller makes of it."""
        if self.status < 300:
            return Answered(self.status, json.loads(self.body))
        return Refused(self.status, self.code or str(self.status), self.message)


@dataclass
class ModelServer:
    """The five operations in all accounts and Regions; `choose` decides what is left open in a single answer."""

    choose: Choose
    policy: Policy = field(default_factory=Policy)
    accounts: AccountMapping = field(default_factory=AccountMapping)
    state: State = field(default_factory=State)
    wires: dict[str, dict[str, Any]] = field(default_factory=dict)
    processing: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    repeated_empty: bool = False

    def define(self, place: Place, items: Iterable[Wire]) -> None:
        """A place has these offerings from now on."""
        self.state = self.state.with_offerings(place, tuple(items), complete=True)

    def put(self, place: Place, wire: dict[str, Any], bought: Interval) -> None:
        """A place has this reservation, of whatever time."""
        end = parse_timestamp(wire["end"])
        assert end is not None
        one = Reservation(
            place, wire["reservationName"], wire["reservationArn"], bought, frozenset({end}), wire["offeringArn"],
            wire["start"],
        )  # fmt: skip
        self.state = self.state.with_reservation(one)
        self.wires[one.arn] = wire
        self.processing[one.arn] = self.policy.processing

    def answer(self, request: Request, now: datetime) -> Reply:
        """Do as the request asks, or refuse it."""
        reading = read(request, self.accounts)
        if reading.operation is None:
            return self._refuse(404, self.choose(["NotFoundException", ""]))
        allowed = permitted(self.state, reading, Interval(now, now))
        if self.policy.answers_repeats and allowed.repeats and _only_exclusion(allowed):
            return self._reply(201, {"reservation": self._shown(min(allowed.repeats), now)})
        refusing = [demand for demand in allowed.demands if self._refuses(demand)]
        if refusing or (allowed.demands and not self._can_do(reading, now)):
            return self._refuse_for(self.choose(refusing or list(allowed.demands)), allowed)
        return self._do(reading, now)

    def _refuses(self, demand: Demand) -> bool:
        """Whether this server refuses for the sake of a demand."""
        if demand.strength is Strength.MUST:
            return True
        if demand.strength is Strength.SHOULD and self.policy.strict:
            return True
        match demand.cause:
            case Cause.OTHER_REGION:
                return self.policy.one_for_all_regions
            case Cause.ACTIVE_RESERVATION:
                return self.policy.held_at_end
            case Cause.BARE_COLONS if self.policy.strict:
                return False
            case _:
                return bool(self.choose([True, False]))

    def _refuse_for(self, demand: Demand, allowed: Permitted) -> Reply:
        if demand.cause in _UNKNOWN and not self.policy.unknown_may_be_malformed:
            return self._refuse(404, NOT_FOUND)
        if demand.exceptions:
            code = self.choose(sorted(demand.exceptions))
            return self._refuse(EXCEPTION_STATUS[code], code)
        of_the_body = any(one.cause in _BODY_CAUSES for one in allowed.demands)
        if of_the_body and self.policy.strict:
            return self._refuse(400, BAD_REQUEST)
        return self._refuse(*self.choose([(400, BAD_REQUEST), *_OTHER_4XX]))

    def _refuse(self, status: int, code: str) -> Reply:
        members, headers = {"message": "It is refused."}, {"Content-Type": "application/json"}
        match self.policy.type_place if code else "":
            case "header":
                headers["x-amzn-ErrorType"] = code
            case "header with a suffix":
                headers["X-Amzn-Errortype"] = f"{code}:http://internal.amazon.com/coral/com.amazon.coral.service/"
            case "code":
                members["code"] = code
            case "":
                pass
            case place:
                members["__type"] = f"com.amazonaws.mediaconnect#{code}" if place != "__type" else code
        return Reply(status, json.dumps(members).encode(), headers, code, members["message"])

    def _reply(self, status: int, members: Mapping[str, Any]) -> Reply:
        body = {**members, "requestId": "x"} if self.choose([True, False]) else members
        label = self.choose(["application/json", "application/json; charset=utf-8"])
        return Reply(status, json.dumps(body).encode(), {"Content-Type": label})

    def _can_do(self, reading: Reading, now: datetime) -> bool:
        """Whether a request that may be refused can be carried out at all."""
        if reading.operation is not Operation.PURCHASE_OFFERING:
            return True
        start = _start_of(reading)
        terms = self._offering_of(reading)
        known = _name_of(reading) is not None and start is not None and terms is not None
        return known and start is not None and start <= now and self._end(start, terms) is not None

    def _end(self, start: datetime, terms: Wire | None) -> datetime | None:
        try:
            return add_months(start, (terms or {})["duration"], self.policy.month_end)
        except (ValueError, OverflowError):
            return None

    def _offering_of(self, reading: Reading) -> Wire | None:
        """The offering that the ARN names; in another case only where the server does not look closely."""
        known, arn = self.state.offerings_of(reading.place).by_arn, reading.arn or ""
        return known.get(arn) or next(
            (item for one, item in known.items() if one.casefold() == arn.strip().casefold()), None
        )

    def _do(self, reading: Reading, now: datetime) -> Reply:
        match reading.operation:
            case Operation.PURCHASE_OFFERING:
                return self._purchase(reading, now)
            case Operation.DESCRIBE_OFFERING:
                item = self._offering_of(reading)
                # Of another place, where one and the same is offered.
                return self._reply(200, {"offering": item}) if item else self._refuse(404, "NotFoundException")
            case Operation.DESCRIBE_RESERVATION:
                return self._describe(reading, now)
            case Operation.LIST_OFFERINGS:
                page = self._page(reading, "offerings", self._offered(reading.place, now))
            case _:
                here = [self._shown(one.arn, now) for one in self.state.in_place(reading.place)]
                page = self._page(reading, "reservations", here)
        # It knows the tokens that it gave.
        self.state = after(self.state, reading, page.outcome, Interval(now, now))
        return page

    def _purchase(self, reading: Reading, now: datetime) -> Reply:
        start, terms, name = _start_of(reading), self._offering_of(reading), _name_of(reading)
        assert start is not None
        assert terms is not None
        end = self._end(start, terms)
        assert end is not None
        wire = reservation(
            len(self.state.reservations), name=str(name), start=format_timestamp(start), of=terms, place=reading.place,
            end=format_timestamp(end),
        )  # fmt: skip
        self.put(reading.place, wire, Interval(now, now))
        return self._reply(201, {"reservation": self._shown(wire["reservationArn"], now)})

    def _describe(self, reading: Reading, now: datetime) -> Reply:
        arn = (reading.arn or "").strip().casefold()
        known = next((one for one in self.state.reservations if one.arn.casefold() == arn), None)
        here = known is not None and known.place.account == reading.place.account
        if known is None or not here or (known.place != reading.place and not self.policy.finds_in_other_regions):
            return self._refuse(404, "NotFoundException")
        return self._reply(200, {"reservation": self._shown(known.arn, now)})

    def _offered(self, place: Place, now: datetime) -> list[Wire]:
        active = any(not one.is_over(Interval(now, now)) for one in self.state.reservations
                     if one.place.account == place.account)  # fmt: skip
        hidden = active and self.policy.hides_offerings
        return [] if hidden else list(self.state.offerings_of(place).by_arn.values())

    def _shown(self, arn: str, now: datetime) -> dict[str, Any]:
        """The reservation as it is shown now; it goes from PROCESSING to ACTIVE as it is looked at."""
        one = self.state.reservation(arn)
        assert one is not None
        over = now > max(one.ends) or (now in one.ends and not self.policy.held_at_end)
        state = "EXPIRED" if over else "PROCESSING" if self.processing[arn] > 0 else "ACTIVE"
        self.processing[arn] -= 1
        return {**self.wires[arn], "reservationState": state}

    def _page(self, reading: Reading, name: str, items: list[Any]) -> Reply:
        begin = self.tokens.get(reading.next_token or "", 0)
        largest = page_size((reading.max_results or "").strip().lstrip("+0")) or 10
        least = 1 if self.repeated_empty else 0
        size = self.choose([largest, largest, max(least, min(largest, 2)), least])
        self.repeated_empty = not size
        end = min(begin + size, len(items))
        members: dict[str, Any] = {name: items[begin:end]}
        # The last page may come without items.
        if end < len(items) or (items and size and begin < len(items) and self.choose([True, False, False])):
            token = f"{name}-{end}" if self.policy.stateless_tokens else f"token-{len(self.tokens)}"
            self.tokens[token] = end
            members["nextToken"] = token
        return self._reply(200, members)


def _only_exclusion(allowed: Permitted) -> bool:
    return all(one.cause is Cause.ACTIVE_RESERVATION or one.cause is Cause.NAME_TAKEN for one in allowed.demands)


def _name_of(reading: Reading) -> str | None:
    """The name as a server reads it that turns scalars into texts."""
    if isinstance(reading.name, bool):
        return str(reading.name).lower()
    return str(reading.name) if isinstance(reading.name, str | int | float) else None


def _start_of(reading: Reading) -> datetime | None:
    return parse_timestamp(reading.start_text or "")


def past_reservation(number: int, place: Place, start: str) -> dict[str, Any]:
    """A reservation of one month that was there before anybody looked."""
    return reservation(number + 100, name=f"past{number}", start=start, place=place, of=offering(place=place))


def with_state(wire: Wire, state: str) -> dict[str, Any]:
    """The reservation in this state."""
    return {**wire, "reservationState": state}


def certain_of(state: State) -> State:
    """The state without anything that is not known for certain."""
    return replace(state, reservations=tuple(one for one in state.reservations if one.certain))


__all__ = ["TYPE_PLACES", "ModelServer", "Policy", "Reply", "certain_of", "past_reservation", "text_of", "with_state"]
