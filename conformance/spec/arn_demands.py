"""What the ARN of a request asks for: nothing where it is one that exists, else a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conformance.spec.arns import ArnKind, is_arn, read_arn
from conformance.spec.demands import ANY_CLIENT_ERROR, Cause, Demand, Strength
from conformance.spec.reading import Reading
from conformance.spec.service import BAD_REQUEST, FORBIDDEN, NOT_FOUND, Operation
from conformance.spec.state import Reservation, State

_NOT_FOUND = frozenset({NOT_FOUND})
_NO_SUCH = frozenset({BAD_REQUEST, NOT_FOUND})
_NOT_YOURS = frozenset({BAD_REQUEST, NOT_FOUND, FORBIDDEN})

_READ_DIFFERENTLY = Demand(Cause.LEFT_OPEN, ANY_CLIENT_ERROR, Strength.MAY)
_BY_KIND: Mapping[ArnKind, Demand] = {
    ArnKind.FOREIGN: Demand(Cause.MALFORMED_ARN, _NOT_YOURS),
    ArnKind.NEAR: Demand(Cause.NEAR_ARN, _NO_SUCH),
    ArnKind.NEAR_ELSEWHERE: Demand(Cause.NEAR_ARN, _NOT_YOURS),
    ArnKind.NEAR_IN_CASE: Demand(Cause.NEAR_ARN_IN_CASE, _NO_SUCH, Strength.SHOULD),
    ArnKind.ENCODED_TWICE: Demand(Cause.WRONG_PLACE, _NO_SUCH),
    ArnKind.MALFORMED: Demand(Cause.MALFORMED_ARN, _NO_SUCH),
}


def demand_on_arn(state: State, reading: Reading) -> tuple[Demand, ...]:
    """Why the ARN of a request is refused; nothing where there is such an offering or reservation.

    Where its path has delimiters that are not encoded, routers read it in different ways.
    """
    of_reservation = reading.operation is Operation.DESCRIBE_RESERVATION
    demands = _on_reservation(state, reading) if of_reservation else _on_offering(state, reading)
    if not reading.bare_delimiters:
        return demands
    return (*(replace(one, strength=Strength.MAY) for one in demands), _READ_DIFFERENTLY)


def _on_offering(state: State, reading: Reading) -> tuple[Demand, ...]:
    if reading.arn is None:
        return (_BY_KIND[ArnKind.MALFORMED],)
    offerings = state.offerings_of(reading.place)
    may_hold_unseen = reading.place in state.places_with_unseen_reservations
    if reading.arn in offerings.by_arn:
        # An offering may be hidden by a reservation that nobody has seen.
        return (Demand(Cause.LEFT_OPEN, _NOT_YOURS, Strength.MAY),) if may_hold_unseen else ()
    if _is_somebody_elses(state, reading.arn):
        return (Demand(Cause.LEFT_OPEN, _NOT_YOURS, Strength.MAY),)
    reservations = [one.arn for one in state.reservations if one.arn]
    kind = read_arn(reading.arn, offerings.by_arn.keys(), reservations, "offering", reading.place)
    demand = _demand(kind, Cause.UNKNOWN_OFFERING)
    if may_hold_unseen and is_arn(reading.arn):
        return (replace(demand, exceptions=_NOT_YOURS, strength=Strength.MAY),)
    return (demand if offerings.complete else _weaker(demand, kind),)


def _is_somebody_elses(state: State, arn: str) -> bool:
    """Whether it is an offering in another account or Region, which may have the same ones."""
    return any(arn in offerings.by_arn for offerings in state.offerings.values())


def _on_reservation(state: State, reading: Reading) -> tuple[Demand, ...]:
    if reading.arn is None:
        return (_BY_KIND[ArnKind.MALFORMED],)
    known = state.reservation(reading.arn)
    if known is not None:
        return _on_known(known, reading)
    here = {one.arn for one in state.in_place(reading.place) if one.arn}
    offerings = state.offerings_of(reading.place)
    kind = read_arn(reading.arn, here, offerings.by_arn.keys(), "reservation", reading.place)
    demand = _demand(kind, Cause.UNKNOWN_RESERVATION)
    is_of_offering = reading.arn in offerings.by_arn
    if kind in (ArnKind.PERHAPS_UNKNOWN, ArnKind.MALFORMED) and not here and is_arn(reading.arn) and not is_of_offering:
        # Nobody knows the owner that the target's own have: this one may be somebody else's.
        demand = replace(demand, exceptions=_NOT_YOURS)
    if reading.place in state.places_with_unseen_reservations and is_arn(reading.arn):
        return (replace(demand, exceptions=_NOT_YOURS, strength=Strength.MAY),)
    unknown = reading.place in state.places_with_unseen_reservations or any(
        not one.arn for one in state.in_place(reading.place)
    )
    return (_weaker(demand, kind) if unknown else demand,)


def _on_known(known: Reservation, reading: Reading) -> tuple[Demand, ...]:
    if known.place == reading.place:
        return () if known.certain else (Demand(Cause.LEFT_OPEN, _NOT_YOURS, Strength.MAY),)
    if known.place.account == reading.place.account:
        return (Demand(Cause.LEFT_OPEN, _NOT_YOURS, Strength.MAY),)
    return (Demand(Cause.OTHER_ACCOUNT, _NOT_YOURS),)


def _demand(kind: ArnKind, unknown: Cause) -> Demand:
    if kind is ArnKind.UNKNOWN:
        return Demand(unknown, _NOT_FOUND)
    if kind is ArnKind.PERHAPS_UNKNOWN:
        return Demand(unknown, _NO_SUCH)
    return _BY_KIND[kind]


def _weaker(demand: Demand, kind: ArnKind) -> Demand:
    """Where not all that exists is known, an ARN may be of something after all."""
    may_exist = kind in (ArnKind.UNKNOWN, ArnKind.PERHAPS_UNKNOWN, ArnKind.FOREIGN)
    return Demand(demand.cause, _NOT_YOURS, Strength.MAY) if may_exist else demand
