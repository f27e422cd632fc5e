"""Accounts apart: exclusivity/per-account and lifecycle/isolated.

These come first: where accounts block each other, every refusal of a right purchase may be for another example's sake.
"""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DescribeOffering,
    DescribeReservation,
    EndOf,
    ListReservations,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    Step,
    Written,
)
from conformance.results.checker import Checker
from conformance.rules import end, exclusivity, lifecycle, reservation, start_window, wire
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import far_region_cases, starts_in_window

_EVERYWHERE = (
    *(start_window.utc, start_window.lower_bound_inclusive, start_window.after_upper_bound),
    *(end.adds_duration, end.keeps_time_of_day, reservation.copies_offering, wire.currency),
)
TWO_OFFERINGS = (OfferingTerms(), OfferingTerms(duration=6, description="50 Mbps", bitrate=50))
PURCHASES = [Purchase(), Purchase(offering=OfferingArn(1)), Purchase(name="another", start=Written(Now()))]


def _two_accounts(purchase: Purchase) -> Case:
    other = Purchase(account=1, offering=purchase.offering, name=purchase.name, start=purchase.start)
    return Case(offerings=TWO_OFFERINGS, steps=(purchase, other))


# The same name, with another End: a target must not look up the one under the name of the other.
_ONE_ENDS_EARLIER = Case(
    offerings=TWO_OFFERINGS,
    steps=(
        Purchase(),
        Purchase(account=1, offering=OfferingArn(1)),
        *(DescribeReservation(), ListReservations(whole=True)),
        SetClock(EndOf(0, 1)),
        *(DescribeReservation(), ListReservations(whole=True), ListReservations(account=1, whole=True)),
    ),
)


def _many_accounts(count: int) -> Case:
    """A reservation in each of so many accounts, and then another look at each and a second purchase there."""
    accounts = range(count)
    first = [Purchase(account=number, name=f"first{number}", offering=OfferingArn(number % 2)) for number in accounts]
    again = [
        step
        for number in accounts
        for step in (
            DescribeReservation(account=number, reservation=ReservationArn(number)),
            Purchase(account=number, name="second", offering=OfferingArn((number + 1) % 2)),
            DescribeOffering(account=number),
        )
    ]
    return Case(offerings=TWO_OFFERINGS, steps=(*first, *again))


@checks(exclusivity.per_account)
@examples([*(_two_accounts(purchase) for purchase in PURCHASES), _ONE_ENDS_EARLIER])
@given(
    case=st.builds(Purchase, start=starts_in_window(), offering=st.builds(OfferingArn, st.integers(0, 1))).map(
        _two_accounts
    )
)
def test_another_account_purchases_the_same(check: Checker, case: Case) -> None:
    """One account's reservation blocks no other account."""
    check(case)


_ACCOUNTS_AND_SEED = {Capability.ACCOUNTS, Capability.SEED}


@checks(exclusivity.per_account, exclusivity.second_refused, needs=_ACCOUNTS_AND_SEED, thorough=True)
@examples([_many_accounts(40)])
@given(case=st.integers(2, 12).map(_many_accounts))
def test_many_accounts(check: Checker, case: Case) -> None:
    """Whatever is kept of one account is still there once many others were used."""
    check(case)


_IT_IS_OVER = (SetClock(EndOf(0, 1)), ListReservations(whole=True))


def _seen_from_elsewhere(start: Written, name: str, *between: Step) -> Case:
    return Case(
        steps=(
            Purchase(start=start, name=name),
            *between,
            ListReservations(account=1, whole=True),
            DescribeReservation(account=1, reservation=ReservationArn(0)),
        )
    )


@checks(lifecycle.isolated, needs={Capability.OTHER_ACCOUNTS})
@examples(_seen_from_elsewhere(Written(MonthStart()), "reservation", *between) for between in ((), _IT_IS_OVER))
@given(case=st.builds(_seen_from_elsewhere, starts_in_window(), st.sampled_from(["reservation", "another"])))
def test_from_another_account(check: Checker, case: Case) -> None:
    """Another account does not see a reservation."""
    check(case)


def _seen_from_another_region(start: Written) -> Case:
    return Case(
        steps=(
            Purchase(start=start),
            ListReservations(region=1, whole=True),
            DescribeReservation(region=1, reservation=ReservationArn(0)),
        )
    )


_THE_SAME_NAME_IN_ANOTHER_REGION = Case(
    offerings=TWO_OFFERINGS,
    steps=(
        Purchase(),
        *_IT_IS_OVER,
        Purchase(region=1, offering=OfferingArn(1), start=Written(Now())),
        *(DescribeReservation(), ListReservations(whole=True), ListReservations(region=1, whole=True)),
        Purchase(region=1, name="contest", start=Written(Now())),
    ),
)


_EXPIRED_IN_ANOTHER_REGION = Case(
    steps=(
        Purchase(),
        SetClock(EndOf(0, 1)),
        Purchase(region=1, name="there", start=Written(Now())),
        SetClock(EndOf(2, 1)),
        *(DescribeReservation(region=1, reservation=ReservationArn(2)), ListReservations(region=1, whole=True)),
        Purchase(region=1, name="there", start=Written(Now())),
        Purchase(region=1, name="next", start=Written(Now())),
        ListReservations(region=1, whole=True),
    )
)


def _pages_of_both_regions() -> Case:
    """Reservations of one Region between those of the other, and walks through either list in short pages."""
    wait = SetClock(Now(months=1, seconds=1))
    bought = [
        Purchase(region=region, name=f"n{number}", start=Written(Now())) for number, region in enumerate([0, 1, 1, 0])
    ]
    walks = [ListReservations(region=region, max_results=size, whole=True) for region in (0, 1) for size in ("1", "2")]
    return Case(steps=(*(step for purchase in bought for step in (purchase, wait)), *walks))


@checks(lifecycle.isolated, lifecycle.other_region, needs={Capability.REGIONS})
@examples(
    [
        _seen_from_another_region(Written(MonthStart())),
        _THE_SAME_NAME_IN_ANOTHER_REGION,
        _EXPIRED_IN_ANOTHER_REGION,
        _pages_of_both_regions(),
    ]
)
@given(case=starts_in_window().map(_seen_from_another_region))
def test_from_another_region(check: Checker, case: Case) -> None:
    """Another Region does not see a reservation."""
    check(case)


@checks(*_EVERYWHERE, needs={Capability.FAR_REGIONS})
@examples(far_region_cases())
@given(case=starts_in_window().map(lambda start: Case(steps=(Purchase(region=2, start=start),))))
def test_in_regions_far_away(check: Checker, case: Case) -> None:
    """In Regions where it is another hour, day and month, time and prices are the same."""
    check(case)
