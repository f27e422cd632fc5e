"""Choices in refusals: which exception, which of two wrong things is named, what the text is, and what is tolerated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from conformance.rules import errors
from conformance.rules.choice_observation import ChoiceObservation
from conformance.rules.found_once import found_once
from conformance.rules.history import History
from conformance.rules.names import what_is_wrong
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import Rule, rule_with_cause
from conformance.spec.demands import Cause, Strength
from conformance.spec.outcomes import Refused
from conformance.spec.service import Operation

_OF_NAMES = frozenset({Cause.EMPTY_NAME, Cause.NAME_LENGTH, Cause.NAME_CHARACTERS, Cause.NAME_TAKEN})
_OF_CHOICES_OF_THEIR_OWN = _OF_NAMES | {Cause.PAGE_SIZE, Cause.OTHER_REGION, Cause.LEFT_OPEN}
_LONGEST = 200
_CHANGING = (
    (re.compile(r"arn:[^\s\"'\\,;)\]]*"), "<arn>"),
    (re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"), "<id>"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?"), "<time>"),
    (re.compile(r"\b[0-9a-fA-F]{16,}\b"), "<id>"),
    (re.compile(r"[0-9]+"), "<number>"),
)
"""What in a message is another in each call."""
_SHORTEST_VALUE = 3


@cache
def _rule_of(cause: Cause) -> Rule:
    return rule_with_cause(cause) or errors.modelled


@found_once
def _refused(history: History) -> Iterator[tuple[RecordedCall, Refused, tuple[Cause, ...]]]:
    """The refusals of which it is known what they can be for, with the causes, each once."""
    for one in history.calls:
        refusal = one.refusal
        if refusal is None or one.call.concurrent or not one.permitted.permits(refusal):
            continue
        demands = one.permitted.demands
        if not any(demand.strength is Strength.MAY for demand in demands):
            yield one, refusal, tuple(cause for cause in Cause if any(demand.cause is cause for demand in demands))


def _where(one: RecordedCall) -> str:
    """Such as `; DescribeOffering`; nothing for a purchase, of which most refusals are."""
    return "" if one.operation in (None, Operation.PURCHASE_OFFERING) else f"; {one.operation}"


def exceptions(history: History) -> Iterator[ChoiceObservation]:
    """Requests that one thing is wrong with."""
    for one, refusal, causes in _refused(history):
        if len(causes) == 1:
            yield ChoiceObservation(
                _rule_of(causes[0]), str(refusal), one, str(one.operation), f"{causes[0].value}{_where(one)}"
            )


def precedence(history: History) -> Iterator[ChoiceObservation]:
    """Requests that two things are wrong with."""
    for one, refusal, causes in _refused(history):
        if len(causes) == 2:
            about = " and ".join(cause.value for cause in causes)
            yield ChoiceObservation(_rule_of(causes[0]), str(refusal), one, str(one.operation), f"{about}{_where(one)}")


def messages(history: History) -> Iterator[ChoiceObservation]:
    """The texts of both kinds."""
    for one, refusal, causes in _refused(history):
        if len(causes) in (1, 2):
            about = " and ".join(cause.value for cause in causes)
            text = message_shape(refusal.message, one)
            yield ChoiceObservation(_rule_of(causes[0]), text, one, str(one.operation), f"{about}{_where(one)}")


def message_shape(message: str, recorded: RecordedCall) -> str:
    """The message without what is another in each call: what was sent, ARNs, identifiers, times and numbers."""
    sent = {value for value in recorded.reading.parameters.values() if value and len(value) >= _SHORTEST_VALUE}
    for value in sorted(sent, key=len, reverse=True):
        message = message.replace(value, "<value>")
    for changing, shown in _CHANGING:
        message = changing.sub(shown, message)
    return " ".join(message.split())[:_LONGEST]


def tolerance(history: History) -> Iterator[ChoiceObservation]:
    """Requests that one thing is wrong with by a convention alone, but for names and page sizes."""
    for one, cause in _by_convention(history):
        if cause not in _OF_CHOICES_OF_THEIR_OWN:
            yield ChoiceObservation(
                _rule_of(cause), _accepted(one), one, str(one.operation), f"{cause.value}{_where(one)}"
            )


def names(history: History) -> Iterator[ChoiceObservation]:
    """Purchases that only their name is wrong with."""
    for one, cause in _by_convention(history):
        if cause in _OF_NAMES:
            kind = what_is_wrong(one.reading.name_text or "") if cause is Cause.NAME_CHARACTERS else cause.value
            yield ChoiceObservation(_rule_of(cause), _accepted(one), one, cause.value, kind)


@found_once
def _by_convention(history: History) -> Iterator[tuple[RecordedCall, Cause]]:
    """The calls with a definite outcome that one cause asks to refuse, and no document demands it."""
    for one in history.calls:
        causes = {demand.cause for demand in one.permitted.demands}
        strengths = {demand.strength for demand in one.permitted.demands}
        if len(causes) == 1 and strengths == {Strength.SHOULD} and one.is_definite and not one.call.concurrent:
            yield one, next(iter(causes))


def _accepted(one: RecordedCall) -> str:
    return "accepted" if one.accepted else "refused"
