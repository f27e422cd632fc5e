"""Lists: page sizes against numbers of items, tokens that are used again, and what changes between two pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import event
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DefineOfferings,
    DescribeOffering,
    EndOf,
    ListOfferings,
    ListReservations,
    Now,
    OfferingArn,
    Purchase,
    SetClock,
    Step,
    TokenOf,
    Written,
)
from conformance.spec.service import DEFAULT_PAGE
from strategies.choices import evenly
from strategies.content import texts
from strategies.numbers import integers_near_powers
from strategies.offerings import Offerings, many_offerings, offering_lists

PAGE_SIZES: tuple[int, ...] = (1, 2, 3, 5, 7, 10, 20, 25, 50, 100, 1000)
NO_PAGE_SIZES: tuple[str, ...] = (
    "abc", "1.5", "1e2", "0x10", "²", "1_0", "1,0", "1;2", "--1", "ten", "null", "true", "NaN", "½", "①", "١", "１",
    "0.0", "-0", "1L", "1\x00", "Infinity", "[1]", '"1"', "9" * 400, " 1", "1 ", "+1", "01",
)  # fmt: skip
"""MaxResults that are not a whole number; the last four a lenient reader may take for 1."""
NEVER_GIVEN_TOKENS: tuple[str, ...] = (
    "x", "0", "1", "-1", "999999", "bm90LWEtdG9rZW4=", "{}", "null", "a" * 2_000, "%00", "' OR 1=1", "予約", "==",
    "MQ==", "eyJvZmZzZXQiOiAxfQ==", "eyJvZmZzZXQiOi0xfQ==", "MTA=", "////", "gA==", "9" * 40, "offset:1", "page=2",
    "1:1", "[]", "../1", "00000000-0000-4000-8000-000000000000", "a.b.c", "\x00", " ", "true",
)  # fmt: skip
"""Texts that look like nothing, like numbers, like Base64 of numbers, of JSON and of no text, or like identifiers."""


def page_sizes() -> st.SearchStrategy[str]:
    """MaxResults that must be accepted, 1 to 1000. Shrinks to 1.

    >>> find(page_sizes(), lambda size: size == "1000")
    '1000'
    """
    return (st.sampled_from(PAGE_SIZES) | st.integers(1, 1000)).map(str)


def wrong_page_sizes() -> st.SearchStrategy[str]:
    """MaxResults that are not a number from 1 to 1000: below, above, around powers of two, and no number at all.

    >>> find(wrong_page_sizes(), lambda size: size.startswith("-"))
    '-1001'
    """
    above = st.integers(1001, 2**40) | integers_near_powers(min_value=1001, max_value=2**63)
    no_number = st.sampled_from(NO_PAGE_SIZES)
    return evenly((above | st.just(0)).map(str), above.map(lambda size: str(-size)) | st.just("-1"), no_number)


def arbitrary_tokens() -> st.SearchStrategy[str]:
    """Tokens that the service never gave. Shrinks to a short text.

    >>> find(arbitrary_tokens(), lambda token: token.startswith("bm9"))
    'bm90LWEtdG9rZW4='
    """
    return st.sampled_from(NEVER_GIVEN_TOKENS) | texts(min_size=1, max_size=80)


def item_counts(*, size: int, max_value: int) -> st.SearchStrategy[int]:
    """Numbers of items around the multiples of a page size, up to `max_value`. Shrinks to 0.

    >>> find(item_counts(size=7, max_value=60), lambda count: count > 20)
    21
    """
    sizes = {size * pages for pages in range(6)} | {DEFAULT_PAGE, 50, 100}
    around = {size + more for size in sizes for more in (-1, 0, 1) if 0 <= size + more <= max_value}
    return st.sampled_from(sorted({0, *around})) | st.integers(0, min(12, max_value))


def paginations(
    *, sizes: st.SearchStrategy[str | None] = st.none() | page_sizes(), max_items: int = 120, max_size: int = 3
) -> st.SearchStrategy[Case]:
    """Offerings by the dozen, and walks through them with pages of 1 to 1000 items, or of the default size.

    >>> case = find(paginations(max_items=60), lambda case: len(case.offerings) > 50)
    >>> case.steps[0].whole
    True
    """

    def cases(drawn: list[str | None]) -> st.SearchStrategy[Case]:
        counts = item_counts(size=int(drawn[0] or DEFAULT_PAGE), max_value=max_items)
        return counts.map(lambda count: Case(offerings=many_offerings(count), steps=_paginations(drawn)))

    return st.lists(sizes, min_size=1, max_size=max_size, unique=True).flatmap(cases)


def _paginations(sizes: Iterable[str | None]) -> tuple[ListOfferings, ...]:
    return tuple(ListOfferings(max_results=size, whole=True) for size in sizes)


def covering_paginations(*, max_items: int = 101) -> tuple[Case, ...]:
    """Explicit examples: every usual page size against every number of items around its first multiples; no strategy.

    >>> covering_paginations(max_items=1)[1].steps[2]
    ListOfferings(account=0, region=0, max_results='2', token=None, whole=True, mutation='plain')
    """
    around = {size * pages + more for size in PAGE_SIZES for pages in (1, 2, 3) for more in (-1, 0, 1)}
    cases = []
    for count in sorted(count for count in {0, *around} if count <= max_items):
        near = [str(size) for size in PAGE_SIZES if min(count % size, -count % size) < 2 and count <= 3 * size + 1]
        cases.append(Case(offerings=many_offerings(count), steps=_paginations([None, *near])))
    return tuple(cases)


def reservations_in_a_row(count: int, *, names: Sequence[str] = ()) -> tuple[Step, ...]:
    """So many purchases, by these names as far as they go, each after the End of the one before; no strategy.

    >>> len(reservations_in_a_row(2))
    4
    """
    steps: list[Step] = []
    for number in range(count):
        name = names[number] if number < len(names) else f"reservation{number}"
        steps += [Purchase(name=name, start=Written(Now())), SetClock(EndOf(2 * number, 1))]
    return tuple(steps)


def reservation_paginations(
    *, sizes: st.SearchStrategy[str | None] = st.none() | page_sizes(), max_items: int = 12
) -> st.SearchStrategy[Case]:
    """Reservations in a row, and a walk through them. The smaller `max_items`, the fewer purchases.

    >>> find(reservation_paginations(max_items=5), lambda case: len(case.steps) > 4).steps[-1].whole
    True
    """

    def cases(size: str | None) -> st.SearchStrategy[Case]:
        counts = item_counts(size=int(size or DEFAULT_PAGE), max_value=max_items)
        pagination = ListReservations(max_results=size, whole=True)
        return counts.map(lambda count: Case(steps=(*reservations_in_a_row(count), pagination)))

    return sizes.flatmap(cases)


def interrupted_paginations(*, max_items: int = 25, max_size: int = 8) -> st.SearchStrategy[Case]:
    """Pages one by one, with tokens of earlier ones, while other things happen between them.

    A token is used twice, late, after a purchase, after time or other offerings, with another page size, in another
    account or Region, and for the other list. Shrinks to a first page and a walk.

    >>> case = find(interrupted_paginations(), lambda case: any(isinstance(s, DefineOfferings) for s in case.steps))
    >>> [type(step).__name__ for step in case.steps]
    ['ListOfferings', 'DefineOfferings', 'ListOfferings', 'ListReservations']
    """
    places = st.sampled_from([(0, 0), (0, 0), (0, 0), (1, 0), (0, 1)])
    sizes = st.none() | st.sampled_from(["2", "1", "3", "1000"]) | page_sizes()
    kinds = st.sampled_from([ListOfferings, ListOfferings, ListReservations])
    page = st.builds(_page, kinds, sizes, places, st.integers(0, 4))
    between = st.one_of(
        st.integers(0, max_items).map(lambda count: DefineOfferings(many_offerings(count))),
        st.sampled_from([1, 3_600, 86_400, 4_000_000]).map(lambda seconds: SetClock(Now(seconds=seconds))),
        st.builds(Purchase, name=st.sampled_from(["one", "two"])),
    )

    def case(count: int, past: int, first: Any, actions: list[Any]) -> Case:
        steps: list[Step] = [*reservations_in_a_row(past), first(None)]
        lists = [len(steps) - 1]
        for action in actions:
            if callable(action):
                steps.append(action(lists))
                lists.append(len(steps) - 1)
            else:
                steps.append(action)
        event("pages and what is between", len(actions))
        paginations = ListOfferings(max_results="2", whole=True), ListReservations(max_results="1", whole=True)
        return Case(offerings=many_offerings(count), steps=(*steps, *paginations))

    return st.builds(
        case,
        st.integers(0, max_items),
        st.just(0) | st.integers(0, 4),
        page,
        st.lists(evenly(page, page, between), max_size=max_size),
    )


def _page(kind: Any, size: str | None, place: tuple[int, int], number: int) -> Any:
    """A page with the token of an earlier list; the first one without."""

    def step(lists: list[int] | None) -> Any:
        token = TokenOf(lists[-1 - number % len(lists)]) if lists else None
        account, region = place if lists else (0, 0)
        return kind(account=account, region=region, max_results=size, token=token)

    return step


def described_offerings(*, offerings: Offerings = offering_lists(max_size=4)) -> st.SearchStrategy[Case]:
    """Offerings of every kind, listed and each described.

    >>> len(find(described_offerings(), lambda case: len(case.offerings) == 3).steps)
    4
    """
    return offerings.map(
        lambda terms: Case(
            offerings=terms,
            steps=(
                ListOfferings(whole=True),
                *(DescribeOffering(offering=OfferingArn(number)) for number in range(len(terms))),
            ),
        )
    )
