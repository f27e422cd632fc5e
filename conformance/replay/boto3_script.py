"""A script that makes the calls of a saved case with boto3 alone, and says whether the defect is still there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from conformance.cases import arn_mutations, request_mutations, start_forms
from conformance.cases.case import (
    CallStep,
    ConcurrentCalls,
    DefineOfferings,
    DescribeOffering,
    DescribeReservation,
    ListOfferings,
    ListReservations,
    OfferingTerms,
    Purchase,
    SetClock,
    Written,
)
from conformance.replay import fingerprints, standalone
from conformance.replay.fate import tries_of
from conformance.replay.recipe import arguments, point_expression
from conformance.replay.saved_case import SavedCase
from conformance.replay.trace_json import format_start_of_case
from conformance.spec import calendar
from conformance.targets.base import wire_terms

_METHODS = {
    Purchase: "purchase_offering",
    DescribeOffering: "describe_offering",
    DescribeReservation: "describe_reservation",
    ListOfferings: "list_offerings",
    ListReservations: "list_reservations",
}
_HEAD = '''#!/usr/bin/env python3
"""The calls of {stem}.json, made with boto3 alone.

    python {stem}.py http://localhost:4566 [--account 111122223333] [--region us-east-1] [--control-url URL]

For `git bisect run` it ends with 1 where the defect is still there, 0 where it is gone, 125 where that cannot be told.

The first account of the case is --account, by its access key, or another one each time. Where the emulator has the
test control API, --control-url sets the time and defines the offerings as the case has them; otherwise the time is now,
and the offerings are those that there are.
"""

# What the suite saw on {target}:
{message}

from __future__ import annotations


def play(script: Script) -> None:
'''
_MAIN = """

if __name__ == "__main__":
    raise SystemExit(main(play, {settings}))
"""
_FUTURE = "from __future__ import annotations\n"
_OF_THE_SUITE = re.compile(r"^from conformance\.\S+ import (\([^)]*\)|.*)\n", re.MULTILINE)
_FIRST_ACCOUNT = "1" * 12
_PLACEHOLDER = re.compile(f"(<[^<>]+>|{_FIRST_ACCOUNT})")
_MOVED = re.compile("<(.+?)(?:, (-?[0-9]{1,6}) months(?: and (-?[0-9]{1,9}) s)? on)?>")


def boto3_script(saved: SavedCase, stem: str) -> str:
    """The script to go beside `<stem>.json`."""
    target = commented(saved.target).removeprefix("# ")
    head = _HEAD.format(stem=stem, target=target, message=commented(saved.message))
    steps = "".join(f"    {line}\n" for line in _steps(saved))
    settings = {
        "places": repr(saved.case.places()),
        "region": repr(saved.region),
        "header": repr(_account_header(saved)),
        "expected": f"lambda script: {_expected(saved)}",
        "fault": repr(saved.fault),
        "tries": str(tries_of(saved.case)),
    }
    given = ", ".join(f"{name}={value}" for name, value in settings.items())
    return head + steps + "".join(map(_source, modules_for(steps))) + _MAIN.format(settings=given)


def modules_for(steps: str) -> list[ModuleType]:
    """The modules that a script with these steps carries along, each after those that it uses."""
    tables = {
        arn_mutations: "ARNS[" in steps or "REQUESTS[" in steps,
        request_mutations: "REQUESTS[" in steps,
        start_forms: "FORMS[" in steps,
    }
    return [calendar, *(module for module, used in tables.items() if used), fingerprints, standalone]


def _source(module: ModuleType) -> str:
    """A module without what it imports of the suite, which goes before it."""
    text = Path(str(module.__file__)).read_text(encoding="utf-8")
    return "\n" + _OF_THE_SUITE.sub("", text.partition(_FUTURE)[2])


def _account_header(saved: SavedCase) -> str:
    """The header that names the account, where the target goes by one."""
    headers = (
        name
        for call in saved.trace
        for exchange in call["exchanges"]
        for name, value in exchange["request"]["headers"].items()
        if value == call["account"]
    )
    return next(headers, "")


def _expected(saved: SavedCase) -> str:
    """What was expected as an expression, with the account and the times of whoever runs the script."""
    starts = (call.start for call in saved.case.calls() if isinstance(call, Purchase))
    points = {format_start_of_case(start): start.point for start in starts if isinstance(start, Written)}
    pieces = []
    for text in _PLACEHOLDER.split(f"{saved.expected}  ({saved.rule})"):
        moved = _MOVED.fullmatch(text)
        if moved and moved[1] in points:
            start = point_expression(points[moved[1]])
            pieces.append(f"format_timestamp(moved({start}, {int(moved[2] or 0)}, {int(moved[3] or 0)}))")
        else:
            pieces.append("script.accounts[0]" if text == _FIRST_ACCOUNT else repr(text))
    return " + ".join(pieces)


def commented(text: str) -> str:
    """The text as comment lines, without characters that could end one."""
    lines = ("".join(character if character.isprintable() else "?" for character in line) for line in text.splitlines())
    return "\n".join(f"# {line}" for line in lines)


def _steps(saved: SavedCase) -> Iterator[str]:
    yield f"script.set_clock(instant({saved.case.now!r}))"
    yield f"script.define({_terms(saved.case.offerings)})"
    for number, step in enumerate(saved.case.steps):
        at_fault = saved.fault is not None and saved.fault.get("step") == number
        yield f"with script.step({number}):" + ("  # the call at fault" if at_fault else "")
        match step:
            case SetClock():
                yield f"    script.set_clock({point_expression(step.to)})"
            case DefineOfferings():
                yield f"    script.define({_terms(step.offerings)})"
            case ConcurrentCalls():
                yield "    script.concurrently("
                for branch in step.branches:
                    yield f"        lambda: [{', '.join(map(_call, branch))}],"
                yield "    )"
            case _:
                yield f"    {_call(step)}"


def _terms(offerings: tuple[OfferingTerms, ...]) -> str:
    return repr([wire_terms(offering) for offering in offerings])


def _call(step: CallStep) -> str:
    given = [f"{step.account}, {step.region}, {_METHODS[type(step)]!r}"]
    given += [f"{name}={expression}" for name, expression in arguments(step)]
    return f"script.{'pages' if getattr(step, 'whole', False) else 'call'}({', '.join(given)})"
