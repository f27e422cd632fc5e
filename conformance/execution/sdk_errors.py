"""The type and the message of a refusal as an SDK reads them, by botocore's own reader: of calls and of recordings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserError, create_parser

_PARSER: Any = create_parser("rest-json")


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """Type and message of an answer that is not a success; a type that cannot be read is the bare status."""
    answer = {"status_code": status, "headers": HeadersDict(headers), "body": body}
    try:
        error = _PARSER.parse(answer, None).get("Error", {})
    except (ResponseParserError, ValueError, TypeError, AttributeError, KeyError):
        return str(status), ""
    return str(error.get("Code") or status), str(error.get("Message") or "")
