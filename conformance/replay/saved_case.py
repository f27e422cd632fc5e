"""A saved case: one failure of one rule as a JSON document that replays, reads and compares well."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from conformance import __version__
from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import Case, OfferingArn, Purchase, ReservationArn, UnknownArn, Written
from conformance.cases.case_json import DamagedCaseError, case_from_json, case_to_json, json_text, size_of
from conformance.cases.request_mutations import REQUESTS
from conformance.cases.start_forms import FORMS
from conformance.execution.trace import Trace
from conformance.replay.fault import fault_of
from conformance.replay.placeholders import Placeholders
from conformance.replay.trace_json import facts_of_trace, in_stable_order, stable_call, trace_to_json
from conformance.results.choices import SUITE
from conformance.results.facts import TargetFacts
from conformance.results.failure import Violation, failure_of
from conformance.results.side_by_side import Difference
from conformance.rules import RULES
from conformance.rules.history import follow
from conformance.spec.calendar import parse_timestamp
from conformance.spec.plain_text import summary
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability

DIFFERENCE = "side-by-side/difference"
"""In the place of a rule: the case shows that two targets differ, and breaks no rule."""
SCHEMA_VERSION = 1
_REGIONS = 4
_MOST_ACCOUNTS = 100
_KINDS = ("offering", "reservation")
_ANY_TIME = datetime(2027, 1, 15, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Scope:
    """The rules, operations and capabilities of the test that found a failure, so that a replay judges as it would.

    `operations` None stands for those of each rule; `needs` are those of the rule and of the test.
    """

    rules: tuple[str, ...]
    operations: tuple[Operation, ...] | None = None
    needs: tuple[Capability, ...] = ()


@dataclass(frozen=True)
class SavedCase:
    """One failure. `label` is its equivalence class; the message and the trace have placeholders for what changes.

    `fault` is the call at fault, see `fault_of`; None where that is not known.
    """

    rule: str
    label: str
    message: str
    expected: str
    scope: Scope
    case: Case
    target_name: str
    target_kind: str
    region: str
    trace: tuple[Mapping[str, Any], ...]
    suite_version: str = __version__
    fault: Mapping[str, Any] | None = None

    @property
    def target(self) -> str:
        """The target that it failed on, such as `reference (in-process)`."""
        if self.target_name == self.target_kind:
            return f"the {self.target_name}"
        return f"{self.target_name} ({self.target_kind})"

    @property
    def size(self) -> tuple[int, int, str]:
        """The order by simplicity."""
        return size_of(self.case)


def saved_case(violation: Violation, scope: Scope, target: TargetFacts) -> SavedCase:
    """The violation as it is saved."""
    played = in_stable_order(violation.trace)
    placeholders = Placeholders(facts_of_trace(played))
    settled = _on(played, violation)
    failure = failure_of(settled)
    return SavedCase(
        rule=violation.rule.id,
        label=failure.label,
        message=placeholders.text(failure.message),
        expected=placeholders.text(failure.expected),
        scope=scope,
        case=violation.trace.case,
        target_name=target.name,
        target_kind=target.kind,
        region=target.region,
        trace=tuple(trace_to_json(played, placeholders)),
        fault=fault_of(settled),
    )


def saved_difference(difference: Difference, target: TargetFacts, other: str) -> SavedCase:
    """The case that shows a difference from another target, as it is saved."""
    placeholders = Placeholders(facts_of_trace(difference.trace))
    return SavedCase(
        rule=DIFFERENCE,
        label=difference.label,
        message=placeholders.text(f"{difference.problem}\n  call      {difference.call}\n  other     {other}"),
        expected=placeholders.text(difference.other_call),
        scope=Scope(rules=(DIFFERENCE,)),
        case=difference.case,
        target_name=target.name,
        target_kind=target.kind,
        region=target.region,
        trace=tuple(trace_to_json(difference.trace, placeholders)),
    )


def _on(played: Trace, violation: Violation) -> Violation:
    """The violation in the order in which concurrent calls are saved."""
    history, recorded = follow(played), violation.finding.recorded
    if recorded is not None:
        call = stable_call(recorded.call, played)
        recorded = next(one for one in history.calls if one.call is call)
    return replace(violation, history=history, finding=replace(violation.finding, recorded=recorded))


def saved_case_text(saved: SavedCase) -> str:
    """The JSON document, indented, of schema version 1."""
    test: dict[str, Any] = {"rules": list(saved.scope.rules), "needs": [str(need) for need in saved.scope.needs]}
    if saved.scope.operations is not None:
        test["operations"] = [str(operation) for operation in saved.scope.operations]
    document = {
        "schema_version": SCHEMA_VERSION,
        "suite": {"name": SUITE, "version": saved.suite_version},
        "target": {"name": saved.target_name, "kind": saved.target_kind, "region": saved.region},
        "rule": saved.rule,
        "class": saved.label,
        "message": saved.message,
        "expected": saved.expected,
        "test": test,
        "fault": saved.fault,
        "case": case_to_json(saved.case),
        "trace": list(saved.trace),
    }
    return json_text(document)


def read_saved_case(text: str) -> SavedCase:
    """The saved case in this text, of whatever schema version there has been.

    Raises:
        DamagedCaseError: it is none, was written by another tool or a newer suite, or names what this suite lacks.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DamagedCaseError(f"not JSON: {error}") from None
    suite = document.get("suite") if isinstance(document, dict) else None
    if not isinstance(suite, dict) or suite.get("name") != SUITE:
        raise DamagedCaseError(f"no saved case of {SUITE}")
    version = document.get("schema_version")
    if type(version) is not int or version not in _READERS:
        known = ", ".join(map(str, _READERS))
        raise DamagedCaseError(f"schema_version is {summary(version)}; this suite reads {known}")
    return _READERS[version](document)


def _read_version_1(document: Mapping[str, Any]) -> SavedCase:
    try:
        test, target = document["test"], document["target"]
        operations = test.get("operations")
        saved = SavedCase(
            rule=document["rule"],
            label=str(document["class"]),
            message=str(document["message"]),
            expected=str(document["expected"]),
            scope=Scope(
                rules=tuple(test["rules"]),
                operations=None if operations is None else tuple(Operation(name) for name in operations),
                needs=tuple(Capability(name) for name in test["needs"]),
            ),
            case=case_from_json(document["case"]),
            target_name=str(target["name"]),
            target_kind=str(target["kind"]),
            region=str(target["region"]),
            trace=tuple(document["trace"]),
            suite_version=str(document["suite"].get("version", "")),
            fault=document.get("fault"),
        )
    except DamagedCaseError:
        raise
    except KeyError as error:
        raise DamagedCaseError(f"{error.args[0]!r} is missing") from None
    except (AttributeError, TypeError, ValueError) as error:
        raise DamagedCaseError(summary(error)) from None
    _check_rules(saved)
    _check_case(saved.case)
    if not re.fullmatch(r"[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,5}", saved.region):
        raise DamagedCaseError(f"{summary(saved.region)} is not a Region")
    if not isinstance(saved.fault, dict | None):
        raise DamagedCaseError("fault is not an object")
    _check_trace(saved.trace)
    return saved


_READERS: Mapping[int, Callable[[Mapping[str, Any]], SavedCase]] = {1: _read_version_1}
"""Schema version to its reader; a version that was ever released stays."""


def _check_trace(trace: tuple[Any, ...]) -> None:
    """What the scripts take for granted."""
    try:
        for call in trace:
            texts = [call["account"], call["region"], call["operation"]]
            for exchange in call["exchanges"]:
                request = exchange["request"]
                texts += [request["method"], request["url"], *request["headers"].values()]
                texts += [request.get("text", ""), request.get("base64", "")]
                exchange.get("answer", {}).get("json")
            if not all(isinstance(text, str) for text in texts):
                raise TypeError
    except (AttributeError, KeyError, TypeError):
        raise DamagedCaseError("the trace is damaged") from None


def _check_rules(saved: SavedCase) -> None:
    if saved.rule == DIFFERENCE and saved.scope.rules == (DIFFERENCE,):
        return
    for rule_id in (saved.rule, *saved.scope.rules):
        if not isinstance(rule_id, str) or rule_id not in RULES:
            raise DamagedCaseError(f"the rule {summary(rule_id)} is none of this suite")
    if saved.rule not in saved.scope.rules:
        raise DamagedCaseError(f"the rule {saved.rule} is none of those of its test")


def _check_case(case: Case) -> None:
    """What the driver takes for granted, as cases come from the strategies otherwise."""
    if parse_timestamp(case.now) is None:
        raise DamagedCaseError(f"the time of the case, {summary(case.now)}, is not written YYYY-MM-DDTHH:mm:SSZ")
    for call in case.calls():
        if call.region not in range(_REGIONS) or call.account not in range(_MOST_ACCOUNTS):
            raise DamagedCaseError(f"account {call.account} in Region {call.region}: there is no such place")
        if getattr(call, "mutation", "plain") not in REQUESTS:
            raise DamagedCaseError(f"no request mutation is called {summary(getattr(call, 'mutation', ''))}")
        for arn in (getattr(call, "offering", None), getattr(call, "reservation", None)):
            if isinstance(arn, OfferingArn | ReservationArn) and arn.mutation not in ARNS:
                raise DamagedCaseError(f"no ARN mutation is called {summary(arn.mutation)}")
            if isinstance(arn, UnknownArn) and arn.kind not in _KINDS:
                raise DamagedCaseError(f"an unknown ARN is of an {' or a '.join(_KINDS)}, not {summary(arn.kind)}")
        if isinstance(call, Purchase) and isinstance(call.start, Written):
            _check_start(call.start)


def _check_start(start: Written) -> None:
    if start.form not in FORMS:
        raise DamagedCaseError(f"no form of a Start is called {summary(start.form)}")
    try:
        FORMS[start.form](_ANY_TIME, start.argument)
    except Exception:
        raise DamagedCaseError(f"the form {start.form} has no argument {summary(start.argument)}") from None
