"""Sequences: every kind of call between a purchase and its contest, in orders in which any two or three of them occur.

A defect of state needs certain calls in a certain order, and something that shows what they did. So the kinds of calls
stand in a table, sequences are orders of it, and after each kind the purchase is contested and read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from hypothesis import event
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DefineOfferings,
    DescribeOffering,
    DescribeReservation,
    EndOf,
    Inside,
    ListOfferings,
    ListReservations,
    Literal,
    LiteralArn,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    Step,
    TokenOf,
    UnknownArn,
    WithdrawnOfferingArn,
    Written,
)
from strategies.choices import sized_lists
from strategies.histories import History
from strategies.offerings import many_offerings

_DAY = 86_400
_MIDDLE = Written(Inside(500))
# All kinds of a sequence together take less than two years.
_LASTING = (OfferingTerms(duration=36), OfferingTerms(duration=90, description="another", price="9.99", bitrate=None))
_OTHERS = (OfferingTerms(description="redefined", price="1.25"), OfferingTerms(duration=72, bitrate=1))
_MONTHS_UNTIL_ALL_IS_OVER = 100

READING: Mapping[str, tuple[Step, ...]] = {
    "an offering": (DescribeOffering(),),
    "the reservation": (DescribeReservation(),),
    "a page of offerings": (ListOfferings(max_results="1"),),
    "pages of offerings": (ListOfferings(max_results="1"), ListOfferings(max_results="1", token=TokenOf())),
    "pages of other sizes": (ListOfferings(max_results="1"), ListOfferings(max_results="2", token=TokenOf())),
    "all offerings": (ListOfferings(whole=True),),
    "a page of reservations": (ListReservations(max_results="1"),),
    "pages of reservations": (ListReservations(max_results="1"), ListReservations(max_results="1", token=TokenOf())),
    "a reservation thrice": (DescribeReservation(),) * 3,
}
"""Reads that are right."""
REFUSED_READING: Mapping[str, tuple[Step, ...]] = {
    "an unknown offering": (DescribeOffering(offering=UnknownArn()),) * 2,
    "a malformed offering": (DescribeOffering(offering=LiteralArn("x")),),
    "a reservation for an offering": (DescribeOffering(offering=ReservationArn()),),
    "an unknown reservation": (DescribeReservation(reservation=UnknownArn("reservation")),) * 2,
    "another identifier": (DescribeReservation(reservation=ReservationArn(mutation="another identifier")),) * 2,
    "a malformed reservation": (DescribeReservation(reservation=LiteralArn("x")),),
    "an offering for a reservation": (DescribeReservation(reservation=OfferingArn()),),
    "a token of offerings never given": (ListOfferings(token="never-given"),),
    "a token of reservations never given": (ListReservations(token="never-given"),),
    "a token of the other list": (ListOfferings(max_results="1"), ListReservations(token=TokenOf())),
    "no offerings on a page": (ListOfferings(max_results="0"),),
    "too many offerings on a page": (ListOfferings(max_results="1001"),),
    "too many reservations on a page": (ListReservations(max_results="1001"),),
    "pages of no number": (ListReservations(max_results="abc"),),
}
"""Reads that are refused, or may be."""
REFUSED: Mapping[str, tuple[Step, ...]] = {
    "a null start": (Purchase(name="refused1", mutation="null start"),),
    "no start": (Purchase(name="refused2", start=None),),
    "an empty start": (Purchase(name="refused3", start=Literal("")),),
    "a start that is a list": (Purchase(name="refused4", mutation="start is a list"),),
    "a start in words": (Purchase(name="refused5", start=Literal("tomorrow")),),
    "a start in another form": (Purchase(name="refused6", start=Literal("2027-01-15")),),
    "February 30": (Purchase(name="refused7", start=Written(Inside(500), "February 30")),),
    "a start of last month": (Purchase(name="refused8", start=Written(MonthStart(seconds=-1))),),
    "a start of last year": (Purchase(name="refused9", start=Written(Now(months=-12))),),
    "a start to come": (Purchase(name="refused10", start=Written(Now(seconds=3_600))),),
    "a start of next month": (Purchase(name="refused11", start=Written(MonthStart(months=1))),),
    "a start of next year": (Purchase(name="refused12", start=Written(Now(months=12))),),
    "no name": (Purchase(name=None),),
    "a null name": (Purchase(mutation="null name"),),
    "an empty name": (Purchase(name=""),),
    "a malformed name": (Purchase(name="-malformed-"),),
    "a name too long": (Purchase(name="a" * 129),),
    "no JSON": (Purchase(name="refused13", mutation="not JSON"),),
    "an unknown offering to buy": (Purchase(name="refused14", offering=OfferingArn(mutation="another identifier")),),
    "a malformed offering to buy": (Purchase(name="refused15", offering=LiteralArn("x")),),
    "a reservation to buy": (Purchase(name="refused16", offering=ReservationArn()),),
}
"""Purchases that are refused for what they are."""
CONTESTS: Mapping[str, tuple[Step, ...]] = {
    "the same name": (Purchase(name="held", start=Written(Now())),),
    "the same name for another offering": (Purchase(name="held", offering=OfferingArn(1)),),
    "another offering": (Purchase(name="rival1", offering=OfferingArn(1), start=_MIDDLE),),
    "the first of the month": (Purchase(name="rival2"),),
    "many contests": tuple(Purchase(name=f"rival{number}", start=_MIDDLE) for number in range(3, 9)),
}
"""Right purchases, which only the active reservation excludes."""
ELSEWHERE: Mapping[str, tuple[Step, ...]] = {
    "the same in another account": (Purchase(account=1, name="held", start=Written(Now())),),
    "the same name in another account": (Purchase(account=2, name="held", offering=OfferingArn(1)),),
    "the same in another Region": (Purchase(region=1, name="held", start=Written(Now())),),
    "the same name in another Region": (Purchase(account=2, region=1, name="held", offering=OfferingArn(1)),),
    "a purchase in another Region": (Purchase(region=1, name="another", offering=OfferingArn(1)),),
    "a refusal in another account": (Purchase(account=1, name="refused17", start=Literal("tomorrow")),),
    "a refusal in another Region": (Purchase(region=1, name="refused18", start=Literal("tomorrow")),),
    "the reservation in another account": (DescribeReservation(account=1),),
    "the reservation in another Region": (DescribeReservation(region=1),),
    "a list in another account": (ListReservations(account=1, whole=True),),
    "a list in another Region": (ListReservations(region=1, whole=True),),
    "a token in another account": (ListOfferings(max_results="1"), ListOfferings(account=1, token=TokenOf())),
    "a token in another Region": (ListOfferings(max_results="1"), ListOfferings(region=1, token=TokenOf())),
    "a purchase where the reservation was looked for": (
        *(DescribeReservation(account=3),) * 2,
        Purchase(account=3, name="held", start=Written(Now())),
    ),
}
"""Calls in another account or Region."""
CHANGES: Mapping[str, tuple[Step, ...]] = {
    "a second": (SetClock(Now(seconds=1)),),
    "an hour": (SetClock(Now(seconds=3_600)),),
    "a day": (SetClock(Now(seconds=_DAY)),),
    "a month": (SetClock(Now(months=1)),),
    "the first of a month": (SetClock(MonthStart(months=1)),),
    "more than a year": (SetClock(Now(seconds=400 * _DAY)),),
    "other offerings": (DefineOfferings(_OTHERS),),
    "a withdrawn offering to buy": (
        DefineOfferings(_OTHERS),
        Purchase(name="refused19", offering=WithdrawnOfferingArn()),
    ),
    "more offerings": (DefineOfferings((*_LASTING, *many_offerings(3))),),
    "a contest, other offerings, and another account": (
        Purchase(name="refused20", offering=OfferingArn(1), start=_MIDDLE),
        DefineOfferings((*_OTHERS[::-1], *_LASTING)),
        Purchase(account=4, offering=OfferingArn(1), start=_MIDDLE),
    ),
}
"""Time that passes, and offerings that change."""
KINDS: Mapping[str, tuple[Step, ...]] = {
    **REFUSED, **READING, **REFUSED_READING, **CONTESTS, **ELSEWHERE, **CHANGES
}  # fmt: skip
"""What may come between a purchase and its contest, by name, the plainest first."""
_HELD = ("held", "again", "oncemore")
RESERVATIONS = 4
"""How many reservations in a row an order is spread over, where it is."""
_ALL = tuple(KINDS)
# Backwards the time goes on at the end as well, so that all that comes before is in one month.
ORDERS: tuple[tuple[str, ...], ...] = (
    _ALL,
    (*reversed(_ALL[: -len(CHANGES)]), *CHANGES),
    *(tuple(Random(number).sample(_ALL, len(_ALL))) for number in range(4)),
)
"""The table, the table backwards, and some other orders, so that of any two kinds each comes before the other."""
_UNDER_A_USED_NAME = ("the same name", "the same name for another offering")


def sequence(kinds: Sequence[str], *, reservations: int = 1, times: int = 1) -> Case:
    """The case in which these kinds of `KINDS` come in this order, each so many times in a row; no strategy.

    With one reservation all of them come while it is active. With more, they are spread over so many in a row: some
    come before each, while none is active, and some after. After each kind an active reservation is contested, under
    the name that was just refused where one was, and the latest described or listed; it is contested once more in the
    last second before its End. All but the first have a name that was refused before, where one was, and the fourth
    has the name of the first in capitals.

    >>> [step.name for step in sequence(["a null start", "a day"]).steps if isinstance(step, Purchase)][:4]
    ['held', 'refused1', 'refused1', 'contest7']
    """
    history = History()
    if reservations == 1:
        _hold(history, kinds, 0, times)
        _contest_last_second(history)
    else:
        parts = [kinds[number :: 2 * reservations] for number in range(2 * reservations)]
        for number in range(reservations):
            _pass(history, parts[2 * number], times)
            _hold(history, parts[2 * number + 1], number, times)
            _contest_last_second(history)
            bought = history.likely[-1]
            # Now and then until all that was purchased elsewhere is over as well.
            history.add(SetClock(Now(months=_MONTHS_UNTIL_ALL_IS_OVER) if number % 2 else EndOf(bought, 1)))
    _conclude(history)
    return history.case(_LASTING)


def _pass(history: History, kinds: Sequence[str], times: int) -> None:
    """What happens while no reservation is active, but for further purchases under new names."""
    for turn, kind in enumerate(kinds):
        if kind not in CONTESTS or (kind in _UNDER_A_USED_NAME and history.likely):
            _happen(history, kind, times)
            _look(history, turn)


def _hold(history: History, kinds: Sequence[str], number: int, times: int) -> None:
    """A purchase, and what happens while it is active."""
    refused = [name for name in history.names if name.startswith(("contest", "refused")[number % 2])]
    name = "HELD" if number == RESERVATIONS - 1 else (refused or [_HELD[number]])[-1]
    start = _MIDDLE if number % 2 else Written(Now())
    history.add(Purchase(name=name, offering=OfferingArn(min(number, 1)), start=start), likely=True)
    _look(history, 0)
    for turn, kind in enumerate(kinds, 1):
        _happen(history, kind, times)
        rival = Purchase(name=_name_of_rival(history, kind), start=Written(Now()))
        history.add((rival, replace(rival, offering=OfferingArn(1)), replace(rival, start=Written()))[turn % 3])
        _look(history, turn)


def _contest_last_second(history: History) -> None:
    """A further purchase in the last second before the End of the latest reservation."""
    history.add(SetClock(EndOf(history.likely[-1], -1)))
    history.contest((0, 0))


def _name_of_rival(history: History, kind: str) -> str:
    """The name under which a purchase was just refused for something else, or a new one."""
    names = [step.name for step in REFUSED.get(kind, ()) if isinstance(step, Purchase) and step.name in history.names]
    return next((name for name in names if name and name.startswith("refused")), history.new_name("contest"))


def _happen(history: History, kind: str, times: int) -> None:
    """The steps of a kind, with their references among what is there; without those that need a purchase."""
    for step in KINDS[kind] * times:
        if history.can_refer(step):
            history.add(history.referring(step, 0))


def _look(history: History, turn: int) -> None:
    """Read the latest reservation, or list those of its place, by turns; both at first."""
    if turn % 2 == 0 and history.likely:
        history.add(DescribeReservation(reservation=ReservationArn(history.likely[-1])))
    if turn % 2 or not turn:
        history.add(ListReservations(whole=True))


def _conclude(history: History) -> None:
    """Read every reservation that is likely to be there, contest every place that was used, and read all again."""
    for contested in (False, True):
        for place in sorted(history.places) if contested else ():
            history.contest(place)
        for bought in history.likely:
            history.add(DescribeReservation(reservation=ReservationArn(bought)))
        history.add(*(ListReservations(account=one, region=other, whole=True) for one, other in sorted(history.places)))


def sequence_cases() -> tuple[Case, ...]:
    """All kinds in each of `ORDERS`, without the plainest sequence, which every profile can afford; no strategy.

    All but the backwards one are spread over several reservations, forwards, and backwards with each kind three times.

    >>> len(sequence_cases())
    10
    """
    cases = [sequence(ORDERS[0], reservations=RESERVATIONS), sequence(ORDERS[1])]
    for order in ORDERS[2:]:
        cases.append(sequence(order, reservations=RESERVATIONS))
        cases.append(sequence(order[::-1], reservations=RESERVATIONS, times=3))
    return tuple(cases)


def sequences(*, max_size: int = 12) -> st.SearchStrategy[Case]:
    """At most `max_size` kinds of `KINDS` in any order, some twice, while one reservation is active or more in a row.

    Shrinks to a purchase and a contest of it.

    >>> len(find(sequences(), lambda case: True).steps)
    10
    """

    def case(kinds: list[str], reservations: int) -> Case:
        event("kinds of calls in a sequence", len(kinds))
        return sequence(kinds, reservations=reservations)

    return st.builds(case, sized_lists(st.sampled_from(_ALL), max_size=max_size), st.integers(1, RESERVATIONS))
