"""errors: how a request is refused that asks for what does not exist, or is not well-formed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import OFFERING, Finding, Level, Premise, Rule, rule
from conformance.rules.shared_checks import findings_on_refusal, is_too_large, refused_for, shortened
from conformance.spec.demands import Cause, format_exceptions
from conformance.spec.outcomes import Refused
from conformance.spec.service import BAD_REQUEST, EXCEPTION_STATUS, Operation
from conformance.spec.sources import json_standard, reference_page, service_model
from conformance.targets.capabilities import Capability

_REQUIRED = reference_page("Parameters", "[REQUIRED]")
_ARN = reference_page("OfferingArn", "The Amazon Resource Name (ARN) of the offering")
_NO_RESOURCE = service_model(
    "NotFoundException", "One or more of the resources in the request does not exist in the system"
)
_SEMANTIC_ERROR = service_model("BadRequestException", "thrown if the request contains a semantic error")
_WITH_OFFERING_ARN = frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_OFFERING})
_WITH_ARN = _WITH_OFFERING_ARN | {Operation.DESCRIBE_RESERVATION}


@rule(
    "errors/modelled",
    Level.MUST,
    "A refusal is one of the six documented exceptions, with the status that the service model gives it, a type that "
    "an SDK can read, and a message.",
    reference_page("Exceptions", derived="The page lists six exceptions and no other way to fail; the model requires "
                   "a message in each."),
    operations=frozenset(Operation),
    classes=("an unknown offering", "an unknown reservation"),
    classes_with={
        Capability.OFFERINGS: ("a Start outside the window", "a Start in another form"),
        Capability.ACCOUNTS: ("a second purchase",),
    },
)  # fmt: skip
def modelled(history: History) -> Iterator[Finding]:
    """Every refusal, but of requests that may draw any 4xx: they may be refused before the service reads them."""
    for one in history.calls:
        refused = one.refusal
        if refused is None or one.operation is None or _may_draw_anything(one) or is_too_large(one):
            continue
        problem = _what_is_not_modelled(refused)
        causes = {demand.cause for demand in one.permitted.demands}
        label = next((name for cause, name in _KINDS.items() if cause in causes), "a refusal")
        yield Finding(label, one, problem, "a documented exception with status and message")


_KINDS = {
    Cause.UNKNOWN_OFFERING: "an unknown offering",
    Cause.UNKNOWN_RESERVATION: "an unknown reservation",
    Cause.BEFORE_WINDOW: "a Start outside the window",
    Cause.AFTER_WINDOW: "a Start outside the window",
    Cause.OTHER_FORM: "a Start in another form",
    Cause.ACTIVE_RESERVATION: "a second purchase",
}


def _may_draw_anything(one: RecordedCall) -> bool:
    """Whether a demand permits any 4xx: bodies that are malformed, parameters that nobody knows."""
    return any(not demand.exceptions for demand in one.permitted.demands)


def _what_is_not_modelled(refused: Refused) -> str:
    if refused.code not in EXCEPTION_STATUS:
        return f"refused with {refused}"
    if EXCEPTION_STATUS[refused.code] != refused.status:
        return f"refused with {refused.code}, but status {refused.status} instead of {EXCEPTION_STATUS[refused.code]}"
    return "" if refused.message.strip() else f"refused with {refused} without a message"


def _refused_by_arn(history: History, cause: Cause, *, any_refusal: bool = False) -> Iterator[Finding]:
    """Purchases and descriptions whose ARN is to be refused for this cause."""
    for attempt in history.alone:
        if attempt.only_demand(cause) is not None:
            yield from findings_on_refusal(history, attempt, ["PurchaseOffering"], any_refusal=any_refusal)
    for one in history.of(Operation.DESCRIBE_OFFERING, Operation.DESCRIBE_RESERVATION):
        if one.only_demand(cause) is not None and one.is_definite:
            problem = _problem_of_description(one, any_refusal)
            expected = format_exceptions(one.permitted.exceptions())
            yield Finding(str(one.operation), one, problem, "a refusal" if any_refusal else expected)


def _problem_of_description(one: RecordedCall, any_refusal: bool) -> str:
    arn = shortened(one.reading.arn)
    if one.accepted:
        shown = one.call.offering or one.reservation
        # With nothing shown it was not taken for the real one; that it was not refused is for the other rules to say.
        return f"described {arn}, which is nothing that exists" if shown or not any_refusal else ""
    refusal = one.refusal
    wrong = refusal is not None and not any_refusal and not one.permitted.permits(refusal)
    return f"refused {arn} with {refusal}" if wrong else ""


@rule(
    "errors/unknown-offering",
    Level.MUST,
    "An ARN of no offering, formed as the target's own, draws NotFoundException, from PurchaseOffering and "
    "DescribeOffering; one whose identifier need not be well-formed for the target, BadRequestException or that.",
    _NO_RESOURCE,
    purchases=False,
    operations=_WITH_OFFERING_ARN,
    classes=("PurchaseOffering", "DescribeOffering"),
    cause=Cause.UNKNOWN_OFFERING,
)
def unknown_offering(history: History) -> Iterator[Finding]:
    """ARNs with the head of the target's own, or in the documented shape."""
    yield from _refused_by_arn(history, Cause.UNKNOWN_OFFERING)


@rule(
    "errors/unknown-reservation",
    Level.MUST,
    "An ARN of no reservation, formed as the target's own, draws NotFoundException from DescribeReservation; one whose "
    "identifier need not be well-formed for the target, BadRequestException or that; where none of its own was seen, "
    "perhaps ForbiddenException.",
    _NO_RESOURCE,
    purchases=False,
    operations=frozenset({Operation.DESCRIBE_RESERVATION}),
    classes=("DescribeReservation",),
    cause=Cause.UNKNOWN_RESERVATION,
)
def unknown_reservation(history: History) -> Iterator[Finding]:
    """ARNs with the head of the target's own, or in the documented shape."""
    yield from _refused_by_arn(history, Cause.UNKNOWN_RESERVATION)


@rule(
    "errors/malformed-arn",
    Level.MUST,
    "What is not an ARN of the kind asked for draws BadRequestException or NotFoundException; an ARN of another "
    "account, service or partition perhaps ForbiddenException.",
    replace(
        _NO_RESOURCE, derived="Nothing exists under such a text, and whether it is wrong in itself no document says."
    ),
    purchases=False,
    operations=_WITH_ARN,
    classes=("PurchaseOffering", "DescribeOffering", "DescribeReservation"),
    cause=Cause.MALFORMED_ARN,
    premise=Premise.MALFORMED_ARN,
)
def malformed_arn(history: History) -> Iterator[Finding]:
    """Texts of all kinds in the place of the ARN."""
    yield from _refused_by_arn(history, Cause.MALFORMED_ARN)


@rule(
    "errors/arn-is-exact",
    Level.MUST,
    "An ARN that begins like, or goes on after, a real one, or differs from it in a field, is not that offering or "
    "reservation.",
    _ARN,
    purchases=False,
    operations=_WITH_OFFERING_ARN,
    needs=OFFERING,
    classes=("PurchaseOffering", "DescribeOffering"),
    cause=Cause.NEAR_ARN,
)
def arn_is_exact(history: History) -> Iterator[Finding]:
    """Near-misses of real ARNs."""
    yield from _refused_by_arn(history, Cause.NEAR_ARN, any_refusal=True)


@rule(
    "errors/arn-is-exact-in-case",
    Level.SHOULD,
    "An ARN that differs from a real one in upper and lower case, or by white space around it, is not that offering or "
    "reservation.",
    _ARN,
    purchases=False,
    operations=_WITH_OFFERING_ARN,
    needs=OFFERING,
    classes=("PurchaseOffering", "DescribeOffering"),
    cause=Cause.NEAR_ARN_IN_CASE,
)
def arn_is_exact_in_case(history: History) -> Iterator[Finding]:
    """Real ARNs in another case, or with white space around them."""
    yield from _refused_by_arn(history, Cause.NEAR_ARN_IN_CASE, any_refusal=True)


def _missing(attempt: RecordedCall) -> Iterator[str]:
    if attempt.reading.name_text is None:
        yield "no name"
    if attempt.reading.start_text is None:
        yield "no Start"


missing_parameter = rule(
    "errors/missing-parameter",
    Level.MUST,
    "Without reservationName or start, absent or null, the answer is BadRequestException.",
    _REQUIRED,
    purchases=False,
    needs=OFFERING,
    classes=("no name", "no Start"),
    cause=Cause.MISSING_PARAMETER,
)(refused_for(Cause.MISSING_PARAMETER, _missing))


empty_parameter = rule(
    "errors/empty-parameter",
    Level.MUST,
    "An empty start draws BadRequestException.",
    replace(_REQUIRED, derived="An empty text is not a date and time in the form that the page asks for."),
    purchases=False,
    needs=OFFERING,
    classes=("an empty Start",),
    cause=Cause.EMPTY_START,
)(refused_for(Cause.EMPTY_START, lambda _: ["an empty Start"]))


empty_name = rule(
    "errors/empty-name",
    Level.SHOULD,
    "An empty reservationName draws BadRequestException.",
    replace(_REQUIRED, derived="The model gives strings no least length, so that only the user guide's rules of names "
            "speak against it."),
    purchases=False,
    needs=OFFERING,
    classes=("an empty name",),
    cause=Cause.EMPTY_NAME,
)(refused_for(Cause.EMPTY_NAME, lambda _: ["an empty name"]))  # fmt: skip


def _of_wrong_type(attempt: RecordedCall) -> Iterator[str]:
    if not isinstance(attempt.reading.name, str):
        yield "name"
    if not isinstance(attempt.reading.start, str):
        yield "start"


_STRINGS = service_model("PurchaseOfferingRequest", "string", operation="PurchaseOffering")
wrong_type = rule(
    "errors/wrong-type",
    Level.MUST,
    "A list or an object in the place of a string is refused with a 4xx.",
    _STRINGS,
    purchases=False,
    needs=OFFERING,
    classes=("name", "start"),
    cause=Cause.WRONG_TYPE,
)(refused_for(Cause.WRONG_TYPE, _of_wrong_type))

scalar_of_wrong_type = rule(
    "errors/scalar-of-wrong-type",
    Level.SHOULD,
    "A number or a boolean in the place of a string is refused with a 4xx.",
    replace(_STRINGS, derived="Many JSON binders turn scalars into strings, which no document forbids."),
    purchases=False,
    needs=OFFERING,
    classes=("name", "start"),
    cause=Cause.SCALAR_TYPE,
)(refused_for(Cause.SCALAR_TYPE, _of_wrong_type))


def _kind_of_body(attempt: RecordedCall) -> Iterator[str]:
    yield from sorted(flaw.value for flaw in attempt.reading.body_flaws)


_BODY = service_model("protocol", "rest-json", "A rest-json request has its parameters in a JSON object.")
malformed_body = rule(
    "errors/malformed-body",
    Level.MUST,
    "A body that is not JSON, no object, or missing is refused with a 4xx.",
    _BODY,
    purchases=False,
    needs=OFFERING,
    classes=("there is none", "not JSON", "JSON, but no object"),
    cause=Cause.MALFORMED_BODY,
)(refused_for(Cause.MALFORMED_BODY, _kind_of_body))

lenient_body = rule(
    "errors/lenient-body",
    Level.SHOULD,
    "A body that is not JSON, though some parsers accept it (a trailing comma, single quotes, comments, text after the "
    "value), is refused with a 4xx.",
    json_standard("section 9, Parsers", "A JSON parser MAY accept non-JSON forms or extensions"),
    purchases=False,
    needs=OFFERING,
    classes=("no JSON, but what some parsers accept",),
    cause=Cause.LENIENT_BODY,
)(refused_for(Cause.LENIENT_BODY, _kind_of_body))


def _by_bad_request(name: str, causes: tuple[Cause, ...], statement: str) -> Rule:
    @rule(
        f"errors/{name}",
        Level.SHOULD,
        statement,
        _SEMANTIC_ERROR,
        purchases=False,
        needs=OFFERING,
        classes=("refused",),
    )
    def by_bad_request(history: History) -> Iterator[Finding]:
        """The same requests as for the rules that ask for any 4xx."""
        for attempt in history.alone:
            refusal = attempt.refusal
            if attempt.reading.body_flaws and Cause.LENIENT_BODY not in causes:
                continue  # how a body that is not plain JSON is refused is no matter of the types in it
            if refusal is not None and any(attempt.only_demand(cause) for cause in causes):
                # It may be refused for something else about it, and then by the exceptions of that.
                otherwise = any(one.exceptions and one.permits(refusal) for one in attempt.permitted.demands)
                wrong = refusal.code != BAD_REQUEST and not otherwise and not is_too_large(attempt)
                problem = f"refused the body {shortened(attempt.reading.body)} with {refusal}" if wrong else ""
                yield Finding("refused", attempt, problem, f"400 {BAD_REQUEST}")

    return by_bad_request


wrong_type_is_bad_request = _by_bad_request(
    "wrong-type-is-bad-request",
    (Cause.WRONG_TYPE, Cause.SCALAR_TYPE),
    "A value of the wrong type is refused with BadRequestException.",
)
malformed_body_is_bad_request = _by_bad_request(
    "malformed-body-is-bad-request",
    (Cause.MALFORMED_BODY, Cause.LENIENT_BODY),
    "A malformed body is refused with BadRequestException.",
)
