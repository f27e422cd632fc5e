"""lists: pages, tokens, and what the lists hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from conformance.rules.comparison import differences
from conformance.rules.history import History
from conformance.rules.pagination import Pagination
from conformance.rules.recorded_call import LISTS, RecordedCall
from conformance.rules.registry import FRESH, OFFERING, Finding, Level, Premise, rule
from conformance.rules.shared_checks import shortened
from conformance.spec.demands import Cause
from conformance.spec.model import page_size
from conformance.spec.outcomes import Answered, Wire, text_of
from conformance.spec.service import BAD_REQUEST, DEFAULT_PAGE, OFFERING_MEMBERS, PAGES_WITHOUT_NEWS, Operation
from conformance.spec.sources import service_model
from conformance.targets.capabilities import Capability

_SEED = frozenset({Capability.SEED})
_MAX_RESULTS = service_model(
    "MaxResults", "the service returns no more than the first 5 items", operation="ListOfferings"
)
_RANGE = service_model("MaxResults", "min 1, max 1000", operation="ListOfferings")
_TOKEN = service_model(
    "NextToken", "The token that identifies the batch of results that you want to see", operation="ListOfferings"
)
_BOTH = frozenset(LISTS)


@rule(
    "lists/max-results",
    Level.MUST,
    "A page never holds more than MaxResults items; fewer are fine.",
    _MAX_RESULTS,
    purchases=False,
    operations=frozenset({Operation.LIST_OFFERINGS}),
    classes=("a page of offerings",),
    classes_with={
        Capability.SEED: ("a first page, of one", "a first page, of more", "a later page"),
        Capability.CLOCK: ("a page of reservations",),
    },
)
def max_results(history: History) -> Iterator[Finding]:
    """Every page that was asked for with a size; the class depends on whether the list has more items."""
    for one in history.of(*LISTS):
        asked = page_size(one.reading.max_results)
        if asked is None or not isinstance(one.outcome, Answered):
            continue
        count = len(_entries(one))
        problem = f"a page of {count} items for MaxResults {asked}" if count > asked else ""
        held = one.held
        yield Finding(_kind_of_page(one, asked), one, problem, f"at most {asked} items")
        if held is not None and len(held) > asked and one.operation is Operation.LIST_OFFERINGS:
            yield Finding("a page of offerings", one, problem, f"at most {asked} items")


def _entries(one: RecordedCall) -> list[object]:
    """Everything in the list of an answer, whatever it is."""
    value = one.call.answer.get(LISTS[one.operation]) if one.operation in LISTS else None
    return value if isinstance(value, list) else []


def _kind_of_page(one: RecordedCall, asked: int) -> str:
    if one.operation is Operation.LIST_RESERVATIONS:
        return "a page of reservations"
    if one.reading.next_token is not None:
        return "a later page"
    return "a first page, of one" if asked == 1 else "a first page, of more"


@rule(
    "lists/max-results-range",
    Level.MUST,
    "MaxResults of 1 to 1000 is accepted.",
    _RANGE,
    purchases=False,
    operations=_BOTH,
    classes=("1", "1000", "inside"),
)
def max_results_range(history: History) -> Iterator[Finding]:
    """Both lists; a refusal where a token is given too may be of the token: the matter of lists/pages-cover-once."""
    for one in history.of(*LISTS):
        text = one.reading.max_results
        if page_size(text) is None or not one.must_succeed or not one.is_definite:
            continue
        if one.refusal and one.reading.next_token is not None:
            continue
        problem = f"refused MaxResults {text} with {one.refusal}" if one.refusal else ""
        yield Finding(text if text in ("1", "1000") else "inside", one, problem, "200 and a page")


@rule(
    "lists/max-results-refused",
    Level.SHOULD,
    "MaxResults of zero, negative numbers, 1001 and more, and what is not a whole number, is refused with "
    "BadRequestException.",
    service_model(
        "MaxResults",
        "min 1, max 1000",
        'A server that brings the number into the range fits "might return fewer results" as well.',
        operation="ListOfferings",
    ),
    purchases=False,
    operations=_BOTH,
    classes=("zero", "negative", "1001", "more than 1001", "no whole number"),
    cause=Cause.PAGE_SIZE,
)
def max_results_refused(history: History) -> Iterator[Finding]:
    """Both lists, without a token."""
    for one in history.of(*LISTS):
        if one.only_demand(Cause.PAGE_SIZE) is None or one.reading.next_token is not None or not one.is_definite:
            continue
        text = one.reading.max_results or ""
        if one.accepted:
            problem = f"accepted MaxResults {shortened(text)}"
        else:
            wrong = one.refusal is not None and not one.permitted.permits(one.refusal)
            problem = f"refused MaxResults {shortened(text)} with {one.refusal}" if wrong else ""
        yield Finding(kind_of_number(text), one, problem, f"400 {BAD_REQUEST}")


def kind_of_number(text: str) -> str:
    """What is wrong with a MaxResults that is not a whole number from 1 to 1000."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 4_000 or str(int(text)) != text:
        return "no whole number"
    number = int(text)
    return {0: "zero", 1001: "1001"}.get(number, "negative" if number < 0 else "more than 1001")


@rule(
    "lists/pages-cover-once",
    Level.MUST,
    "Following NextToken shows every item once and then ends, whatever the page size, and MaxResults binds every page.",
    _TOKEN,
    purchases=False,
    operations=frozenset({Operation.LIST_OFFERINGS}),
    needs=OFFERING,
    classes=("one page",),
    classes_with={
        Capability.SEED: ("pages of one", "several pages"),
        Capability.CLOCK: ("pages of reservations",),
    },
)
def pages_cover_once(history: History) -> Iterator[Finding]:
    """Paginations through lists of which it is known what they hold, while nothing changes."""
    for pagination in history.paginations:
        held = pagination.pages[0].held
        if not pagination.is_undisturbed or held is None or not (pagination.is_whole or _is_endless(pagination)):
            continue
        is_of_others = _may_be_held_to_definitions(history, pagination) and _shows_other_offerings(pagination, held)
        problem = _problem_of(pagination, held, may_leave_out=is_of_others)
        premise = Premise.OFFERINGS_LISTED if pagination.operation is Operation.LIST_OFFERINGS else Premise.HISTORY
        expected = "every item once, then no NextToken"
        yield Finding(_kind_of(pagination), pagination.pages[-1], problem, expected, depends_on=frozenset({premise}))
    for one in history.of(*LISTS):
        if one.reading.next_token is not None and one.must_succeed and one.refusal is not None:
            problem = f"refused the NextToken that it had just given, with {one.refusal}"
            yield Finding("a token just given", one, problem, "200 and the next page")


def _is_endless(pagination: Pagination) -> bool:
    """Whether its last pages, many of them, show nothing that it has not shown before, or nothing at all."""
    shown: set[str] = set()
    last_with_news = 0
    for number, page in enumerate(pagination.pages, 1):
        arns = _arns(pagination.operation, page.call.items(LISTS[pagination.operation]))
        if not shown.issuperset(arns):
            last_with_news = number
        shown.update(arns)
    return len(pagination.pages) - last_with_news >= PAGES_WITHOUT_NEWS


def _arns(operation: Operation, items: Iterable[Wire]) -> list[str]:
    member = f"{LISTS[operation].removesuffix('s')}Arn"
    return [arn for arn in (text_of(item, member) for item in items) if arn]


def _kind_of(pagination: Pagination) -> str:
    if pagination.operation is Operation.LIST_RESERVATIONS:
        return "a page of reservations" if len(pagination.pages) == 1 else "pages of reservations"
    if len(pagination.pages) == 1:
        return "one page"
    return "pages of one" if pagination.pages[0].reading.max_results == "1" else "several pages"


def _problem_of(pagination: Pagination, held: tuple[str, ...], *, may_leave_out: bool) -> str:
    items = LISTS[pagination.operation]
    shown = Counter(_arns(pagination.operation, pagination.items()))
    if not pagination.is_whole:
        return f"went on giving a NextToken after {len(pagination.pages)} pages, for {len(held)} {items}"
    twice = [one for one, times in shown.items() if times > 1]
    if twice:
        return f"listed {twice[0]} {shown[twice[0]]} times over {len(pagination.pages)} pages"
    missing = [one for one in held if one not in shown and not may_leave_out]
    # What a single page leaves out, though it has room, is for the rules on what the lists hold.
    asked = page_size(pagination.pages[0].reading.max_results) or DEFAULT_PAGE
    roomy = len(pagination.pages) == 1 and shown.total() < min(asked, DEFAULT_PAGE)
    return f"left out {missing[0]} over {len(pagination.pages)} pages" if missing and not roomy else ""


def _shows_other_offerings(pagination: Pagination, held: Collection[str]) -> bool:
    """Whether a list has offerings that the account does not have: why it leaves out others is no matter of pages."""
    return not set(held).issuperset(_arns(pagination.operation, pagination.items()))


def _may_be_held_to_definitions(history: History, pagination: Pagination) -> bool:
    """Whether it is a list of offerings that lists/offerings-agree compares with the definitions."""
    last = pagination.pages[-1]
    is_of_offerings = pagination.operation is Operation.LIST_OFFERINGS
    return is_of_offerings and history.trace.defined and last.is_free and last.before.offerings_of(last.place).complete


def _never_given(history: History) -> Iterator[RecordedCall]:
    """Lists asked for with a NextToken that nobody gave; an empty token is none, and left open."""
    for one in history.of(*LISTS):
        if any(demand.cause is Cause.UNKNOWN_TOKEN for demand in one.permitted.demands):
            yield one


@rule(
    "lists/bad-token",
    Level.MUST,
    "A NextToken that the service never gave draws no server fault.",
    _TOKEN,
    purchases=False,
    operations=_BOTH,
    classes=("a token never given",),
)
def bad_token(history: History) -> Iterator[Finding]:
    """Tokens of all kinds; whether they are refused is lists/bad-token-refused."""
    for one in _never_given(history):
        if one.is_definite or one.faulted:
            token = shortened(one.reading.next_token)
            problem = f"answered NextToken {token} with {one.outcome}" if one.faulted else ""
            yield Finding("a token never given", one, problem, f"400 {BAD_REQUEST}, or a page")


@rule(
    "lists/bad-token-refused",
    Level.SHOULD,
    "A NextToken that the service never gave is refused.",
    _TOKEN,
    purchases=False,
    operations=_BOTH,
    classes=("a token never given",),
    cause=Cause.UNKNOWN_TOKEN,
)
def bad_token_refused(history: History) -> Iterator[Finding]:
    """The same tokens as for lists/bad-token."""
    for one in _never_given(history):
        if one.is_definite:
            problem = f"accepted NextToken {shortened(one.reading.next_token)}" if one.accepted else ""
            yield Finding("a token never given", one, problem, f"400 {BAD_REQUEST}")


@rule(
    "lists/default-page",
    Level.SHOULD,
    "Without MaxResults a page holds at most 10 items.",
    service_model(
        "MaxResults",
        "the service defaults to pagination with a maximum of 10 results per page",
        operation="ListOfferings",
    ),
    purchases=False,
    operations=frozenset({Operation.LIST_OFFERINGS}),
    needs=_SEED,
    classes=("more than ten offerings",),
    classes_with={Capability.CLOCK: ("more than ten reservations",)},
)
def default_page(history: History) -> Iterator[Finding]:
    """Pages without MaxResults of lists of more than ten items; requests with unknown parameters are left out."""
    for one in history.of(*LISTS):
        held = one.held
        count = len(_entries(one))
        more = count > DEFAULT_PAGE or (held is not None and len(held) > DEFAULT_PAGE)
        without_size = one.reading.max_results is None and not one.reading.unknown
        if without_size and more and isinstance(one.outcome, Answered) and one.operation:
            problem = f"a page of {count} items without MaxResults" if count > DEFAULT_PAGE else ""
            yield Finding(f"more than ten {LISTS[one.operation]}", one, problem, f"at most {DEFAULT_PAGE} items")


@rule(
    "lists/offerings-agree",
    Level.MUST,
    "Each listed offering is what DescribeOffering shows, and each defined offering is listed while no reservation is "
    "active.",
    service_model("ListOfferings", "all offerings that are available to this account", operation="ListOfferings"),
    purchases=False,
    operations=frozenset({Operation.LIST_OFFERINGS, Operation.DESCRIBE_OFFERING}),
    needs=OFFERING,
    classes=("described as listed",),
    classes_with={Capability.SEED: ("listed as defined",)},
    premise=Premise.OFFERINGS_LISTED,
)
def offerings_agree(history: History) -> Iterator[Finding]:
    """While no reservation is there: lists against definitions, descriptions against what was listed or defined."""
    for pagination in history.whole_paginations(Operation.LIST_OFFERINGS):
        if _may_be_held_to_definitions(history, pagination):
            yield from _listed_as_defined(pagination)
    for one in history.of(Operation.DESCRIBE_OFFERING):
        known = one.offering
        if (
            known is not None
            and one.is_free
            and one.is_definite
            and one.must_succeed
            and not _may_be_hidden(one, history)
        ):
            yield _described(one, _as_listed(history, one) or known)


def _may_be_hidden(one: RecordedCall, history: History) -> bool:
    """Whether a description was refused while its account purchased at the same time, which may have had effect."""
    if one.refusal is None or not one.call.concurrent:
        return False
    account = one.place.account
    return any(other.call.concurrent and other.place.account == account for other in history.purchases)


def _listed_as_defined(pagination: Pagination) -> Iterator[Finding]:
    offerings = pagination.pages[-1].before.offerings_of(pagination.place)
    listed = {text_of(item, "offeringArn"): item for item in pagination.items()}
    in_pages = pagination.is_full or len(offerings.by_arn) > DEFAULT_PAGE or len(pagination.pages) > 1
    may_be_lost = in_pages and not _shows_other_offerings(pagination, offerings.by_arn)
    for arn, defined in offerings.by_arn.items():
        item = listed.get(arn)
        if item is None and may_be_lost:
            continue  # lost between pages, which is the matter of lists/pages-cover-once
        changed = differences(defined, item, tuple(OFFERING_MEMBERS)) if item is not None else ""
        problem = f"listed an offering otherwise than defined: {changed}" if changed else ""
        if item is None:
            problem = "left out an offering that is defined"
        yield Finding("listed as defined", pagination.pages[-1], problem, "the offering as it was defined")


def _as_listed(history: History, one: RecordedCall) -> Wire | None:
    """The offering as the last list before the description showed it, while nothing changed."""
    for pagination in reversed(history.paginations):
        last = pagination.pages[-1]
        before = last.number < one.number and last.before.changes == one.before.changes
        if pagination.operation is Operation.LIST_OFFERINGS and pagination.place == one.place and before:
            found = [item for item in pagination.items() if item.get("offeringArn") == one.reading.arn]
            if found:
                return found[0]
    return None


def _described(one: RecordedCall, item: Wire) -> Finding:
    if one.refusal is not None:
        changed = f"refused with {one.refusal}"
    else:
        changed = differences(item, one.call.offering or {}, tuple(OFFERING_MEMBERS))
    problem = f"described an offering otherwise than listed: {changed}" if changed else ""
    return Finding("described as listed", one, problem, "the offering as ListOfferings shows it")


@rule(
    "lists/offerings-while-active",
    Level.OBSERVE,
    "Whether ListOfferings still shows offerings to an account with an active reservation is left open, and observed.",
    service_model("ListOfferings", "your account isn't eligible for other offerings", operation="ListOfferings"),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_OFFERINGS}),
    needs=FRESH,
    classes=("while a reservation is active",),
)
def offerings_while_active(history: History) -> Iterator[Finding]:
    """Lists while a reservation of the place is active."""
    for pagination in history.whole_paginations(Operation.LIST_OFFERINGS):
        last = pagination.pages[-1]
        if any(one.is_active(last.now) for one in last.reservations_here()):
            yield Finding("while a reservation is active", last, observed="shown" if pagination.items() else "hidden")
