"""What a target was seen to choose where the documents leave a choice: a profile, to which another can be held."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import tomlkit

from conformance.results.observed import Observed, add_observed
from conformance.results.verdicts import RuleResult
from conformance.rules import RULES
from conformance.rules.choices import choice_called, findings_of, is_binding
from conformance.rules.history import History
from conformance.rules.registry import Finding, Rule

SUITE = "mediaconnect-conformance"
VERSION = 1
_HEAD = """\
What was seen where the documents leave a choice; docs/choices.md says what each is. --expect-profile holds a target to
the entries with `hold = true`: a value that is not listed here fails the rule.
"""


class ProfileError(ValueError):
    """What was read is not a profile; the message is one line that begins with the file."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One value of a choice: how often it was seen, from what, and whether a target is held to it."""

    value: str
    times: int
    source: str
    hold: bool


@dataclass(frozen=True)
class ChoiceProfile:
    """The values that were seen of each choice, by its name, and from what: the `source`."""

    choices: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)
    source: str = ""

    def findings(self, rule: Rule, history: History) -> Iterator[Finding]:
        """What a rule finds in a history, where the target is held to the profile."""
        found = findings_of(rule, history) if self.choices else rule.judge(history)
        return (self.hold(rule, finding) for finding in found)

    def hold(self, rule: Rule, finding: Finding) -> Finding:
        """The finding, which is a violation where it shows another choice than any that was seen."""
        known = self._another(finding.choice or rule.id, finding.observed)
        if finding.problem or not known:
            return finding
        about = f" of {finding.choice}" if finding.choice else ""
        problem = f"chose {finding.observed!r}{about}, where {known!r} was seen ({self.source})"
        return replace(finding, problem=problem, expected=f"{known}, as in {self.source}")

    def broken(self, results: Mapping[str, RuleResult]) -> frozenset[str]:
        """The ids of the rules of which another choice was seen than the profile has."""
        return frozenset(
            rule_id
            for rule_id, result in results.items()
            for name, values in result.observed.items()
            if any(self._another(name, value) for value in values)
        )

    def _another(self, name: str, value: str) -> str:
        """What was seen in the place of this value; empty where it was seen itself, or nothing holds."""
        held = [seen.value for seen in self.choices.get(name, ()) if seen.hold]
        return " or ".join(sorted(held)) if held and value and value not in held else ""


NO_PROFILE = ChoiceProfile()
"""Holds a target to nothing."""


def profile_text(results: Mapping[str, RuleResult], source: str) -> str:
    """The choices of some results as TOML: name, value, how often it was seen, in what situations, and from what."""
    document = tomlkit.document()
    for line in _HEAD.splitlines():
        document.add(tomlkit.comment(line))
    document["suite"], document["version"] = SUITE, VERSION
    choices = tomlkit.aot()
    observed = all_observed(results)
    rules = {name: rule_id for rule_id, result in results.items() for name in result.observed}
    for name in sorted(observed):
        for value, situations in sorted(observed[name].items()):
            entry = tomlkit.table()
            entry.update({"choice": name, "value": value, "rule": rules[name], "seen": situations.total()})
            entry.update({"in": sorted(situations), "source": source, "hold": is_binding(name)})
            meant = named_of_two(observed, name, value)
            if meant:
                entry["named"] = meant
            choices.append(entry)
    document["choice"] = choices
    return tomlkit.dumps(document)


def all_observed(results: Mapping[str, RuleResult]) -> Observed:
    """What was seen of every choice, whatever rule it belongs to."""
    observed: Observed = {}
    for result in results.values():
        add_observed(observed, result.observed)
    return observed


def named_of_two(observed: Observed, name: str, value: str) -> str:
    """Which of the two wrong things of `refusals/precedence` was named; empty where the answers do not tell.

    It is the one whose own refusals had that exception, or else those texts, where the other's had not.
    """
    kind, _, about = name.removesuffix(")").partition(" (")
    if kind != "refusals/precedence":
        return ""
    both, separator, where = about.partition("; ")
    causes = both.split(" and ")
    alike = [one for one in causes if value in observed.get(f"refusals/exception ({one}{separator}{where})", {})]
    if len(alike) > 1:
        texts = set(observed.get(f"refusals/message ({about})", {}))
        alike = [one for one in causes if texts & set(observed.get(f"refusals/message ({one}{separator}{where})", {}))]
    return alike[0] if len(alike) == 1 else ""


def read_profile(text: str, file: str) -> ChoiceProfile:
    """The profile in a text. Raises ProfileError where it is none, or names a choice that this suite does not have."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file}: not TOML: {error}") from None
    if document.get("suite") != SUITE or document.get("version") != VERSION:
        raise ProfileError(f"{file}: no profile of {SUITE}, version {VERSION}")
    choices: dict[str, list[Seen]] = {}
    entries = document.get("choice", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        name, seen = _entry(entry, f"{file}: choice {number}", file)
        choices.setdefault(name, []).append(seen)
    sources = dict.fromkeys(seen.source for values in choices.values() for seen in values)
    return ChoiceProfile({name: tuple(values) for name, values in choices.items()}, ", ".join(sources) or file)


def _entry(entry: Any, where: str, file: str) -> tuple[str, Seen]:
    if not isinstance(entry, dict):
        raise ProfileError(f"{where} is not a table")
    name, value, rule_id = entry.get("choice"), entry.get("value"), entry.get("rule")
    if not isinstance(name, str) or choice_called(name) is None:
        raise ProfileError(f"{where} is none of this suite: {str(name)[:80]!r}")
    if not isinstance(value, str) or (rule_id is not None and rule_id not in RULES):
        raise ProfileError(f"{where} has no value, or names no rule of this suite")
    times, hold = entry.get("seen", 1), entry.get("hold", is_binding(name))
    if type(times) is not int or type(hold) is not bool:
        raise ProfileError(f"{where}: `seen` is a number, and `hold` is true or false")
    return name, Seen(value, times, str(entry.get("source", file)), hold)


def profile_of_file(file: str) -> ChoiceProfile:
    """The profile in a file. Raises ProfileError."""
    try:
        with open(file, encoding="utf-8") as opened:
            return read_profile(opened.read(), file)
    except UnicodeDecodeError:
        raise ProfileError(f"{file}: not UTF-8") from None
    except OSError as error:
        raise ProfileError(f"{file}: {error.strerror}") from None
