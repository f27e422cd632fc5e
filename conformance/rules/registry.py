"""The registry: one entry a rule, with its statement, level, source, and the judge that finds it kept or broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from conformance.cases.case import Case
from conformance.execution.trace import Call
from conformance.rules.history import History
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability


class Level(StrEnum):
    """How binding a rule is; `must` alone closes the gate by default, `observe` never does."""

    MUST = "must"
    SHOULD = "should"
    OBSERVE = "observe"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from; `quote` has the very words of the source, where they are short."""

    document: str
    section: str
    quote: str = ""

    def __str__(self) -> str:
        """Such as `reference page, Start: "any date and time between ..."`."""
        quoted = f': "{self.quote}"' if self.quote else ""
        return f"{self.document}, {self.section}{quoted}"


def reference_page(section: str, quote: str = "") -> Source:
    """The reference page of PurchaseOffering."""
    return Source("reference page", section, quote)


def service_model(section: str, quote: str = "") -> Source:
    """The service model mediaconnect/2018-11-14."""
    return Source("service model", section, quote)


def user_guide(section: str, quote: str = "") -> Source:
    """The MediaConnect User Guide."""
    return Source("user guide", section, quote)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule looked at in a trace: its class of input, and what was wrong with it, if anything.

    `label` is its class of input; a rule can only pass once those that it declares were reached. `observed` is the
    choice that the target made where the documents leave one.
    `presumes` names a more basic rule: where that is broken, this finding proves nothing. Nor does it where the
    `control` fails: the plainest purchase that is the same but for what the rule is about, and must be accepted.
    """

    label: str
    call: Call | None = None
    problem: str = ""
    expected: str = ""
    observed: str = ""
    presumes: str = ""
    control: Case | None = None

    @property
    def violation(self) -> bool:
        """Whether the rule is broken."""
        return bool(self.problem)


Judge = Callable[[History], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `classes` maps each class of input that its tests must reach to the capabilities that this takes. `buys` tells
    that a right target sells something in its tests: where there is one account only, these come last.
    """

    id: str
    level: Level
    statement: str
    source: Source
    judge: Judge
    operations: frozenset[Operation]
    needs: frozenset[Capability]
    classes: Mapping[str, frozenset[Capability]]
    buys: bool = True

    @property
    def topic(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    def reachable_classes(self, capabilities: frozenset[Capability]) -> tuple[str, ...]:
        """The classes of input that the tests can reach with these capabilities; one account alone promises none."""
        if Capability.ACCOUNTS not in capabilities:
            return ()
        return tuple(name for name, needed in self.classes.items() if needed <= capabilities)


RULES: dict[str, Rule] = {}
"""Every rule by its id, in the order of the topics."""


def rule(
    rule_id: str,
    level: Level,
    statement: str,
    source: Source,
    *,
    operations: frozenset[Operation] = frozenset({Operation.PURCHASE_OFFERING}),
    needs: frozenset[Capability] = frozenset(),
    classes: tuple[str, ...] = (),
    classes_with: Mapping[Capability, tuple[str, ...]] | None = None,
    buys: bool = True,
) -> Callable[[Judge], Judge]:
    """Enter the decorated judge into the registry, under an id that is never used again.

    `classes` are reachable on every target that meets `needs`; those of `classes_with` take one capability more.

    Raises:
        ValueError: the id is taken.
    """
    if rule_id in RULES:
        raise ValueError(f"the rule id {rule_id} is taken")
    needed = dict.fromkeys(classes, frozenset[Capability]())
    for capability, names in (classes_with or {}).items():
        needed |= dict.fromkeys(names, frozenset({capability}))

    def enter(judge: Judge) -> Judge:
        RULES[rule_id] = Rule(rule_id, level, statement, source, judge, operations, needs, needed, buys)
        return judge

    return enter
