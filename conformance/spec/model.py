"""The executable specification: which outcomes of a purchase, and which states of a reservation, are permitted.

Pure functions over frozen state. Where the documents are silent, or the clock is not known exactly, more than one
outcome is permitted. Nothing else in the suite decides whether a purchase may succeed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from conformance.execution.trace import Refused
from conformance.spec.calendar import Interval, has_timestamp_form, month_start, parse_timestamp, permitted_ends
from conformance.spec.service import (
    ACTIVE,
    BAD_REQUEST,
    EXCEPTION_STATUS,
    EXPIRED,
    FORBIDDEN,
    NAME_LENGTHS,
    PROCESSING,
    has_name_characters,
)

SECOND_REFUSED = "exclusivity/second-refused"


class Force(Enum):
    """How strongly the documents ask for a refusal."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a purchase is refused: the rule that says so, and the exceptions that it permits (empty: any 4xx)."""

    rule: str
    refusals: frozenset[str]
    force: Force = Force.MUST


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation as the model knows it; `ends` are the instants that may be its End.

    `certain` is false for a purchase whose outcome is not known.
    """

    account: str
    region: str
    name: str
    arn: str
    bought: Interval
    ends: frozenset[datetime]
    certain: bool = True


@dataclass(frozen=True, slots=True)
class State:
    """Every reservation bought so far, in all accounts and Regions, in the order of purchase."""

    standings: tuple[Reservation, ...] = ()

    def with_standing(self, standing: Reservation) -> State:
        """The state after one more purchase."""
        return State((*self.standings, standing))

    def in_place(self, account: str, region: str) -> tuple[Reservation, ...]:
        """The reservations of one account and Region."""
        return tuple(
            standing for standing in self.standings if (standing.account, standing.region) == (account, region)
        )


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """What a purchase asks for; None where a parameter is left out.

    `spoilt` are the reasons that its reference to the offering, or its form as a whole, gives.
    """

    account: str
    region: str
    name: str | None
    start: str | None
    spoilt: tuple[Reason, ...] = ()


def reasons_to_refuse(state: State, request: PurchaseRequest, now: Interval) -> tuple[Reason, ...]:
    """Everything for which the purchase must, should or may be refused, at whatever instant of `now` it is judged."""
    return (
        *request.spoilt,
        *_reasons_in_name(request.name),
        *_reasons_in_start(request.start, now),
        *_reasons_in_state(state, request, now),
    )


def may_be_accepted(reasons: tuple[Reason, ...]) -> bool:
    """Whether nothing demands a refusal."""
    return all(reason.force is not Force.MUST for reason in reasons)


def must_be_accepted(reasons: tuple[Reason, ...]) -> bool:
    """Whether nothing so much as permits a refusal."""
    return not reasons


def permits_refusal(reasons: tuple[Reason, ...], refused: Refused) -> bool:
    """Whether one of the reasons permits this very refusal."""
    return any(
        refused.exception in reason.refusals or (not reason.refusals and 400 <= refused.status < 500)
        for reason in reasons
    )


def _must(rule: str, *refusals: str) -> Reason:
    return Reason(rule, frozenset(refusals or (BAD_REQUEST,)))


def _reasons_in_name(name: str | None) -> tuple[Reason, ...]:
    if name is None:
        return (_must("errors/missing-parameter"),)
    if not name:
        return (_must("errors/empty-parameter"),)
    reasons = []
    if len(name) not in NAME_LENGTHS:
        reasons.append(Reason("names/length", frozenset({BAD_REQUEST}), Force.SHOULD))
    if not has_name_characters(name):
        reasons.append(Reason("names/characters", frozenset({BAD_REQUEST}), Force.SHOULD))
    return tuple(reasons)


def _reasons_in_start(start: str | None, now: Interval) -> tuple[Reason, ...]:
    if start is None:
        return (_must("errors/missing-parameter"),)
    if not start:
        return (_must("errors/empty-parameter"),)
    if not has_timestamp_form(start):
        return (_must("start-format/rejects-other-forms"),)
    instant = parse_timestamp(start)
    if instant is None:
        return (_must("start-format/rejects-impossible"),)
    return _reasons_in_window(instant, now)


def _reasons_in_window(start: datetime, now: Interval) -> tuple[Reason, ...]:
    """The reference page, Start: from 12:00am on the first day of the current month to the current time, inclusive."""
    bad_request = frozenset({BAD_REQUEST})
    if start < month_start(now.latest):
        force = Force.MUST if start < month_start(now.earliest) else Force.MAY
        return (Reason("start-window/before-lower-bound", bad_request, force),)
    if start > now.earliest:
        force = Force.MUST if start > now.latest else Force.MAY
        return (Reason("start-window/after-upper-bound", bad_request, force),)
    return ()


def _reasons_in_state(state: State, request: PurchaseRequest, now: Interval) -> tuple[Reason, ...]:
    reasons = []
    for standing in state.standings:
        if standing.account != request.account:
            continue
        same_region = standing.region == request.region
        force = _exclusion(standing, now, same_region)
        if force is not None:
            reasons.append(Reason(SECOND_REFUSED, frozenset({BAD_REQUEST, FORBIDDEN}), force))
        if same_region and standing.name == request.name:
            force = Force.SHOULD if standing.certain else Force.MAY
            reasons.append(Reason("names/unique", frozenset({BAD_REQUEST}), force))
    return tuple(reasons)


def _exclusion(standing: Reservation, now: Interval, same_region: bool) -> Force | None:
    """Whether a reservation excludes a purchase: until its End, at the instant of End itself perhaps, then no more.

    Whether it does so in another Region is left open.
    """
    if standing.ends and now.earliest > max(standing.ends):
        return None
    if same_region and standing.certain and standing.ends and now.latest < min(standing.ends):
        return Force.MUST
    return Force.MAY


def possible_ends(start: datetime | None, months: object, shown: datetime | None) -> frozenset[datetime]:
    """The instants that may be a reservation's End, for all that judges by it.

    The shown End where it is right, or nothing better is known; where it is wrong, which is the matter of the rules on
    End alone, also those that would be right.
    """
    right = permitted_ends(start, months) if start is not None and type(months) is int else frozenset()
    if shown is None or shown in right:
        return right if shown is None else frozenset({shown})
    return right | {shown}


def permitted_states(standing: Reservation, now: Interval) -> frozenset[str]:
    """The states in which a reservation may be shown: at the instant of End itself either."""
    states: set[str] = set()
    if not standing.ends or now.earliest <= max(standing.ends):
        states |= {ACTIVE, PROCESSING}
    if not standing.ends or now.latest >= min(standing.ends):
        states.add(EXPIRED)
    return frozenset(states)


def documented(exceptions: frozenset[str]) -> str:
    """Such as `400 BadRequestException or 403 ForbiddenException`, for messages."""
    if not exceptions:
        return "a refusal with a 4xx status"
    return " or ".join(f"{EXCEPTION_STATUS[name]} {name}" for name in sorted(exceptions))
