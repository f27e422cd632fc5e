"""Rare defects: every pair of boundary classes of time, long histories, interrupted walks."""

from hypothesis import given

from conformance.cases.case import (
    Case,
    DefineOfferings,
    DescribeReservation,
    ListReservations,
    Now,
    OfferingTerms,
    Purchase,
    SetClock,
)
from conformance.results.checker import Checker
from conformance.rules import end, exclusivity, lifecycle, lists, reservation, server_faults, start_format, start_window
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import (
    KINDS,
    covering_cases,
    covering_paginations,
    disturbed_walk_cases,
    every_pagination,
    interrupted_paginations,
    long_lists,
    offering_changes,
    reservation_lifecycles,
    sequence,
    sequence_cases,
    sequences,
    timed_purchases,
)

_READS = (DescribeReservation(), ListReservations(whole=True))
_OTHER_TERMS = (
    OfferingTerms(duration=7, price="1.25", description="another offering"),
    OfferingTerms(price="2.5", description="of the same duration", bitrate=7),
)
_LONGER = [case for case in covering_paginations() if len(case.offerings) > 16]
_CLOCK_AND_SEED = {Capability.CLOCK, Capability.SEED}
_IN_TIME = (
    start_format.accepts,
    start_window.interior,
    start_window.upper_bound_inclusive,
    end.adds_duration,
    end.keeps_time_of_day,
    end.month_end_consistent,
    exclusivity.held_until_end,
    exclusivity.freed_from_end,
    lifecycle.active_until_end,
    lifecycle.expired_from_end,
    lifecycle.immutable,
)

_OF_HISTORIES = (
    server_faults.refusal_has_no_effect,
    exclusivity.second_refused,
    exclusivity.first_unchanged,
    exclusivity.at_most_one_active,
    exclusivity.held_until_end,
    exclusivity.freed_from_end,
    lifecycle.active_until_end,
    lifecycle.expired_from_end,
    lifecycle.history_kept,
    lifecycle.immutable,
    lifecycle.isolated,
    reservation.arn_unique,
    reservation.copies_offering,
    reservation.describe_agrees,
    reservation.list_agrees,
)


@checks(*_IN_TIME, needs=_CLOCK_AND_SEED, thorough=True)
@examples(covering_cases())
@given(case=timed_purchases())
def test_purchases_over_the_calendar(check: Checker, case: Case) -> None:
    """Whatever year, month, day, hour and duration meet, a purchase is accepted, ends, and frees the account."""
    check(case)


@checks(*_OF_HISTORIES, operations=set(Operation), needs=_CLOCK_AND_SEED, thorough=True)
@examples(sequence_cases())
@given(case=reservation_lifecycles())
def test_histories_of_every_kind_of_call(check: Checker, case: Case) -> None:
    """Whatever comes between, right calls and wrong ones, a reservation stays, excludes, and ends as the model says."""
    check(case)


@checks(
    lists.pages_cover_once,
    lists.max_results,
    lists.bad_token,
    lists.offerings_agree,
    operations={Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS, Operation.PURCHASE_OFFERING},
    needs={Capability.SEED},
    thorough=True,
)
@examples([*disturbed_walk_cases(), *every_pagination(), *_LONGER, *long_lists()])
@given(case=interrupted_paginations())
def test_interrupted_walks(check: Checker, case: Case) -> None:
    """Tokens that are used twice, late, elsewhere or with another size draw no fault and break no other walk."""
    check(case)


@checks(end.adds_duration, end.keeps_time_of_day, *_OF_HISTORIES, needs={Capability.ACCOUNTS})
@examples(
    [
        Case(steps=(Purchase(), *_READS, DefineOfferings(_OTHER_TERMS), *_READS, SetClock(Now(months=3)), *_READS)),
        sequence([*KINDS]),
        *offering_changes(),
    ]
)
@given(case=sequences())
def test_every_kind_of_call_between_a_purchase_and_its_contest(check: Checker, case: Case) -> None:
    """Whatever is called, rightly or wrongly, here or elsewhere, a reservation excludes and stays as it was."""
    check(case)
