"""Strategies of times, Starts, names, ARNs, requests and offerings: every example is what its strategy says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import (
    PLAIN_NOW,
    Edit,
    Literal,
    LiteralArn,
    OfferingArn,
    OfferingTerms,
    ReservationArn,
    Written,
)
from conformance.cases.edits import apply_edits
from conformance.cases.request_mutations import REQUESTS, Parts
from conformance.cases.resolution import resolve_arn, resolve_start
from conformance.spec.calendar import days_in_month, has_timestamp_form, month_start, parse_timestamp
from conformance.spec.service import NAME_LENGTHS, has_name_characters
from strategies import (
    LARGEST_BITRATE,
    MALFORMED_NAMES,
    PURCHASE_MUTATIONS,
    arbitrary_arns,
    arbitrary_names,
    arbitrary_starts,
    arbitrary_tokens,
    body_edits,
    current_times,
    descriptions,
    edit_lists,
    impossible_starts,
    integers_near_powers,
    lengths,
    malformed_arns,
    malformed_names,
    malformed_starts,
    mutated_offering_arns,
    mutated_reservation_arns,
    mutated_starts,
    names,
    notable_times,
    offering_terms,
    page_sizes,
    purchase_mutations,
    safe_names,
    starts_after_now,
    starts_before_window,
    starts_between_bounds,
    starts_in_window,
    texts,
    times_near_month_boundaries,
    too_long_names,
    unknown_offerings,
    wrong_page_sizes,
    wrong_starts,
)
from tests.meta.tools.hypotheses import examples, reached, smallest

REAL_ARN = "arn:aws:mediaconnect:us-east-1:123456789012:offering:0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
PLACE = ("123456789012", "us-east-1")
NOWS = current_times() | notable_times()
DAY = timedelta(days=1)
BODY = json.dumps({"reservationName": "reservation", "start": "2027-01-01T00:00:00Z"})


def _read(text: str) -> datetime:
    instant = parse_timestamp(text)
    assert instant is not None
    return instant


def _resolved(start: Written, now: str) -> datetime:
    return _read(resolve_start(start, _read(now), {}))


def _can_be_sent(text: str) -> bool:
    """Whether a client can send the text: it has no lone surrogate."""
    return text.encode("utf-8", "replace") == text.encode("utf-8", "surrogatepass")


@given(now=NOWS)
@examples(150)
def test_current_times_are_times(now: str) -> None:
    """Every current time is an instant in the documented form, in the years that the suite covers."""
    assert 2027 <= _read(now).year <= 2400


@given(now=times_near_month_boundaries(max_hours=3))
@examples(150)
def test_times_near_month_boundaries(now: str) -> None:
    """No time is further from a month's first second than it says."""
    instant = _read(now)
    length = days_in_month(instant.year, instant.month) * DAY
    assert min(instant - month_start(instant), month_start(instant) + length - instant) <= timedelta(hours=3)


@given(start=starts_in_window(), now=NOWS)
@examples(150)
def test_starts_in_window(start: Written, now: str) -> None:
    """Every Start in the window is in it, at whatever time."""
    assert month_start(_read(now)) <= _resolved(start, now) <= _read(now)


@given(start=starts_before_window(), now=NOWS)
@examples(150)
def test_starts_before_window(start: Written, now: str) -> None:
    """Every Start before the window is before it, at whatever time."""
    assert _resolved(start, now) < month_start(_read(now))


@given(start=starts_after_now(), now=NOWS)
@examples(150)
def test_starts_after_now(start: Written, now: str) -> None:
    """Every Start after the current time is after it, at whatever time."""
    assert _resolved(start, now) > _read(now)


@given(start=starts_after_now(min_seconds=60), now=NOWS | st.just("2027-05-31T23:59:59Z"))
@examples(150)
def test_starts_after_now_by_a_minute(start: Written, now: str) -> None:
    """A Start after the current time is as far ahead as asked for, in the last second of a month too."""
    assert _resolved(start, now) - _read(now) >= timedelta(seconds=60)


@given(start=starts_between_bounds())
@examples(150)
def test_starts_between_bounds(start: Written) -> None:
    """In the last second of a long month, which leaves room enough, every Start between the bounds is between them."""
    now = datetime(2027, 5, 31, 23, 59, 59, tzinfo=UTC)
    assert month_start(now) < _read(resolve_start(start, now, {})) < now


@given(start=malformed_starts(), now=NOWS)
@examples(400)
def test_malformed_starts_have_another_form(start: Written | Literal, now: str) -> None:
    """No malformed Start has the documented form, but for a field without leading zero that needs none."""
    text = resolve_start(start, _read(now), {})
    needs_no_zero = isinstance(start, Written) and start.form == "no leading zero" and len(text) == 20
    assert needs_no_zero or not has_timestamp_form(text)


@given(start=impossible_starts(), now=NOWS)
@examples(300)
def test_impossible_starts_name_no_instant(start: Written, now: str) -> None:
    """Every impossible Start has the documented form and names no instant, but for February 29 in leap years."""
    text = resolve_start(start, _read(now), {})
    assert has_timestamp_form(text)
    in_leap_year = start.form == "February 29 of a common year" and days_in_month(int(text[:4]), 2) == 29
    assert in_leap_year or parse_timestamp(text) is None


@given(start=wrong_starts(), now=NOWS)
@examples(300)
def test_wrong_starts_are_wrong(start: Written | Literal, now: str) -> None:
    """A wrong Start is not an instant of the window, but for the two forms that are right by chance."""
    instant = parse_timestamp(resolve_start(start, _read(now), {}))
    by_chance = isinstance(start, Written) and start.form in ("no leading zero", "February 29 of a common year")
    assert by_chance or instant is None or not month_start(_read(now)) <= instant <= _read(now)


@given(start=mutated_starts(), now=NOWS)
@examples(200)
def test_mutated_starts_stay_near(start: Written, now: str) -> None:
    """A mutated Start is the documented text but for a few signs, and can be sent."""
    text = resolve_start(start, _read(now), {})
    assert 5 <= len(text) <= 23
    assert _can_be_sent(text)


@given(text=arbitrary_starts())
@examples(100)
def test_arbitrary_starts_go_as_they_are(text: Literal) -> None:
    """An arbitrary text is sent as it is, whatever the time."""
    assert resolve_start(text, _read(PLAIN_NOW), {}) == text.text


@given(name=names())
@examples(150)
def test_names_are_permitted(name: str) -> None:
    """Every right name has the permitted characters and length."""
    assert has_name_characters(name)
    assert len(name) in NAME_LENGTHS


@given(name=safe_names())
@examples(100)
def test_safe_names(name: str) -> None:
    """Nobody could object to a safe name: letters and digits, a letter first."""
    assert name.isascii()
    assert name.isalnum()
    assert name[0].isalpha()
    assert 3 <= len(name) <= 40


@given(name=too_long_names())
@examples(100)
def test_too_long_names(name: str) -> None:
    """Nothing but the length is wrong with a name that is too long."""
    assert has_name_characters(name)
    assert len(name) > max(NAME_LENGTHS)


@given(name=malformed_names() | st.sampled_from(MALFORMED_NAMES))
@examples(200)
def test_malformed_names(name: str) -> None:
    """Nothing but the characters is wrong with a malformed name."""
    assert not has_name_characters(name)
    assert len(name) in NAME_LENGTHS


@given(
    text=st.one_of(texts(), arbitrary_names(), descriptions(), arbitrary_tokens(), wrong_page_sizes(), page_sizes())
    | arbitrary_starts().map(lambda start: start.text)
    | (malformed_arns() | arbitrary_arns()).map(lambda arn: arn.text)
)
@examples(300)
def test_texts_can_be_sent(text: str) -> None:
    """No text holds a lone surrogate, which no client can send."""
    assert _can_be_sent(text)


@pytest.mark.parametrize("mutation", [name for name in ARNS if name != "exact"])
def test_mutated_arns_differ(mutation: str) -> None:
    """Every mutation makes another text of an ARN, of offerings and of reservations."""
    changed = ARNS[mutation](REAL_ARN)
    assert changed != REAL_ARN
    assert resolve_arn(OfferingArn(0, mutation), PLACE, ({"offeringArn": REAL_ARN},), {}) == changed
    assert resolve_arn(ReservationArn(4, mutation), PLACE, (), {4: REAL_ARN}) == changed


def test_every_mutation_of_an_arn_is_drawn() -> None:
    """Every mutation is drawn, for offerings and for the reservation of the step that was asked for."""
    offerings, reservations = set(), set()

    @given(offering=mutated_offering_arns(), reservation=mutated_reservation_arns(steps=st.just(4)))
    @examples(3_000)
    def draw(offering: OfferingArn, reservation: ReservationArn) -> None:
        offerings.add(offering.mutation)
        reservations.add(reservation.mutation)
        assert reservation.step == 4

    draw()
    assert offerings == reservations == set(ARNS)


@pytest.mark.parametrize("identifier", ["0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", "abcdefab-cdef-4abc-9abc-abcdefabcdef"])
def test_another_identifier_is_well_formed(identifier: str) -> None:
    """Another identifier is a UUID of the same version and variant, also where it has no other digit to change."""
    other = ARNS["another identifier"](f"arn:x:{identifier}").removeprefix("arn:x:")
    assert other != identifier
    assert (other[14], other[19]) == (identifier[14], identifier[19])
    assert [len(part) for part in other.split("-")] == [8, 4, 4, 4, 12]
    assert set(other) <= set("0123456789abcdef-")


@given(arn=malformed_arns() | arbitrary_arns() | unknown_offerings())
@examples(200)
def test_wrong_arns_are_not_the_real_one(arn: Any) -> None:
    """No wrong ARN is the offering's; none is of dots and slashes alone, which would lead to another resource."""
    text = resolve_arn(arn, PLACE, ({"offeringArn": REAL_ARN},), {})
    assert text
    assert text != REAL_ARN
    assert not isinstance(arn, LiteralArn) or text.strip("./") or text == "/"
    assert len(text) <= 2_000


@given(arn=malformed_arns())
@examples(200)
def test_malformed_arns_are_no_arns(arn: LiteralArn) -> None:
    """What is called malformed has not the six fields of an ARN with a resource."""
    fields = arn.text.split(":", 5)
    assert len(fields) < 6 or not all(fields[:3]) or fields[0] != "arn" or "bucket" in arn.text


@pytest.mark.parametrize("mutation", PURCHASE_MUTATIONS)
def test_request_mutations(mutation: str) -> None:
    """Every mutation of a purchase changes the request, whatever the name, and is drawn."""
    for name in ("reservation", "größe 😀", ""):
        body = json.dumps({"reservationName": name, "start": "2027-01-01T00:00:00Z"}).encode()
        parts = Parts("/v1/offerings/arn%3Aaws", "", None, body)
        changed = REQUESTS[mutation].change(parts)
        assert changed != parts
        assert isinstance(changed.body, bytes)
    assert smallest(purchase_mutations(include_heavy=True), lambda drawn: drawn == mutation) == mutation


@given(edits=body_edits())
@examples(300)
def test_body_edits_can_be_sent(edits: tuple[Edit, ...]) -> None:
    """An edited body is a text that can be sent, and not a megabyte long."""
    text = apply_edits(BODY, edits)
    assert _can_be_sent(text)
    assert len(text) < 5_000


def _fate_of(edits: tuple[Edit, ...]) -> str:
    """What Python's reader makes of an edited body."""
    try:
        members = json.loads(apply_edits(BODY, edits))
    except ValueError:
        return "no JSON"
    if not isinstance(members, dict):
        return "no object"
    return "as before" if members == json.loads(BODY) else "other members"


@pytest.mark.parametrize("fate", ["no JSON", "as before", "other members"])
def test_bodies_of_every_fate(fate: str) -> None:
    """Edited bodies are broken, mean the same, and mean something else."""
    assert _fate_of(reached(body_edits(), lambda edits: _fate_of(edits) == fate)) == fate


@given(edits=edit_lists())
@examples(150)
def test_edits_change_a_text_a_little(edits: tuple[Edit, ...]) -> None:
    """An edit inserts a sign or takes away five at most."""
    text = apply_edits(REAL_ARN, edits)
    assert -5 * len(edits) <= len(text) - len(REAL_ARN) <= len(edits)


@given(terms=offering_terms())
@examples(150)
def test_terms_of_offerings(terms: OfferingTerms) -> None:
    """An offering lasts a month at least, has a price that is a decimal number, and a bit rate of 32 bits or none."""
    assert 1 <= terms.duration <= 1_200
    assert float(terms.price) > 0
    assert terms.price.replace(".", "", 1).isdigit()
    assert terms.bitrate is None or 1 <= terms.bitrate <= LARGEST_BITRATE
    assert terms.description
    assert "\x00" not in terms.description


@given(number=integers_near_powers(min_value=5, max_value=70_000), length=lengths(min_value=3, max_value=500))
@examples(100)
def test_numbers_and_lengths(number: int, length: int) -> None:
    """Numbers stay within their bounds, and lie next to a power of two or of ten, or on a bound."""
    near = {number - 1, number, number + 1}
    powers = {2**exponent for exponent in range(20)} | {10**exponent for exponent in range(6)}
    assert near & powers or number in (5, 70_000)
    assert 3 <= length <= 500
