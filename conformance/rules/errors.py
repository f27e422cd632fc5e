"""errors: how a request is refused that asks for what does not exist, or is not well-formed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.cases.case import (
    Arn,
    CallStep,
    DescribeOffering,
    DescribeReservation,
    LiteralArn,
    OfferingArn,
    Purchase,
    ReservationArn,
    UnknownArn,
)
from conformance.execution.trace import Answered, Call, Faulted, Refused
from conformance.rules.change import findings_on_change
from conformance.rules.history import History, PurchaseAttempt, reason_in_arn
from conformance.rules.registry import Finding, Level, reference_page, rule, service_model
from conformance.rules.shared_checks import findings_on_acceptance, findings_on_refusal, refused_for
from conformance.spec.model import SECOND_REFUSED, documented
from conformance.spec.service import BAD_REQUEST, EXCEPTION_STATUS, Operation
from conformance.targets.capabilities import Capability

_OFFERING = frozenset({Capability.OFFERINGS})
_FRESH = frozenset({Capability.ACCOUNTS, Capability.OFFERINGS})
_EXCEPTIONS = reference_page("Exceptions")
_REQUIRED = reference_page("Parameters", "[REQUIRED]")
_BODY = service_model("protocol", "rest-json")
_WITH_OFFERING_ARN = frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_OFFERING})
_WITH_ARN = _WITH_OFFERING_ARN | {Operation.DESCRIBE_RESERVATION}
WRONG_TYPE, MALFORMED_BODY = "errors/wrong-type", "errors/malformed-body"
UNKNOWN_RESERVATION = "errors/unknown-reservation"
_EXACT = ("errors/arn-is-exact", "errors/arn-is-exact-in-case")


def _arn(step: CallStep) -> Arn:
    """The ARN of a call; an exact one where the operation takes none."""
    match step:
        case DescribeReservation():
            return step.reservation
        case Purchase() | DescribeOffering():
            return step.offering
        case _:
            return OfferingArn()


def arn_rule(step: CallStep) -> str:
    """The rule by which the ARN of a call is refused; empty where it is an exact one, or there is none."""
    arn = _arn(step)
    if isinstance(arn, OfferingArn | ReservationArn) and arn.mutation == "exact":
        return ""
    reason = reason_in_arn(arn)
    unknown = isinstance(step, DescribeReservation) and reason.rule == "errors/unknown-offering"
    return UNKNOWN_RESERVATION if unknown else reason.rule


@rule(
    "errors/modelled",
    Level.MUST,
    "A refusal is one of the six documented exceptions, with the status that the service model gives it, a type that "
    "an SDK can read, and a message.",
    _EXCEPTIONS,
    operations=frozenset(Operation),
    classes=("an unknown offering", "an unknown reservation"),
    classes_with={
        Capability.OFFERINGS: ("a Start outside the window", "a Start in another form"),
        Capability.ACCOUNTS: ("a second purchase",),
    },
)
def modelled(history: History) -> Iterator[Finding]:
    """Refusals of well-formed requests; how a malformed body may be refused is left to errors/malformed-body."""
    for call in history.trace.calls:
        refused = call.outcome
        if not isinstance(refused, Refused) or getattr(call.step, "mutation", "plain") != "plain":
            continue
        for label in _kinds_of_refusal(history, call):
            yield Finding(label, call, _what_is_not_modelled(refused), "a documented exception with status and message")


def _kinds_of_refusal(history: History, call: Call) -> Iterator[str]:
    by_arn = {"errors/unknown-offering": "an unknown offering", UNKNOWN_RESERVATION: "an unknown reservation"}
    if arn_rule(call.step) in by_arn:
        yield by_arn[arn_rule(call.step)]
    labels = {
        "start-window/": "a Start outside the window",
        "start-format/": "a Start in another form",
        "exclusivity/": "a second purchase",
    }
    for attempt in history.attempts:
        if attempt.call is call:
            yield from {label for prefix, label in labels.items() for r in attempt.reasons if r.rule.startswith(prefix)}


def _what_is_not_modelled(refused: Refused) -> str:
    if refused.code not in EXCEPTION_STATUS:
        return f"refused with {refused}"
    if EXCEPTION_STATUS[refused.code] != refused.status:
        return f"refused with {refused.code}, but status {refused.status} instead of {EXCEPTION_STATUS[refused.code]}"
    return "" if refused.message.strip() else f"refused with {refused} without a message"


def _refused_by_arn(history: History, rule_id: str, operations: Iterable[Operation]) -> Iterator[Finding]:
    """Purchases and descriptions whose ARN is to be refused by this rule."""
    exactness = rule_id in _EXACT
    for attempt in history.alone():
        if attempt.only_reason(rule_id) is not None:
            yield from findings_on_refusal(history, attempt, ["PurchaseOffering"], any_refusal=exactness)
    for call in history.trace.of(*operations):
        if not isinstance(call.step, Purchase) and arn_rule(call.step) == rule_id:
            yield from _finding_on_description(history, call)


def _finding_on_description(history: History, call: Call) -> Iterator[Finding]:
    arn = call.parameters.get("OfferingArn", call.parameters.get("ReservationArn", ""))
    if arn in _existing(history, call):
        return
    permitted = reason_in_arn(_arn(call.step)).refusals
    exactness = arn_rule(call.step) in _EXACT
    if isinstance(call.outcome, Answered):
        shown = call.member("offering") or call.member("reservation")
        # With nothing shown it was not taken for the real one; that it was not refused is for the other rules to say.
        problem = f"described {arn!r}, which is nothing that exists" if shown or not exactness else ""
    elif isinstance(call.outcome, Refused):
        wrong = not exactness and call.outcome.exception not in permitted
        problem = f"refused {arn!r} with {call.outcome}" if wrong else ""
    else:
        return
    yield Finding(str(call.operation), call, problem, documented(permitted))


def _existing(history: History, call: Call) -> set[object]:
    """What an mutation may have left as it was: an ARN that lacks the part that it alters."""
    offerings = {offering.get("offeringArn") for offering in history.trace.offerings[call.place]}
    return offerings | {reservation.get("reservationArn") for _, reservation in history.made()}


@rule(
    "errors/unknown-offering",
    Level.MUST,
    "A well-formed ARN of no offering draws NotFoundException, from PurchaseOffering and DescribeOffering.",
    service_model("NotFoundException", "One or more of the resources in the request does not exist in the system"),
    buys=False,
    operations=_WITH_OFFERING_ARN,
    classes=("PurchaseOffering", "DescribeOffering"),
)
def unknown_offering(history: History) -> Iterator[Finding]:
    """ARNs in the shape of the target's own, or in the documented one."""
    yield from _refused_by_arn(history, "errors/unknown-offering", [Operation.DESCRIBE_OFFERING])


@rule(
    UNKNOWN_RESERVATION,
    Level.MUST,
    "A well-formed ARN of no reservation draws NotFoundException from DescribeReservation.",
    service_model("NotFoundException", "One or more of the resources in the request does not exist in the system"),
    buys=False,
    operations=frozenset({Operation.DESCRIBE_RESERVATION}),
    classes=("DescribeReservation",),
)
def unknown_reservation(history: History) -> Iterator[Finding]:
    """ARNs in the shape of the target's own, or in the documented one."""
    yield from _refused_by_arn(history, UNKNOWN_RESERVATION, [Operation.DESCRIBE_RESERVATION])


@rule(
    "errors/malformed-arn",
    Level.MUST,
    "What is no ARN of an offering or reservation at all draws BadRequestException or NotFoundException.",
    service_model("BadRequestException, NotFoundException"),
    buys=False,
    operations=_WITH_ARN,
    classes=("PurchaseOffering", "DescribeOffering", "DescribeReservation"),
)
def malformed_arn(history: History) -> Iterator[Finding]:
    """Texts of all kinds in the place of the ARN."""
    yield from _refused_by_arn(history, "errors/malformed-arn", _WITH_ARN)


def _arn_is_exact(rule_id: str, level: Level, statement: str) -> None:
    @rule(
        rule_id,
        level,
        statement,
        reference_page("OfferingArn", "The Amazon Resource Name (ARN) of the offering"),
        buys=False,
        operations=_WITH_OFFERING_ARN,
        needs=_OFFERING,
        classes=("PurchaseOffering", "DescribeOffering"),
    )
    def arn_is_exact(history: History) -> Iterator[Finding]:
        """Near-misses of real ARNs."""
        yield from _refused_by_arn(history, rule_id, _WITH_ARN)


_arn_is_exact(
    "errors/arn-is-exact",
    Level.MUST,
    "An ARN that begins like, or goes on after, a real one, or differs from it in a field, is not that offering or "
    "reservation.",
)
_arn_is_exact(
    "errors/arn-is-exact-in-case",
    Level.SHOULD,
    "An ARN that differs from a real one in upper and lower case alone is not that offering or reservation.",
)


def _alteration(attempt: PurchaseAttempt) -> Iterator[str]:
    yield attempt.step.mutation


rule(
    "errors/missing-parameter",
    Level.MUST,
    "Without reservationName or start, absent or null, the answer is BadRequestException.",
    _REQUIRED,
    buys=False,
    needs=_OFFERING,
    classes=("no name", "no start", "null name", "null start", "no members"),
)(refused_for("errors/missing-parameter", _alteration))


def _which_is_empty(attempt: PurchaseAttempt) -> Iterator[str]:
    if not attempt.call.parameters.get("ReservationName"):
        yield "an empty name"
    if not attempt.call.parameters.get("Start"):
        yield "an empty Start"


rule(
    "errors/empty-parameter",
    Level.MUST,
    "An empty reservationName or start draws BadRequestException.",
    _REQUIRED,
    buys=False,
    needs=_OFFERING,
    classes=("an empty name", "an empty Start"),
)(refused_for("errors/empty-parameter", _which_is_empty))


def _member_of_wrong_type(attempt: PurchaseAttempt) -> Iterator[str]:
    yield attempt.step.mutation.partition(" ")[0]


rule(
    WRONG_TYPE,
    Level.MUST,
    "A number, list, object or boolean in the place of a string is refused with a 4xx.",
    service_model("PurchaseOfferingRequest", "string"),
    buys=False,
    needs=_OFFERING,
    classes=("name", "start"),
)(refused_for(WRONG_TYPE, _member_of_wrong_type))

rule(
    MALFORMED_BODY,
    Level.MUST,
    "A body that is not JSON, no object, or missing is refused with a 4xx.",
    _BODY,
    buys=False,
    needs=_OFFERING,
    classes=("not JSON", "form-encoded", "not UTF-8", "wrongly compressed", "nested too deep", "an array", "no body"),
)(refused_for(MALFORMED_BODY, _alteration))


def _by_bad_request(rule_id: str, spoilt_by: str, statement: str) -> None:
    @rule(
        rule_id,
        Level.SHOULD,
        statement,
        service_model("BadRequestException"),
        buys=False,
        needs=_OFFERING,
        classes=("refused",),
    )
    def by_bad_request(history: History) -> Iterator[Finding]:
        """The same requests as for the rule that asks for any 4xx."""
        for attempt in history.alone():
            if attempt.only_reason(spoilt_by) is not None and attempt.refusal is not None:
                wrong = attempt.refusal.code != BAD_REQUEST
                problem = f"refused “{attempt.step.mutation}” with {attempt.refusal}" if wrong else ""
                yield Finding("refused", attempt.call, problem, f"400 {BAD_REQUEST}")


_by_bad_request(
    "errors/wrong-type-is-bad-request", WRONG_TYPE, "A value of the wrong type is refused with BadRequestException."
)
_by_bad_request(
    "errors/malformed-body-is-bad-request", MALFORMED_BODY, "A malformed body is refused with BadRequestException."
)


@rule(
    "errors/no-server-fault",
    Level.MUST,
    "No input whatever draws a 5xx that a retry does not clear.",
    service_model("InternalServerErrorException", "The server encountered an internal error"),
    operations=frozenset(Operation),
    classes=("an odd ARN", "an odd page"),
    classes_with={Capability.OFFERINGS: ("an odd body", "an odd Start", "an odd name", "a right purchase")},
)
def no_server_fault(history: History) -> Iterator[Finding]:
    """Inputs of all kinds; what retries clear never counts."""
    for call in history.trace.calls:
        if not isinstance(call.outcome, Answered | Refused | Faulted):
            continue
        faulted = isinstance(call.outcome, Faulted) and call.outcome.status >= 500
        problem = f"answered {call.operation} with {call.outcome}" if faulted else ""
        yield Finding(_kind_of_input(call, history), call, problem, "an answer, or a refusal with a 4xx")


def _kind_of_input(call: Call, history: History) -> str:
    step = call.step
    if isinstance(getattr(step, "offering", None), UnknownArn | LiteralArn) or arn_rule(step):
        return "an odd ARN"
    if not isinstance(step, Purchase):
        return "an odd page" if call.parameters.keys() & {"NextToken", "MaxResults"} else "a right call"
    if step.mutation != "plain":
        return "an odd body"
    reasons = {reason.rule for attempt in history.attempts if attempt.call is call for reason in attempt.reasons}
    if reasons & {"start-format/rejects-other-forms", "start-format/rejects-impossible", "errors/empty-parameter"}:
        return "an odd Start"
    return "an odd name" if any(name.startswith("names/") for name in reasons) else "a right purchase"


@rule(
    "errors/refusal-has-no-effect",
    Level.MUST,
    "A refused purchase changes nothing: no reservation appears, none changes, and a right purchase afterwards "
    "succeeds.",
    reference_page("Exceptions"),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS}),
    needs=_OFFERING,
    classes=("no reservation appears", "none changes", "a right purchase succeeds"),
)
def refusal_has_no_effect(history: History) -> Iterator[Finding]:
    """Purchases that are wrong in themselves, before a right one and after it."""
    refused: dict[tuple[str, str], PurchaseAttempt] = {}
    for attempt in history.alone():
        place = attempt.call.place
        wrong_in_itself = attempt.must_fail and attempt.only_reason(SECOND_REFUSED) is None
        if attempt.refusal is not None and wrong_in_itself:
            refused.setdefault(place, attempt)
            for standing in attempt.standing_here():
                yield from findings_on_change(history, attempt, standing, _CHANGES)
        elif attempt.must_succeed and place in refused and not attempt.standing_here():
            yield from findings_on_acceptance(history, attempt, ["a right purchase succeeds"])
    for place, attempt in refused.items():
        yield from _nothing_appears(history, place, attempt)


_CHANGES = {Operation.DESCRIBE_RESERVATION: "none changes", Operation.LIST_RESERVATIONS: "none changes"}


def _nothing_appears(history: History, place: tuple[str, str], refused: PurchaseAttempt) -> Iterator[Finding]:
    """Listings after a refusal hold nothing but what was bought, or stood there before."""
    known = {standing.arn for standing in history.final.in_place(*place)}
    for call in history.trace.of(Operation.LIST_RESERVATIONS):
        if call.place != place or call.began < refused.call.ended or not isinstance(call.outcome, Answered):
            continue
        items = [item for item in call.items("reservations") if isinstance(item.get("reservationArn"), str)]
        name = refused.call.parameters.get("ReservationName")
        own = [item for item in items if item["reservationArn"] not in known and item.get("reservationName") == name]
        is_its_own = own and name not in _names_of_unknown_reservations(history, place)
        problem = "listed a reservation of a purchase that was refused" if is_its_own else ""
        yield Finding("no reservation appears", call, problem, "a list without the refused purchase")


def _names_of_unknown_reservations(history: History, place: tuple[str, str]) -> set[str | None]:
    """Under which names something was, or may have been, purchased whose ARN was not shown."""
    attempts = [attempt for attempt in history.attempts if attempt.call.place == place and attempt.refusal is None]
    shown = [attempt.call.member("reservation") or {} for attempt in attempts]
    return {
        attempt.call.parameters.get("ReservationName")
        for attempt, reservation in zip(attempts, shown, strict=True)
        if not isinstance(reservation.get("reservationArn"), str)
    }
