"""exclusivity: an account with an active reservation cannot purchase another (conformance/rules/exclusivity.py)."""

from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    CallStep,
    Case,
    ConcurrentCalls,
    DescribeOffering,
    DescribeReservation,
    EndOf,
    Inside,
    ListOfferings,
    ListReservations,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Point,
    Purchase,
    ReservationArn,
    SetClock,
    Step,
    Written,
)
from conformance.results.checker import Checker
from conformance.rules import concurrency, exclusivity, reservation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import concurrent_calls, current_times, durations, second_purchases, starts_in_window

DAY = 86_400
READS = (DescribeReservation(), ListReservations(whole=True))
TWO_OFFERINGS = (OfferingTerms(), OfferingTerms(duration=6, description="50 Mbps", bitrate=50))
MIDDLE = Written(Inside(500))
FURTHER = [
    Purchase(),
    Purchase(name="another"),
    Purchase(offering=OfferingArn(1)),
    Purchase(start=Written(Now())),
    Purchase(name="another", start=Written(Inside(100))),
    Purchase(offering=OfferingArn(1), name="another", start=Written(Inside(900))),
    Purchase(name="another", start=MIDDLE),
    Purchase(start=MIDDLE),
    Purchase(name="RESERVATION"),
]


def _second(first: Purchase, *further: Purchase) -> Case:
    return Case(offerings=TWO_OFFERINGS, steps=(first, *READS, *further, *READS))


SECOND = [_second(Purchase(start=MIDDLE), further) for further in FURTHER]
AGAIN_AND_AGAIN = _second(Purchase(start=MIDDLE), *[Purchase(name=f"another{number}") for number in range(3)])


def _beside_every_kind_of_offering(first: int) -> Case:
    """One offering is purchased, and then all: shorter and longer ones, cheaper and dearer, with every bit rate."""
    terms = tuple(
        OfferingTerms(duration=months, description=f"{months} months, {bitrate}", price=price, bitrate=bitrate)
        for months, bitrate, price in product((1, 6, 12), (None, 20, 50), ("0.5", "2.5"))
    )
    contests = (Purchase(name=f"contest-{at}", offering=OfferingArn(at)) for at in range(len(terms)))
    return Case(offerings=terms, steps=(Purchase(offering=OfferingArn(first)), *contests, *READS))


_BESIDE_ALL = [_beside_every_kind_of_offering(first) for first in (8, 6)]
"""In the middle of all durations, with a bit rate and without."""


@checks(exclusivity.second_refused, exclusivity.repeated_request)
@examples([*(Case(offerings=TWO_OFFERINGS, steps=(Purchase(start=MIDDLE), one)) for one in FURTHER), *_BESIDE_ALL])
@given(case=second_purchases())
def test_a_second_purchase(check: Checker, case: Case) -> None:
    """While a reservation is active every further purchase is refused."""
    check(case)


@checks(exclusivity.refusal)
@examples(Case(offerings=TWO_OFFERINGS, steps=(Purchase(), further)) for further in FURTHER)
@given(case=second_purchases())
def test_the_refusal_of_a_second_purchase(check: Checker, case: Case) -> None:
    """The refusal is BadRequestException, ForbiddenException or NotFoundException."""
    check(case)


@checks(exclusivity.first_unchanged, exclusivity.at_most_one_active)
@examples([*SECOND, AGAIN_AND_AGAIN])
@given(case=second_purchases())
def test_the_first_after_a_second_purchase(check: Checker, case: Case) -> None:
    """The active reservation stays as it was, and the only ACTIVE one."""
    check(case)


def _contested(now: str, months: int, start: Written, moment: Point, further: Purchase) -> Case:
    return Case(
        now=now,
        offerings=(OfferingTerms(duration=months), OfferingTerms(duration=3)),
        steps=(Purchase(start=start), SetClock(moment), further),
    )


_MOMENTS: list[Point] = [
    Now(seconds=1),
    Now(seconds=DAY),
    Now(months=1),
    EndOf(0, -1),
    EndOf(0, -DAY),
    Now(months=2),
]


@checks(exclusivity.held_until_end)
@examples(
    _contested(now, months, Written(Inside(500)), moment, Purchase(name="another", start=start))
    for now in ["2027-01-15T12:00:00Z", "2027-12-31T23:59:59Z"]
    for months in [3, 1]
    for moment in _MOMENTS
    for start in [Written(MonthStart()), Written(Now())]
)
@given(
    case=st.builds(
        _contested,
        current_times(),
        durations(),
        starts_in_window(),
        st.sampled_from(_MOMENTS) | st.integers(1, 40 * DAY).map(lambda seconds: EndOf(0, -seconds)),
        st.builds(
            Purchase,
            name=st.sampled_from(["another", "reservation"]),
            offering=st.builds(OfferingArn, st.integers(0, 1)),
            start=starts_in_window(),
        ),
    )
)
def test_a_purchase_before_end(check: Checker, case: Case) -> None:
    """The refusals last to the last second before End, into later months."""
    check(case)


_READ_THE_FIRST = (DescribeReservation(reservation=ReservationArn(0)), ListReservations(whole=True))


def _outlived(
    now: str, months: int, start: Written, seconds: int, next_start: Written, between: tuple[Step, ...] = ()
) -> Case:
    """A reservation, its End and some seconds more, the next reservation, what comes `between`, and a contest."""
    following = Purchase(name="next", start=next_start)
    return Case(
        now=now,
        offerings=(OfferingTerms(duration=months),),
        steps=(
            Purchase(start=start),
            SetClock(EndOf(0, seconds)),
            following,
            *between,
            Purchase(name="contest"),
            ListReservations(whole=True),
        ),
    )


@checks(exclusivity.freed_from_end, exclusivity.at_most_one_active)
@examples(
    [
        _outlived("2027-01-15T12:00:00Z", 1, Written(Inside(500)), 1, Written(Now())),
        _outlived("2027-01-15T12:00:00Z", 1, Written(Inside(500)), 1, Written(MonthStart())),
        _outlived("2027-01-15T12:00:00Z", 1, Written(Inside(500)), DAY, Written(Now())),
        _outlived("2027-12-15T12:00:00Z", 12, Written(Inside(500)), 1, Written(Now())),
        _outlived("2027-01-15T12:00:00Z", 1, Written(Inside(500)), 40 * DAY, Written(MonthStart())),
        _outlived("2027-01-15T12:00:00Z", 1, Written(Inside(500)), 0, Written(Now())),
        _outlived("2027-01-15T12:00:00Z", 1, Written(Inside(500)), DAY, Written(Now()), _READ_THE_FIRST),
        *(_outlived("2027-01-31T12:00:00Z", months, Written(Now()), 1, Written(Now())) for months in (1, 3)),
    ]
)
@given(
    case=st.builds(
        _outlived,
        current_times(),
        durations(),
        starts_in_window(),
        st.sampled_from([1, 0, 2, DAY]) | st.integers(0, 400 * DAY),
        starts_in_window(),
    )
)
def test_a_purchase_after_end(check: Checker, case: Case) -> None:
    """From the second after End the account can purchase again, and the new reservation excludes in its turn."""
    check(case)


@checks(exclusivity.other_region, needs={Capability.REGIONS})
@examples([Case(steps=(Purchase(), Purchase(region=1, name="another")))])
@given(
    case=starts_in_window().map(lambda start: Case(steps=(Purchase(start=start), Purchase(region=1, name="another"))))
)
def test_another_region_purchases(check: Checker, case: Case) -> None:
    """Whether a reservation in one Region blocks a purchase in another is observed."""
    check(case)


_DIFFERENT = [Purchase(name=f"name{number}", offering=OfferingArn(number % 2)) for number in range(8)]


def _at_once(*calls: Purchase | ListReservations) -> Case:
    return Case(
        offerings=TWO_OFFERINGS,
        steps=(ConcurrentCalls(tuple((call,) for call in calls)), ListReservations(whole=True)),
    )


def _after_an_earlier_one() -> Case:
    """Purchases at the same time in an account whose first reservation is over."""
    first, at_once = Purchase(name="earlier"), _at_once(*_DIFFERENT[:4])
    return replace(at_once, steps=(first, SetClock(EndOf(0, 1)), *at_once.steps))


def _read_meanwhile() -> Case:
    """One branch lists again and again, the other purchases."""
    lists = (ListReservations(),) * 10
    return Case(steps=(ConcurrentCalls((lists, (Purchase(),))), ListReservations(whole=True)))


def _described_meanwhile() -> Case:
    """In each of four accounts one branch describes and lists offerings again and again, another purchases."""
    branches: list[tuple[CallStep, ...]] = []
    for account in range(4):
        reads = (DescribeOffering(account=account), ListOfferings(account=account)) * 3
        branches += [reads, (Purchase(account=account),)]
    lists = (ListReservations(account=account, whole=True) for account in range(4))
    return Case(steps=(ConcurrentCalls(tuple(branches)), *lists))


def _in_four_accounts() -> Case:
    """A purchase in each account at the same time, each with a name and a Start of its own."""
    names = ("first", "second", "third", "fourth")
    calls = [Purchase(account=at, name=name, start=Written(MonthStart(seconds=at))) for at, name in enumerate(names)]
    lists = (ListReservations(account=at, whole=True) for at in range(len(names)))
    return Case(steps=(ConcurrentCalls(tuple((call,) for call in calls)), *lists))


def _beside_refused_ones() -> Case:
    """In each of three accounts one branch tries wrong purchases, one after the other, and another a right one."""
    branches: list[tuple[CallStep, ...]] = []
    for account in range(3):
        wrong = Purchase(account=account, name="refused", start=Written(MonthStart(seconds=-1)))
        branches += [(wrong,) * 4, (Purchase(account=account),)]
    lists = (ListReservations(account=account, whole=True) for account in range(3))
    return Case(steps=(ConcurrentCalls(tuple(branches)), *lists))


def _in_two_regions() -> Case:
    """A purchase in each Region at the same time, whether or not one excludes the other."""
    at_once = ConcurrentCalls(((Purchase(),), (Purchase(region=1, name="elsewhere"),)))
    return Case(steps=(at_once, ListReservations(whole=True), ListReservations(region=1, whole=True)))


@checks(concurrency.concurrent, reservation.list_agrees, reservation.echoes_request)
@examples(
    [
        _at_once(*[Purchase()] * 8),
        _at_once(*_DIFFERENT),
        _at_once(*_DIFFERENT[:4], *[ListReservations()] * 4),
        _at_once(*[Purchase()] * 2),
        _at_once(*_DIFFERENT[:2]),
        _read_meanwhile(),
        _described_meanwhile(),
        _in_four_accounts(),
        _beside_refused_ones(),
        _in_two_regions(),
        _after_an_earlier_one(),
    ]
)
@given(case=concurrent_calls())
def test_purchases_at_the_same_time(check: Checker, case: Case) -> None:
    """Of purchases made at the same time exactly one succeeds, and every history is linearizable."""
    check(case)
