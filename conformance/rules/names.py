"""names: what a reservation may be called, by the user guide."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import FRESH, FRESH_AND_CLOCK, Finding, Level, Premise, rule
from conformance.rules.shared_checks import (
    findings_on_acceptance,
    findings_on_refusal,
    is_written_otherwise,
    premises_of_name,
)
from conformance.spec.demands import Cause
from conformance.spec.service import NAME_LENGTHS
from conformance.spec.sources import Source, user_guide


def _guide(derived: str) -> Source:
    """The step of the guide where the name is typed in; its rules are for the console, which calls this operation."""
    return user_guide("Purchasing an offering, Name", derived=derived)


def _name(attempt: RecordedCall) -> str:
    return attempt.reading.name_text or ""


@rule(
    "names/length",
    Level.SHOULD,
    "A name of 1 to 128 characters is accepted, a longer one refused.",
    _guide("The guide lets a name have up to 128 characters, and the console makes the purchase by this operation."),
    needs=FRESH,
    classes=("1 character", "128 characters", "129 characters", "more than 129 characters"),
    cause=Cause.NAME_LENGTH,
    premise=Premise.NAME_LENGTH,
)
def length(history: History) -> Iterator[Finding]:
    """First purchases whose name is as short or as long as may be, or longer; and any long one that is refused."""
    for attempt in history.alone:
        characters = len(_name(attempt))
        if attempt.only_demand(Cause.NAME_LENGTH):
            label = "129 characters" if characters == NAME_LENGTHS.stop else "more than 129 characters"
            yield from findings_on_refusal(history, attempt, [label], any_refusal=True)
        elif characters in (1, NAME_LENGTHS.stop - 1) or _is_refused_for(attempt, Premise.NAME_LENGTH):
            edges = {NAME_LENGTHS.start: "1 character", NAME_LENGTHS.stop - 1: "128 characters"}
            label = edges.get(characters, "another permitted length")
            yield from _accepted(history, attempt, label)


def _accepted(history: History, attempt: RecordedCall, label: str) -> Iterator[Finding]:
    if attempt.must_succeed and _is_plain_first_in_its_account(attempt):
        yield from findings_on_acceptance(history, attempt, [label])


def _is_plain_first_in_its_account(attempt: RecordedCall) -> bool:
    """Whether nothing was purchased or refused before in its account, and it is written as an SDK writes it."""
    is_first = attempt.is_unused and attempt.place not in attempt.before.refused
    return is_first and attempt.reading.is_plain and not is_written_otherwise(attempt)


def _is_refused_for(attempt: RecordedCall, premise: Premise) -> bool:
    """Whether it was refused, and its name is unusual in this way alone; a control tells whether that is why."""
    return attempt.refusal is not None and premises_of_name(_name(attempt)) == {premise}


@rule(
    "names/characters",
    Level.SHOULD,
    "A name of ASCII letters, digits, dashes and underscores, with a letter or digit at both ends, is accepted, any "
    "other refused.",
    _guide(
        "The guide names the characters that a name may have and those that it may begin and end with, and the console "
        "makes the purchase by this operation."
    ),
    needs=FRESH,
    classes=(
        "every permitted character",
        "a dash or underscore at an end",
        "white space",
        "other ASCII",
        "beyond ASCII",
    ),
    cause=Cause.NAME_CHARACTERS,
    premise=Premise.NAME_CHARACTERS,
)
def characters(history: History) -> Iterator[Finding]:
    """First purchases with names of permitted and of other characters; any refused, where a plain name is not."""
    for attempt in history.alone:
        name = _name(attempt)
        if attempt.only_demand(Cause.NAME_CHARACTERS):
            yield from findings_on_refusal(history, attempt, [what_is_wrong(name)], any_refusal=True)
        elif {"-", "_"} <= set(name) or _is_refused_for(attempt, Premise.NAME_CHARACTERS):
            label = "every permitted character" if {"-", "_"} <= set(name) else "some permitted characters"
            yield from _accepted(history, attempt, label)


def what_is_wrong(name: str) -> str:
    """Which characters a name has that it must not have."""
    if not name.isascii():
        return "beyond ASCII"
    if any(character.isspace() for character in name):
        return "white space"
    if all(character.isalnum() or character in "-_" for character in name):
        return "a dash or underscore at an end"
    return "other ASCII"


@rule(
    "names/unique",
    Level.SHOULD,
    "A name is never used twice in an account and Region, not even after its reservation has expired.",
    _guide(
        "The guide asks for a name that no other reservation of the account in the Region has, and one that has "
        "expired is listed still."
    ),
    needs=FRESH_AND_CLOCK,
    classes=("the name of an expired reservation",),
    cause=Cause.NAME_TAKEN,
)
def unique(history: History) -> Iterator[Finding]:
    """Purchases after End under the name of the reservation that has ended."""
    for attempt in history.alone:
        if attempt.only_demand(Cause.NAME_TAKEN) and len(attempt.permitted.demands) == 1:
            yield from findings_on_refusal(history, attempt, ["the name of an expired reservation"], any_refusal=True)
