"""Walks that something comes between: a first page, what disturbs or must not, and the same token twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DefineOfferings,
    DescribeOffering,
    DescribeReservation,
    ListOfferings,
    ListReservations,
    Now,
    OfferingTerms,
    Purchase,
    SetClock,
    Step,
    TokenOf,
    UnknownArn,
)
from strategies.choices import sized_lists
from strategies.histories import History
from strategies.lists import reservations_in_a_row
from strategies.offerings import many_offerings

List = type[ListOfferings] | type[ListReservations]

ITEMS = 11
"""How many offerings there are in a walk that something comes between; of reservations there are five."""
_RESERVATIONS = 5
_SIZES = ("2", "3", "1", "4")


def _between(listed: List, other: List) -> dict[str, tuple[Step, ...]]:
    """What may come between; `TokenOf()` is the token of the walk that is under way."""
    token = TokenOf()
    return {
        "nothing": (),
        "an offering": (DescribeOffering(),),
        "an unknown reservation": (DescribeReservation(reservation=UnknownArn("reservation")),),
        "the token": (listed(max_results="2", token=token),),
        "the token without a size": (listed(token=token),),
        "the first page again": (listed(max_results="2"),),
        "a first page of another size": (listed(max_results="5"),),
        "two pages of another size": (listed(max_results="5"), listed(max_results="5", token=token)),
        "a walk left off, and a new one": (
            listed(max_results="3"),
            listed(max_results="3", token=token),
            listed(max_results="2", whole=True),
        ),
        "a whole walk of larger pages": (listed(max_results="7", whole=True),),
        "a whole walk of smaller pages": (listed(max_results="1", whole=True),),
        "the other list": (other(whole=True),),
        "a page of the other list": (other(max_results="1"),),
        "the token for the other list": (other(max_results="2", token=token),),
        "a token never given": (listed(token="never-given"),),
        "a page of nothing": (listed(max_results="0"),),
        "a page too large": (listed(max_results="1001"),),
        "the token with a page too large": (listed(max_results="1001", token=token),),
        "the token in another account": (listed(account=1, max_results="2", token=token),),
        "the token in another Region": (listed(region=1, max_results="2", token=token),),
        "a walk in another account": (listed(account=1, max_results="2", whole=True),),
        "a walk in another Region": (listed(region=1, max_results="2", whole=True),),
        "a second": (SetClock(Now(seconds=1)),),
        "two days": (SetClock(Now(seconds=2 * 86_400)),),
        "more than a year": (SetClock(Now(months=13)),),
        "fewer offerings": (DefineOfferings(many_offerings(2)),),
        "more offerings": (DefineOfferings(many_offerings(ITEMS + 3)),),
        "a purchase": (Purchase(name="between"),),
        "a purchase in another account": (Purchase(account=1, name="between"),),
    }


BETWEEN_PAGES: Mapping[List, Mapping[str, tuple[Step, ...]]] = {
    ListOfferings: _between(ListOfferings, ListReservations),
    ListReservations: _between(ListReservations, ListOfferings),
}
"""What may come between two pages of each list, by name; the plainest first, what changes the list last."""
_ALL = tuple(BETWEEN_PAGES[ListOfferings])


def disturbed_walk(listed: List, names: Sequence[str]) -> Case:
    """Walks through a list in one account, each with something of `BETWEEN_PAGES` between its first two pages.

    The token of the first page is used twice: with the size that it was given for, and with another one or none. No
    strategy.

    >>> [step.max_results for step in disturbed_walk(ListOfferings, ["nothing"]).steps]
    ['2', '2', '3']
    """
    history = History()
    if listed is ListReservations:
        history.add(*reservations_in_a_row(_RESERVATIONS))
    for turn, name in enumerate(names):
        size, other = _SIZES[turn % len(_SIZES)], (*_SIZES[1:], None)[turn % len(_SIZES)]
        token = TokenOf(len(history.steps))
        history.add(listed(max_results=size))
        for step in BETWEEN_PAGES[listed][name]:
            history.add(_with_token(step, token))
        history.add(
            listed(max_results=size, token=token, whole=True), listed(max_results=other, token=token, whole=True)
        )
    return history.case(many_offerings(ITEMS))


def _with_token(step: Any, token: TokenOf) -> Any:
    return replace(step, token=token) if isinstance(getattr(step, "token", None), TokenOf) else step


def disturbed_walk_cases() -> tuple[Case, ...]:
    """Both lists with all of `BETWEEN_PAGES` backwards, but what changes the list at the end; no strategy.

    >>> len(disturbed_walk_cases())
    2
    """
    changes = _ALL.index("a second")
    names = (*reversed(_ALL[:changes]), *reversed(_ALL[changes:]))
    return tuple(disturbed_walk(listed, names) for listed in BETWEEN_PAGES)


def disturbed_walks(*, max_size: int = 5) -> st.SearchStrategy[Case]:
    """Walks with at most `max_size` things of `BETWEEN_PAGES` between their pages, in any order.

    Shrinks to a walk through offerings with nothing between.

    >>> len(find(disturbed_walks(), lambda case: len(case.places()) > 1).steps)
    4
    """
    names = sized_lists(st.sampled_from(_ALL), min_size=1, max_size=max_size)
    return st.builds(disturbed_walk, st.sampled_from([*BETWEEN_PAGES]), names)


def every_pagination(*, max_items: int = 16) -> tuple[Case, ...]:
    """Every number of items up to `max_items` with every size of a page up to one more; no strategy.

    >>> [step.max_results for step in every_pagination(max_items=1)[1].steps]
    [None, '2', '1']
    """
    return tuple(paginated(count) for count in range(max_items + 1))


def paginated(count: int, *, sizes: Sequence[int] = (), terms: OfferingTerms | None = None) -> Case:
    """So many offerings, in pages of these sizes, by default of all up to one more, and of none; no strategy.

    With `terms` all offerings are alike.

    >>> [step.max_results for step in paginated(3, sizes=[256, 1]).steps]
    [None, '256', '1']
    """
    up = sizes or range(1, count + 2)
    in_order = up if sizes or count % 2 == 0 else reversed(up)
    offerings = many_offerings(count) if terms is None else (terms,) * count
    paginations = (ListOfferings(max_results=size, whole=True) for size in [None, *map(str, in_order)])
    return Case(offerings=offerings, steps=tuple(paginations))
