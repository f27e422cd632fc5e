"""lists: pages, tokens, and what the lists hold (conformance/rules/lists.py)."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import (
    Case,
    DescribeOffering,
    EndOf,
    ListOfferings,
    ListReservations,
    OfferingArn,
    OfferingTerms,
    Purchase,
    SetClock,
)
from conformance.results.checker import Checker
from conformance.rules import lists, server_faults
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import (
    BETWEEN_PAGES,
    NEVER_GIVEN_TOKENS,
    NO_PAGE_SIZES,
    arbitrary_tokens,
    described_offerings,
    disturbed_walk,
    disturbed_walks,
    many_offerings,
    offering_lists,
    page_sizes,
    paginated,
    paginations,
    purchases,
    reservations_in_a_row,
    wrong_page_sizes,
)


def _walk(count: int, size: str | None) -> Case:
    return Case(offerings=many_offerings(count), steps=(ListOfferings(max_results=size, whole=True),))


@checks(lists.max_results, lists.pages_cover_once, lists.default_page)
@examples(
    [
        *(
            _walk(*one)
            for one in [(3, "1"), (5, "2"), (4, "2"), (11, None), (3, "1000"), (0, "1"), (25, "7"), (60, "9")]
        ),
        paginated(12, sizes=[5, 2], terms=OfferingTerms()),
        paginated(3, sizes=[16, 32, 64, 100, 127, 128, 255, 256, 257, 512, 999]),
        paginated(12, sizes=[3, 4, 5, 6, 11, 12, 13]),
        paginated(30, sizes=[1, 11, 19, 20]),
        paginated(101, sizes=[50, 51, 99, 100]),
    ]
)
@given(case=paginations())
def test_walks_through_offerings(check: Checker, case: Case) -> None:
    """A page holds at most MaxResults items, and a walk shows every offering once and then ends."""
    check(case)


@checks(
    lists.max_results,
    lists.pages_cover_once,
    lists.bad_token,
    server_faults.no_server_fault,
    operations={Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS, Operation.PURCHASE_OFFERING},
    needs={Capability.SEED},
)
@examples(disturbed_walk(listed, [*between]) for listed, between in BETWEEN_PAGES.items())
@given(case=disturbed_walks())
def test_walks_that_something_comes_between(check: Checker, case: Case) -> None:
    """Whatever comes between two pages, a token leads to the same items each time, in pages of any size."""
    check(case)


def _walk_through_reservations(count: int, size: str | None, names: tuple[str, ...] = ()) -> Case:
    """So many reservations, each bought after the one before has ended, and a walk through them."""
    steps = reservations_in_a_row(count, names=names)
    return Case(steps=(*steps, ListReservations(max_results=size, whole=True)))


# Neither in the order of the names nor told apart by a reader that knows no upper case.
_NAMES_ALIKE = ("b", "B", "a", "A")
_PAGES = ListReservations(max_results="1", whole=True)
_TWO_IN_A_ROW = reservations_in_a_row(2)
# What a target keeps of a page is out of date after the End.
_PAGES_BEFORE_AND_AFTER_AN_END = Case(steps=(*_TWO_IN_A_ROW[:-1], _PAGES, *_TWO_IN_A_ROW[-1:], _PAGES))


@checks(
    lists.max_results,
    lists.pages_cover_once,
    lists.default_page,
    operations={Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS},
    needs={Capability.CLOCK, Capability.ACCOUNTS},
    purchases=True,
)
@examples(
    [
        *(_walk_through_reservations(count, size) for count, size in [(2, "1"), (3, "2"), (11, None)]),
        _walk_through_reservations(4, "1", _NAMES_ALIKE),
        _PAGES_BEFORE_AND_AFTER_AN_END,
    ]
)
@given(case=st.builds(_walk_through_reservations, st.integers(1, 5), st.none() | st.integers(1, 5).map(str)))
def test_walks_through_reservations(check: Checker, case: Case) -> None:
    """The same holds for ListReservations."""
    check(case)


_SIZE_RULES = (lists.max_results_range, lists.max_results_refused, server_faults.no_server_fault)
_NUMBERS = ("1", "1000", "10", "0", "-1", "1001", "2147483648", *NO_PAGE_SIZES)
_Kind = type[ListOfferings] | type[ListReservations]


def _sizes(what: _Kind) -> list[Case]:
    """Sizes in and out of the range, each in a case of its own, then the others in one."""
    alone, together = _NUMBERS[:12], _NUMBERS[12:]
    cases = [Case(steps=(what(max_results=number),)) for number in alone]
    return [*cases, Case(steps=tuple(what(max_results=number) for number in together))]


def _any_size(what: _Kind) -> st.SearchStrategy[Case]:
    return (page_sizes() | wrong_page_sizes()).map(lambda size: Case(steps=(what(max_results=size),)))


@checks(*_SIZE_RULES, operations={Operation.LIST_OFFERINGS})
@examples(_sizes(ListOfferings))
@given(case=_any_size(ListOfferings))
def test_max_results_of_offerings(check: Checker, case: Case) -> None:
    """ListOfferings accepts MaxResults of 1 to 1000 alone."""
    check(case)


@checks(*_SIZE_RULES, operations={Operation.LIST_RESERVATIONS})
@examples(_sizes(ListReservations))
@given(case=_any_size(ListReservations))
def test_max_results_of_reservations(check: Checker, case: Case) -> None:
    """ListReservations accepts MaxResults of 1 to 1000 alone."""
    check(case)


_ODD_QUERIES = (
    *("an unknown query parameter", "a page size twice", "a query parameter that is no UTF-8"),
    "a bad escape in the query",
)


def _odd_queries(names: Iterable[str]) -> Case:
    steps = tuple(what(mutation=name) for name in names for what in (ListOfferings, ListReservations))
    return Case(offerings=many_offerings(3), steps=steps)


@checks(server_faults.no_server_fault, operations={Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS})
@examples([_odd_queries(_ODD_QUERIES)])
@given(case=st.sampled_from(_ODD_QUERIES).map(lambda name: _odd_queries([name])))
def test_odd_queries(check: Checker, case: Case) -> None:
    """Parameters that are unknown, that stand twice, or that cannot be decoded draw no server fault from the lists."""
    check(case)


def _tokens(what: _Kind) -> list[Case]:
    """Tokens that were never given, some in a case of their own, then the others in one."""
    alone, together = NEVER_GIVEN_TOKENS[:8], NEVER_GIVEN_TOKENS[8:]
    cases = [Case(offerings=many_offerings(3), steps=(what(token=token),)) for token in alone]
    return [*cases, Case(offerings=many_offerings(3), steps=tuple(what(token=token) for token in together))]


def _any_token(what: _Kind) -> st.SearchStrategy[Case]:
    return arbitrary_tokens().map(lambda token: Case(offerings=many_offerings(3), steps=(what(token=token),)))


@checks(lists.bad_token, lists.bad_token_refused, operations={Operation.LIST_OFFERINGS})
@examples(_tokens(ListOfferings))
@given(case=_any_token(ListOfferings))
def test_tokens_for_offerings_that_were_never_given(check: Checker, case: Case) -> None:
    """A NextToken that ListOfferings never gave is refused, and draws no server fault."""
    check(case)


@checks(lists.bad_token, lists.bad_token_refused, operations={Operation.LIST_RESERVATIONS})
@examples(_tokens(ListReservations))
@given(case=_any_token(ListReservations))
def test_tokens_for_reservations_that_were_never_given(check: Checker, case: Case) -> None:
    """A NextToken that ListReservations never gave is refused, and draws no server fault."""
    check(case)


ALIKE = (OfferingTerms(), OfferingTerms(price="0.5"), OfferingTerms())
_EACH_OF_TWELVE = Case(
    offerings=many_offerings(12),
    steps=(ListOfferings(whole=True), *(DescribeOffering(offering=OfferingArn(number)) for number in range(12))),
)


@checks(lists.offerings_agree)
@examples(
    [
        *(
            Case(offerings=offerings, steps=(ListOfferings(whole=True), DescribeOffering(offering=OfferingArn(number))))
            for offerings in (many_offerings(2), ALIKE)
            for number in (0, 1)
        ),
        _EACH_OF_TWELVE,
    ]
)
@given(case=described_offerings())
def test_offerings_as_listed_described_and_defined(check: Checker, case: Case) -> None:
    """Each listed offering is what DescribeOffering shows, and each defined one is listed."""
    check(case)


@checks(lists.offerings_while_active, needs={Capability.ACCOUNTS})
@examples([Case(steps=(Purchase(), ListOfferings(whole=True)))])
@given(case=purchases(after=(ListOfferings(whole=True),)))
def test_offerings_of_an_account_with_a_reservation(check: Checker, case: Case) -> None:
    """Whether offerings are still listed while a reservation is active is observed."""
    check(case)


_LATER = (SetClock(EndOf(0, seconds=1)), ListOfferings(whole=True), DescribeOffering())


@checks(lists.offerings_agree, needs={Capability.ACCOUNTS, Capability.CLOCK})
@examples([Case(offerings=many_offerings(count), steps=(Purchase(), *_LATER)) for count in (1, 2)])
@given(case=purchases(offerings=offering_lists(), after=_LATER))
def test_offerings_after_a_reservation(check: Checker, case: Case) -> None:
    """Once its reservation is over, an account is shown every offering again."""
    check(case)
