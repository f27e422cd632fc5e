"""lifecycle: the states of a reservation, and who sees it."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.cases.case import DescribeReservation
from conformance.execution.trace import Answered, Call, Refused
from conformance.rules.history import History, Observation
from conformance.rules.registry import Finding, Level, reference_page, rule, service_model
from conformance.rules.reservation import differences, whole_walks
from conformance.spec.calendar import DAY, SECOND, month_start
from conformance.spec.model import Reservation
from conformance.spec.service import ACTIVE, CANCELED, EXPIRED, PROCESSING, RESERVATION_STATES, Operation
from conformance.targets.capabilities import Capability

_FRESH_AND_CLOCK = frozenset({Capability.ACCOUNTS, Capability.CLOCK, Capability.OFFERINGS})
_LOOKING = frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_RESERVATION, Operation.LIST_RESERVATIONS})
_END = reference_page("End", "The day and time that this reservation expires")
_STATE_ORDER = {PROCESSING: 0, ACTIVE: 1, EXPIRED: 2, CANCELED: 2}


@rule(
    "lifecycle/initial-state",
    Level.MUST,
    "A new reservation is ACTIVE or PROCESSING.",
    reference_page("Start", "The day and time that the reservation becomes active"),
    needs=frozenset({Capability.OFFERINGS}),
    classes=("purchased",),
)
def initial_state(history: History) -> Iterator[Finding]:
    """The state in the answer of the purchase; which of the two it is, is observed."""
    for observation in history.observations:
        if observation.call.operation is not Operation.PURCHASE_OFFERING or observation.state not in RESERVATION_STATES:
            continue
        wrong = observation.standing is not None and observation.state not in observation.permitted_states
        problem = f"gave the new reservation the state {observation.state!r}" if wrong else ""
        yield Finding(
            "purchased", observation.call, problem, f"{ACTIVE} or {PROCESSING}", "" if wrong else str(observation.state)
        )


def _later(history: History) -> Iterator[tuple[Observation, Reservation]]:
    """Sightings after the purchase itself, with a state that is one of the four."""
    for observation in history.observations:
        own = observation.call.operation is Operation.PURCHASE_OFFERING
        if observation.standing is not None and observation.state in RESERVATION_STATES and not own:
            yield observation, observation.standing


@rule(
    "lifecycle/active-until-end",
    Level.MUST,
    "A reservation is never EXPIRED before End, and settles on ACTIVE.",
    _END,
    operations=_LOOKING,
    needs=_FRESH_AND_CLOCK,
    classes=("at once", "later in the month", "in a later month", "in the last second before End", "settled"),
)
def active_until_end(history: History) -> Iterator[Finding]:
    """Every look before End; a day after the purchase, by a look that waits for it, it has settled."""
    for observation, standing in _later(history):
        now, step = observation.call.now, observation.call.step
        if not standing.ends or now.latest >= min(standing.ends):
            continue
        waited = isinstance(step, DescribeReservation) and step.settled
        settled = waited and now.earliest - standing.bought.latest >= DAY
        permitted = {ACTIVE} if settled else observation.permitted_states
        problem = f"showed {observation.state} before End" if observation.state not in permitted else ""
        label = "settled" if settled else _when_before_end(observation, standing)
        yield Finding(label, observation.call, problem, " or ".join(sorted(permitted)))


def _when_before_end(observation: Observation, standing: Reservation) -> str:
    now = observation.call.now
    if now.latest + SECOND == min(standing.ends):
        return "in the last second before End"
    if now.earliest <= standing.bought.latest:
        return "at once"
    same_month = month_start(now.latest) == month_start(standing.bought.latest)
    return "later in the month" if same_month else "in a later month"


@rule(
    "lifecycle/expired-from-end",
    Level.MUST,
    "A reservation is EXPIRED from the second after End on.",
    _END,
    operations=_LOOKING,
    needs=_FRESH_AND_CLOCK,
    classes=("in the second after End", "later", "described", "listed"),
)
def expired_from_end(history: History) -> Iterator[Finding]:
    """Every look after End; the instant of End itself is observed."""
    for observation, standing in _later(history):
        now = observation.call.now
        if now.exact and standing.ends == {now.latest}:
            yield Finding("at End itself", observation.call, observed=str(observation.state))
        if standing.ends and now.earliest > max(standing.ends):
            problem = f"showed {observation.state} after End" if observation.state != EXPIRED else ""
            first = now.latest - max(standing.ends) <= SECOND
            listed = observation.call.operation is Operation.LIST_RESERVATIONS
            yield Finding("in the second after End" if first else "later", observation.call, problem, EXPIRED)
            yield Finding("listed" if listed else "described", observation.call, problem, EXPIRED)


@rule(
    "lifecycle/history-kept",
    Level.MUST,
    "ListReservations goes on showing reservations that have expired.",
    service_model("ListReservations", "all reservations in all states (such as active and expired)"),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS}),
    needs=_FRESH_AND_CLOCK,
    classes=("after End", "after the next purchase"),
)
def history_kept(history: History) -> Iterator[Finding]:
    """Whole pagination after End, before and after the account has bought again, of what was listed while it lasted."""
    paginations = list(whole_walks(history, Operation.LIST_RESERVATIONS))
    for standing in history.final.standings:
        listed_before = False
        for calls in paginations:
            if calls[0].place != (standing.account, standing.region) or not standing.arn or not standing.ends:
                continue
            shown = any(s.arn == standing.arn for s in history.observations if s.call in calls)
            if calls[0].now.earliest <= max(standing.ends):
                listed_before = listed_before or shown
                continue
            later = [s for s in history.final.in_place(*calls[0].place) if s.bought.earliest > max(standing.ends)]
            bought_again = any(s.bought.latest <= calls[0].now.earliest for s in later)
            problem = "no longer listed a reservation that has expired" if listed_before and not shown else ""
            label = "after the next purchase" if bought_again else "after End"
            yield Finding(label, calls[-1], problem, f"the reservation {standing.arn}, {EXPIRED}")


@rule(
    "lifecycle/immutable",
    Level.MUST,
    "Nothing but the state of a reservation ever changes, and its state never goes back.",
    reference_page("Response Structure"),
    operations=_LOOKING,
    needs=_FRESH_AND_CLOCK,
    classes=("before End", "across End"),
)
def immutable(history: History) -> Iterator[Finding]:
    """Two reads by the same operation, with the clock set forward between them."""
    last: dict[tuple[str, Operation], Observation] = {}
    for observation, standing in _later(history):
        key = standing.arn, observation.call.operation
        before = last.get(key)
        last[key] = observation
        if before is None or observation.call.now == before.call.now:
            continue
        changed = differences(before.wire, observation.wire)
        if _STATE_ORDER[str(observation.state)] < _STATE_ORDER[str(before.state)]:
            changed = f"reservationState {before.state}, then {observation.state}"
        crossed = bool(standing.ends) and before.call.now.latest < min(standing.ends) <= observation.call.now.earliest
        problem = f"changed the reservation over time: {changed}" if changed else ""
        yield Finding("across End" if crossed else "before End", observation.call, problem, "the reservation as it was")


@rule(
    "lifecycle/isolated",
    Level.MUST,
    "Another account, and another Region, does not see a reservation.",
    service_model("ListReservations", "purchased by this account in the current Amazon Web Services Region"),
    operations=_LOOKING,
    needs=frozenset({Capability.ACCOUNTS, Capability.OFFERINGS}),
    classes_with={
        Capability.OTHER_ACCOUNTS: ("listed for another account", "described for another account"),
        Capability.REGIONS: ("listed in another Region", "described in another Region"),
    },
)
def isolated(history: History) -> Iterator[Finding]:
    """Listings and descriptions in every other account and Region."""
    for attempt, reservation in history.made():
        arn = reservation.get("reservationArn")
        for call in history.trace.calls:
            elsewhere = call.place != attempt.call.place and call.began >= attempt.call.ended
            if elsewhere and isinstance(arn, str) and arn not in _own_arns(history, call.place):
                yield from _seen_elsewhere(attempt.call, call, arn)


def _seen_elsewhere(purchase: Call, call: Call, arn: str) -> Iterator[Finding]:
    where = "for another account" if call.account != purchase.account else "in another Region"
    whose = f"the reservation of account {purchase.account} in {purchase.region}"
    if call.operation is Operation.LIST_RESERVATIONS and isinstance(call.outcome, Answered):
        seen = any(item.get("reservationArn") == arn for item in call.items("reservations"))
        yield Finding(f"listed {where}", call, f"listed {whose} {where}" if seen else "", "a list without it")
    elif call.parameters.get("ReservationArn") == arn and isinstance(call.outcome, Answered | Refused):
        seen = call.member("reservation") is not None
        yield Finding(f"described {where}", call, f"described {whose} {where}" if seen else "", "404 NotFoundException")


def _own_arns(history: History, place: tuple[str, str]) -> set[object]:
    return {reservation.get("reservationArn") for attempt, reservation in history.made() if attempt.call.place == place}
