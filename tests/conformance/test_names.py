"""names: what a reservation may be called (conformance/rules/names.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.case import Case, EndOf, Now, Purchase, SetClock, Written, purchase_case
from conformance.plugin.examination import Examination
from conformance.testing import rule, witnesses
from strategies.cases import purchases
from strategies.names import LONGEST, misspelt_names, names, too_long_names


@rule("names/length")
@witnesses(purchase_case(name=name) for name in ["a", "a" * LONGEST, "a" * (LONGEST + 1), "a" * 200])
@given(case=purchases(names=names(most=1) | names(least=LONGEST) | too_long_names()))
def test_lengths(examine: Examination, case: Case) -> None:
    """A name of 1 to 128 characters is accepted, a longer one refused."""
    examine(case)


@rule("names/characters")
@witnesses(purchase_case(name=name) for name in ["aZ-_09", "-a", "a-", "_a", "a_", "a b", "a.b", "a/b", "größe"])
@given(case=purchases(names=names(least=6, most=30) | misspelt_names()))
def test_characters(examine: Examination, case: Case) -> None:
    """Letters, digits, dashes and underscores, with a letter or digit at both ends; all else is refused."""
    examine(case)


def _again(seconds: int, name: str) -> Case:
    return Case(steps=(Purchase(name=name), SetClock(EndOf(0, seconds)), Purchase(name=name, start=Written(Now()))))


@rule("names/unique")
@witnesses([_again(1, "reservation")])
@given(case=st.builds(_again, st.integers(1, 10_000_000), names(least=3, most=20)))
def test_the_name_of_an_expired_reservation(examine: Examination, case: Case) -> None:
    """A name is never used twice in an account and Region."""
    examine(case)
