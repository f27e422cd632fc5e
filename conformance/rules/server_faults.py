"""errors: what draws a server fault, and what a refused purchase leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.rules.change import findings_on_change
from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import OFFERING, Finding, Level, Premise, rule
from conformance.rules.shared_checks import findings_on_acceptance, is_wrong_in_itself
from conformance.spec.demands import Cause, Strength
from conformance.spec.outcomes import Answered, Wire, text_of
from conformance.spec.request import Place
from conformance.spec.service import ACTIVE, PROCESSING, Operation
from conformance.spec.sources import reference_page, service_model
from conformance.targets.capabilities import Capability

_DEEP = 1_000
_FAULT = service_model(
    "InternalServerErrorException",
    "The server encountered an internal error and is unable to complete the request",
    "What a request has in it is not an error of the server: a fault that the same request draws time and again, while "
    "others are answered, comes from the request.",
)


def _is_deep(one: RecordedCall) -> bool:
    body = one.call.request.body
    return body.count(b"[") > _DEEP or body.count(b"{") > _DEEP


@rule(
    "errors/no-server-fault",
    Level.MUST,
    "No request to one of the five operations draws a 5xx that neither time nor a plain request beside it clears.",
    _FAULT,
    operations=frozenset(Operation),
    classes=("an ARN", "a page"),
    classes_with={Capability.OFFERINGS: ("a body", "a Start", "a name", "a right purchase")},
    premise=Premise.ANSWERED,
)
def no_server_fault(history: History) -> Iterator[Finding]:
    """Requests of all kinds, but for bodies nested very deep; what retries clear never counts."""
    for one in history.calls:
        if one.operation is not None and (one.is_definite or one.faulted) and not _is_deep(one):
            problem = f"answered {one.operation} with {one.outcome}" if one.faulted else ""
            yield Finding(_kind_of_request(one), one, problem, "an answer, or a refusal with a 4xx")


@rule(
    "errors/deep-nesting",
    Level.SHOULD,
    "A body nested 100,000 deep draws no 5xx.",
    _FAULT,
    needs=OFFERING,
    purchases=False,
    classes=("a body nested deep",),
)
def deep_nesting(history: History) -> Iterator[Finding]:
    """Purchases with such bodies."""
    for one in history.purchases:
        if _is_deep(one) and (one.is_definite or one.faulted):
            problem = f"answered {one.operation} with {one.outcome}" if one.faulted else ""
            yield Finding("a body nested deep", one, problem, "a refusal with a 4xx")


_KINDS = {
    Cause.MALFORMED_ARN: "an ARN",
    Cause.UNKNOWN_OFFERING: "an ARN",
    Cause.UNKNOWN_RESERVATION: "an ARN",
    Cause.NEAR_ARN: "an ARN",
    Cause.MALFORMED_BODY: "a body",
    Cause.LENIENT_BODY: "a body",
    Cause.WRONG_TYPE: "a body",
    Cause.SCALAR_TYPE: "a body",
    Cause.MISSING_PARAMETER: "a body",
    Cause.OTHER_FORM: "a Start",
    Cause.IMPOSSIBLE_TIME: "a Start",
    Cause.EMPTY_START: "a Start",
    Cause.NAME_CHARACTERS: "a name",
    Cause.NAME_LENGTH: "a name",
    Cause.EMPTY_NAME: "a name",
    Cause.PAGE_SIZE: "a page",
    Cause.UNKNOWN_TOKEN: "a page",
}


def _kind_of_request(one: RecordedCall) -> str:
    causes = [demand.cause for demand in one.permitted.demands]
    kind = next((_KINDS[cause] for cause in causes if cause in _KINDS), "")
    right = "a right purchase" if one.operation is Operation.PURCHASE_OFFERING else "a right call"
    return kind or right


@rule(
    "errors/refusal-has-no-effect",
    Level.MUST,
    "A refused purchase changes nothing: no reservation appears, none changes, and a right purchase afterwards "
    "succeeds.",
    reference_page(
        "Response Structure",
        "The details of the reservation that you just created when you purchased the offering",
        "An offering that is refused is not purchased, and a reservation is created by a purchase alone.",
    ),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS}),
    needs=OFFERING,
    classes=("no reservation appears", "none changes", "a right purchase succeeds"),
    premise=Premise.NO_EFFECT,
)
def refusal_has_no_effect(history: History) -> Iterator[Finding]:
    """Purchases that are wrong in themselves, before a right one and after it."""
    refused: dict[Place, RecordedCall] = {}
    for attempt in history.alone:
        if attempt.refusal is not None and is_wrong_in_itself(attempt, Strength.MUST, Strength.SHOULD):
            refused.setdefault(attempt.place, attempt)
            for one in attempt.reservations_here():
                yield from findings_on_change(history, attempt, one, _CHANGES)
        elif attempt.must_succeed and attempt.place in refused and attempt.is_unused:
            yield from findings_on_acceptance(history, attempt, ["a right purchase succeeds"])
    for place in refused:
        yield from _nothing_appears(history, place)


_CHANGES = {Operation.DESCRIBE_RESERVATION: "none changes", Operation.LIST_RESERVATIONS: "none changes"}


def _nothing_appears(history: History, place: Place) -> Iterator[Finding]:
    """Lists after refusals hold nothing that has the name of one and was not there before, nor purchased otherwise."""
    refused_names: set[str] = set()
    explained, was_listed = _explained(history, place), False
    for one in history.calls:
        if one.place != place:
            continue
        if one.refusal is not None and one.operation is Operation.PURCHASE_OFFERING and not one.call.concurrent:
            refused_names.add(one.reading.name_text or "")
        if one.operation is not Operation.LIST_RESERVATIONS or not isinstance(one.outcome, Answered):
            continue
        appeared: list[Wire] = []
        if refused_names and not one.may_have_unseen_reservations:
            items = one.call.items("reservations")
            appeared = [item for item in items if explained.is_new(item, refused_names, was_listed)]
            problem = "listed a reservation of a purchase that was refused" if appeared else ""
            yield Finding("no reservation appears", one, problem, "a list without the refused purchase")
        if not (appeared or one.call.concurrent):
            explained.arns.update(text_of(item, "reservationArn") for item in one.call.items("reservations"))
            was_listed = was_listed or (one.reading.next_token is None and not one.call.answer.get("nextToken"))


@dataclass
class _Explained:
    """The ARNs of what was purchased anywhere or was there before, and the names of what may be purchased unseen."""

    arns: set[str | None]
    names: frozenset[str]

    def is_new(self, item: Wire, refused_names: set[str], was_listed: bool) -> bool:
        """Whether a listed reservation has a refused name, and nothing explains it.

        Of what is over the account may have a past, unless the whole list was seen without it.
        """
        if not was_listed and item.get("reservationState") not in (ACTIVE, PROCESSING):
            return False
        name, arn = text_of(item, "reservationName"), text_of(item, "reservationArn")
        return bool(arn) and arn not in self.arns and name in refused_names - self.names


def _explained(history: History, place: Place) -> _Explained:
    unseen = frozenset(
        attempt.reading.name_text or ""
        for attempt in history.purchases
        if attempt.place == place and attempt.refusal is None
        if not text_of(attempt.reservation or {}, "reservationArn")
    )
    return _Explained({one.arn for one in history.final.reservations if one.certain}, unseen)
