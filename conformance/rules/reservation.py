"""reservation: what a purchase gives back, and whether the reading operations agree with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.rules.comparison import differences
from conformance.rules.history import History
from conformance.rules.pagination import Pagination
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import FRESH, OFFERING, Finding, Level, Premise, rule
from conformance.rules.shared_checks import shortened
from conformance.spec.outcomes import Answered, Wire, text_of
from conformance.spec.service import COPIED_MEMBERS, Operation
from conformance.spec.sources import convention, reference_page, service_model
from conformance.targets.capabilities import Capability


@rule(
    "reservation/echoes-request",
    Level.MUST,
    "OfferingArn, ReservationName and Start come back as they were sent, character by character.",
    reference_page(
        "Response Structure",
        "The name that you assigned to the reservation when you purchased the offering",
        "A value that the caller set is shown as it was set.",
    ),
    needs=OFFERING,
    classes=("offeringArn", "reservationName", "start"),
)
def echoes_request(history: History) -> Iterator[Finding]:
    """Every reservation that a purchase shows, whatever name it accepted, where the Start is right."""
    for attempt, reservation in history.purchased:
        if attempt.start is None or attempt.reading.body_flaws or attempt.reading.in_other_case:
            continue
        reading = attempt.reading
        sent = {
            "offeringArn": reading.arn if attempt.offering else None,
            "reservationName": reading.name_text or None,
            "start": reading.start_text,
        }
        for member, value in sent.items():
            shown = reservation.get(member)
            if value is not None and isinstance(shown, str):
                problem = f"sent {member} {shortened(value, 200)}, showed {shortened(shown, 200)}"
                # What was taken from another place is the matter of another rule.
                depends_on = frozenset({Premise.PLACES}) if reading.unknown else frozenset[Premise]()
                expected = f"{member} {shortened(value, 200)}"
                yield Finding(member, attempt, problem if shown != value else "", expected, depends_on=depends_on)


@rule(
    "reservation/copies-offering",
    Level.MUST,
    "Duration, units, description, price, currency and resource specification of a reservation are its offering's.",
    reference_page("Response Structure", "MediaConnect defines this value in the offering"),
    needs=OFFERING,
    classes=("a purchase",),
    classes_with={Capability.SEED: ("another offering than the first",)},
)
def copies_offering(history: History) -> Iterator[Finding]:
    """Against the offering as the target defined or showed it."""
    for attempt, reservation in history.purchased:
        offering = attempt.offering
        if offering is None:
            continue
        changed = differences(offering, reservation, COPIED_MEMBERS)
        problem = f"the reservation differs from its offering: {changed}" if changed else ""
        for label in _kinds_of_offering(history, attempt):
            yield Finding(label, attempt, problem, "the offering's own values")


def _kinds_of_offering(history: History, attempt: RecordedCall) -> Iterator[str]:
    yield "a purchase"
    offerings = attempt.before.offerings_of(attempt.place).by_arn
    if next(iter(offerings)) != attempt.reading.arn:
        yield "another offering than the first"
    specification = offerings[attempt.reading.arn or ""].get("resourceSpecification")
    if history.trace.defined and isinstance(specification, dict):
        yield "without a bit rate" if specification.get("reservedBitrate") is None else "with a bit rate"


@rule(
    "reservation/arn-unique",
    Level.MUST,
    "A ReservationArn is no other reservation's, and not the offering's.",
    reference_page(
        "ReservationArn",
        "The Amazon Resource Name (ARN) that MediaConnect assigns to the reservation when you purchase an offering",
        "DescribeReservation takes nothing but this ARN, so that it must tell a reservation from all others.",
    ),
    needs=FRESH,
    classes=("of several accounts",),
    classes_with={Capability.CLOCK: ("of one account",)},
)
def arn_unique(history: History) -> Iterator[Finding]:
    """All reservations that one trace makes, in one account or in several, also with the same name and Start."""
    seen: dict[str, RecordedCall] = {}
    for attempt, reservation in history.purchased:
        arn = text_of(reservation, "reservationArn")
        if not arn:
            continue
        taken = arn in seen or arn == attempt.reading.arn
        problem = f"gave the ReservationArn {shortened(arn, 200)} again" if taken else ""
        for other in seen.values():
            label = "of one account" if other.place.account == attempt.place.account else "of several accounts"
            yield Finding(label, attempt, problem, "a ReservationArn of its own")
        if taken and not seen:
            yield Finding("of several accounts", attempt, problem, "an ARN other than the offering's")
        seen[arn] = attempt


@rule(
    "reservation/arn-form",
    Level.SHOULD,
    "A ReservationArn is an ARN of mediaconnect in the Region and account of the request.",
    convention(
        "ARN",
        "Resources of AWS have ARNs with partition, service, Region and account in this order. "
        "Without the control API, which names accounts, it is the target's own choice which number an access key has.",
    ),
    # A target with one account may have another number for it than the request.
    needs=OFFERING | {Capability.OTHER_ACCOUNTS},
    classes=("purchased",),
)
def arn_form(history: History) -> Iterator[Finding]:
    """The fields before the last: arn, a partition, mediaconnect, Region, account.

    Which number a target has for an access key is its own matter, unless it has the control API; no two have the same.
    """
    of_whom: dict[str, str] = {}
    for attempt, reservation in history.purchased:
        arn, account = text_of(reservation, "reservationArn"), attempt.place.account
        if not arn or history.trace.accounts.only:
            continue
        shown = _account_in(arn, attempt.place.region)
        is_its_alone = of_whom.setdefault(shown, account) == account and re.fullmatch("[0-9]{12}", shown) is not None
        may_differ = is_its_alone and not history.trace.defined
        if shown != account and may_differ and len(of_whom) == 1:
            continue  # nothing tells yet whether others have this number too
        problem = "" if shown == account or may_differ else f"gave the ReservationArn {shortened(arn)}"
        yield Finding("purchased", attempt, problem, f"arn:aws:mediaconnect:{attempt.place.region}:{account}:…")


def _account_in(arn: str, region: str) -> str:
    """The account that an ARN of mediaconnect in the Region names; empty for any other text."""
    fields = arn.split(":", 5)
    is_of_region = len(fields) == 6 and fields[0] == "arn" and fields[2:4] == ["mediaconnect", region]
    return fields[4] if is_of_region else ""


@rule(
    "reservation/describe-agrees",
    Level.MUST,
    "DescribeReservation shows the reservation that the purchase returned; only the state may differ.",
    service_model(
        "DescribeReservation",
        "Displays the details of a reservation",
        "The details of one reservation are the same in every answer.",
        operation="DescribeReservation",
    ),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_RESERVATION}),
    needs=OFFERING,
    classes=("described",),
    premise=Premise.DESCRIBED,
)
def describe_agrees(history: History) -> Iterator[Finding]:
    """Descriptions while the clock stands as at the purchase; a refusal also later, while a list shows it."""
    described = list(history.of(Operation.DESCRIBE_RESERVATION))
    for attempt, reservation in history.purchased if described else ():
        arn = text_of(reservation, "reservationArn")
        for one in described:
            if not arn or one.reading.arn != arn or not one.reading.is_plain:
                continue
            is_just_made = _is_later(one, attempt) and not _is_left_to_others(history, arn, one)
            if one.refusal is not None and (is_just_made or _is_listed(history, attempt, arn, one)):
                what = "the reservation just made" if is_just_made else "a reservation that it lists"
                problem = f"refused to describe {what}, with {one.refusal}"
                yield Finding("described", one, problem, "200 and the reservation")
            elif is_just_made and isinstance(one.outcome, Answered):
                changed = differences(reservation, one.reservation or {})
                problem = f"described the reservation otherwise than purchased: {changed}" if changed else ""
                yield Finding("described", one, problem, "the reservation as PurchaseOffering returned it")


def _is_listed(history: History, attempt: RecordedCall, arn: str, one: RecordedCall) -> bool:
    """Whether a list beside the description, of the same place and time, shows what was purchased: then it exists."""
    if one.place != attempt.place or not one.now.exact or one.call.concurrent:
        return False
    lists = (seen.recorded for seen in history.observations_of(arn, Operation.LIST_RESERVATIONS))
    beside = (one.place, one.now, one.before.changes)
    return any((page.place, page.now, page.before.changes) == beside for page in lists)


def _is_left_to_others(history: History, arn: str, one: RecordedCall) -> bool:
    """Whether what is shown at the time of a read is the matter of other rules.

    After End that is what becomes of a reservation over time; and two reservations must not have one ARN.
    """
    known = history.final.reservation(arn)
    over = known is not None and known.place == one.place and bool(known.ends) and one.now.latest >= min(known.ends)
    return over or _is_shared(history, arn)


def _is_shared(history: History, arn: str) -> bool:
    """Whether several purchases gave this ARN, so that what is shown under it may be any of theirs."""
    return sum(text_of(reservation, "reservationArn") == arn for _, reservation in history.purchased) > 1


def _is_later(one: RecordedCall, purchase: RecordedCall) -> bool:
    """Whether a read follows the purchase, in its own place and, where the clock can be set, at its own time."""
    same_time = not one.now.exact or one.now == purchase.now
    after = one.call.began >= purchase.call.ended and one.number > purchase.number
    return one.place == purchase.place and after and same_time and not one.call.concurrent


def _is_active_later(history: History, one: RecordedCall, purchase: RecordedCall, arn: str) -> bool:
    """Whether a read follows the purchase in its own place, at a later time that was set, and before End."""
    after = one.place == purchase.place and one.number > purchase.number and not one.call.concurrent
    if not after or not one.now.exact or one.now.earliest <= purchase.now.latest:
        return False
    known = history.final.reservation(arn)
    return known is not None and known.is_active(one.now)


@rule(
    "reservation/list-agrees",
    Level.MUST,
    "ListReservations shows the reservation that the purchase returned; only the state may differ.",
    service_model(
        "ListReservations",
        "Displays a list of all reservations that have been purchased by this account",
        operation="ListReservations",
    ),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS}),
    needs=OFFERING,
    classes=("listed",),
    premise=Premise.LISTED,
)
def list_agrees(history: History) -> Iterator[Finding]:
    """Whole paginations while the clock stands as at the purchase; and what a list shows that is read meanwhile.

    At a later time before End a list may not leave the reservation out; what else becomes of it is for other rules.
    """
    paginations = list(history.whole_paginations(Operation.LIST_RESERVATIONS))
    for attempt, reservation in history.purchased:
        arn = text_of(reservation, "reservationArn")
        if arn and attempt.call.concurrent and not _is_shared(history, arn):
            yield from _findings_meanwhile(history, attempt, reservation, arn)
        for pagination in paginations if arn and attempt.start is not None else ():
            what = _what_is_due(history, pagination, attempt, arn)
            if what and not _is_left_to_others(history, arn, pagination.pages[-1]):
                yield from _finding_on_list(pagination, reservation, what)


def _what_is_due(history: History, pagination: Pagination, attempt: RecordedCall, arn: str) -> str:
    """What a list must show of a purchase, in words; empty where it is for other rules to say."""
    first = pagination.pages[0]
    if _is_later(first, attempt):
        return "the reservation just made"
    is_left_out = _is_active_later(history, first, attempt, arn) and _shown_on(pagination, arn) is None
    return "a reservation whose End is to come" if is_left_out else ""


def _findings_meanwhile(history: History, attempt: RecordedCall, reservation: Wire, arn: str) -> Iterator[Finding]:
    """Lists that are read while the reservation is made: they need not show it, but show it as it is."""
    for one in history.observations_of(arn, Operation.LIST_RESERVATIONS):
        if one.recorded.call.concurrent and one.recorded.place == attempt.place:
            changed = differences(reservation, one.wire)
            problem = f"listed the reservation otherwise than purchased: {changed}" if changed else ""
            yield Finding("listed", one.recorded, problem, "the reservation as PurchaseOffering returned it")


def _shown_on(pagination: Pagination, arn: str) -> Wire | None:
    return next((item for item in pagination.items() if item.get("reservationArn") == arn), None)


def _finding_on_list(pagination: Pagination, reservation: Wire, what: str) -> Iterator[Finding]:
    arn = text_of(reservation, "reservationArn")
    shown = _shown_on(pagination, arn)
    if shown is None and len(pagination.pages) > 1:
        return  # lost between pages, which is the matter of lists/pages-cover-once
    changed = differences(reservation, shown) if shown is not None else ""
    problem = f"listed the reservation otherwise than purchased: {changed}" if changed else ""
    if shown is None:
        problem = f"left out {what}, {shortened(arn, 200)}"
    yield Finding("listed", pagination.pages[-1], problem, "the reservation as PurchaseOffering returned it")
