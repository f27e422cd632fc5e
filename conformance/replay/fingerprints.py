"""Answers reduced to fingerprints, by which a script tells whether a defect is still there.

The script of a saved case carries this file along, so nothing here may import the suite but what goes along too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.spec.calendar import add_months, parse_iso8601


class Answers:
    """Reduces the answers of a case, one after the other, to fingerprints that are the same in every run.

    Accounts and identifiers count by the order in which they appear, times by their distance from the Start that was
    sent last. Of a refusal only status, type, label and the presence of a message count.
    """

    _OWN = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")
    _TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?")

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self._start: datetime | None = None
        self._now = datetime.min.replace(tzinfo=UTC)

    def fingerprint(self, sent: bytes, now: datetime, status: int, headers: Mapping[str, str], body: bytes) -> str:
        """The fingerprint of the next answer, to a request with the body `sent` at this time."""
        asked, read = read_json(sent), read_json(body)
        start = parse_iso8601(asked.get("start")) if isinstance(asked, dict) else None
        self._start, self._now = start or self._start, now
        label = {name.lower(): value for name, value in headers.items()}.get("content-type")
        facts: list[object] = [status, label]
        if status < 400:
            facts.append(self._reduced(body.decode("utf-8", "replace") if read is None else read))
        else:
            message = read.get("message") or read.get("Message") if isinstance(read, dict) else None
            facts += [type_of(headers, read), bool(message)]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]

    def _reduced(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: bool(item) if name.lower() == "nexttoken" else self._reduced(item) for name, item in value.items()
            }
        if isinstance(value, list):
            return [self._reduced(item) for item in value]
        if isinstance(value, str):
            return self._reduced_text(value)
        if type(value) in (int, float) and any(self._is_about_now(value, unit) for unit in (1, 1_000)):
            return "a time"
        return value

    def _is_about_now(self, number: float, a_second: int) -> bool:
        """Whether it is a time of about now; whole numbers may be longer than any float, so nothing is divided."""
        now = int(self._now.timestamp()) * a_second
        return now - 400 * 86_400 * a_second < number < now + 400 * 86_400 * a_second

    def _reduced_text(self, text: str) -> str:
        head, colon, identifier = text.rpartition(":")
        if text.startswith("arn:") and identifier:
            return self._OWN.sub(self._numbered, head) + colon + self._number(identifier)
        if text in self._seen:
            return self._seen[text]
        return self._TIME.sub(self._distance, self._OWN.sub(self._numbered, text))

    def _numbered(self, match: re.Match[str]) -> str:
        return self._number(match.group())

    def _number(self, text: str) -> str:
        return self._seen.setdefault(text, f"#{len(self._seen) + 1}")

    def _distance(self, match: re.Match[str]) -> str:
        """The time in its form, and how far it is from the Start moved by whole months."""
        form, time = re.sub("[0-9]", "0", match.group()), parse_iso8601(match.group())
        if time is None or self._start is None:
            return match.group()
        about = (time.year - self._start.year) * 12 + time.month - self._start.month
        near = list(_distances_about(time, self._start, about))
        if not near:
            return f"{form} some time"
        distance, months = min(near, key=lambda one: (abs(one[0]), one[1]))
        if distance and abs(time - self._now) < timedelta(minutes=10):
            return f"{form} now"
        if abs(distance) > timedelta(days=3):
            return f"{form} some time"
        return f"{form} {months} months and {distance.total_seconds()} s after Start"


def read_json(body: bytes) -> Any:
    """The JSON value of a body; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def type_of(headers: Mapping[str, str], body: Any) -> str:
    """The type of a refusal, as an SDK reads it; empty where there is none."""
    named = {name.lower(): value for name, value in headers.items()}.get("x-amzn-errortype")
    members = body if isinstance(body, dict) else {}
    text = str(named or members.get("__type") or members.get("code") or "")
    return text.partition(":")[0].rpartition("#")[2]


def _distances_about(time: datetime, start: datetime, about: int) -> Iterator[tuple[timedelta, int]]:
    """How far the time is from the Start moved by about so many months, as far as the calendar goes."""
    for months in (about - 1, about, about + 1):
        with suppress(ValueError, OverflowError):
            yield time - add_months(start, months), months
