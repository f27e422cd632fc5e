"""A script that makes the calls of a saved case with boto3 alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from conformance.cases.case import (
    Arn,
    CallStep,
    ConcurrentCalls,
    DefineOfferings,
    DescribeOffering,
    DescribeReservation,
    EndOf,
    ListOfferings,
    ListReservations,
    LiteralArn,
    OfferingArn,
    Point,
    Purchase,
    SetClock,
    UnknownArn,
    Written,
)
from conformance.cases.resolution import NotPlayableError, resolve_point
from conformance.replay.boto3_text import CALLING, HEAD, MOTO
from conformance.replay.recipe import (
    ARN_EXPRESSIONS,
    MILLISECONDS,
    SECONDS,
    START,
    Spoilt,
    functions_of,
    in_runs,
    point_expression,
    spoilt,
    start_expression,
    used_blocks,
)
from conformance.replay.saved_case import SavedCase
from conformance.spec.calendar import parse_timestamp
from conformance.targets.base import wire_terms

METHODS = {
    Purchase: "purchase_offering",
    DescribeOffering: "describe_offering",
    DescribeReservation: "describe_reservation",
    ListOfferings: "list_offerings",
    ListReservations: "list_reservations",
}


_SELDOM_IMPORTED = {
    "calendar": "import calendar\n",
    "ThreadPoolExecutor": "from concurrent.futures import ThreadPoolExecutor\n",
}


def boto3_script(saved: SavedCase, stem: str) -> str:
    """The script to go beside `<stem>.json`."""
    case = saved.case
    places = case.places()
    head = HEAD.format(
        stem=stem,
        region=saved.region,
        target=f"{saved.target_name} ({saved.target_kind})",
        message=commented(saved.message),
        accounts=1 + max(account for account, _ in places),
        expected=f"{saved.expected}  ({saved.rule})",
    )
    by_header = any(_has_account_header(call) for call in saved.trace)
    calling = CALLING.replace("ACCOUNT_HEADER", MOTO if by_header else "").replace("PLACES", repr(list(places)))
    steps = "\n".join(_steps(saved))
    functions = "\n\n\n".join(functions_of(steps))
    calling = "\n\n\n".join(used_blocks(calling.strip().split("\n\n\n"), steps))
    script = "\n".join([head, "", functions, "", "", calling, "", "", steps]) + "\n"
    for name, line in _SELDOM_IMPORTED.items():
        if f"{name}(" not in script and f"{name}." not in script:
            script = script.replace(line, "")
    return script


def _has_account_header(call: object) -> bool:
    exchanges = call.get("exchanges", []) if isinstance(call, dict) else []
    return any("x-moto-account-id" in str(exchange.get("request", {}).get("headers")).lower() for exchange in exchanges)


def commented(text: str) -> str:
    """The text as comment lines, without signs that could end one."""
    lines = (re.sub(r"[^\x20-\x7e\u00a1-\uffff]", "?", line) for line in text.splitlines())
    return "\n".join(f"# {line}" for line in lines)


def _steps(saved: SavedCase) -> Iterator[str]:
    case = saved.case
    terms = [wire_terms(offering) for offering in case.offerings]
    yield f"now = set_clock(instant({case.now!r}))"
    yield f"terms = {terms!r}"
    yield "offerings = {place: offerings_of(*place, terms) for place in clients}"
    now = parse_timestamp(case.now) or datetime(2027, 1, 15, 12, tzinfo=UTC)
    for number, step in enumerate(case.steps):
        yield ""
        if isinstance(step, SetClock):
            yield f"now = set_clock({point_expression(step.to, end_expression(step.to))})"
            now = later(now, step.to)
        elif isinstance(step, DefineOfferings):
            yield f"terms = {[wire_terms(offering) for offering in step.offerings]!r}"
            yield "offerings = {place: offerings_of(*place, terms) for place in clients}"
        elif isinstance(step, ConcurrentCalls):
            yield from _together(number, step, now)
        else:
            lines, made = _call(step, f"change_{number}", now)
            yield from lines
            yield f"answer_{number} = {made}"


def _together(number: int, step: ConcurrentCalls, now: datetime) -> Iterator[str]:
    branches = []
    for index, branch in enumerate(step.branches):
        made = [_call(call, f"change_{number}_{index}_{place}", now) for place, call in enumerate(branch)]
        for lines, _ in made:
            yield from lines
        calls = ", ".join(call for _, call in made)
        branches.append(f"    lambda: {calls}," if len(made) == 1 else f"    lambda: [{calls}][0],")
    yield "\n".join([f"answer_{number} = together(", *branches, ")"])


def later(now: datetime, point: Point) -> datetime:
    """The time of the case after the clock was set to a point; the same where it depends on an answer."""
    try:
        return resolve_point(point, now, {})
    except NotPlayableError:
        return now


def end_expression(point: Point) -> str:
    """The End that a point refers to."""
    return f"instant(member(answer_{point.step}, 'End'))" if isinstance(point, EndOf) else ""


def _call(step: CallStep, change: str, now: datetime) -> tuple[list[str], str]:
    """The lines before a call, and the call."""
    given = [f"{step.account}, {step.region}, {METHODS[type(step)]!r}"]
    lines: list[str] = []
    mutation = getattr(step, "mutation", "plain")
    if mutation != "plain":
        lines = _change(change, mutation, step, now)
        given.append(f"change={change}")
    given += [f"{name}={expression}" for name, expression in _parameters(step, now)]
    function = "pages" if getattr(step, "whole", False) else "call"
    return lines, f"{function}({', '.join(given)})"


def _parameters(step: CallStep, now: datetime) -> Iterator[tuple[str, str]]:
    match step:
        case Purchase():
            yield "OfferingArn", _arn(step.offering, step)
            if step.name is not None:
                yield "ReservationName", repr(step.name)
            if step.start is not None:
                yield "Start", _start(step, now)
        case DescribeOffering():
            yield "OfferingArn", _arn(step.offering, step)
        case DescribeReservation():
            yield "ReservationArn", _arn(step.reservation, step)
        case ListOfferings() | ListReservations():
            given = {"MaxResults": step.max_results, "NextToken": step.token}
            yield from ((name, repr(value)) for name, value in given.items() if value is not None)


def _start(step: Purchase, now: datetime) -> str:
    if step.start is None:
        return "''"
    end = end_expression(step.start.point) if isinstance(step.start, Written) else ""
    return start_expression(step.start, end, now)


def _arn(arn: Arn, step: CallStep) -> str:
    match arn:
        case LiteralArn(text):
            return repr(text)
        case UnknownArn(kind):
            place = f"{{regions[{step.region}]}}:{{accounts[{step.account}]}}"
            return f'f"arn:aws:mediaconnect:{place}:{kind}:00000000-0000-4000-8000-000000000000"'
        case OfferingArn(index, mutation):
            return altered_arn(f"offering({step.account}, {step.region}, {index})", mutation)
        case _:
            return altered_arn(f"member(answer_{arn.step}, 'ReservationArn')", arn.mutation)


def altered_arn(arn: str, mutation: str) -> str:
    """The mutation as an expression of the expression of an ARN."""
    return ARN_EXPRESSIONS[mutation].replace("{arn}", arn)


def _change(name: str, mutation: str, step: CallStep, now: datetime) -> list[str]:
    """The handler that spoils a request."""
    purchase = step if isinstance(step, Purchase) else None
    change = spoilt(mutation, purchase)
    lines = ["", f"def {name}(params, **_):", f'    """Send the request with “{mutation}”."""']
    if purchase is not None and _needs_start(change):
        lines.append(f"    start = {_start(purchase, now)}")
    if change.path is not None:
        lines.append(f'    params["url"] = arguments.endpoint_url.rstrip("/") + {change.path!r}')
    lines += [f'    params["url"] = params["url"].replace({old!r}, {new!r})' for old, new in change.in_path]
    if change.query:
        query = _filled(repr(change.query), ".replace(':', '%3A')", "")
        lines.append(f'    params["url"] += "?" + {query}')
    if change.body is not None:
        lines.append(f'    params["body"] = {_body(change.body)}')
    if change.headers:
        lines.append(f'    params["headers"].update({dict(change.headers)!r})')
    return [*lines, "", ""]


def _needs_start(change: Spoilt) -> bool:
    return b"<start" in (change.body or b"") or "<start" in change.query


def _body(body: bytes) -> str:
    pieces = [repr(piece) + (f" * {times}" if times > 1 else "") for piece, times in in_runs(body)]
    return _filled(" + ".join(pieces) or "b''", "", ".encode()")


def _filled(expression: str, change: str, encode: str) -> str:
    """The expression with the Start in the place of its marks."""
    prefix = "b" if encode else ""
    for mark, value in (
        (START, f"start{change}"),
        (SECONDS, "str(int(instant(start).timestamp()))"),
        (MILLISECONDS, "str(int(instant(start).timestamp()) * 1000)"),
    ):
        if mark in expression:
            whole = (
                expression
                if expression.startswith(("'", '"', "b'", 'b"')) and " + " not in expression
                else (f"({expression})")
            )
            expression = f"{whole}.replace({prefix}{mark!r}, {value}{encode})"
    return expression
