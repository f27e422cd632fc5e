"""Whether a history of concurrent calls could have happened one call after the other.

Wing and Gong's search: pick, among the calls that no unpicked call wholly precedes, one whose outcome the model permits
in the present state; go on from there, and remember the states from which there is no way on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.cases.case import ConcurrentCalls, Purchase
from conformance.execution.trace import Answered, Call, Refused
from conformance.rules.history import History, PurchaseAttempt
from conformance.rules.registry import Finding
from conformance.rules.shared_checks import PER_ACCOUNT, control_of
from conformance.spec.model import SECOND_REFUSED
from conformance.spec.service import Operation


@dataclass(frozen=True, slots=True)
class Event:
    """One concurrent call: when it may have taken effect, and what it is known to have done.

    Exactly one of the three is meant: `bought` (a reservation's ARN), `refused`, or `shown` (the ARNs that a listing
    showed). None of them: its answer was lost, so that it may have bought at any later time, or never.
    """

    began: float
    ended: float
    bought: str = ""
    refused: bool = False
    shown: frozenset[str] | None = None

    @property
    def lost(self) -> bool:
        """Whether it is not known what it did."""
        return not self.bought and not self.refused and self.shown is None


def is_linearizable(events: tuple[Event, ...], standing: frozenset[str] = frozenset()) -> bool:
    """Whether some order of the events, with those that ended before others began before them, fits the model.

    `standing` are the ARNs of reservations that were there before; one of them suffices to refuse every purchase. A
    lost event may buy a reservation of any ARN, or nothing.
    """
    dead_ends: set[tuple[frozenset[int], frozenset[str], bool]] = set()

    def search(pending: frozenset[int], listed: frozenset[str], unknown_bought: bool) -> bool:
        if all(events[number].lost for number in pending):
            return True
        if (pending, listed, unknown_bought) in dead_ends:
            return False
        horizon = min(events[number].ended for number in pending if not events[number].lost)
        for number in sorted(pending):
            if events[number].began <= horizon:
                for next_listed, next_unknown in _effects(events[number], listed, unknown_bought):
                    if search(pending - {number}, next_listed, next_unknown):
                        return True
        dead_ends.add((pending, listed, unknown_bought))
        return False

    return search(frozenset(range(len(events))), standing, False)


def _effects(event: Event, listed: frozenset[str], unknown_bought: bool) -> Iterator[tuple[frozenset[str], bool]]:
    """The states after an event that the model permits in this state; none where it permits no such outcome."""
    active = bool(listed) or unknown_bought
    if event.lost:
        yield listed, unknown_bought
        if not active:
            yield listed, True
    elif event.bought:
        if not active:
            yield listed | {event.bought}, unknown_bought
    elif event.refused:
        if active:
            yield listed, unknown_bought
    elif event.shown is not None:
        if event.shown == listed and not unknown_bought:
            yield listed, unknown_bought
        elif unknown_bought and not listed and len(event.shown) == 1:
            yield event.shown, False


def judge_concurrency(history: History) -> Iterator[Finding]:
    """The judge of exclusivity/concurrent: every `ConcurrentCalls` step, with the listing that follows it."""
    for number, step in enumerate(history.trace.case.steps):
        if not isinstance(step, ConcurrentCalls):
            continue
        calls = [call for call in history.trace.at_step(number) if call.concurrent]
        attempts = [attempt for attempt in history.attempts if attempt.call in calls]
        if attempts and len({call.place for call in calls}) == 1:
            yield _finding(history, step, number, calls, attempts)


def _finding(
    history: History, step: ConcurrentCalls, number: int, calls: list[Call], attempts: list[PurchaseAttempt]
) -> Finding:
    label = _kind(step)
    bought = [attempt for attempt in attempts if attempt.accepted]
    outcomes = f"{len(bought)} of {len(attempts)} purchases at the same time succeeded"
    expected = "exactly one success, one reservation, and answers in some order one after the other"
    valid = [attempt for attempt in attempts if not _wrong_in_itself(attempt) or attempt in bought]
    events = tuple(filter(None, (_event(call, attempts) for call in calls)))
    settled = _listed_afterwards(history, number, calls[0].place)
    if settled is not None:
        last = max(event.ended for event in events) if events else 0.0
        events = (*events, Event(last + 1.0, last + 1.0, shown=settled))
    before = frozenset(standing.arn for standing in attempts[0].standing_here())
    if not valid or is_linearizable(events, before):
        return Finding(label, calls[0])
    shown = "" if settled is None else f", and {len(settled)} reservations exist afterwards"
    control = None if bought else control_of(history, valid[0])
    return Finding(
        label, (bought or attempts)[-1].call, outcomes + shown, expected, presumes=PER_ACCOUNT, control=control
    )


def _kind(step: ConcurrentCalls) -> str:
    calls = [call for branch in step.branches for call in branch]
    purchases = [call for call in calls if isinstance(call, Purchase)]
    if len(purchases) < len(calls):
        return "purchases and reads"
    return "the same purchase several times" if len(set(purchases)) == 1 else "different purchases"


def _wrong_in_itself(attempt: PurchaseAttempt) -> bool:
    """Whether it is refused whatever the other calls do."""
    by_others = (SECOND_REFUSED, "names/unique")
    return any(reason.rule not in by_others for reason in attempt.reasons)


def _event(call: Call, attempts: list[PurchaseAttempt]) -> Event | None:
    attempt = next((attempt for attempt in attempts if attempt.call is call), None)
    if attempt is None:
        if call.operation is not Operation.LIST_RESERVATIONS or not isinstance(call.outcome, Answered):
            return None
        if call.answer.get("nextToken"):
            return None
        arns = _arns([call])
        return None if arns is None else Event(call.began, call.ended, shown=arns)
    if isinstance(call.outcome, Refused):
        # A purchase that is wrong in itself is refused whatever else happens, and tells nothing.
        return None if _wrong_in_itself(attempt) else Event(call.began, call.ended, refused=True)
    reservation = attempt.reservation
    if reservation is None:
        return Event(call.began, call.ended)
    return Event(call.began, call.ended, bought=str(reservation.get("reservationArn")))


def _listed_afterwards(history: History, number: int, place: tuple[str, str]) -> frozenset[str] | None:
    """The ARNs that a whole, answered walk of ListReservations showed right after the concurrent calls."""
    calls = [call for call in history.trace.at_step(number + 1) if call.operation is Operation.LIST_RESERVATIONS]
    complete = calls and all(isinstance(call.outcome, Answered) for call in calls)
    if not complete or calls[-1].answer.get("nextToken") or calls[0].place != place:
        return None
    return _arns(calls)


def _arns(calls: list[Call]) -> frozenset[str] | None:
    """The ARNs that listings show; None where one has none, which is the matter of the wire/* rules."""
    arns = [item.get("reservationArn") for call in calls for item in call.items("reservations")]
    return frozenset(map(str, arns)) if all(isinstance(arn, str) for arn in arns) else None
