"""Batches: many independent cases in one, each in accounts of its own, so that one example judges ten inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from hypothesis import event
from hypothesis import strategies as st

from conformance.cases.case import (
    At,
    Case,
    ConcurrentCalls,
    DefineOfferings,
    EndOf,
    OfferingArn,
    OfferingTerms,
    ReservationArn,
    SetClock,
    Step,
    TokenOf,
    Written,
)
from strategies.choices import sized_lists


def batches(cases: st.SearchStrategy[Case], *, min_size: int = 1, max_size: int = 10) -> st.SearchStrategy[Case]:
    """Cases put together: see `merged`. Shrinks to a single one of them.

    Made for cases of a purchase and what is read of it: a case that sets the clock moves the others' time as well.

    >>> one = st.sampled_from([Case(steps=(Purchase(),)), Case(now="2031-01-31T12:00:00Z", steps=(Purchase(),))])
    >>> len(find(batches(one), lambda case: SetClock(At("2031-01-31T12:00:00Z")) in case.steps).places())
    2
    """

    def case(drawn: list[Case]) -> Case:
        event("cases in a batch", len(drawn))
        return merged(drawn)

    return sized_lists(cases, min_size=min_size, max_size=max_size).map(case)


def merged(cases: Iterable[Case]) -> Case:
    """One case of several, in the order of their times, each in accounts of its own; no strategy.

    All accounts have the offerings of all of them, and every reference still means what it meant. Those of one time
    take turns, a step each, so that reads which lag behind a purchase are waited for once and not for each of them.

    >>> one = Case(now="2027-03-01T00:00:00Z", steps=(Purchase(), DescribeReservation()))
    >>> [step.reservation.step for step in merged([one, one]).steps if isinstance(step, DescribeReservation)]
    [0, 1]
    """
    in_order = sorted(cases, key=lambda case: case.now)
    offerings: list[OfferingTerms] = []
    steps: list[Step] = []
    accounts = 0
    for now, of_one_time in groupby(in_order, key=lambda case: case.now):
        if steps:
            steps.append(SetClock(At(now)))
        together = list(of_one_time)
        shifts: list[_Shift] = []
        for case in together:
            shifts.append(_Shift(accounts, _indices(offerings, case.offerings)))
            accounts += 1 + max(account for account, _ in case.places())
        for number, step in _in_turns(together):
            steps.append(shifts[number].step(step, len(steps)))
    return Case(now=in_order[0].now, offerings=tuple(offerings), steps=tuple(steps))


def _in_turns(cases: Sequence[Case]) -> Iterator[tuple[int, Step]]:
    """The steps of the cases, each with the number of its case; one case after the other where they are no mere calls.

    What sets the clock or defines offerings does so for all.
    """
    steps = [(at, number, step) for number, case in enumerate(cases) for at, step in enumerate(case.steps)]
    if not any(isinstance(step, SetClock | DefineOfferings | ConcurrentCalls) for _, _, step in steps):
        steps.sort(key=lambda one: one[:2])
    for _, number, step in steps:
        yield number, step


def _indices(known: list[OfferingTerms], wanted: tuple[OfferingTerms, ...]) -> tuple[int, ...]:
    """Where these offerings stand among the known ones, after those that are missing have been added."""
    for terms in wanted:
        if known.count(terms) < wanted.count(terms):
            known.append(terms)
    places: list[int] = []
    for terms in wanted:
        places.append(next(at for at, one in enumerate(known) if one == terms and at not in places))
    return tuple(places)


class _Shift:
    """What becomes of the steps of a case that is put among others; `places` has where each of them stands so far.

    What refers to a step that is still to come refers to itself then, which cannot be played either.
    """

    def __init__(self, accounts: int, offerings: tuple[int, ...]) -> None:
        self.accounts, self.offerings = accounts, offerings
        self.places: list[int] = []

    def step(self, step: Step, place: int) -> Step:
        """The next step, which is to stand in this place, with its account and its references moved."""
        self.places.append(place)
        return self._moved(step)

    def _moved(self, step: Step) -> Step:
        if isinstance(step, ConcurrentCalls):
            return ConcurrentCalls(tuple(tuple(self._call(call) for call in branch) for branch in step.branches))
        if isinstance(step, SetClock):
            return SetClock(self.part(step.to))
        return step if isinstance(step, DefineOfferings) else self._call(step)

    def _call(self, call: Any) -> Any:
        parts = {name: self.part(getattr(call, name)) for name in _PARTS if getattr(call, name, None) is not None}
        return replace(call, account=call.account + self.accounts, **parts)

    def part(self, part: Any) -> Any:
        """A part of a step with its references moved."""
        if isinstance(part, ReservationArn | EndOf | TokenOf):
            return replace(part, step=self.places[min(part.step, len(self.places) - 1)])
        if isinstance(part, OfferingArn) and self.offerings:
            return replace(part, index=self.offerings[part.index % len(self.offerings)])
        if isinstance(part, Written):
            return replace(part, point=self.part(part.point))
        return part


_PARTS = ("offering", "reservation", "start", "token")
