"""Whole cases: single purchases, second ones, lifecycles of reservations, concurrent calls, pagination."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from conformance.cases.case import (
    Arn,
    CallStep,
    Case,
    ConcurrentCalls,
    DescribeOffering,
    DescribeReservation,
    EndOf,
    ListOfferings,
    ListReservations,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    Start,
    Step,
)
from strategies import starts
from strategies.offerings import offering_lists
from strategies.times import current_times

Offerings = st.SearchStrategy[tuple[OfferingTerms, ...]]
_DAY = 86_400
_PLACES = st.just((0, 0)) | st.sampled_from([(1, 0), (0, 1), (0, 0)])


def plain_offerings() -> Offerings:
    """One offering of a month: for cases that are not about offerings."""
    return st.just((OfferingTerms(),))


def purchases(
    *,
    nows: st.SearchStrategy[str] = current_times(),
    offerings: Offerings = plain_offerings(),
    arns: st.SearchStrategy[Arn] = st.just(OfferingArn()),
    names: st.SearchStrategy[str | None] = st.just("reservation"),
    starts: st.SearchStrategy[Start] = starts.in_window(),
    mutations: st.SearchStrategy[str] = st.just("plain"),
    after: tuple[Step, ...] = (),
) -> st.SearchStrategy[Case]:
    """Cases of one purchase, and the steps `after` it."""
    purchase = st.builds(Purchase, offering=arns, name=names, start=starts, mutation=mutations)
    return st.builds(
        lambda now, terms, step: Case(now=now, offerings=terms, steps=(step, *after)), nows, offerings, purchase
    )


def reads() -> tuple[Step, ...]:
    """Every way of looking at the reservation of step 0 and at its offering."""
    return (DescribeReservation(), ListReservations(whole=True))


def second_purchases() -> st.SearchStrategy[Case]:
    """A purchase, reads, a further purchase with the same or other parts, and reads again."""
    names = st.sampled_from(["reservation", "another", "a-third_one"])
    further = st.builds(
        Purchase, offering=st.builds(OfferingArn, st.integers(0, 1)), name=names, start=starts.in_window()
    )
    return st.builds(
        lambda now, terms, start, attempts: Case(
            now=now, offerings=terms, steps=(Purchase(start=start), *reads(), *attempts, *reads())
        ),
        current_times(),
        offering_lists(least=2, most=2),
        starts.in_window(),
        st.lists(further, min_size=1, max_size=3),
    )


def _wrong_purchases(number: int) -> st.SearchStrategy[Purchase]:
    """Purchases that are refused for what they are."""
    wrong = starts.before_window() | starts.after_now(least_seconds=60) | starts.malformed() | starts.impossible()
    by_start = st.builds(Purchase, name=st.just(f"wrong{number}"), start=wrong)
    by_arn = st.just(Purchase(name=f"wrong{number}", offering=OfferingArn(mutation="another identifier")))
    return by_start | by_arn


def _moves(purchase: int) -> st.SearchStrategy[tuple[SetClock, ...]]:
    """Steps of the clock after the purchase at a step, over days and months to just before, at and after its End."""
    days = st.integers(1, 40).map(lambda days: SetClock(Now(seconds=days * _DAY)))
    months = st.integers(1, 14).map(lambda months: SetClock(Now(months=months)))
    around = st.sampled_from([-31 * _DAY, -_DAY, -3_600, -1]).map(lambda seconds: SetClock(EndOf(purchase, seconds)))
    return st.lists(days | months | around, max_size=3).map(tuple)


@st.composite
def reservation_lifecycles(
    draw: st.DrawFn, *, most: int = 3, places: st.SearchStrategy[tuple[int, int]] = _PLACES
) -> Case:
    """Reservations in a row: each bought, looked at, contested while time goes on, and outlived.

    `places` draws the account and Region of each; the next one begins after the last one's End, wherever that was. A
    step of the clock that would go back is left out by the driver, so that moves need no order of their own.
    """
    steps: list[Step] = []
    for number in range(draw(st.integers(1, most))):
        account, region = draw(places)
        listing = ListReservations(account=account, region=region, whole=True)
        if draw(st.booleans()):
            steps += [replace(draw(_wrong_purchases(number)), account=account, region=region), listing]
        steps.append(draw(_purchases_of(f"reservation{number}", account, region)))
        bought = len(steps) - 1
        description = DescribeReservation(account=account, region=region, reservation=ReservationArn(bought))
        for move in draw(_moves(bought)):
            name = draw(st.sampled_from([f"contest{len(steps)}", f"reservation{number}"]))
            steps += [description, listing, move, description, listing]
            if draw(st.booleans()):
                steps += [draw(_purchases_of(name, account, region)), description, listing]
        steps += [description, listing, SetClock(EndOf(bought, 1 + draw(st.sampled_from([0, 1, _DAY, 40 * _DAY]))))]
        steps += [description, listing]
    return Case(now=draw(current_times()), offerings=draw(offering_lists(least=1, most=3)), steps=tuple(steps))


def _purchases_of(name: str, account: int, region: int) -> st.SearchStrategy[Purchase]:
    return st.builds(
        Purchase,
        account=st.just(account),
        region=st.just(region),
        offering=st.builds(OfferingArn, st.integers(0, 2)),
        name=st.just(name),
        start=starts.in_window(),
    )


def concurrent_calls(
    *, branches: Callable[[int], st.SearchStrategy[CallStep]] | None = None
) -> st.SearchStrategy[Case]:
    """2 to 8 calls at the same moment in one account, purchases among them, and a listing afterwards."""
    call = branches or _call_in_a_crowd

    def together(count: int) -> st.SearchStrategy[Case]:
        calls = st.tuples(*(call(number) for number in range(count)))
        return calls.map(
            lambda made: Case(
                offerings=(OfferingTerms(), OfferingTerms(duration=6)),
                steps=(
                    ConcurrentCalls(((Purchase(name="first"),), *((step,) for step in made))),
                    ListReservations(whole=True),
                ),
            )
        )

    return st.integers(1, 7).flatmap(together)


def _call_in_a_crowd(number: int) -> st.SearchStrategy[CallStep]:
    purchase = st.builds(
        Purchase,
        name=st.sampled_from(["first", f"name{number}"]),
        offering=st.builds(OfferingArn, st.integers(0, 1)),
        start=starts.in_window(),
    )
    return purchase | purchase | st.just(ListReservations())


def paginations(*, most: int = 60) -> st.SearchStrategy[Case]:
    """Offerings by the dozen, and a walk through them with pages of 1 to 1000 items."""
    size = st.sampled_from([1, 2, 3, 7, 10, 1000]) | st.integers(1, 1000)
    step = st.builds(
        lambda pages: ListOfferings(max_results=None if pages is None else str(pages), whole=True), st.none() | size
    )
    count = st.sampled_from([0, 1, 2, 10, 11, 20]) | st.integers(0, most)
    return st.builds(lambda number, walk: Case(offerings=many_offerings(number), steps=(walk,)), count, step)


def many_offerings(count: int) -> tuple[OfferingTerms, ...]:
    """`count` offerings that can be told apart."""
    return tuple(OfferingTerms(duration=1 + number % 36, description=f"offering {number}") for number in range(count))


def described_offerings() -> st.SearchStrategy[Case]:
    """Offerings of every kind, listed and each described."""
    return offering_lists(least=1, most=4).map(
        lambda terms: Case(
            offerings=terms,
            steps=(
                ListOfferings(whole=True),
                *(DescribeOffering(offering=OfferingArn(number)) for number in range(len(terms))),
            ),
        )
    )
