"""errors: how wrong requests are refused (conformance/rules/errors.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DescribeOffering,
    DescribeReservation,
    Inside,
    ListOfferings,
    ListReservations,
    Literal,
    LiteralArn,
    MonthStart,
    Now,
    OfferingArn,
    Purchase,
    ReservationArn,
    UnknownArn,
    Written,
    purchase_case,
)
from conformance.cases.request_mutations import REQUESTS
from conformance.results.checker import Checker
from conformance.rules import errors, server_faults
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import arns, starts
from strategies.cases import purchases
from strategies.names import malformed_names, names, too_long_names

PURCHASE, DESCRIBE = {Operation.PURCHASE_OFFERING}, {Operation.DESCRIBE_OFFERING}
DESCRIBE_RESERVATION = {Operation.DESCRIBE_RESERVATION}
UNKNOWN = UnknownArn("reservation")
OFFERINGS = {Capability.OFFERINGS}
OTHER_ID = OfferingArn(mutation="another identifier")


def _describe(offering: OfferingArn | UnknownArn | LiteralArn) -> Case:
    return Case(steps=(DescribeOffering(offering=offering),))


def _altered(rule_id: str) -> list[str]:
    return [name for name, mutation in REQUESTS.items() if mutation.rule == rule_id and not mutation.open]


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
        starts=starts.before_window() | starts.after_now() | starts.malformed(), names=names(least=3, most=9)
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
@examples([purchase_case(offering=UnknownArn()), purchase_case(offering=OTHER_ID)])
@given(case=purchases(arns=arns.unknown_offerings(), starts=starts.in_window()))
def test_purchasing_an_unknown_offering(check: Checker, case: Case) -> None:
    """A well-formed ARN of no offering draws NotFoundException from PurchaseOffering."""
    check(case)


@checks(errors.unknown_offering, operations=DESCRIBE)
@examples([_describe(UnknownArn()), _describe(OTHER_ID)])
@given(case=arns.unknown_offerings().map(_describe))
def test_describing_an_unknown_offering(check: Checker, case: Case) -> None:
    """A well-formed ARN of no offering draws NotFoundException from DescribeOffering."""
    check(case)


def _describe_reservation(mutation: str) -> Case:
    return Case(steps=(Purchase(), DescribeReservation(reservation=ReservationArn(0, mutation))))


@checks(errors.unknown_reservation)
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
@given(case=purchases(arns=arns.malformed_arns(), starts=starts.in_window()))
def test_purchasing_what_is_no_arn(check: Checker, case: Case) -> None:
    """What is no ARN draws BadRequestException or NotFoundException from PurchaseOffering."""
    check(case)


@checks(errors.malformed_arn, operations=DESCRIBE)
@examples([_describe(PLAINLY_NO_ARN), _describe(OfferingArn(mutation="the identifier alone"))])
@given(case=arns.malformed_arns().map(_describe))
def test_describing_what_is_no_arn(check: Checker, case: Case) -> None:
    """What is no ARN draws BadRequestException or NotFoundException from DescribeOffering."""
    check(case)


@checks(errors.malformed_arn, operations=DESCRIBE_RESERVATION)
@examples([Case(steps=(DescribeReservation(reservation=PLAINLY_NO_ARN),))])
@given(case=arns.malformed_arns().map(lambda arn: Case(steps=(DescribeReservation(reservation=arn),))))
def test_describing_what_is_no_arn_of_a_reservation(check: Checker, case: Case) -> None:
    """What is no ARN draws BadRequestException or NotFoundException from DescribeReservation."""
    check(case)


NEAR_MISSES = {
    rule_id: arns.mutations_for(rule_id) for rule_id in ("errors/arn-is-exact", "errors/arn-is-exact-in-case")
}


def _near_misses(rule_id: str) -> list[Case]:
    misses = [OfferingArn(mutation=name) for name in NEAR_MISSES[rule_id]]
    return [case for miss in misses for case in (purchase_case(offering=miss), _describe(miss))]


@checks(errors.arn_is_exact)
@examples(_near_misses("errors/arn-is-exact"))
@given(case=purchases(arns=arns.near_misses(rule="errors/arn-is-exact"), starts=starts.in_window()))
def test_near_misses_of_an_offering_arn(check: Checker, case: Case) -> None:
    """An ARN that begins like a real one, goes on after it, or differs in a field, is not that offering."""
    check(case)


@checks(errors.arn_is_exact, operations=PURCHASE | DESCRIBE_RESERVATION, purchases=True)
@examples(_describe_reservation(name) for name in NEAR_MISSES["errors/arn-is-exact"])
@given(case=st.sampled_from(NEAR_MISSES["errors/arn-is-exact"]).map(_describe_reservation))
def test_near_misses_of_a_reservation_arn(check: Checker, case: Case) -> None:
    """An ARN that begins like a real one, goes on after it, or differs in a field, is not that reservation."""
    check(case)


@checks(errors.arn_is_exact_in_case)
@examples(_near_misses("errors/arn-is-exact-in-case"))
@given(case=purchases(arns=arns.near_misses(rule="errors/arn-is-exact-in-case"), starts=starts.in_window()))
def test_an_arn_in_another_case(check: Checker, case: Case) -> None:
    """An ARN that differs in upper and lower case alone is not that offering."""
    check(case)


@checks(errors.missing_parameter)
@examples(purchase_case(mutation=name) for name in _altered("errors/missing-parameter"))
@given(case=purchases(starts=starts.in_window(), mutations=st.sampled_from(_altered("errors/missing-parameter"))))
def test_missing_parameters(check: Checker, case: Case) -> None:
    """Without reservationName or start the answer is BadRequestException."""
    check(case)


@checks(errors.empty_parameter)
@examples([purchase_case(name=""), purchase_case(start=Literal("")), purchase_case(name="", start=Literal(""))])
@given(case=purchases(names=st.just(""), starts=starts.in_window() | st.just(Literal(""))))
def test_empty_parameters(check: Checker, case: Case) -> None:
    """An empty reservationName or start draws BadRequestException."""
    check(case)


@checks(errors.wrong_type, errors.wrong_type_is_bad_request)
@examples(purchase_case(mutation=name) for name in _altered("errors/wrong-type"))
@given(case=purchases(starts=starts.in_window(), mutations=st.sampled_from(_altered("errors/wrong-type"))))
def test_values_of_the_wrong_type(check: Checker, case: Case) -> None:
    """A number, list, object or boolean in the place of a string is refused."""
    check(case)


@checks(errors.malformed_body, errors.malformed_body_is_bad_request)
@examples(purchase_case(mutation=name) for name in _altered("errors/malformed-body"))
@given(case=purchases(starts=starts.in_window(), mutations=st.sampled_from(_altered("errors/malformed-body"))))
def test_malformed_bodies(check: Checker, case: Case) -> None:
    """A body that is not JSON, no object, or missing is refused."""
    check(case)


@checks(server_faults.no_server_fault, operations={Operation.DESCRIBE_OFFERING, Operation.DESCRIBE_RESERVATION})
@examples([_describe(UnknownArn()), _describe(LiteralArn("%00")), _describe(LiteralArn("a/b"))])
@given(
    case=(arns.arbitrary_arns() | arns.malformed_arns()).map(
        lambda arn: Case(steps=(DescribeOffering(offering=arn), DescribeReservation(reservation=arn)))
    )
)
def test_odd_descriptions(check: Checker, case: Case) -> None:
    """No ARN whatever draws a server fault from the descriptions."""
    check(case)


_ODD_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
_LISTS = (ListOfferings, ListReservations)


@checks(server_faults.no_server_fault, operations={Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS})
@examples(
    Case(steps=(listing,))
    for what in _LISTS
    for listing in (what(max_results="abc"), what(max_results="0"), what(token="x"), what(token="="), what(token=""))
)
@given(
    case=st.tuples(st.sampled_from(_LISTS), st.none() | _ODD_TEXTS, st.none() | _ODD_TEXTS).map(
        lambda drawn: Case(steps=(drawn[0](max_results=drawn[1], token=drawn[2]),))
    )
)
def test_odd_pages(check: Checker, case: Case) -> None:
    """No MaxResults and no NextToken whatever draws a server fault from the lists."""
    check(case)


_ODD_NAMES = malformed_names() | too_long_names() | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_ODD_STARTS = starts.arbitrary_texts() | starts.malformed() | starts.impossible() | starts.in_window()
_ANYTHING = sorted(name for name in REQUESTS if not name.startswith("maxResults"))
_LOOKS = (ListReservations(), ListOfferings())


@checks(server_faults.no_server_fault, operations=set(Operation), needs=OFFERINGS)
@examples(
    [
        Case(steps=(Purchase(), *_LOOKS, DescribeReservation(), DescribeOffering())),
        *(purchase_case(mutation=name) for name in _ANYTHING if name != "plain"),
        *(
            purchase_case(start=start)
            for start in [
                Literal("tomorrow"),
                Literal(""),
                Written(Inside(500), "February 30"),
                Written(Now(months=36)),
            ]
        ),
        *(purchase_case(name=name) for name in ["予約", "a" * 10_000, "a\x00b", "{}", "' OR 1=1"]),
        purchase_case(Purchase(), name="another"),
        purchase_case(start=Literal("9999-12-31T23:59:59Z")),
        purchase_case(start=Literal("0000-00-00T00:00:00Z")),
        purchase_case(start=Literal("0001-01-01T00:00:00Z")),
        purchase_case(name=None, start=None),
        purchase_case(offering=LiteralArn("%00")),
    ]
)
@given(
    case=st.one_of(
        purchases(names=_ODD_NAMES, after=_LOOKS),
        purchases(starts=_ODD_STARTS),
        purchases(mutations=st.sampled_from(_ANYTHING)),
        purchases(arns=arns.arbitrary_arns() | arns.malformed_arns()),
        purchases(starts=starts.before_window() | starts.after_now(), after=_LOOKS),
    )
)
def test_odd_purchases(check: Checker, case: Case) -> None:
    """No purchase whatever draws a server fault."""
    check(case)


_REFUSED = [
    Purchase(name="right", start=Written(MonthStart(seconds=-1))),
    Purchase(name="right", start=Written(Now(seconds=3_600))),
    Purchase(name="right", start=Literal("tomorrow")),
    Purchase(name="right", start=Written(Inside(500), "February 30")),
    Purchase(name="right", offering=OTHER_ID),
    Purchase(name=""),
    Purchase(name="right", mutation="no start"),
]
_WRONG_STARTS = starts.before_window() | starts.after_now(least_seconds=60) | starts.malformed() | starts.impossible()


def _refused_before_and_after(refused: list[Purchase]) -> Case:
    """Refused purchases, a look, a right purchase under the same name, reads, the refused ones again, and reads."""
    reads = (DescribeReservation(reservation=ReservationArn(len(refused) + 1)), ListReservations(whole=True))
    right = Purchase(name="right", start=Written(Inside(500)))
    return Case(
        now="2027-03-25T13:14:15Z",
        steps=(*refused, ListReservations(whole=True), right, *reads, *refused, *reads),
    )


@checks(server_faults.refusal_has_no_effect)
@examples(_refused_before_and_after([one]) for one in _REFUSED)
@given(
    case=st.lists(st.sampled_from(_REFUSED) | st.builds(Purchase, start=_WRONG_STARTS), min_size=1, max_size=4).map(
        _refused_before_and_after
    )
)
def test_around_a_refusal(check: Checker, case: Case) -> None:
    """A refused purchase leaves no reservation behind and changes none, and a right one afterwards succeeds."""
    check(case)
