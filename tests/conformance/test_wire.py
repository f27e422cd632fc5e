"""wire: statuses, members, enumerations, labels and places (conformance/rules/wire.py, places.py)."""

from dataclasses import replace

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
from conformance.cases.request_mutations import RequestKind, requests_of_kind
from conformance.results.checker import Checker
from conformance.rules import places, wire
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import (
    PURCHASE_MUTATIONS,
    described_offerings,
    many_offerings,
    names,
    offering_lists,
    purchases,
    starts_in_window,
)

NAMES = names(min_size=2, max_size=50)
AFTER = (DescribeReservation(), ListReservations(whole=True))


@checks(
    wire.purchase_status, wire.reservation_members, wire.enums, wire.currency, wire.content_type, wire.whole_numbers
)
@examples(
    Case(offerings=(terms,), steps=(Purchase(), *AFTER)) for terms in [OfferingTerms(), OfferingTerms(bitrate=None)]
)
@given(
    case=purchases(offerings=offering_lists(), arns=st.builds(OfferingArn, st.integers(0, 2)), names=NAMES, after=AFTER)
)
def test_reservations_on_the_wire(check: Checker, case: Case) -> None:
    """A purchase is answered with 201; reservations are complete wherever they are shown."""
    check(case)


@checks(wire.reservation_members, wire.enums, wire.currency, needs={Capability.CLOCK})
@examples([Case(steps=(Purchase(), SetClock(EndOf(0, 1)), *AFTER))])
@given(
    case=offering_lists(max_size=1).map(
        lambda terms: Case(offerings=terms, steps=(Purchase(), SetClock(EndOf(0, 1)), *AFTER))
    )
)
def test_expired_reservations_on_the_wire(check: Checker, case: Case) -> None:
    """Expired reservations are as complete as active ones."""
    check(case)


_LISTED_AND_DESCRIBED = (ListOfferings(whole=True), DescribeOffering())
_READS = {Operation.LIST_OFFERINGS, Operation.DESCRIBE_OFFERING}


@checks(wire.read_status, wire.content_type, operations={Operation.LIST_OFFERINGS})
@given(
    case=st.builds(
        lambda size: Case(steps=(ListOfferings(max_results=size),)), st.none() | st.integers(1, 1000).map(str)
    )
)
def test_listing_offerings(check: Checker, case: Case) -> None:
    """ListOfferings is answered with 200 and labelled."""
    check(case)


@checks(wire.read_status, wire.content_type, operations={Operation.LIST_RESERVATIONS})
@given(
    case=st.builds(
        lambda size: Case(steps=(ListReservations(max_results=size),)), st.none() | st.integers(1, 1000).map(str)
    )
)
def test_listing_reservations(check: Checker, case: Case) -> None:
    """ListReservations is answered with 200 and labelled."""
    check(case)


@checks(wire.read_status, wire.offering_members, wire.enums, wire.currency, wire.content_type,
      operations=_READS, needs={Capability.OFFERINGS})  # fmt: skip
@examples(
    Case(offerings=(terms,), steps=_LISTED_AND_DESCRIBED) for terms in (OfferingTerms(), OfferingTerms(bitrate=None))
)
@given(case=described_offerings())
def test_offerings_on_the_wire(check: Checker, case: Case) -> None:
    """Offerings are complete wherever they are shown, and shown with 200."""
    check(case)


@checks(wire.read_status, operations={Operation.PURCHASE_OFFERING, Operation.DESCRIBE_RESERVATION},
      needs={Capability.OFFERINGS})  # fmt: skip
@given(case=purchases(after=(DescribeReservation(),)))
def test_describing_reservations(check: Checker, case: Case) -> None:
    """DescribeReservation is answered with 200."""
    check(case)


ELSEWHERE = tuple(name for name in requests_of_kind(RequestKind.ELSEWHERE) if name in PURCHASE_MUTATIONS)


@checks(places.members_in_their_place, places.unknown_parameters, operations={Operation.PURCHASE_OFFERING})
@examples(purchase_case(start=Written(Inside(500)), mutation=name) for name in ELSEWHERE)
@given(case=purchases(starts=starts_in_window(), mutations=st.sampled_from(ELSEWHERE)))
def test_parameters_of_a_purchase_in_other_places(check: Checker, case: Case) -> None:
    """Only the path has a say on the offering, and only the body on name and Start."""
    check(case)


_BARE = "bare colons in the path"


@checks(places.bare_colons)
@examples([purchase_case(start=Written(Inside(500)), mutation=_BARE)])
@given(case=purchases(starts=starts_in_window(), mutations=st.just(_BARE)))
def test_bare_colons_in_the_path(check: Checker, case: Case) -> None:
    """Colons that are not percent-encoded mean the same as encoded ones."""
    check(case)


_TWICE = OfferingArn(mutation="percent-encoded twice")


@checks(places.members_in_their_place, operations={Operation.PURCHASE_OFFERING, Operation.DESCRIBE_OFFERING})
@examples([purchase_case(offering=_TWICE), Case(steps=(DescribeOffering(offering=_TWICE),))])
@given(case=purchases(arns=st.just(_TWICE), starts=starts_in_window(), after=(DescribeOffering(offering=_TWICE),)))
def test_an_arn_percent_encoded_twice(check: Checker, case: Case) -> None:
    """The path is percent-decoded once."""
    check(case)


_PLAIN = ListOfferings(max_results="1000")
_IN_TURN = (_PLAIN, replace(_PLAIN, mutation="maxResults in a header")) * places.PAGES_BY_HEADER


@checks(places.members_in_their_place, operations={Operation.LIST_OFFERINGS}, needs={Capability.OFFERINGS})
@given(case=st.just(Case(offerings=many_offerings(5), steps=(*_IN_TURN, _PLAIN))))
def test_max_results_in_a_header(check: Checker, case: Case) -> None:
    """MaxResults is read from the query alone."""
    check(case)
