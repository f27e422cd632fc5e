"""A case that makes recorded calls again on any target, as far as they can be made again.

ARNs become references, instants become points relative to the clock of the call, and a body that is not a plain one is
kept as an edit of one. What belongs to the recording alone (an ARN of nothing, a token that it never saw given) stays.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from conformance.cases.case import (
    PLAIN_NOW,
    Arn,
    At,
    CallStep,
    Case,
    ConcurrentCalls,
    DescribeOffering,
    DescribeReservation,
    Edit,
    ListOfferings,
    ListReservations,
    Literal,
    LiteralArn,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    Start,
    Step,
    TokenOf,
    UnknownArn,
    Written,
)
from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.spec.calendar import format_timestamp, month_start, parse_timestamp
from conformance.spec.demands import Cause
from conformance.spec.outcomes import Wire, text_of
from conformance.spec.request import Place
from conformance.spec.service import Operation

_MOST_REGIONS = 2
_WHOLE_BODY = 1_000_000
_NOW_OR_SO = timedelta(minutes=2)
_UNKNOWN = (Cause.UNKNOWN_OFFERING, Cause.UNKNOWN_RESERVATION)


@dataclass(frozen=True)
class Repetition:
    """The case, and for each call of the history the step that makes it again; `lacks` says why it cannot be played."""

    case: Case
    steps: tuple[int, ...]
    lacks: str = ""


def repeat(history: History) -> Repetition:
    """The case that makes the calls of a history again."""
    return _Writer(history).write()


@dataclass
class _Writer:
    history: History
    _steps: list[Step] = field(default_factory=list)
    _number_of_call: list[int] = field(default_factory=list)
    _accounts: list[str] = field(default_factory=list)
    _regions: list[str] = field(default_factory=list)
    _offerings: dict[str, Wire] = field(default_factory=dict)
    _reservations: dict[str, int] = field(default_factory=dict)
    _tokens: dict[str, int] = field(default_factory=dict)
    _clock: datetime | None = None

    def write(self) -> Repetition:
        self._offerings = _known_offerings(self.history)
        calls = self.history.calls
        first = calls[0].now if calls else None
        now = format_timestamp(first.latest) if first is not None and _is_known(first.latest) else PLAIN_NOW
        self._clock = first.latest if first is not None and first.exact else None
        number = 0
        while number < len(calls):
            group = _group(calls, number)
            self._set_clock(group[0])
            if len(group) > 1:
                self._steps.append(ConcurrentCalls(tuple((self._step(one),) for one in group)))
            else:
                self._steps.append(self._step(group[0]))
            for one in group:
                self._note(one, len(self._steps) - 1)
            number += len(group)
        lacks = "it needs more than two Regions" if len(self._regions) > _MOST_REGIONS else ""
        terms = tuple(_terms(item) for item in self._offerings.values()) or (OfferingTerms(),)
        return Repetition(Case(now=now, offerings=terms, steps=tuple(self._steps)), tuple(self._number_of_call), lacks)

    def _set_clock(self, one: RecordedCall) -> None:
        if self._clock is not None and one.now.exact and one.now.latest > self._clock:
            self._clock = one.now.latest
            self._steps.append(SetClock(At(format_timestamp(self._clock))))

    def _step(self, one: RecordedCall) -> CallStep:
        account, region = self._place(one.place)
        reading = one.reading
        match one.operation:
            case Operation.PURCHASE_OFFERING:
                step = Purchase(account=account, region=region, offering=self._arn(one, "offering"))
                return self._with_body(step, one)
            case Operation.DESCRIBE_OFFERING:
                return DescribeOffering(account=account, region=region, offering=self._arn(one, "offering"))
            case Operation.DESCRIBE_RESERVATION:
                return DescribeReservation(account=account, region=region, reservation=self._arn(one, "reservation"))
            case _:
                kind = ListOfferings if one.operation is Operation.LIST_OFFERINGS else ListReservations
                token: str | TokenOf | None = reading.next_token
                if token in self._tokens:
                    token = TokenOf(self._tokens[str(token)])
                return kind(account=account, region=region, max_results=reading.max_results, token=token)

    def _with_body(self, step: Purchase, one: RecordedCall) -> Purchase:
        reading = one.reading
        name, start = reading.name_text, reading.start_text
        if name is not None and start is not None and not reading.body:
            return replace(step, name=name, start=_start(start, one))
        try:
            body = one.call.request.body.decode()
        except UnicodeDecodeError:
            body = json.dumps(reading.body)
        return replace(step, name=name or "name", body_edits=(Edit(0, _WHOLE_BODY, body),))

    def _place(self, place: Place) -> tuple[int, int]:
        for known, name in ((self._accounts, place.account), (self._regions, place.region)):
            if name not in known:
                known.append(name)
        return self._accounts.index(place.account), self._regions.index(place.region)

    def _arn(self, one: RecordedCall, kind: str) -> Arn:
        """What the ARN of a call names: of the kind that is asked for, where it names one of each."""
        arn = one.reading.arn or ""
        if arn in self._reservations and (kind == "reservation" or arn not in self._offerings):
            return ReservationArn(self._reservations[arn])
        if arn in self._offerings:
            return OfferingArn(list(self._offerings).index(arn))
        unknown = any(demand.cause in _UNKNOWN for demand in one.permitted.demands)
        return UnknownArn(kind) if unknown else LiteralArn(arn)

    def _note(self, one: RecordedCall, step: int) -> None:
        self._number_of_call.append(step)
        token = text_of(one.call.answer, "nextToken")
        if token:
            self._tokens[token] = step
        arn = text_of(one.reservation or {}, "reservationArn")
        if arn and one.operation is Operation.PURCHASE_OFFERING:
            self._reservations.setdefault(arn, step)


def _group(calls: Sequence[RecordedCall], number: int) -> list[RecordedCall]:
    """The call with this number, or the concurrent ones that begin with it."""
    group = [calls[number]]
    while group[0].call.concurrent and number + len(group) < len(calls):
        following = calls[number + len(group)]
        if not following.call.concurrent or following.call.began > max(one.call.ended for one in group):
            break
        group.append(following)
    return group


def _is_known(now: datetime) -> bool:
    return now.year < 8_000


def _start(text: str, one: RecordedCall) -> Start:
    """A Start as a point of the clock of its call, where it is an instant: then it means the same next month."""
    start = parse_timestamp(text)
    now = one.now.latest.replace(microsecond=0)
    if start is None or not _is_known(now):
        return Literal(text)
    about_now = abs(start - now) <= _NOW_OR_SO and (one.now.exact or start > one.now.earliest)
    if about_now or start > now:
        return Written(Now(int((start - now).total_seconds())))
    months = (start.year - now.year) * 12 + start.month - now.month
    seconds = int((start - month_start(start)).total_seconds())
    if months == -1 and month_start(now) - start < timedelta(days=1):
        return Written(MonthStart(-int((month_start(now) - start).total_seconds())))
    return Written(MonthStart(seconds, months))


def _known_offerings(history: History) -> dict[str, Wire]:
    """The offerings that the calls listed, described or purchased, by their ARNs, in this order."""
    found: dict[str, Wire] = {}
    for one in history.calls:
        for arn, item in one.before.offerings_of(one.place).by_arn.items():
            found.setdefault(arn, item)
        for item in (*one.call.items("offerings"), *([one.call.offering] if one.call.offering else [])):
            found.setdefault(text_of(item, "offeringArn"), item)
        if one.reservation is not None and one.operation is Operation.PURCHASE_OFFERING and one.reading.arn:
            found.setdefault(one.reading.arn, one.reservation)
    found.pop("", None)
    return found


def _terms(item: Wire) -> OfferingTerms:
    """An offering, or the reservation of one, as it is defined where that can be done."""
    plain = OfferingTerms()
    months, specification = item.get("duration"), item.get("resourceSpecification")
    bitrate = specification.get("reservedBitrate") if isinstance(specification, dict) else None
    return OfferingTerms(
        duration=months if type(months) is int and 0 < months < 1_200 else plain.duration,
        description=text_of(item, "offeringDescription") or plain.description,
        price=text_of(item, "pricePerUnit") or plain.price,
        bitrate=bitrate if type(bitrate) is int else None,
    )
