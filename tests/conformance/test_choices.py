"""What the documents leave open, looked for where a profile is written or expected (conformance/rules/choices.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DescribeReservation,
    Inside,
    ListOfferings,
    Literal,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Point,
    Purchase,
    SetClock,
    Start,
    TokenOf,
    UnknownArn,
    Written,
)
from conformance.results.checker import Checker
from conformance.rules import errors, lists
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples

_OFFERINGS = (OfferingArn(), UnknownArn(), OfferingArn(mutation="another identifier"))
_NAMES = ("a-name", "", "a" * 129, "-", None)
_STARTS: tuple[Start, ...] = (
    Written(MonthStart()),
    Written(MonthStart(seconds=-1)),
    Written(Now(seconds=3_600)),
    Literal("tomorrow"),
    Literal(""),
)


def _wrong_in_two() -> tuple[Purchase, ...]:
    """Purchases of which two of ARN, name and Start are wrong, each in its first way; and all that one alone is."""
    parts = [(offering, name, start) for offering in _OFFERINGS for name in _NAMES for start in _STARTS]
    right = _OFFERINGS[0], _NAMES[0], _STARTS[0]
    wrong = [part for part in parts if sum(one != other for one, other in zip(part, right, strict=True)) in (1, 2)]
    return tuple(Purchase(offering=offering, name=name, start=start) for offering, name, start in wrong)


def _while_active(step: int) -> Case:
    """One wrong thing at a time, while a reservation is active."""
    wrong = [one for one in _wrong_in_two() if one.offering == _OFFERINGS[0] or one.start == _STARTS[0]]
    return Case(steps=(Purchase(), *wrong[step::3], Purchase(name="further"), DescribeReservation()))


@checks(errors.modelled, for_profiles=True)
@examples([Case(steps=_wrong_in_two()[step::4]) for step in range(4)] + [_while_active(step) for step in range(3)])
@given(case=st.lists(st.sampled_from(_wrong_in_two()), min_size=1, max_size=6).map(lambda some: Case(steps=(*some,))))
def test_which_of_two_wrong_things_is_named(check: Checker, case: Case) -> None:
    """Exceptions and texts of what is wrong in one way and in two, before and after a purchase."""
    check(case)


def _token(after: Point | None, *between: Purchase) -> Case:
    """A page, some time, and the next page by the token of the first."""
    waiting = () if after is None else (SetClock(after),)
    token = ListOfferings(max_results="1", token=TokenOf(0))
    return Case(offerings=(OfferingTerms(),) * 3, steps=(ListOfferings(max_results="1"), *waiting, *between, token))


_AGES = (None, Now(seconds=90), Now(seconds=3_700), Now(seconds=90_000), Now(seconds=40 * 86_400))


@checks(lists.pages_cover_once, needs=(Capability.CLOCK, Capability.SEED), for_profiles=True)
@examples([_token(age) for age in _AGES] + [_token(None, Purchase(start=Written(Inside())))])
@given(case=st.integers(0, 10_000_000).map(lambda seconds: _token(Now(seconds=seconds))))
def test_how_long_a_token_is_good(check: Checker, case: Case) -> None:
    """A NextToken that is used at once, and up to a month later."""
    check(case)
