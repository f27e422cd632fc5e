"""Purchases: the calls, and cases of one of them, of a second one, and of many that were mutated."""

from __future__ import annotations

from hypothesis import event
from hypothesis import strategies as st

from conformance.cases.case import (
    Arn,
    Case,
    DescribeOffering,
    DescribeReservation,
    Edit,
    ListReservations,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    Start,
    Step,
)
from strategies.arns import offering_arns, wrong_arns
from strategies.mutations import body_edits, purchase_mutations
from strategies.naming import arbitrary_names, malformed_names, too_long_names
from strategies.offerings import Offerings, offering_lists, plain_offerings
from strategies.starts import arbitrary_starts, mutated_starts, starts_in_window, wrong_starts
from strategies.times import current_times, notable_times

Places = st.SearchStrategy[tuple[int, int]]
HERE: Places = st.just((0, 0))
"""Account 0 in Region 0."""
READS: tuple[Step, ...] = (DescribeReservation(), ListReservations(whole=True))
"""Every way of looking at the reservation of step 0."""
_NO_EDITS: st.SearchStrategy[tuple[Edit, ...]] = st.just(())
_ALL_TIMES = current_times() | notable_times()


def purchase_calls(
    *,
    places: Places = HERE,
    arns: st.SearchStrategy[Arn] = st.just(OfferingArn()),
    names: st.SearchStrategy[str | None] = st.just("reservation"),
    starts: st.SearchStrategy[Start | None] = starts_in_window(),
    mutations: st.SearchStrategy[str] = st.just("plain"),
    body_edits: st.SearchStrategy[tuple[Edit, ...]] = _NO_EDITS,
) -> st.SearchStrategy[Purchase]:
    """Single PurchaseOffering calls. Shrinks to the plain one.

    >>> find(purchase_calls(), lambda call: True) == Purchase()
    True
    """

    def purchase(
        place: tuple[int, int], arn: Arn, name: str | None, start: Start | None, mutation: str, edits: tuple[Edit, ...]
    ) -> Purchase:
        account, region = place
        return Purchase(
            account=account, region=region, offering=arn, name=name, start=start, mutation=mutation, body_edits=edits
        )

    return st.builds(purchase, places, arns, names, starts, mutations, body_edits)


def purchases(
    *,
    nows: st.SearchStrategy[str] = _ALL_TIMES,
    offerings: Offerings = plain_offerings(),
    arns: st.SearchStrategy[Arn] = st.just(OfferingArn()),
    names: st.SearchStrategy[str | None] = st.just("reservation"),
    starts: st.SearchStrategy[Start | None] = starts_in_window(),
    mutations: st.SearchStrategy[str] = st.just("plain"),
    body_edits: st.SearchStrategy[tuple[Edit, ...]] = _NO_EDITS,
    after: tuple[Step, ...] = (),
) -> st.SearchStrategy[Case]:
    """Cases of one purchase, and the steps `after` it. Shrinks to the plain one.

    >>> find(purchases(names=st.sampled_from(["a", "b"])), lambda case: case.steps[0].name == "b").steps
    (Purchase(account=0, region=0, offering=OfferingArn(index=0, mutation='exact', edits=()), name='b', \
start=Written(point=MonthStart(seconds=0, months=0), form='plain', argument='', edits=()), mutation='plain', \
body_edits=()),)
    """
    calls = purchase_calls(arns=arns, names=names, starts=starts, mutations=mutations, body_edits=body_edits)
    return st.builds(
        lambda now, terms, call: Case(now=now, offerings=terms, steps=(call, *after)), nows, offerings, calls
    )


def second_purchases(
    *,
    nows: st.SearchStrategy[str] = _ALL_TIMES,
    offerings: Offerings = offering_lists(min_size=2, max_size=2),
    names: st.SearchStrategy[str] = st.sampled_from(["reservation", "another", "a-third_one"]),
    max_size: int = 3,
) -> st.SearchStrategy[Case]:
    """A purchase, reads, further purchases with the same or other parts, each followed by reads.

    >>> len(find(second_purchases(max_size=1), lambda case: True).steps)
    6
    """
    further = purchase_calls(arns=offering_arns(max_index=1), names=names)

    def case(now: str, terms: tuple[OfferingTerms, ...], start: Start, attempts: list[Purchase]) -> Case:
        event("further purchases", len(attempts))
        steps = [step for attempt in attempts for step in (attempt, *READS)]
        return Case(now=now, offerings=terms, steps=(Purchase(start=start), *READS, *steps))

    attempts = st.lists(further, min_size=1, max_size=max_size)
    return st.builds(case, nows, offerings, starts_in_window(), attempts)


def purchased_offerings(
    *, offerings: Offerings = offering_lists(max_size=10), names: st.SearchStrategy[str] = st.just("reservation")
) -> st.SearchStrategy[Case]:
    """Several offerings at once, each described, and purchased and read in an account of its own.

    >>> find(purchased_offerings(), lambda case: len(case.offerings) == 2).places()
    ((0, 0), (1, 0))
    """

    def case(terms: tuple[OfferingTerms, ...], name: str) -> Case:
        event("offerings purchased", len(terms))
        steps: list[Step] = []
        for number in range(len(terms)):
            bought = ReservationArn(len(steps) + 1)
            steps += [
                DescribeOffering(account=number, offering=OfferingArn(number)),
                Purchase(account=number, offering=OfferingArn(number), name=name),
                DescribeReservation(account=number, reservation=bought),
                ListReservations(account=number, whole=True),
            ]
        return Case(offerings=terms, steps=tuple(steps))

    return st.builds(case, offerings, names)


def refused_purchases(
    *, places: Places = HERE, names: st.SearchStrategy[str] = st.just("refused")
) -> st.SearchStrategy[Purchase]:
    """Purchases that are refused for what they are: by Start, by ARN, by what is missing, by the request as a whole.

    A few of those that are edited come out right: the specification reads what was sent.

    >>> find(refused_purchases(), lambda call: call.mutation != "plain").mutation
    'to a path of nothing'
    """
    return st.one_of(
        purchase_calls(places=places, names=names, starts=wrong_starts()),
        purchase_calls(places=places, names=names, arns=wrong_arns()),
        purchase_calls(places=places, names=names, mutations=purchase_mutations()),
        purchase_calls(places=places, names=names, starts=mutated_starts()),
        purchase_calls(places=places, names=names, body_edits=body_edits()),
        purchase_calls(places=places, names=names, starts=st.none() | arbitrary_starts()),
        purchase_calls(places=places, names=st.none() | st.just("") | malformed_names() | too_long_names()),
    )


def mutated_purchases(
    *,
    nows: st.SearchStrategy[str] = _ALL_TIMES,
    calls: st.SearchStrategy[Purchase] = refused_purchases() | purchase_calls(names=arbitrary_names()),
    after: tuple[Step, ...] = (ListReservations(whole=True), Purchase(name="right")),
) -> st.SearchStrategy[Case]:
    """A purchase with anything wrong in it; then the list, and a right purchase, which shows what the first one left.

    >>> find(mutated_purchases(), lambda case: True).steps[2].name
    'right'
    """
    return st.builds(lambda now, call: Case(now=now, steps=(call, *after)), nows, calls)
