"""The baseline: failures that are known and do not close the gate, and rules that must be judged, in a file of TOML.

```toml
require = ["end/adds-duration", "start-window/interior"]  # optional: closes the gate where one is not judged

[[known]]
rule = "names/unique"
reason = "the emulator forgets names, and nobody depends on them"
issue = "https://github.com/example/emulator/issues/7"  # optional
expires = 2027-06-30                                    # optional: an error from the day after
pattern = "must refuse it"                              # optional: a regular expression that matches in the message
```
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import tomlkit

from conformance.clock import utc_now
from conformance.results.verdicts import RuleResult, Verdict
from conformance.rules import RULES, Rule

_KEYS: Mapping[str, type] = {"rule": str, "reason": str, "issue": str, "expires": date, "pattern": str}
_HEADER = re.compile(r"\s*\[\[\s*known\s*\]\]")
_SOON = timedelta(days=30)
REMOVE_IT = "listed in the baseline, but passes: remove it"


class BaselineError(ValueError):
    """The file is not a baseline; the message names the file, the line and the entry."""


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
    """The known failures by rule id, and the rules that must be judged, by id; None where nothing is said of them."""

    known: Mapping[str, KnownFailure] = field(default_factory=dict)
    require: tuple[str, ...] | None = None

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

    def expiring(self, today: date) -> Iterator[str]:
        """A line for each entry that expires within thirty days."""
        for entry in self.known.values():
            if entry.expires is not None and entry.expires - today <= _SOON:
                yield f"warning: the baseline's entry for {entry.rule} expires on {entry.expires}"


def baseline_of_file(file: str) -> Baseline:
    """The baseline in a file, for the rules of the registry, as of today. Raises BaselineError as `read_baseline`."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BaselineError(f"{file}: not TOML: it is not UTF-8") from None
    except OSError as error:
        raise BaselineError(f"{file}: {error.strerror}") from None
    return read_baseline(text, file, utc_now().date())


def with_required(baseline: Baseline, file: str | None) -> Baseline:
    """The baseline with the list `require` of another file; itself where there is none. Raises BaselineError."""
    if not file:
        return baseline
    required = baseline_of_file(file)
    if required.require is None:
        raise BaselineError(f"{file}: the file has no list `require`")
    return replace(baseline, require=required.require)


def read_baseline(text: str, file: str, today: date) -> Baseline:
    """The baseline in a text.

    Raises:
        BaselineError: it is not TOML, or an entry is of an unknown rule, of one that was listed before, without a
            reason, expired, or has a pattern that is not a regular expression, or a key or value that means nothing.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BaselineError(f"{file}: not TOML: {error}") from None
    lines = text.splitlines()
    entries = document.pop("known", [])
    require = document.pop("require", None)
    problem = _problem_of_require(require)
    if problem:
        raise BaselineError(f"{file}:{_line_of_key(lines, 0, 'require')}: require: {problem}")
    if document or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        what = next(iter(document), "known")
        line = _line_of_key(lines, 0, what)
        raise BaselineError(f"{file}:{line}: {what!r} means nothing here; expected require or [[known]]")
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)] + [0] * len(entries)
    known: dict[str, KnownFailure] = {}
    for number, entry in enumerate(entries):
        found = next(_problems(entry, known, today), None)
        if found is not None:
            key, problem = found
            line = _line_of_key(lines, starts[number], key)
            named = f" ({entry['rule']})" if entry.get("rule") else ""
            raise BaselineError(f"{file}:{line}: entry {number + 1}{named}: {problem}")
        known[entry["rule"]] = KnownFailure(**entry)
    return Baseline(known, None if require is None else tuple(require))


def _problem_of_require(require: object) -> str:
    """What is wrong with the list of required rules; empty where nothing is."""
    if require is None:
        return ""
    if not isinstance(require, list) or not all(isinstance(one, str) for one in require):
        return 'expected a list of rule ids, such as ["end/adds-duration"]'
    unknown = next((one for one in require if one not in RULES), None)
    return "" if unknown is None else f"there is no rule {unknown!r}{_nearest(unknown)}"


def _nearest(rule_id: str) -> str:
    """A question that ends the message of an unknown rule, where one is spelt nearly so."""
    near = get_close_matches(rule_id, RULES, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _problems(entry: Mapping[str, Any], known: Container[str], today: date) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry, and the key that is at fault; only the first is to be relied upon."""
    for key, value in entry.items():
        if key not in _KEYS:
            yield key, f"unknown key {key!r}; expected {', '.join(_KEYS)}"
        elif not isinstance(value, _KEYS[key]) or isinstance(value, datetime):
            yield key, f"{key} must be a {'date, such as 2027-06-30 without quotes' if key == 'expires' else 'text'}"
    for key in ("rule", "reason"):
        if not entry.get(key, "").strip():
            yield key, f"the {key} is missing"
    rule = entry["rule"]
    if rule not in RULES:
        yield "rule", f"there is no such rule{_nearest(rule)}"
    if rule in known:
        yield "rule", "the rule is listed twice"
    if entry.get("expires", today) < today:
        yield "expires", f"the entry expired on {entry['expires']}"
    try:
        re.compile(entry.get("pattern", ""))
    except re.error as error:
        yield "pattern", f"the pattern is not a regular expression: {error}"


def _line_of_key(lines: list[str], start: int, key: str) -> int:
    """The line, from 1, of the first mention of a key from a line on; that line itself where the entry has none."""
    mention = re.compile(rf"""\s*(\[+\s*)?["']?{re.escape(key)}["']?\s*[=.\]]""")
    for number in range(start, len(lines)):
        if mention.match(lines[number]):
            return number + 1
        if number > start and _HEADER.match(lines[number]):
            break
    return start + 1


def baseline_text(
    failing: Mapping[str, RuleResult], before: Baseline, unjudged: Iterable[str] = (), judged: Iterable[str] = ()
) -> str:
    """A baseline of everything that fails, by rule id, sorted; the rules that were judged, now or before, are required.

    Entries that there were before keep what they say, also those of the rules that could not be judged now.
    """
    known = {rule_id: before.known[rule_id] for rule_id in unjudged if rule_id in before.known}
    for rule_id, result in failing.items():
        entry = before.known.get(rule_id)
        messages = [failure.text for failure in result.failures]
        if entry is None or not all(map(entry.covers, messages)):
            problem = messages[0].partition("\n")[0].removeprefix(f"{rule_id}: ")
            entry = KnownFailure(rule_id, reason=problem, issue=entry.issue if entry else "")
        known[rule_id] = entry
    entries = [{key: value for key, value in asdict(known[rule_id]).items() if value} for rule_id in sorted(known)]
    required = tomlkit.array()
    required.extend(sorted({*judged, *(before.require or ())}))
    required.multiline(True)
    head = "# Rules that must be judged: the gate is closed where one no longer can be.\n"
    head += tomlkit.dumps({"require": required}) if len(required) else ""
    head += "\n# Failures that are known and do not close the gate. Write into each reason why it is not fixed.\n"
    return "\n".join([head, *(tomlkit.dumps({"known": [entry]}) for entry in entries)])
