"""What a conformance test is written with: the rules that it checks, and the explicit examples that it tries first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from hypothesis import example

from conformance.cases.case import Case
from conformance.results.subject import Subject
from conformance.rules.registry import Rule
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability

Test = TypeVar("Test", bound=Callable[..., None])

_EXAMPLES, _SUBJECT = "conformance_examples", "conformance_subject"


def checks(
    *rules: Rule,
    operations: Iterable[Operation] | None = None,
    needs: Iterable[Capability] = (),
    purchases: bool | None = None,
    single: bool = False,
    thorough: bool = False,
    for_profiles: bool = False,
) -> Callable[[Test], Test]:
    """The test is of these rules; it uses these operations, else those of each rule, and needs these capabilities.

    `purchases` tells whether a right target sells something in it, `single` that it is for targets with one account,
    `thorough` that the profile smoke leaves it out, `for_profiles` that it runs for the choices of a target alone.
    Other rules judge its traces as well: these are the ones that it is made for.
    """
    subject = Subject(
        rules,
        None if operations is None else frozenset(operations),
        frozenset(needs),
        any(rule.purchases for rule in rules) if purchases is None else purchases,
        single,
        thorough,
        for_profiles,
    )

    def with_subject(test: Test) -> Test:
        vars(test)[_SUBJECT] = subject
        return test

    return with_subject


def subject_of(test: Callable[..., None]) -> Subject | None:
    """What `checks` says of a test; None for a test without it."""
    subject: Subject | None = vars(test).get(_SUBJECT)
    return subject


def examples(cases: Iterable[Case]) -> Callable[[Test], Test]:
    """Try these cases first, in this order: the plainest of each equivalence class that the rule declares."""

    def with_examples(test: Test) -> Test:
        tried = tuple(cases)
        # Hypothesis tries the example first that is applied last.
        for case in reversed(tried):
            test = example(case=case)(test)
        vars(test)[_EXAMPLES] = tried
        return test

    return with_examples


def examples_of(test: Callable[..., None]) -> tuple[Case, ...]:
    """The explicit examples of a test, in the order in which they are tried."""
    tried: tuple[Case, ...] = vars(test).get(_EXAMPLES, ())
    return tried
