"""docs/rules.md: every rule of the registry, by topic; `python -m conformance.report.rules_page` prints it.

The same as a table for the terminal, and as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator

from tabulate import tabulate

from conformance.rules import RULES, Rule

_HEAD = """\
# Rules

Written by `make rules` from the registry (`conformance/rules/`); do not edit it here.

**must** follows from the operation's reference page or the service model and closes the gate; **should** closes it with
`--fail-on should`; **observe** is never failed, and what the target does is recorded. *Needs* names what a target must
offer for the rule to be testable: a `clock` that can be set, fresh `accounts`, offerings that can be defined (`seed`),
`offerings` that can be purchased, a second one of its `regions`.
"""


def page(rules: Iterable[Rule]) -> str:
    """The page as Markdown, with a section for each topic in the order of the alphabet."""
    by_topic: dict[str, list[Rule]] = {}
    for rule in rules:
        by_topic.setdefault(rule.topic, []).append(rule)
    return "\n".join([_HEAD, *(line for topic in sorted(by_topic) for line in _section(topic, by_topic[topic]))])


def _section(topic: str, rules: Iterable[Rule]) -> Iterator[str]:
    yield f"## {topic}\n"
    for rule in rules:
        needs = f" Needs {', '.join(f'`{need}`' for need in sorted(rule.needs))}." if rule.needs else ""
        yield f"- **`{rule.id}`** ({rule.level}): {rule.statement}{needs}\n  {_source(rule)}"
    yield ""


def _source(rule: Rule) -> str:
    """The source with the link to its page, the version read, and the argument where the rule is derived."""
    source = rule.source
    argument = f" {source.derived}" if source.derived else ""
    return f"*[{source}]({source.url})* ({source.read}).{argument}"


def table(rules: Iterable[Rule]) -> str:
    """A line for each rule: id, level, what it needs, statement."""
    rows = [(rule.id, rule.level, ", ".join(sorted(rule.needs)) or "-", rule.statement) for rule in rules]
    lines = tabulate(rows, ("rule", "level", "needs", "statement"), "plain", disable_numparse=True).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def as_json(rules: Iterable[Rule]) -> str:
    """A JSON list with an object for each rule: id, topic, level, statement, source, needs."""
    entries = [
        {
            "id": rule.id,
            "topic": rule.topic,
            "level": str(rule.level),
            "statement": rule.statement,
            "source": str(rule.source),
            "source_url": rule.source.url,
            "source_read": rule.source.read,
            "derived": rule.source.derived,
            "needs": sorted(rule.needs),
        }
        for rule in rules
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(RULES.values()))
