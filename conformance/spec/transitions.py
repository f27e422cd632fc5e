"""What holds after a request: `after`, the last third of the executable specification.

Pure functions over frozen state. What a server did, right or wrong, is what holds from then on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from conformance.spec.calendar import Interval, parse_iso8601, parse_timestamp, permitted_ends
from conformance.spec.model import repeats
from conformance.spec.outcomes import (
    Answered,
    Faulted,
    FoundAfterwards,
    Outcome,
    Refused,
    Wire,
    months_of,
    shown_items,
    shown_reservation,
    text_of,
)
from conformance.spec.reading import Reading
from conformance.spec.request import Place
from conformance.spec.service import Operation
from conformance.spec.state import LONG_AGO, Offerings, Reservation, State, Token


def after(state: State, reading: Reading, outcome: Outcome, now: Interval) -> State:
    """The state after a request with this outcome: what the server did, right or wrong, is what holds from then on.

    Where the outcome is not known, the reservation is there, but not certain.
    """
    if reading.operation is Operation.PURCHASE_OFFERING:
        return _after_purchase(state, reading, outcome, now)
    if not isinstance(outcome, Answered):
        return with_used_token(state, reading)
    match reading.operation:
        case Operation.LIST_OFFERINGS:
            return _with_token(_with_listed_offerings(state, reading.place, outcome), reading, outcome, now)
        case Operation.LIST_RESERVATIONS:
            return _with_token(_with_unseen_reservations(state, reading.place, outcome), reading, outcome, now)
        case _:
            return state


def _after_purchase(state: State, reading: Reading, outcome: Outcome, now: Interval) -> State:
    if isinstance(outcome, Refused) or (isinstance(outcome, Faulted) and outcome.status == 429):
        return state if reading.place in state.refused else replace(state, refused=state.refused | {reading.place})
    shown = shown_reservation(outcome) or {}
    arn = text_of(shown, "reservationArn")
    if arn and arn in repeats(state, reading, now):
        return state
    start = parse_timestamp(reading.start_text or "")
    offering = state.offerings_of(reading.place).by_arn.get(reading.arn or "", shown)
    ends = possible_ends(start, months_of(offering), parse_iso8601(shown.get("end")))
    reservation = Reservation(
        reading.place,
        name=reading.name_text or text_of(shown, "reservationName"),
        arn=arn,
        bought=now,
        ends=ends,
        offering_arn=reading.arn or "",
        start=reading.start_text or "",
        certain=isinstance(outcome, Answered | FoundAfterwards),
    )
    return state.with_reservation(reservation)


def _with_listed_offerings(state: State, place: Place, outcome: Answered) -> State:
    """Offerings that are listed exist, where it was not known which do."""
    known = state.offerings_of(place)
    if known.complete:
        return state
    items = {text_of(item, "offeringArn"): item for item in shown_items(outcome, "offerings")}
    if not items.keys() - known.by_arn.keys():
        return state
    return replace(state, offerings={**state.offerings, place: Offerings({**known.by_arn, **items})})


def _with_unseen_reservations(state: State, place: Place, outcome: Answered) -> State:
    """Reservations that are listed, and that no known purchase made: of an earlier time, or whose answer was lost."""
    known = {one.arn for one in state.reservations}
    for item in shown_items(outcome, "reservations"):
        arn = text_of(item, "reservationArn")
        if arn and arn not in known:
            state = with_listed(state, place, item)
    return state


def with_listed(state: State, place: Place, item: Wire) -> State:
    """The state in which a place has this reservation, which is known from a list alone.

    It counts for names and history; one that is over excludes nothing, any other may.
    """
    lost = next((one for one in state.in_place(place) if _may_be(one, item)), None)
    end = parse_iso8601(item.get("end"))
    ends = frozenset({end}) if end is not None else frozenset[datetime]()
    name, arn = text_of(item, "reservationName"), text_of(item, "reservationArn")
    found = Reservation(place, name, arn, lost.bought if lost else LONG_AGO, ends, certain=False)
    others = tuple(one for one in state.reservations if one is not lost)
    return replace(state, reservations=(*others, found), changes=state.changes + 1)


def _may_be(one: Reservation, item: Wire) -> bool:
    """Whether a reservation whose ARN was never shown may be the one listed."""
    return not one.arn and one.name == text_of(item, "reservationName")


def _with_token(state: State, reading: Reading, outcome: Answered, now: Interval) -> State:
    given = text_of(outcome.members, "nextToken")
    state = with_used_token(state, reading)
    if not given or reading.operation is None:
        return state
    token = Token(reading.place, reading.operation, reading.max_results, state.changes, now)
    return replace(state, tokens={**state.tokens, given: token})


def with_used_token(state: State, reading: Reading) -> State:
    """The state once a server may have acted on the request's token: to what it leads a second time is left open.

    Also where it was refused: a server may let each token be used once.
    """
    used = state.tokens.get(reading.next_token or "")
    if used is None:
        return state
    return replace(state, tokens={**state.tokens, str(reading.next_token): replace(used, changes=-1)})


def possible_ends(start: datetime | None, months: int | None, shown: datetime | None) -> frozenset[datetime]:
    """The instants that may be a reservation's End, for all that judges by it.

    The shown End where it is right, or nothing better is known; where it is wrong, which is the matter of the rules on
    End alone, also those that would be right.
    """
    right = permitted_ends(start, months) if start is not None and months is not None else frozenset()
    if shown is None or shown in right:
        return right if shown is None else frozenset({shown})
    return right | {shown}
