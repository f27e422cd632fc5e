"""exclusivity: purchases that are made at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from conformance.rules.history import History
from conformance.rules.linearizability import Event, is_linearizable
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import FRESH, Finding, Level, Premise, rule
from conformance.rules.shared_checks import ACCOUNTS_APART, control_of, is_wrong_in_itself, premises_of_name
from conformance.spec.demands import Strength
from conformance.spec.outcomes import Answered
from conformance.spec.request import Place
from conformance.spec.service import Operation
from conformance.spec.sources import reference_page
from conformance.spec.state import LONG_AGO

_QUIET_SECONDS = 1.0
_CONTESTED = (Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS)


@rule(
    "exclusivity/concurrent",
    Level.MUST,
    "Of purchases made at the same time in one account exactly one succeeds and one reservation exists; every history "
    "of concurrent calls could have happened one call after the other.",
    reference_page(
        "PurchaseOffering",
        "If you already have an active reservation, you can't purchase another offering",
        "Whichever of two purchases comes second finds an active reservation.",
    ),
    operations=frozenset(_CONTESTED),
    needs=FRESH,
    classes=("the same purchase several times", "different purchases", "purchases and reads"),
)
def concurrent(history: History) -> Iterator[Finding]:
    """Every group of calls that ran at the same time, place by place, with the list that follows it."""
    for calls in _groups(history):
        for place in dict.fromkeys(one.place for one in calls):
            here = [one for one in calls if one.place == place and one.operation in _CONTESTED]
            purchases = any(one.operation is Operation.PURCHASE_OFFERING for one in here)
            if purchases and not _is_left_open(calls, place):
                yield _finding(history, here)


def _is_left_open(calls: list[RecordedCall], place: Place) -> bool:
    """Whether a refusal may be due to a purchase in another Region, which may block or not."""
    account = [one for one in calls if one.place.account == place.account]
    elsewhere = any(one.operation is Operation.PURCHASE_OFFERING and one.place != place for one in account)
    return elsewhere and any(one.refusal is not None and one.place == place for one in account)


def _groups(history: History) -> Iterator[list[RecordedCall]]:
    """The concurrent calls that follow each other, up to the next second in which none of them was under way."""
    for is_concurrent, calls in groupby(history.calls, key=lambda one: one.call.concurrent):
        group: list[RecordedCall] = []
        for one in sorted(calls, key=lambda one: one.call.began) if is_concurrent else ():
            if group and one.call.began > max(other.call.ended for other in group) + _QUIET_SECONDS:
                yield sorted(group, key=lambda other: other.number)
                group = []
            group.append(one)
        if group:
            yield sorted(group, key=lambda other: other.number)


def _finding(history: History, calls: list[RecordedCall]) -> Finding:
    purchases = [one for one in calls if one.operation is Operation.PURCHASE_OFFERING]
    accepted = [one for one in purchases if one.accepted]
    contending = [one for one in purchases if one.accepted or not is_wrong_in_itself(one, Strength.MUST)]
    refused = [one for one in contending if one.refusal is not None]
    state = calls[0].before
    events = [_event(one) for one in calls if _tells(history, one)]
    after = _listed_afterwards(history, calls)
    if after is not None:
        events.append(after)
    if is_linearizable(tuple(events), state):
        return Finding(_kind(calls, purchases), calls[0])
    reservations = {str((one.reservation or {}).get("reservationArn")) for one in accepted}
    problem = f"{len(accepted)} of {len(contending)} purchases at the same time succeeded"
    problem += f", with {len(reservations)} ReservationArns" if accepted else ""
    if len(contending) == len(refused) == 1 < len(purchases):
        problem = f"refused a right purchase with {refused[0].refusal}, beside wrong ones at the same time"
    if not contending:
        problem = "refused wrong purchases, and what was listed meanwhile or afterwards fits no order of the calls"
    if len(accepted) == len(reservations) == 1:
        problem = "one purchase succeeded, and what was listed meanwhile or afterwards fits no order of the calls"
    premises = ACCOUNTS_APART.union(*(premises_of_name(one.reading.name_text or "") for one in refused))
    if any(one.bought != LONG_AGO for one in state.in_place(calls[0].place)):
        premises |= {Premise.FREED, Premise.HISTORY}
    return Finding(
        _kind(calls, purchases),
        (accepted or contending or purchases)[-1],
        problem,
        "exactly one success, one reservation, and answers in some order one after the other",
        depends_on=premises,
        control=control_of(history, refused[0]) if refused else None,
    )


def _tells(history: History, one: RecordedCall) -> bool:
    """Whether a call says something of the order: no page of several, and no list without an answer."""
    if one.operation is Operation.LIST_RESERVATIONS:
        whole = one.reading.next_token is None and not one.call.answer.get("nextToken")
        return isinstance(one.outcome, Answered) and whole and _is_of_place(history, one)
    return True


def _is_of_place(history: History, one: RecordedCall) -> bool:
    """Whether each reservation has its ARN (else wire/reservation-members), of this place (else lifecycle/isolated)."""
    elsewhere = {known.arn for known in history.final.reservations if known.place != one.place}
    arns = [item.get("reservationArn") for item in one.call.items("reservations")]
    return all(isinstance(arn, str) and arn not in elsewhere for arn in arns)


def _event(one: RecordedCall) -> Event:
    return Event(one.reading, one.outcome, one.now, one.call.began, one.call.ended)


def _listed_afterwards(history: History, calls: list[RecordedCall]) -> Event | None:
    """The next thing that happens in the place, where it is a whole list."""
    last = max(one.number for one in calls)
    place = calls[0].place
    following = next((one for one in history.calls[last + 1 :] if one.place == place), None)
    if following is None or following.call.concurrent or following.operation is not Operation.LIST_RESERVATIONS:
        return None
    pagination = next((pagination for pagination in history.paginations if following in pagination.pages), None)
    if (
        pagination is None
        or not pagination.is_whole
        or not all(_is_of_place(history, page) for page in pagination.pages)
    ):
        return None
    ended = max(one.call.ended for one in calls) + _QUIET_SECONDS
    whole = Answered(200, {"reservations": list(pagination.items())})
    return Event(following.reading, whole, following.now, ended, ended)


def _kind(calls: list[RecordedCall], purchases: list[RecordedCall]) -> str:
    if len(purchases) < len(calls):
        return "purchases and reads"
    asked = {(one.reading.arn, one.reading.name_text, one.reading.start_text) for one in purchases}
    return "the same purchase several times" if len(asked) == 1 else "different purchases"
