"""start-format: how a Start is written."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.cases.case import Written
from conformance.rules.history import History, PurchaseAttempt
from conformance.rules.registry import Finding, Level, reference_page, rule
from conformance.rules.shared_checks import by_first_purchase, findings_on_acceptance, refused_for
from conformance.spec.calendar import format_timestamp, parse_iso8601, permitted_ends
from conformance.targets.capabilities import Capability

_FORMAT = reference_page("Start", "YYYY-MM-DDTHH:mm:SSZ, where T and Z are literal characters")
_OFFERING = frozenset({Capability.OFFERINGS})
OTHER_FORMS = "start-format/rejects-other-forms"
IMPOSSIBLE = "start-format/rejects-impossible"


@rule(
    "start-format/accepts",
    Level.MUST,
    "Every existing date and time written as YYYY-MM-DDTHH:mm:SSZ is read as that instant in UTC.",
    _FORMAT,
    needs=_OFFERING | {Capability.ACCOUNTS},
    classes=("accepted", "read as that instant"),
    classes_with={Capability.CLOCK: ("a leap day", "a 31st", "the last second of a day", "midnight")},
)
def accepts(history: History) -> Iterator[Finding]:
    """A first purchase inside the window is accepted, and its reservation starts at the instant that was written."""
    for attempt in history.alone():
        if attempt.must_succeed and by_first_purchase(attempt):
            yield from findings_on_acceptance(history, attempt, _kinds_of_instant(attempt), control=False)
            yield from _read_as_sent(attempt)


def _kinds_of_instant(attempt: PurchaseAttempt) -> Iterator[str]:
    start = attempt.start
    assert start is not None
    yield "accepted"
    if (start.month, start.day) == (2, 29):
        yield "a leap day"
    if start.day == 31:
        yield "a 31st"
    time_of_day = (start.hour, start.minute, start.second)
    if time_of_day == (23, 59, 59):
        yield "the last second of a day"
    if time_of_day == (0, 0, 0):
        yield "midnight"


def _read_as_sent(attempt: PurchaseAttempt) -> Iterator[Finding]:
    reservation, months = attempt.reservation or {}, (attempt.offering or {}).get("duration")
    shown, end = parse_iso8601(reservation.get("start")), parse_iso8601(reservation.get("end"))
    if shown is None or attempt.start is None:
        return
    # An End that follows from the Start that was sent shows that only the echo is wrong.
    read_right = shown == attempt.start or (type(months) is int and end in permitted_ends(attempt.start, months))
    problem = "" if read_right else f"read Start {format_timestamp(attempt.start)} as {format_timestamp(shown)}"
    yield Finding("read as that instant", attempt.call, problem, f"the instant {format_timestamp(attempt.start)}")


def form_of(attempt: PurchaseAttempt) -> Iterator[str]:
    """The name of the form in which a Start was written."""
    start = attempt.step.start
    yield start.form if isinstance(start, Written) else "free text"


rule(
    OTHER_FORMS,
    Level.MUST,
    "A Start in any other form than YYYY-MM-DDTHH:mm:SSZ is refused with BadRequestException.",
    _FORMAT,
    buys=False,
    needs=_OFFERING,
    classes=(
        "offset", "no zone", "named zone", "lower-case t", "lower-case z", "separator", "fraction", "date alone",
        "no seconds", "no minutes", "before it", "after it", "other digits", "two-digit year", "signed year",
        "basic form", "half-basic form", "slashes", "epoch seconds", "epoch milliseconds", "12-hour", "RFC 1123",
        "week date", "day of the year", "no leading zero", "free text",
    ),
)(refused_for(OTHER_FORMS, form_of))  # fmt: skip


rule(
    IMPOSSIBLE,
    Level.MUST,
    "A date or time that does not exist is refused with BadRequestException, though it has the right form.",
    _FORMAT,
    buys=False,
    needs=_OFFERING,
    classes=(
        "February 30", "February 31", "a day past the month's end", "month 13", "month 0", "day 0", "day 32",
        "hour 24", "hour 25", "minute 60", "second 60", "second 99",
    ),
    classes_with={Capability.CLOCK: ("February 29 of a common year",)},
)(refused_for(IMPOSSIBLE, form_of))  # fmt: skip
