"""What the references of a case mean on a target: points become instants, ARN references become ARNs."""

from __future__ import annotations

import itertools
import string
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import (
    Arn,
    At,
    EndOf,
    Inside,
    Literal,
    LiteralArn,
    MonthStart,
    Now,
    OfferingArn,
    Point,
    Start,
    UnknownArn,
    WithdrawnOfferingArn,
)
from conformance.cases.edits import apply_edits
from conformance.cases.start_forms import FORMS
from conformance.spec.calendar import SECOND, add_months, month_start, parse_timestamp
from conformance.spec.outcomes import Wire
from conformance.spec.service import NAME_LENGTHS

_UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


class NotPlayableError(Exception):
    """A step refers to what the target did not give; the message says to what."""


def resolve_point(point: Point, now: datetime, ends: Mapping[int, datetime]) -> datetime:
    """The instant that a point means at `now`; `ends` has the End of each reservation by the step of its purchase.

    Raises:
        NotPlayableError: the point refers to an End that was not shown, or lies where the calendar ends.
    """
    try:
        instant = _resolve(point, now, ends)
    except (ValueError, OverflowError):
        instant = None
    if instant is None or not 1 < instant.year < 9999:
        raise NotPlayableError(f"{point} lies beyond the calendar")
    return instant


def _resolve(point: Point, now: datetime, ends: Mapping[int, datetime]) -> datetime:
    match point:
        case MonthStart(seconds, months):
            return add_months(month_start(now), months) + timedelta(seconds=seconds)
        case Now(seconds, months):
            return add_months(now, months) + timedelta(seconds=seconds)
        case Inside(thousandths):
            first = month_start(now)
            return first + (now - first) * thousandths // 1000 // SECOND * SECOND
        case At(text):
            instant = parse_timestamp(text)
            if instant is None:
                raise NotPlayableError(f"{text!r} is not an instant in the form YYYY-MM-DDTHH:mm:SSZ")
            return instant
        case EndOf(step, seconds):
            if step not in ends:
                raise NotPlayableError(f"the purchase at step {step} showed no End")
            return ends[step] + timedelta(seconds=seconds)


def resolve_start(start: Start, now: datetime, ends: Mapping[int, datetime]) -> str:
    """The text of a Start. Raises NotPlayableError as `resolve_point` does."""
    if isinstance(start, Literal):
        return start.text
    text = FORMS[start.form](resolve_point(start.point, now, ends), start.argument)
    return apply_edits(text, start.edits)


def resolve_arn(
    arn: Arn,
    place: tuple[str, str],
    offerings: tuple[Wire, ...],
    reservations: Mapping[int, str],
    withdrawn: tuple[Wire, ...] = (),
) -> str:
    """The text of an ARN; `reservations` has the ARN of each reservation by the step of its purchase.

    `withdrawn` are the offerings that were there before the latest were defined, the latest first.

    Raises:
        NotPlayableError: there is no such offering, or that purchase made no reservation.
    """
    match arn:
        case LiteralArn(text):
            return text
        case UnknownArn(kind):
            account, region = place
            return f"arn:aws:mediaconnect:{region}:{account}:{kind}:{_UNKNOWN_ID}"
        case OfferingArn(index, mutation, edits):
            if not offerings:
                raise NotPlayableError("the account has no offering")
            return apply_edits(ARNS[mutation](_arn_of(offerings, index)), edits)
        case WithdrawnOfferingArn(index):
            if not withdrawn:
                raise NotPlayableError("no offering was withdrawn")
            return _arn_of(withdrawn, index)
        case _:
            if arn.step not in reservations:
                raise NotPlayableError(f"the purchase at step {arn.step} showed no reservation")
            return apply_edits(ARNS[arn.mutation](reservations[arn.step]), arn.edits)


def _arn_of(offerings: tuple[Wire, ...], index: int) -> str:
    return str(offerings[index % len(offerings)].get("offeringArn", ""))


def unused_name(name: str, used: Collection[str]) -> str:
    """The name; where it is among the `used` ones another of its kind, the same each time.

    One of a single character stays so, and none becomes longer than names may be.
    """
    if name not in used:
        return name
    if len(name) == 1:
        return next((one for one in string.ascii_lowercase + string.digits if one not in used), name)
    for number in itertools.count(len(used)):
        tail = f"-{number}"
        other = name[: max(NAME_LENGTHS) - len(tail)] + tail if len(name) in NAME_LENGTHS else name + tail
        if other not in used:
            return other
    raise AssertionError
