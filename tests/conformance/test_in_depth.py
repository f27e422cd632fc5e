"""Rare defects: every pair of boundary classes of time, contents of every kind, long histories, mutated requests."""

from hypothesis import given

from conformance.cases.case import Case, DescribeReservation, ListOfferings, ListReservations
from conformance.results.checker import Checker
from conformance.rules import (
    end,
    exclusivity,
    lifecycle,
    lists,
    reservation,
    server_faults,
    start_format,
    start_window,
)
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import (
    batches,
    content_cases,
    covering_cases,
    covering_paginations,
    disturbed_walk_cases,
    every_pagination,
    impossible_days,
    impossible_starts,
    interrupted_paginations,
    long_lists,
    mutated_purchases,
    mutated_starts,
    names,
    near_starts,
    offering_arns,
    offering_changes,
    offering_lists,
    purchases,
    real_leap_days,
    reservation_lifecycles,
    sequence_cases,
    timed_purchases,
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


@checks(*_IN_TIME, needs=_CLOCK_AND_SEED, thorough=True)
@examples(covering_cases())
@given(case=timed_purchases())
def test_purchases_over_the_calendar(check: Checker, case: Case) -> None:
    """Whatever year, month, day, hour and duration meet, a purchase is accepted, ends, and frees the account."""
    check(case)


@checks(
    reservation.copies_offering,
    reservation.echoes_request,
    reservation.describe_agrees,
    reservation.list_agrees,
    lists.offerings_agree,
    needs={Capability.SEED},
    thorough=True,
)
@examples(content_cases())
@given(
    case=batches(
        purchases(
            offerings=offering_lists(),
            arns=offering_arns(),
            names=names(),
            after=(ListOfferings(whole=True), DescribeReservation(), ListReservations(whole=True)),
        ),
        max_size=5,
    )
)
def test_contents_of_every_kind(check: Checker, case: Case) -> None:
    """Whatever is in an offering or a name comes back as it was."""
    check(case)


@checks(
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
    operations=set(Operation),
    needs=_CLOCK_AND_SEED,
    thorough=True,
)
@examples([*offering_changes(), *sequence_cases()])
@given(case=reservation_lifecycles())
def test_histories_of_every_kind_of_call(check: Checker, case: Case) -> None:
    """Whatever comes between, right calls and wrong ones, a reservation stays, excludes, and ends as the model says."""
    check(case)


@checks(server_faults.refusal_has_no_effect, server_faults.no_server_fault, operations=set(Operation), thorough=True)
@given(case=batches(mutated_purchases(), max_size=6))
def test_mutated_purchases(check: Checker, case: Case) -> None:
    """A purchase that is wrong in any way is refused, and nothing comes of it."""
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


@checks(start_format.rejects_other_forms, thorough=True)
@examples(near_starts())
@given(case=batches(purchases(starts=mutated_starts()), max_size=12))
def test_near_misses_of_a_start(check: Checker, case: Case) -> None:
    """A Start with a sign that merely looks like the right one, or with one more, is refused."""
    check(case)


@checks(
    start_format.rejects_impossible,
    start_format.accepts,
    start_window.interior,
    needs={Capability.CLOCK, Capability.ACCOUNTS},
    thorough=True,
)
@examples([*impossible_days(), *real_leap_days()])
@given(case=batches(purchases(starts=impossible_starts()), max_size=10))
def test_the_ends_of_short_months(check: Checker, case: Case) -> None:
    """Days that a month does not have are refused, those that it has are accepted, in every kind of year."""
    check(case)
