"""Why a request may be refused, how strongly the documents ask for it, and by which exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from conformance.spec.outcomes import Refused
from conformance.spec.service import EXCEPTION_STATUS


class Strength(Enum):
    """How strongly the documents ask for a refusal."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Cause(Enum):
    """Why a request is refused; each but the last has a rule (`rules.registry.Rule.cause`)."""

    MALFORMED_ARN = "what is not an ARN of the kind asked for"
    UNKNOWN_OFFERING = "an ARN of no offering"
    UNKNOWN_RESERVATION = "an ARN of no reservation"
    NEAR_ARN = "an ARN that is almost one that exists"
    NEAR_ARN_IN_CASE = "an ARN in another case, or with white space around it"
    WRONG_PLACE = "a value that is not in its place"
    MISSING_PARAMETER = "a missing parameter"
    EMPTY_START = "an empty Start"
    EMPTY_NAME = "an empty name"
    WRONG_TYPE = "a list or an object in the place of a text"
    SCALAR_TYPE = "a number or a boolean in the place of a text"
    MALFORMED_BODY = "a malformed body"
    LENIENT_BODY = "a body that is not JSON, though some parsers accept it"
    OTHER_FORM = "a Start in another form"
    IMPOSSIBLE_TIME = "a date or time that does not exist"
    BEFORE_WINDOW = "a Start before the current month"
    AFTER_WINDOW = "a Start later than now"
    ACTIVE_RESERVATION = "an active reservation"
    OTHER_REGION = "an active reservation in another Region"
    NAME_LENGTH = "a name that is too long"
    NAME_CHARACTERS = "a name with other characters"
    NAME_TAKEN = "a name that was used before"
    PAGE_SIZE = "a MaxResults outside 1 to 1000"
    UNKNOWN_TOKEN = "a NextToken that was never given"
    OTHER_ACCOUNT = "a reservation of another account"
    BARE_COLONS = "colons in the path that are not percent-encoded"
    LEFT_OPEN = "what the documents leave open"


ANY_CLIENT_ERROR: frozenset[str] = frozenset()
"""In the place of exceptions: any refusal with a 4xx status."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One reason to refuse a request, with the exceptions that it permits (none: any 4xx)."""

    cause: Cause
    exceptions: frozenset[str]
    strength: Strength = Strength.MUST

    def permits(self, refused: Refused) -> bool:
        """Whether it permits this refusal, by its type; where no type can be read, by its status."""
        if not self.exceptions:
            return 400 <= refused.status < 500
        if refused.has_type:
            return refused.code in self.exceptions
        return refused.status in {EXCEPTION_STATUS[name] for name in self.exceptions}


def format_exceptions(exceptions: frozenset[str]) -> str:
    """Such as `400 BadRequestException or 403 ForbiddenException`, for messages."""
    if not exceptions:
        return "a refusal with a 4xx status"
    return " or ".join(f"{EXCEPTION_STATUS[name]} {name}" for name in sorted(exceptions))
