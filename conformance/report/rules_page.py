"""docs/rules.md: every rule of the registry, by topic; `python -m conformance.report.rules_page` prints it.

The same as a table for the terminal, and as JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from tabulate import tabulate

from conformance.cases.case_json import json_text
from conformance.report.document import rule_members
from conformance.report.tests_of_rules import made_for
from conformance.rules import RULES, Rule

_HEAD = """\
# Rules

Written by `make rules` from the registry (`conformance/rules/`); do not edit it here.

**must** follows from the operation's reference page or the service model and closes the gate; **should** closes it with
`--fail-on should`; **observe** is never failed, and what the target does is recorded. *Needs* names what a target must
offer for the rule to be testable: a `clock` that can be set, fresh `accounts`, offerings that can be defined (`seed`),
`offerings` that can be purchased, a second one of its `regions`. Below each rule stands its source, and then the tests
that are made for it; every other test whose calls concern the rule is judged by it too.
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
        tests = ", ".join(f"`{test.name}`" for test in made_for(rule.id))
        yield f"- **`{rule.id}`** ({rule.level}): {rule.statement}{needs}\n  {_source(rule)}  \n  {tests}"
    yield ""


def _source(rule: Rule) -> str:
    """The source with the link to its page, the version read, and the argument where the rule is derived."""
    source = rule.source
    argument = f" {source.derived}" if source.derived else ""
    return f"*[{source}]({source.url})* ({source.read}).{argument}"


def table(rules: Iterable[Rule]) -> str:
    """A line for each rule: id, level, what it needs, the first of its tests, statement."""
    rows = [
        (rule.id, rule.level, ", ".join(sorted(rule.needs)) or "-", _first_test(rule), rule.statement) for rule in rules
    ]
    lines = tabulate(rows, ("rule", "level", "needs", "test", "statement"), "plain", disable_numparse=True).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _first_test(rule: Rule) -> str:
    return next((test.name for test in made_for(rule.id)), "-")


def as_json(rules: Iterable[Rule]) -> str:
    """A JSON list with an object for each rule: id, topic, level, statement, source, needs, tests."""
    entries = [
        {
            **rule_members(rule),
            "needs": sorted(rule.needs),
            "tests": [test.name for test in made_for(rule.id)],
        }
        for rule in rules
    ]
    return json_text(entries)


if __name__ == "__main__":
    sys.stdout.write(page(RULES.values()))
