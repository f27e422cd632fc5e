"""Lifecycles of reservations: every kind of call, right and wrong, in any number and order, while time goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
    OfferingTerms,
    Point,
    Purchase,
    ReservationArn,
    SetClock,
    Start,
    TokenOf,
    UnknownArn,
)
from strategies.arns import malformed_arns, mutated_offering_arns, mutated_reservation_arns, offering_arns
from strategies.choices import evenly, sized_lists
from strategies.histories import History, Place
from strategies.lists import page_sizes
from strategies.naming import names
from strategies.offerings import Offerings, offering_lists, offering_terms
from strategies.purchasing import Places, refused_purchases
from strategies.starts import starts_before_window, starts_in_window
from strategies.times import DAY, current_times, later_points, notable_times

Action = Callable[[History], None]

LIFECYCLE_PLACES: Places = st.just((0, 0)) | st.sampled_from([(0, 0), (1, 0), (0, 1), (1, 1), (2, 0)])
"""Mostly account 0 in Region 0; two more accounts and another Region."""
KINDS: tuple[str, ...] = ("purchase", "next", "time", "further", "refused", "other ARN", "read", "offerings")
"""What happens in a lifecycle. Each example leaves some of it out."""
# What it takes to come to a third and fourth reservation comes more often.
_OFTEN = ("next", "time", "further")
_NUMBERS = st.sampled_from([0, 0, 1, 2, 3, 4])
# How much is read after an action.
_NOTHING, _EVERYTHING, _CONTESTED = "nothing", "everything", "everything after a contest"
_READS_AFTER = st.sampled_from([_NOTHING, _EVERYTHING, _CONTESTED])
_SHORT = st.sampled_from([1, 2, 3, 6, 12]) | st.integers(1, 36)
# A number stands for a Start so many months after the time at which the case begins, be it past or to come.
_STARTS: st.SearchStrategy[Start | int] = evenly(
    starts_in_window(), starts_in_window() | starts_before_window(), st.sampled_from([0, 1, 2, 3, 6, 12, 13, 24, -1])
)
# A number stands for a name that was used before, 0 for a new one.
_NAMES: st.SearchStrategy[str | int] = st.just(0) | st.integers(0, 9) | names(max_size=40)


@dataclass(frozen=True, slots=True)
class _Purchase:
    """The parts of a purchase, some of them to be found among what is there."""

    offering: OfferingArn
    start: Start | int
    name: str | int

    def at(self, place: Place, history: History) -> Purchase:
        """The call."""
        account, region = place
        start = history.absolute(self.start) if isinstance(self.start, int) else self.start
        used = history.old_name(self.name) if isinstance(self.name, int) and self.name else history.new_name()
        name = self.name if isinstance(self.name, str) else used
        return Purchase(account=account, region=region, offering=self.offering, name=name, start=start)


def _then_read(act: Callable[[History], Place], reads: str) -> Action:
    """An action after which what came of it is read; `act` says where it happened."""

    def action(history: History) -> None:
        place = act(history)
        if reads == _CONTESTED:
            history.contest(place)
        if reads != _NOTHING:
            history.observe()

    return action


def _purchase(place: Place, purchase: _Purchase, reads: str) -> Action:
    def act(history: History) -> Place:
        history.add(purchase.at(place, history), likely=True)
        return place

    return _then_read(act, reads)


def _further(number: int, purchase: _Purchase, reads: str) -> Action:
    """A further purchase where an earlier one was made; where none was, a first one."""

    def act(history: History) -> Place:
        place = history.place_of(history.purchase(number))
        history.add(purchase.at(place, history))
        return place

    return _then_read(act, reads)


def _next(number: int, turns: list[tuple[int, _Purchase]], reads: str) -> Action:
    """The End of a reservation passes and another one is purchased in its place, once or several times in a row."""

    def act(history: History) -> Place:
        bought = history.purchase(number)
        place = history.place_of(bought)
        for seconds, purchase in turns:
            if bought is not None:
                history.add(SetClock(EndOf(bought, seconds)))
            bought = len(history.steps)
            history.add(purchase.at(place, history), likely=True)
        return place

    return _then_read(act, reads)


def _call(step: Any, number: int, reads: str) -> Action:
    """A call, with its references among what is there; none where it needs a purchase and there is none."""

    def act(history: History) -> Place:
        if history.can_refer(step):
            history.add(history.referring(step, number))
        return step.account, step.region

    return _then_read(act, reads)


def _clock(point: Point, number: int, reads: str) -> Action:
    def act(history: History) -> Place:
        step = SetClock(point)
        if history.can_refer(step):
            history.add(history.referring(step, number))
        return history.place_of(history.purchase(number))

    return _then_read(act, reads)


def _define(offerings: tuple[OfferingTerms, ...], reads: str) -> Action:
    def act(history: History) -> Place:
        history.add(DefineOfferings(offerings))
        return history.place_of(history.purchase(0))

    return _then_read(act, reads)


def _placed(calls: st.SearchStrategy[Any], places: Places) -> st.SearchStrategy[Any]:
    return st.builds(lambda call, place: replace(call, account=place[0], region=place[1]), calls, places)


def read_calls(*, places: Places = LIFECYCLE_PLACES) -> st.SearchStrategy[Any]:
    """Reads of each operation, right and wrong, and with the ARN of another kind.

    What refers to the purchase or list at step 0 is made to refer to another one where a lifecycle is put together.

    >>> find(read_calls(), lambda call: isinstance(getattr(call, "offering", None), ReservationArn))
    DescribeOffering(account=0, region=0, offering=ReservationArn(step=0, mutation='exact', edits=()), mutation='plain')
    """
    wrong = evenly(st.just(ReservationArn()), mutated_offering_arns(), malformed_arns(), st.just(UnknownArn()))
    others = evenly(
        st.just(OfferingArn()), mutated_reservation_arns(), malformed_arns(), st.just(UnknownArn("reservation"))
    )
    sizes, tokens = st.none() | page_sizes(), st.none() | st.just(TokenOf()) | st.just("x")
    calls: st.SearchStrategy[Any] = evenly(
        st.just(DescribeReservation()),
        st.builds(DescribeOffering, offering=offering_arns()),
        st.builds(ListReservations, max_results=sizes, token=tokens),
        st.builds(ListOfferings, max_results=sizes, token=tokens),
        st.builds(ListOfferings, max_results=sizes, whole=st.just(True)),
        st.builds(DescribeOffering, offering=wrong),
        st.builds(DescribeReservation, reservation=others),
    )
    return _placed(calls, places)


def _actions(places: Places) -> dict[str, st.SearchStrategy[Action]]:
    """What may happen in a lifecycle, by the names of `KINDS`."""
    after_end = st.sampled_from([1, 0, 2, 3_600, DAY, 40 * DAY, -1]) | st.integers(1, 2_000 * DAY)
    of_other_kind = st.builds(Purchase, offering=mutated_reservation_arns() | st.just(ReservationArn()))
    right = st.builds(_Purchase, offering_arns(), starts_in_window(), _NAMES)
    further = st.builds(_Purchase, offering_arns(), _STARTS, _NAMES)
    return {
        "purchase": st.builds(_purchase, places, right, _READS_AFTER),
        "next": st.builds(_next, _NUMBERS, st.lists(st.tuples(after_end, right), min_size=1, max_size=4), _READS_AFTER),
        "time": st.builds(_clock, later_points(), _NUMBERS, _READS_AFTER),
        "further": st.builds(_further, _NUMBERS, further, _READS_AFTER),
        "refused": st.builds(_call, refused_purchases(places=places), _NUMBERS, _READS_AFTER),
        "other ARN": st.builds(_call, _placed(of_other_kind, places), _NUMBERS, _READS_AFTER),
        "read": st.builds(_call, read_calls(places=places), _NUMBERS, _READS_AFTER),
        "offerings": st.builds(_define, offering_lists(terms=offering_terms(durations=_SHORT)), _READS_AFTER),
    }


def reservation_lifecycles(
    *,
    nows: st.SearchStrategy[str] = current_times() | notable_times(),
    offerings: Offerings = offering_lists(terms=offering_terms(durations=_SHORT)),
    places: Places = LIFECYCLE_PLACES,
    max_size: int = 12,
) -> st.SearchStrategy[Case]:
    """Whatever can happen to reservations in a row, in several accounts and Regions, in one case.

    At most `max_size` of these, in any order: purchases, right ones and refused ones of every kind, under names,
    Starts, ARNs and tokens that were used before; reads; time that goes on by seconds or years, up to the End of a
    reservation or over it; other offerings. After each, nothing is looked at, or everything, or everything after a
    further purchase was tried; at the end everything is, and every place is contested. Most examples leave some
    kinds out. Shrinks to one purchase and the looks at the end.

    A step of the clock that would go back is left out by the driver, so that they need no order of their own.

    >>> case = find(reservation_lifecycles(max_size=1), lambda case: True)
    >>> [type(step).__name__ for step in case.steps[:4]]
    ['Purchase', 'DescribeReservation', 'ListReservations', 'Purchase']
    """
    actions = _actions(places)
    with_kinds: dict[int, st.SearchStrategy[list[Action]]] = {}

    def without(left_out: int) -> st.SearchStrategy[list[Action]]:
        """Actions without the kinds whose bits are set; all where none would be left."""
        if left_out not in with_kinds:
            kept = [kind for number, kind in enumerate(KINDS) if not left_out >> number & 1] or list(KINDS)
            one = evenly(*(actions[kind] for kind in (*kept, *(kind for kind in kept if kind in _OFTEN))))
            with_kinds[left_out] = sized_lists(one, min_size=1, max_size=max_size)
        return with_kinds[left_out]

    def case(now: str, terms: tuple[OfferingTerms, ...], happening: list[Action]) -> Case:
        history = History(now)
        for action in happening:
            action(history)
        history.conclude()
        event("purchases in a lifecycle", len(history.purchases))
        return history.case(terms)

    left_out = st.sampled_from([0, 1, 1]).flatmap(lambda some: st.integers(0, (2 ** len(KINDS) - 1) * some))
    return st.builds(case, nows, offerings, left_out.flatmap(without))
