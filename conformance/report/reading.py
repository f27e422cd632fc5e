"""Reads report.json back, from a file that may be another's, damaged, or of another version."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict, get_origin

from cattrs import transform_error
from cattrs.preconf.json import make_converter
from cattrs.v import format_exception

from conformance import __version__
from conformance.report.document import SCHEMA_VERSION
from conformance.results.verdicts import Verdict


class _Target(TypedDict):
    name: str
    kind: str
    region: str
    capabilities: list[Any]
    missing_operations: list[Any]
    found: list[Any]


class _Suite(TypedDict):
    version: str
    profile: str
    seed: str


class _Rule(TypedDict):
    id: str
    topic: str
    level: str
    statement: str
    source: str
    verdict: Verdict
    reason: str
    examples: int
    calls: int
    duration_seconds: float
    classes: dict[str, Any]
    failures: list[Any]


class _Report(TypedDict):
    complete: bool
    target: _Target
    suite: _Suite
    started: str
    duration_seconds: float
    calls: int
    summary: dict[str, Any]
    rules: list[_Rule]
    observations: dict[str, Any]


class ReportError(ValueError):
    """What was read is not a report that this suite can use; the message is one line that begins with the file."""


def _exactly(value: object, kind: type) -> object:
    """The value itself; what is of another type is not converted."""
    accepted = int | float if kind is float else get_origin(kind) or kind
    if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(value)
    return value


_CONVERTER = make_converter()
for _kind in (bool, float, int, str):
    _CONVERTER.register_structure_hook(_kind, _exactly)
_CONVERTER.register_structure_hook(Verdict, lambda value, _: Verdict(value))
_CONVERTER.register_structure_hook_func(lambda kind: kind in (dict[str, Any], list[Any]), _exactly)


def read_report(path: Path | str) -> Mapping[str, Any]:
    """The document of a `report.json`.

    Raises:
        ReportError: there is no such file, it cannot be read, or it is not a report of schema version 1.
    """
    try:
        report = json.loads(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ReportError(f"{path}: not JSON: it is not UTF-8") from None
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{path}: not JSON: {error}") from None
    if not isinstance(report, dict) or "schema_version" not in report or not isinstance(report.get("rules"), list):
        raise ReportError(f"{path}: no report of mediaconnect-conformance")
    version = report["schema_version"]
    if type(version) is not int or version != SCHEMA_VERSION:
        raise ReportError(f"{path}: schema_version is {str(version)[:40]!r}; this suite reads {SCHEMA_VERSION}")
    try:
        return _CONVERTER.structure(report, _Report)
    except Exception as error:
        problem = transform_error(error, path="report", format_exception=_format_problem)[0]
        raise ReportError(f"{path}: damaged{_written_by(report)}: {problem}") from None


def _format_problem(error: BaseException, kind: type | None) -> str:
    return "no such verdict" if kind is Verdict else format_exception(error, kind)


def _written_by(report: Mapping[str, Any]) -> str:
    """Which other version of the suite wrote a report, where one did."""
    suite = report.get("suite")
    version = suite.get("version") if isinstance(suite, dict) else None
    return "" if version == __version__ else f", or of another version ({str(version)[:40]!r}, not {__version__!r})"
