"""What a report keeps of the results behind a verdict, so that the parts of a run can be judged as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cattrs.errors import BaseValidationError
from cattrs.preconf.json import make_converter

from conformance.results.failure import Failure
from conformance.results.verdicts import RuleResult

_CONVERTER = make_converter()


def recorded(result: RuleResult) -> dict[str, Any]:
    """The results of a rule as JSON, without the failures, which a report lists by themselves."""
    record: dict[str, Any] = _CONVERTER.unstructure(replace(result, failures=[]))
    del record["failures"]
    return record


def result_of(entry: Mapping[str, Any]) -> RuleResult | None:
    """The results that the entry of a rule was made from; None where its tests were not run.

    Raises:
        ValueError: the entry has no record, or a damaged one.
    """
    record = entry.get("record")
    if record is None:
        if "record" in entry:
            return None
        raise ValueError(f"the entry of {entry['id']} has no record")
    try:
        result = _CONVERTER.structure({**record, "failures": []}, RuleResult)
        failures = [*entry["failures"], *entry.get("blocked_failures", [])]
        result.failures = [_failure_of(failure) for failure in failures]
    except (BaseValidationError, KeyError, TypeError) as error:
        raise ValueError(f"the record of {entry['id']} is damaged: {type(error).__name__}") from None
    return result


def _failure_of(entry: Mapping[str, Any]) -> Failure:
    failure: Failure = _CONVERTER.structure(
        {name: value for name, value in entry.items() if name != "message"}, Failure
    )
    return failure
