"""The steps of a failing case in words: each call with its requests and answers as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """A call: what came of it, under which circumstances, and its exchanges as (request, answer)."""

    number: int
    operation: str
    outcome: str
    circumstances: tuple[str, ...]
    exchanges: tuple[tuple[str, str], ...]
    broken: bool


def steps(trace: Mapping[str, Any]) -> list[Step]:
    """The steps of a failure's `trace`, in its order; account and Region are named where there are several."""
    entries = [entry for entry in trace.get("calls", ()) if isinstance(entry, dict)]
    places = len({(entry.get("account"), entry.get("region")) for entry in entries})
    return [
        Step(
            number=index + 1,
            operation=str(entry.get("operation", "")),
            outcome=str(entry.get("outcome", "")),
            circumstances=tuple(_circumstances(entry, several_places=places > 1)),
            exchanges=tuple(map(_exchange, entry.get("exchanges", ()))),
            broken=trace.get("broken_by") == index,
        )
        for index, entry in enumerate(entries)
    ]


def _circumstances(entry: Mapping[str, Any], *, several_places: bool) -> Iterator[str]:
    if several_places:
        yield f"account {entry.get('account')} in {entry.get('region')}"
    clock = entry.get("clock") or {}
    if clock:
        earliest, latest = clock.get("earliest"), clock.get("latest")
        yield f"at {latest}" if earliest == latest else f"between {earliest} and {latest}"
    if entry.get("concurrent"):
        yield "at the same time as others"
    if entry.get("must"):
        yield f"must {entry['must']}"


def _exchange(exchange: Mapping[str, Any]) -> tuple[str, str]:
    request, answer = exchange.get("request", {}), exchange.get("answer")
    sent = _message(f"{request.get('method')} {request.get('url')}", request)
    if answer is None:
        return sent, f"no answer: {exchange.get('error')}"
    return sent, _message(f"HTTP {answer.get('status')}", answer)


def _message(first_line: str, message: Mapping[str, Any]) -> str:
    lines = [first_line, *(f"{name}: {value}" for name, value in message.get("headers", {}).items())]
    return "\n".join([*lines, *_body(message)])


def _body(message: Mapping[str, Any]) -> Sequence[str]:
    if "json" in message:
        return "", json.dumps(message["json"], indent=2, ensure_ascii=False)
    if "text" in message:
        return "", str(message["text"])
    if "base64" in message:
        return "", f"not UTF-8, in base64: {message['base64']}"
    if "begins" in message:
        return "", f"{message['begins']}… ({message.get('bytes')} bytes)"
    return ()
