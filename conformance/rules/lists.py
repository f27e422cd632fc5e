"""lists: pages, tokens, and what the lists hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from conformance.cases.case import ListOfferings, ListReservations
from conformance.execution.trace import Answered, Call, Faulted, Refused, Wire
from conformance.rules.history import History
from conformance.rules.registry import Finding, Level, rule, service_model
from conformance.rules.reservation import differences, whole_walks
from conformance.spec.service import BAD_REQUEST, DEFAULT_PAGE, MAX_RESULTS, OFFERING_MEMBERS, Operation
from conformance.targets.capabilities import Capability

_SEED = frozenset({Capability.SEED})
_MAX_RESULTS = service_model("MaxResults", "The maximum number of results to return per API request")
_TOKEN = service_model("NextToken", "The token that identifies the batch of results that you want to see")
_LISTS = {Operation.LIST_OFFERINGS: "offerings", Operation.LIST_RESERVATIONS: "reservations"}


def _asked_for(call: Call) -> int | None:
    """MaxResults as it was sent, where it is a whole number in digits."""
    text = call.parameters.get("MaxResults", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _pages(history: History) -> Iterator[tuple[Call, int]]:
    """Every answered page, with the number of its items."""
    for call in history.trace.of(*_LISTS):
        if isinstance(call.outcome, Answered):
            yield call, len(call.items(_LISTS[call.operation]))


def _held(history: History, call: Call) -> tuple[str, ...] | None:
    """The ARNs that a list must hold in all its pages; None where that is not known.

    Of offerings those that the target defined or listed before, as long as nothing was bought; of reservations those
    that a fresh account has bought, as long as every purchase has a definite outcome.
    """
    before = [attempt for attempt in history.attempts if attempt.call.began < call.began]
    if call.operation is Operation.LIST_OFFERINGS:
        return None if before else tuple(str(one.get("offeringArn")) for one in history.trace.offerings[call.place])
    here = [attempt for attempt in before if attempt.call.place == call.place]
    known = all(attempt.reservation is not None or attempt.refusal is not None for attempt in here)
    if call.place in history.trace.before or not known:
        return None
    return tuple(str(attempt.reservation.get("reservationArn")) for attempt in here if attempt.reservation is not None)


@rule(
    "lists/max-results",
    Level.MUST,
    "A page never holds more than MaxResults items; fewer are fine.",
    _MAX_RESULTS,
    buys=False,
    operations=frozenset({Operation.LIST_OFFERINGS}),
    needs=_SEED,
    classes=("a first page, of one", "a first page, of more", "a later page"),
    classes_with={Capability.CLOCK: ("a page of reservations",)},
)
def max_results(history: History) -> Iterator[Finding]:
    """Pages of lists that have more items than a page may hold."""
    for call, count in _pages(history):
        asked, held = _asked_for(call), _held(history, call)
        if asked not in MAX_RESULTS or held is None or len(held) <= (asked or 0):
            continue
        problem = f"a page of {count} items for MaxResults {asked}" if count > (asked or 0) else ""
        yield Finding(_kind_of_page(call, asked or 0), call, problem, f"at most {asked} items")


def _kind_of_page(call: Call, asked: int) -> str:
    if call.operation is Operation.LIST_RESERVATIONS:
        return "a page of reservations"
    if "NextToken" in call.parameters:
        return "a later page"
    return "a first page, of one" if asked == 1 else "a first page, of more"


@rule(
    "lists/max-results-range",
    Level.MUST,
    "MaxResults of 1 to 1000 is accepted; zero, negative numbers, 1001 and more, and what is no whole number are "
    "refused with BadRequestException.",
    service_model("MaxResults", "min 1, max 1000"),
    buys=False,
    operations=frozenset(_LISTS),
    classes=("1", "1000", "inside", "zero", "negative", "1001", "more than 1001", "no whole number"),
)
def max_results_range(history: History) -> Iterator[Finding]:
    """Both lists, without a token."""
    for call in history.trace.of(*_LISTS):
        text = call.parameters.get("MaxResults")
        if text is None or "NextToken" in call.parameters or not isinstance(call.outcome, Answered | Refused):
            continue
        asked = _asked_for(call)
        label = _kind_of_number(text)
        if asked in MAX_RESULTS and text == str(asked):
            problem = f"refused MaxResults {text!r} with {call.outcome}" if isinstance(call.outcome, Refused) else ""
            yield Finding(label, call, problem, "200 and a page")
        elif isinstance(call.outcome, Answered):
            yield Finding(label, call, f"accepted MaxResults {text!r}", f"400 {BAD_REQUEST}")
        else:
            wrong = call.outcome.exception != BAD_REQUEST
            problem = f"refused MaxResults {text!r} with {call.outcome}" if wrong else ""
            yield Finding(label, call, problem, f"400 {BAD_REQUEST}")


def _kind_of_number(text: str) -> str:
    try:
        number = int(text)
    except ValueError:
        return "no whole number"
    if str(number) != text:
        return "no whole number"
    named = {0: "zero", 1: "1", 1000: "1000", 1001: "1001"}
    return named.get(number, "negative" if number < 0 else "inside" if number < 1000 else "more than 1001")


@rule(
    "lists/pages-cover-once",
    Level.MUST,
    "Following NextToken shows every item once and then ends, whatever the page size, and MaxResults binds every page.",
    _TOKEN,
    buys=False,
    operations=frozenset({Operation.LIST_OFFERINGS}),
    needs=_SEED,
    classes=("one page", "pages of one", "several pages"),
    classes_with={Capability.CLOCK: ("pages of reservations",)},
)
def pages_cover_once(history: History) -> Iterator[Finding]:
    """Whole pagination through lists of which it is known what they hold."""
    for operation, items in _LISTS.items():
        for number in dict.fromkeys(call.step_number for call in history.trace.of(operation)):
            calls = tuple(call for call in history.trace.at_step(number) if call.operation is operation)
            held = _held(history, calls[0])
            if not _is_answered_walk(calls) or held is None:
                continue
            problem = _long_later_page(calls, items) or _walk_problem(calls, items, held)
            expected = "every item once, then no NextToken"
            yield Finding(_kind_of_walk(calls), calls[-1], problem, expected, presumes=_KEPT[operation])


_KEPT = {Operation.LIST_OFFERINGS: "lists/offerings-agree", Operation.LIST_RESERVATIONS: "lifecycle/history-kept"}
"""What a list must hold at all, before its pages can be judged."""


def _is_answered_walk(calls: tuple[Call, ...]) -> bool:
    whole = getattr(calls[0].step, "whole", False) and not calls[0].concurrent
    return whole and all(isinstance(call.outcome, Answered) for call in calls)


def _kind_of_walk(calls: tuple[Call, ...]) -> str:
    if calls[0].operation is Operation.LIST_RESERVATIONS:
        return "a page of reservations" if len(calls) == 1 else "pages of reservations"
    if len(calls) == 1:
        return "one page"
    return "pages of one" if calls[0].parameters.get("MaxResults") == "1" else "several pages"


def _long_later_page(calls: tuple[Call, ...], items: str) -> str:
    asked = _asked_for(calls[0])
    counts = [len(call.items(items)) for call in calls[1:]]
    too_long = [count for count in counts if asked in MAX_RESULTS and count > (asked or 0)]
    return f"a later page of {too_long[0]} items for MaxResults {asked}" if too_long else ""


def _walk_problem(calls: tuple[Call, ...], items: str, held: tuple[str, ...]) -> str:
    arn = f"{items.removesuffix('s')}Arn"
    shown = Counter(item[arn] for call in calls for item in call.items(items) if isinstance(item.get(arn), str))
    if calls[-1].answer.get("nextToken"):
        return f"went on giving a NextToken after {len(calls)} pages, for {len(held)} {items}"
    twice = [one for one, times in shown.items() if times > 1]
    if twice:
        return f"listed {twice[0]} {shown[twice[0]]} times in one walk of {len(calls)} pages"
    missing = [one for one in held if one not in shown]
    # What a single page leaves out, though it has room, is for the rules on what the lists hold.
    roomy = len(calls) == 1 and sum(shown.values()) < min(_asked_for(calls[0]) or DEFAULT_PAGE, DEFAULT_PAGE)
    return f"left out {missing[0]} in a walk of {len(calls)} pages" if missing and not roomy else ""


def _bad_tokens(history: History) -> Iterator[Call]:
    for call in history.trace.of(*_LISTS):
        if isinstance(call.step, ListOfferings | ListReservations) and call.step.token is not None:
            yield call


@rule(
    "lists/bad-token",
    Level.MUST,
    "A NextToken that the service never gave draws no server fault.",
    _TOKEN,
    buys=False,
    operations=frozenset(_LISTS),
    classes=("a token never given",),
)
def bad_token(history: History) -> Iterator[Finding]:
    """Tokens of all kinds; whether they are refused is lists/bad-token-refused."""
    for call in _bad_tokens(history):
        if isinstance(call.outcome, Answered | Refused | Faulted):
            faulted = isinstance(call.outcome, Faulted) and call.outcome.status >= 500
            problem = f"answered NextToken {call.parameters['NextToken']!r} with {call.outcome}" if faulted else ""
            yield Finding("a token never given", call, problem, f"400 {BAD_REQUEST}, or a page")


@rule(
    "lists/bad-token-refused",
    Level.SHOULD,
    "A NextToken that the service never gave is refused.",
    _TOKEN,
    buys=False,
    operations=frozenset(_LISTS),
    classes=("a token never given",),
)
def bad_token_refused(history: History) -> Iterator[Finding]:
    """The same tokens as for lists/bad-token; an empty token is none, and left open."""
    for call in _bad_tokens(history):
        if isinstance(call.outcome, Answered | Refused) and call.parameters["NextToken"]:
            accepted = isinstance(call.outcome, Answered)
            problem = f"accepted NextToken {call.parameters['NextToken']!r}" if accepted else ""
            yield Finding("a token never given", call, problem, f"400 {BAD_REQUEST}")


@rule(
    "lists/default-page",
    Level.SHOULD,
    "Without MaxResults a page holds at most 10 items.",
    service_model("MaxResults", "defaults to pagination with a maximum of 10 results per page"),
    buys=False,
    operations=frozenset({Operation.LIST_OFFERINGS}),
    needs=_SEED,
    classes=("more than ten offerings",),
    classes_with={Capability.CLOCK: ("more than ten reservations",)},
)
def default_page(history: History) -> Iterator[Finding]:
    """Pages of lists that hold more items than that."""
    for call, count in _pages(history):
        held = _held(history, call)
        if "MaxResults" not in call.parameters and held is not None and len(held) > DEFAULT_PAGE:
            problem = f"a page of {count} items without MaxResults" if count > DEFAULT_PAGE else ""
            yield Finding(f"more than ten {_LISTS[call.operation]}", call, problem, f"at most {DEFAULT_PAGE} items")


@rule(
    "lists/offerings-agree",
    Level.MUST,
    "Each listed offering is what DescribeOffering shows, and each defined offering is listed while no reservation is "
    "active.",
    service_model("ListOfferings", "all offerings that are available to this account"),
    buys=False,
    operations=frozenset({Operation.LIST_OFFERINGS, Operation.DESCRIBE_OFFERING}),
    needs=frozenset({Capability.OFFERINGS}),
    classes=("described as listed",),
    classes_with={Capability.SEED: ("listed as defined",)},
)
def offerings_agree(history: History) -> Iterator[Finding]:
    """Before any purchase: pagination against what was defined, descriptions against what was listed or defined."""
    listed: dict[tuple[tuple[str, str], object], Wire] = {}
    for calls in whole_walks(history, Operation.LIST_OFFERINGS):
        if any(attempt.call.began < calls[-1].began for attempt in history.attempts):
            continue
        items = {item.get("offeringArn"): item for call in calls for item in call.items("offerings")}
        listed |= {(calls[0].place, arn): item for arn, item in items.items()}
        if history.trace.defined:
            for defined in history.trace.offerings[calls[0].place]:
                item = items.get(defined.get("offeringArn"))
                if item is None and len(history.trace.offerings[calls[0].place]) > DEFAULT_PAGE:
                    continue  # lost between pages, which is the matter of lists/pages-cover-once
                changed = "it is missing" if item is None else differences(defined, item, tuple(OFFERING_MEMBERS))
                problem = f"listed an offering otherwise than defined: {changed}" if changed else ""
                yield Finding("listed as defined", calls[-1], problem, "the offering as it was defined")
    for call in history.trace.of(Operation.DESCRIBE_OFFERING):
        item = listed.get((call.place, call.parameters["OfferingArn"]))
        if item is not None and not any(attempt.call.began < call.began for attempt in history.attempts):
            yield from _described(call, item)


def _described(call: Call, item: object) -> Iterator[Finding]:
    if not isinstance(call.outcome, Answered | Refused) or not isinstance(item, dict):
        return
    shown = call.member("offering")
    if isinstance(call.outcome, Refused):
        changed = f"refused with {call.outcome}"
    else:
        changed = differences(item, shown or {}, tuple(OFFERING_MEMBERS))
    problem = f"described an offering otherwise than listed: {changed}" if changed else ""
    yield Finding("described as listed", call, problem, "the offering as ListOfferings shows it")


@rule(
    "lists/offerings-while-active",
    Level.OBSERVE,
    "Whether ListOfferings still shows offerings to an account with an active reservation is left open, and observed.",
    service_model("ListOfferings", "your account isn't eligible for other offerings"),
    operations=frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_OFFERINGS}),
    needs=frozenset({Capability.ACCOUNTS, Capability.OFFERINGS}),
    classes=("while a reservation is active",),
)
def offerings_while_active(history: History) -> Iterator[Finding]:
    """A listing right after a purchase."""
    for attempt, _ in history.made():
        for calls in whole_walks(history, Operation.LIST_OFFERINGS):
            if calls[0].place == attempt.call.place and calls[0].began > attempt.call.ended:
                shown = any(call.items("offerings") for call in calls)
                yield Finding("while a reservation is active", calls[-1], observed="shown" if shown else "hidden")
