"""Which call of a saved case was at fault, and how a script tells whether it still is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.cases.case import At, Case, Purchase, SetClock, Written
from conformance.execution.trace import Trace
from conformance.replay.fingerprints import Answers
from conformance.results.failure import Violation
from conformance.rules.recorded_call import RecordedCall
from conformance.spec.outcomes import Faulted


def fault_of(violation: Violation) -> Mapping[str, Any] | None:
    """What a script needs in order to judge; None where there is no call to judge by.

    Where the specification does not permit what came, it is what it does permit: whether a success, and which refusals
    (none of them in a list for any 4xx, null for none). Of concurrent calls it is how many succeed, up to two. Else it
    is the fingerprints of all answers, see `fingerprints.Answers`.
    """
    recorded, trace = violation.finding.recorded, violation.trace
    if recorded is None or recorded.call.step_number < 0:
        return None
    made = list(trace.at_step(recorded.call.step_number))
    fault: dict[str, Any] = {"step": recorded.call.step_number, "call": made.index(recorded.call)}
    if recorded.call.concurrent:
        successes = min(sum(one.accepted for one in made), 2)
        # What is wrong with one success of several calls, a count does not tell.
        return None if successes == 1 else {**fault, "successes": successes}
    about_the_clock = _is_about_the_clock(trace.case)
    if not _is_permitted(recorded):
        permitted = recorded.permitted
        refusals = sorted(permitted.exceptions()) if permitted.demands else None
        allowed = {"success": permitted.may_succeed, "refusals": refusals}
        return {**fault, "permitted": allowed, "needs_control": about_the_clock}
    return {**fault, "signs": _fingerprints(trace), "needs_control": trace.defined or about_the_clock}


def _is_permitted(recorded: RecordedCall) -> bool:
    if isinstance(recorded.outcome, Faulted):
        return False
    if recorded.refusal is not None:
        return recorded.permitted.permits(recorded.refusal)
    return not recorded.accepted or recorded.permitted.may_succeed


def _fingerprints(trace: Trace) -> list[str]:
    answers = Answers()
    came = [(call, call.last_exchange) for call in trace.calls if not call.concurrent]
    return [
        answers.fingerprint(last.request_body, call.now.latest, last.status, last.headers, last.body)
        for call, last in came
        if last.status is not None
    ]


def _is_about_the_clock(case: Case) -> bool:
    """Whether the case means another thing, or nothing, where the time cannot be set."""
    starts = [call.start for call in case.calls() if isinstance(call, Purchase)]
    fixed = any(isinstance(start, Written) and isinstance(start.point, At) for start in starts)
    return fixed or any(isinstance(step, SetClock) for step in case.steps)
