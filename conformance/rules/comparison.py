"""How two showings of one offering or reservation differ."""

from __future__ import annotations

from typing import Any

from conformance.rules.shared_checks import shortened
from conformance.spec.outcomes import Wire
from conformance.spec.service import RESERVATION_MEMBERS


def comparable(member: str, value: Any) -> Any:
    """A member's value for comparison: a null bit rate is an absent one, and unknown further members do not count."""
    if member == "resourceSpecification" and isinstance(value, dict):
        return {name: value.get(name) for name in ("resourceType", "reservedBitrate")}
    return value


def differences(one: Wire, other: Wire, members: tuple[str, ...] = tuple(RESERVATION_MEMBERS)) -> str:
    """How they differ, in the documented members other than the state; empty where they agree.

    A member that either lacks does not count: that is the matter of the wire rules.
    """
    if one == other:
        return ""
    return "; ".join(
        f"{name} {_format(one[name])}, then {_format(other[name])}"
        for name in members
        if name != "reservationState" and name in one and name in other
        if comparable(name, one[name]) != comparable(name, other[name])
    )


def _format(value: object) -> str:
    return shortened(value, 200) if isinstance(value, str) else repr(value)[:200]
