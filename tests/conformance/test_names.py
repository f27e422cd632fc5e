"""names: what a reservation may be called (conformance/rules/names.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DescribeReservation,
    EndOf,
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
from conformance.rules import names as rules_on_names
from conformance.testing import checks, examples
from strategies import LONGEST_NAME, MALFORMED_NAMES, malformed_names, names, purchases, too_long_names


@checks(rules_on_names.length)
@examples(purchase_case(name=name) for name in ["a", "a" * LONGEST_NAME, "a" * (LONGEST_NAME + 1), "a" * 200])
@given(case=purchases(names=names(max_size=1) | names(min_size=LONGEST_NAME) | too_long_names()))
def test_lengths(check: Checker, case: Case) -> None:
    """A name of 1 to 128 characters is accepted, a longer one refused."""
    check(case)


@checks(rules_on_names.characters)
@examples(purchase_case(name=name) for name in ["aZ-_09", "9-_z", *MALFORMED_NAMES])
@given(case=purchases(names=names(min_size=6, max_size=30) | malformed_names()))
def test_characters(check: Checker, case: Case) -> None:
    """Letters, digits, dashes and underscores, with a letter or digit at both ends; all else is refused."""
    check(case)


def _again(seconds: int, name: str, *, offering: int = 0, between: bool = False) -> Case:
    """The name of an expired reservation once more: for the same or another offering, with or without one between.

    Then both are looked at, and the account purchases under a name of its own.
    """
    next_one = (Purchase(name="between", start=Written(Now())), SetClock(EndOf(2, seconds)))
    return Case(
        offerings=(OfferingTerms(), OfferingTerms(duration=2)),
        steps=(
            Purchase(name=name),
            SetClock(EndOf(0, seconds)),
            *(next_one if between else ()),
            Purchase(name=name, offering=OfferingArn(offering), start=Written(Now())),
            *(DescribeReservation(), ListReservations(whole=True)),
            Purchase(name="afterwards", start=Written(Now())),
        ),
    )


@checks(rules_on_names.unique)
@examples(_again(1, "a-name", offering=number, between=between) for between in (False, True) for number in (0, 1))
@given(
    case=st.builds(
        _again,
        st.integers(1, 10_000_000),
        names(min_size=8, max_size=20),
        offering=st.integers(0, 1),
        between=st.booleans(),
    )
)
def test_the_name_of_an_expired_reservation(check: Checker, case: Case) -> None:
    """A name is never used twice in an account and Region."""
    check(case)
