"""Lifecycles of reservations: every kind of call, right and wrong, in any number and order, while time goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import event
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DefineOfferings,
    DescribeOffering,
    DescribeReservation,
    EndOf,
    ListOfferings,
    ListReservations,
    OfferingArn,
    Point,
    Purchase,
    ReservationArn,
    SetClock,
    Start,
    TokenOf,
    UnknownArn,
)
from strategies.arns import malformed_arns, mutated_offering_arns, mutated_reservation_arns, offering_arns
from strategies.choices import evenly
from strategies.histories import History
from strategies.lists import page_sizes
from strategies.naming import names
from strategies.offerings import Offerings, offering_lists, offering_terms
from strategies.purchasing import Places, refused_purchases
from strategies.starts import starts_before_window, starts_in_window
from strategies.times import DAY, current_times, later_points, notable_times

Action = Callable[[History], None]
Actions = st.SearchStrategy[Action]

PLACES: Places = st.just((0, 0)) | st.sampled_from([(0, 0), (1, 0), (0, 1), (1, 1), (2, 0)])
"""Mostly account 0 in Region 0; two more accounts and another Region."""
_NUMBERS = st.integers(0, 5)
# How much is looked at after an action: nothing, everything, or everything after an attempt to purchase once more.
_LOOKS = st.sampled_from(["nothing", "everything", "everything after a contest"])
_SHORT = st.sampled_from([1, 2, 3, 6, 12]) | st.integers(1, 36)
_FURTHER_STARTS = starts_in_window() | starts_before_window()


def _looking(act: Callable[[History], tuple[int, int]], look: str) -> Action:
    """An action of which is looked at what came of it; `act` says where it happened."""

    def action(history: History) -> None:
        place = act(history)
        if look == "everything after a contest":
            history.contest(place)
        if look != "nothing":
            history.observe()

    return action


def _purchase(place: tuple[int, int], offering: OfferingArn, start: Start, name: str | int, look: str) -> Action:
    """A purchase under a new name, this very one, or one that was used before."""

    def act(history: History) -> tuple[int, int]:
        used = name if isinstance(name, str) else history.old_name(name) if name else history.new_name()
        account, region = place
        history.add(Purchase(account=account, region=region, offering=offering, name=used, start=start))
        return place

    return _looking(act, look)


def _further(number: int, offering: OfferingArn, start: Start, name: str | int, look: str) -> Action:
    """A further purchase where an earlier one was made; where none was, a first one."""

    def act(history: History) -> tuple[int, int]:
        bought = history.purchase(number)
        place = (0, 0) if bought is None else history.place_of(bought)
        _purchase(place, offering, start, name, "nothing")(history)
        return place

    return _looking(act, look)


def _call(step: Any, number: int, look: str) -> Action:
    """A call, with its references among what is there; none where it needs a purchase and there is none."""

    def act(history: History) -> tuple[int, int]:
        if history.can_refer(step):
            history.add(history.referring(step, number))
        return step.account, step.region

    return _looking(act, look)


def _clock(point: Point, number: int, look: str) -> Action:
    """Time goes on."""

    def act(history: History) -> tuple[int, int]:
        step = SetClock(point)
        if history.can_refer(step):
            history.add(history.referring(step, number))
        bought = history.purchase(number)
        return (0, 0) if bought is None else history.place_of(bought)

    return _looking(act, look)


def _next(number: int, seconds: int, offering: OfferingArn, start: Start, look: str) -> Action:
    """The End of a reservation passes, and another one is purchased in its place."""

    def act(history: History) -> tuple[int, int]:
        bought = history.purchase(number)
        if bought is None:
            _purchase((0, 0), offering, start, 0, "nothing")(history)
            return 0, 0
        history.add(SetClock(EndOf(bought, seconds)))
        _purchase(history.place_of(bought), offering, start, 0, "nothing")(history)
        return history.place_of(bought)

    return _looking(act, look)


def _define(offerings: tuple[Any, ...], look: str) -> Action:
    """Other offerings from now on."""

    def act(history: History) -> tuple[int, int]:
        history.add(DefineOfferings(offerings))
        return 0, 0

    return _looking(act, look)


def _placed(calls: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda call, place: replace(call, account=place[0], region=place[1]), calls, PLACES)


def read_calls() -> st.SearchStrategy[Any]:
    """Reads of each operation, right and wrong, and with the ARN of another kind.

    What refers to the purchase or list at step 0 is made to refer to another one where the case is put together.

    >>> find(read_calls(), lambda call: isinstance(getattr(call, "offering", None), ReservationArn))
    DescribeOffering(account=0, region=0, offering=ReservationArn(step=0, mutation='exact', edits=()), mutation='plain')
    """
    wrong = mutated_offering_arns() | malformed_arns() | st.sampled_from([ReservationArn(), UnknownArn()])
    others = mutated_reservation_arns() | malformed_arns() | st.sampled_from([OfferingArn(), UnknownArn("reservation")])
    sizes, tokens = st.none() | page_sizes(), st.none() | st.just(TokenOf()) | st.just("x")
    return _placed(
        evenly(
            st.just(DescribeReservation()),
            st.builds(DescribeOffering, offering=offering_arns()),
            st.builds(ListReservations, max_results=sizes, token=tokens),
            st.builds(ListOfferings, max_results=sizes, token=tokens),
            st.builds(ListOfferings, max_results=sizes, whole=st.just(True)),
            st.builds(DescribeOffering, offering=wrong),
            st.builds(DescribeReservation, reservation=others),
        )
    )


def _kinds() -> dict[str, Actions]:
    """What may happen in a lifecycle."""
    used_names = st.just(0) | st.integers(0, 9) | names(max_size=40)
    any_start = st.sampled_from([0, 1]).flatmap(lambda late: _FURTHER_STARTS if late else starts_in_window())
    after_end = st.sampled_from([1, 0, 2, 3_600, DAY, 40 * DAY, -1]) | st.integers(1, 2_000 * DAY)
    of_other_kind = st.builds(Purchase, offering=mutated_reservation_arns() | st.just(ReservationArn()))
    return {
        "purchase": st.builds(_purchase, PLACES, offering_arns(), starts_in_window(), used_names, _LOOKS),
        "next": st.builds(_next, _NUMBERS, after_end, offering_arns(), starts_in_window(), _LOOKS),
        "time": st.builds(_clock, later_points(), _NUMBERS, _LOOKS),
        "further": st.builds(_further, _NUMBERS, offering_arns(), any_start, used_names, _LOOKS),
        "refused": st.builds(_call, refused_purchases(places=PLACES), _NUMBERS, _LOOKS),
        "other ARN": st.builds(_call, _placed(of_other_kind), _NUMBERS, _LOOKS),
        "read": st.builds(_call, read_calls(), _NUMBERS, _LOOKS),
        "offerings": st.builds(_define, offering_lists(terms=offering_terms(durations=_SHORT)), _LOOKS),
    }


KINDS: tuple[str, ...] = ("purchase", "next", "time", "further", "refused", "other ARN", "read", "offerings")
"""What happens in a lifecycle. Each example leaves some of it out."""


@cache
def _actions(left_out: int) -> st.SearchStrategy[list[Action]]:
    kinds = _all_kinds()
    kept = [kinds[kind] for number, kind in enumerate(KINDS) if not left_out >> number & 1]
    return st.lists(evenly(*kept) if kept else kinds["purchase"], min_size=1, max_size=12)


@cache
def _all_kinds() -> dict[str, Actions]:
    return _kinds()


def reservation_lifecycles(
    *,
    nows: st.SearchStrategy[str] = current_times() | notable_times(),
    offerings: Offerings = offering_lists(terms=offering_terms(durations=_SHORT)),
) -> st.SearchStrategy[Case]:
    """Whatever can happen to reservations in a row, in several accounts and Regions, in one case.

    Purchases, right and refused ones of every kind, under names, Starts, ARNs and tokens that were used before; reads;
    time that goes on by seconds or years, over the End of a reservation or up to it; other offerings. After each of
    these nothing, everything, or everything and a further purchase is looked at; at the end everything is, and every
    place is contested. Each example leaves some kinds out. Shrinks to one purchase and the looks at the end.

    A step of the clock that would go back is left out by the driver, so that they need no order of their own.

    >>> case = find(reservation_lifecycles(), lambda case: sum(isinstance(step, SetClock) for step in case.steps) > 1)
    >>> len([step for step in case.steps if isinstance(step, SetClock)])
    2
    """

    def case(now: str, terms: tuple[Any, ...], actions: list[Action]) -> Case:
        history = History()
        for action in actions:
            action(history)
        history.conclude()
        event("purchases in a lifecycle", len(history.purchases))
        return history.case(now, terms)

    left_out = st.just(0) | st.integers(0, 2 ** len(KINDS) - 1)
    return st.builds(case, nows, offerings, left_out.flatmap(_actions))
