"""Many values: each class of each part of a request and of an offering, the most telling ones in every profile."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import Case, DescribeReservation, ListOfferings, ListReservations
from conformance.results.checker import Checker
from conformance.rules import (
    end,
    errors,
    exclusivity,
    lists,
    places,
    reservation,
    server_faults,
    start_format,
    start_window,
)
from conformance.rules import names as rules_on_names
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from conformance.testing import checks, examples
from strategies import (
    batches,
    body_cases,
    comparison_cases,
    field_value_cases,
    impossible_days,
    impossible_starts,
    midnight_cases,
    mistyped_start_cases,
    month_end_cases,
    month_turn_cases,
    mutated_purchases,
    mutated_starts,
    names,
    near_arn_cases,
    near_starts,
    offering_arns,
    offering_lists,
    page_size_cases,
    purchases,
    real_leap_days,
    refusal_cases,
    starts_before_window,
    telling_value_cases,
    unusual_offering_cases,
    value_cases,
    zone_cases,
)

_CLOCK = {Capability.CLOCK, Capability.ACCOUNTS}
_SEED = {Capability.SEED}
_ARN_OPERATIONS = {Operation.PURCHASE_OFFERING, Operation.DESCRIBE_OFFERING, Operation.DESCRIBE_RESERVATION}
_TIMES = (
    start_format.accepts,
    start_window.interior,
    end.adds_duration,
    end.keeps_time_of_day,
    reservation.echoes_request,
)
_CONTENTS = (
    reservation.copies_offering,
    reservation.echoes_request,
    reservation.describe_agrees,
    reservation.list_agrees,
    lists.offerings_agree,
)
_BODIES = (
    errors.missing_parameter,
    errors.wrong_type,
    errors.scalar_of_wrong_type,
    errors.malformed_body,
    errors.lenient_body,
    places.members_in_their_place,
    server_faults.no_server_fault,
)
_ARNS = (errors.arn_is_exact, errors.arn_is_exact_in_case, errors.malformed_arn, server_faults.no_server_fault)
_REFUSALS = (
    start_window.before_lower_bound,
    start_window.after_upper_bound,
    start_format.rejects_other_forms,
    start_format.rejects_impossible,
    rules_on_names.characters,
    errors.unknown_offering,
    errors.missing_parameter,
    exclusivity.second_refused,
    exclusivity.at_most_one_active,
    server_faults.refusal_has_no_effect,
)
_NAMED = purchases(names=names())
_FIELDS, _ZONES, _VALUES = field_value_cases(), zone_cases(), value_cases()
_COMPARED = comparison_cases()
_TYPED, _NEAR_ARNS, _NEAR_STARTS = body_cases(), near_arn_cases(), near_starts()
_REFUSED, _MISTYPED = refusal_cases(), mistyped_start_cases()


@checks(*_TIMES, needs=_CLOCK)
@examples([*_FIELDS[:6], *_ZONES[:7], *midnight_cases(), _COMPARED[1]])
@given(case=_NAMED)
def test_each_value_of_a_field(check: Checker, case: Case) -> None:
    """Each month, day, hour, minute and second is read as it is, also where a zone changes summer time."""
    check(case)


@checks(end.adds_duration, end.month_end_consistent, needs=_CLOCK)
@examples(month_end_cases())
@given(case=_NAMED)
def test_ends_near_the_ends_of_months(check: Checker, case: Case) -> None:
    """A month that is too short moves End where it is the End's own, and nothing where it lies in between."""
    check(case)


@checks(*_TIMES, needs=_CLOCK, thorough=True)
@examples([*_FIELDS[6:], *_ZONES[7:], *_COMPARED[2:]])
@given(case=_NAMED)
def test_more_values_of_each_field(check: Checker, case: Case) -> None:
    """Each value of a field meets others, and each hour of a change of summer time occurs in Start and End."""
    check(case)


@checks(start_format.rejects_impossible, start_format.accepts, start_window.interior, needs=_CLOCK)
@examples([*impossible_days(), *real_leap_days()])
@given(case=batches(purchases(starts=impossible_starts()), max_size=6))
def test_the_ends_of_short_months(check: Checker, case: Case) -> None:
    """Days that a month does not have are refused, those that it has are accepted, in every kind of year."""
    check(case)


@checks(start_window.before_lower_bound, start_window.after_upper_bound, needs={Capability.CLOCK}, thorough=True)
@examples(month_turn_cases())
@given(case=purchases(starts=starts_before_window()))
def test_the_turns_of_every_month(check: Checker, case: Case) -> None:
    """On the first day of a month the last one of the month before is too early; the next second is too late."""
    check(case)


@checks(*_CONTENTS, needs=_SEED)
@examples([*telling_value_cases(), *_VALUES[:4]])
@given(case=purchases(offerings=offering_lists(), arns=offering_arns(), names=names()))
def test_contents_of_each_class(check: Checker, case: Case) -> None:
    """Signs, escapes and numbers come back as they were, in descriptions, prices, bit rates and names."""
    check(case)


@checks(*_CONTENTS, needs=_SEED, thorough=True)
@examples([*_VALUES[4:], *unusual_offering_cases()])
@given(
    case=batches(
        purchases(
            offerings=offering_lists(),
            arns=offering_arns(),
            names=names(),
            after=(ListOfferings(whole=True), DescribeReservation(), ListReservations(whole=True)),
        ),
        max_size=3,
    )
)
def test_contents_of_every_kind(check: Checker, case: Case) -> None:
    """Whatever is in an offering or a name comes back as it was."""
    check(case)


@checks(*_BODIES, operations={Operation.PURCHASE_OFFERING})
@examples(_TYPED[:8])
@given(case=purchases())
def test_bodies_of_each_shape(check: Checker, case: Case) -> None:
    """A member under another name, in an envelope, twice, or beside null is not taken for the right one."""
    check(case)


@checks(*_BODIES, operations={Operation.PURCHASE_OFFERING}, thorough=True)
@examples(_TYPED[8:])
@given(case=purchases())
def test_bodies_of_every_shape(check: Checker, case: Case) -> None:
    """No shape, number, length or depth in a body is taken for a right one, or draws a server fault."""
    check(case)


@checks(*_ARNS, operations=_ARN_OPERATIONS, purchases=True)
@examples(_NEAR_ARNS[:3])
@given(case=purchases())
def test_arns_with_more(check: Checker, case: Case) -> None:
    """An ARN with a sign and more after it is not the one that it begins with."""
    check(case)


@checks(*_ARNS, operations=_ARN_OPERATIONS, purchases=True, thorough=True)
@examples(_NEAR_ARNS[3:])
@given(case=purchases())
def test_near_misses_of_every_arn(check: Checker, case: Case) -> None:
    """An ARN with any sign before, after or within it, or cut short, is not the real one."""
    check(case)


@checks(start_format.rejects_other_forms)
@examples([*_MISTYPED[:1], *_NEAR_STARTS[:4]])
@given(case=purchases(starts=mutated_starts()))
def test_look_alikes_in_a_start(check: Checker, case: Case) -> None:
    """A Start with a sign less, or with one that merely looks like the right one, is refused."""
    check(case)


@checks(start_format.rejects_other_forms, thorough=True)
@examples([*_NEAR_STARTS[4:], *_MISTYPED[1:]])
@given(case=batches(purchases(starts=mutated_starts()), max_size=6))
def test_near_misses_of_a_start(check: Checker, case: Case) -> None:
    """A Start with a sign that merely looks like the right one, or with one more or less, is refused."""
    check(case)


@checks(*_REFUSALS, needs={Capability.ACCOUNTS})
@examples([*_REFUSED[:1], _COMPARED[0]])
@given(case=purchases())
def test_refusals_of_each_kind(check: Checker, case: Case) -> None:
    """Wrong purchases of each kind are refused, before a purchase and after it, and change nothing."""
    check(case)


@checks(*_REFUSALS, needs={Capability.ACCOUNTS}, thorough=True)
@examples(_REFUSED[1:])
@given(case=batches(mutated_purchases(), max_size=4))
def test_hundreds_of_refusals(check: Checker, case: Case) -> None:
    """Hundreds of wrong purchases that differ by their content are refused, and change nothing."""
    check(case)


@checks(lists.max_results_range, operations={Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS}, thorough=True)
@examples(page_size_cases())
@given(case=st.integers(1, 1_000).map(lambda size: Case(steps=(ListOfferings(max_results=str(size)),))))
def test_each_page_size(check: Checker, case: Case) -> None:
    """Every MaxResults from 1 to 1000 is accepted."""
    check(case)
