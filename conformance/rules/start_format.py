"""start-format: how a Start is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import FRESH, OFFERING, Finding, Level, Premise, rule
from conformance.rules.shared_checks import findings_on_acceptance, is_plain_first, premise_of_acceptance, refused_for
from conformance.spec.calendar import format_timestamp, parse_iso8601, permitted_ends
from conformance.spec.demands import Cause
from conformance.spec.outcomes import months_of
from conformance.spec.sources import reference_page
from conformance.spec.start_kinds import IMPOSSIBLE, OTHER_FORMS, kind_of_form, kind_of_impossible, kinds_of_instant
from conformance.targets.capabilities import Capability

_FORMAT = reference_page(
    "Start", "Use the following format: YYYY-MM-DDTHH:mm:SSZ, where T and Z are literal characters"
)
_BOUNDS = frozenset({Premise.LOWER_BOUND, Premise.UPPER_BOUND})


@rule(
    "start-format/accepts",
    Level.MUST,
    "Every existing date and time written as YYYY-MM-DDTHH:mm:SSZ is read as that instant in UTC.",
    _FORMAT,
    needs=FRESH,
    classes=("accepted", "read as that instant"),
    classes_with={Capability.CLOCK: ("a leap day", "a 31st", "the last second of a day", "midnight")},
)
def accepts(history: History) -> Iterator[Finding]:
    """A first purchase inside the window is accepted, and its reservation starts at the instant that was sent."""
    for attempt in history.alone:
        if attempt.must_succeed and is_plain_first(attempt) and attempt.start is not None:
            labels = ("accepted", *kinds_of_instant(attempt.start))
            # A Start at a bound may be refused for the bound, which is the matter of the rules on the bounds.
            bound = {premise_of_acceptance(attempt)} & _BOUNDS
            for finding in findings_on_acceptance(history, attempt, labels, control=False):
                yield replace(finding, depends_on=finding.depends_on | bound)
            yield from _read_as_sent(attempt)


def _read_as_sent(attempt: RecordedCall) -> Iterator[Finding]:
    reservation, months = attempt.reservation or {}, months_of(attempt.offering or {})
    shown, end = parse_iso8601(reservation.get("start")), parse_iso8601(reservation.get("end"))
    if shown is None or attempt.start is None:
        return
    # An End that follows from the Start that was sent shows that only the echo is wrong.
    read_right = shown == attempt.start or (months is not None and end in permitted_ends(attempt.start, months))
    sent = format_timestamp(attempt.start)
    problem = "" if read_right else f"read Start {sent} as {format_timestamp(shown)}"
    yield Finding("read as that instant", attempt, problem, f"the instant {sent}")


rejects_other_forms = rule(
    "start-format/rejects-other-forms",
    Level.MUST,
    "A Start in any other form than YYYY-MM-DDTHH:mm:SSZ is refused with BadRequestException.",
    _FORMAT,
    purchases=False,
    needs=OFFERING,
    classes=OTHER_FORMS,
    cause=Cause.OTHER_FORM,
)(refused_for(Cause.OTHER_FORM, lambda attempt: [kind_of_form(attempt.reading.start_text or "")]))


rejects_impossible = rule(
    "start-format/rejects-impossible",
    Level.MUST,
    "A date or time that does not exist is refused with BadRequestException, though it has the right form.",
    _FORMAT,
    purchases=False,
    needs=OFFERING,
    classes=tuple(kind for kind in IMPOSSIBLE if kind != "February 29"),
    classes_with={Capability.CLOCK: ("February 29",)},
    cause=Cause.IMPOSSIBLE_TIME,
)(refused_for(Cause.IMPOSSIBLE_TIME, lambda attempt: [kind_of_impossible(attempt.reading.start_text or "")]))
