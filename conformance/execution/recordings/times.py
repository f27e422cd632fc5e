"""When a recorded call was made, as the interval in which the target's clock may have been."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from conformance.execution.recordings.recorded import UNKNOWN_TIME
from conformance.spec.calendar import SECOND, Interval, parse_iso8601
from conformance.targets.clocks import TOLERANCE, read_date

LONGEST_CALL = timedelta(seconds=60)
"""How long a call may have taken where the recording does not tell: botocore waits that long."""

_SIGNED = re.compile(r"([0-9]{8})T([0-9]{6})Z")
_SKEW = timedelta(minutes=5)
"""How far the time in a signature may be from the target's, where nothing else is known."""


def read_time(text: object) -> datetime | None:
    """An ISO 8601 time of a recording, in UTC; None where it cannot be read."""
    instant = parse_iso8601(text)
    return instant if instant is not None and 1970 <= instant.year < 8999 else None


def interval_of(
    sent: datetime | None, received: datetime | None, headers: Mapping[str, str], signed: str = ""
) -> Interval:
    """What the target's clock may have shown: by the times of the recorder, and by the Date of the answer.

    Where both are known and differ, the interval holds both. The time in the signature counts where neither is.
    """
    intervals = []
    if sent is not None and received is not None:
        intervals.append(Interval(sent - TOLERANCE, received + TOLERANCE))
    date = read_date(headers.get("date"))
    if date is not None:
        took = received - sent if sent is not None and received is not None else LONGEST_CALL
        intervals.append(Interval(date - took - TOLERANCE, date + SECOND + TOLERANCE))
    if not intervals:
        found = _SIGNED.fullmatch(signed)
        instant = read_time(f"{found[1]}T{found[2]}Z") if found else None
        return Interval(instant - _SKEW, instant + _SKEW) if instant else UNKNOWN_TIME
    return intervals[0].through(intervals[-1])
