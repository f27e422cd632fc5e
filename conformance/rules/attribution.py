"""Why an example could not be judged: a more basic rule that was broken on the way, or an answer that never came."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.execution.trace import Faulted, Lost, Refused
from conformance.rules.history import History, PurchaseAttempt
from conformance.spec.calendar import month_start


@dataclass(frozen=True, slots=True)
class Unjudged:
    """`blocked_by` names a rule, or `unknown` says why nothing can be known; both empty where neither is so."""

    blocked_by: str = ""
    unknown: str = ""


def why_unjudged(history: History) -> Unjudged:
    """The first call of the trace that went otherwise than the case counted on."""
    for call in history.trace.calls:
        if isinstance(call.outcome, Lost):
            return Unjudged(unknown=call.outcome.reason)
        if isinstance(call.outcome, Faulted):
            throttled = call.outcome.status == 429
            return Unjudged(unknown="the target throttled") if throttled else Unjudged("errors/no-server-fault")
    for attempt in history.attempts:
        if attempt.must_succeed and attempt.refusal is not None:
            return Unjudged(rule_of_acceptance(attempt))
    for call in history.trace.calls:
        if isinstance(call.outcome, Refused) and call.parameters.get("ReservationArn") in _made(history):
            return Unjudged("reservation/describe-agrees")
    if any(reservations is None or reservations for reservations in history.trace.before.values()):
        return Unjudged(unknown="the account had a reservation before")
    if history.trace.skipped:
        return Unjudged(unknown=history.trace.skipped[0][1])
    return Unjudged()


def _made(history: History) -> set[object]:
    return {reservation.get("reservationArn") for _, reservation in history.made()}


def rule_of_acceptance(attempt: PurchaseAttempt) -> str:
    """The rule on the start window by which a purchase must be accepted."""
    if attempt.standing_here():
        return "exclusivity/freed-from-end"
    if attempt.state.standings:
        return "exclusivity/per-account"
    if attempt.start == month_start(attempt.call.now.latest):
        return "start-window/lower-bound-inclusive"
    if attempt.start == attempt.call.now.latest:
        return "start-window/upper-bound-inclusive"
    return "start-window/interior"
