"""wire: statuses, members, enumerations and labels (conformance/rules/wire.py)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DescribeOffering,
    DescribeReservation,
    EndOf,
    Inside,
    ListOfferings,
    ListReservations,
    OfferingArn,
    OfferingTerms,
    Purchase,
    SetClock,
    Written,
    purchase_case,
)
from conformance.cases.request_mutations import REQUESTS
from conformance.results.checker import Checker
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import examples, rule
from strategies import described_offerings, many_offerings, names, offering_lists, purchases, starts_in_window

NAMES = names(min_size=2, max_size=50)
AFTER = (DescribeReservation(), ListReservations(whole=True))


@rule("wire/purchase-status", "wire/reservation-members", "wire/enums", "wire/currency", "wire/content-type")
@examples([Case(steps=(Purchase(), *AFTER))])
@given(
    case=purchases(offerings=offering_lists(), arns=st.builds(OfferingArn, st.integers(0, 2)), names=NAMES, after=AFTER)
)
def test_reservations_on_the_wire(examine: Checker, case: Case) -> None:
    """A purchase is answered with 201; reservations are complete wherever they are shown."""
    examine(case)


@rule("wire/reservation-members", "wire/enums", "wire/currency", needs={Capability.CLOCK})
@examples([Case(steps=(Purchase(), SetClock(EndOf(0, 1)), *AFTER))])
@given(
    case=offering_lists(max_size=1).map(
        lambda terms: Case(offerings=terms, steps=(Purchase(), SetClock(EndOf(0, 1)), *AFTER))
    )
)
def test_expired_reservations_on_the_wire(examine: Checker, case: Case) -> None:
    """Expired reservations are as complete as active ones."""
    examine(case)


_LISTED_AND_DESCRIBED = (ListOfferings(whole=True), DescribeOffering())
_READS = {Operation.LIST_OFFERINGS, Operation.DESCRIBE_OFFERING}


@rule("wire/read-status", "wire/content-type", operations={Operation.LIST_OFFERINGS})
@given(
    case=st.builds(
        lambda size: Case(steps=(ListOfferings(max_results=size),)), st.none() | st.integers(1, 1000).map(str)
    )
)
def test_listing_offerings(examine: Checker, case: Case) -> None:
    """ListOfferings is answered with 200 and labelled."""
    examine(case)


@rule("wire/read-status", "wire/content-type", operations={Operation.LIST_RESERVATIONS})
@given(
    case=st.builds(
        lambda size: Case(steps=(ListReservations(max_results=size),)), st.none() | st.integers(1, 1000).map(str)
    )
)
def test_listing_reservations(examine: Checker, case: Case) -> None:
    """ListReservations is answered with 200 and labelled."""
    examine(case)


@rule("wire/read-status", "wire/offering-members", "wire/enums", "wire/currency", "wire/content-type",
      operations=_READS, needs={Capability.OFFERINGS})  # fmt: skip
@examples(
    Case(offerings=(terms,), steps=_LISTED_AND_DESCRIBED) for terms in (OfferingTerms(), OfferingTerms(bitrate=None))
)
@given(case=described_offerings())
def test_offerings_on_the_wire(examine: Checker, case: Case) -> None:
    """Offerings are complete wherever they are shown, and shown with 200."""
    examine(case)


@rule("wire/read-status", operations={Operation.PURCHASE_OFFERING, Operation.DESCRIBE_RESERVATION},
      needs={Capability.OFFERINGS})  # fmt: skip
@given(case=purchases(after=(DescribeReservation(),)))
def test_describing_reservations(examine: Checker, case: Case) -> None:
    """DescribeReservation is answered with 200."""
    examine(case)


ELSEWHERE = [
    name for name, mutation in REQUESTS.items()
    if mutation.rule == "wire/members-in-their-place" and not name.startswith("maxResults")
]  # fmt: skip


@rule("wire/members-in-their-place", operations={Operation.PURCHASE_OFFERING})
@examples(purchase_case(start=Written(Inside(500)), mutation=name) for name in ELSEWHERE)
@given(case=purchases(starts=starts_in_window(), mutations=st.sampled_from(ELSEWHERE)))
def test_parameters_of_a_purchase_in_other_places(examine: Checker, case: Case) -> None:
    """Only the path has a say on the offering, and only the body on name and Start."""
    examine(case)


_TWICE = OfferingArn(mutation="percent-encoded twice")


@rule("wire/members-in-their-place", operations={Operation.PURCHASE_OFFERING, Operation.DESCRIBE_OFFERING})
@examples([purchase_case(offering=_TWICE), Case(steps=(DescribeOffering(offering=_TWICE),))])
@given(case=purchases(arns=st.just(_TWICE), starts=starts_in_window(), after=(DescribeOffering(offering=_TWICE),)))
def test_an_arn_percent_encoded_twice(examine: Checker, case: Case) -> None:
    """The path is percent-decoded once."""
    examine(case)


def _header(count: int) -> Case:
    return Case(
        offerings=many_offerings(count),
        steps=(ListOfferings(max_results="1000", mutation="maxResults in a header"),),
    )


@rule("wire/members-in-their-place", operations={Operation.LIST_OFFERINGS}, needs={Capability.SEED})
@examples([_header(3)])
@given(case=st.integers(2, 10).map(_header))
def test_max_results_in_a_header(examine: Checker, case: Case) -> None:
    """MaxResults is read from the query alone."""
    examine(case)
