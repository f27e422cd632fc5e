"""What was seen of one choice, once."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import Rule


@dataclass(frozen=True, slots=True)
class ChoiceObservation:
    """A call, and the `value` that it shows of a choice; `rule` is broken where a profile says another value.

    `about` tells choices of one kind apart, such as by what is wrong with a request; `situation` is the evidence: in
    what kind of call it was seen.
    """

    rule: Rule
    value: str
    recorded: RecordedCall
    situation: str
    about: str = ""
