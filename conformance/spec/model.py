"""The executable specification of a right server: what is `permitted`, beside `read` and `after`.

Pure functions over frozen state (`spec.state`); a request is read in `spec.reading`, and what holds after it is told in
`spec.transitions`. Where the documents are silent, or the clock is not known exactly, more than one outcome is
permitted. Nothing else in the suite decides what may come of a request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from conformance.spec.arn_demands import demand_on_arn
from conformance.spec.body import BodyFlaw
from conformance.spec.calendar import (
    Interval,
    has_timestamp_form,
    month_start,
    parse_timestamp,
    permitted_ends,
)
from conformance.spec.demands import ANY_CLIENT_ERROR, Cause, Demand, Strength
from conformance.spec.outcomes import (
    Refused,
    months_of,
)
from conformance.spec.reading import ABSENT, Reading
from conformance.spec.service import (
    ACTIVE,
    BAD_REQUEST,
    EXPIRED,
    FORBIDDEN,
    MAX_RESULTS,
    NAME_LENGTHS,
    NOT_FOUND,
    PROCESSING,
    Operation,
    has_name_characters,
)
from conformance.spec.state import Reservation, State, Token

_BAD_REQUEST = frozenset({BAD_REQUEST})
_REFUSALS = frozenset({BAD_REQUEST, FORBIDDEN, NOT_FOUND})
"""How a name or a token may be refused: no document says by which of the client errors."""
REFUSALS_WHILE_ACTIVE = _REFUSALS
"""How a purchase may be refused while a reservation is active."""
_TOKENS_HOLD = timedelta(minutes=1)
"""How long a NextToken holds at least: no document says, but a client must have the time to use it."""


@dataclass(frozen=True, slots=True)
class Permitted:
    """The permitted outcomes of a request: a success where no demand forbids it, and the refusals of the demands.

    `repeats` are the ARNs of active reservations of the very same request: a success that shows one of them
    purchases nothing. `listed` are the ARNs that a whole list must show, None where that is not known.
    """

    demands: tuple[Demand, ...] = ()
    repeats: frozenset[str] = frozenset()
    listed: frozenset[str] | None = None

    @property
    def may_succeed(self) -> bool:
        """Whether no document demands a refusal."""
        return all(demand.strength is not Strength.MUST for demand in self.demands)

    @property
    def must_succeed(self) -> bool:
        """Whether nothing so much as permits a refusal."""
        return not self.demands

    def permits(self, refused: Refused) -> bool:
        """Whether one of the demands permits this very refusal."""
        return any(demand.permits(refused) for demand in self.demands)

    def exceptions(self) -> frozenset[str]:
        """Every exception that a demand permits; none where one permits any 4xx."""
        if any(not demand.exceptions for demand in self.demands):
            return ANY_CLIENT_ERROR
        return frozenset[str]().union(*(demand.exceptions for demand in self.demands))


def permitted(state: State, reading: Reading, now: Interval) -> Permitted:
    """What may come of a request in this state, at whatever instant of `now` it is judged.

    A request of no operation has no demands; nothing may be concluded from what it draws.
    """
    match reading.operation:
        case Operation.PURCHASE_OFFERING:
            return _permitted_purchase(state, reading, now)
        case Operation.DESCRIBE_OFFERING | Operation.DESCRIBE_RESERVATION:
            return Permitted((*demand_on_arn(state, reading), *_open(reading)))
        case Operation.LIST_OFFERINGS | Operation.LIST_RESERVATIONS:
            on_page = *_on_page_size(reading.max_results), *_on_token(state, reading, now)
            return Permitted((*on_page, *_open(reading)), listed=_listed(state, reading))
        case _:
            return Permitted()


def _open(reading: Reading) -> tuple[Demand, ...]:
    """What a server may refuse or tolerate: unknown members and parameters, colons that are not encoded."""
    demands = []
    if reading.unknown or BodyFlaw.UNUSUAL in reading.body_flaws:
        demands.append(Demand(Cause.LEFT_OPEN, ANY_CLIENT_ERROR, Strength.MAY))
    if reading.bare_colons:
        demands.append(Demand(Cause.BARE_COLONS, ANY_CLIENT_ERROR, Strength.MAY))
    return tuple(demands)


def _listed(state: State, reading: Reading) -> frozenset[str] | None:
    if reading.operation is not Operation.LIST_RESERVATIONS or reading.place in state.places_with_unseen_reservations:
        return None
    here = state.in_place(reading.place)
    return frozenset(one.arn for one in here) if all(one.certain for one in here) else None


def _on_page_size(size: str | None) -> tuple[Demand, ...]:
    if size is None or size == str(page_size(size)):
        return ()
    left_open = not size.strip() or page_size(size.strip().lstrip("+")) is not None
    return (Demand(Cause.PAGE_SIZE, _BAD_REQUEST, Strength.MAY if left_open else Strength.SHOULD),)


def _on_token(state: State, reading: Reading, now: Interval) -> tuple[Demand, ...]:
    if reading.next_token is None:
        return ()
    left_open = (Demand(Cause.LEFT_OPEN, ANY_CLIENT_ERROR, Strength.MAY),)
    given = state.tokens.get(reading.next_token)
    if reading.place in state.places_with_unseen_reservations or (given is None and state.tokens_forgotten):
        return left_open  # it may have been given before anybody looked, and what it leads to have changed unseen
    if given is None:
        unknown = Demand(Cause.UNKNOWN_TOKEN, _REFUSALS, Strength.SHOULD)
        return (unknown,) if reading.next_token else left_open
    operation = reading.operation or Operation.LIST_OFFERINGS
    just_given = Token(reading.place, operation, reading.max_results, state.changes, now)
    is_old = now.latest - given.given.earliest > _TOKENS_HOLD
    return left_open if is_old or given != just_given else ()


def page_size(text: str | None) -> int | None:
    """MaxResults, where it is a whole number from 1 to 1000 in digits."""
    number = int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0
    return number if number in MAX_RESULTS else None


def _permitted_purchase(state: State, reading: Reading, now: Interval) -> Permitted:
    demands = (
        *demand_on_arn(state, reading),
        *_on_body(reading),
        *_on_window(reading, now),
        *_on_end(state, reading),
        *_on_state(state, reading, now),
        *_open(reading),
    )
    return Permitted(demands, repeats(state, reading, now))


def _on_body(reading: Reading) -> tuple[Demand, ...]:
    flaws = reading.body_flaws
    if flaws & {BodyFlaw.EMPTY, BodyFlaw.NOT_JSON, BodyFlaw.NO_OBJECT}:
        return (Demand(Cause.MALFORMED_BODY, ANY_CLIENT_ERROR),)
    if BodyFlaw.EXTENSION in flaws:
        return (Demand(Cause.LENIENT_BODY, ANY_CLIENT_ERROR, Strength.SHOULD), *_on_members(reading))
    if BodyFlaw.UNUSUAL in flaws:
        # Another reader may find other members: then what they ask for is permitted, and no more.
        return tuple(replace(demand, strength=Strength.MAY) for demand in _on_members(reading))
    return _on_members(reading)


def _on_members(reading: Reading) -> tuple[Demand, ...]:
    return (*_on_member(reading, "reservationName", reading.name), *_on_member(reading, "start", reading.start),
            *_on_name(reading.name_text), *_on_start_form(reading.start_text))  # fmt: skip


def _on_member(reading: Reading, member: str, value: object) -> tuple[Demand, ...]:
    if value is ABSENT:
        # A server that reads names of members in any case finds it.
        strength = Strength.SHOULD if member in reading.in_other_case else Strength.MUST
        return (Demand(Cause.MISSING_PARAMETER, _BAD_REQUEST, strength),)
    if isinstance(value, str):
        return ()
    if isinstance(value, bool | int | float):
        return (Demand(Cause.SCALAR_TYPE, ANY_CLIENT_ERROR, Strength.SHOULD),)
    return (Demand(Cause.WRONG_TYPE, ANY_CLIENT_ERROR),)


def _on_name(name: str | None) -> tuple[Demand, ...]:
    if name is None:
        return ()
    if not name:
        return (Demand(Cause.EMPTY_NAME, _BAD_REQUEST, Strength.SHOULD),)
    demands = []
    if len(name) not in NAME_LENGTHS:
        demands.append(Demand(Cause.NAME_LENGTH, _REFUSALS, Strength.SHOULD))
    if not has_name_characters(name):
        demands.append(Demand(Cause.NAME_CHARACTERS, _REFUSALS, Strength.SHOULD))
    return tuple(demands)


def _on_start_form(start: str | None) -> tuple[Demand, ...]:
    if start is None or parse_timestamp(start) is not None:
        return ()
    if not start:
        return (Demand(Cause.EMPTY_START, _BAD_REQUEST),)
    cause = Cause.IMPOSSIBLE_TIME if has_timestamp_form(start) else Cause.OTHER_FORM
    return (Demand(cause, _BAD_REQUEST),)


def _on_window(reading: Reading, now: Interval) -> tuple[Demand, ...]:
    """The reference page, Start: from 12:00am on the first day of the current month to the current time, inclusive."""
    start = parse_timestamp(reading.start_text or "")
    if start is None:
        return ()
    certain = not reading.body_flaws
    if start < month_start(now.latest):
        must = certain and start < month_start(now.earliest)
        return (Demand(Cause.BEFORE_WINDOW, _BAD_REQUEST, Strength.MUST if must else Strength.MAY),)
    if start > now.earliest:
        must = certain and start > now.latest
        return (Demand(Cause.AFTER_WINDOW, _BAD_REQUEST, Strength.MUST if must else Strength.MAY),)
    return ()


def _on_end(state: State, reading: Reading) -> tuple[Demand, ...]:
    """An End beyond the year 9999 cannot be written, so that a refusal is permitted."""
    months = months_of(state.offerings_of(reading.place).by_arn.get(reading.arn or "", {}))
    start = parse_timestamp(reading.start_text or "")
    if start is None or months is None or permitted_ends(start, months):
        return ()
    return (Demand(Cause.LEFT_OPEN, ANY_CLIENT_ERROR, Strength.MAY),)


def _on_state(state: State, reading: Reading, now: Interval) -> tuple[Demand, ...]:
    demands = [_of_unseen_reservations()] if reading.place in state.places_with_unseen_reservations else []
    for one in state.reservations:
        if one.place.account != reading.place.account:
            continue
        here = one.place == reading.place
        if not one.is_over(now):
            demands.append(_exclusion(one, now, here))
        if one.name.casefold() == (reading.name_text or "").casefold():
            # Whether a name in another case, or one of another Region, is the same is left open.
            same = here and one.name == reading.name_text and one.certain
            demands.append(Demand(Cause.NAME_TAKEN, _REFUSALS, Strength.SHOULD if same else Strength.MAY))
    return tuple(demands)


def _of_unseen_reservations() -> Demand:
    return Demand(Cause.ACTIVE_RESERVATION, REFUSALS_WHILE_ACTIVE, Strength.MAY)


def _exclusion(one: Reservation, now: Interval, here: bool) -> Demand:
    """A reservation excludes a purchase until its End, at the instant of End perhaps; in another Region perhaps."""
    if not here:
        return Demand(Cause.OTHER_REGION, REFUSALS_WHILE_ACTIVE, Strength.MAY)
    strength = Strength.MUST if one.is_active(now) else Strength.MAY
    return Demand(Cause.ACTIVE_RESERVATION, REFUSALS_WHILE_ACTIVE, strength)


def repeats(state: State, reading: Reading, now: Interval) -> frozenset[str]:
    """The ARNs of the reservations that may be active and that the very same request purchased."""
    asked = reading.arn, reading.name_text, reading.start_text
    return frozenset(
        one.arn
        for one in state.in_place(reading.place)
        if one.arn and (one.offering_arn, one.name, one.start) == asked and not one.is_over(now)
    )


def permitted_states(reservation: Reservation, now: Interval) -> frozenset[str]:
    """The states in which a reservation may be shown: before its End ACTIVE or PROCESSING, after it EXPIRED."""
    states: set[str] = set()
    if not reservation.ends or now.earliest <= max(reservation.ends):
        states |= {ACTIVE, PROCESSING}
    if not reservation.ends or now.latest >= min(reservation.ends):
        states.add(EXPIRED)
    return frozenset(states)
