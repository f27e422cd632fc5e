"""start-window: which instants may be a Start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from conformance.rules.history import History, PurchaseAttempt
from conformance.rules.registry import Finding, Level, reference_page, rule
from conformance.rules.shared_checks import by_first_purchase, findings_on_acceptance, findings_on_refusal, refused_for
from conformance.spec.calendar import DAY, SECOND, Interval, add_months, month_start
from conformance.spec.model import Force
from conformance.targets.capabilities import Capability

_WINDOW = "any date and time between 12:00am on the first day of the current month to the current time"
_START = reference_page("Start", _WINDOW)
_CLOCK = frozenset({Capability.CLOCK})
_OFFERING = frozenset({Capability.OFFERINGS})
_FRESH = frozenset({Capability.ACCOUNTS, Capability.OFFERINGS})
_FARTHEST_ZONE, _NEAREST_ZONE = timedelta(hours=14), timedelta(minutes=15)
BEFORE, AFTER = "start-window/before-lower-bound", "start-window/after-upper-bound"


def _accepted_alone(history: History) -> Iterator[tuple[PurchaseAttempt, datetime]]:
    """The first purchases that must be accepted, with their Start: nothing but the window can speak against them."""
    for attempt in history.alone():
        if attempt.must_succeed and by_first_purchase(attempt) and attempt.start is not None:
            yield attempt, attempt.start


@rule(
    "start-window/lower-bound-inclusive",
    Level.MUST,
    "A Start of 00:00:00 UTC on the first day of the current month is accepted.",
    reference_page("Start", "inclusive"),
    needs=_FRESH,
    classes_with={
        Capability.CLOCK: ("in the first second of a month", "later in the month", "in the last second of a month")
    },
)
def lower_bound_inclusive(history: History) -> Iterator[Finding]:
    """The first instant of the month, at whatever time of the month."""
    for attempt, start in _accepted_alone(history):
        if start == month_start(attempt.call.now.earliest):
            yield from findings_on_acceptance(history, attempt, [_time_of_month(attempt.call.now)], control=False)


def _time_of_month(now: Interval) -> str:
    if now.earliest - month_start(now.earliest) < SECOND:
        return "in the first second of a month"
    if month_start(now.latest + SECOND) != month_start(now.latest):
        return "in the last second of a month"
    return "later in the month"


def _how_far_before(attempt: PurchaseAttempt) -> Iterator[str]:
    now, start = attempt.call.now.earliest, attempt.start
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


rule(
    BEFORE,
    Level.MUST,
    "A Start before 00:00:00 UTC on the first day of the current month is refused with BadRequestException.",
    _START,
    buys=False,
    needs=_OFFERING,
    classes=(
        "by a second",
        "by a day or less",
        "by up to a month",
        "by more than a month",
        "the same month of another year",
    ),
    classes_with={Capability.CLOCK: ("across a year's end",)},
)(refused_for(BEFORE, _how_far_before))


@rule(
    "start-window/upper-bound-inclusive",
    Level.MUST,
    "A Start that is the current time, to the second, is accepted.",
    reference_page("Start", "to the current time on today's date, inclusive"),
    needs=_CLOCK | _FRESH,
    classes=("later in the month", "in the last second of a month"),
)
def upper_bound_inclusive(history: History) -> Iterator[Finding]:
    """The second at which the clock stands; where that is also the first of the month, the lower bound is looked at."""
    for attempt, start in _accepted_alone(history):
        if attempt.call.now.exact and start == attempt.call.now.latest and start > month_start(start):
            yield from findings_on_acceptance(history, attempt, [_time_of_month(attempt.call.now)], control=False)


def _how_far_after(attempt: PurchaseAttempt) -> Iterator[str]:
    now, start = attempt.call.now.latest, attempt.start
    assert start is not None
    ahead = start - now
    if ahead == SECOND and attempt.call.now.exact:
        yield "by a second"
    elif ahead < DAY:
        yield "by less than a day"
    elif ahead < timedelta(days=31):
        yield "by days"
    else:
        yield "by months or years"


rule(
    AFTER,
    Level.MUST,
    "A Start later than the current time is refused with BadRequestException.",
    _START,
    buys=False,
    needs=_OFFERING,
    classes=("by less than a day", "by days", "by months or years"),
    classes_with={Capability.CLOCK: ("by a second",)},
)(refused_for(AFTER, _how_far_after))


def _which_day(start: datetime) -> Iterator[str]:
    yield "between the bounds"
    if (start.month, start.day) == (2, 29):
        yield "on a leap day"
    if start.day == 31:
        yield "on a 31st"
    if start.day == 1:
        yield "on the first day"
    if (start.hour, start.minute, start.second) == (23, 59, 59):
        yield "in the last second of a day"
    if start.day > 1 and (start.hour, start.minute, start.second) == (0, 0, 0):
        yield "at a midnight"


@rule(
    "start-window/interior",
    Level.MUST,
    "Every instant between the first of the month and the current time is accepted as Start, whatever day and time.",
    _START,
    needs=_FRESH,
    classes=("between the bounds",),
    classes_with={
        Capability.CLOCK: (
            "on a leap day",
            "on a 31st",
            "on the first day",
            "in the last second of a day",
            "at a midnight",
        )
    },
)
def interior(history: History) -> Iterator[Finding]:
    """Strictly between the bounds."""
    for attempt, start in _accepted_alone(history):
        if month_start(attempt.call.now.latest) < start < attempt.call.now.earliest:
            yield from findings_on_acceptance(history, attempt, _which_day(start), control=False)


@rule(
    "start-window/utc",
    Level.MUST,
    "Month and day of the start window are those of UTC, also while other zones are in another month.",
    reference_page("Start", "in Coordinated Universal Time (UTC)"),
    needs=_CLOCK | _FRESH,
    classes=("in the first hours of a month", "in the last hours of a month"),
)
def utc(history: History) -> Iterator[Finding]:
    """Within fourteen hours of a month's turn; Starts nearer to a bound than zones differ are other rules' matter."""
    for attempt in history.alone():
        now = attempt.call.now.earliest
        since, until = now - month_start(now), add_months(month_start(now), 1) - now
        if not by_first_purchase(attempt) or attempt.start is None or min(since, until) > _FARTHEST_ZONE:
            continue
        if min(abs(attempt.start - month_start(now)), abs(attempt.start - now)) < _NEAREST_ZONE:
            continue
        label = "in the first hours of a month" if since < until else "in the last hours of a month"
        if attempt.must_succeed:
            yield from findings_on_acceptance(history, attempt, [label], control=False)
        elif attempt.only_reason(BEFORE, AFTER) and _looks_right_elsewhere(attempt.start, now):
            yield from findings_on_refusal(history, attempt, [label], any_refusal=True)


def _looks_right_elsewhere(start: datetime, now: datetime) -> bool:
    """Whether some zone's clock puts the Start into the window: where it is last month still, or later already."""
    return month_start(now - _FARTHEST_ZONE) - _FARTHEST_ZONE <= start <= now + _FARTHEST_ZONE


@rule(
    "start-window/follows-the-clock",
    Level.MUST,
    "The start window moves with the month: a Start that was accepted in one month is refused in the next, and a Start "
    "in the new month is accepted.",
    reference_page("Start", "the current month"),
    needs=_CLOCK | _FRESH,
    classes=(
        "accepted in an earlier month",
        "accepted in an earlier month, across a year's end",
        "in the new month",
    ),
)
def follows_the_clock(history: History) -> Iterator[Finding]:
    """Purchases in several accounts, with the clock moved into a later month between them."""
    accepted: dict[str, Interval] = {}
    for attempt in history.alone():
        now, text = attempt.call.now, attempt.call.parameters.get("Start", "")
        turned = [then for then in accepted.values() if month_start(then.latest) < month_start(now.earliest)]
        if text in accepted and attempt.only_reason(BEFORE):
            across = accepted[text].latest.year < now.earliest.year
            label = "accepted in an earlier month" + (", across a year's end" if across else "")
            yield from findings_on_refusal(history, attempt, [label], any_refusal=True)
        elif turned and attempt.must_succeed and not attempt.standing_here() and not _at_a_bound(attempt):
            yield from findings_on_acceptance(history, attempt, ["in the new month"], control=False)
        if attempt.accepted and not any(reason.force is Force.MUST for reason in attempt.reasons):
            accepted[text] = now


def _at_a_bound(attempt: PurchaseAttempt) -> bool:
    """Whether the Start is a bound of its window, which is the matter of the rules on the bounds."""
    return attempt.start in (month_start(attempt.call.now.latest), attempt.call.now.latest)
