"""exclusivity: an account with an active reservation cannot purchase another offering."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.cases.case import Purchase
from conformance.rules.change import findings_on_change
from conformance.rules.history import History, PurchaseAttempt
from conformance.rules.linearizability import judge_concurrency
from conformance.rules.registry import Finding, Level, reference_page, rule, service_model
from conformance.rules.shared_checks import findings_on_acceptance, findings_on_refusal, format_attempt
from conformance.spec.calendar import SECOND, month_start
from conformance.spec.model import SECOND_REFUSED, Reservation, documented
from conformance.spec.service import ACTIVE, BAD_REQUEST, FORBIDDEN, Operation
from conformance.targets.capabilities import Capability

_ACTIVE = reference_page(
    "PurchaseOffering", "If you already have an active reservation, you can't purchase another offering"
)
_END = reference_page("End", "The day and time that this reservation expires")
_OFFERING = frozenset({Capability.OFFERINGS})
_FRESH = frozenset({Capability.ACCOUNTS, Capability.OFFERINGS})
_FRESH_AND_CLOCK = _FRESH | {Capability.CLOCK}
_LISTING = frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS})


def _ended(standing: Reservation, attempt: PurchaseAttempt) -> bool:
    return bool(standing.ends) and attempt.call.now.earliest > max(standing.ends)


def _barred(history: History) -> Iterator[tuple[PurchaseAttempt, Reservation, bool]]:
    """Attempts that an active reservation alone demands to refuse, with it, and whether one ended before it."""
    for attempt in history.alone():
        if attempt.only_reason(SECOND_REFUSED) is None:
            continue
        here = attempt.standing_here()
        current = [standing for standing in here if not _ended(standing, attempt)]
        if current:
            yield attempt, current[0], len(current) < len(here)


def _clock_moved(attempt: PurchaseAttempt, standing: Reservation) -> bool:
    """Whether the clock was set forward since the purchase; a wall clock moves a little, which does not count."""
    return attempt.call.now.exact and attempt.call.now.earliest > standing.bought.latest


def _what_differs(attempt: PurchaseAttempt, history: History) -> Iterator[str]:
    first = next((made for made, _ in history.made() if made.call.place == attempt.call.place), None)
    if first is None:
        yield "while an earlier reservation is active"
        return
    now, then = attempt.call.parameters, first.call.parameters
    names = {"OfferingArn": "another offering", "ReservationName": "another name", "Start": "another Start"}
    differing = [label for member, label in names.items() if now.get(member) != then.get(member)]
    yield from differing or ["the same again"]


@rule(
    SECOND_REFUSED,
    Level.MUST,
    "While a reservation is active every further purchase in its account is refused, be offering, name and Start the "
    "same or others.",
    _ACTIVE,
    needs=_OFFERING,
    classes=("the same again", "another name", "another Start"),
    classes_with={Capability.SEED: ("another offering",)},
)
def second_refused(history: History) -> Iterator[Finding]:
    """Attempts after a first purchase, at the same time; the exception by which they are refused is another rule's."""
    for attempt, standing, after_another in _barred(history):
        if not after_another and not _clock_moved(attempt, standing):
            yield from findings_on_refusal(history, attempt, _what_differs(attempt, history), any_refusal=True)


@rule(
    "exclusivity/refusal",
    Level.MUST,
    "The refusal of a further purchase is a documented client error: BadRequestException or ForbiddenException.",
    reference_page("Exceptions"),
    needs=_OFFERING,
    classes=("refused",),
)
def refusal(history: History) -> Iterator[Finding]:
    """Which of the two it is, is observed."""
    permitted = frozenset({BAD_REQUEST, FORBIDDEN})
    for attempt, _, _ in _barred(history):
        refused = attempt.refusal
        if refused is not None:
            wrong = refused.exception not in permitted or refused.has_undocumented_type
            problem = f"refused {format_attempt(attempt)} with {refused}" if wrong else ""
            yield Finding("refused", attempt.call, problem, documented(permitted), "" if wrong else refused.exception)


@rule(
    "exclusivity/first-unchanged",
    Level.MUST,
    "A refused attempt leaves the active reservation as it was.",
    _ACTIVE,
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_RESERVATION, Operation.LIST_RESERVATIONS}),
    needs=_OFFERING,
    classes=("described", "listed"),
)
def first_unchanged(history: History) -> Iterator[Finding]:
    """The same operation shows the same before and after the attempt."""
    for attempt, standing, _ in _barred(history):
        yield from findings_on_change(history, attempt, standing, _LOOKS)


_LOOKS = {Operation.DESCRIBE_RESERVATION: "described", Operation.LIST_RESERVATIONS: "listed"}


@rule(
    "exclusivity/at-most-one-active",
    Level.MUST,
    "No sequence of calls ever shows two ACTIVE reservations in one account and Region.",
    _ACTIVE,
    operations=_LISTING,
    needs=_OFFERING,
    classes=("after a further purchase",),
    classes_with={Capability.CLOCK: ("after the next reservation",)},
)
def at_most_one_active(history: History) -> Iterator[Finding]:
    """Every listing that follows more than one purchase attempt; pages of one walk count together."""
    for number in dict.fromkeys(call.step_number for call in history.trace.of(Operation.LIST_RESERVATIONS)):
        calls = [call for call in history.trace.at_step(number) if not call.concurrent]
        if not calls:
            continue
        attempts = [a for a in history.attempts if a.call.step_number < number and a.call.place == calls[0].place]
        if len(attempts) < 2:
            continue
        active = {s.arn for s in history.observations if s.call in calls and s.state == ACTIVE}
        label = "after the next reservation" if sum(a.accepted for a in attempts) > 1 else "after a further purchase"
        problem = f"listed {len(active)} ACTIVE reservations" if len(active) > 1 else ""
        yield Finding(label, calls[-1], problem, "at most one ACTIVE reservation")


@rule(
    "exclusivity/held-until-end",
    Level.MUST,
    "The refusals last to the last second before End, into later months.",
    _END,
    needs=_FRESH_AND_CLOCK,
    classes=("later in the month", "in a later month", "in the last second before End"),
)
def held_until_end(history: History) -> Iterator[Finding]:
    """Attempts after the clock was set forward."""
    for attempt, standing, _ in _barred(history):
        if _clock_moved(attempt, standing):
            yield from findings_on_refusal(history, attempt, [_how_late(attempt, standing)], any_refusal=True)


def _how_late(attempt: PurchaseAttempt, standing: Reservation) -> str:
    now = attempt.call.now.latest
    if now + SECOND == min(standing.ends):
        return "in the last second before End"
    if month_start(now) == month_start(standing.bought.latest):
        return "later in the month"
    return "in a later month"


@rule(
    "exclusivity/freed-from-end",
    Level.MUST,
    "From the second after End on the account can purchase again, and the new reservation excludes in its turn.",
    _END,
    needs=_FRESH_AND_CLOCK,
    classes=("in the second after End", "later", "the new reservation excludes"),
)
def freed_from_end(history: History) -> Iterator[Finding]:
    """Purchases after End, and contests of the next reservation; at the instant of End itself it is observed."""
    for attempt, standing, after_another in _barred(history):
        if after_another and not _clock_moved(attempt, standing):
            yield from findings_on_refusal(history, attempt, ["the new reservation excludes"], any_refusal=True)
    for attempt in history.alone():
        here = attempt.standing_here()
        if not here:
            continue
        latest_end = max((max(standing.ends) for standing in here if standing.ends), default=None)
        if latest_end == attempt.call.now.earliest and attempt.call.now.exact:
            yield Finding("at End itself", attempt.call, observed="free" if attempt.accepted else "held")
        elif _free_again(attempt):
            first = latest_end is not None and attempt.call.now.latest - latest_end <= SECOND
            yield from findings_on_acceptance(history, attempt, ["in the second after End" if first else "later"])


def _free_again(attempt: PurchaseAttempt) -> bool:
    return attempt.must_succeed and all(standing.certain and _ended(standing, attempt) for standing in _own(attempt))


def _own(attempt: PurchaseAttempt) -> tuple[Reservation, ...]:
    return tuple(standing for standing in attempt.state.standings if standing.account == attempt.call.account)


def _same_terms(one: PurchaseAttempt, other: PurchaseAttempt) -> bool:
    def terms(step: Purchase) -> tuple[object, ...]:
        return step.offering, step.name, step.start, step.mutation

    return terms(one.step) == terms(other.step)


@rule(
    "exclusivity/per-account",
    Level.MUST,
    "One account's reservation blocks no other account.",
    _ACTIVE,
    needs=_FRESH | {Capability.OTHER_ACCOUNTS},
    classes=("while another account has an active reservation",),
)
def per_account(history: History) -> Iterator[Finding]:
    """What the first account was given, the next is given too."""
    for attempt in history.alone():
        if not attempt.must_succeed or _own(attempt):
            continue
        others = [
            made for made, _ in history.made() if _same_terms(made, attempt) and made.call.ended < attempt.call.began
        ]
        active = [s for s in attempt.state.standings if s.ends and attempt.call.now.latest < min(s.ends) and s.certain]
        if others and active:
            label = "while another account has an active reservation"
            # The control is in the case: the same purchase by the account that came first.
            yield from findings_on_acceptance(history, attempt, [label], control=False)


rule(
    "exclusivity/concurrent",
    Level.MUST,
    "Of purchases made at the same time in one account exactly one succeeds and one reservation exists; every history "
    "of concurrent calls could have happened one call after the other.",
    _ACTIVE,
    operations=_LISTING,
    needs=_FRESH,
    classes=("the same purchase several times", "different purchases", "purchases and reads"),
)(judge_concurrency)


@rule(
    "exclusivity/other-region",
    Level.OBSERVE,
    "Whether an active reservation in one Region blocks a purchase in another is left open, and observed.",
    service_model("ListOfferings", "available to this account in the current Amazon Web Services Region"),
    needs=_FRESH | {Capability.REGIONS},
    classes=("in another Region",),
)
def other_region(history: History) -> Iterator[Finding]:
    """Attempts in a Region without reservations, while another Region of the account has an active one."""
    for attempt in history.alone():
        elsewhere = [s for s in _own(attempt) if s.region != attempt.call.region and not _ended(s, attempt)]
        known = attempt.accepted or attempt.refusal is not None
        if elsewhere and not attempt.standing_here() and not attempt.must_fail and known:
            yield Finding("in another Region", attempt.call, observed="free" if attempt.accepted else "blocked")
