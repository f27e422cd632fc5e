"""Concurrent calls: several at the same moment, in one account that has or had reservations or not."""

from __future__ import annotations

from hypothesis import event
from hypothesis import strategies as st

from conformance.cases.case import (
    CallStep,
    Case,
    ConcurrentCalls,
    EndOf,
    ListReservations,
    MonthStart,
    Now,
    OfferingTerms,
    Purchase,
    SetClock,
    Step,
    Written,
)
from strategies.arns import offering_arns
from strategies.choices import evenly
from strategies.purchasing import purchase_calls

Calls = st.SearchStrategy[CallStep]
_REFUSED = Purchase(name="refused", start=Written(MonthStart(seconds=-1)))


def calls_at_once() -> Calls:
    """Purchases, of the same name or others, of both offerings; refused ones and lists now and then.

    >>> find(calls_at_once(), lambda call: isinstance(call, ListReservations)) == ListReservations()
    True
    """
    names = st.sampled_from(["first", *(f"name{number}" for number in range(7))])
    purchases = purchase_calls(names=names, arns=offering_arns(max_index=1))
    return evenly(purchases, purchases, purchases, st.sampled_from([ListReservations(), _REFUSED]))


def calls_before() -> st.SearchStrategy[tuple[Step, ...]]:
    """What happened in the account before: mostly nothing, or a reservation that has ended, or a refused purchase.

    >>> len(find(calls_before(), lambda steps: len(steps) > 1))
    2
    """
    ended = (Purchase(name="ended", start=Written(Now())), SetClock(EndOf(0, 1)))
    return st.sampled_from([(), (), (_REFUSED,), ended])


def concurrent_calls(
    *,
    calls: Calls = calls_at_once(),
    before: st.SearchStrategy[tuple[Step, ...]] = st.just(()),
    min_size: int = 2,
    max_size: int = 8,
) -> st.SearchStrategy[Case]:
    """So many calls at the same moment in one account, the first one a purchase, and a whole listing afterwards.

    >>> case = find(concurrent_calls(), lambda case: True)
    >>> len(case.steps[0].branches)
    2
    """

    def case(steps: tuple[Step, ...], made: list[CallStep]) -> Case:
        event("concurrent calls", 1 + len(made))
        branches = ((Purchase(name="first"),), *((call,) for call in made))
        return Case(
            offerings=(OfferingTerms(), OfferingTerms(duration=6)),
            steps=(*steps, ConcurrentCalls(branches), ListReservations(whole=True)),
        )

    return st.builds(case, before, st.lists(calls, min_size=min_size - 1, max_size=max_size - 1))
