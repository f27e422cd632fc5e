"""start-window: which instants may be a Start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import FRESH, FRESH_AND_CLOCK, OFFERING, Finding, Judge, Level, Premise, rule
from conformance.rules.shared_checks import (
    Labels,
    findings_on_acceptance,
    findings_on_refusal,
    is_plain_first,
    premise_of_acceptance,
    refused_for,
)
from conformance.spec.calendar import DAY, SECOND, Interval, add_months, month_start
from conformance.spec.demands import Cause
from conformance.spec.sources import reference_page
from conformance.spec.start_kinds import kinds_of_instant
from conformance.targets.capabilities import Capability

_WINDOW = (
    "You can specify any date and time between 12:00am on the first day of the current month to the current time on "
    "today's date, inclusive"
)
_START = reference_page("Start", _WINDOW)
_UTC = reference_page("Start", "in Coordinated Universal Time (UTC)")
_FARTHEST_ZONE, _NEAREST_ZONE = timedelta(hours=14), timedelta(minutes=15)
_WINDOW_CAUSES = (Cause.BEFORE_WINDOW, Cause.AFTER_WINDOW)


def _accepted_for(premise: Premise, labels: Labels) -> Judge:
    """A judge: each first purchase that must be accepted, by this very premise, is accepted."""

    def judge(history: History) -> Iterator[Finding]:
        for attempt in history.alone:
            if attempt.must_succeed and is_plain_first(attempt) and premise_of_acceptance(attempt) is premise:
                yield from findings_on_acceptance(history, attempt, labels(attempt), control=False)

    return judge


def _time_of_month(attempt: RecordedCall) -> Iterator[str]:
    now = attempt.now
    if now.earliest - month_start(now.earliest) < SECOND:
        yield "in the first second of a month"
    elif month_start(now.latest + SECOND) != month_start(now.latest):
        yield "in the last second of a month"
    else:
        yield "later in the month"


lower_bound_inclusive = rule(
    "start-window/lower-bound-inclusive",
    Level.MUST,
    "A Start of 00:00:00 UTC on the first day of the current month is accepted.",
    _START,
    needs=FRESH,
    classes_with={
        Capability.CLOCK: ("in the first second of a month", "later in the month", "in the last second of a month")
    },
    premise=Premise.LOWER_BOUND,
)(_accepted_for(Premise.LOWER_BOUND, _time_of_month))


def _how_far_before(attempt: RecordedCall) -> Iterator[str]:
    now, start = attempt.now.earliest, attempt.start
    assert start is not None
    short_of = month_start(now) - start
    if short_of == SECOND:
        yield "by a second"
    elif short_of <= DAY:
        yield "by a day or less"
    elif short_of <= timedelta(days=31):
        yield "by up to a month"
    else:
        yield "by more than a month"
    if start.month == now.month:
        yield "the same month of another year"
    if now.month == 1 and start.year == now.year - 1 and start.month == 12:
        yield "across a year's end"


before_lower_bound = rule(
    "start-window/before-lower-bound",
    Level.MUST,
    "A Start before 00:00:00 UTC on the first day of the current month is refused with BadRequestException.",
    _START,
    purchases=False,
    needs=OFFERING,
    classes=(
        "by a second",
        "by a day or less",
        "by up to a month",
        "by more than a month",
        "the same month of another year",
    ),
    classes_with={Capability.CLOCK: ("across a year's end",)},
    cause=Cause.BEFORE_WINDOW,
)(refused_for(Cause.BEFORE_WINDOW, _how_far_before))


upper_bound_inclusive = rule(
    "start-window/upper-bound-inclusive",
    Level.MUST,
    "A Start that is the current time, to the second, is accepted.",
    _START,
    needs=FRESH_AND_CLOCK,
    classes=("later in the month", "in the last second of a month"),
    premise=Premise.UPPER_BOUND,
)(_accepted_for(Premise.UPPER_BOUND, _time_of_month))


def _how_far_after(attempt: RecordedCall) -> Iterator[str]:
    now, start = attempt.now.latest, attempt.start
    assert start is not None
    ahead = start - now
    if ahead == SECOND and attempt.now.exact:
        yield "by a second"
    elif ahead < DAY:
        yield "by less than a day"
    elif ahead < timedelta(days=31):
        yield "by days"
    else:
        yield "by months or years"


after_upper_bound = rule(
    "start-window/after-upper-bound",
    Level.MUST,
    "A Start later than the current time is refused with BadRequestException.",
    _START,
    purchases=False,
    needs=OFFERING,
    classes=("by less than a day", "by days", "by months or years"),
    classes_with={Capability.CLOCK: ("by a second",)},
    cause=Cause.AFTER_WINDOW,
)(refused_for(Cause.AFTER_WINDOW, _how_far_after))


def _kinds_of_day(attempt: RecordedCall) -> Iterator[str]:
    assert attempt.start is not None
    yield "between the bounds"
    yield from kinds_of_instant(attempt.start)


interior = rule(
    "start-window/interior",
    Level.MUST,
    "Every instant between the first of the month and the current time is accepted as Start, whatever day and time.",
    _START,
    needs=FRESH,
    classes=("between the bounds",),
    classes_with={
        Capability.CLOCK: ("a leap day", "a 31st", "a first day", "the last second of a day", "midnight"),
    },
    premise=Premise.INTERIOR,
)(_accepted_for(Premise.INTERIOR, _kinds_of_day))


@rule(
    "start-window/utc",
    Level.MUST,
    "Month and day of the start window are those of UTC, also while other zones are in another month.",
    _UTC,
    needs=FRESH_AND_CLOCK,
    classes=("in the first hours of a month", "in the last hours of a month"),
)
def utc(history: History) -> Iterator[Finding]:
    """Within fourteen hours of a month boundary; Starts nearer to a bound than zones differ are other rules' matter."""
    for attempt in history.alone:
        now = attempt.now.earliest
        since, until = now - month_start(now), add_months(month_start(now), 1) - now
        if not is_plain_first(attempt) or attempt.start is None or min(since, until) > _FARTHEST_ZONE:
            continue
        if min(abs(attempt.start - month_start(now)), abs(attempt.start - now)) < _NEAREST_ZONE:
            continue
        label = "in the first hours of a month" if since < until else "in the last hours of a month"
        if attempt.must_succeed:
            yield from findings_on_acceptance(history, attempt, [label], control=False)
        elif attempt.only_demand(*_WINDOW_CAUSES) and _looks_right_elsewhere(attempt.start, now):
            yield from findings_on_refusal(history, attempt, [label], any_refusal=True)


def _looks_right_elsewhere(start: datetime, now: datetime) -> bool:
    """Whether some zone's clock puts the Start into the window: where it is last month still, or later already."""
    return month_start(now - _FARTHEST_ZONE) - _FARTHEST_ZONE <= start <= now + _FARTHEST_ZONE


@rule(
    "start-window/follows-the-clock",
    Level.MUST,
    "The start window moves with the month: a Start that was accepted in one month is refused in the next, and a Start "
    "in the new month is accepted.",
    replace(_START, derived="The current month is the one in which the request is made."),
    needs=FRESH_AND_CLOCK,
    classes=(
        "accepted in an earlier month",
        "accepted in an earlier month, across a year's end",
        "in the new month",
    ),
)
def follows_the_clock(history: History) -> Iterator[Finding]:
    """Purchases in several accounts, with the clock moved into a later month between them."""
    accepted: dict[str, Interval] = {}
    for attempt in history.alone:
        now, text = attempt.now, attempt.reading.start_text or ""
        turned = [then for then in accepted.values() if month_start(then.latest) < month_start(now.earliest)]
        if text in accepted and attempt.only_demand(Cause.BEFORE_WINDOW):
            across = accepted[text].latest.year < now.earliest.year
            label = "accepted in an earlier month" + (", across a year's end" if across else "")
            yield from findings_on_refusal(history, attempt, [label], any_refusal=True)
        elif turned and attempt.must_succeed and attempt.is_unused and not _is_at_a_bound(attempt):
            yield from findings_on_acceptance(history, attempt, ["in the new month"], control=False)
        if attempt.accepted and not attempt.must_fail:
            accepted[text] = now


def _is_at_a_bound(attempt: RecordedCall) -> bool:
    """Whether the Start is a bound of its window, which is the matter of the rules on the bounds."""
    return attempt.start in (month_start(attempt.now.latest), attempt.now.latest)
