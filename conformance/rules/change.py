"""Whether a refused attempt changed a reservation: what the same operation showed before it and after it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from conformance.rules.comparison import differences
from conformance.rules.history import History
from conformance.rules.recorded_call import Observation, RecordedCall
from conformance.rules.registry import Finding
from conformance.spec.outcomes import Answered, Refused, text_of
from conformance.spec.service import ACTIVE, PROCESSING, Operation
from conformance.spec.state import Reservation


def findings_on_change(
    history: History, attempt: RecordedCall, reservation: Reservation, labels: Mapping[Operation, str]
) -> Iterator[Finding]:
    """Whether the reservation is shown after the refused attempt as it was before it.

    Compared only where nothing else changed in between, the time included. `labels` has the equivalence class for each
    operation that reads it.
    """
    given = [text_of(made, "reservationArn") for _, made in history.purchased]
    if attempt.refusal is None or given.count(reservation.arn) > 1:
        return  # what an ARN of two reservations shows is not known
    for operation, label in labels.items():
        shown = history.observations_of(reservation.arn, operation)
        earlier = bisect_left(shown, attempt.number, key=lambda one: one.recorded.number)
        if not earlier:
            continue
        before = shown[earlier - 1]
        again = _next_read(history.of(operation), attempt.number, before.recorded)
        if again is None or again.before.changes != before.recorded.before.changes:
            continue  # nothing to compare, or something that succeeded in between may be the cause
        pagination = history.pagination_of(again)
        pages = pagination.pages if pagination else (again,)
        after = next((one for one in shown[earlier:] if any(one.recorded is page for page in pages)), None)
        if after is None and pages[-1].call.answer.get("nextToken"):
            continue  # it may be on a page that nobody asked for
        changed = _change(before, after)
        problem = f"changed the active reservation: {changed}" if changed else ""
        yield Finding(label, attempt, problem, "the reservation as it was before the refused attempt")


def _next_read(reads: Sequence[RecordedCall], number: int, before: RecordedCall) -> RecordedCall | None:
    """The first read after a call that asks the same as the one before it."""
    for at in range(bisect_left(reads, number, key=lambda one: one.number), len(reads)):
        if _is_same_read(before, reads[at]):
            return reads[at]
    return None


def _is_same_read(before: RecordedCall, one: RecordedCall) -> bool:
    """Whether the same question was answered, at the same time where the clock can be set; or refused without cause."""
    same_question = (one.operation, one.place) == (before.operation, before.place)
    same_arn = one.operation is Operation.LIST_RESERVATIONS or one.reading.arn == before.reading.arn
    same_time = not one.now.exact or one.now == before.now
    first_page = one.reading.next_token is None and one.reading.is_plain
    answered = isinstance(one.outcome, Answered) or (isinstance(one.outcome, Refused) and one.must_succeed)
    return same_question and same_arn and same_time and first_page and answered


def _change(before: Observation, after: Observation | None) -> str:
    if after is None:
        return "it is no longer shown"
    # On a clock that runs, End may have come in between.
    by_time = after.state != PROCESSING and after.state in after.permitted_states
    if before.state == ACTIVE != after.state and not by_time:
        return f"reservationState {before.state}, then {after.state}"
    return differences(before.wire, after.wire)
