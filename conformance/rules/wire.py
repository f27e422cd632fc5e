"""wire: statuses, members, enumerations and labels of what goes over the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance.cases.case import DescribeOffering, ListOfferings, ListReservations, OfferingArn
from conformance.cases.request_mutations import REQUESTS
from conformance.execution.trace import Answered, Call, Refused, Wire
from conformance.rules.history import History, PurchaseAttempt
from conformance.rules.registry import Finding, Level, reference_page, rule, service_model
from conformance.rules.shared_checks import findings_on_acceptance, findings_on_refusal
from conformance.spec.service import (
    CURRENCY,
    DURATION_UNITS,
    OFFERING_MEMBERS,
    PRICE_UNITS,
    RESERVATION_MEMBERS,
    RESERVATION_STATES,
    RESOURCE_TYPE,
    Operation,
)
from conformance.targets.capabilities import Capability

_OFFERING = frozenset({Capability.OFFERINGS})
_READING = frozenset(Operation) - {Operation.PURCHASE_OFFERING}
_SHOWS_RESERVATION = {
    Operation.PURCHASE_OFFERING: "purchased",
    Operation.DESCRIBE_RESERVATION: "described",
    Operation.LIST_RESERVATIONS: "listed",
}
_SHOWS_OFFERING = {Operation.DESCRIBE_OFFERING: "described", Operation.LIST_OFFERINGS: "listed"}
_LISTS = {Operation.LIST_OFFERINGS: "offerings", Operation.LIST_RESERVATIONS: "reservations"}
PLACES = "wire/members-in-their-place"


@rule(
    "wire/purchase-status",
    Level.MUST,
    "A purchase that succeeds is answered with HTTP 201.",
    service_model("PurchaseOffering, responseCode", "201"),
    needs=_OFFERING,
    classes=("purchased",),
)
def purchase_status(history: History) -> Iterator[Finding]:
    """Every purchase that was answered with a 2xx."""
    yield from _statuses(history, {Operation.PURCHASE_OFFERING: "purchased"}, 201)


@rule(
    "wire/read-status",
    Level.MUST,
    "The four reading operations are answered with HTTP 200.",
    service_model("responseCode", "200"),
    operations=_READING,
    classes=("ListOfferings", "ListReservations"),
    classes_with={Capability.OFFERINGS: ("DescribeOffering",)},
)
def read_status(history: History) -> Iterator[Finding]:
    """Every read that was answered with a 2xx."""
    yield from _statuses(history, {operation: str(operation) for operation in _READING}, 200)


def _statuses(history: History, labels: Mapping[Operation, str], status: int) -> Iterator[Finding]:
    for call in history.trace.of(*labels):
        if isinstance(call.outcome, Answered):
            problem = f"answered {call.operation} with {call.outcome.status}" if call.outcome.status != status else ""
            yield Finding(labels[call.operation], call, problem, f"HTTP {status}")


@rule(
    "wire/reservation-members",
    Level.MUST,
    "Every reservation has its thirteen required members, under the lower-camel-case names of the service model and "
    "with its types; further members are fine.",
    service_model("Reservation, required"),
    operations=frozenset(_SHOWS_RESERVATION),
    needs=_OFFERING,
    classes=("purchased", "described", "listed"),
)
def reservation_members(history: History) -> Iterator[Finding]:
    """In the answers to purchases, descriptions and listings."""
    for call in history.trace.of(*_SHOWS_RESERVATION):
        yield from _things(call, "reservation", _SHOWS_RESERVATION[call.operation], RESERVATION_MEMBERS)


@rule(
    "wire/offering-members",
    Level.MUST,
    "Every offering has its eight required members, under the lower-camel-case names of the service model and with its "
    "types; reservedBitrate may be left out.",
    service_model("Offering, required"),
    operations=frozenset(_SHOWS_OFFERING),
    needs=_OFFERING,
    classes=("described", "listed"),
)
def offering_members(history: History) -> Iterator[Finding]:
    """In the answers to descriptions and listings."""
    for call in history.trace.of(*_SHOWS_OFFERING):
        yield from _things(call, "offering", _SHOWS_OFFERING[call.operation], OFFERING_MEMBERS)


def _things(call: Call, name: str, label: str, members: Mapping[str, type]) -> Iterator[Finding]:
    if not isinstance(call.outcome, Answered):
        return
    if call.operation in _LISTS:
        values = call.answer.get(f"{name}s")
        if not isinstance(values, list):
            yield Finding(label, call, f"answered without a list under {name}s", f"a list of {name}s")
            return
    else:
        values = [call.answer.get(name)]
    for value in values:
        wrong = _wrong_members(value, members) if isinstance(value, dict) else f"no object under {name}"
        yield Finding(label, call, f"showed {wrong}" if wrong else "", f"a complete {name}")


def _wrong_members(thing: Wire, members: Mapping[str, type]) -> str:
    wrong = [_wrong(name, thing.get(name), of) for name, of in members.items()]
    specification = thing.get("resourceSpecification")
    if isinstance(specification, dict):
        wrong.append(_wrong("resourceType", specification.get("resourceType"), str))
        if specification.get("reservedBitrate") is not None:
            wrong.append(_wrong("reservedBitrate", specification["reservedBitrate"], int))
    return ", ".join(filter(None, wrong))


def _wrong(name: str, value: object, of: type) -> str:
    if value is None:
        return f"no {name}"
    # A JSON boolean is no integer, though a Python one is.
    return "" if type(value) is of else f"{name} {value!r} instead of {_JSON_TYPES[of]}"


_JSON_TYPES = {str: "a string", int: "an integer", dict: "an object"}


def _shown(history: History) -> Iterator[tuple[Call, str, Wire]]:
    """Every offering and reservation in an answer, with what it is."""
    for call in history.trace.calls:
        for name in ("offering", "reservation"):
            thing = call.member(name)
            things = (thing,) if thing is not None else call.items(f"{name}s")
            yield from ((call, name, each) for each in things)


@rule(
    "wire/enums",
    Level.MUST,
    "durationUnits is MONTHS, priceUnits HOURLY, resourceType Mbps_Outbound_Bandwidth, and reservationState one of "
    "ACTIVE, EXPIRED, PROCESSING and CANCELED.",
    service_model("DurationUnits, PriceUnits, ResourceType, ReservationState"),
    operations=frozenset(Operation),
    needs=_OFFERING,
    classes=("offering", "reservation"),
)
def enums(history: History) -> Iterator[Finding]:
    """Every value of an enumeration that is shown as a text."""
    for call, name, thing in _shown(history):
        specification = thing.get("resourceSpecification")
        resource_type = specification.get("resourceType") if isinstance(specification, dict) else None
        values = {
            "durationUnits": (thing.get("durationUnits"), (DURATION_UNITS,)),
            "priceUnits": (thing.get("priceUnits"), (PRICE_UNITS,)),
            "resourceType": (resource_type, (RESOURCE_TYPE,)),
            "reservationState": (thing.get("reservationState"), RESERVATION_STATES),
        }
        for member, (value, permitted) in values.items():
            if isinstance(value, str):
                problem = f"showed {member} {value!r}" if value not in permitted else ""
                yield Finding(name, call, problem, " or ".join(permitted))


@rule(
    "wire/currency",
    Level.MUST,
    "currencyCode is that of US dollars, USD.",
    reference_page("CurrencyCode", "The currencyCode used for your reservation is US dollars"),
    operations=frozenset(Operation),
    needs=_OFFERING,
    classes=("offering", "reservation"),
)
def currency(history: History) -> Iterator[Finding]:
    """Every currencyCode that is shown as a text."""
    for call, name, thing in _shown(history):
        code = thing.get("currencyCode")
        if isinstance(code, str):
            yield Finding(name, call, f"showed currencyCode {code!r}" if code != CURRENCY else "", CURRENCY)


@rule(
    "wire/content-type",
    Level.SHOULD,
    "JSON bodies are labelled application/json.",
    service_model("protocol", "rest-json"),
    operations=frozenset(Operation),
    classes=("an answer",),
)
def content_type(history: History) -> Iterator[Finding]:
    """Every 2xx answer that has a body, and every refusal of a plain call whose body is a JSON object."""
    for call in history.trace.calls:
        body = call.exchanges[-1].body
        answered = isinstance(call.outcome, Answered) and bool(body)
        plain = getattr(call.step, "mutation", "plain") == "plain"
        refused = isinstance(call.outcome, Refused) and plain and body.lstrip().startswith(b"{")
        if answered or refused:
            headers = {name.lower(): value for name, value in call.exchanges[-1].headers.items()}
            label = headers.get("content-type", "")
            right = label.partition(";")[0].strip().lower() == "application/json"
            kind = "an answer" if answered else "a refusal"
            yield Finding(kind, call, "" if right else f"labelled the body {label!r}", "application/json")


@rule(
    PLACES,
    Level.MUST,
    "ARNs are read from the path, percent-decoded once; reservationName and start from the JSON body; maxResults and "
    "nextToken from the query. The same names elsewhere have no say.",
    service_model("location, locationName"),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_OFFERING, Operation.LIST_OFFERINGS}),
    needs=_OFFERING | {Capability.ACCOUNTS},
    classes=(
        "a purchase as right as before",
        "a parameter in the query alone",
        "an ARN percent-encoded twice",
    ),
    classes_with={Capability.SEED: ("maxResults in a header",)},
)
def members_in_their_place(history: History) -> Iterator[Finding]:
    """Requests with something in another place; one that is right must show the name and Start of its body."""
    for attempt in history.alone():
        if attempt.step.mutation != "plain" and REQUESTS[attempt.step.mutation].rule == PLACES:
            if attempt.must_succeed and not attempt.state.standings:
                yield from findings_on_acceptance(history, attempt, ["a purchase as right as before"])
                yield from _from_the_body(attempt.call)
            elif attempt.only_reason(PLACES):
                yield from _from_the_query(attempt)
        elif attempt.only_reason(PLACES):
            for finding in findings_on_refusal(history, attempt, ["an ARN percent-encoded twice"], any_refusal=True):
                yield replace(finding, presumes="errors/malformed-arn")
    for call in history.trace.of(Operation.DESCRIBE_OFFERING):
        yield from _encoded_twice(call)
    for call in history.trace.of(*_LISTS):
        if isinstance(call.step, ListOfferings | ListReservations) and call.step.mutation == "maxResults in a header":
            yield from _not_from_a_header(call, history)


def _from_the_query(attempt: PurchaseAttempt) -> Iterator[Finding]:
    """A parameter that the query alone has is missing: it must not be taken; made up is errors/missing-parameter's."""
    shown, sent = attempt.reservation or {}, attempt.call.parameters
    taken = [
        member
        for member, parameter in {"reservationName": "ReservationName", "start": "Start"}.items()
        if attempt.step.mutation.startswith(_IN_THE_QUERY[member]) and shown.get(member) == sent.get(parameter)
    ]
    problem = f"took {taken[0]} from the query" if taken else ""
    if attempt.accepted or attempt.refusal is not None:
        yield Finding("a parameter in the query alone", attempt.call, problem, "400 BadRequestException")


_IN_THE_QUERY = {"reservationName": "name in the query", "start": "start in the query"}


def _from_the_body(call: Call) -> Iterator[Finding]:
    reservation = call.member("reservation") or {}
    for member, parameter in {"reservationName": "ReservationName", "start": "Start"}.items():
        value = reservation.get(member)
        wrong = isinstance(value, str) and value == ELSEWHERE.get(member)
        problem = f"took {member} {value!r} from another place than the body" if wrong else ""
        yield Finding("a purchase as right as before", call, problem, f"{member} {call.parameters.get(parameter)!r}")


ELSEWHERE = {"reservationName": "named-elsewhere", "start": "1999-12-31T23:59:59Z"}


def _encoded_twice(call: Call) -> Iterator[Finding]:
    step = call.step
    if not isinstance(step, DescribeOffering) or not isinstance(step.offering, OfferingArn):
        return
    if step.offering.mutation == "percent-encoded twice":
        problem = "took a twice percent-encoded ARN for the offering" if call.member("offering") else ""
        yield Finding("an ARN percent-encoded twice", call, problem, "a refusal")


def _not_from_a_header(call: Call, history: History) -> Iterator[Finding]:
    """A header asks for pages of one; all the offerings fit on one page of the size that the query asks for."""
    many = len(history.trace.offerings[call.place]) > 1
    if call.operation is Operation.LIST_OFFERINGS and isinstance(call.outcome, Answered) and many:
        shown = len(call.items("offerings"))
        problem = "took maxResults from a header" if shown == 1 else ""
        yield Finding("maxResults in a header", call, problem, "a page as the query asks for it")
