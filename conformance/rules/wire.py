"""wire: statuses, members, enumerations and labels of what goes over the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.rules.history import History
from conformance.rules.recorded_call import LISTS, SHOWS_RESERVATION, RecordedCall
from conformance.rules.registry import OFFERING, Finding, Level, rule
from conformance.spec.outcomes import Answered, Wire
from conformance.spec.service import (
    BAD_REQUEST,
    CURRENCY,
    DURATION_UNITS,
    NOT_FOUND,
    OFFERING_MEMBERS,
    PRICE_UNITS,
    RESERVATION_MEMBERS,
    RESERVATION_STATES,
    RESOURCE_TYPE,
    Operation,
)
from conformance.spec.sources import reference_page, service_model
from conformance.targets.capabilities import Capability

_READING = frozenset(Operation) - {Operation.PURCHASE_OFFERING}
_OF_THE_REQUEST = frozenset({BAD_REQUEST, NOT_FOUND})
"""What a refusal says of the request itself; others are of the account, of a limit or of an outage."""
_SHOWS_OFFERING = {Operation.DESCRIBE_OFFERING: "described", Operation.LIST_OFFERINGS: "listed"}


@rule(
    "wire/purchase-status",
    Level.MUST,
    "A purchase that succeeds is answered with HTTP 201.",
    service_model("PurchaseOffering, responseCode", "201", operation="PurchaseOffering"),
    needs=OFFERING,
    classes=("purchased",),
)
def purchase_status(history: History) -> Iterator[Finding]:
    """Every purchase that was answered with a 2xx; a repeat that purchases nothing may have another."""
    for one in history.purchases:
        if not one.repeats:
            yield from _status(one, "purchased", 201)


@rule(
    "wire/read-status",
    Level.MUST,
    "The four reading operations are answered with HTTP 200; so is a list of reservations that is empty.",
    service_model("responseCode", "200", operation="ListOfferings"),
    operations=_READING,
    classes=("ListOfferings", "ListReservations"),
    classes_with={Capability.OFFERINGS: ("DescribeOffering",)},
)
def read_status(history: History) -> Iterator[Finding]:
    """Every read that was answered with a 2xx, and a refusal of the plainest, which has nothing in it to refuse."""
    for one in history.reads:
        yield from _status(one, str(one.operation), 200)
        if one.refusal is not None and one.refusal.exception in _OF_THE_REQUEST and _is_plain_list(one):
            problem = f"refused a plain {one.operation} with {one.refusal}"
            yield Finding(str(one.operation), one, problem, "200 and a list, which may be empty")


def _is_plain_list(one: RecordedCall) -> bool:
    """Whether it asks for the reservations alone, without a size or a token.

    Whether an account is shown the offerings while a reservation is active no document says.
    """
    is_plain = one.reading.max_results is None and one.reading.next_token is None
    return one.operation is Operation.LIST_RESERVATIONS and is_plain and one.must_succeed


def _status(one: RecordedCall, label: str, status: int) -> Iterator[Finding]:
    if isinstance(one.outcome, Answered):
        wrong = one.outcome.status != status
        yield Finding(
            label, one, f"answered {one.operation} with {one.outcome.status}" if wrong else "", f"HTTP {status}"
        )


@rule(
    "wire/reservation-members",
    Level.MUST,
    "Every reservation has its thirteen required members, under the lower-camel-case names of the service model and "
    "with its types; further members are fine.",
    service_model(
        "Reservation, required",
        derived="the member lists of the shape, with the types that botocore parses them to",
        operation="DescribeReservation",
    ),
    operations=frozenset(SHOWS_RESERVATION),
    needs=OFFERING,
    classes=("purchased", "described", "listed"),
)
def reservation_members(history: History) -> Iterator[Finding]:
    """In the answers to purchases, descriptions and lists, concurrent ones too."""
    for one in history.of(*SHOWS_RESERVATION):
        assert one.operation is not None
        yield from _things(one, "reservation", SHOWS_RESERVATION[one.operation], RESERVATION_MEMBERS)


@rule(
    "wire/offering-members",
    Level.MUST,
    "Every offering has its eight required members, under the lower-camel-case names of the service model and with its "
    "types; reservedBitrate may be left out.",
    service_model(
        "Offering, required",
        derived="the member lists of the shape, with the types that botocore parses them to",
        operation="DescribeOffering",
    ),
    operations=frozenset(_SHOWS_OFFERING),
    needs=OFFERING,
    classes=("described", "listed"),
)
def offering_members(history: History) -> Iterator[Finding]:
    """In the answers to descriptions and lists."""
    for one in history.of(*_SHOWS_OFFERING):
        assert one.operation is not None
        yield from _things(one, "offering", _SHOWS_OFFERING[one.operation], OFFERING_MEMBERS)


def _things(one: RecordedCall, name: str, label: str, members: Mapping[str, type]) -> Iterator[Finding]:
    if not isinstance(one.outcome, Answered):
        return
    if one.operation in LISTS:
        values = one.call.answer.get(f"{name}s")
        if values is None and isinstance(one.outcome.body, dict) and not _must_list(one):
            return
        if not isinstance(values, list):
            yield Finding(label, one, f"answered without a list under {name}s", f"a list of {name}s")
            return
    else:
        values = [one.call.answer.get(name)]
    for value in values:
        wrong = _wrong_members(value, members) if isinstance(value, dict) else f"no object under {name}"
        yield Finding(label, one, f"showed {wrong}" if wrong else "", f"a complete {name}")


def _must_list(one: RecordedCall) -> bool:
    """Whether an answer must have a list: by the model it is optional, so that an empty one may be absent or null."""
    is_only_page = one.reading.next_token is None and not one.call.answer.get("nextToken")
    return is_only_page and bool(one.held) and not one.call.concurrent


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
    # A JSON boolean is not an integer, though a Python one is; JSON has one type of numbers, so that 12.0 is 12.
    is_whole = of is int and isinstance(value, float) and value.is_integer()
    return "" if type(value) is of or is_whole else f"{name} {repr(value)[:80]} instead of {_JSON_TYPES[of]}"


_JSON_TYPES = {str: "a string", int: "an integer", dict: "an object"}


@rule(
    "wire/whole-numbers",
    Level.SHOULD,
    "Durations and bit rates are written as whole numbers, 12 rather than 12.0.",
    service_model("Duration, ReservedBitrate", "integer", "JSON has one type of numbers, so that 12.0 means the same."),
    operations=frozenset(Operation),
    needs=OFFERING,
    classes=("offering", "reservation"),
)
def whole_numbers(history: History) -> Iterator[Finding]:
    """Every duration and bit rate."""
    for one, name, thing in history.things:
        specification = thing.get("resourceSpecification")
        bitrate = specification.get("reservedBitrate") if isinstance(specification, dict) else None
        values = {"duration": thing.get("duration"), "reservedBitrate": bitrate}
        wrong = [f"{member} {value}" for member, value in values.items() if isinstance(value, float)]
        yield Finding(name, one, f"showed {', '.join(wrong)}" if wrong else "", "a whole number")


@rule(
    "wire/enums",
    Level.MUST,
    "durationUnits is MONTHS, priceUnits HOURLY, resourceType Mbps_Outbound_Bandwidth, and reservationState one of "
    "ACTIVE, EXPIRED, PROCESSING and CANCELED.",
    service_model(
        "DurationUnits, PriceUnits, ResourceType, ReservationState",
        derived="the values that each enumeration lists",
        operation="DescribeReservation",
    ),
    operations=frozenset(Operation),
    needs=OFFERING,
    classes=("offering", "reservation"),
)
def enums(history: History) -> Iterator[Finding]:
    """Every value of an enumeration that is shown as a text."""
    for one, name, thing in history.things:
        specification = thing.get("resourceSpecification")
        resource_type = specification.get("resourceType") if isinstance(specification, dict) else None
        values = {
            "durationUnits": (thing.get("durationUnits"), (DURATION_UNITS,)),
            "priceUnits": (thing.get("priceUnits"), (PRICE_UNITS,)),
            "resourceType": (resource_type, (RESOURCE_TYPE,)),
            "reservationState": (thing.get("reservationState"), RESERVATION_STATES),
        }
        wrong = [
            (f"showed {member} {value[:80]!r}", " or ".join(known))
            for member, (value, known) in values.items()
            if isinstance(value, str) and value not in known
        ]
        problem, expected = wrong[0] if wrong else ("", "a value of the enumeration")
        yield Finding(name, one, problem, expected)


@rule(
    "wire/currency",
    Level.MUST,
    "currencyCode is that of US dollars, USD.",
    reference_page(
        "CurrencyCode",
        "The currencyCode used for your reservation is US dollars",
        "USD is the code of US dollars in ISO 4217.",
    ),
    operations=frozenset(Operation),
    needs=OFFERING,
    classes=("offering", "reservation"),
)
def currency(history: History) -> Iterator[Finding]:
    """Every currencyCode that is shown as a text."""
    for one, name, thing in history.things:
        code = thing.get("currencyCode")
        if isinstance(code, str):
            yield Finding(name, one, f"showed currencyCode {code[:80]!r}" if code != CURRENCY else "", CURRENCY)


@rule(
    "wire/content-type",
    Level.SHOULD,
    "JSON bodies are labelled application/json.",
    service_model(
        "protocol", "rest-json", "A rest-json service answers in JSON, whose media type is application/json."
    ),
    operations=frozenset(Operation),
    classes=("an answer", "a refusal"),
)
def content_type(history: History) -> Iterator[Finding]:
    """Every answer with a body, and every refusal of a plain request whose body is a JSON object."""
    for one in history.calls:
        exchange = one.call.last_exchange
        answered = isinstance(one.outcome, Answered) and bool(exchange.body)
        refused = one.refusal is not None and one.reading.is_plain and exchange.body.lstrip().startswith(b"{")
        if one.operation is not None and (answered or refused):
            label = next((value for name, value in exchange.headers.items() if name.lower() == "content-type"), "")
            right = label.partition(";")[0].strip().lower() == "application/json"
            kind = "an answer" if answered else "a refusal"
            yield Finding(kind, one, "" if right else f"labelled the body {label[:80]!r}", "application/json")
