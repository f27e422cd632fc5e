"""Distances in time in words, for pictures and pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from conformance.instants import SECOND, Interval

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def distance_in_words(distance: timedelta) -> str:
    """Such as `2 d 3 h` or `59 min 59 s`: the two greatest units, of a whole number of seconds."""
    rest = abs(distance) // SECOND
    parts = []
    for name, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count} {name}")
        elif parts:
            break
    return " ".join(parts[:2]) or "less than 1 s"


def apart(instant: datetime, clock: Interval, name: str) -> str:
    """Where an instant lies beside a clock, such as `1 s after the clock`; `name` is what the clock is called."""
    if instant < clock.earliest:
        return f"{distance_in_words(clock.earliest - instant)} before {name}"
    if instant > clock.latest:
        return f"{distance_in_words(instant - clock.latest)} after {name}"
    return f"at {name}"
