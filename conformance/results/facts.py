"""The target as a report names it."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability


@dataclass(frozen=True)
class TargetFacts:
    """Name, kind and Region of a target, what it can do and lacks; `found` are the lines of the discovery."""

    name: str
    kind: str
    endpoint_url: str | None
    region: str
    capabilities: frozenset[Capability] = frozenset()
    missing: frozenset[Operation] = frozenset()
    found: tuple[str, ...] = ()
