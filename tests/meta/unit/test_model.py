"""The executable specification, one rule of thumb a test: outcomes of purchases, and states of reservations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.execution.trace import Refused
from conformance.spec.calendar import SECOND, Interval, format_timestamp, month_start
from conformance.spec.model import (
    Force,
    PurchaseRequest,
    Reason,
    Reservation,
    State,
    documented,
    may_be_accepted,
    must_be_accepted,
    permits_refusal,
    permitted_states,
    possible_ends,
    reasons_to_refuse,
)
from conformance.spec.service import ACTIVE, BAD_REQUEST, EXPIRED, FORBIDDEN, NOT_FOUND, PROCESSING
from tests.meta.tools.hypotheses import examples

NOW = datetime(2027, 3, 15, 10, 30, tzinfo=UTC)
FIRST = datetime(2027, 3, 1, tzinfo=UTC)
END = datetime(2027, 4, 1, tzinfo=UTC)
BEFORE, AFTER = "start-window/before-lower-bound", "start-window/after-upper-bound"
SECOND_REFUSED = "exclusivity/second-refused"


def _at(instant: datetime) -> Interval:
    return Interval(instant, instant)


def _around(instant: datetime, seconds: int = 2) -> Interval:
    return Interval(instant - seconds * SECOND, instant + seconds * SECOND)


def _request(start: datetime | str | None = FIRST, name: str | None = "reservation") -> PurchaseRequest:
    return PurchaseRequest("1", "here", name, format_timestamp(start) if isinstance(start, datetime) else start)


def _forces(request: PurchaseRequest, now: Interval, *standings: Reservation) -> dict[str, Force]:
    return {reason.rule: reason.force for reason in reasons_to_refuse(State(standings), request, now)}


def _standing(end: datetime | None = END, *, name: str = "before", certain: bool = True, **place: str) -> Reservation:
    ends = frozenset({end}) if end else frozenset[datetime]()
    place = {"account": "1", "region": "here"} | place
    return Reservation(**place, name=name, arn="arn", bought=_at(FIRST), ends=ends, certain=certain)


@pytest.mark.parametrize("start", [FIRST, FIRST + SECOND, NOW - SECOND, NOW])
def test_inside_the_window(start: datetime) -> None:
    """Both bounds and what lies between must be accepted."""
    reasons = reasons_to_refuse(State(), _request(start), _at(NOW))
    assert must_be_accepted(reasons)
    assert may_be_accepted(reasons)


@pytest.mark.parametrize("start, rule", [(FIRST - SECOND, BEFORE), (NOW + SECOND, AFTER)])
def test_outside_the_window_by_a_second(start: datetime, rule: str) -> None:
    """A second outside either bound must be refused, with BadRequestException and nothing else."""
    reasons = reasons_to_refuse(State(), _request(start), _at(NOW))
    assert reasons == (Reason(rule, frozenset({BAD_REQUEST})),)
    assert not may_be_accepted(reasons)
    assert permits_refusal(reasons, Refused(400, BAD_REQUEST, "no"))
    assert not permits_refusal(reasons, Refused(403, FORBIDDEN, "no"))


def test_a_month_of_one_second() -> None:
    """In the first second of a month nothing but that second is in the window."""
    for start, expected in [(FIRST - SECOND, {BEFORE}), (FIRST, set()), (FIRST + SECOND, {AFTER})]:
        assert set(_forces(_request(start), _at(FIRST))) == expected


@pytest.mark.parametrize(
    "seconds, forces",
    [(-3, {}), (-2, {}), (-1, {AFTER: Force.MAY}), (2, {AFTER: Force.MAY}), (3, {AFTER: Force.MUST})],
)
def test_a_clock_known_to_some_seconds(seconds: int, forces: dict[str, Force]) -> None:
    """Between the earliest and the latest time of a call both outcomes are permitted, and outside them one."""
    assert _forces(_request(NOW + seconds * SECOND), _around(NOW)) == forces


@pytest.mark.parametrize(
    "start, forces",
    [
        (datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC), {BEFORE: Force.MUST}),
        (datetime(2027, 2, 1, tzinfo=UTC), {BEFORE: Force.MAY}),
        (FIRST - 3 * SECOND, {BEFORE: Force.MAY}),
        (FIRST - SECOND, {BEFORE: Force.MAY}),
        (FIRST, {AFTER: Force.MAY}),
        (FIRST + 2 * SECOND, {AFTER: Force.MAY}),
        (FIRST + 3 * SECOND, {AFTER: Force.MUST}),
    ],
)
def test_a_month_that_turns_during_the_call(start: datetime, forces: dict[str, Force]) -> None:
    """While the month may have turned or not, both months' Starts are left open, and no others."""
    assert _forces(_request(start), _around(FIRST)) == forces


@given(
    now=st.datetimes(datetime(2027, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001
    length=st.integers(0, 40 * 86_400),
    offset=st.integers(-70 * 86_400, 70 * 86_400) | st.integers(-3, 3),
    near_month=st.booleans(),
)
@examples(500)
def test_an_interval_is_all_its_instants(now: datetime, length: int, offset: int, near_month: bool) -> None:
    """Refusal is demanded where every instant of the call demands it, and permitted where one does."""
    earliest = now.replace(tzinfo=UTC, microsecond=0)
    latest = earliest + length * SECOND
    start = (month_start(latest) if near_month else earliest) + offset * SECOND
    ends = {earliest, latest, month_start(latest), month_start(latest) - SECOND, start, start - SECOND}
    instants = [instant for instant in ends if earliest <= instant <= latest]
    refused = [not month_start(instant) <= start <= instant for instant in instants]
    reasons = reasons_to_refuse(State(), _request(start), Interval(earliest, latest))
    if all(refused):
        assert not must_be_accepted(reasons)
    else:
        assert may_be_accepted(reasons)
    assert not must_be_accepted(reasons) or not any(refused)


@pytest.mark.parametrize(
    "start, rule",
    [
        (None, "errors/missing-parameter"),
        ("", "errors/empty-parameter"),
        ("2027-03-10", "start-format/rejects-other-forms"),
        ("2027-03-10T00:00:00+00:00", "start-format/rejects-other-forms"),
        ("2027-03-32T00:00:00Z", "start-format/rejects-impossible"),
        ("2027-02-29T00:00:00Z", "start-format/rejects-impossible"),
        ("1999-01-01T00:00:00Z", BEFORE),
        ("2999-01-01T00:00:00Z", AFTER),
    ],
)
def test_a_start_is_refused_under_one_rule(start: str | None, rule: str) -> None:
    """Whatever is wrong with a Start, exactly one rule demands the refusal."""
    assert _forces(_request(start), _at(NOW)) == {rule: Force.MUST}


@pytest.mark.parametrize(
    "name, forces",
    [
        ("a", {}),
        ("a-b_C9", {}),
        ("a" * 128, {}),
        (None, {"errors/missing-parameter": Force.MUST}),
        ("", {"errors/empty-parameter": Force.MUST}),
        ("a" * 129, {"names/length": Force.SHOULD}),
        ("-a", {"names/characters": Force.SHOULD}),
        ("a\n", {"names/characters": Force.SHOULD}),
        ("é" * 129, {"names/length": Force.SHOULD, "names/characters": Force.SHOULD}),
    ],
)
def test_names(name: str | None, forces: dict[str, Force]) -> None:
    """Without a name or with an empty one a purchase must be refused, with a wrong one it should be."""
    assert _forces(_request(name=name), _at(NOW)) == forces


@pytest.mark.parametrize(
    "now, force",
    [
        (_at(END - SECOND), Force.MUST),
        (_at(END), Force.MAY),
        (_at(END + SECOND), None),
        (_around(END, 1), Force.MAY),
        (Interval(NOW, END - SECOND), Force.MUST),
        (Interval(NOW, END), Force.MAY),
        (Interval(END, END + SECOND), Force.MAY),
    ],
)
def test_exclusion_lasts_until_end(now: Interval, force: Force | None) -> None:
    """Until End a second purchase must be refused, from the second after not; at End itself it is left open."""
    start = month_start(now.latest) if now.exact else None
    forces = _forces(_request(start), now, _standing())
    assert forces.get(SECOND_REFUSED) is force


def test_the_refusal_of_a_second_purchase() -> None:
    """BadRequestException and ForbiddenException are permitted, and no others."""
    reasons = reasons_to_refuse(State((_standing(),)), _request(), _at(NOW))
    assert permits_refusal(reasons, Refused(400, BAD_REQUEST, ""))
    assert permits_refusal(reasons, Refused(403, FORBIDDEN, ""))
    assert not permits_refusal(reasons, Refused(404, NOT_FOUND, ""))
    assert not permits_refusal(reasons, Refused(409, "ConflictException", ""))


def test_exclusion_by_place() -> None:
    """Another account's reservation excludes nothing; whether another Region's does is left open."""
    assert _forces(_request(), _at(NOW), _standing(account="2", name="reservation")) == {}
    elsewhere = _forces(_request(), _at(NOW), _standing(region="there", name="reservation"))
    assert elsewhere == {SECOND_REFUSED: Force.MAY}
    assert _forces(_request(), _at(END + SECOND), _standing(region="there")).get(SECOND_REFUSED) is None


def test_exclusion_by_what_is_uncertain() -> None:
    """A purchase whose outcome or End is not known may exclude another, and need not."""
    assert _forces(_request(), _at(NOW), _standing(certain=False)) == {SECOND_REFUSED: Force.MAY}
    assert _forces(_request(), _at(NOW), _standing(None)) == {SECOND_REFUSED: Force.MAY}
    two = Reservation("1", "here", "before", "arn", _at(FIRST), frozenset({END, END + timedelta(days=3)}))
    assert _forces(_request(), _at(NOW), two) == {SECOND_REFUSED: Force.MUST}
    between = END + timedelta(days=1)
    assert _forces(_request(between), _at(between), two) == {SECOND_REFUSED: Force.MAY}


def test_a_name_used_before() -> None:
    """A name that was used should be refused for good, in its account and Region; a doubtful one may be."""
    later = _at(END + timedelta(days=400))
    again = _request(later.latest, name="before")
    assert _forces(again, later, _standing()) == {"names/unique": Force.SHOULD}
    assert _forces(again, later, _standing(region="there")) == {}
    assert _forces(again, later, _standing(certain=False)) == {"names/unique": Force.MAY}


def test_the_end_that_counts() -> None:
    """A right shown End counts alone; a wrong one excuses what follows from it, and from the right ones."""
    start = datetime(2027, 1, 31, tzinfo=UTC)
    clamp, overflow = datetime(2027, 2, 28, tzinfo=UTC), datetime(2027, 3, 3, tzinfo=UTC)
    wrong = datetime(2027, 3, 1, tzinfo=UTC)
    assert possible_ends(start, 1, clamp) == {clamp}
    assert possible_ends(start, 1, overflow) == {overflow}
    assert possible_ends(start, 1, wrong) == {clamp, overflow, wrong}
    assert possible_ends(start, 1, None) == {clamp, overflow}
    assert possible_ends(None, 1, wrong) == {wrong}
    for months in ("1", None, True, 1.0):
        assert possible_ends(start, months, None) == frozenset()
        assert possible_ends(start, months, wrong) == {wrong}


@pytest.mark.parametrize(
    "now, states",
    [
        (_at(END - SECOND), {ACTIVE, PROCESSING}),
        (_at(END), {ACTIVE, PROCESSING, EXPIRED}),
        (_at(END + SECOND), {EXPIRED}),
        (_around(END, 1), {ACTIVE, PROCESSING, EXPIRED}),
    ],
)
def test_permitted_states(now: Interval, states: set[str]) -> None:
    """Before End a reservation is ACTIVE or PROCESSING, after it EXPIRED, and where it may be either, either."""
    assert permitted_states(_standing(), now) == states
    assert permitted_states(_standing(None), now) == {ACTIVE, PROCESSING, EXPIRED}


def test_any_client_error() -> None:
    """A reason without exceptions permits every 4xx, whatever its type, and no other status."""
    anything = (Reason("errors/wrong-type", frozenset()),)
    assert permits_refusal(anything, Refused(422, "ValidationException", ""))
    assert permits_refusal(anything, Refused(404, "404", ""))
    assert not permits_refusal(anything, Refused(500, "InternalServerErrorException", ""))
    assert not permits_refusal((), Refused(400, BAD_REQUEST, ""))
    assert documented(frozenset()) == "a refusal with a 4xx status"
    assert documented(frozenset({FORBIDDEN, BAD_REQUEST})) == "400 BadRequestException or 403 ForbiddenException"


def test_force_and_acceptance() -> None:
    """What should or may be refused may be accepted too; only a demand forbids it."""
    for force in Force:
        reasons = (Reason("x/y", frozenset(), force),)
        assert may_be_accepted(reasons) is (force is not Force.MUST)
        assert not must_be_accepted(reasons)
