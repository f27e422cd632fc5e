"""A script that makes the calls of a saved case with the AWS CLI, and with curl where the CLI would not send them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from shlex import quote

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
from conformance.replay.boto3_script import METHODS, altered_arn, commented, later
from conformance.replay.cli_text import CALLING, HEAD
from conformance.replay.recipe import (
    MILLISECONDS,
    SECONDS,
    START,
    Spoilt,
    body_members,
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

_PYTHON = """import calendar, sys
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

{functions}

given = sys.argv[2]
now = instant(sys.argv[3]) if sys.argv[3] else None
"""
_NOT_FOR_THE_CLI = frozenset({"ends in a line break", "ends in a null character"})
_MARK = re.compile("|".join(map(re.escape, (START, SECONDS, MILLISECONDS))))
_VALUES = {
    START: '"$start"',
    SECONDS: '"$(calculate \'int(instant(given).timestamp())\' "$start")"',
    MILLISECONDS: '"$(calculate \'int(instant(given).timestamp()) * 1000\' "$start")"',
}


def cli_script(saved: SavedCase, stem: str) -> str:
    """The script to go beside `<stem>.json`."""
    case = saved.case
    head = HEAD.format(
        stem=stem,
        region=saved.region,
        target=f"{saved.target_name} ({saved.target_kind})",
        message=commented(saved.message),
        last_account=max(account for account, _ in case.places()),
        expected=quote(f"{saved.expected}  ({saved.rule})"),
    )
    steps = "\n".join(_steps(saved))
    functions = _PYTHON.format(functions="\n\n".join(functions_of(steps)))
    calling = "\n\n".join(used_blocks(CALLING.strip().split("\n\n"), steps))
    return "\n".join([head, f"functions=$(cat <<'END'\n{functions}END\n)\n", calling, "", steps]) + "\n"


def _steps(saved: SavedCase) -> Iterator[str]:
    case = saved.case
    yield f"set_clock {case.now}"
    yield f"terms={quote(json.dumps([wire_terms(offering) for offering in case.offerings]))}"
    for account, region in case.places():
        yield f"define {account} {region}"
        yield f'offerings_{account}_{region}=("${{found[@]}}")'
    now = parse_timestamp(case.now) or datetime(2027, 1, 15, 12, tzinfo=UTC)
    for number, step in enumerate(case.steps):
        yield ""
        if isinstance(step, SetClock):
            expression = f"format_timestamp({point_expression(step.to, 'instant(given)')})"
            yield f"set_clock {_calculated(expression, _end(step.to))}"
            now = later(now, step.to)
        elif isinstance(step, DefineOfferings):
            yield "# the offerings are defined anew here"
        elif isinstance(step, ConcurrentCalls):
            yield from _together(number, step, now)
        else:
            yield from _call(step, now)
            yield from _noted(number, step)


def _noted(number: int, step: CallStep) -> Iterator[str]:
    """Keep what later steps may refer to."""
    if isinstance(step, Purchase):
        yield f"reservation_{number}=$(values reservationArn | head -n 1)"
        yield f"end_{number}=$(values end | head -n 1)"


def _together(number: int, step: ConcurrentCalls, now: datetime) -> Iterator[str]:
    yield "# At the same time:"
    for branch in step.branches:
        yield "{"
        yield "  body=$(mktemp)"
        for call in branch:
            yield from (f"  {line}" for line in _call(call, now))
        yield '  rm -f "$body"'
        yield "} &"
    yield "wait"
    yield f"reservation_{number}= end_{number}="


def _end(point: Point) -> str:
    return f'"$end_{point.step}"' if isinstance(point, EndOf) else ""


def _calculated(expression: str, given: str) -> str:
    return f'"$(calculate {quote(expression)}{f" {given}" if given else ""})"'


def _call(step: CallStep, now: datetime) -> Iterator[str]:
    if isinstance(step, Purchase) and step.start is not None:
        yield f"start={_start(step, now)}"
    if _is_for_the_cli(step):
        yield " ".join(_command(step))
    else:
        yield from _raw(step)


def _start(step: Purchase, now: datetime) -> str:
    assert step.start is not None
    expression = start_expression(step.start, "instant(given)", now)
    given = _end(step.start.point) if isinstance(step.start, Written) else ""
    return _calculated(expression, given)


def _is_for_the_cli(step: CallStep) -> bool:
    """Whether the AWS CLI sends the call as it is: it refuses what its model does not permit."""
    if getattr(step, "mutation", "plain") != "plain":
        return False
    arn = getattr(step, "offering", getattr(step, "reservation", None))
    if isinstance(arn, LiteralArn) and (not arn.text or "\0" in arn.text or arn.text.endswith("\n")):
        return False
    if getattr(arn, "mutation", "exact") in _NOT_FOR_THE_CLI:
        return False
    if isinstance(step, Purchase):
        return bool(step.name) and "\0" not in str(step.name) and step.start is not None
    if isinstance(step, ListOfferings | ListReservations):
        size = step.max_results
        return step.token != "" and (size is None or re.fullmatch("[1-9][0-9]{0,8}", size) is not None)
    return True


def _command(step: CallStep) -> Iterator[str]:
    yield "pages" if getattr(step, "whole", False) else "mediaconnect"
    yield f"{step.account} {step.region} {METHODS[type(step)].replace('_', '-')}"
    match step:
        case Purchase():
            yield f"--offering-arn={_arn(step.offering, step)}"
            yield f'--reservation-name={quote(str(step.name))} --start="$start"'
        case DescribeOffering():
            yield f"--offering-arn={_arn(step.offering, step)}"
        case DescribeReservation():
            yield f"--reservation-arn={_arn(step.reservation, step)}"
        case ListOfferings() | ListReservations():
            yield "--no-paginate"
            given = {"max-results": step.max_results, "next-token": step.token}
            yield from (f"--{name}={quote(str(value))}" for name, value in given.items() if value is not None)


def _arn(arn: Arn, step: CallStep, *, in_path: bool = False) -> str:
    """An ARN as a word of the shell; `in_path` percent-encoded."""
    mutation, given = "exact", ""
    match arn:
        case LiteralArn(text):
            expression = repr(text)
        case UnknownArn(kind):
            place = f"${{regions[{step.region}]}}:${{accounts[{step.account}]}}"
            expression, given = "given", f'"arn:aws:mediaconnect:{place}:{kind}:00000000-0000-4000-8000-000000000000"'
        case OfferingArn(index, mutation):
            arns = f'"${{offerings_{step.account}_{step.region}[@]}}"'
            expression, given = altered_arn("given", mutation), f'"$(offering {index} {arns})"'
        case _:
            mutation = arn.mutation
            expression, given = altered_arn("given", mutation), f'"$reservation_{arn.step}"'
    if in_path:
        return _calculated(f"quote({expression}, safe='')", given)
    return given if expression == "given" else _calculated(expression, given)


def _raw(step: CallStep) -> Iterator[str]:
    """The call with curl."""
    purchase = step if isinstance(step, Purchase) else None
    change = spoilt(getattr(step, "mutation", "plain"), purchase)
    if getattr(step, "mutation", "plain") != "plain":
        yield f"# sent with “{getattr(step, 'mutation', '')}”"
    if purchase is not None:
        body = change.body
        if body is None:
            body = json.dumps(body_members(purchase, START)).encode()
        yield f'{_printing(body)} >"$body"'
    yield f"path={_path(step, change)}"
    headers = {"Content-Type": "application/json", **change.headers} if purchase is not None else dict(change.headers)
    options = "".join(f" -H {quote(f'{name}: {value}')}" for name, value in headers.items())
    method = "POST" if purchase is not None else "GET"
    data = ' --data-binary @"$body"' if purchase is not None else ""
    yield f'raw {step.account} {step.region} {method} "$path"{options}{data}'


def _path(step: CallStep, change: Spoilt) -> str:
    """Path and query string as words of the shell."""
    if change.path is not None:
        path = quote(change.path)
    elif isinstance(step, ListOfferings):
        path = "/v1/offerings"
    elif isinstance(step, ListReservations):
        path = "/v1/reservations"
    elif isinstance(step, DescribeReservation):
        path = "/v1/reservations/" + _arn(step.reservation, step, in_path=True)
    else:
        path = "/v1/offerings/" + _arn(step.offering, step, in_path=True)
    for old, new in change.in_path:
        path = f'"$(sed {quote(f"s/{old}/{new}/g")} <<<{path})"'
    query = [quote(change.query).replace(START, "'\"${start//:/%3A}\"'")] if change.query else []
    if isinstance(step, ListOfferings | ListReservations):
        given = {"maxResults": step.max_results, "nextToken": step.token}
        query += [
            f"{name}=" + _calculated(f"quote({value!r}, safe='')", "")
            for name, value in given.items()
            if value is not None
        ]
    return path + ("'?'" + "'&'".join(query) if query else "")


def _printing(body: bytes) -> str:
    """Commands that print these bytes."""
    commands = []
    for piece, times in in_runs(body):
        if times > 1:
            commands.append(f"head -c {times} /dev/zero | tr '\\0' {quote(piece.decode('latin-1'))}")
            continue
        text = piece.decode("latin-1")
        given = " ".join(_VALUES[mark] for mark in _MARK.findall(text))
        template = "%s".join(_escaped(part) for part in _MARK.split(text))
        commands.append(f"printf {quote(template)} {given}".rstrip())
    return "{ " + "; ".join(commands or ["true"]) + "; }"


def _escaped(text: str) -> str:
    """A text of bytes in a format of printf."""
    return "".join(
        {"%": "%%", "\\": "\\\\"}.get(sign, sign if " " <= sign <= "~" else f"\\{ord(sign):03o}") for sign in text
    )
