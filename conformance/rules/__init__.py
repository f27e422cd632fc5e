"""The rules, a module a topic; importing this package fills the registry."""

from conformance.rules import (  # noqa: F401  (each module enters its rules)
    end,
    errors,
    exclusivity,
    lifecycle,
    lists,
    names,
    reservation,
    start_format,
    start_window,
    wire,
)
from conformance.rules.registry import RULES, Finding, Level, Rule, Source

__all__ = ["RULES", "Finding", "Level", "Rule", "Source"]
