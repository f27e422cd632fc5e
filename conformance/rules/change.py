"""Whether a refused attempt changed a reservation: what the same operation showed before it and after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from conformance.execution.trace import Answered, Call, Refused
from conformance.rules.history import History, Observation, PurchaseAttempt
from conformance.rules.registry import Finding
from conformance.rules.reservation import differences
from conformance.spec.model import Reservation
from conformance.spec.service import ACTIVE, Operation


def findings_on_change(
    history: History, attempt: PurchaseAttempt, standing: Reservation, labels: Mapping[Operation, str]
) -> Iterator[Finding]:
    """The reservation reads after the refused attempt as it did before, the clock standing; a finding an operation."""
    if attempt.refusal is None:
        return
    calls = history.trace.calls
    turn = calls.index(attempt.call)
    for operation, label in labels.items():
        before = _first_look(history, standing, operation, reversed(calls[:turn]))
        again = next((call for call in calls[turn + 1 :] if before is not None and _same_look(before.call, call)), None)
        if before is None or again is None:
            continue
        changed = _change(before, _first_look(history, standing, operation, history.trace.at_step(again.step_number)))
        problem = f"changed the active reservation: {changed}" if changed else ""
        yield Finding(label, attempt.call, problem, "the reservation as it was before the refused attempt")


def _same_look(before: Call, call: Call) -> bool:
    """Whether a definite answer was given to the same question, at the same time where the clock can be set."""
    same_question = (call.operation, call.place) == (before.operation, before.place)
    same_arn = call.parameters.get("ReservationArn") == before.parameters.get("ReservationArn")
    same_time = not call.now.exact or call.now == before.now
    return same_question and same_arn and same_time and isinstance(call.outcome, Answered | Refused)


def _change(before: Observation, after: Observation | None) -> str:
    if after is None:
        return "it is no longer shown"
    if before.state == ACTIVE != after.state:
        return f"reservationState {before.state}, then {after.state}"
    return differences(before.wire, after.wire)


def _first_look(
    history: History, standing: Reservation, operation: Operation, calls: Iterable[Call]
) -> Observation | None:
    """The reservation as the first of these calls showed it that did so by this operation."""
    for call in calls:
        for observation in history.observations:
            if observation.call is call and call.operation is operation and observation.standing == standing:
                return observation
    return None
