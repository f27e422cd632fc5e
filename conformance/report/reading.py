"""Reads report.json back, from a file that may be another's, damaged, or of another version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.report.document import SCHEMA_VERSION
from conformance.results.verdicts import Verdict

_TOP = {
    "complete": bool,
    "target": dict,
    "suite": dict,
    "started": str,
    "duration_seconds": int | float,
    "calls": int,
    "summary": dict,
    "rules": list,
    "observations": dict,
}
_TARGET = {"name": str, "kind": str, "region": str, "capabilities": list, "missing_operations": list, "found": list}
_SUITE = {"version": str, "profile": str, "seed": str}
_RULE = {
    "id": str,
    "topic": str,
    "level": str,
    "statement": str,
    "source": str,
    "verdict": str,
    "reason": str,
    "examples": int,
    "calls": int,
    "duration_seconds": int | float,
    "classes": dict,
    "failures": list,
}


class ReportError(ValueError):
    """What was read is no report that this suite can use; the message is one line that begins with the file."""


def read_report(path: Path | str) -> Mapping[str, Any]:
    """The document of a `report.json`.

    Raises:
        ReportError: there is no such file, it cannot be read, or it is no report of schema version 1.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ReportError(f"{path}: not JSON: it is not UTF-8") from None
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror}") from None
    try:
        report = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{path}: not JSON: {error}") from None
    _check(path, report)
    checked: Mapping[str, Any] = report
    return checked


def _check(path: Path | str, report: object) -> None:
    if not isinstance(report, dict) or "schema_version" not in report or "rules" not in report:
        raise ReportError(f"{path}: no report of mediaconnect-conformance")
    version = report["schema_version"]
    if type(version) is not int or version != SCHEMA_VERSION:
        raise ReportError(f"{path}: schema_version is {str(version)[:40]!r}; this suite reads {SCHEMA_VERSION}")
    _check_members(path, "the report", report, _TOP)
    _check_members(path, "target", report["target"], _TARGET)
    _check_members(path, "suite", report["suite"], _SUITE)
    for number, rule in enumerate(report["rules"]):
        where = f"rules[{number}]"
        if not isinstance(rule, dict):
            raise ReportError(f"{path}: damaged: {where} is no object")
        _check_members(path, where, rule, _RULE)
        if rule["verdict"] not in list(Verdict):
            raise ReportError(f"{path}: damaged: {where} has the verdict {rule['verdict'][:40]!r}, which there is not")


def _check_members(path: Path | str, where: str, found: Mapping[str, Any], members: Mapping[str, Any]) -> None:
    for name, kind in members.items():
        if not isinstance(found.get(name), kind):
            problem = "has another type" if name in found else "is missing"
            raise ReportError(f"{path}: damaged: {name!r} of {where} {problem}")
