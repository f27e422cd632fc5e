"""exclusivity: an account with an active reservation cannot purchase another offering."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from conformance.rules.change import findings_on_change
from conformance.rules.found_once import found_once
from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import FRESH, FRESH_AND_CLOCK, OFFERING, Finding, Level, Premise, rule
from conformance.rules.shared_checks import (
    findings_on_acceptance,
    findings_on_refusal,
    format_attempt,
    shortened,
    when_before_end,
)
from conformance.spec.calendar import SECOND
from conformance.spec.demands import Cause, format_exceptions
from conformance.spec.model import REFUSALS_WHILE_ACTIVE
from conformance.spec.outcomes import text_of
from conformance.spec.request import Place
from conformance.spec.service import ACTIVE, Operation
from conformance.spec.sources import reference_page, service_model
from conformance.spec.state import LONG_AGO, Reservation
from conformance.targets.capabilities import Capability

_ACTIVE = reference_page(
    "PurchaseOffering", "If you already have an active reservation, you can't purchase another offering"
)
_END = reference_page(
    "End",
    "The day and time that this reservation expires",
    "A reservation is active from its start until it expires, by the definition in ListOfferings of the model.",
)


@found_once
def _barred(history: History) -> Iterator[tuple[RecordedCall, Reservation, bool]]:
    """Attempts that an active reservation alone demands to refuse, with it, and whether one ended before it."""
    for attempt in history.alone:
        if attempt.only_demand(Cause.ACTIVE_RESERVATION) is None:
            continue
        here = attempt.reservations_here()
        current = [one for one in here if one.is_active(attempt.now)]
        if current:
            ended = any(one.is_over(attempt.now) and one.bought != LONG_AGO for one in here)
            yield attempt, current[0], ended


def _clock_moved(attempt: RecordedCall, one: Reservation) -> bool:
    """Whether the clock was set forward since the purchase; a wall clock moves a little, which does not count."""
    return attempt.now.exact and attempt.now.earliest > one.bought.latest


def _what_differs(attempt: RecordedCall, one: Reservation) -> Iterator[str]:
    if not one.offering_arn:
        yield "while an earlier reservation is active"
        return
    now = attempt.reading
    same = {
        "another offering": now.arn == one.offering_arn,
        "another name": now.name_text == one.name,
        "another Start": now.start_text == one.start,
    }
    differing = [label for label, is_same in same.items() if not is_same]
    yield from differing or ["the same again"]


@rule(
    "exclusivity/second-refused",
    Level.MUST,
    "While a reservation is active every further purchase in its account is refused, be offering, name and Start the "
    "same or others; a repeat of the very same request may be answered with the reservation that exists.",
    _ACTIVE,
    needs=OFFERING,
    classes=("the same again", "another name", "another Start"),
    classes_with={Capability.SEED: ("another offering",)},
    cause=Cause.ACTIVE_RESERVATION,
)
def second_refused(history: History) -> Iterator[Finding]:
    """Attempts after a first purchase, at the same time; the exception by which they are refused is another rule's."""
    for attempt, one, after_another in _barred(history):
        if not after_another and not _clock_moved(attempt, one):
            yield from findings_on_refusal(history, attempt, _what_differs(attempt, one), any_refusal=True)


@rule(
    "exclusivity/repeated-request",
    Level.OBSERVE,
    "Whether a repeat of the very same request is refused, or answered with the reservation that exists, is left open, "
    "and observed.",
    _ACTIVE,
    needs=OFFERING,
    classes=("the same again",),
)
def repeated_request(history: History) -> Iterator[Finding]:
    """Attempts with the parameters of the active reservation."""
    for attempt, one, _ in _barred(history):
        if attempt.is_definite and list(_what_differs(attempt, one)) == ["the same again"]:
            choice = "refused" if attempt.refusal else "answered with it" if attempt.repeats else ""
            yield Finding("the same again", attempt, observed=choice)


@rule(
    "exclusivity/refusal",
    Level.MUST,
    "The refusal of a further purchase is a documented client error: BadRequestException, ForbiddenException or "
    "NotFoundException.",
    service_model(
        "ListOfferings",
        "If you have an active reservation [...], your account isn't eligible for other offerings",
        "Whether that is a bad request, forbidden, or an offering that is not to be found, no document says.",
        operation="ListOfferings",
    ),
    needs=OFFERING,
    classes=("refused",),
)
def refusal(history: History) -> Iterator[Finding]:
    """Which of them it is, is observed."""
    for attempt, _, _ in _barred(history):
        refused = attempt.refusal
        if refused is not None:
            wrong = not attempt.permitted.permits(refused)
            problem = f"refused {format_attempt(attempt)} with {refused}" if wrong else ""
            expected = format_exceptions(REFUSALS_WHILE_ACTIVE)
            yield Finding("refused", attempt, problem, expected, "" if wrong else refused.exception)


@rule(
    "exclusivity/first-unchanged",
    Level.MUST,
    "A refused attempt leaves the active reservation as it was.",
    _ACTIVE,
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_RESERVATION, Operation.LIST_RESERVATIONS}),
    needs=OFFERING,
    classes=("described", "listed"),
)
def first_unchanged(history: History) -> Iterator[Finding]:
    """The same operation shows the same before and after the attempt."""
    for attempt, one, _ in _barred(history):
        yield from findings_on_change(history, attempt, one, _READS)


_READS = {Operation.DESCRIBE_RESERVATION: "described", Operation.LIST_RESERVATIONS: "listed"}


@rule(
    "exclusivity/at-most-one-active",
    Level.MUST,
    "No sequence of calls ever shows two ACTIVE reservations in one account and Region.",
    _ACTIVE,
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS}),
    needs=OFFERING,
    classes=("after a further purchase",),
    classes_with={Capability.CLOCK: ("after the next reservation",)},
)
def at_most_one_active(history: History) -> Iterator[Finding]:
    """Every list that follows more than one purchase attempt; the pages of one pagination count together."""
    attempts: dict[Place, list[int]] = {}
    accepted: dict[Place, list[int]] = {}
    for one in history.purchases:
        attempts.setdefault(one.place, []).append(one.number)
        if one.accepted:
            accepted.setdefault(one.place, []).append(one.number)
    for pagination in history.paginations:
        if pagination.operation is not Operation.LIST_RESERVATIONS or not pagination.is_undisturbed:
            continue
        last = pagination.pages[-1]
        if bisect_left(attempts.get(pagination.place, ()), last.number) < 2:
            continue
        active = {
            str(item.get("reservationArn")): text_of(item, "reservationName")
            for item in pagination.items()
            if item.get("reservationState") == ACTIVE
        }
        several = bisect_left(accepted.get(pagination.place, ()), last.number) > 1
        names = ", ".join(shortened(name, 40) for name in islice(active.values(), 3))
        problem = f"listed {len(active)} ACTIVE reservations: {names}" if len(active) > 1 else ""
        label = "after the next reservation" if several else "after a further purchase"
        yield Finding(label, last, problem, "at most one ACTIVE reservation")


@rule(
    "exclusivity/held-until-end",
    Level.MUST,
    "The refusals last to the last second before End, into later months.",
    _END,
    needs=FRESH_AND_CLOCK,
    classes=("later in the month", "in a later month", "in the last second before End"),
)
def held_until_end(history: History) -> Iterator[Finding]:
    """Attempts after the clock was set forward."""
    for attempt, one, _ in _barred(history):
        if _clock_moved(attempt, one):
            yield from findings_on_refusal(history, attempt, [when_before_end(attempt.now, one)], any_refusal=True)


@rule(
    "exclusivity/freed-from-end",
    Level.MUST,
    "From the second after End on the account can purchase again, and the new reservation excludes in its turn.",
    _END,
    needs=FRESH_AND_CLOCK,
    classes=("in the second after End", "later", "the new reservation excludes"),
    premise=Premise.FREED,
)
def freed_from_end(history: History) -> Iterator[Finding]:
    """Purchases after End, and contests of the next reservation; at the instant of End itself it is observed."""
    for attempt, one, after_another in _barred(history):
        if after_another and not _clock_moved(attempt, one):
            yield from findings_on_refusal(history, attempt, ["the new reservation excludes"], any_refusal=True)
    for attempt in history.alone:
        here = [one for one in attempt.reservations_of_account() if one.certain and one.bought != LONG_AGO]
        if not here:
            continue
        latest_end = max((max(one.ends) for one in here if one.ends), default=None)
        if latest_end == attempt.now.earliest and attempt.now.exact:
            if attempt.accepted or (attempt.refusal is not None and not attempt.may_have_unseen_reservations):
                yield Finding("at End itself", attempt, observed="free" if attempt.accepted else "held")
        elif attempt.must_succeed:
            first = latest_end is not None and attempt.now.latest - latest_end <= SECOND
            yield from findings_on_acceptance(history, attempt, ["in the second after End" if first else "later"])


@rule(
    "exclusivity/per-account",
    Level.MUST,
    "One account's reservation blocks no other account.",
    _ACTIVE,
    needs=FRESH | {Capability.OTHER_ACCOUNTS},
    classes=("while another account has an active reservation",),
    premise=Premise.ACCOUNTS_APART,
)
def per_account(history: History) -> Iterator[Finding]:
    """What the first account was given, the next is given too."""
    for attempt in history.alone:
        if not attempt.must_succeed or not attempt.is_unused:
            continue
        active = [one for one in attempt.before.reservations if one.is_active(attempt.now)]
        if any(_has_same_terms(one, attempt) for one in active):
            label = "while another account has an active reservation"
            # The control is in the trace: the same purchase by the account that came first.
            yield from findings_on_acceptance(history, attempt, [label], control=False)


def _has_own(attempt: RecordedCall) -> bool:
    """Whether the Region of the attempt itself had a reservation that may stand in the way."""
    return any(not one.is_over(attempt.now) for one in attempt.reservations_here())


def _has_same_terms(one: Reservation, attempt: RecordedCall) -> bool:
    """Whether the other account purchased the same, as far as the ARNs of two accounts can be compared."""
    theirs = attempt.before.offerings_of(one.place).by_arn.get(one.offering_arn, {})
    mine = attempt.offering or {}
    same_offering = theirs.get("duration") == mine.get("duration")
    return same_offering and (one.name, one.start) == (attempt.reading.name_text, attempt.reading.start_text)


@rule(
    "exclusivity/other-region",
    Level.OBSERVE,
    "Whether an active reservation in one Region blocks a purchase in another is left open, and observed.",
    service_model(
        "ListOfferings",
        "available to this account in the current Amazon Web Services Region",
        operation="ListOfferings",
    ),
    needs=FRESH | {Capability.REGIONS},
    classes=("in another Region",),
    cause=Cause.OTHER_REGION,
)
def other_region(history: History) -> Iterator[Finding]:
    """Attempts in a Region without reservations, while another Region of the account has an active one."""
    for attempt in history.alone:
        elsewhere = [one for one in attempt.reservations_of_account() if one.place != attempt.place]
        active = any(one.is_active(attempt.now) for one in elsewhere)
        known_why = attempt.accepted or (attempt.refusal is not None and not attempt.may_have_unseen_reservations)
        if active and not _has_own(attempt) and not attempt.must_fail and known_why:
            yield Finding("in another Region", attempt, observed="free" if attempt.accepted else "blocked")
