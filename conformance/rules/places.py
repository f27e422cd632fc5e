"""wire: which place of a request each parameter is read from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import FRESH, Finding, Level, Premise, rule
from conformance.rules.shared_checks import findings_on_acceptance, findings_on_refusal, is_first, is_written_otherwise
from conformance.spec.demands import Cause, Strength
from conformance.spec.model import page_size
from conformance.spec.outcomes import Answered, text_of
from conformance.spec.service import Operation
from conformance.spec.sources import service_model

_LOCATIONS = service_model("location, locationName", operation="PurchaseOffering")
PAGES_BY_HEADER = 10
"""How often a page must be short with a header and long without it: pages may be of any length by chance."""
_MEMBERS = {"reservationName": "name_text", "start": "start_text"}


@rule(
    "wire/members-in-their-place",
    Level.MUST,
    "ARNs are read from the path, percent-decoded once; reservationName and start from the JSON body; maxResults and "
    "nextToken from the query. What stands elsewhere is never used instead.",
    replace(_LOCATIONS, derived="The model gives each parameter one location, so that the same name elsewhere is "
            "no parameter."),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.DESCRIBE_OFFERING, Operation.LIST_OFFERINGS}),
    needs=FRESH,
    classes=("a purchase as right as before", "a parameter missing in its place"),
    cause=Cause.WRONG_PLACE,
    premise=Premise.PLACES,
)  # fmt: skip
def members_in_their_place(history: History) -> Iterator[Finding]:
    """Requests with something in another place; one that is right must show the name and Start of its body."""
    for attempt in history.alone:
        if attempt.only_demand(Cause.WRONG_PLACE):
            for finding in findings_on_refusal(history, attempt, ["an ARN percent-encoded twice"], any_refusal=True):
                yield replace(finding, depends_on=frozenset({Premise.MALFORMED_ARN}))
        elif attempt.reading.unknown and attempt.only_demand(Cause.MISSING_PARAMETER):
            yield from _from_elsewhere(attempt)
        elif attempt.reading.unknown and attempt.only_demand(Cause.UNKNOWN_OFFERING):
            yield from _offering_from_elsewhere(attempt)
        elif attempt.reading.unknown and attempt.permitted.may_succeed:
            yield from _from_the_body(attempt)
        elif attempt.must_succeed and is_first(attempt) and is_written_otherwise(attempt):
            yield from findings_on_acceptance(history, attempt, ["path or body written otherwise"])
    for one in history.of(Operation.DESCRIBE_OFFERING, Operation.DESCRIBE_RESERVATION):
        yield from _encoded_twice(one)
    yield from _pages_of_the_query(history)


def _from_elsewhere(attempt: RecordedCall) -> Iterator[Finding]:
    """A parameter that is missing in its place must not be taken from another; made up is another rule's matter."""
    shown = attempt.reservation or {}
    taken = [
        member
        for member, text in _MEMBERS.items()
        if getattr(attempt.reading, text) is None and isinstance(shown.get(member), str)
        if member not in attempt.reading.in_other_case and _stands_elsewhere(attempt, shown[member])
    ]
    problem = f"took {taken[0]} from another place than the member of the body" if taken else ""
    if attempt.is_definite:
        yield Finding("a parameter missing in its place", attempt, problem, "400 BadRequestException")


def _offering_from_elsewhere(attempt: RecordedCall) -> Iterator[Finding]:
    """The path has the ARN of nothing, another place that of an offering: that one must not be taken."""
    shown = text_of(attempt.reservation or {}, "offeringArn")
    taken = bool(shown) and shown != attempt.reading.arn and _stands_elsewhere(attempt, shown)
    problem = "took offeringArn from another place than the path" if taken else ""
    if attempt.is_definite:
        yield Finding("a parameter missing in its place", attempt, problem, "404 NotFoundException")


def _stands_elsewhere(attempt: RecordedCall, text: str) -> bool:
    """Whether the request has this text outside its path, as a whole: a part of a longer word is not a value."""
    request = attempt.call.request
    elsewhere = "\n".join([unquote(request.query), str(request.headers), attempt.reading.body])
    return bool(text) and re.search(rf"(?<![\w:.+-]){re.escape(text)}(?![\w:.+-])", elsewhere) is not None


def _from_the_body(attempt: RecordedCall) -> Iterator[Finding]:
    """Where the request has the same names elsewhere too, those of the body count."""
    for member, text in _MEMBERS.items():
        sent, shown = getattr(attempt.reading, text), (attempt.reservation or {}).get(member)
        if sent is not None and isinstance(shown, str) and not attempt.reading.body_flaws:
            taken = shown != sent and _stands_elsewhere(attempt, shown)
            problem = f"took {member} {shown[:80]!r} from another place than the body" if taken else ""
            yield Finding("a purchase as right as before", attempt, problem, f"{member} {sent[:80]!r}")


def _encoded_twice(one: RecordedCall) -> Iterator[Finding]:
    if one.only_demand(Cause.WRONG_PLACE) and one.is_definite:
        shown = one.call.offering or one.reservation
        problem = "took a twice percent-encoded ARN for the real one" if shown else ""
        yield Finding("an ARN percent-encoded twice", one, problem, "a refusal")


def _pages_of_the_query(history: History) -> Iterator[Finding]:
    """A header asks for pages of one, time and again; the same page, asked for without it in between, is longer."""
    asked_alike: dict[tuple[object, ...], list[RecordedCall]] = {}
    for one in history.of(Operation.LIST_OFFERINGS):
        if isinstance(one.outcome, Answered) and (one.reading.is_plain or _has_header_for_one(one)):
            key = one.place, one.reading.max_results, one.reading.next_token
            asked_alike.setdefault(key, []).append(one)
    for pages in asked_alike.values():
        by_header = [one for one in pages if _has_header_for_one(one)]
        lengths = [len(one.call.items("offerings")) for one in pages if one not in by_header]
        is_between = pages[0] not in by_header and pages[-1] not in by_header
        if is_between and min(len(by_header), len(lengths)) >= PAGES_BY_HEADER and _all_longer(lengths):
            taken = all(len(one.call.items("offerings")) == 1 for one in by_header)
            problem = "took maxResults from a header" if taken else ""
            expected = f"{lengths[0]} items, as without the header"
            yield Finding("a page as the query asks for it", by_header[-1], problem, expected)


def _all_longer(lengths: list[int]) -> bool:
    """Whether pages are all of one length, and of more than one item."""
    return len(set(lengths)) == 1 and lengths[0] > 1


def _has_header_for_one(one: RecordedCall) -> bool:
    headers = {name.lower(): value for name, value in one.call.request.headers.items()}
    return page_size(headers.get("maxresults")) == 1


@rule(
    "wire/bare-colons",
    Level.SHOULD,
    "Colons that are not percent-encoded in the path mean the same as encoded ones.",
    replace(_LOCATIONS, derived="RFC 3986 lets a path segment have colons; an SDK encodes them."),
    needs=FRESH,
    classes=("a purchase",),
    cause=Cause.BARE_COLONS,
)
def bare_colons(history: History) -> Iterator[Finding]:
    """First purchases whose ARN has bare colons, and nothing else about them."""
    for attempt in history.alone:
        if attempt.reading.bare_colons and is_first(attempt) and _only_left_open(attempt):
            yield from findings_on_acceptance(history, attempt, ["a purchase"])


def _only_left_open(attempt: RecordedCall) -> bool:
    return {demand.cause for demand in attempt.permitted.demands} == {Cause.BARE_COLONS}


@rule(
    "wire/unknown-parameters",
    Level.OBSERVE,
    "Whether unknown members and query parameters are tolerated or refused is left open, and observed.",
    replace(_LOCATIONS, derived="The model lists the members and parameters of each request, and is silent on others."),
    needs=FRESH,
    classes=("a purchase",),
)
def unknown_parameters(history: History) -> Iterator[Finding]:
    """First purchases with members or parameters that the model does not have, in place of nothing."""
    for attempt in history.alone:
        only = all(demand.strength is Strength.MAY for demand in attempt.permitted.demands)
        unknown = attempt.reading.unknown and not attempt.reading.body_flaws
        known_why = attempt.accepted or (attempt.refusal is not None and not attempt.may_have_unseen_reservations)
        if unknown and only and is_first(attempt) and known_why:
            yield Finding("a purchase", attempt, observed="tolerated" if attempt.accepted else "refused")
