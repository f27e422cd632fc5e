"""Making a failing case simpler: fewer steps, fewer calls at the same time, plainer values.

Hypothesis shrinks what it drew; this works on the case itself, so that explicit examples, saved cases, and cases that
another test drew become simple too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from conformance.cases.case import (
    PLAIN_NOW,
    At,
    CallStep,
    Case,
    ConcurrentCalls,
    EndOf,
    Literal,
    MonthStart,
    Now,
    OfferingTerms,
    Purchase,
    ReservationArn,
    Step,
    TokenOf,
    Written,
)
from conformance.cases.case_json import size_of
from conformance.spec.calendar import parse_timestamp

_AT_THE_EDGES = (MonthStart(seconds=-1), Now(seconds=1))
"""The last second before the window, and the first after it."""
_LEFT_ALONE = ("reservation", "token", "whole", "branches", "offerings", "to")


class _RefersToRemovedStepError(Exception):
    """A step refers to the one that is removed."""


def reduce_case(case: Case, still_fails: Callable[[Case], bool], *, most: int = 40) -> Case:
    """The simplest case found that still fails, in `most` tries at the most; that `case` itself fails is known."""
    tried = {size_of(case)}
    left = most
    progress = True
    while progress and left > 0:
        progress = False
        for candidate in simpler_cases(case):
            size = size_of(candidate)
            if size in tried or size >= size_of(case):
                continue
            if left <= 0:
                break
            tried.add(size)
            left -= 1
            if still_fails(candidate):
                case, progress = candidate, True
                break
    return case


def simpler_cases(case: Case) -> Iterator[Case]:
    """Cases that are a little simpler, the boldest first."""
    yield from _with_fewer_steps(case)
    yield from _with_fewer_concurrent_calls(case)
    yield from _with_plainer_offerings(case)
    for number, step in enumerate(case.steps):
        for plainer in _plainer(step):
            yield replace(case, steps=(*case.steps[:number], plainer, *case.steps[number + 1 :]))
    if case.now != PLAIN_NOW:
        yield replace(case, now=PLAIN_NOW)


def _with_fewer_steps(case: Case) -> Iterator[Case]:
    count = len(case.steps)
    if count > 3:
        yield from _without(case, range(count // 2, count))
    for number in reversed(range(count)):
        yield from _without(case, range(number, number + 1))


def _without(case: Case, removed: range) -> Iterator[Case]:
    try:
        steps = tuple(_renumbered(step, removed) for number, step in enumerate(case.steps) if number not in removed)
    except _RefersToRemovedStepError:
        return
    if steps:
        yield replace(case, steps=steps)


def _renumbered(thing: Any, removed: range) -> Any:
    """The same with its references to steps moved down by those that are removed."""
    if isinstance(thing, tuple):
        return tuple(_renumbered(one, removed) for one in thing)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    if isinstance(thing, EndOf | ReservationArn | TokenOf):
        if thing.step in removed:
            raise _RefersToRemovedStepError
        return replace(thing, step=thing.step - len(removed)) if thing.step >= removed.stop else thing
    return replace(thing, **{one.name: _renumbered(getattr(thing, one.name), removed) for one in fields(thing)})


def _with_fewer_concurrent_calls(case: Case) -> Iterator[Case]:
    for number, step in enumerate(case.steps):
        if isinstance(step, ConcurrentCalls) and len(step.branches) > 2:
            halves = [step.branches[: len(step.branches) // 2]] if len(step.branches) > 3 else []
            for branches in (
                *halves,
                *(step.branches[:at] + step.branches[at + 1 :] for at in range(len(step.branches))),
            ):
                fewer = ConcurrentCalls(branches)
                yield replace(case, steps=(*case.steps[:number], fewer, *case.steps[number + 1 :]))


def _with_plainer_offerings(case: Case) -> Iterator[Case]:
    if len(case.offerings) > 1:
        yield replace(case, offerings=case.offerings[:1])
        for number in reversed(range(len(case.offerings))):
            yield replace(case, offerings=case.offerings[:number] + case.offerings[number + 1 :])
    for number, terms in enumerate(case.offerings):
        for plainer in _with_defaults(terms, OfferingTerms()):
            yield replace(case, offerings=(*case.offerings[:number], plainer, *case.offerings[number + 1 :]))


def _plainer(step: Step) -> Iterator[Any]:
    """The step with one of its parts as it is by default."""
    if isinstance(step, CallStep):
        yield from _with_defaults(step, type(step)())
    if isinstance(step, Purchase):
        if step.name and len(step.name) > 1:
            yield replace(step, name=step.name[: len(step.name) // 2])
        if _is_named_outright(step.start):
            yield from (replace(step, start=Written(point)) for point in _AT_THE_EDGES)
        for edits in (step.body_edits[:at] + step.body_edits[at + 1 :] for at in range(len(step.body_edits))):
            yield replace(step, body_edits=edits)


def _is_named_outright(start: object) -> bool:
    """Whether it is one instant, whatever the clock shows."""
    named = start.text if isinstance(start, Literal) else ""
    at = isinstance(start, Written) and isinstance(start.point, At)
    return at or (isinstance(named, str) and parse_timestamp(named) is not None)


def _with_defaults(thing: Any, default: Any) -> Iterator[Any]:
    for one in fields(thing):
        value = getattr(default, one.name)
        if one.name not in _LEFT_ALONE and getattr(thing, one.name) != value:
            yield replace(thing, **{one.name: value})
