"""errors: how wrong requests are refused (conformance/rules/errors.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.arn_mutations import NEAR_MISSES, NEAR_MISSES_IN_CASE
from conformance.cases.case import (
    Case,
    DefineOfferings,
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
    OfferingTerms,
    Purchase,
    ReservationArn,
    UnknownArn,
    WithdrawnOfferingArn,
    Written,
    purchase_case,
)
from conformance.cases.request_mutations import REQUESTS, RequestKind, requests_of_kind
from conformance.results.checker import Checker
from conformance.rules import errors, server_faults
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import (
    arbitrary_arns,
    arbitrary_starts,
    batches,
    body_edits,
    impossible_starts,
    malformed_arns,
    malformed_names,
    malformed_starts,
    mutated_offering_arns,
    mutated_reservation_arns,
    names,
    purchases,
    starts_after_now,
    starts_before_window,
    starts_in_window,
    too_long_names,
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
    """What is no ARN draws BadRequestException or NotFoundException from PurchaseOffering."""
    check(case)


@checks(errors.malformed_arn, operations=DESCRIBE)
@examples([_describe(PLAINLY_NO_ARN), _describe(OfferingArn(mutation="the identifier alone"))])
@given(case=malformed_arns().map(_describe))
def test_describing_what_is_no_arn(check: Checker, case: Case) -> None:
    """What is no ARN draws BadRequestException or NotFoundException from DescribeOffering."""
    check(case)


@checks(errors.malformed_arn, operations=DESCRIBE_RESERVATION)
@examples([Case(steps=(DescribeReservation(reservation=PLAINLY_NO_ARN),))])
@given(case=malformed_arns().map(lambda arn: Case(steps=(DescribeReservation(reservation=arn),))))
def test_describing_what_is_no_arn_of_a_reservation(check: Checker, case: Case) -> None:
    """What is no ARN draws BadRequestException or NotFoundException from DescribeReservation."""
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


DEEP = ("nested too deep", "an unknown member nested too deep")


@checks(server_faults.deep_nesting)
@examples(purchase_case(mutation=name) for name in DEEP)
@given(case=st.sampled_from(DEEP).map(lambda name: purchase_case(mutation=name)))
def test_bodies_nested_deep(check: Checker, case: Case) -> None:
    """A body nested 100,000 deep draws no server fault."""
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
    """Whatever is done to a JSON body, what is no right one is refused with a 4xx."""
    check(case)


@checks(
    errors.arn_is_exact, errors.malformed_arn, errors.unknown_offering, server_faults.no_server_fault,
    operations=PURCHASE,
)  # fmt: skip
@given(case=batches(purchases(arns=wrong_arns(), starts=starts_in_window()), max_size=8))
def test_arns_mutated_by_grammar(check: Checker, case: Case) -> None:
    """Whatever is done to an ARN, what is no real one is refused."""
    check(case)


@checks(server_faults.no_server_fault, operations={Operation.DESCRIBE_OFFERING, Operation.DESCRIBE_RESERVATION})
@examples([_describe(UnknownArn()), _describe(LiteralArn("%00")), _describe(LiteralArn("a/b"))])
@given(
    case=(arbitrary_arns() | malformed_arns()).map(
        lambda arn: Case(steps=(DescribeOffering(offering=arn), DescribeReservation(reservation=arn)))
    )
)
def test_arbitrary_descriptions(check: Checker, case: Case) -> None:
    """No ARN whatever draws a server fault from the descriptions."""
    check(case)


_ARBITRARY_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def _pages(max_results: str | None, token: str | None) -> list[Case]:
    """A page of either list, each in a case of its own."""
    offerings = ListOfferings(max_results=max_results, token=token)
    return [Case(steps=(offerings,)), Case(steps=(ListReservations(max_results=max_results, token=token),))]


@checks(server_faults.no_server_fault, operations={Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS})
@examples([*_pages("abc", None), *_pages("0", None), *_pages(None, "x"), *_pages(None, "="), *_pages(None, "")])
@given(case=st.builds(_pages, st.none() | _ARBITRARY_TEXTS, st.none() | _ARBITRARY_TEXTS).flatmap(st.sampled_from))
def test_arbitrary_pages(check: Checker, case: Case) -> None:
    """No MaxResults and no NextToken whatever draws a server fault from the lists."""
    check(case)


_ARBITRARY_NAMES = malformed_names() | too_long_names() | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_ARBITRARY_STARTS = arbitrary_starts() | malformed_starts() | impossible_starts() | starts_in_window()
_ANYTHING = sorted(name for name in REQUESTS if not name.startswith("maxResults"))
_READS = (ListReservations(), ListOfferings())


@checks(server_faults.no_server_fault, operations=set(Operation), needs=OFFERINGS)
@examples(
    [
        Case(steps=(Purchase(), *_READS, DescribeReservation(), DescribeOffering())),
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
        purchases(names=_ARBITRARY_NAMES, after=_READS),
        purchases(starts=_ARBITRARY_STARTS),
        purchases(mutations=st.sampled_from(_ANYTHING)),
        purchases(arns=arbitrary_arns() | malformed_arns()),
        purchases(starts=starts_before_window() | starts_after_now(), after=_READS),
    )
)
def test_arbitrary_purchases(check: Checker, case: Case) -> None:
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
_WRONG_STARTS = starts_before_window() | starts_after_now(min_seconds=60) | malformed_starts() | impossible_starts()


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
