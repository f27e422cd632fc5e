"""The scale of a picture of time: instants to positions, so that a second's difference is seen beside a month."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from conformance.spec.calendar import add_months, month_start

_LEFT, _RIGHT = 8.5, 91.5
_SHARE_OF_STEPS = 0.5
_WIDEST_STEP = 7.0
_DRAWN_WHOLE = timedelta(days=62)
_MOST_MONTHS = 15


@dataclass(frozen=True, slots=True)
class Scale:
    """A piecewise linear scale: `positions`, in per cent of the width, ascend with `instants`.

    `distorted` tells that close instants were drawn apart, or a long time was drawn short.
    """

    instants: tuple[datetime, ...]
    positions: tuple[float, ...]
    distorted: bool

    def at(self, instant: datetime) -> float:
        """The position of an instant, in per cent; what lies outside is put on the nearer edge."""
        if instant <= self.instants[0]:
            return self.positions[0]
        if instant >= self.instants[-1]:
            return self.positions[-1]
        after = bisect_right(self.instants, instant)
        left, right = self.instants[after - 1], self.instants[after]
        share = (instant - left) / (right - left)
        return self.positions[after - 1] + share * (self.positions[after] - self.positions[after - 1])


def scale_of(instants: Iterable[datetime]) -> Scale:
    """The scale that shows each of these instants apart from every other, within the whole months that hold them.

    Raises:
        ValueError: there is no instant.
    """
    keys = sorted(set(instants))
    if not keys:
        raise ValueError("no instant to draw")
    keys = sorted({month_start(keys[0]), *keys, next_month(keys[-1])})
    gaps = [right - left for left, right in pairwise(keys)]
    step = min(_WIDEST_STEP, (_RIGHT - _LEFT) * _SHARE_OF_STEPS / len(gaps))
    drawn = [_drawn(gap) for gap in gaps]
    widths = _widths(drawn, step)
    positions = [_LEFT]
    for width in widths:
        positions.append(positions[-1] + width)
    even = (_RIGHT - _LEFT) / sum(gap / timedelta(days=1) for gap in gaps)
    true = [gap / timedelta(days=1) * even for gap in gaps]
    distorted = any(abs(width - honest) > 2.0 for width, honest in zip(widths, true, strict=True))
    return Scale(tuple(keys), tuple(positions), distorted)


def next_month(instant: datetime) -> datetime:
    """The first instant of the next month; the last of the calendar where there is none."""
    try:
        return add_months(month_start(instant), 1)
    except (ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


def _drawn(gap: timedelta) -> float:
    """How many days wide a gap is drawn: what is longer than two months grows with the logarithm alone."""
    if gap <= _DRAWN_WHOLE:
        return gap / timedelta(days=1)
    return _DRAWN_WHOLE.days * (1 + math.log2(gap / _DRAWN_WHOLE) / 2)


def _widths(drawn: Sequence[float], step: float) -> list[float]:
    """Widths that fill the picture: none narrower than the step, the others in proportion to the days."""
    narrow: set[int] = set()
    while True:
        left_over = _RIGHT - _LEFT - step * len(narrow)
        days = sum(drawn[number] for number in range(len(drawn)) if number not in narrow)
        too_narrow = {
            number
            for number in range(len(drawn))
            if number not in narrow and drawn[number] / days * left_over < step * (1 - 1e-9)
        }
        if not too_narrow:
            break
        narrow |= too_narrow
    return [step if number in narrow else drawn[number] / days * left_over for number in range(len(drawn))]


def month_boundaries(scale: Scale) -> tuple[datetime, ...]:
    """The firsts of the months on the scale, both ends included; of many months only the ends and each January."""
    first, last = scale.instants[0], scale.instants[-1]
    months = (last.year - first.year) * 12 + last.month - first.month
    inner = range(1, months)
    if months > _MOST_MONTHS:
        inner = range(13 - first.month, months, 12)
    if len(inner) > _MOST_MONTHS:
        inner = range(0)
    return (first, *(add_months(first, number) for number in inner), last)
