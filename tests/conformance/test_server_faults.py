"""errors: what draws a server fault, and what a refused purchase leaves behind (conformance/rules/server_faults.py)."""

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
from conformance.rules import server_faults
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import (
    arbitrary_arns,
    arbitrary_starts,
    impossible_starts,
    malformed_arns,
    malformed_names,
    malformed_starts,
    purchases,
    starts_after_now,
    starts_before_window,
    starts_in_window,
    too_long_names,
    unread_refusal_cases,
)

OTHER_ID = OfferingArn(mutation="another identifier")
OFFERINGS = {Capability.OFFERINGS}


def _describe(offering: OfferingArn | UnknownArn | LiteralArn) -> Case:
    return Case(steps=(DescribeOffering(offering=offering),))


_BAD_ESCAPES = ("a percent sign after the path", "a bad escape after the path")
DEEP = ("nested too deep", "an unknown member nested too deep")


@checks(server_faults.deep_nesting)
@examples(purchase_case(mutation=name) for name in DEEP)
@given(case=st.sampled_from(DEEP).map(lambda name: purchase_case(mutation=name)))
def test_bodies_nested_deep(check: Checker, case: Case) -> None:
    """A body nested 100,000 deep draws no server fault."""
    check(case)


@checks(server_faults.no_server_fault, operations={Operation.DESCRIBE_OFFERING, Operation.DESCRIBE_RESERVATION})
@examples(
    [
        *(_describe(UnknownArn()), _describe(LiteralArn("%00")), _describe(LiteralArn("a/b"))),
        Case(steps=tuple(DescribeOffering(mutation=name) for name in _BAD_ESCAPES)),
    ]
)
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
    Purchase(name="a" * 129),
    Purchase(name="a b"),
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
@examples([*(_refused_before_and_after([one]) for one in _REFUSED), *unread_refusal_cases()])
@given(
    case=st.lists(st.sampled_from(_REFUSED) | st.builds(Purchase, start=_WRONG_STARTS), min_size=1, max_size=4).map(
        _refused_before_and_after
    )
)
def test_around_a_refusal(check: Checker, case: Case) -> None:
    """A refused purchase leaves no reservation behind and changes none, and a right one afterwards succeeds."""
    check(case)
