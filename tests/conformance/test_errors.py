"""errors: how wrong requests are refused (conformance/rules/errors.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.arn_mutations import NEAR_MISSES, NEAR_MISSES_IN_CASE
from conformance.cases.case import (
    Case,
    DefineOfferings,
    DescribeOffering,
    DescribeReservation,
    Literal,
    LiteralArn,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    UnknownArn,
    WithdrawnOfferingArn,
    Written,
    purchase_case,
)
from conformance.cases.request_mutations import RequestKind, requests_of_kind
from conformance.results.checker import Checker
from conformance.rules import errors, server_faults
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import (
    batches,
    body_edits,
    malformed_arns,
    malformed_starts,
    mutated_offering_arns,
    mutated_reservation_arns,
    names,
    purchases,
    starts_after_now,
    starts_before_window,
    starts_in_window,
    unknown_offerings,
    wrong_arns,
)

PURCHASE, DESCRIBE = {Operation.PURCHASE_OFFERING}, {Operation.DESCRIBE_OFFERING}
DESCRIBE_RESERVATION = {Operation.DESCRIBE_RESERVATION}
UNKNOWN = UnknownArn("reservation")
OFFERINGS = {Capability.OFFERINGS}
FRESH = {Capability.OFFERINGS, Capability.ACCOUNTS, Capability.OTHER_ACCOUNTS}
FIRST, NEXT = (DefineOfferings((OfferingTerms(duration=2, price=price),)) for price in ("1.25", "1.75"))
WITHDRAWN = (FIRST, Purchase(offering=WithdrawnOfferingArn()), NEXT, Purchase(offering=WithdrawnOfferingArn(1)))
OTHER_ID = OfferingArn(mutation="another identifier")
OTHER_GROUPS = tuple(OfferingArn(mutation=f"another {which} group of the identifier") for which in ("first", "last"))


def _describe(offering: OfferingArn | UnknownArn | LiteralArn) -> Case:
    return Case(steps=(DescribeOffering(offering=offering),))


def _mutated_by(kind: RequestKind) -> st.SearchStrategy[Case]:
    return purchases(starts=starts_in_window(), mutations=st.sampled_from(requests_of_kind(kind)))


@checks(errors.modelled, operations=PURCHASE | DESCRIBE, needs={Capability.ACCOUNTS} | OFFERINGS)
@examples(
    [
        purchase_case(start=Written(MonthStart(seconds=-1))),
        purchase_case(start=Written(Now(), "offset", "+00:00")),
        purchase_case(start=Written(Now(seconds=3_600))),
        purchase_case(offering=OTHER_ID),
        purchase_case(Purchase(), name="another"),
        purchase_case(start=Literal("")),
        _describe(OTHER_ID),
    ]
)
@given(
    case=purchases(
        starts=starts_before_window() | starts_after_now() | malformed_starts(), names=names(min_size=3, max_size=9)
    )
)
def test_refused_purchases(check: Checker, case: Case) -> None:
    """A refusal is a documented exception with its status, a readable type and a message."""
    check(case)


@checks(errors.modelled, operations=DESCRIBE)
@given(case=st.just(_describe(UnknownArn())))
def test_refused_descriptions_of_offerings(check: Checker, case: Case) -> None:
    """An unknown offering is refused by a documented exception, readable and with a message."""
    check(case)


@checks(errors.modelled, operations=DESCRIBE_RESERVATION)
@given(case=st.just(Case(steps=(DescribeReservation(reservation=UNKNOWN),))))
def test_refused_descriptions_of_reservations(check: Checker, case: Case) -> None:
    """An unknown reservation is refused by a documented exception, readable and with a message."""
    check(case)


@checks(errors.unknown_offering, operations=PURCHASE)
@examples([*(purchase_case(offering=arn) for arn in (UnknownArn(), OTHER_ID, *OTHER_GROUPS)), Case(steps=WITHDRAWN)])
@given(case=purchases(arns=unknown_offerings(), starts=starts_in_window()))
def test_purchasing_an_unknown_offering(check: Checker, case: Case) -> None:
    """A well-formed ARN of no offering draws NotFoundException from PurchaseOffering."""
    check(case)


@checks(errors.unknown_offering, operations=DESCRIBE)
@examples([_describe(UnknownArn()), *map(_describe, (OTHER_ID, *OTHER_GROUPS))])
@given(case=unknown_offerings().map(_describe))
def test_describing_an_unknown_offering(check: Checker, case: Case) -> None:
    """A well-formed ARN of no offering draws NotFoundException from DescribeOffering."""
    check(case)


def _describe_reservation(mutation: str) -> Case:
    return Case(steps=(Purchase(), DescribeReservation(reservation=ReservationArn(0, mutation))))


@checks(errors.unknown_reservation)
@examples([Case(steps=(DescribeReservation(reservation=UNKNOWN),) * times) for times in (1, 2)])
@given(case=st.just(Case(steps=(DescribeReservation(reservation=UNKNOWN),))))
def test_describing_an_unknown_reservation(check: Checker, case: Case) -> None:
    """A well-formed ARN of no reservation draws NotFoundException from DescribeReservation."""
    check(case)


@checks(errors.unknown_reservation, operations=PURCHASE | DESCRIBE_RESERVATION, needs=OFFERINGS, purchases=True)
@given(case=st.just(_describe_reservation("another identifier")))
def test_describing_a_reservation_of_another_identifier(check: Checker, case: Case) -> None:
    """An ARN in the shape of a real reservation's, but of none, draws NotFoundException."""
    check(case)


PLAINLY_NO_ARN = LiteralArn("not-an-arn")


@checks(errors.malformed_arn, operations=PURCHASE)
@examples(
    [purchase_case(offering=PLAINLY_NO_ARN), purchase_case(offering=OfferingArn(mutation="the identifier alone"))]
)
@given(case=purchases(arns=malformed_arns(), starts=starts_in_window()))
def test_purchasing_what_is_no_arn(check: Checker, case: Case) -> None:
    """What is not an ARN draws BadRequestException or NotFoundException from PurchaseOffering."""
    check(case)


@checks(errors.malformed_arn, operations=DESCRIBE)
@examples([_describe(PLAINLY_NO_ARN), _describe(OfferingArn(mutation="the identifier alone"))])
@given(case=malformed_arns().map(_describe))
def test_describing_what_is_no_arn(check: Checker, case: Case) -> None:
    """What is not an ARN draws BadRequestException or NotFoundException from DescribeOffering."""
    check(case)


@checks(errors.malformed_arn, operations=DESCRIBE_RESERVATION)
@examples([Case(steps=(DescribeReservation(reservation=PLAINLY_NO_ARN),))])
@given(case=malformed_arns().map(lambda arn: Case(steps=(DescribeReservation(reservation=arn),))))
def test_describing_what_is_no_arn_of_a_reservation(check: Checker, case: Case) -> None:
    """What is not an ARN draws BadRequestException or NotFoundException from DescribeReservation."""
    check(case)


def _misses(names: tuple[str, ...]) -> list[Case]:
    misses = [OfferingArn(mutation=name) for name in names]
    return [case for miss in misses for case in (purchase_case(offering=miss), _describe(miss))]


def _of_offerings(names: tuple[str, ...]) -> st.SearchStrategy[OfferingArn]:
    return st.builds(OfferingArn, mutation=st.sampled_from(names))


@checks(errors.arn_is_exact)
@examples(_misses(NEAR_MISSES))
@given(case=purchases(arns=_of_offerings(NEAR_MISSES) | mutated_offering_arns(), starts=starts_in_window()))
def test_near_misses_of_an_offering_arn(check: Checker, case: Case) -> None:
    """An ARN that begins like a real one, goes on after it, or differs in a field, is not that offering."""
    check(case)


@checks(errors.arn_is_exact, operations=PURCHASE | DESCRIBE_RESERVATION, purchases=True)
@examples(_describe_reservation(name) for name in NEAR_MISSES)
@given(
    case=st.lists(mutated_reservation_arns(), min_size=1, max_size=8).map(
        lambda arns: Case(steps=(Purchase(), *(DescribeReservation(reservation=arn) for arn in arns)))
    )
)
def test_near_misses_of_a_reservation_arn(check: Checker, case: Case) -> None:
    """An ARN that begins like a real one, goes on after it, or differs in a field, is not that reservation."""
    check(case)


@checks(errors.arn_is_exact_in_case)
@examples(_misses(NEAR_MISSES_IN_CASE))
@given(case=purchases(arns=_of_offerings(NEAR_MISSES_IN_CASE), starts=starts_in_window()))
def test_an_arn_in_another_case(check: Checker, case: Case) -> None:
    """An ARN that differs in case, or by white space around it, is not that offering."""
    check(case)


_OTHER_KIND = Case(
    steps=(
        Purchase(),
        Purchase(account=1, name="another", offering=ReservationArn(0)),
        Purchase(account=0, name="another", offering=ReservationArn(0)),
        DescribeOffering(offering=ReservationArn(0)),
        DescribeReservation(reservation=OfferingArn()),
    )
)


@checks(errors.malformed_arn, operations=PURCHASE | DESCRIBE | DESCRIBE_RESERVATION, needs=FRESH, purchases=True)
@examples([_OTHER_KIND])
@given(case=st.just(_OTHER_KIND))
def test_arns_of_the_other_kind(check: Checker, case: Case) -> None:
    """A reservation's ARN is no offering's, and an offering's no reservation's."""
    check(case)


# Refused for its offering alone: what a target keeps of it must not fill what the next one lacks.
_BEFORE = Purchase(name="before", offering=OTHER_ID)


@checks(errors.missing_parameter)
@examples(
    [
        *(purchase_case(mutation=name) for name in requests_of_kind(RequestKind.MISSING)),
        *(purchase_case(_BEFORE, name=None), purchase_case(_BEFORE, start=None)),
    ]
)
@given(case=_mutated_by(RequestKind.MISSING))
def test_missing_parameters(check: Checker, case: Case) -> None:
    """Without reservationName or start the answer is BadRequestException."""
    check(case)


@checks(errors.empty_parameter, errors.empty_name)
@examples([purchase_case(start=Literal("")), purchase_case(name=""), purchase_case(name="", start=Literal(""))])
@given(case=purchases(names=st.sampled_from(["", "reservation"]), starts=starts_in_window() | st.just(Literal(""))))
def test_empty_parameters(check: Checker, case: Case) -> None:
    """An empty reservationName or start draws BadRequestException."""
    check(case)


@checks(errors.wrong_type, errors.scalar_of_wrong_type, errors.wrong_type_is_bad_request)
@examples(purchase_case(mutation=name) for name in requests_of_kind(RequestKind.WRONG_TYPE))
@given(case=_mutated_by(RequestKind.WRONG_TYPE))
def test_values_of_the_wrong_type(check: Checker, case: Case) -> None:
    """A number, list, object or boolean in the place of a string is refused."""
    check(case)


@checks(errors.malformed_body, errors.lenient_body, errors.malformed_body_is_bad_request)
@examples(purchase_case(mutation=name) for name in requests_of_kind(RequestKind.MALFORMED_BODY))
@given(case=_mutated_by(RequestKind.MALFORMED_BODY))
def test_malformed_bodies(check: Checker, case: Case) -> None:
    """A body that is not JSON, no object, or missing is refused."""
    check(case)


@checks(
    errors.malformed_body,
    errors.lenient_body,
    errors.wrong_type,
    errors.scalar_of_wrong_type,
    errors.missing_parameter,
    server_faults.no_server_fault,
    operations=PURCHASE,
)
@given(case=batches(purchases(body_edits=body_edits(), starts=starts_in_window()), max_size=8))
def test_bodies_mutated_by_grammar(check: Checker, case: Case) -> None:
    """Whatever is done to a JSON body, what is not a right one is refused with a 4xx."""
    check(case)


@checks(
    errors.arn_is_exact, errors.malformed_arn, errors.unknown_offering, server_faults.no_server_fault,
    operations=PURCHASE,
)  # fmt: skip
@given(case=batches(purchases(arns=wrong_arns(), starts=starts_in_window()), max_size=8))
def test_arns_mutated_by_grammar(check: Checker, case: Case) -> None:
    """Whatever is done to an ARN, what is not a real one is refused."""
    check(case)
