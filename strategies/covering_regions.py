"""Explicit cases in Regions far away, where it is another hour, day and month; no strategy, the same in every run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from conformance.cases.case import (
    Case,
    DescribeOffering,
    DescribeReservation,
    Inside,
    ListOfferings,
    ListReservations,
    MonthStart,
    Now,
    OfferingTerms,
    Point,
    Purchase,
    ReservationArn,
    Written,
)
from conformance.spec.calendar import add_months, format_timestamp
from strategies.batching import merged
from strategies.times import instant_of, summer_time_changes

_REGIONS = (2, 3)
_HALF_AN_HOUR = 1_800
_PERHAPS_LATER = 14 * 3_600
"""No Region is further ahead of UTC."""
_OFFERINGS = (OfferingTerms(), OfferingTerms(duration=7, description="7 months", price="1.10", bitrate=None))


def far_region_cases() -> tuple[Case, ...]:
    """Purchases in Regions far away, right and wrong ones by their Start, each in an account of its own and read.

    The time is within half an hour of a turn of the month in UTC, when it is another month there; some Ends are in an
    hour that a zone skips for summer time.

    >>> [{step.region for step in case.calls()} for case in far_region_cases()]
    [{2}, {3}]
    """
    return tuple(merged(_in_region(region)) for region in _REGIONS)


def _in_region(region: int) -> Iterator[Case]:
    first, last = instant_of(2027, 3, 1, _HALF_AN_HOUR), instant_of(2027, 4, 1, -_HALF_AN_HOUR)
    right: list[tuple[datetime, Point]] = [(first, MonthStart()), (first, Now()), (last, MonthStart()), (last, Now())]
    right.append((last, Inside(500)))
    for change in list(summer_time_changes(2027))[2:]:  # those of London, as in Frankfurt, and of Sydney
        for hour in (1, 2, 16):
            start = add_months(change.replace(hour=0, minute=0) + timedelta(hours=hour, minutes=30), -1)
            right.append((start, Now()))
    wrong = [(now, point) for now in (first, last) for point in (MonthStart(seconds=-1), Now(seconds=_PERHAPS_LATER))]
    wrong.append((first, MonthStart(seconds=-_PERHAPS_LATER)))
    for at, (now, point) in enumerate(right):
        purchase = _purchase(region, f"far-{at}", point)
        reads = (
            DescribeReservation(region=region, reservation=ReservationArn(1)),
            *(ListReservations(region=region, whole=True), ListOfferings(region=region, whole=True)),
        )
        steps = (DescribeOffering(region=region), purchase, *reads[: 2 if at else 3])
        yield Case(now=format_timestamp(now), offerings=_OFFERINGS[at % 2 :][:1], steps=steps)
    for at, (now, point) in enumerate(wrong):
        yield Case(now=format_timestamp(now), steps=(_purchase(region, f"refused-{at}", point),))


def _purchase(region: int, name: str, point: Point) -> Purchase:
    return Purchase(region=region, name=name, start=Written(point))
