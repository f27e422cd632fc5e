"""What a target was seen to choose where the documents leave a choice: a profile, to which another can be held."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import tomlkit

from conformance.results.verdicts import RuleResult
from conformance.rules import RULES
from conformance.rules.registry import Finding, Rule

SUITE = "mediaconnect-conformance"
VERSION = 1


class ProfileError(ValueError):
    """What was read is no profile; the message is one line that begins with the file."""


@dataclass(frozen=True)
class Profile:
    """The values that were seen of each choice, by rule id, and from what: the `source`."""

    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    source: str = ""

    def hold(self, rule: Rule, finding: Finding) -> Finding:
        """The finding, which is a violation where it shows another choice than any that was seen."""
        seen = self.choices.get(rule.id)
        if not seen or not finding.observed or finding.problem or finding.observed in seen:
            return finding
        known = " or ".join(sorted(seen))
        problem = f"chose {finding.observed!r}, where {known!r} was seen ({self.source})"
        return replace(finding, problem=problem, expected=f"{known}, as in {self.source}")


def profile_text(results: Mapping[str, RuleResult], source: str) -> str:
    """The choices of some results as TOML: rule, value, how often it was seen, and from what."""
    document = tomlkit.document()
    document.add(tomlkit.comment("What was seen where the documents leave a choice: judge or run --write-profile"))
    document["suite"], document["version"] = SUITE, VERSION
    choices = tomlkit.aot()
    for rule_id in sorted(results):
        for value, times in sorted(results[rule_id].observed.items()):
            entry = tomlkit.table()
            entry.update({"rule": rule_id, "value": value, "seen": times, "source": source})
            choices.append(entry)
    document["choice"] = choices
    return tomlkit.dumps(document)


def read_profile(text: str, file: str) -> Profile:
    """The profile in a text. Raises ProfileError where it is none, or names a rule that this suite does not have."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file}: not TOML: {error}") from None
    if document.get("suite") != SUITE or document.get("version") != VERSION:
        raise ProfileError(f"{file}: no profile of {SUITE}, version {VERSION}")
    choices: dict[str, set[str]] = {}
    sources: dict[str, None] = {}
    for number, entry in enumerate(document.get("choice", ()), start=1):
        rule_id, value = entry.get("rule"), entry.get("value")
        if rule_id not in RULES or not isinstance(value, str):
            raise ProfileError(f"{file}: choice {number} names no rule of this suite, or has no value")
        choices.setdefault(rule_id, set()).add(value)
        sources[str(entry.get("source", file))] = None
    return Profile({rule_id: frozenset(values) for rule_id, values in choices.items()}, ", ".join(sources) or file)


def profile_of_file(file: str) -> Profile:
    """The profile in a file. Raises ProfileError."""
    try:
        with open(file, encoding="utf-8") as opened:
            return read_profile(opened.read(), file)
    except UnicodeDecodeError:
        raise ProfileError(f"{file}: not UTF-8") from None
    except OSError as error:
        raise ProfileError(f"{file}: {error.strerror}") from None
