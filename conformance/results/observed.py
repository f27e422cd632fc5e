"""What was seen of the choices that the documents leave open: how often each value, and in what situations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from conformance.rules.registry import Finding

Observed = dict[str, dict[str, Counter[str]]]
"""By the name of a choice and by value: how often it was seen in each situation."""

OTHERS = "(other values)"
_MOST_VALUES = 20
"""How many values are kept of one choice: a text that is another each time must not fill the memory."""


def note(observed: Observed, rule_id: str, findings: Iterable[Finding]) -> None:
    """Count what findings of a rule show, each value once in each situation."""
    seen = {(one.choice or rule_id, one.observed, one.label) for one in findings if one.observed}
    for name, value, situation in seen:
        _add(observed, name, value, Counter({situation: 1}))


def add_observed(observed: Observed, others: Mapping[str, Mapping[str, Counter[str]]]) -> None:
    """Take in what was seen elsewhere."""
    for name, values in others.items():
        for value, situations in values.items():
            _add(observed, name, value, situations)


def _add(observed: Observed, name: str, value: str, situations: Counter[str]) -> None:
    values = observed.setdefault(name, {})
    if value not in values and len(values) >= _MOST_VALUES:
        value = OTHERS
    values.setdefault(value, Counter()).update(situations)
