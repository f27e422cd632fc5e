"""Strategies of times, Starts, names, ARNs and offerings: every example valid, every region reached, shrunk plainly."""

from __future__ import annotations

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
    Inside,
    Literal,
    LiteralArn,
    MonthStart,
    Now,
    OfferingTerms,
    Written,
)
from conformance.cases.resolution import resolve_arn, resolve_start
from conformance.cases.start_forms import FORMS
from conformance.spec.calendar import days_in_month, has_timestamp_form, month_start, parse_timestamp
from conformance.spec.service import NAME_LENGTHS, has_name_characters
from strategies import arns, instants, names, offerings, starts
from tests.meta.tools.hypotheses import examples, reached, smallest

REAL_ARN = "arn:aws:mediaconnect:us-east-1:123456789012:offering:0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
PLACE = ("123456789012", "us-east-1")
NOWS = instants.current_times()
DAY = timedelta(days=1)


def _read(text: str) -> datetime:
    instant = parse_timestamp(text)
    assert instant is not None
    return instant


def _resolved(start: Written, now: str) -> datetime:
    return _read(resolve_start(start, _read(now), {}))


@given(now=NOWS)
@examples(300)
def test_current_times_are_times(now: str) -> None:
    """Every current time is an instant in the documented form, in the years that the suite covers."""
    assert 2020 <= _read(now).year <= 2101


@given(now=instants.times_near_a_month_boundary(hours=3))
@examples(300)
def test_times_near_a_turn(now: str) -> None:
    """No time is further from a month's turn than it says."""
    instant = _read(now)
    length = days_in_month(instant.year, instant.month) * DAY
    assert min(instant - month_start(instant), month_start(instant) + length - instant) <= timedelta(hours=3)


@given(start=starts.in_window(), now=NOWS)
@examples(300)
def test_in_window(start: Written, now: str) -> None:
    """Every Start in the window is in it, at whatever time."""
    assert month_start(_read(now)) <= _resolved(start, now) <= _read(now)


@given(start=starts.before_window(), now=NOWS)
@examples(300)
def test_before_window(start: Written, now: str) -> None:
    """Every Start before the window is before it, at whatever time."""
    assert _resolved(start, now) < month_start(_read(now))


@given(start=starts.after_now(), now=NOWS)
@examples(300)
def test_after_now(start: Written, now: str) -> None:
    """Every Start after the current time is after it, at whatever time."""
    assert _resolved(start, now) > _read(now)


@given(start=starts.after_now(least_seconds=60), now=NOWS | st.just("2027-05-31T23:59:59Z"))
@examples(300)
def test_after_now_by_a_minute(start: Written, now: str) -> None:
    """A Start after the current time is as far ahead as asked for, in the last second of a month too."""
    assert _resolved(start, now) - _read(now) >= timedelta(seconds=60)


@given(start=starts.between_bounds())
@examples(300)
def test_between_bounds(start: Written) -> None:
    """In the last second of a long month, which leaves room enough, every Start between the bounds is between them."""
    now = datetime(2027, 5, 31, 23, 59, 59, tzinfo=UTC)
    assert month_start(now) < _read(resolve_start(start, now, {})) < now


@given(start=starts.malformed(), now=NOWS)
@examples(600)
def test_misformed_starts_have_another_form(start: Written | Literal, now: str) -> None:
    """No malformed Start has the documented form, but for a field without leading zero that needs none."""
    text = resolve_start(start, _read(now), {})
    needs_no_zero = isinstance(start, Written) and start.form == "no leading zero" and len(text) == 20
    assert needs_no_zero or not has_timestamp_form(text)


@given(start=starts.impossible(), now=NOWS)
@examples(600)
def test_impossible_starts_name_no_instant(start: Written, now: str) -> None:
    """Every impossible Start has the documented form and names no instant, but for February 29 in leap years."""
    text = resolve_start(start, _read(now), {})
    assert has_timestamp_form(text)
    in_leap_year = start.form == "February 29 of a common year" and days_in_month(int(text[:4]), 2) == 29
    assert in_leap_year or parse_timestamp(text) is None


@given(text=starts.arbitrary_texts())
@examples(200)
def test_odd_texts_go_as_they_are(text: Literal) -> None:
    """An odd text is sent as it is, whatever the time."""
    assert resolve_start(text, _read(PLAIN_NOW), {}) == text.text


@given(name=names.names())
@examples(300)
def test_names_are_permitted(name: str) -> None:
    """Every right name has the permitted characters and length."""
    assert has_name_characters(name)
    assert len(name) in NAME_LENGTHS


@given(name=names.safe_names())
@examples(200)
def test_safe_names(name: str) -> None:
    """Nobody could object to a safe name: letters and digits, a letter first."""
    assert name.isascii()
    assert name.isalnum()
    assert name[0].isalpha()
    assert 3 <= len(name) <= 40


@given(name=names.too_long_names())
@examples(100)
def test_too_long_names(name: str) -> None:
    """Nothing but the length is wrong with a name that is too long."""
    assert has_name_characters(name)
    assert len(name) > max(NAME_LENGTHS)


@pytest.mark.parametrize("name", names.MALFORMED)
def test_misspelt_names(name: str) -> None:
    """Nothing but the characters is wrong with a misspelt name."""
    assert not has_name_characters(name)
    assert len(name) in NAME_LENGTHS
    assert smallest(names.malformed_names(), lambda drawn: drawn == name) == name


@pytest.mark.parametrize("mutation", [name for name in ARNS if name != "exact"])
def test_altered_arns_differ(mutation: str) -> None:
    """Every mutation makes another text of an ARN, and is drawn for its own rule."""
    assert ARNS[mutation](REAL_ARN) != REAL_ARN
    rule = ARNS[mutation].rule
    drawn = smallest(arns.near_misses(rule=rule), lambda arn: arn.mutation == mutation)
    assert resolve_arn(drawn, PLACE, ({"offeringArn": REAL_ARN},), {}) == ARNS[mutation](REAL_ARN)


@given(arn=arns.malformed_arns() | arns.arbitrary_arns() | arns.unknown_offerings())
@examples(300)
def test_wrong_arns_are_not_the_real_one(arn: Any) -> None:
    """No wrong ARN is the offering's; none is of dots and slashes alone, which would lead to another resource."""
    text = resolve_arn(arn, PLACE, ({"offeringArn": REAL_ARN},), {})
    assert text
    assert text != REAL_ARN
    assert not isinstance(arn, LiteralArn) or text.strip("./") or text == "/"


@given(terms=offerings.offering_terms())
@examples(300)
def test_terms_of_offerings(terms: OfferingTerms) -> None:
    """An offering lasts a month at least, has a price that is a decimal number, and a bit rate of 32 bits or none."""
    assert 1 <= terms.duration <= 120
    assert float(terms.price) > 0
    assert terms.bitrate is None or 1 <= terms.bitrate <= offerings.LARGEST_BITRATE
    assert terms.description


def _is_last_second(now: str) -> bool:
    return month_start(_read(now) + timedelta(seconds=1)) != month_start(_read(now))


REGIONS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], bool]]] = {
    "the first second of a month": (NOWS, lambda now: now.endswith("-01T00:00:00Z")),
    "the last second of a month": (NOWS, _is_last_second),
    "the last second of a year": (NOWS, lambda now: now.endswith("-12-31T23:59:59Z")),
    "a leap day": (NOWS, lambda now: "-02-29T" in now),
    "the end of February 2100": (NOWS, lambda now: now.startswith("2100-02-28")),
    "an odd second of an odd day": (NOWS, lambda now: now[8:10] == "17" and now[17:19] not in ("00", "01", "59")),
    "summer time begins in New York": (NOWS, lambda now: now.startswith("2027-03-14")),
    "summer time ends in New York": (NOWS, lambda now: now.startswith("2027-11-07")),
    "summer time begins in London": (NOWS, lambda now: now.startswith("2027-03-28")),
    "summer time ends in London": (NOWS, lambda now: now.startswith("2027-10-31")),
    "summer time ends in Sydney": (NOWS, lambda now: now.startswith("2027-04-04")),
    "a turn a second ago": (instants.times_near_a_month_boundary(), lambda now: now.endswith("-01T00:00:01Z")),
    "a turn in a second": (instants.times_near_a_month_boundary(), _is_last_second),
    "an hour before a turn": (instants.times_near_a_month_boundary(), lambda now: now[11:19] == "23:00:00"),
    "a Start of now": (starts.in_window(), lambda start: start.point == Now()),
    "a Start in the middle": (starts.in_window(), lambda start: start.point == Inside(500)),
    "a Start of midnight on a 31st": (starts.between_bounds(), lambda start: start.point == MonthStart(30 * 86_400)),
    "a Start a second ago": (starts.between_bounds(), lambda start: start.point == Now(-1)),
    "a day before the window": (starts.before_window(), lambda start: start.point == MonthStart(-86_400)),
    "a month before the window": (starts.before_window(), lambda start: start.point == MonthStart(months=-1)),
    "the same month a year ago": (starts.before_window(), lambda start: start.point == Now(months=-12)),
    "an hour ahead": (starts.after_now(), lambda start: start.point == Now(3_600)),
    "next month": (starts.after_now(), lambda start: start.point == MonthStart(months=1)),
    "a year ahead": (starts.after_now(), lambda start: start.point == Now(months=12)),
    "a free text": (starts.malformed(), lambda start: isinstance(start, Literal)),
    "an empty text": (starts.arbitrary_texts(), lambda text: text == Literal("")),
    "a name of one character": (names.names(), lambda name: len(name) == 1),
    "the longest name": (names.names(), lambda name: len(name) == 128),
    "a name with a dash and an underscore": (names.names(), lambda name: {"-", "_"} <= set(name)),
    "a duration over a year": (offerings.durations(), lambda months: months > 12),
    "the longest duration": (offerings.durations(), lambda months: months == 120),
    "no bit rate": (offerings.offering_terms(), lambda terms: terms.bitrate is None),
    "the largest bit rate": (offerings.offering_terms(), lambda terms: terms.bitrate == 2**31 - 1),
    "a description in another script": (offerings.offering_terms(), lambda terms: not terms.description.isascii()),
    "a price with a trailing zero": (offerings.offering_terms(), lambda terms: terms.price == "0.50"),
    "three offerings": (offerings.offering_lists(), lambda terms: len(terms) == 3),
}


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_reached(region: str) -> None:
    """What the rules are looked at for in particular is among the examples."""
    strategy, inside = REGIONS[region]
    assert inside(reached(strategy, inside))


def test_every_form_is_reached() -> None:
    """Every form other than the documented one is drawn, with each of its arguments."""
    drawn: set[tuple[str, str]] = set()

    @given(start=starts.malformed() | starts.impossible())
    @examples(5_000)
    def draw(start: Written | Literal) -> None:
        if isinstance(start, Written):
            drawn.add((start.form, start.argument))

    draw()
    assert drawn == {(form, text) for form, texts in starts.ARGUMENTS.items() if form != "plain" for text in texts}
    assert set(starts.ARGUMENTS) == set(FORMS)


SHRUNK: list[tuple[st.SearchStrategy[Any], object]] = [
    (NOWS, PLAIN_NOW),
    (instants.seconds_of_day(), 43_200),
    (starts.in_window(), Written()),
    (starts.between_bounds(), Written(Inside())),
    (starts.before_window(), Written(MonthStart(-1))),
    (starts.after_now(), Written(Now(1))),
    (starts.after_now(least_seconds=60), Written(Now(60))),
    (starts.arbitrary_texts(), Literal("")),
    (names.names(), "a"),
    (names.names(least=2), "aa"),
    (names.safe_names(), PLAIN_NAME),
    (names.too_long_names(), "a" * 129),
    (offerings.durations(), 1),
    (offerings.prices(), "0.55"),
    (offerings.bitrates(), 20),
    (offerings.descriptions(), OfferingTerms().description),
    (offerings.offering_terms(), OfferingTerms()),
    (offerings.offering_lists(), (OfferingTerms(),)),
    (offerings.offering_lists(least=2), (OfferingTerms(), OfferingTerms())),
]


@pytest.mark.parametrize("strategy, plainest", SHRUNK, ids=[repr(plainest)[:40] for _, plainest in SHRUNK])
def test_shrinks_to_the_plainest(strategy: st.SearchStrategy[Any], plainest: object) -> None:
    """Every strategy shrinks to the plainest of its examples."""
    assert smallest(strategy) == plainest
