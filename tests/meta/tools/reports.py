"""Reports as report.json has them, made up for the tests of what is made of them."""

from collections import Counter
from typing import Any

from conformance.results.verdicts import Verdict
from tests.meta.tools.recorded_calls import accepted, trace_of

EARLY = trace_of(accepted("2027-03-15T12:00:00Z", "2027-02-28T23:59:59Z", "2027-03-28T23:59:59Z"))


def failure(rule_id: str, trace: dict[str, Any] | None = None) -> dict[str, Any]:
    """A failure of a rule, with the trace that it is drawn from."""
    file = f"cases/{rule_id.replace('/', '-')}.json"
    return {"message": f"{rule_id}: accepted it\n  expected  no", "case": {}, "file": file, "trace": trace or EARLY}


def entry(rule_id: str, verdict: str = "pass", level: str = "must", *failures: dict[str, Any]) -> dict[str, Any]:
    """The entry of a rule."""
    return {
        "id": rule_id,
        "topic": rule_id.partition("/")[0],
        "level": level,
        "statement": f"What {rule_id} says.",
        "source": "reference page, Start",
        "verdict": verdict,
        "reason": "",
        "examples": 3,
        "calls": 4,
        "calls_to_first_failure": None,
        "duration_seconds": 0.1,
        "classes": {"by a second": 3},
        "failures": list(failures),
    }


def report(
    *rules: dict[str, Any],
    name: str = "endpoint",
    endpoint_url: str | None = None,
    status: str = "open",
    complete: bool = True,
    observations: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A report of schema version 1 with these rules."""
    counts = Counter(rule["verdict"] for rule in rules)
    return {
        "schema_version": 1,
        "complete": complete,
        "gate": {"status": status, "headline": f"the gate is {status}: so it is"},
        "target": {
            "name": name,
            "kind": "endpoint",
            "endpoint_url": endpoint_url,
            "region": "us-east-1",
            "capabilities": ["clock"],
            "missing_operations": [],
            "found": ["clock: set by the suite"],
        },
        "suite": {"version": "0.1.0", "profile": "smoke", "seed": "derandomized"},
        "started": "2027-03-15T12:00:00Z",
        "duration_seconds": 1.5,
        "calls": sum(rule["calls"] for rule in rules),
        "summary": {str(verdict): counts[verdict] for verdict in Verdict},
        "rules": list(rules),
        "observations": observations or {},
    }
