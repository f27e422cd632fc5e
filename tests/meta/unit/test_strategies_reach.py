"""Which examples the strategies of parts reach, and to which they shrink."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta
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
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Written,
)
from conformance.cases.start_forms import FORMS
from conformance.spec.calendar import month_start
from strategies import (
    ARGUMENTS,
    YEAR_KINDS,
    arbitrary_names,
    arbitrary_starts,
    bitrates,
    body_edits,
    current_times,
    descriptions,
    durations,
    impossible_starts,
    json_fragments,
    later_points,
    malformed_names,
    malformed_starts,
    mutated_offering_arns,
    mutated_starts,
    names,
    notable_times,
    offering_lists,
    offering_terms,
    prices,
    safe_names,
    seconds_of_day,
    signs,
    starts_after_now,
    starts_before_window,
    starts_between_bounds,
    starts_in_window,
    times_near_month_boundaries,
    too_long_names,
)
from tests.meta.tools.hypotheses import examples, reached, smallest
from tests.meta.tools.traces import at

NOWS = current_times() | notable_times()


def _is_last_second(now: str) -> bool:
    instant = at(now).earliest
    return month_start(instant + timedelta(seconds=1)) != month_start(instant)


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
