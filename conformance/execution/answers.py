"""What one answer means by itself: an outcome that is final, or a fault that is looked into."""

from __future__ import annotations

import json
import re
from typing import Any

from conformance.execution.client import AttemptResult
from conformance.execution.trace import Exchange
from conformance.spec.outcomes import Answered, Outcome, Refused
from conformance.spec.service import THROTTLED

NO_CONTENT = 204
"""The status of an answer that has no body by HTTP itself, and says of none how long it is."""

_LITERALS = ("true", "false", "null")
# A number, or an escape in a string, of which the end is missing.
_BEGUN = re.compile(r"[-+.0-9eE]*|\\?u?[0-9a-fA-F]{0,4}")


def outcome_of(attempt_result: AttemptResult) -> Outcome | None:
    """What one attempt definitely came to; None where it must be tried again, or looked into."""
    exchange = attempt_result.exchange
    if exchange.status is None or not 200 <= exchange.status < 500:
        return None
    if exchange.status < 300:
        body, readable = read_json(exchange.body)
        return Answered(exchange.status, body) if readable or _is_whole(exchange) else None
    if is_throttled(attempt_result):
        return None
    return Refused(exchange.status, attempt_result.code or str(exchange.status), attempt_result.message)


def is_throttled(attempt_result: AttemptResult) -> bool:
    """Whether the attempt was throttled, so that it had no effect."""
    return attempt_result.exchange.status == 429 or attempt_result.code in THROTTLED


def is_out_of_service(exchange: Exchange) -> bool:
    """Whether the answer is what a service gives that is down or busy: none, a 5xx, or 429."""
    return exchange.status is None or exchange.status >= 500 or exchange.status == 429


def is_silence(exchange: Exchange) -> bool:
    """Whether the request went out, and nothing came back in time."""
    return exchange.status is None and exchange.error.startswith("ReadTimeoutError")


def is_success(exchange: Exchange) -> bool:
    """Whether a 2xx answer came that says how long its body is, or that the suite itself stopped reading."""
    return exchange.status is not None and 200 <= exchange.status < 300 and (_has_length(exchange) or _is_cut(exchange))


def read_json(body: bytes) -> tuple[Any, bool]:
    """The JSON value of a body, and whether it is JSON at all; nothing that a target sends raises here."""
    try:
        return json.loads(body), True
    except (ValueError, RecursionError):
        return None, False


def header(exchange: Exchange, name: str) -> str:
    """A header of the answer, whatever the case of its name; empty where there is none."""
    return next((value for key, value in exchange.headers.items() if key.lower() == name.lower()), "")


def error_type(exchange: Exchange) -> str:
    """The error type in an answer's header."""
    return header(exchange, "x-amzn-errortype").partition(":")[0].rpartition("#")[2]


def breaks_off(body: bytes) -> bool:
    """Whether bytes that are not JSON may be the beginning of some, as a proxy leaves it that cuts answers short."""
    try:
        text = body.decode()
        json.loads(text)
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    except json.JSONDecodeError as error:
        rest = text[error.pos :].strip()
        is_begun = any(literal.startswith(rest) for literal in _LITERALS) or _BEGUN.fullmatch(rest) is not None
        return error.msg.startswith("Unterminated") or is_begun
    except (ValueError, RecursionError):
        return False
    return False


def _is_whole(exchange: Exchange) -> bool:
    """Whether a body that is not JSON came as it was meant: it said how long it is, and does not just break off."""
    return exchange.status == NO_CONTENT or (
        _has_length(exchange) and not _is_cut(exchange) and not breaks_off(exchange.body)
    )


def _is_cut(exchange: Exchange) -> bool:
    """Whether the suite itself stopped to read the answer: it was too long, or took too long."""
    return exchange.status is not None and bool(exchange.error)


def _has_length(exchange: Exchange) -> bool:
    return exchange.status == NO_CONTENT or bool(
        header(exchange, "content-length") or header(exchange, "transfer-encoding")
    )
