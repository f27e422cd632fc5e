"""Strategies for traces of a right server: requests of all kinds, right and wrong, answered by the model itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from conformance.cases.arn_mutations import ARNS
from conformance.cases.request_mutations import REQUESTS, Parts
from conformance.cases.start_forms import FORMS
from conformance.execution.trace import Call, Definition, Trace
from conformance.spec.calendar import SECOND, Interval, MonthEnd, add_months, format_timestamp, month_start
from conformance.spec.outcomes import Answered, Faulted, FoundAfterwards, Lost, Outcome, Wire, shown_reservation
from conformance.spec.request import AccountMapping, Place, Request
from conformance.spec.state import State
from tests.meta.tools.model_server import TYPE_PLACES, ModelServer, Policy, past_reservation
from tests.meta.tools.traces import (
    HERE,
    IN_OTHER_ACCOUNT,
    IN_OTHER_REGION,
    call,
    offering,
    offering_arn,
    request,
    reservation_arn,
    trace,
)

PLACES = [HERE, IN_OTHER_REGION, IN_OTHER_ACCOUNT]
MAPPINGS = (AccountMapping(), AccountMapping(header="x-moto-account-id"), AccountMapping(only="000000000000"))
_NAMES = ["reservation", "reservation", "another", "a", "a" * 128, "a" * 129, "-a", "größe", "a-b_C9", ""]
_SIZES = [None, None, None, "1", "2", "3", "1000", "0", "-1", "1001", "+2", " 2 ", "02", "", "x", "2.0", "9" * 30]
_LIST_MUTATIONS = ["plain"] * 8 + ["maxResults in a header"]
_TIMES = ["2027-03-15T12:00:00Z", "2027-01-31T23:59:59Z", "2028-02-29T00:00:00Z", "2027-12-31T23:59:59Z",
          "2027-03-01T00:00:00Z", "9999-11-30T12:00:00Z"]  # fmt: skip
_PURCHASE_MUTATIONS = [
    name for name in REQUESTS
    if name != "maxResults in a header"
    # What the server reads there depends on how it tells the case of names.
    and name != "another name and start under other spellings"
]  # fmt: skip


def policies(*, strict: bool) -> st.SearchStrategy[Policy]:
    """What a right server may do alike in every answer."""
    flags = st.booleans()
    return st.builds(
        Policy, strict=st.just(strict), month_end=st.sampled_from(MonthEnd), one_for_all_regions=flags,
        held_at_end=flags, answers_repeats=flags, hides_offerings=flags, finds_in_other_regions=flags,
        processing=st.integers(0, 3), type_place=st.sampled_from(TYPE_PLACES), stateless_tokens=flags,
        unknown_may_be_malformed=flags,
    )  # fmt: skip


@dataclass
class _Recording:
    """A trace under way: the server, the clock, and what requests may refer to.

    `known` is what the server had before the present step: of calls at the same time none knows what the others draw.
    """

    draw: st.DrawFn
    server: ModelServer
    now: datetime
    early: int
    late: int
    loses: bool
    knows_offerings: bool
    places: tuple[Place, ...] = ()
    known: State = field(default_factory=State)
    known_tokens: tuple[str, ...] = ()
    calls: list[Call] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    tokens: list[str] = field(default_factory=lambda: ["never-given", ""])
    clock: float = 0.0

    def choose(self, options: list[Any]) -> Any:
        """One of these."""
        return self.draw(st.sampled_from(options))

    def known_at(self) -> Interval:
        """The instants that the clock may have shown, as far as the suite knows."""
        least, most = self.now - self.early * SECOND, self.now + self.late * SECOND
        return Interval(least, most)

    def send(self, sent: Request, *, concurrent: bool = False, began: float | None = None) -> Call:
        """Let the server answer, or lose its answer."""
        self.clock += 1
        is_purchase = sent.method == "POST"
        fate = self.choose(["answered"] * 6 + ["lost before", "lost after", "throttled"]) if self.loses else "answered"
        reply = None if fate in ("lost before", "throttled") else self.server.answer(sent, self.now)
        outcome: Outcome = Faulted(429, "TooManyRequestsException") if fate == "throttled" else Lost("cut")
        if reply is not None:
            outcome = reply.outcome
        if fate == "lost after" and reply is not None:
            outcome = self._after_a_lost_answer(outcome, is_purchase, concurrent)
        answered = reply is not None and not isinstance(outcome, Lost | FoundAfterwards)
        made = call(
            sent, outcome, self.known_at(), began=self.clock if began is None else began, ended=self.clock + 0.5,
            concurrent=concurrent, headers=reply.headers if answered and reply else {},
            body=reply.body if answered and reply else None,
        )  # fmt: skip
        self.calls.append(made)
        if isinstance(outcome, Answered) and isinstance(outcome.members.get("nextToken"), str):
            self.tokens.append(outcome.members["nextToken"])
        return made

    def _after_a_lost_answer(self, outcome: Outcome, is_purchase: bool, concurrent: bool) -> Outcome:
        shown = shown_reservation(outcome)
        if is_purchase and shown is not None and not concurrent and self.choose([True, False]):
            return FoundAfterwards(shown)
        return Lost("cut")


@st.composite
def traces(
    draw: st.DrawFn,
    *,
    strict: bool = True,
    exact: bool = True,
    loses: bool = False,
    knows_offerings: bool = True,
    has_past: bool = False,
    concurrent: bool = False,
    steps: int = 14,
) -> Trace:
    """Traces of a right server.

    With a clock that is `exact` or known to some seconds; with answers that get lost, where it `loses` some; where it
    is known which offerings there are, or not; in accounts with a past, or fresh ones; with calls at the same time.
    """
    choose = lambda options: draw(st.sampled_from(options))  # noqa: E731
    mapping = choose(list(MAPPINGS))
    policy = draw(policies(strict=strict))
    if concurrent:
        # What is well-formed does not change from one call to the next.
        policy = replace(policy, unknown_may_be_malformed=False)
    if has_past:
        # What is not known of one Region of an account may matter in another: see test_doubts.py.
        policy = replace(policy, finds_in_other_regions=False, one_for_all_regions=False)
    server = ModelServer(choose, policy, mapping)
    text = choose(_TIMES if knows_offerings else _TIMES[:-1])
    now = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    early, late = (0, 0) if exact else (draw(st.integers(0, 5)), draw(st.integers(0, 5)))
    recording = _Recording(draw, server, now, early, late, loses, knows_offerings)
    recording.places = _places(mapping, choose([[HERE], [HERE], [HERE, IN_OTHER_REGION], PLACES]))
    offerings, before = _prepare(recording, has_past)
    for _ in range(draw(st.integers(1, steps))):
        recording.known, recording.known_tokens = server.state, tuple(recording.tokens)
        match choose(["send"] * 7 + ["move"] * 2 + ["walk", "define"] + (["together"] * 3 if concurrent else [])):
            case "send":
                recording.send(draw(_requests(recording)))
            case "walk":
                _walk(recording)
            case "move":
                recording.now = draw(_later(recording))
            case "define" if knows_offerings:
                _redefine(recording)
            case "together":
                _send_together(recording)
    return trace(
        *recording.calls, offerings=offerings if knows_offerings else {}, accounts=mapping, before=before,
        definitions=tuple(recording.definitions),
    )  # fmt: skip


def _places(mapping: AccountMapping, places: Sequence[Place]) -> tuple[Place, ...]:
    """The places as the target tells them."""
    return tuple(dict.fromkeys(Place(mapping.only or place.account, place.region) for place in places))


def _prepare(
    recording: _Recording, has_past: bool
) -> tuple[Mapping[Place, tuple[Wire, ...]], Mapping[Place, tuple[Wire, ...] | None]]:
    offerings: dict[Place, tuple[Wire, ...]] = {}
    before: dict[Place, tuple[Wire, ...] | None] = {}
    for place in recording.places:
        offerings[place] = _some_offerings(recording, place)
        recording.server.define(place, offerings[place])
        if has_past and recording.choose([True, False]):
            before[place] = _past(recording, place)
    return offerings, before


def _past(recording: _Recording, place: Place) -> tuple[Wire, ...] | None:
    """Reservations that are over, or one that is not, of which the suite knows or does not know."""
    months = recording.choose([[-3], [-4, -2], [0], []])
    wires = []
    for number, back in enumerate(months):
        start = format_timestamp(add_months(month_start(recording.now), back))
        wire = past_reservation(number + 10 * recording.places.index(place), place, start)
        bought = add_months(recording.now, back)
        recording.server.put(place, wire, Interval(bought, bought))
        wires.append({**wire, "reservationState": "EXPIRED" if back else "ACTIVE"})
    return recording.choose([tuple(wires), None])


def _some_offerings(recording: _Recording, place: Place, base: int = 0) -> tuple[Wire, ...]:
    # Of an End that nobody can write the suite knows where it knows the offering.
    endless = [[120_000]] if recording.knows_offerings else []
    months = recording.choose([[1], [1, 6], [12, 1, 3], [1] * 11, [], *endless])
    return tuple(offering(base + number, months=count, place=place) for number, count in enumerate(months))


def _redefine(recording: _Recording) -> None:
    for place in recording.places:
        items = _some_offerings(recording, place, recording.choose([0, 20]))
        recording.server.define(place, items)
        recording.definitions.append(Definition(place, items, len(recording.calls)))


def _later(recording: _Recording) -> st.SearchStrategy[datetime]:
    """Seconds, days or months later, or around the End of a reservation; never before the present."""
    now = recording.now
    ends = [end for one in recording.server.state.reservations for end in one.ends]
    around = [end + seconds * SECOND for end in ends for seconds in (-1, 0, 1, 40)]
    onwards = [now + timedelta(seconds=seconds) for seconds in (1, 3_600, 86_400)]
    months = [add_months(month_start(now), 1) + seconds * SECOND for seconds in (-1, 0, 1)]
    latest = datetime(9999, 12, 1, tzinfo=UTC)
    return st.sampled_from([instant for instant in (*around, *onwards, *months) if now <= instant < latest] or [now])


def _walk(recording: _Recording) -> None:
    """Page after page of a list, most of the time to its end."""
    place, kind = recording.choose(list(recording.places)), recording.choose(["offerings", "reservations"])
    given = {"maxResults": recording.choose([None, "1", "3", "1000"])}
    for _ in range(recording.choose([30, 30, 2])):
        query = urlencode({name: value for name, value in given.items() if value is not None})
        page = recording.send(_signed(recording, "GET", f"/v1/{kind}", place, Parts("", query)))
        given["nextToken"] = page.answer.get("nextToken")
        if not given["nextToken"]:
            return


def _send_together(recording: _Recording) -> None:
    """Calls that all begin before any of them ends, whatever the order in which the server gets them."""
    began = recording.clock + 0.9
    count = recording.draw(st.integers(2, 5))
    place = recording.choose(list(recording.places))
    for _ in range(count):
        recording.send(recording.draw(_requests(recording, place)), concurrent=True, began=began)
    made = recording.calls[-count:]
    ended = recording.clock + 0.5
    shuffled = recording.draw(st.permutations(made))
    recording.calls[-count:] = [replace(one, ended=ended + number / 100) for number, one in enumerate(shuffled)]
    recording.clock += 1


@st.composite
def _requests(draw: st.DrawFn, recording: _Recording, place: Place | None = None) -> Request:
    """Requests of the five operations, with parts that are right more often than not."""
    where = place or draw(st.sampled_from(recording.places))
    match draw(st.sampled_from(["purchase"] * 4 + ["offering", "reservation", "offerings", "reservations"] * 2)):
        case "purchase":
            return draw(_purchases(recording, where))
        case "offering":
            return _signed(recording, "GET", _path("offerings", draw(_arns(recording, where, "offering"))), where)
        case "reservation":
            return _signed(recording, "GET", _path("reservations", draw(_arns(recording, where, "reservation"))), where)
        case kind:
            given = {"maxResults": draw(st.sampled_from(_SIZES)), "nextToken": draw(st.none() | _tokens(recording))}
            query = urlencode({name: value for name, value in given.items() if value is not None})
            mutated = REQUESTS[draw(st.sampled_from(_LIST_MUTATIONS))].change(Parts(f"/v1/{kind}", query))
            return _signed(recording, "GET", mutated.path, where, mutated)


def _tokens(recording: _Recording) -> st.SearchStrategy[str]:
    tokens = recording.known_tokens
    return st.sampled_from([*tokens[-3:], tokens[-1], *tokens[:2]])


def _path(resource: str, arn: str) -> str:
    return f"/v1/{resource}/{quote(arn, safe='')}"


def _signed(
    recording: _Recording, method: str, path: str, place: Place, parts: Parts | None = None, body: bytes = b""
) -> Request:
    """The request of an account, told by whatever the target tells accounts by."""
    header = recording.server.accounts.header
    headers = {header: place.account} if header else {}
    signer = Place("999900009999", place.region) if header else place
    query = parts.query if parts else ""
    return request(method, path, query=query, body=body, place=signer,
                   headers={**headers, **((parts.headers if parts else None) or {})})  # fmt: skip


@st.composite
def _purchases(draw: st.DrawFn, recording: _Recording, place: Place) -> Request:
    members = {"reservationName": draw(st.sampled_from(_NAMES)), "start": draw(_starts(recording))}
    path = _path("offerings", draw(_arns(recording, place, "offering")))
    mutation = draw(st.sampled_from(["plain"] * len(_PURCHASE_MUTATIONS) + _PURCHASE_MUTATIONS))
    parts = Parts(path, "", {"Content-Type": "application/json"}, json.dumps(members).encode())
    try:
        mutated = REQUESTS[mutation].change(parts)
    except ValueError:  # of a Start that is no instant
        mutated = parts
    return _signed(recording, "POST", mutated.path, place, mutated, mutated.body)


@st.composite
def _starts(draw: st.DrawFn, recording: _Recording) -> str:
    now = recording.now
    first = month_start(now)
    inside = st.sampled_from([first, now, first + (now - first) // 2 // SECOND * SECOND])
    near = st.sampled_from([first - SECOND, now + SECOND, now - SECOND, now - 6 * SECOND, now + 6 * SECOND])
    known = [one.start for one in recording.known.reservations if one.start]
    point = draw(inside | inside | near)
    form = draw(st.sampled_from(["plain"] * 30 + sorted(FORMS)))
    if known and draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(known))
    argument = {"offset": "+02:00", "other digits": "\u0660", "no leading zero": "day"}.get(form, "")
    try:
        return FORMS[form](point, argument)
    except (ValueError, OverflowError):
        return format_timestamp(point)


@st.composite
def _arns(draw: st.DrawFn, recording: _Recording, place: Place, kind: str) -> str:
    """ARNs that exist in the place, mutated ones, those of other places and of the other kind, and unknown ones."""
    state = recording.known
    offerings = list(state.offerings_of(place).by_arn)
    here = [one.arn for one in state.in_place(place)]
    anywhere = [one.arn for one in state.reservations]
    own, foreign = (offerings, here + anywhere) if kind == "offering" else (here, anywhere + offerings)
    unknown = [offering_arn(0xFFF, place), reservation_arn(0xFFF, place), "x", "arn:aws:s3:::bucket"]
    elsewhere = [arn for other in recording.places for arn in state.offerings_of(other).by_arn]
    source = draw(st.sampled_from(["own"] * 8 + ["foreign", "unknown", "elsewhere"]))
    options = {"own": own, "foreign": foreign, "unknown": unknown, "elsewhere": elsewhere}[source] or unknown
    arn = draw(st.sampled_from(options))
    mutation = draw(st.sampled_from(["exact"] * 60 + sorted(ARNS)))
    return ARNS[mutation].change(arn)
