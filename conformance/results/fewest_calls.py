"""The fewest calls of a recording that still show a violation, and the case that makes these calls again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.execution.trace import Call
from conformance.results.choices import ChoiceProfile
from conformance.results.failure import Violation
from conformance.results.repetition import repeat
from conformance.results.windows import Reader, read_calls
from conformance.rules.history import History
from conformance.spec.outcomes import Wire
from conformance.spec.request import Place

_MOST_TRIES = 80
Shown = Callable[[list[Call]], Violation | None]
"""The violation as some of the calls show it, None where they do not."""


def with_fewest_calls(violation: Violation, reader: Reader, expected: ChoiceProfile) -> Violation:
    """The violation in the shortest stretch of its calls that still shows it, with the case that repeats them."""
    history, recorded = violation.history, violation.finding.recorded
    offerings = _complete_offerings(history)
    read = partial(read_calls, accounts=reader.accounts, complete=reader.complete, offerings=offerings)

    def shown(calls: list[Call]) -> Violation | None:
        again = read(calls)
        for finding in expected.findings(violation.rule, again):
            same_call = finding.recorded is None or recorded is None or finding.recorded.call is recorded.call
            if finding.problem and same_call and finding.depends_on == violation.finding.depends_on:
                return replace(violation, finding=finding, history=again)
        return None

    calls = [one.call for one in history.calls]
    best = shown(calls)
    if best is None:
        return with_case(violation)
    return with_case(_reduced(calls, shown, best, recorded.call if recorded is not None else None))


def _reduced(calls: list[Call], shown: Shown, best: Violation, needed: Call | None) -> Violation:
    """Leave out calls, in ever smaller pieces, as long as the rest shows the same."""
    tries, size = 0, max(len(calls) // 2, 1)
    while size:
        for fewer in _without_a_piece(calls, size, needed):
            if tries == _MOST_TRIES:
                return best
            tries += 1
            found = shown(fewer)
            if found is not None:
                best, calls = found, fewer
                break
        else:
            size //= 2
    return best


def _without_a_piece(calls: list[Call], size: int, needed: Call | None) -> Iterator[list[Call]]:
    """The calls without `size` neighbours of them, but with the one that is needed."""
    for start in range(0, len(calls), size):
        fewer = [one for at, one in enumerate(calls) if not start <= at < start + size or one is needed]
        if len(fewer) < len(calls):
            yield fewer


def with_case(violation: Violation) -> Violation:
    """The violation in a trace that has the case by which its calls are made again."""
    history = violation.history
    repetition = repeat(history)
    calls = [replace(one, step_number=step) for one, step in zip(history.trace.calls, repetition.steps, strict=True)]
    recorded = tuple(replace(one, call=call) for one, call in zip(history.calls, calls, strict=True))
    trace = replace(history.trace, calls=tuple(calls), case=repetition.case)
    finding = violation.finding
    if finding.recorded is not None:
        finding = replace(finding, recorded=recorded[finding.recorded.number])
    return replace(violation, finding=finding, history=replace(history, trace=trace, calls=recorded))


def _complete_offerings(history: History) -> dict[Place, tuple[Wire, ...]]:
    known = history.calls[-1].before.offerings
    return {place: tuple(offerings.by_arn.values()) for place, offerings in known.items() if offerings.complete}
