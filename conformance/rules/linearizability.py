"""Whether a history of concurrent calls could have happened one call after the other.

Wing and Gong's search: pick, among the calls that no unpicked call wholly precedes, one whose outcome the specification
permits in the present state; go on from there, and remember the states from which there is no way on. A call takes
effect at one instant between its sending and its answer, both included; one whose answer was lost at any instant after
its sending, or never.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from conformance.spec.calendar import Interval
from conformance.spec.demands import Cause, Strength
from conformance.spec.model import Permitted, permitted
from conformance.spec.outcomes import Answered, Faulted, Lost, Outcome, Refused, shown_items, shown_reservation, text_of
from conformance.spec.reading import Reading
from conformance.spec.service import CANCELED, EXPIRED, Operation
from conformance.spec.state import State
from conformance.spec.transitions import after

_PAST = (EXPIRED, CANCELED)
_UNSEEN = "an ARN that was not shown"
_TOOK_EFFECT = Answered(201, {"reservation": {"reservationArn": _UNSEEN}})


@dataclass(frozen=True, slots=True)
class Event:
    """One call among concurrent ones: what was asked, what came of it, and between which seconds it took effect."""

    reading: Reading
    outcome: Outcome
    now: Interval
    began: float
    ended: float

    @property
    def is_lost(self) -> bool:
        """Whether it is not known what it did."""
        return isinstance(self.outcome, Lost | Faulted)


def is_linearizable(events: tuple[Event, ...], state: State) -> bool:
    """Whether some order of the events, with those that ended before others began before them, is permitted.

    `state` is what was known before. Which exceptions and answers are right is the matter of other rules: here a
    purchase succeeds or is refused, and a list shows ARNs.
    """
    dead_ends: set[tuple[frozenset[int], tuple[str, ...]]] = set()

    def search(pending: frozenset[int], state: State) -> bool:
        if all(events[number].is_lost for number in pending):
            return True
        key = pending, tuple(one.arn for one in state.reservations)
        if key in dead_ends:
            return False
        horizon = min(events[number].ended for number in pending if not events[number].is_lost)
        for number in sorted(pending):
            if events[number].began <= horizon:
                for following in _following(events[number], state):
                    if search(pending - {number}, following):
                        return True
        dead_ends.add(key)
        return False

    return search(frozenset(range(len(events))), state)


def _following(event: Event, state: State) -> Iterator[State]:
    """The states after an event that the specification permits in this state; none where it permits no such outcome."""
    allowed = permitted(state, event.reading, event.now)
    if event.reading.operation is Operation.LIST_RESERVATIONS:
        yield from _listed(state, event, allowed)
    elif event.is_lost:
        yield state
        if not _is_excluded(allowed):
            yield after(state, event.reading, _TOOK_EFFECT, event.now)
    elif isinstance(event.outcome, Refused):
        if not allowed.must_succeed:
            yield state
    else:
        shown = text_of(shown_reservation(event.outcome) or {}, "reservationArn")
        if shown in allowed.repeats:
            yield state
        elif _UNSEEN in allowed.repeats and shown and state.reservation(shown) is None:
            yield _seen(state, shown)
        elif not _is_excluded(allowed):
            yield after(state, event.reading, event.outcome, event.now)


def _is_excluded(allowed: Permitted) -> bool:
    """Whether an active reservation demands a refusal."""
    return any(
        demand.cause is Cause.ACTIVE_RESERVATION and demand.strength is Strength.MUST for demand in allowed.demands
    )


def _listed(state: State, event: Event, allowed: Permitted) -> Iterator[State]:
    """A list shows what there is; an ARN that was never shown before is that of a purchase whose answer was lost."""
    if allowed.listed is None or not isinstance(event.outcome, Answered):
        yield state
        return
    shown = {
        text_of(item, "reservationArn")
        for item in shown_items(event.outcome, "reservations")
        # What expired before anybody looked is of an earlier time, and no matter here.
        if item.get("reservationState") not in _PAST or text_of(item, "reservationArn") in allowed.listed
    }
    hidden, new = allowed.listed - shown, shown - allowed.listed
    if not hidden and not new:
        yield state
    elif hidden == {_UNSEEN} and not new:
        yield state  # nobody can wait for reads to show what nobody has seen: that it is not shown may be their lag
    elif hidden == {_UNSEEN} and len(new) == 1:
        yield _seen(state, next(iter(new)))


def _seen(state: State, arn: str) -> State:
    """The state in which the reservation that was not shown has been, with its ARN."""
    reservations = tuple(replace(one, arn=arn) if one.arn == _UNSEEN else one for one in state.reservations)
    return replace(state, reservations=reservations)
