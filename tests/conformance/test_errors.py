"""errors: how wrong requests are refused (conformance/rules/errors.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.arn_mutations import ARNS
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
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import examples, rule
from strategies import (
    arbitrary_arns,
    arbitrary_starts,
    impossible_starts,
    malformed_arns,
    malformed_names,
    malformed_starts,
    names,
    purchases,
    starts_after_now,
    starts_before_window,
    starts_in_window,
    too_long_names,
    unknown_offerings,
)

PURCHASE, DESCRIBE = {Operation.PURCHASE_OFFERING}, {Operation.DESCRIBE_OFFERING}
DESCRIBE_RESERVATION = {Operation.DESCRIBE_RESERVATION}
UNKNOWN = UnknownArn("reservation")
OFFERINGS = {Capability.OFFERINGS}
OTHER_ID = OfferingArn(mutation="another identifier")


def _describe(offering: OfferingArn | UnknownArn | LiteralArn) -> Case:
    return Case(steps=(DescribeOffering(offering=offering),))


def _altered(rule_id: str) -> list[str]:
    return [name for name, mutation in REQUESTS.items() if mutation.rule == rule_id and not mutation.open]


@rule("errors/modelled", operations=PURCHASE | DESCRIBE, needs={Capability.ACCOUNTS} | OFFERINGS)
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
def test_refused_purchases(examine: Checker, case: Case) -> None:
    """A refusal is a documented exception with its status, a readable type and a message."""
    examine(case)


@rule("errors/modelled", operations=DESCRIBE)
@given(case=st.just(_describe(UnknownArn())))
def test_refused_descriptions_of_offerings(examine: Checker, case: Case) -> None:
    """An unknown offering is refused by a documented exception, readable and with a message."""
    examine(case)


@rule("errors/modelled", operations=DESCRIBE_RESERVATION)
@given(case=st.just(Case(steps=(DescribeReservation(reservation=UNKNOWN),))))
def test_refused_descriptions_of_reservations(examine: Checker, case: Case) -> None:
    """An unknown reservation is refused by a documented exception, readable and with a message."""
    examine(case)


@rule("errors/unknown-offering", operations=PURCHASE)
@examples([purchase_case(offering=UnknownArn()), purchase_case(offering=OTHER_ID)])
@given(case=purchases(arns=unknown_offerings(), starts=starts_in_window()))
def test_purchasing_an_unknown_offering(examine: Checker, case: Case) -> None:
    """A well-formed ARN of no offering draws NotFoundException from PurchaseOffering."""
    examine(case)


@rule("errors/unknown-offering", operations=DESCRIBE)
@examples([_describe(UnknownArn()), _describe(OTHER_ID)])
@given(case=unknown_offerings().map(_describe))
def test_describing_an_unknown_offering(examine: Checker, case: Case) -> None:
    """A well-formed ARN of no offering draws NotFoundException from DescribeOffering."""
    examine(case)


def _describe_reservation(mutation: str) -> Case:
    return Case(steps=(Purchase(), DescribeReservation(reservation=ReservationArn(0, mutation))))


@rule("errors/unknown-reservation")
@given(case=st.just(Case(steps=(DescribeReservation(reservation=UNKNOWN),))))
def test_describing_an_unknown_reservation(examine: Checker, case: Case) -> None:
    """A well-formed ARN of no reservation draws NotFoundException from DescribeReservation."""
    examine(case)


@rule("errors/unknown-reservation", operations=PURCHASE | DESCRIBE_RESERVATION, needs=OFFERINGS, buys=True)
@given(case=st.just(_describe_reservation("another identifier")))
def test_describing_a_reservation_of_another_identifier(examine: Checker, case: Case) -> None:
    """An ARN in the shape of a real reservation's, but of none, draws NotFoundException."""
    examine(case)


PLAINLY_NO_ARN = LiteralArn("not-an-arn")


@rule("errors/malformed-arn", operations=PURCHASE)
@examples(
    [purchase_case(offering=PLAINLY_NO_ARN), purchase_case(offering=OfferingArn(mutation="the identifier alone"))]
)
@given(case=purchases(arns=malformed_arns(), starts=starts_in_window()))
def test_purchasing_what_is_no_arn(examine: Checker, case: Case) -> None:
    """What is no ARN draws BadRequestException or NotFoundException from PurchaseOffering."""
    examine(case)


@rule("errors/malformed-arn", operations=DESCRIBE)
@examples([_describe(PLAINLY_NO_ARN), _describe(OfferingArn(mutation="the identifier alone"))])
@given(case=malformed_arns().map(_describe))
def test_describing_what_is_no_arn(examine: Checker, case: Case) -> None:
    """What is no ARN draws BadRequestException or NotFoundException from DescribeOffering."""
    examine(case)


@rule("errors/malformed-arn", operations=DESCRIBE_RESERVATION)
@examples([Case(steps=(DescribeReservation(reservation=PLAINLY_NO_ARN),))])
@given(case=malformed_arns().map(lambda arn: Case(steps=(DescribeReservation(reservation=arn),))))
def test_describing_what_is_no_arn_of_a_reservation(examine: Checker, case: Case) -> None:
    """What is no ARN draws BadRequestException or NotFoundException from DescribeReservation."""
    examine(case)


NEAR_MISSES = {
    rule_id: [name for name, mutation in ARNS.items() if mutation.rule == rule_id]
    for rule_id in ("errors/arn-is-exact", "errors/arn-is-exact-in-case")
}


def _mutated(rule_id: str) -> st.SearchStrategy[OfferingArn]:
    return st.sampled_from(NEAR_MISSES[rule_id]).map(lambda mutation: OfferingArn(mutation=mutation))


def _near_misses(rule_id: str) -> list[Case]:
    misses = [OfferingArn(mutation=name) for name in NEAR_MISSES[rule_id]]
    return [case for miss in misses for case in (purchase_case(offering=miss), _describe(miss))]


@rule("errors/arn-is-exact")
@examples(_near_misses("errors/arn-is-exact"))
@given(case=purchases(arns=_mutated("errors/arn-is-exact"), starts=starts_in_window()))
def test_near_misses_of_an_offering_arn(examine: Checker, case: Case) -> None:
    """An ARN that begins like a real one, goes on after it, or differs in a field, is not that offering."""
    examine(case)


@rule("errors/arn-is-exact", operations=PURCHASE | DESCRIBE_RESERVATION, buys=True)
@examples(_describe_reservation(name) for name in NEAR_MISSES["errors/arn-is-exact"])
@given(case=st.sampled_from(NEAR_MISSES["errors/arn-is-exact"]).map(_describe_reservation))
def test_near_misses_of_a_reservation_arn(examine: Checker, case: Case) -> None:
    """An ARN that begins like a real one, goes on after it, or differs in a field, is not that reservation."""
    examine(case)


@rule("errors/arn-is-exact-in-case")
@examples(_near_misses("errors/arn-is-exact-in-case"))
@given(case=purchases(arns=_mutated("errors/arn-is-exact-in-case"), starts=starts_in_window()))
def test_an_arn_in_another_case(examine: Checker, case: Case) -> None:
    """An ARN that differs in upper and lower case alone is not that offering."""
    examine(case)


@rule("errors/missing-parameter")
@examples(purchase_case(mutation=name) for name in _altered("errors/missing-parameter"))
@given(case=purchases(starts=starts_in_window(), mutations=st.sampled_from(_altered("errors/missing-parameter"))))
def test_missing_parameters(examine: Checker, case: Case) -> None:
    """Without reservationName or start the answer is BadRequestException."""
    examine(case)


@rule("errors/empty-parameter")
@examples([purchase_case(name=""), purchase_case(start=Literal("")), purchase_case(name="", start=Literal(""))])
@given(case=purchases(names=st.just(""), starts=starts_in_window() | st.just(Literal(""))))
def test_empty_parameters(examine: Checker, case: Case) -> None:
    """An empty reservationName or start draws BadRequestException."""
    examine(case)


@rule("errors/wrong-type", "errors/wrong-type-is-bad-request")
@examples(purchase_case(mutation=name) for name in _altered("errors/wrong-type"))
@given(case=purchases(starts=starts_in_window(), mutations=st.sampled_from(_altered("errors/wrong-type"))))
def test_values_of_the_wrong_type(examine: Checker, case: Case) -> None:
    """A number, list, object or boolean in the place of a string is refused."""
    examine(case)


@rule("errors/malformed-body", "errors/malformed-body-is-bad-request")
@examples(purchase_case(mutation=name) for name in _altered("errors/malformed-body"))
@given(case=purchases(starts=starts_in_window(), mutations=st.sampled_from(_altered("errors/malformed-body"))))
def test_malformed_bodies(examine: Checker, case: Case) -> None:
    """A body that is not JSON, no object, or missing is refused."""
    examine(case)


@rule("errors/no-server-fault", operations={Operation.DESCRIBE_OFFERING, Operation.DESCRIBE_RESERVATION})
@examples([_describe(UnknownArn()), _describe(LiteralArn("%00")), _describe(LiteralArn("a/b"))])
@given(
    case=(arbitrary_arns() | malformed_arns()).map(
        lambda arn: Case(steps=(DescribeOffering(offering=arn), DescribeReservation(reservation=arn)))
    )
)
def test_odd_descriptions(examine: Checker, case: Case) -> None:
    """No ARN whatever draws a server fault from the descriptions."""
    examine(case)


_ODD_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
_LISTS = (ListOfferings, ListReservations)


@rule("errors/no-server-fault", operations={Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS})
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
def test_odd_pages(examine: Checker, case: Case) -> None:
    """No MaxResults and no NextToken whatever draws a server fault from the lists."""
    examine(case)


_ODD_NAMES = malformed_names() | too_long_names() | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_ODD_STARTS = arbitrary_starts() | malformed_starts() | impossible_starts() | starts_in_window()
_ANYTHING = sorted(name for name in REQUESTS if not name.startswith("maxResults"))
_LOOKS = (ListReservations(), ListOfferings())


@rule("errors/no-server-fault", operations=set(Operation), needs=OFFERINGS)
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
        purchases(arns=arbitrary_arns() | malformed_arns()),
        purchases(starts=starts_before_window() | starts_after_now(), after=_LOOKS),
    )
)
def test_odd_purchases(examine: Checker, case: Case) -> None:
    """No purchase whatever draws a server fault."""
    examine(case)


_REFUSED = [
    Purchase(name="right", start=Written(MonthStart(seconds=-1))),
    Purchase(name="right", start=Written(Now(seconds=3_600))),
    Purchase(name="right", start=Literal("tomorrow")),
    Purchase(name="right", start=Written(Inside(500), "February 30")),
    Purchase(name="right", offering=OTHER_ID),
    Purchase(name=""),
    Purchase(name="right", mutation="no start"),
]
_WRONG_STARTS = starts_before_window() | starts_after_now(min_seconds=60) | malformed_starts() | impossible_starts()


def _refused_before_and_after(refused: list[Purchase]) -> Case:
    """Refused purchases, a look, a right purchase under the same name, reads, the refused ones again, and reads."""
    reads = (DescribeReservation(reservation=ReservationArn(len(refused) + 1)), ListReservations(whole=True))
    right = Purchase(name="right", start=Written(Inside(500)))
    return Case(
        now="2027-03-25T13:14:15Z",
        steps=(*refused, ListReservations(whole=True), right, *reads, *refused, *reads),
    )


@rule("errors/refusal-has-no-effect")
@examples(_refused_before_and_after([one]) for one in _REFUSED)
@given(
    case=st.lists(st.sampled_from(_REFUSED) | st.builds(Purchase, start=_WRONG_STARTS), min_size=1, max_size=4).map(
        _refused_before_and_after
    )
)
def test_around_a_refusal(examine: Checker, case: Case) -> None:
    """A refused purchase leaves no reservation behind and changes none, and a right one afterwards succeeds."""
    examine(case)
