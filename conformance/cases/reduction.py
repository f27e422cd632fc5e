"""Making a failing case simpler: fewer steps, fewer calls at the same time, plainer values.

Hypothesis shrinks what it drew; this works on the case itself, so that explicit examples, saved cases, and cases that
another test drew become simple too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar

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
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    Step,
    TokenOf,
    Written,
)
from conformance.cases.case_json import size_of
from conformance.spec.calendar import parse_timestamp

MOST_TRIES = 60
"""How many simpler cases are tried for one failure: on a target that takes 10 ms a call, some seconds."""
_AT_THE_EDGES = (MonthStart(seconds=-1), Now(seconds=1))
"""The last second before the window, and the first after it."""
_MANY_ACCOUNTS = 4
"""A history of its own has three accounts at most."""
Shown = TypeVar("Shown")
_LEFT_ALONE = ("reservation", "token", "whole", "branches", "offerings", "to")


def reduce_case(case: Case, shown_by: Callable[[Case], Shown | None]) -> Shown | None:
    """What the simplest case shows of a failure, None where no simpler one is found; `case` itself is known to show it.

    `shown_by` gives what a case shows, None where it does not fail; it is called MOST_TRIES times at the most.
    """
    tried = {size_of(case)}
    best: Shown | None = None
    progress = True
    while progress:
        progress = False
        for candidate in simpler_cases(case):
            size = size_of(candidate)
            if size in tried or size >= size_of(case):
                continue
            if len(tried) > MOST_TRIES:
                return best
            tried.add(size)
            shown = shown_by(candidate)
            if shown is not None:
                best, case, progress = shown, candidate, True
                break
    return best


def simpler_cases(case: Case) -> Iterator[Case]:
    """Cases that are a little simpler, the boldest first."""
    yield from _of_fewer_accounts(case)
    yield from _with_fewer_steps(case)
    yield from _with_fewer_concurrent_calls(case)
    yield from _with_plainer_offerings(case)
    for number, step in enumerate(case.steps):
        for plainer in _plainer(step):
            yield replace(case, steps=(*case.steps[:number], plainer, *case.steps[number + 1 :]))
    if case.now != PLAIN_NOW:
        yield replace(case, now=PLAIN_NOW)


def _of_fewer_accounts(case: Case) -> Iterator[Case]:
    """The calls of half the accounts, or of one of them: cases of many are independent ones put together."""
    accounts = sorted({account for account, _ in case.places()})
    if len(accounts) < _MANY_ACCOUNTS or case.is_concurrent:
        return
    half = len(accounts) // 2
    for kept in (accounts[:half], accounts[half:], *([account] for account in accounts)):
        others = {at for at, step in enumerate(case.steps) if getattr(step, "account", kept[0]) not in kept}
        removed = others | _needless_clocks(case, others)
        first = next((at for at in range(len(case.steps)) if at not in removed), 0)
        step = case.steps[first]
        if first not in removed and isinstance(step, SetClock) and isinstance(step.to, At):
            yield from _without(replace(case, now=step.to.instant), {*removed, first})
        else:
            yield from _without(case, removed)


def _needless_clocks(case: Case, removed: Set[int]) -> set[int]:
    """The steps that set the clock, and after which no call comes before the next of them, without the `removed`."""
    left = [at for at in range(len(case.steps)) if at not in removed]
    last = max((at for at in left if not _is_absolute(case.steps[at])), default=-1)
    followed = {at for at, after in pairwise(left) if _is_absolute(case.steps[at]) and _is_absolute(case.steps[after])}
    return followed | {at for at in left if at > last}


def _is_absolute(step: Step) -> bool:
    return isinstance(step, SetClock) and isinstance(step.to, At)


def _with_fewer_steps(case: Case) -> Iterator[Case]:
    """Without a half of the steps, a quarter and so on down to a single one, the later ones first."""
    count = length = len(case.steps)
    while length > 1:
        length = (length + 1) // 2
        for end in range(count, 0, -length):
            yield from _without(case, range(max(end - length, 0), end))
    if count == 1:
        yield from _without(case, range(1))


def _without(case: Case, removed: Iterable[int]) -> Iterator[Case]:
    """The case without these steps, and without those that refer to them."""
    gone = set(removed)
    kept: list[Step] = []
    numbers: dict[int, int] = {}
    for number, step in enumerate(case.steps):
        if number not in gone and gone.isdisjoint(_references(step)):
            numbers[number] = len(kept)
            kept.append(_renumbered(step, numbers))
        else:
            gone.add(number)
    if kept:
        yield replace(case, steps=tuple(kept))


def _references(thing: Any) -> Iterator[int]:
    """The steps that something refers to."""
    if isinstance(thing, EndOf | ReservationArn | TokenOf):
        yield thing.step
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _references(one)
    elif is_dataclass(thing) and not isinstance(thing, type):
        for one in fields(thing):
            yield from _references(getattr(thing, one.name))


def _renumbered(thing: Any, numbers: Mapping[int, int]) -> Any:
    """The same with its references to steps as they are numbered now."""
    if isinstance(thing, tuple):
        return tuple(_renumbered(one, numbers) for one in thing)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    if isinstance(thing, EndOf | ReservationArn | TokenOf):
        return replace(thing, step=numbers.get(thing.step, thing.step))
    return replace(thing, **{one.name: _renumbered(getattr(thing, one.name), numbers) for one in fields(thing)})


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
        # The numbers of offerings go round, so that every call is then for the one that is left.
        yield from (replace(case, offerings=(case.offerings[at],)) for at in sorted(_purchased(case)))
        for number in reversed(range(len(case.offerings))):
            yield replace(case, offerings=case.offerings[:number] + case.offerings[number + 1 :])
    for number, terms in enumerate(case.offerings):
        for plainer in _with_defaults(terms, OfferingTerms()):
            yield replace(case, offerings=(*case.offerings[:number], plainer, *case.offerings[number + 1 :]))


def _purchased(case: Case) -> set[int]:
    """The numbers of the offerings that the calls are for, and the first."""
    arns = [getattr(step, "offering", None) for step in case.steps]
    return {0, *(arn.index % len(case.offerings) for arn in arns if isinstance(arn, OfferingArn))}


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
