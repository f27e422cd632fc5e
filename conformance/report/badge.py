"""A badge of a run: the JSON that shields.io's endpoint badge reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.results.verdicts import Verdict
from conformance.rules.registry import Level

_LABEL = "mediaconnect conformance"


def badge(report: Mapping[str, Any]) -> dict[str, Any]:
    """The badge of a report: green only for a complete run in which every rule at level must was passed.

    A failed rule of any level is counted; the badge is red where one of them is at level must or the gate is closed.
    Known failures, and must rules that could not be judged, make it yellow. A run that ended early is never green.
    """
    message, colour = _answer(report)
    return {"schemaVersion": 1, "label": _LABEL, "message": message, "color": colour}


def _answer(report: Mapping[str, Any]) -> tuple[str, str]:
    failed = [rule for rule in report["rules"] if rule["verdict"] == Verdict.FAIL]
    musts = [rule["verdict"] for rule in report["rules"] if rule["level"] == Level.MUST]
    passed, known = musts.count(Verdict.PASS), musts.count(Verdict.KNOWN)
    status = report.get("gate", {}).get("status", "")
    if any(rule["level"] == Level.MUST for rule in failed) or (failed and status == "closed"):
        return _counted(len(failed)), "red"
    if status == "closed":
        return "gate closed", "red"
    if not report["complete"]:
        return "run not complete", "lightgrey"
    if status == "not-judged" or not passed + known:
        return "not judged", "lightgrey"
    message = f"{passed}/{len(musts)} must"
    if known:
        return f"{message}, {known} known to fail", "yellow"
    if failed:
        return f"{message}, {_counted(len(failed), 'should rule')}", "yellowgreen"
    return message, "brightgreen" if passed == len(musts) else "yellow"


def _counted(count: int, what: str = "rule") -> str:
    return f"1 {what} fails" if count == 1 else f"{count} {what}s fail"
