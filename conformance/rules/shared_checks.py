"""What several judges share: a purchase that must be refused, or must be accepted, looked at for one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from conformance.cases.case import PLAIN_NAME, At, Case, OfferingArn, Purchase, Written
from conformance.rules.history import History, PurchaseAttempt
from conformance.rules.registry import Finding, Judge
from conformance.spec.calendar import format_timestamp
from conformance.spec.model import documented, permits_refusal

PER_ACCOUNT = "exclusivity/per-account"
"""Where accounts block each other, any purchase may be refused for the reservation of another example."""

Labels = Callable[[PurchaseAttempt], Iterable[str]]


def refused_for(rule_id: str, labels: Labels, *, any_refusal: bool = False) -> Judge:
    """A judge: each purchase that this rule alone demands to refuse is refused, by an exception that is permitted."""

    def judge(history: History) -> Iterator[Finding]:
        for attempt in history.alone():
            if attempt.only_reason(rule_id) is not None:
                yield from findings_on_refusal(history, attempt, labels(attempt), any_refusal=any_refusal)

    return judge


def findings_on_refusal(
    history: History, attempt: PurchaseAttempt, labels: Iterable[str], *, any_refusal: bool = False
) -> Iterator[Finding]:
    """The attempt must be refused; with `any_refusal` by whatever exception. Nothing where its outcome is not known.

    A wrong exception proves something only where a plain purchase with the same Start is not refused as well.
    """
    permitted = frozenset[str]().union(*(reason.refusals for reason in attempt.reasons))
    expected = "a refusal" if any_refusal else documented(permitted)
    refusal = attempt.refusal
    if not attempt.accepted and refusal is None:
        return
    problem, control = "", None
    if refusal is None:
        problem = f"accepted {format_attempt(attempt)}, but must refuse it"
    elif not any_refusal and not permits_refusal(attempt.reasons, refusal):
        problem = f"refused {format_attempt(attempt)} with {refusal}"
        control = control_of(history, attempt)
    for label in labels:
        yield Finding(label, attempt.call, problem, expected, control=control)


def findings_on_acceptance(
    history: History, attempt: PurchaseAttempt, labels: Iterable[str], *, control: bool = True
) -> Iterator[Finding]:
    """The attempt must be accepted. Nothing where its outcome is not known.

    With `control`, for rules that are not about the Start, a refusal proves something only where a plain purchase with
    the same Start, in a fresh account, is not refused as well.
    """
    refusal = attempt.refusal
    if not attempt.accepted and refusal is None:
        return
    problem = f"refused {format_attempt(attempt)} with {refusal}, but must accept it" if refusal else ""
    plain = control_of(history, attempt) if control and problem else None
    for label in labels:
        yield Finding(label, attempt.call, problem, "201 and the reservation", presumes=PER_ACCOUNT, control=plain)


def control_of(history: History, attempt: PurchaseAttempt) -> Case | None:
    """The plainest purchase with the Start of the attempt, at its time; None where its Start is not in the window."""
    about_start = ("start-", "errors/missing", "errors/empty")
    if attempt.start is None or any(reason.rule.startswith(about_start) for reason in attempt.reasons):
        return None
    exact = isinstance(attempt.step.offering, OfferingArn) and attempt.step.offering.mutation == "exact"
    return Case(
        now=format_timestamp(attempt.call.now.latest),
        offerings=history.trace.case.offerings,
        steps=(
            Purchase(
                offering=attempt.step.offering if exact else OfferingArn(),
                start=Written(At(format_timestamp(attempt.start))),
            ),
        ),
    )


def format_attempt(attempt: PurchaseAttempt) -> str:
    """What is special about the attempt, such as `ReservationName 'a' with Start '2026-02-28T23:59:59Z'`."""
    if attempt.step.mutation != "plain":
        return f"a purchase sent with “{attempt.step.mutation}”"
    arn = attempt.call.parameters["OfferingArn"]
    if attempt.offering is None:
        return f"OfferingArn {arn!r}"
    name, start = attempt.call.parameters.get("ReservationName"), attempt.call.parameters.get("Start")
    if start is None:
        return f"ReservationName {_shortened(name)} without a Start"
    if name is None:
        return f"Start {start!r} without a ReservationName"
    if name == PLAIN_NAME:
        return f"Start {_shortened(start)}"
    return f"ReservationName {_shortened(name)} with Start {_shortened(start)}"


def _shortened(text: str | None, longest: int = 80) -> str:
    shown = repr(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}… ({len(text or '')} characters)"


def by_first_purchase(attempt: PurchaseAttempt) -> bool:
    """Whether no reservation was bought before it in any account, so that nothing but the attempt itself counts."""
    return not attempt.state.standings
