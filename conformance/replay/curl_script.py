"""A script that sends the requests of a saved case with curl, as they were recorded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from shlex import quote
from typing import Any

from conformance.cases.case import (
    ConcurrentCalls,
    DefineOfferings,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    SetClock,
    WithdrawnOfferingArn,
    Written,
)
from conformance.cases.resolution import NotPlayableError, resolve_point
from conformance.replay.boto3_script import commented
from conformance.replay.saved_case import SavedCase
from conformance.replay.standalone import printable
from conformance.replay.trace_json import format_start_of_case
from conformance.spec.calendar import format_timestamp, parse_iso8601, parse_timestamp
from conformance.targets.base import wire_terms

_HEAD = """#!/usr/bin/env bash
# The requests of {stem}.json with curl, one after the other, as they were sent.
#
#     bash {stem}.curl.sh http://localhost:4566 [CONTROL_URL]
#
# The access key id is $ACCOUNT, 12 digits, or another one each time; $AWS_SECRET_ACCESS_KEY signs. Where the emulator
# has the test control API, CONTROL_URL sets the time and defines the offerings as the case has them.
#
# What the suite saw on {target}:
{message}

set -u
endpoint=${{1:?the URL of the endpoint is missing}}
endpoint=${{endpoint%/}}
control=${{2-}}
account_1=${{ACCOUNT:-$(printf '1%05d%05d0' "$RANDOM" "$RANDOM")}}
"""
_TOOLS = r"""
# call ACCOUNT REGION METHOD TARGET [curl's options]: send a request, and print it with its answer.
call() {
  answer=$(curl -sS -i --globoff --path-as-is --aws-sigv4 "aws:amz:$2:mediaconnect" \
    --user "$1:${AWS_SECRET_ACCESS_KEY:-conformance}" -X "$3" "${@:5}" "$endpoint$4" 2>&1 |
    tr -d '\r' | tr -c '\11\12\40-\176' '?')
  printf '\n%s %s\n%s\n' "$3" "$4" "${answer:0:2000}"
}

# control ACCOUNT PATH BODY: ask the control API for something, where there is one.
control() {
  [ -z "$control" ] || curl -sSf -X PUT -H 'Content-Type: application/json' --data-raw "$3" "$control/accounts/$1/$2"
}

# found NAME NUMBER: the text that comes as the NUMBERth under that name in the last answer.
found() { grep -o "\"$1\" *: *\"[^\"]*\"" <<<"$answer" | sed -n "$2"'s/^[^:]*: *"\(.*\)"$/\1/p'; }

# encoded: a token as a query string has it.
encoded() { sed 's/%/%25/g; s/+/%2B/g; s/=/%3D/g; s/&/%26/g; s/ /%20/g; s|/|%2F|g'; }

# offering ACCOUNT REGION INDEX: the identifier of an offering of the account; the index goes round at the end.
offering() {
  local answer arns
  call "$1" "$2" GET /v1/offerings >/dev/null
  mapfile -t arns < <(grep -o '"offeringArn" *: *"[^"]*"' <<<"$answer" | sed 's/"$//; s/.*://')
  [ "${#arns[@]}" = 0 ] || printf '%s' "${arns[$3 % ${#arns[@]}]}"
}
"""
_MARK = re.compile(r"([1-9])\1{11}|00000000-0000-4000-8000-[0-9]{11}[1-9]|identifier-[0-9]+|<[^<>]+>")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_OF_CURL = frozenset({"accept-encoding", "transfer-encoding", "x-amz-content-sha256"})


def curl_script(saved: SavedCase, stem: str) -> str:
    """The script to go beside `<stem>.json`."""
    target = commented(saved.target).removeprefix("# ")
    head = _HEAD.format(stem=stem, target=target, message=commented(saved.message))
    ended = f"printf '\\nexpected: %s\\n' {quote(printable(f'{saved.expected}  ({saved.rule})'))}"
    return "\n".join([head + _TOOLS, *_Lines(saved).lines(), "", ended]) + "\n"


class _Lines:
    """The lines of a script: what differs from run to run is in variables, which are set before they are used."""

    def __init__(self, saved: SavedCase) -> None:
        self._case, self._fault = saved.case, saved.fault or {}
        self._variables = {"1" * 12: "account_1"}
        self._calls = [call for call in saved.trace if call["exchanges"]]
        self._places = dict.fromkeys((call["account"], call["region"]) for call in self._calls)
        starts = (call.start for call in saved.case.calls() if isinstance(call, Purchase))
        self._starts = {f"<{format_start_of_case(start)}>": start for start in starts if isinstance(start, Written)}

    def lines(self) -> Iterator[str]:
        for account in dict.fromkeys(account for account, _ in self._places):
            if account not in self._variables and _MARK.fullmatch(account):
                self._variables[account] = f"account_{account[0]}"
                yield f"account_{account[0]}=$((account_1 + {int(account[0]) - 1}))"
        now = parse_timestamp(self._case.now)
        yield from self._clock(now)
        yield from self._offerings(self._case.offerings)
        for number, step in enumerate(self._case.steps):
            if isinstance(step, SetClock) and now is not None:
                with suppress(NotPlayableError):
                    now = resolve_point(step.to, now, self._ends())
                yield from self._clock(now)
            elif isinstance(step, DefineOfferings):
                yield from self._set_withdrawn(number)
                yield from self._offerings(step.offerings)
            calls = [call for call in self._calls if call["step"] == number]
            for place, call in enumerate(calls):
                yield from self._call(number, place, call)
            if isinstance(step, ConcurrentCalls):
                yield "wait"

    def _clock(self, now: datetime | None) -> Iterator[str]:
        if now is None:
            return
        for account in dict.fromkeys(account for account, _ in self._places):
            yield f"control {self._word(account)} clock {quote(json.dumps({'now': format_timestamp(now)}))}"

    def _offerings(self, offerings: tuple[OfferingTerms, ...]) -> Iterator[str]:
        for account, region in self._places:
            members = {"region": region, "offerings": [wire_terms(terms) for terms in offerings]}
            yield f"control {self._word(account)} offerings {quote(json.dumps(members))} >/dev/null"

    def _ends(self) -> dict[int, datetime]:
        """The End of each reservation by the step of its purchase."""
        shown = {call["step"]: dict(_texts(_answer(call))).get("end") for call in self._calls}
        return {step: end for step, text in shown.items() if (end := parse_iso8601(text)) is not None}

    def _call(self, number: int, place: int, call: Mapping[str, Any]) -> Iterator[str]:
        request = call["exchanges"][0]["request"]
        at_fault = (self._fault.get("step"), self._fault.get("call")) == (number, place)
        said = f"step {number}: {call['operation']}{', the call at fault' if at_fault else ''}"
        yield f"\n{commented(said)}"
        if "bytes" in request:
            yield f"# It is left out: its body of {request['bytes']:d} bytes is not in the saved case."
            return
        yield from self._set_before(number, call, json.dumps(request, ensure_ascii=False))
        target = "/" + request["url"].removeprefix("<endpoint>").removeprefix("/")
        words = map(self._word, (call["account"], call["region"], request["method"], target))
        yield " ".join(["call", *words, *self._options(request), *(["&"] if call.get("concurrent") else [])])
        if not call.get("concurrent"):
            yield from self._set_after(_answer(call))

    def _options(self, request: Mapping[str, Any]) -> Iterator[str]:
        for name, value in request["headers"].items():
            # What curl would take for the name of a file, or for two headers, is left out.
            harmless = _HEADER_NAME.fullmatch(name) and value.isascii() and value.isprintable()
            if harmless and name.lower() not in _OF_CURL:
                yield f"-H {self._word(f'{name}: {value}')}"
        if "base64" in request:
            yield _octal(base64.b64decode(request["base64"]))
        elif "json" in request:
            yield f"--data-raw {self._word(json.dumps(request['json']))}"
        elif "text" in request:
            text = request["text"]
            yield _octal(text.encode()) if "\0" in text else f"--data-raw {self._word(text)}"

    def _set_before(self, number: int, call: Mapping[str, Any], request: str) -> Iterator[str]:
        """Set what the request needs and no answer has shown: the identifier of an offering, or a Start."""
        step = self._case.steps[number]
        asked = [one for branch in step.branches for one in branch] if isinstance(step, ConcurrentCalls) else [step]
        arns = [arn for one in asked if isinstance(arn := getattr(one, "offering", None), OfferingArn)]
        if arns:
            yield from self._set_offering(call, request, arns[0].index)
        for mark in _marks(request):
            if mark in self._starts and mark not in self._variables:
                name = self._name("start", mark)
                yield f"{name}={_date(self._starts[mark]) or f'${{{name}:?{quote(mark)}}}'}"

    def _set_withdrawn(self, number: int) -> Iterator[str]:
        """Set the identifiers of offerings that the definition at step `number` takes away, and that are used later."""
        for call in self._calls:
            arn = getattr(self._case.steps[call["step"]], "offering", None)
            if isinstance(arn, WithdrawnOfferingArn):
                step, index = self._withdrawal(arn, call["step"])
                if step == number:
                    yield from self._set_offering(call, json.dumps(call["exchanges"][0]["request"]), index)

    def _withdrawal(self, arn: WithdrawnOfferingArn, used: int) -> tuple[int, int]:
        """The step that took the offering away which step `used` names, and its number among those taken then."""
        taken: list[tuple[int, int]] = []
        count = len(self._case.offerings)
        for number, step in enumerate(self._case.steps[:used]):
            if isinstance(step, DefineOfferings):
                taken = [*((number, index) for index in range(count)), *taken]
                count = len(step.offerings)
        return taken[arn.index % len(taken)]

    def _set_offering(self, call: Mapping[str, Any], request: str, index: int) -> Iterator[str]:
        for mark in _marks(request):
            if "-" in mark and not mark.startswith("<") and mark not in self._variables:
                place = f"{self._word(call['account'])} {self._word(call['region'])}"
                yield f"{self._name('id', mark)}=$(offering {place} {index})"

    def _set_after(self, answer: Any) -> Iterator[str]:
        """Set what an answer shows for the first time: the identifier of a reservation, or a token."""
        counts: dict[str, int] = {}
        for name, text in _texts(answer):
            counts[name] = counts.get(name, 0) + 1
            for mark in _marks(text):
                if mark in self._variables:
                    continue
                if re.fullmatch(r"\w+", name) and text.startswith("arn:") and text.endswith(mark):
                    variable = self._name("id", mark)
                    yield f"{variable}=$(found {name} {counts[name]}); {variable}=${{{variable}##*:}}"
                elif name == "nextToken" and text == mark:
                    yield f"{self._name('token', mark)}=$(found {name} {counts[name]} | encoded)"

    def _name(self, kind: str, mark: str) -> str:
        return self._variables.setdefault(mark, f"{kind}_{len(self._variables)}")

    def _word(self, text: str) -> str:
        """The text as one word of the shell, with variables for what was set."""
        pieces = re.split(f"({'|'.join(map(re.escape, self._variables))})", text)
        words = {piece: f'"${self._variables[piece]}"' for piece in pieces if piece in self._variables}
        return "".join(words.get(piece) or quote(piece) for piece in pieces if piece) or "''"


def _answer(call: Mapping[str, Any]) -> Any:
    sent = call["exchanges"][0]["request"]
    return [one for one in call["exchanges"] if one["request"] == sent][-1].get("answer", {}).get("json")


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a JSON value with the name that it has, in order."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)


def _marks(text: str) -> list[str]:
    """The placeholders in a text, each once."""
    return list(dict.fromkeys(match.group() for match in _MARK.finditer(text)))


def _octal(body: bytes) -> str:
    """The option of curl that sends these bytes, which no word of the shell could hold."""
    escaped = "".join(f"\\{byte:03o}" for byte in body)
    return f"--data-binary @<(printf '{escaped}')"


def _date(start: Written) -> str:
    """The Start as a command of GNU date; empty where it gives none."""
    if start.form != "plain" or start.edits or not isinstance(start.point, MonthStart | Now):
        return ""
    begin = "$(date -u +%Y-%m-01) UTC" if isinstance(start.point, MonthStart) else "now"
    moved = f"{begin} {start.point.months:+d} months {start.point.seconds:+d} seconds"
    return f'$(date -u -d "{moved}" +%Y-%m-%dT%H:%M:%SZ)'
