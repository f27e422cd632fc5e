"""Why a trace could not be judged by a rule: a more basic rule that is broken in it, or an answer that never came."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.rules.history import History
from conformance.rules.registry import Premise, rule_with_premise
from conformance.rules.shared_checks import premise_of_acceptance
from conformance.spec.outcomes import Faulted, Lost, text_of
from conformance.spec.service import Operation
from conformance.spec.state import LONG_AGO


@dataclass(frozen=True, slots=True)
class Unjudged:
    """`blocked_by` names a rule, or `unknown` says why nothing can be known; both empty where neither is so."""

    blocked_by: str = ""
    unknown: str = ""


def why_unjudged(history: History) -> Unjudged:
    """The first call of the trace that went otherwise than the case counted on."""
    for recorded in history.calls:
        if isinstance(recorded.outcome, Lost):
            return Unjudged(unknown=recorded.outcome.reason)
        if isinstance(recorded.outcome, Faulted):
            throttled = recorded.outcome.status == 429
            return Unjudged(unknown="the target throttled") if throttled else _blocked(Premise.ANSWERED)
    for attempt in history.alone:
        if attempt.must_succeed and attempt.refusal is not None:
            return _blocked(premise_of_acceptance(attempt))
    made = {text_of(reservation, "reservationArn") for _, reservation in history.purchased}
    for recorded in history.of(Operation.DESCRIBE_RESERVATION):
        if recorded.must_succeed and recorded.refusal is not None and recorded.reading.arn in made:
            return _blocked(Premise.DESCRIBED)
    if _had_a_reservation(history):
        return Unjudged(unknown="the account had a reservation before")
    if history.trace.skipped:
        return Unjudged(unknown=history.trace.skipped[0][1])
    return Unjudged()


def _had_a_reservation(history: History) -> bool:
    """Whether somebody's reservation may have been in the way: one that is over is not."""
    first = history.calls[0] if history.calls else None
    if first is None or first.before.places_with_unseen_reservations:
        return first is not None
    return any(one.bought == LONG_AGO and not one.is_over(first.now) for one in first.before.reservations)


def _blocked(premise: Premise) -> Unjudged:
    return Unjudged(blocked_by=rule_with_premise(premise).id)
