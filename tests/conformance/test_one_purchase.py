"""One purchase, and all that can be refused and read around it: the most that one account alone allows."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DescribeReservation,
    Inside,
    ListReservations,
    Literal,
    MonthStart,
    Now,
    OfferingArn,
    Purchase,
    ReservationArn,
    Written,
)
from conformance.results.checker import Checker
from conformance.testing import examples, rule

_WRONG = (
    Purchase(name="wrong", start=Written(MonthStart(seconds=-1))),
    Purchase(name="wrong", start=Written(Now(seconds=3_600))),
    Purchase(name="wrong", start=Literal("tomorrow")),
    Purchase(name="wrong", offering=OfferingArn(mutation="another identifier")),
)


def _around(start: Written, name: str) -> Case:
    """What is refused, a look, the purchase, reads, what is refused now, and reads again."""
    reads = (DescribeReservation(reservation=ReservationArn(len(_WRONG) + 1)), ListReservations(whole=True))
    bought = Purchase(name=name, start=start)
    further = (Purchase(name="further", start=start), Purchase(name=name, start=Written(MonthStart())))
    return Case(steps=(*_WRONG, ListReservations(whole=True), bought, *reads, *further, *_WRONG, *reads))


@rule(
    "end/adds-duration",
    "end/keeps-time-of-day",
    "end/format",
    "errors/modelled",
    "errors/refusal-has-no-effect",
    "exclusivity/at-most-one-active",
    "exclusivity/first-unchanged",
    "exclusivity/refusal",
    "exclusivity/second-refused",
    "lifecycle/initial-state",
    "reservation/arn-form",
    "reservation/copies-offering",
    "reservation/describe-agrees",
    "reservation/echoes-request",
    "reservation/list-agrees",
    "wire/content-type",
    "wire/currency",
    "wire/enums",
    "wire/purchase-status",
    "wire/reservation-members",
    single=True,
)
@examples([_around(Written(Inside(500)), "One-purchase_1")])
@given(
    case=st.builds(_around, st.builds(Written, st.builds(Inside, st.integers(1, 999))), st.sampled_from(["one", "a-b"]))
)
def test_one_purchase_and_all_around_it(examine: Checker, case: Case) -> None:
    """Around one purchase every rule holds that can be looked at with a single account."""
    examine(case)
