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
from conformance.rules import end, errors, exclusivity, lifecycle, reservation, server_faults, wire
from conformance.testing import checks, examples

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
    further = (bought, Purchase(name="further", start=start), Purchase(name=name, start=Written(MonthStart())))
    return Case(steps=(*_WRONG, ListReservations(whole=True), bought, *reads, *further, *_WRONG, *reads))


@checks(
    end.adds_duration,
    end.keeps_time_of_day,
    end.end_format,
    errors.modelled,
    server_faults.refusal_has_no_effect,
    exclusivity.at_most_one_active,
    exclusivity.first_unchanged,
    exclusivity.refusal,
    exclusivity.repeated_request,
    exclusivity.second_refused,
    lifecycle.initial_state,
    reservation.arn_form,
    reservation.copies_offering,
    reservation.describe_agrees,
    reservation.echoes_request,
    reservation.list_agrees,
    wire.content_type,
    wire.currency,
    wire.enums,
    wire.purchase_status,
    wire.reservation_members,
    single=True,
)
@examples([_around(Written(Inside(500)), "One-purchase_1")])
@given(
    case=st.builds(_around, st.builds(Written, st.builds(Inside, st.integers(1, 999))), st.sampled_from(["one", "a-b"]))
)
def test_one_purchase_and_all_around_it(check: Checker, case: Case) -> None:
    """Around one purchase every rule holds that can be looked at with a single account."""
    check(case)
