"""The registry: one object a rule, with its id, level, statement and source, and the judge that finds it broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from conformance.cases.case import Case
from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.spec.demands import Cause
from conformance.spec.service import Operation
from conformance.spec.sources import Source
from conformance.targets.capabilities import Capability


class Level(StrEnum):
    """How binding a rule is; `must` alone closes the gate by default, `observe` never does."""

    MUST = "must"
    SHOULD = "should"
    OBSERVE = "observe"


class Premise(Enum):
    """What a finding may depend on: each is kept by one rule, which names it. A broken one is decided on at the end."""

    LOWER_BOUND = "a Start on the first of the month is accepted"
    UPPER_BOUND = "a Start that is the current time is accepted"
    INTERIOR = "a Start inside the window is accepted"
    FREED = "an account can purchase again after End"
    ACCOUNTS_APART = "accounts do not block each other"
    END = "End is Start plus Duration"
    DESCRIBED = "what was purchased is described"
    LISTED = "what was purchased is listed"
    OFFERINGS_LISTED = "what was offered is listed"
    HISTORY = "expired reservations are listed"
    ANSWERED = "no request draws a server fault"
    NO_EFFECT = "a refused purchase has no effect"
    PLACES = "each parameter is read from its place"
    MALFORMED_ARN = "what is not an ARN is refused"
    NAME_LENGTH = "names of every permitted length are accepted"
    NAME_CHARACTERS = "names of every permitted character are accepted"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule looked at in a trace: its equivalence class, and what was wrong with it, if anything.

    `label` is its class; a rule can only pass once those that it declares were reached. `observed` is the choice that
    the target made where the documents leave one, and `choice` its name where it is not the rule's own, see
    `rules.choices`: such a finding is in no class. `depends_on` names what must be kept for the finding to prove
    anything. Nor does it prove anything where the purchase of `control` is refused: the plainest one that is the same
    but for what the rule is about, and must be accepted.
    """

    label: str
    recorded: RecordedCall | None = None
    problem: str = ""
    expected: str = ""
    observed: str = ""
    depends_on: frozenset[Premise] = frozenset()
    control: Case | None = None
    choice: str = ""

    @property
    def violation(self) -> bool:
        """Whether the rule is broken."""
        return bool(self.problem)


Judge = Callable[[History], Iterator[Finding]]


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule.

    `classes` maps each equivalence class that its tests must reach to the capabilities that this needs. `purchases`
    tells that a right target sells something in its tests: where there is one account only, these come last. `cause`
    is what the model calls a refusal for the sake of this rule, `premise` what findings of other rules depend on.
    """

    id: str
    level: Level
    statement: str
    source: Source
    judge: Judge
    operations: frozenset[Operation]
    needs: frozenset[Capability]
    classes: Mapping[str, frozenset[Capability]] = field(default_factory=dict)
    purchases: bool = True
    cause: Cause | None = None
    premise: Premise | None = None

    @property
    def topic(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    def reachable_classes(self, capabilities: frozenset[Capability]) -> tuple[str, ...]:
        """The classes that the tests can reach with these capabilities; one account alone promises none."""
        if Capability.ACCOUNTS not in capabilities:
            return ()
        return tuple(name for name, needed in self.classes.items() if needed <= capabilities)

    def __repr__(self) -> str:
        """Short, as it stands in many messages of tools."""
        return f"<rule {self.id}>"


RULES: dict[str, Rule] = {}
"""Every rule by its id, in the order of the topics."""

OFFERING = frozenset({Capability.OFFERINGS})
FRESH = OFFERING | {Capability.ACCOUNTS}
FRESH_AND_CLOCK = FRESH | {Capability.CLOCK}
"""What many rules need: an offering, a fresh account too, and a clock that can be set."""

_WITH_PURCHASE = frozenset({Operation.PURCHASE_OFFERING})


def rule(
    rule_id: str,
    level: Level,
    statement: str,
    source: Source,
    *,
    operations: frozenset[Operation] = _WITH_PURCHASE,
    needs: frozenset[Capability] = frozenset(),
    classes: tuple[str, ...] = (),
    classes_with: Mapping[Capability, tuple[str, ...]] | None = None,
    purchases: bool = True,
    cause: Cause | None = None,
    premise: Premise | None = None,
) -> Callable[[Judge], Rule]:
    """Make a rule of the decorated judge, and enter it under an id that is never used again.

    `classes` are reachable on every target that meets `needs`; those of `classes_with` need one capability more.

    Raises:
        ValueError: the id, or the premise, is taken.
    """
    if rule_id in RULES or (premise and premise in {one.premise for one in RULES.values()}):
        raise ValueError(f"the rule id {rule_id} or its premise is taken")
    needed = dict.fromkeys(classes, frozenset[Capability]())
    for capability, names in (classes_with or {}).items():
        needed |= dict.fromkeys(names, frozenset({capability}))

    def enter(judge: Judge) -> Rule:
        made = Rule(rule_id, level, statement, source, judge, operations, needs, needed, purchases, cause, premise)
        RULES[rule_id] = made
        return made

    return enter


def rule_with_premise(premise: Premise) -> Rule:
    """The rule that keeps a premise. Raises LookupError where none does."""
    for one in RULES.values():
        if one.premise is premise:
            return one
    raise LookupError(f"no rule keeps the premise {premise}")


def rule_with_cause(cause: Cause) -> Rule | None:
    """The rule for whose sake a request is refused; None for what is left open."""
    return next((one for one in RULES.values() if one.cause is cause), None)
