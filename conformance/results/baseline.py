"""The baseline: failures that are known and do not close the gate, each with its reason, in a file of TOML.

```toml
[[known]]
rule = "names/unique"
reason = "the emulator forgets names, and nobody depends on them"
issue = "https://github.com/example/emulator/issues/7"  # optional
expires = 2027-06-30                                    # optional: an error from the day after
pattern = "must refuse it"                              # optional: a regular expression that the message has
```
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from conformance.clock import utc_now
from conformance.results.verdicts import RuleResult, Verdict
from conformance.rules import RULES, Rule

_KEYS = ("rule", "reason", "issue", "expires", "pattern")
_HEADER = re.compile(r"\s*\[\[\s*known\s*\]\]")
REMOVE_IT = "listed in the baseline, but passes: remove it"


class BaselineError(ValueError):
    """The file is no baseline; the message names the file, the line and the entry."""


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """One entry."""

    rule: str
    reason: str
    issue: str = ""
    expires: date | None = None
    pattern: str = ""

    def covers(self, message: str) -> bool:
        """Whether a failure with this message is the known one."""
        return re.search(self.pattern, message) is not None

    @property
    def explanation(self) -> str:
        """The reason, and the issue where there is one."""
        return f"{self.reason} ({self.issue})" if self.issue else self.reason


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known failures by rule id."""

    known: Mapping[str, KnownFailure] = field(default_factory=dict)

    def judge(self, rule: Rule, verdict: Verdict, reason: str, result: RuleResult | None) -> tuple[Verdict, str]:
        """The verdict on a rule in the light of the baseline, and its reason.

        A rule that is listed and passes fails only where all of its tests were run on the whole of it.
        """
        entry = self.known.get(rule.id)
        if entry is None or result is None:
            return verdict, reason
        if verdict is Verdict.FAIL:
            if all(entry.covers(failure.text) for failure in result.failures):
                return Verdict.KNOWN, entry.explanation
            return Verdict.FAIL, f"fails otherwise than the baseline's pattern {entry.pattern!r} says"
        if verdict is Verdict.PASS and not reason:
            return Verdict.FAIL, REMOVE_IT
        return verdict, reason

    def covers(self, rule_id: str, message: str) -> bool:
        """Whether a failure is known."""
        return rule_id in self.known and self.known[rule_id].covers(message)


def baseline_of_file(file: str) -> Baseline:
    """The baseline in a file, for the rules of the registry, as of today. Raises BaselineError as `read_baseline`."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BaselineError(f"{file}: not TOML: it is not UTF-8") from None
    except OSError as error:
        raise BaselineError(f"{file}: {error.strerror}") from None
    return read_baseline(text, file, RULES, utc_now().date())


def read_baseline(text: str, file: str, rules: Iterable[str], today: date) -> Baseline:
    """The baseline in a text.

    Raises:
        BaselineError: it is not TOML, or an entry is of an unknown rule, of one that was listed before, without a
            reason, expired, or has a pattern that is no regular expression, or a key or value that means nothing.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BaselineError(f"{file}: not TOML: {error}") from None
    foreign = [key for key in document if key != "known"]
    entries = document.get("known", [])
    if foreign or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        what = foreign[0] if foreign else "known"
        line = _line_of_key(text.splitlines(), 0, what)
        raise BaselineError(f"{file}:{line}: {what!r} means nothing here; entries begin with [[known]]")
    reader = _Reader(text, file, frozenset(rules), today)
    return Baseline(reader.read(entries))


class _Reader:
    """Reads the entries, and knows the line of each."""

    def __init__(self, text: str, file: str, rules: frozenset[str], today: date) -> None:
        self._lines, self._file, self._rules, self._today = text.splitlines(), file, rules, today
        self._starts = [number for number, line in enumerate(self._lines) if self._is_header(number, line)]

    def read(self, entries: list[dict[str, Any]]) -> dict[str, KnownFailure]:
        known: dict[str, KnownFailure] = {}
        for number, entry in enumerate(entries):
            read = self._entry(number, entry)
            if read.rule in known:
                self._complain(number, entry, "rule", "the rule is listed twice")
            known[read.rule] = read
        return known

    def _entry(self, number: int, entry: dict[str, Any]) -> KnownFailure:
        for key, value in entry.items():
            if key not in _KEYS:
                self._complain(number, entry, key, f"unknown key {key!r}; expected {', '.join(_KEYS)}")
            if key != "expires" and not isinstance(value, str):
                self._complain(number, entry, key, f"{key} must be a text")
        for key in ("rule", "reason"):
            if not entry.get(key, "").strip():
                self._complain(number, entry, key, f"the {key} is missing")
        if entry["rule"] not in self._rules:
            self._complain(number, entry, "rule", "there is no such rule")
        expires = entry.get("expires")
        if expires is not None and (not isinstance(expires, date) or isinstance(expires, datetime)):
            self._complain(number, entry, "expires", "expires must be a date, such as 2027-06-30 without quotes")
        if expires is not None and expires < self._today:
            self._complain(number, entry, "expires", f"the entry expired on {expires}")
        try:
            re.compile(entry.get("pattern", ""))
        except re.error as error:
            self._complain(number, entry, "pattern", f"the pattern is no regular expression: {error}")
        return KnownFailure(**entry)

    def _complain(self, number: int, entry: dict[str, Any], key: str, what: str) -> None:
        start = self._starts[number] if number < len(self._starts) else 0
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._lines)
        line = _line_of_key(self._lines[:end], start, key)
        rule = entry.get("rule")
        named = f" ({rule})" if isinstance(rule, str) and rule else ""
        raise BaselineError(f"{self._file}:{line}: entry {number + 1}{named}: {what}")

    def _is_header(self, number: int, line: str) -> bool:
        """Whether an entry begins in this line; not so inside a text of several lines, where TOML ends too early."""
        if not _HEADER.match(line):
            return False
        try:
            tomllib.loads("\n".join(self._lines[:number]))
        except tomllib.TOMLDecodeError:
            return False
        return True


def _line_of_key(lines: list[str], start: int, key: str) -> int:
    """The line, from 1, of the first mention of a key from a line on; that line itself where there is none."""
    mention = re.compile(rf"""\s*(\[+\s*)?["']?{re.escape(key)}["']?\s*[=.\]]""")
    return next((number + 1 for number in range(start, len(lines)) if mention.match(lines[number])), start + 1)


def baseline_text(failing: Mapping[str, RuleResult], before: Baseline, unjudged: Iterable[str] = ()) -> str:
    """A baseline of everything that fails, by rule id, sorted.

    Entries that there were before keep what they say, also those of the rules that could not be judged now.
    """
    parts = ["# Failures that are known and do not close the gate. Write into each reason why it is not fixed.\n"]
    kept = {rule_id for rule_id in unjudged if rule_id in before.known}
    for rule_id in sorted(failing.keys() | kept):
        entry = before.known.get(rule_id)
        messages = [failure.text for failure in failing[rule_id].failures] if rule_id in failing else []
        if entry is None or not all(map(entry.covers, messages)):
            problem = messages[0].partition("\n")[0].removeprefix(f"{rule_id}: ")
            entry = KnownFailure(rule_id, reason=problem, issue=entry.issue if entry else "")
        lines = ["[[known]]", f"rule = {_quoted(entry.rule)}", f"reason = {_quoted(entry.reason)}"]
        lines += [f"issue = {_quoted(entry.issue)}"] if entry.issue else []
        lines += [f"expires = {entry.expires}"] if entry.expires else []
        lines += [f"pattern = {_quoted(entry.pattern)}"] if entry.pattern else []
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    """A basic string of TOML: as in JSON, but for one sign that TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
