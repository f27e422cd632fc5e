"""Strategies of times, Starts, names, ARNs and offerings: every example valid, every region reached, shrunk plainly."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import (
    PLAIN_NAME,
    PLAIN_NOW,
    Edit,
    EndOf,
    Inside,
    Literal,
    LiteralArn,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Written,
)
from conformance.cases.edits import apply_edits
from conformance.cases.request_mutations import REQUESTS, Parts
from conformance.cases.resolution import resolve_arn, resolve_start
from conformance.cases.start_forms import FORMS
from conformance.spec.calendar import days_in_month, has_timestamp_form, month_start, parse_timestamp
from conformance.spec.service import NAME_LENGTHS, has_name_characters
from strategies import (
    ARGUMENTS,
    LARGEST_BITRATE,
    MALFORMED_NAMES,
    PURCHASE_MUTATIONS,
    YEAR_KINDS,
    arbitrary_arns,
    arbitrary_names,
    arbitrary_starts,
    arbitrary_tokens,
    bitrates,
    body_edits,
    current_times,
    descriptions,
    durations,
    edit_lists,
    impossible_starts,
    integers_near_powers,
    json_fragments,
    later_points,
    lengths,
    malformed_arns,
    malformed_names,
    malformed_starts,
    mutated_offering_arns,
    mutated_reservation_arns,
    mutated_starts,
    names,
    notable_times,
    offering_lists,
    offering_terms,
    page_sizes,
    prices,
    purchase_mutations,
    safe_names,
    seconds_of_day,
    signs,
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
@examples(300)
def test_current_times_are_times(now: str) -> None:
    """Every current time is an instant in the documented form, in the years that the suite covers."""
    assert 2027 <= _read(now).year <= 2400


@given(now=times_near_month_boundaries(max_hours=3))
@examples(300)
def test_times_near_month_boundaries(now: str) -> None:
    """No time is further from a month's first second than it says."""
    instant = _read(now)
    length = days_in_month(instant.year, instant.month) * DAY
    assert min(instant - month_start(instant), month_start(instant) + length - instant) <= timedelta(hours=3)


@given(start=starts_in_window(), now=NOWS)
@examples(300)
def test_starts_in_window(start: Written, now: str) -> None:
    """Every Start in the window is in it, at whatever time."""
    assert month_start(_read(now)) <= _resolved(start, now) <= _read(now)


@given(start=starts_before_window(), now=NOWS)
@examples(300)
def test_starts_before_window(start: Written, now: str) -> None:
    """Every Start before the window is before it, at whatever time."""
    assert _resolved(start, now) < month_start(_read(now))


@given(start=starts_after_now(), now=NOWS)
@examples(300)
def test_starts_after_now(start: Written, now: str) -> None:
    """Every Start after the current time is after it, at whatever time."""
    assert _resolved(start, now) > _read(now)


@given(start=starts_after_now(min_seconds=60), now=NOWS | st.just("2027-05-31T23:59:59Z"))
@examples(300)
def test_starts_after_now_by_a_minute(start: Written, now: str) -> None:
    """A Start after the current time is as far ahead as asked for, in the last second of a month too."""
    assert _resolved(start, now) - _read(now) >= timedelta(seconds=60)


@given(start=starts_between_bounds())
@examples(300)
def test_starts_between_bounds(start: Written) -> None:
    """In the last second of a long month, which leaves room enough, every Start between the bounds is between them."""
    now = datetime(2027, 5, 31, 23, 59, 59, tzinfo=UTC)
    assert month_start(now) < _read(resolve_start(start, now, {})) < now


@given(start=malformed_starts(), now=NOWS)
@examples(800)
def test_malformed_starts_have_another_form(start: Written | Literal, now: str) -> None:
    """No malformed Start has the documented form, but for a field without leading zero that needs none."""
    text = resolve_start(start, _read(now), {})
    needs_no_zero = isinstance(start, Written) and start.form == "no leading zero" and len(text) == 20
    assert needs_no_zero or not has_timestamp_form(text)


@given(start=impossible_starts(), now=NOWS)
@examples(600)
def test_impossible_starts_name_no_instant(start: Written, now: str) -> None:
    """Every impossible Start has the documented form and names no instant, but for February 29 in leap years."""
    text = resolve_start(start, _read(now), {})
    assert has_timestamp_form(text)
    in_leap_year = start.form == "February 29 of a common year" and days_in_month(int(text[:4]), 2) == 29
    assert in_leap_year or parse_timestamp(text) is None


@given(start=wrong_starts(), now=NOWS)
@examples(600)
def test_wrong_starts_are_wrong(start: Written | Literal, now: str) -> None:
    """A wrong Start is no instant of the window, but for the two forms that are right by chance."""
    instant = parse_timestamp(resolve_start(start, _read(now), {}))
    by_chance = isinstance(start, Written) and start.form in ("no leading zero", "February 29 of a common year")
    assert by_chance or instant is None or not month_start(_read(now)) <= instant <= _read(now)


@given(start=mutated_starts(), now=NOWS)
@examples(400)
def test_mutated_starts_stay_near(start: Written, now: str) -> None:
    """A mutated Start is the documented text but for a few signs, and can be sent."""
    text = resolve_start(start, _read(now), {})
    assert 5 <= len(text) <= 23
    assert _can_be_sent(text)


@given(text=arbitrary_starts())
@examples(200)
def test_arbitrary_starts_go_as_they_are(text: Literal) -> None:
    """An arbitrary text is sent as it is, whatever the time."""
    assert resolve_start(text, _read(PLAIN_NOW), {}) == text.text


@given(name=names())
@examples(300)
def test_names_are_permitted(name: str) -> None:
    """Every right name has the permitted characters and length."""
    assert has_name_characters(name)
    assert len(name) in NAME_LENGTHS


@given(name=safe_names())
@examples(200)
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
@examples(400)
def test_malformed_names(name: str) -> None:
    """Nothing but the characters is wrong with a malformed name."""
    assert not has_name_characters(name)
    assert len(name) in NAME_LENGTHS


@given(
    text=st.one_of(texts(), arbitrary_names(), descriptions(), arbitrary_tokens(), wrong_page_sizes(), page_sizes())
    | arbitrary_starts().map(lambda start: start.text)
    | (malformed_arns() | arbitrary_arns()).map(lambda arn: arn.text)
)
@examples(600)
def test_texts_can_be_sent(text: str) -> None:
    """No text holds a lone surrogate, which no client can send."""
    assert _can_be_sent(text)


@pytest.mark.parametrize("mutation", [name for name in ARNS if name != "exact"])
def test_mutated_arns_differ(mutation: str) -> None:
    """Every mutation makes another text of an ARN, and is drawn for offerings and reservations."""
    assert ARNS[mutation](REAL_ARN) != REAL_ARN
    offering = smallest(mutated_offering_arns(), lambda arn: arn.mutation == mutation)
    assert resolve_arn(offering, PLACE, ({"offeringArn": REAL_ARN},), {}) == ARNS[mutation](REAL_ARN)
    reservation = smallest(mutated_reservation_arns(steps=st.just(4)), lambda arn: arn.mutation == mutation)
    assert resolve_arn(reservation, PLACE, (), {4: REAL_ARN}) == ARNS[mutation](REAL_ARN)


@pytest.mark.parametrize("identifier", ["0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", "abcdefab-cdef-4abc-9abc-abcdefabcdef"])
def test_another_identifier_is_well_formed(identifier: str) -> None:
    """Another identifier is a UUID of the same version and variant, also where it has no other digit to change."""
    other = ARNS["another identifier"](f"arn:x:{identifier}").removeprefix("arn:x:")
    assert other != identifier
    assert (other[14], other[19]) == (identifier[14], identifier[19])
    assert [len(part) for part in other.split("-")] == [8, 4, 4, 4, 12]
    assert set(other) <= set("0123456789abcdef-")


@given(arn=malformed_arns() | arbitrary_arns() | unknown_offerings())
@examples(400)
def test_wrong_arns_are_not_the_real_one(arn: Any) -> None:
    """No wrong ARN is the offering's; none is of dots and slashes alone, which would lead to another resource."""
    text = resolve_arn(arn, PLACE, ({"offeringArn": REAL_ARN},), {})
    assert text
    assert text != REAL_ARN
    assert not isinstance(arn, LiteralArn) or text.strip("./") or text == "/"
    assert len(text) <= 2_000


@given(arn=malformed_arns())
@examples(400)
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
@examples(600)
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
@examples(300)
def test_edits_change_a_text_a_little(edits: tuple[Edit, ...]) -> None:
    """An edit inserts a sign or takes away five at most."""
    text = apply_edits(REAL_ARN, edits)
    assert -5 * len(edits) <= len(text) - len(REAL_ARN) <= len(edits)


@given(terms=offering_terms())
@examples(300)
def test_terms_of_offerings(terms: OfferingTerms) -> None:
    """An offering lasts a month at least, has a price that is a decimal number, and a bit rate of 32 bits or none."""
    assert 1 <= terms.duration <= 1_200
    assert float(terms.price) > 0
    assert terms.price.replace(".", "", 1).isdigit()
    assert terms.bitrate is None or 1 <= terms.bitrate <= LARGEST_BITRATE
    assert terms.description
    assert "\x00" not in terms.description


@given(number=integers_near_powers(min_value=5, max_value=70_000), length=lengths(min_value=3, max_value=500))
@examples(200)
def test_numbers_and_lengths(number: int, length: int) -> None:
    """Numbers stay within their bounds, and lie next to a power of two or of ten, or on a bound."""
    near = {number - 1, number, number + 1}
    powers = {2**exponent for exponent in range(20)} | {10**exponent for exponent in range(6)}
    assert near & powers or number in (5, 70_000)
    assert 3 <= length <= 500


def _is_last_second(now: str) -> bool:
    return month_start(_read(now) + timedelta(seconds=1)) != month_start(_read(now))


def _decomposed(text: str) -> bool:
    return unicodedata.normalize("NFC", text) != text


REGIONS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], bool]]] = {
    "the first second of a month": (NOWS, lambda now: now.endswith("-01T00:00:00Z")),
    "the last second of a month": (NOWS, _is_last_second),
    "the last second of a year": (NOWS, lambda now: now.endswith("-12-31T23:59:59Z")),
    "a leap day": (NOWS, lambda now: "-02-29T" in now),
    "the end of February 2100": (NOWS, lambda now: now.startswith("2100-02-28")),
    "the day on which 31 bits do not suffice": (NOWS, lambda now: now.startswith("2038-01-19")),
    "a leap day after 2100": (NOWS, lambda now: "-02-29T" in now and now > "2101"),
    "any second of any day": (NOWS, lambda now: now[8:10] == "17" and now[17:19] not in ("00", "01", "59")),
    "summer time begins in New York": (NOWS, lambda now: now.startswith("2027-03-14T07")),
    "summer time ends in New York": (NOWS, lambda now: now.startswith("2027-11-07T06")),
    "summer time begins in London": (NOWS, lambda now: now.startswith("2027-03-28T01")),
    "summer time ends in London": (NOWS, lambda now: now.startswith("2027-10-31T01")),
    "summer time ends in Sydney": (NOWS, lambda now: now.startswith("2027-04-03T16")),
    "a month began a second ago": (times_near_month_boundaries(), lambda now: now.endswith("-01T00:00:01Z")),
    "a month begins in a second": (times_near_month_boundaries(), _is_last_second),
    "an hour before a month": (times_near_month_boundaries(), lambda now: now[11:19] == "23:00:00"),
    "a century later": (later_points(), lambda point: isinstance(point, Now) and point.months > 100),
    "the instant of End": (later_points(), lambda point: point == EndOf(0)),
    "a Start of now": (starts_in_window(), lambda start: start.point == Now()),
    "a Start in the middle": (starts_in_window(), lambda start: start.point == Inside(500)),
    "a Start of midnight on a 31st": (starts_between_bounds(), lambda start: start.point == MonthStart(30 * 86_400)),
    "a Start in the last second of a day": (
        starts_between_bounds(),
        lambda start: start.point == MonthStart(5 * 86_400 - 1),
    ),
    "a Start a second ago": (starts_between_bounds(), lambda start: start.point == Now(-1)),
    "a day before the window": (starts_before_window(), lambda start: start.point == MonthStart(-86_400)),
    "a month before the window": (starts_before_window(), lambda start: start.point == MonthStart(months=-1)),
    "the same month a year ago": (starts_before_window(), lambda start: start.point == Now(months=-12)),
    "an hour ahead": (starts_after_now(), lambda start: start.point == Now(3_600)),
    "next month": (starts_after_now(), lambda start: start.point == MonthStart(months=1)),
    "a year ahead": (starts_after_now(), lambda start: start.point == Now(months=12)),
    "a free text": (malformed_starts(), lambda start: isinstance(start, Literal)),
    "an empty text": (arbitrary_starts(), lambda text: text == Literal("")),
    "a look-alike of a digit": (mutated_starts(), lambda start: start.edits[0].insert == "０"),
    "a white space in a Start": (mutated_starts(), lambda start: start.edits[0].insert == "\u00a0"),
    "a Start without one sign": (mutated_starts(), lambda start: start.edits[0].remove == 1 and len(start.edits) == 1),
    "a name of one character": (names(), lambda name: len(name) == 1),
    "the longest name": (names(), lambda name: len(name) == 128 and len(set(name)) > 1),
    "a name with a dash and an underscore": (names(), lambda name: {"-", "_"} <= set(name)),
    "a name that is a number": (names(), lambda name: name == "12345678901234567890"),
    "a name that is a reserved word": (names(), lambda name: name in ("null", "NaN", "constructor")),
    "a name with spaces at both ends": (arbitrary_names(), lambda name: name[0] == name[-1] == " " and len(name) > 2),
    "a name beyond the basic plane": (malformed_names(), lambda name: any(sign > "\uffff" for sign in name)),
    "a decomposed name": (arbitrary_names(), _decomposed),
    "a percent escape in a name": (arbitrary_names(), lambda name: "%2F" in name),
    "a duration over a year": (durations(), lambda months: months > 12),
    "a duration of a century": (durations(), lambda months: months > 1_000),
    "no bit rate": (offering_terms(), lambda terms: terms.bitrate is None),
    "the largest bit rate": (bitrates(), lambda rate: rate == 2**31 - 1),
    "a bit rate that no float of 32 bits holds": (bitrates(), lambda rate: rate == 2**24 + 1),
    "a description in another script": (offering_terms(), lambda terms: not terms.description.isascii()),
    "a decomposed description": (descriptions(), _decomposed),
    "a description that ends in white space": (descriptions(), lambda text: text != text.strip()),
    "an entity in a description": (descriptions(), lambda text: "&amp;" in text),
    "a long description": (descriptions(), lambda text: len(text) > 200),
    "a price with a trailing zero": (prices(), lambda price: price == "0.50"),
    "a price that no float holds": (prices(), lambda price: len(price) > 20 and repr(float(price)) != price),
    "a tiny price": (prices(), lambda price: float(price) < 1e-9),
    "a huge price": (prices(), lambda price: float(price) > 1e15),
    "an ARN with something at its end": (mutated_offering_arns(), lambda arn: arn.edits == (Edit(-1, 0, ";x"),)),
    "a letter of another script": (signs(), lambda sign: sign == "а"),
    "a member twice": (body_edits(), lambda edits: edits[0].insert.startswith('"start": ')),
    "a number beyond floats": (json_fragments(), lambda text: text == "1e400"),
    "deep nesting": (json_fragments(), lambda text: text.startswith("[" * 30)),
    "a lone surrogate": (json_fragments(), lambda text: text == '"\\ud800"'),
    "three offerings": (offering_lists(), lambda terms: len(terms) == 3),
}


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_reached(region: str) -> None:
    """What the rules are looked at for in particular is among the examples."""
    strategy, inside = REGIONS[region]
    assert inside(reached(strategy, inside))


@pytest.mark.parametrize("kind", YEAR_KINDS)
def test_every_kind_of_year_is_reached(kind: str) -> None:
    """Each kind of year comes, in a few hundred examples."""
    assert int(reached(current_times(), lambda now: int(now[:4]) in YEAR_KINDS[kind], tries=600)[:4])


def test_every_form_is_reached() -> None:
    """Every form other than the documented one is drawn, with each of its arguments."""
    drawn: set[tuple[str, str]] = set()

    @given(start=malformed_starts() | impossible_starts())
    @examples(6_000)
    def draw(start: Written | Literal) -> None:
        if isinstance(start, Written):
            drawn.add((start.form, start.argument))

    draw()
    assert drawn == {(form, text) for form, texts in ARGUMENTS.items() if form != "plain" for text in texts}
    assert set(ARGUMENTS) == set(FORMS)


SHRUNK: list[tuple[st.SearchStrategy[Any], object]] = [
    (NOWS, PLAIN_NOW),
    (seconds_of_day(), 43_200),
    (starts_in_window(), Written()),
    (starts_between_bounds(), Written(Inside())),
    (starts_before_window(), Written(MonthStart(-1))),
    (starts_after_now(), Written(Now(1))),
    (starts_after_now(min_seconds=60), Written(Now(60))),
    (arbitrary_starts(), Literal("")),
    (names(), "a"),
    (names(min_size=2), "aa"),
    (safe_names(), PLAIN_NAME),
    (too_long_names(), "a" * 129),
    (durations(), 1),
    (prices(), "0.55"),
    (bitrates(), 20),
    (descriptions(), OfferingTerms().description),
    (offering_terms(), OfferingTerms()),
    (offering_lists(), (OfferingTerms(),)),
    (offering_lists(min_size=2), (OfferingTerms(), OfferingTerms())),
    (later_points(), Now(seconds=1)),
    (mutated_offering_arns(), OfferingArn(mutation=next(name for name in ARNS if name != "exact"))),
]


@pytest.mark.parametrize("strategy, plainest", SHRUNK, ids=[repr(plainest)[:40] for _, plainest in SHRUNK])
def test_shrinks_to_the_plainest(strategy: st.SearchStrategy[Any], plainest: object) -> None:
    """Every strategy shrinks to the plainest of its examples."""
    assert smallest(strategy) == plainest
