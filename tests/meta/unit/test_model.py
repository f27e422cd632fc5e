"""The model: what is permitted of a raw request in a state, and what holds afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from conformance.spec.calendar import Interval
from conformance.spec.demands import ANY_CLIENT_ERROR, Cause, Strength
from conformance.spec.model import REFUSALS_WHILE_ACTIVE, Permitted, permitted
from conformance.spec.outcomes import Answered, Lost, Refused
from conformance.spec.reading import Reading, read
from conformance.spec.request import AccountMapping, Place, Request
from conformance.spec.state import State
from conformance.spec.transitions import after

PLACE = Place("111122223333", "us-east-1")
SCOPE = "AWS4-HMAC-SHA256 Credential=111122223333/20270315/us-east-1/mediaconnect/aws4_request"
OFFERING = "arn:aws:mediaconnect:us-east-1:111122223333:offering:0e998fcc-12de-4c2b-9f2e-f2bb80a065c8"
RESERVATION = OFFERING.replace(":offering:", ":reservation:")
OTHER = OFFERING.replace("0e998fcc", "1e998fcc")
WIRE = {"offeringArn": OFFERING, "duration": 1}
NOW = datetime(2027, 3, 15, 10, 30, tzinfo=UTC)
RIGHT = {"reservationName": "a", "start": "2027-03-10T00:00:00Z"}
MADE = Answered(201, {"reservation": {"reservationArn": RESERVATION, "end": "2027-04-10T00:00:00Z"}})


def at(moment: datetime, seconds: float = 0.0) -> Interval:
    """The interval of so many seconds that begins at a moment."""
    return Interval(moment, moment + timedelta(seconds=seconds))


def purchase(members: Any = RIGHT, arn: str = OFFERING) -> Reading:
    """A purchase as it is read; the members as they are, or the bytes of the body."""
    body = members if isinstance(members, bytes) else json.dumps(members).encode()
    headers = {"Authorization": SCOPE, "Content-Type": "application/json"}
    return read(Request("POST", f"/v1/offerings/{quote(arn, safe='')}", headers, body), AccountMapping())


def listing(query: str = "", of: str = "offerings") -> Reading:
    """A page of a list as it is read."""
    return read(Request("GET", f"/v1/{of}?{query}", {"Authorization": SCOPE}), AccountMapping())


def description(arn: str) -> Reading:
    """A DescribeReservation as it is read."""
    return read(Request("GET", f"/v1/reservations/{quote(arn, safe='')}", {"Authorization": SCOPE}), AccountMapping())


def fresh() -> State:
    """A place with one offering, of a month."""
    return State().with_offerings(PLACE, (WIRE,))


def demands(allowed: Permitted) -> dict[Cause, Strength]:
    """The demands by their cause."""
    return {demand.cause: demand.strength for demand in allowed.demands}


def test_a_right_purchase_must_succeed() -> None:
    """Nothing permits to refuse it."""
    assert permitted(fresh(), purchase(), at(NOW)).must_succeed


@pytest.mark.parametrize(
    "reading, cause, strength",
    [
        (purchase({"start": RIGHT["start"]}), Cause.MISSING_PARAMETER, Strength.MUST),
        (purchase({"ReservationName": "a", "start": RIGHT["start"]}), Cause.MISSING_PARAMETER, Strength.SHOULD),
        (purchase(RIGHT | {"start": None}), Cause.MISSING_PARAMETER, Strength.MUST),
        (purchase(RIGHT | {"start": ""}), Cause.EMPTY_START, Strength.MUST),
        (purchase(RIGHT | {"reservationName": ""}), Cause.EMPTY_NAME, Strength.SHOULD),
        (purchase(RIGHT | {"reservationName": ["a"]}), Cause.WRONG_TYPE, Strength.MUST),
        (purchase(RIGHT | {"reservationName": 5}), Cause.SCALAR_TYPE, Strength.SHOULD),
        (purchase(RIGHT | {"start": True}), Cause.SCALAR_TYPE, Strength.SHOULD),
        (purchase(b"not JSON"), Cause.MALFORMED_BODY, Strength.MUST),
        (purchase(b""), Cause.MALFORMED_BODY, Strength.MUST),
        (purchase(b"[]"), Cause.MALFORMED_BODY, Strength.MUST),
        (purchase(json.dumps(RIGHT).encode() + b" tail"), Cause.LENIENT_BODY, Strength.SHOULD),
        (purchase(json.dumps(RIGHT).encode()[:-1] + b",}"), Cause.LENIENT_BODY, Strength.SHOULD),
        (purchase(RIGHT | {"start": "2027-03-10T00:00:00+00:00"}), Cause.OTHER_FORM, Strength.MUST),
        (purchase(RIGHT | {"start": "2027-02-30T00:00:00Z"}), Cause.IMPOSSIBLE_TIME, Strength.MUST),
        (purchase(RIGHT | {"start": "2027-02-28T23:59:59Z"}), Cause.BEFORE_WINDOW, Strength.MUST),
        (purchase(RIGHT | {"start": "2027-03-15T10:30:01Z"}), Cause.AFTER_WINDOW, Strength.MUST),
        (purchase(RIGHT | {"reservationName": "a" * 129}), Cause.NAME_LENGTH, Strength.SHOULD),
        (purchase(RIGHT | {"reservationName": "-a"}), Cause.NAME_CHARACTERS, Strength.SHOULD),
        (purchase(RIGHT | {"more": 1}), Cause.LEFT_OPEN, Strength.MAY),
        (purchase(arn=OTHER), Cause.UNKNOWN_OFFERING, Strength.MUST),
        (purchase(arn=OFFERING + "0"), Cause.NEAR_ARN, Strength.MUST),
        (purchase(arn=OFFERING.upper()), Cause.NEAR_ARN_IN_CASE, Strength.SHOULD),
        (purchase(arn=quote(OFFERING, safe="")), Cause.WRONG_PLACE, Strength.MUST),
        (purchase(arn="no ARN"), Cause.MALFORMED_ARN, Strength.MUST),
        (listing("maxResults=0"), Cause.PAGE_SIZE, Strength.SHOULD),
        (listing("nextToken=never"), Cause.UNKNOWN_TOKEN, Strength.SHOULD),
        (listing("unknown=1"), Cause.LEFT_OPEN, Strength.MAY),
    ],
)
def test_why_a_request_is_refused(reading: Reading, cause: Cause, strength: Strength) -> None:
    """Each cause is found in the bytes alone, as strongly as the documents ask for it."""
    assert demands(permitted(fresh(), reading, at(NOW)))[cause] is strength


@pytest.mark.parametrize(
    "query, size", [("maxResults=5", "5"), ("maxResults=5&maxResults=5", "5"), ("maxResults=1&maxResults=2", None)]
)
def test_a_page_size_that_stands_twice(query: str, size: str | None) -> None:
    """Of two sizes nobody says which binds, so that none does; a server may refuse both."""
    reading = listing(query)
    assert reading.max_results == size
    assert reading.unknown == (query.count("maxResults") > 1)


@pytest.mark.parametrize("tail", ["%", "%zz", "%2", ";x=1", "=1"])
def test_a_path_that_no_sdk_writes(tail: str) -> None:
    """Where an HTTP server may refuse the path before any service reads it, any 4xx is permitted."""
    path = f"/v1/offerings/{quote(OFFERING, safe='')}{tail}"
    asked = read(Request("GET", path, {"Authorization": SCOPE}), AccountMapping())
    allowed = permitted(fresh(), asked, at(NOW))
    assert not asked.is_plain
    assert allowed.may_succeed
    assert allowed.exceptions() == ANY_CLIENT_ERROR


def test_which_exceptions_an_unknown_offering_draws() -> None:
    """Formed as the target's own NotFound alone; with another version of UUID BadRequest is as right."""
    strict = permitted(fresh(), purchase(arn=OTHER), at(NOW))
    assert strict.exceptions() == {"NotFoundException"}
    other_version = permitted(fresh(), purchase(arn=OFFERING.replace("-4c2b-", "-7c2b-")), at(NOW))
    assert other_version.exceptions() == {"BadRequestException", "NotFoundException"}
    assert permitted(fresh(), purchase(b""), at(NOW)).exceptions() == ANY_CLIENT_ERROR


def test_whose_offerings_are_is_open_until_one_was_seen() -> None:
    """Offerings may be AWS's own, so that an ARN of the account may be somebody else's where no offering is known."""
    for arn in (OFFERING, OFFERING.replace(":offering:", ":reservation:")):
        assert "ForbiddenException" in permitted(State(), purchase(arn=arn), at(NOW)).exceptions()
    for arn in (OTHER, OFFERING.replace(":offering:", ":reservation:")):
        assert "ForbiddenException" not in permitted(fresh(), purchase(arn=arn), at(NOW)).exceptions()


def test_whose_reservations_are_is_open_until_one_was_seen() -> None:
    """The account may have another number for the target; an offering that it shows is its own all the same."""
    bought = after(fresh(), purchase(), MADE, at(NOW))
    for arn in (OTHER.replace(":offering:", ":reservation:"), OTHER):
        assert "ForbiddenException" in permitted(fresh(), description(arn), at(NOW)).exceptions()
        assert "ForbiddenException" not in permitted(bought, description(arn), at(NOW)).exceptions()
    for text in (OFFERING, "no ARN"):
        assert "ForbiddenException" not in permitted(fresh(), description(text), at(NOW)).exceptions()


@pytest.mark.parametrize(
    "start, now",
    [
        ("2027-03-15T10:30:01Z", at(NOW, 2)),  # a second ticks over during the call
        ("2027-02-28T12:00:00Z", at(datetime(2027, 2, 28, 23, 59, 59, tzinfo=UTC), 2)),  # a month does
    ],
)
def test_while_the_clock_ticks_over(start: str, now: Interval) -> None:
    """What is right at one instant of a call and wrong at another may be accepted or refused."""
    allowed = permitted(fresh(), purchase(RIGHT | {"start": start}), now)
    assert allowed.may_succeed
    assert not allowed.must_succeed


def test_a_reservation_excludes_until_its_end() -> None:
    """A second purchase must be refused before End, may be at it, and from the second after it must succeed."""
    state = after(fresh(), purchase(), MADE, at(NOW))
    second = purchase(RIGHT | {"reservationName": "b", "start": "2027-04-10T00:00:00Z"})
    end = datetime(2027, 4, 10, tzinfo=UTC)
    before = permitted(state, second, at(end - timedelta(seconds=1)))
    assert demands(before)[Cause.ACTIVE_RESERVATION] is Strength.MUST
    assert next(d for d in before.demands if d.cause is Cause.ACTIVE_RESERVATION).exceptions == REFUSALS_WHILE_ACTIVE
    assert permitted(state, second, at(end)).may_succeed
    assert permitted(state, second, at(end + timedelta(seconds=1))).must_succeed


def test_the_same_request_again() -> None:
    """It may be answered with the reservation that exists, which purchases nothing."""
    state = after(fresh(), purchase(), MADE, at(NOW))
    assert permitted(state, purchase(), at(NOW)).repeats == {RESERVATION}
    assert after(state, purchase(), MADE, at(NOW)) == state


@pytest.mark.parametrize("name, strength", [("studio", Strength.SHOULD), ("STUDIO", Strength.MAY), ("other", None)])
def test_a_name_that_was_used(name: str, strength: Strength | None) -> None:
    """A name of an expired reservation should be refused; one that differs in case alone may be."""
    state = after(fresh(), purchase(RIGHT | {"reservationName": "studio"}), MADE, at(NOW))
    later = at(NOW + timedelta(days=400))
    again = purchase({"reservationName": name, "start": later.earliest.strftime("%Y-%m-%dT%H:%M:%SZ")})
    assert demands(permitted(state, again, later)).get(Cause.NAME_TAKEN) == strength


def test_a_lost_purchase() -> None:
    """It may have happened: a further one may be accepted or refused; a refused one changes no reservation."""
    state = after(fresh(), purchase(), Lost("no answer"), at(NOW))
    allowed = permitted(state, purchase(RIGHT | {"reservationName": "b"}), at(NOW))
    assert demands(allowed) == {Cause.ACTIVE_RESERVATION: Strength.MAY}
    refused = after(fresh(), purchase(), Refused(400, "BadRequestException", "no"), at(NOW))
    assert refused.reservations == ()


def test_a_token_is_good_once() -> None:
    """The NextToken just given must be accepted; again, later, or with another page size, it is left open."""
    first = Answered(200, {"offerings": [], "nextToken": "t"})
    state = after(fresh(), listing("maxResults=1"), first, at(NOW))
    assert permitted(state, listing("maxResults=1&nextToken=t"), at(NOW)).must_succeed
    assert not permitted(state, listing("maxResults=2&nextToken=t"), at(NOW)).must_succeed
    assert permitted(state, listing("maxResults=1&nextToken=t"), at(NOW, 59)).must_succeed
    assert not permitted(state, listing("maxResults=1&nextToken=t"), at(NOW + timedelta(seconds=61))).must_succeed
    used = after(state, listing("maxResults=1&nextToken=t"), Answered(200, {"offerings": []}), at(NOW))
    assert not permitted(used, listing("maxResults=1&nextToken=t"), at(NOW)).must_succeed


def test_an_end_that_cannot_be_written() -> None:
    """A purchase that would end after the year 9999 may be refused."""
    state = State().with_offerings(PLACE, ({"offeringArn": OFFERING, "duration": 100_000},))
    assert demands(permitted(state, purchase(), at(NOW))) == {Cause.LEFT_OPEN: Strength.MAY}
