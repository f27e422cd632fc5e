"""Explicit cases of accepted values: each value of each field of a Start, hours of every zone, texts and numbers.

Many purchases of one call each, every one in an account of its own, ten in a case: what is wrong with one value in
twenty or fifty, or with a class of them, meets its value. No strategy; the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations, product
from typing import TypeVar

from conformance.cases.case import (
    Case,
    DescribeOffering,
    DescribeReservation,
    Inside,
    ListOfferings,
    ListReservations,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    ReservationArn,
    Written,
    purchase_case,
)
from conformance.spec.calendar import add_months, days_in_month, format_timestamp, month_start
from strategies.batching import merged
from strategies.covering_texts import (
    STRUCTURED,
    covering_bitrates,
    covering_descriptions,
    covering_names,
    covering_prices,
)
from strategies.numbers import integers_around_powers
from strategies.times import DAY, hours_skipped_at_midnight, instant_of, summer_time_changes

_BATCH = 10
_ROUNDS = 3
Part = TypeVar("Part")


def field_value_cases() -> tuple[Case, ...]:
    """Starts in which every month, day, hour, minute and second occurs, with names of every length and look.

    >>> len({step.name for case in field_value_cases() for step in case.steps if isinstance(step, Purchase)}) > 150
    True
    """
    named = zip(_field_values(), covering_names(), strict=False)
    # 37 durations have no factor in common with 12 months, so that each of them meets most months.
    return _in_batches(_starting_at(start, name, 1 + at % 37) for at, (start, name) in enumerate(named))


def _field_values() -> Iterator[datetime]:
    """Each value of each field in every round, each time with others; the steps are coprime to the number of values."""
    for number in range(60 * _ROUNDS):
        turn, at = divmod(number, 60)
        month = at % 12 + 1
        year = 2027 + at % 11
        day = at % days_in_month(year, month) + 1
        seconds = (at * (5 + 2 * turn) % 24) * 3_600 + at * 60 + at * (7 + 4 * turn) % 60
        yield instant_of(year, month, day, seconds)


def _starting_at(start: datetime, name: str = "reservation", duration: int = 1) -> Case:
    """A purchase from this instant on, at the end of its day."""
    now = format_timestamp(start.replace(hour=23, minute=59, second=59))
    into = int((start - month_start(start)).total_seconds())
    terms = OfferingTerms(duration=duration, description=f"{duration} months")
    return purchase_case(now=now, offerings=(terms,), name=name, start=Written(MonthStart(seconds=into)))


def month_end_cases() -> tuple[Case, ...]:
    """Starts late in a month: the End's month is shorter, or months in between are.

    From each long month into each short one, which may clamp or overflow, of the same year and some of later ones; from
    long months over short ones into long ones; and from a leap day, by all durations up to three years.

    >>> sum(isinstance(step, Purchase) for case in month_end_cases() for step in case.steps)
    93
    """
    lacking = [(instant_of(2027, month, 31, _NOON), (end - month) % 12) for month in _LONG for end in _SHORT]
    lacking += [(instant_of(2026, month, day, _NOON), 14 - month) for month, day in ((11, 30), (12, 29), (12, 30))]
    lacking += [(start, months + 12 * (1 + at % 2)) for at, (start, months) in enumerate(lacking[::4])]
    passing = [(instant_of(2027, month, 31, _NOON), months) for month, months in _LONG_TO_LONG]
    leaping = [(instant_of(2028, 2, 29, _NOON), months) for months in range(1, 36) if months % 12]
    return _in_batches(
        _starting_at(start, f"end-{at}", months) for at, (start, months) in enumerate([*passing, *leaping, *lacking])
    )


_NOON = DAY // 2
_LONG, _SHORT = (1, 3, 5, 7, 8, 10, 12), (2, 4, 6, 9, 11)
"""Months with 31 days, and those with fewer."""
_LONG_TO_LONG = ((1, 2), (3, 2), (5, 2), (7, 3), (8, 2), (10, 2), (12, 3), (1, 6), (3, 4), (12, 15), (5, 20), (8, 29))
"""Months with 31 days, and durations from them into another, or into themselves in a later year."""


def zone_cases() -> tuple[Case, ...]:
    """Starts and Ends in each hour of the days on which zones change summer time, of several years.

    >>> zone_cases()[0].now
    '2027-02-14T23:59:59Z'
    """
    return _in_batches(
        # Under a name of its own a refusal is tried again alone, which shows that it is for the Start.
        _starting_at(start, f"zone-{number}", duration)
        for number, (change, hour) in enumerate((number, hour) for hour in _HOURS for number in range(_CHANGES))
        for start, duration in _around_change(change, hour, number)
    )


_CHANGES = 6
_YEARS = (2027, 2028, 2029, 2031, 2032)
_MINUTES = (30, 1, 59)
# By UTC or by the wall clock, from Sydney, where it is the next day, to Anchorage; the usual hours come first.
_HOURS = (2, 1, 7, 16, 6, 26, 0, 3, 8, 9, 10, 11, 15, 14, 17, 4, 5, 12, 13)


def _around_change(change: int, hour: int, number: int) -> Iterator[tuple[datetime, int]]:
    """A Start in this hour of a day of change, and another whose End is in it."""
    year = _YEARS[number % len(_YEARS)]
    day = list(summer_time_changes(year))[change].replace(hour=0, minute=0)
    inside = day + timedelta(hours=hour, minutes=_MINUTES[number % len(_MINUTES)], seconds=number % 60)
    yield inside, 1 + number % 13
    before = 1 + (number * 5) % 11
    yield add_months(inside, -before), before


def midnight_cases() -> tuple[Case, ...]:
    """Starts and Ends in the hours that some zones skip at midnight or before.

    >>> midnight_cases()[0].now
    '2027-02-14T23:59:59Z'
    """
    skipped = [first + timedelta(minutes=30) for first in hours_skipped_at_midnight(2027)]
    starts = [(inside, 1) for inside in skipped] + [(add_months(inside, -1), 1) for inside in skipped]
    return _in_batches(_starting_at(start, f"midnight-{at}", months) for at, (start, months) in enumerate(starts))


_HALF_PAST = "2027-03-15T12:30:30Z"
_FIELDS = ((12, 0), (1, 0), (0, DAY), (0, 3_600), (0, 60), (0, 1))
"""One of each field of a Start from the year down to the second, in months and seconds."""


def comparison_cases() -> tuple[Case, ...]:
    """Starts that are earlier than now in one field and later in a smaller one, or the other way round.

    A comparison that does not stop at the first field that differs is wrong with one of them. The first case has those
    that are refused. The last ones have fields of the same day in every relation to now.

    >>> len(comparison_cases()[0].steps)
    24
    """
    pairs = [
        Now(months=sign * (large[0] - small[0]), seconds=sign * (large[1] - small[1]))
        for large, small in combinations(_FIELDS, 2)
        for sign in (-1, 1)
    ]
    accepted = [point for point in pairs if not point.months and point.seconds < 0]
    refused = tuple(Purchase(start=Written(point)) for point in pairs if point not in accepted)
    relations = [3_600 * hour + 60 * minute + second for hour, minute, second in product((-1, 0, 1), repeat=3)]
    others = [Now(seconds=seconds) for seconds in relations if Now(seconds=seconds) not in pairs]
    return (
        Case(now=_HALF_PAST, steps=refused),
        *_in_batches(
            purchase_case(now=_HALF_PAST, name=f"field-{at}", start=Written(point))
            for at, point in enumerate([*accepted, *others])
        ),
    )


def value_cases() -> tuple[Case, ...]:
    """Offerings and names in which each covering description, price, bit rate, duration and name occurs, all read.

    The plain values stand in the first cases together and the long ones in the last, as a target may refuse to define
    some of them.

    >>> len({terms.description for case in value_cases() for terms in case.offerings}) > 250
    True
    """
    descriptions = covering_descriptions()
    count = len(descriptions)
    prices = _filled(covering_prices(), [f"0.{number}1" for number in range(100, 100 + count)])
    bitrates = _filled(covering_bitrates(), range(100_001, 100_001 + 7 * count, 7))
    names = _filled(covering_names(), [f"name-{number}" for number in range(count)])
    terms = [
        OfferingTerms(duration=at % 240 + 1, description=text, price=price, bitrate=bitrate)
        for at, (text, price, bitrate) in enumerate(zip(descriptions, prices, bitrates, strict=True))
    ]
    return tuple(_all_read(terms[at : at + _BATCH], names[at : at + _BATCH], at) for at in range(0, count, _BATCH))


_TELLING = (
    *(("&amp; &lt;b&gt; &#39;", "0.10", 1), ("one\r\ntwo\rthree\n", "10.00", None)),
    *(("  two  spaces  ", "1.005", 65_536), ("\\n \\u0041 \\\\", "100", 1_000)),
    *(("100% %41 a+b", "0.000001", 2**31 - 1), ("👩\u200d👧 e\u0301 é", "2.675", 16)),
    *((STRUCTURED[0], "1.10", 16_777_217), (STRUCTURED[2], "0.07", 33_554_433), ("2026-05-11", "0.3", 32_768)),
    *(("name-9", "1.15", 40_000), ("a,b;c|d", "0.20", None)),
)
_TELLING_NAMES = ("n" * 64, "n" * 99 + "7")
_PERHAPS_REFUSED = (
    *(OfferingTerms(bitrate=0), OfferingTerms(description="")),
    OfferingTerms(price="007.50"),
    OfferingTerms(description="a long one, " * 90 + "to the end"),
)


def telling_value_cases() -> tuple[Case, ...]:
    """The most telling values of each kind together, and such as a target may refuse to define in cases of their own.

    >>> [len(case.offerings) for case in telling_value_cases()]
    [11, 1, 1, 1, 1]
    """
    terms = [OfferingTerms(description=text, price=price, bitrate=bitrate) for text, price, bitrate in _TELLING]
    names = [*_TELLING_NAMES, *(f"name-{number}" for number in range(len(_TELLING_NAMES), len(terms)))]
    return tuple(
        _all_read(offered, names[: len(offered)], 0) for offered in (terms, *([one] for one in _PERHAPS_REFUSED))
    )


def _all_read(terms: Sequence[OfferingTerms], names: Sequence[str], number: int) -> Case:
    """Each offering described, and purchased under one of the names and read in an account of its own."""
    now, offerings = "2027-03-25T13:14:15Z", tuple(terms)
    cases = [Case(now=now, offerings=offerings, steps=(ListOfferings(whole=True),))]
    for index, name in enumerate(names):
        offering, start = OfferingArn(index), Written(Inside((number + index) * 37 % 1_000))
        described = DescribeOffering(offering=offering)
        purchase = Purchase(offering=offering, name=name, start=start)
        reads = (DescribeReservation(reservation=ReservationArn(1)), ListReservations(whole=True))
        cases.append(Case(now=now, offerings=offerings, steps=(described, purchase, *reads)))
    return merged(cases)


def page_size_cases() -> tuple[Case, ...]:
    """Every MaxResults up to a hundred, and many of those up to a thousand, of both lists; fifty in a case.

    >>> len(page_size_cases()[0].steps)
    50
    """
    sizes = [*range(1, 101), *range(101, 1_000, 13), *integers_around_powers(100, 1_000, base=2), 999, 1_000]
    lists = (ListOfferings, ListReservations)
    calls = [lists[at % 2](max_results=str(size)) for at, size in enumerate(dict.fromkeys(sizes))]
    return tuple(Case(steps=tuple(calls[at : at + 50])) for at in range(0, len(calls), 50))


def _filled(values: Sequence[Part], plain: Iterable[Part]) -> list[Part]:
    """The values, with others before them that occur nowhere else, as many as there are of these."""
    fillers = list(plain)
    return [*fillers[: len(fillers) - len(values)], *values]


def _in_batches(cases: Iterable[Case]) -> tuple[Case, ...]:
    drawn = list(cases)
    return tuple(merged(drawn[at : at + _BATCH]) for at in range(0, len(drawn), _BATCH))
