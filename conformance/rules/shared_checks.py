"""What several judges share: a purchase that must be refused, or must be accepted, looked at for one rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from conformance.cases.case import PLAIN_NAME, At, Case, OfferingArn, Purchase, Written
from conformance.cases.words import WORDS_WITH_A_MEANING
from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import Finding, Judge, Premise
from conformance.spec.calendar import SECOND, Interval, format_timestamp, month_start, parse_timestamp
from conformance.spec.demands import Cause, Strength, format_exceptions
from conformance.spec.state import LONG_AGO, Reservation

Labels = Callable[[RecordedCall], Iterable[str]]

ACCOUNTS_APART = frozenset({Premise.ACCOUNTS_APART})
"""Where accounts block each other, any purchase may be refused for the reservation of another."""

_LONG_BODY = 4_096
"""Bytes beyond which a body may be refused for its length."""
_ORDINARY_LENGTHS = range(2, 33)

_NEEDLESSLY_ENCODED = re.compile(r"%(3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])", re.IGNORECASE)
# The digits of an escape mean the same in either case (RFC 3986, section 2.1); an SDK writes capitals.
_ENCODED_IN_LOWER_CASE = re.compile(r"%([0-9A-Fa-f][a-f]|[a-f][0-9A-F])")
_NO_CONTROL = frozenset(
    {Cause.OTHER_FORM, Cause.IMPOSSIBLE_TIME, Cause.BEFORE_WINDOW, Cause.AFTER_WINDOW, Cause.EMPTY_START}
)


def refused_for(cause: Cause, labels: Labels) -> Judge:
    """A judge: each purchase that this cause alone demands to refuse is refused, by an exception that is permitted."""

    def judge(history: History) -> Iterator[Finding]:
        for attempt in history.alone:
            if attempt.only_demand(cause) is not None:
                yield from findings_on_refusal(history, attempt, labels(attempt))

    return judge


def findings_on_refusal(
    history: History, attempt: RecordedCall, labels: Iterable[str], *, any_refusal: bool = False
) -> Iterator[Finding]:
    """The attempt must be refused; with `any_refusal` by whatever exception. Nothing where its outcome is not known.

    A wrong exception proves something only where a plain purchase with the same Start is not refused as well.
    """
    refusal = attempt.refusal
    if not attempt.accepted and refusal is None:
        return
    problem, control, depends_on = "", None, _premises_of_refusal(attempt)
    if refusal is None:
        problem = "" if attempt.repeats else f"accepted {format_attempt(attempt)}, but must refuse it"
    elif not (any_refusal or attempt.permitted.permits(refusal) or is_too_large(attempt)):
        problem = f"refused {format_attempt(attempt)} with {refusal}"
        control = control_of(history, attempt)
        depends_on |= premises_of_name(attempt.reading.name_text or PLAIN_NAME)
    expected = "a refusal" if any_refusal else format_exceptions(attempt.permitted.exceptions())
    for label in labels:
        yield Finding(label, attempt, problem, expected, depends_on=depends_on, control=control)


def is_too_large(one: RecordedCall) -> bool:
    """Whether a long body was refused for its length alone, which a server need not read (RFC 9110, 15.5.14)."""
    return one.refusal is not None and one.refusal.status == 413 and len(one.call.request.body) > _LONG_BODY


def _premises_of_refusal(attempt: RecordedCall) -> frozenset[Premise]:
    """What else may be broken where a purchase is not refused as it must be."""
    premises = set()
    if attempt.reading.unknown:
        premises.add(Premise.PLACES)
    if attempt.refusal is not None and attempt.place in attempt.before.refused:
        premises.add(Premise.NO_EFFECT)
    return frozenset(premises)


def findings_on_acceptance(
    history: History, attempt: RecordedCall, labels: Iterable[str], *, control: bool = True
) -> Iterator[Finding]:
    """The attempt must be accepted. Nothing where its outcome is not known.

    With `control`, for rules that are not about the Start, a refusal proves something only where a plain purchase with
    the same Start, in a fresh account, is not refused as well. For the others that purchase is made where the name is
    unusual: refused too, it is the proof, whatever the target makes of names.
    """
    refusal = attempt.refusal
    if not attempt.accepted and refusal is None:
        return
    problem = f"refused {format_attempt(attempt)} with {refusal}, but must accept it" if refusal else ""
    of_name = premises_of_name(attempt.reading.name_text or "")
    plain = control_of(history, attempt) if problem and (control or of_name) else None
    depends_on = ACCOUNTS_APART | of_name
    for label in labels:
        yield Finding(label, attempt, problem, "201 and the reservation", depends_on=depends_on, control=plain)


def premises_of_name(name: str) -> frozenset[Premise]:
    """What else may be broken where a purchase under this name is wrongly refused: names are a should."""
    premises = set()
    if len(name) not in _ORDINARY_LENGTHS:
        premises.add(Premise.NAME_LENGTH)
    if name in WORDS_WITH_A_MEANING or not (name.isascii() and name.isalpha() and name.islower()):
        premises.add(Premise.NAME_CHARACTERS)
    return frozenset(premises)


def premise_of_acceptance(attempt: RecordedCall) -> Premise:
    """By which rule a purchase must be accepted that nothing permits to refuse."""
    if is_written_otherwise(attempt):
        return Premise.PLACES
    if any(one.bought != LONG_AGO for one in attempt.reservations_of_account()):
        return Premise.FREED
    if attempt.place in attempt.before.refused:
        return Premise.NO_EFFECT
    if any(one.bought != LONG_AGO for one in attempt.before.reservations):
        return Premise.ACCOUNTS_APART
    if attempt.start == month_start(attempt.now.latest):
        return Premise.LOWER_BOUND
    if attempt.start == attempt.now.latest:
        return Premise.UPPER_BOUND
    return Premise.INTERIOR


def is_wrong_in_itself(attempt: RecordedCall, *strengths: Strength) -> bool:
    """Whether a demand of one of these strengths asks to refuse it, whatever reservation is active."""
    demands = attempt.permitted.demands
    return any(one.strength in strengths and one.cause is not Cause.ACTIVE_RESERVATION for one in demands)


def is_plain_first(attempt: RecordedCall) -> bool:
    """Whether it is the first purchase, and its request is written as an SDK writes it."""
    return attempt.reading.is_plain and not is_written_otherwise(attempt) and is_first(attempt)


def is_written_otherwise(attempt: RecordedCall) -> bool:
    """Whether it means the same as what an SDK sends, but is written in another way: its path, or its JSON."""
    path = attempt.call.request.path
    is_encoded_otherwise = _NEEDLESSLY_ENCODED.search(path) or _ENCODED_IN_LOWER_CASE.search(path)
    return attempt.reading.is_rewritten or is_encoded_otherwise is not None


def is_first(attempt: RecordedCall) -> bool:
    """Whether nothing was purchased before it in any account, nor tried in its own: the attempt itself alone counts."""
    return attempt.place not in attempt.before.refused and all(
        one.bought == LONG_AGO for one in attempt.before.reservations
    )


def when_before_end(now: Interval, reservation: Reservation) -> str:
    """The class of a time at which a reservation is not over."""
    if now.latest + SECOND == min(reservation.ends):
        return "in the last second before End"
    if now.earliest <= reservation.bought.latest:
        return "at once"
    same_month = month_start(now.latest) == month_start(reservation.bought.latest)
    return "later in the month" if same_month else "in a later month"


def control_of(history: History, attempt: RecordedCall) -> Case | None:
    """The plainest purchase like the attempt, by Start, time and Region; None where its Start is not in the window."""
    start = parse_timestamp(attempt.reading.start_text or "")
    if start is None or any(demand.cause in _NO_CONTROL for demand in attempt.permitted.demands):
        return None
    offerings = history.trace.case.offerings
    known = list(attempt.before.offerings_of(attempt.place).by_arn)
    number = known.index(attempt.reading.arn) if attempt.reading.arn in known else 0
    region = _number_of_region(history, attempt.place.region)
    purchase = Purchase(region=region, offering=OfferingArn(number), start=Written(At(format_timestamp(start))))
    return Case(now=format_timestamp(attempt.now.latest), offerings=offerings, steps=(purchase,))


def _number_of_region(history: History, region: str) -> int:
    """The number that a Region has in the case."""
    steps = history.trace.case.steps
    numbers = (
        getattr(steps[one.call.step_number], "region", 0)
        for one in history.calls
        if one.place.region == region and 0 <= one.call.step_number < len(steps)
    )
    return next(numbers, 0)


def format_attempt(attempt: RecordedCall) -> str:
    """What is special about the attempt, such as `ReservationName 'a' with Start '2026-02-28T23:59:59Z'`."""
    reading = attempt.reading
    if reading.body:
        return f"a purchase with the body {shortened(reading.body)}"
    if attempt.offering is None:
        return f"OfferingArn {shortened(reading.arn)}"
    name, start = reading.name_text, reading.start_text
    if start is None:
        return f"ReservationName {shortened(name)} without a Start"
    if name is None:
        return f"Start {shortened(start)} without a ReservationName"
    if name == PLAIN_NAME:
        return f"Start {shortened(start)}"
    return f"ReservationName {shortened(name)} with Start {shortened(start)}"


def shortened(text: str | None, longest: int = 80) -> str:
    """The text as Python writes it, cut where it is long, with its length."""
    shown = ascii(text) if text is not None and any(not character.isprintable() for character in text) else repr(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}… ({len(text or '')} characters)"
