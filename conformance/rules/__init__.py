"""The rules, one or two modules a topic; importing this package fills the registry."""

from conformance.rules import (  # noqa: F401, I001  (each module enters its rules, in this order)
    wire,
    places,
    errors,
    server_faults,
    start_format,
    start_window,
    end,
    exclusivity,
    concurrency,
    reservation,
    lifecycle,
    names,
    lists,
)
from conformance.rules.registry import RULES, Finding, Level, Rule
from conformance.spec.sources import Source

__all__ = ["RULES", "Finding", "Level", "Rule", "Source"]
