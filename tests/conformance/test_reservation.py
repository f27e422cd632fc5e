"""reservation: what a purchase gives back, and whether the reads agree (conformance/rules/reservation.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DescribeReservation,
    EndOf,
    Inside,
    ListReservations,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    SetClock,
    Written,
    purchase_case,
)
from conformance.results.checker import Checker
from conformance.rules import reservation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import names, offering_lists, purchases, starts_in_window

NAMES = names(min_size=2)
LONG_NAME = "Name-with_all-128-Characters_" + "0123456789" * 9 + "abcdefghi"


@checks(reservation.echoes_request)
@examples(
    [
        purchase_case(name="Some-Name_1", start=Written(Now()), now="2027-01-15T12:34:56Z"),
        purchase_case(name=LONG_NAME, start=Written(Inside(333))),
    ]
)
@given(
    case=purchases(
        names=NAMES,
        starts=starts_in_window(),
        offerings=offering_lists(),
        arns=st.builds(OfferingArn, st.integers(0, 2)),
    )
)
def test_the_request_comes_back(check: Checker, case: Case) -> None:
    """OfferingArn, ReservationName and Start come back character by character."""
    check(case)


TERMS = [
    OfferingTerms(),
    OfferingTerms(duration=12, description='a "quoted" & <marked> one – 帯域', price="0.50", bitrate=2_147_483_647),
    OfferingTerms(duration=37, price="0.0000001", bitrate=None),
    OfferingTerms(duration=6, price="10.00", description="long " * 80 + "one"),
    OfferingTerms(description="  white space outside  ", price="1000000", bitrate=100_000),
]


@checks(reservation.copies_offering)
@examples(
    [Case(offerings=tuple(TERMS), steps=(Purchase(offering=OfferingArn(number)),)) for number in range(len(TERMS))]
)
@given(case=purchases(offerings=offering_lists(), arns=st.builds(OfferingArn, st.integers(0, 2))))
def test_the_offering_is_copied(check: Checker, case: Case) -> None:
    """Duration, units, description, price, currency and resource specification are the offering's."""
    check(case)


def _in_several_accounts(count: int, name: str) -> Case:
    return Case(steps=tuple(Purchase(account=number, name=name) for number in range(count)))


@checks(reservation.arn_unique)
@examples([_in_several_accounts(3, "reservation")])
@given(case=st.builds(_in_several_accounts, st.integers(2, 5), NAMES))
def test_arns_of_several_accounts(check: Checker, case: Case) -> None:
    """A ReservationArn is no other reservation's, in other accounts."""
    check(case)


ALIKE = (
    OfferingTerms(), OfferingTerms(duration=2), OfferingTerms(price="0.56"), OfferingTerms(bitrate=21),
    OfferingTerms(description="another"),
)  # fmt: skip
"""Each differs from the first in one member alone."""


def _in_a_row(count: int) -> Case:
    steps: list[Purchase | SetClock] = []
    for number in range(count):
        purchase = Purchase(name=f"reservation{number}", offering=OfferingArn(number), start=Written(Now()))
        steps += [purchase, SetClock(EndOf(2 * number, 1))]
    return Case(offerings=ALIKE, steps=tuple(steps))


@checks(reservation.arn_unique, needs={Capability.CLOCK})
@examples([_in_a_row(2), _in_a_row(len(ALIKE))])
@given(case=st.integers(2, 4).map(_in_a_row))
def test_arns_of_one_account(check: Checker, case: Case) -> None:
    """A ReservationArn is no other reservation's, in the same account."""
    check(case)


@checks(reservation.arn_form)
@examples([Case(steps=(Purchase(), Purchase(account=1)))])
@given(case=purchases(names=NAMES))
def test_the_form_of_the_arn(check: Checker, case: Case) -> None:
    """A ReservationArn is an ARN of mediaconnect in the Region and account of the request."""
    check(case)


@checks(reservation.describe_agrees)
@examples([Case(steps=(Purchase(), DescribeReservation()))])
@given(case=purchases(names=NAMES, offerings=offering_lists(), after=(DescribeReservation(),)))
def test_the_description_agrees(check: Checker, case: Case) -> None:
    """DescribeReservation shows what the purchase returned."""
    check(case)


_UP_TO_TEN = ListReservations(max_results="10", whole=True)


@checks(reservation.list_agrees)
@examples([Case(steps=(Purchase(), ListReservations(whole=True))), Case(steps=(_UP_TO_TEN, Purchase(), _UP_TO_TEN))])
@given(case=purchases(names=NAMES, offerings=offering_lists(), after=(ListReservations(whole=True),)))
def test_the_list_agrees(check: Checker, case: Case) -> None:
    """ListReservations shows what the purchase returned."""
    check(case)
