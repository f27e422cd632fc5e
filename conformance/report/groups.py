"""Failing rules by their likely cause: those that the same answer to the same operation breaks, and what they block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from conformance.rules.registry import Level, Rule


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that probably fail for one reason, each with what the baseline says of it, the most telling first.

    `blocked` are the rules that cannot be judged before these are mended.
    """

    rules: tuple[tuple[Rule, str], ...]
    blocked: tuple[str, ...] = ()


def groups_of(run: Run) -> list[Group]:
    """The groups: must before should, then those that block most, then in the order of the registry."""
    verdicts = run.verdicts()
    by_cause: dict[str, list[tuple[Rule, str]]] = {}
    for rule, verdict, reason in verdicts:
        if verdict is Verdict.FAIL:
            by_cause.setdefault(_cause(run, rule), []).append((rule, reason))
    blocked = {rule.id: _blocked_by(run, rule.id) for rule, verdict, _ in verdicts if verdict is Verdict.BLOCKED}
    groups = [Group(tuple(_sorted(rules)), tuple(_behind(rules, blocked))) for rules in by_cause.values()]
    return sorted(groups, key=lambda group: (_is_should(group.rules[0][0]), -len(group.blocked), -len(group.rules)))


def _cause(run: Run, rule: Rule) -> str:
    """What the answer that broke the rule has in common with others."""
    failures = run.failures(rule.id)
    return (failures[0].answer if failures else "") or rule.id


def _sorted(rules: list[tuple[Rule, str]]) -> list[tuple[Rule, str]]:
    return sorted(rules, key=lambda entry: _is_should(entry[0]))


def _is_should(rule: Rule) -> bool:
    return rule.level is not Level.MUST


def _blocked_by(run: Run, rule_id: str) -> frozenset[str]:
    """The rules on account of which a rule is blocked."""
    result = run.results[rule_id]
    return frozenset(result.blocked) | {basic for failure in result.failures for basic in failure.depends_on}


def _behind(rules: list[tuple[Rule, str]], blocked: dict[str, frozenset[str]]) -> Iterator[str]:
    failing = {rule.id for rule, _ in rules}
    return (rule_id for rule_id, culprits in blocked.items() if culprits & failing)
