"""A timeline laid out as a picture: every row gets its height, every text its lines; lengths are CSS pixels.

Across, everything is in per cent of the width, so that the picture fits a phone and a desk with letters of one size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from conformance.report.html.timeline import Bar, ClockLine, Mark, Row, Tick, Timeline
from conformance.spec.service import EXPIRED

_LONGEST_LINE = 41
_LINE = 17
_BAR = 14
_MARKS = 18
_AIR = 10
_HEAD = 30


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text with its baseline."""

    words: str
    y: int
    bold: bool = False


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A bar with the upper edge of its track."""

    bar: Bar
    y: int

    @property
    def width(self) -> float:
        """In per cent, never nothing."""
        return max(self.bar.end - self.bar.begin, 0.4)


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A mark with the middle of its symbol, and the lower end of the line that it draws through the bars."""

    mark: Mark
    y: int
    foot: int


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row with all that is in it; `tracks` is where its words end and its marks and bars begin."""

    row: Row
    top: int
    tracks: int
    height: int
    texts: tuple[Text, ...]
    bars: tuple[PlacedBar, ...]
    marks: tuple[PlacedMark, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An upright line where the clock stood, and the window that ended there, beside the bars of one row."""

    at: float
    opens: float
    top: int
    foot: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole; `words` has the same facts for whoever does not see it."""

    height: int
    head: int
    ticks: tuple[Tick, ...]
    rows: tuple[PlacedRow, ...]
    clocks: tuple[Line, ...]
    distorted: bool
    words: str

    @property
    def kinds(self) -> frozenset[str]:
        """What there is to explain: the kinds of its bars and marks, and `expired`."""
        bars = [placed.bar for row in self.rows for placed in row.bars]
        marks = [placed.mark.kind for row in self.rows for placed in row.marks]
        expired = ["expired"] if any(bar.state == EXPIRED for bar in bars) else []
        return frozenset([*(bar.kind for bar in bars), *marks, *expired])


def picture(timeline: Timeline) -> Picture:
    """Lay the timeline out."""
    placed: list[PlacedRow] = []
    top = _HEAD
    for row in timeline.rows:
        placed.append(_placed(row, top))
        top += placed[-1].height
    clocks = tuple(line for clock in timeline.clocks for line in _lines(clock, placed))
    words = " ".join(". ".join((_title(one.row), *one.row.details)) + "." for one in placed)
    return Picture(top, _HEAD, timeline.ticks, tuple(placed), clocks, timeline.distorted, words)


def _lines(clock: ClockLine, rows: list[PlacedRow]) -> Iterator[Line]:
    """The line of a clock through each of its rows, but not through their words."""
    for row in rows[clock.first : clock.last + 1]:
        if row.bars or row.marks:
            yield Line(clock.at, clock.opens, row.tracks, row.top + row.height - 1)


def _title(row: Row) -> str:
    return f"✗ {row.title}" if row.broken else row.title


def _placed(row: Row, top: int) -> PlacedRow:
    texts = tuple(_texts(row, top + _AIR))
    tracks = top + _AIR + _LINE * len(texts) + 4
    bars_top = tracks + (_MARKS if row.marks else 0)
    bars = tuple(PlacedBar(bar, bars_top + y) for bar, y in _tracks(row))
    foot = bars_top + max((placed.y - bars_top + _BAR for placed in bars), default=0)
    marks = tuple(PlacedMark(mark, tracks + _MARKS // 2, foot) for mark in row.marks)
    return PlacedRow(row, top, tracks, foot + _AIR - top, texts, bars, marks)


def _tracks(row: Row) -> Iterator[tuple[Bar, int]]:
    """Each bar with its distance from the first track; those of the clock lie on one another."""
    for number, bar in enumerate(row.bars):
        yield bar, 0 if row.kind == "clock" else number * (_BAR + 3)


def _texts(row: Row, top: int) -> Iterator[Text]:
    lines = [(line, True) for line in wrap(_title(row), _LONGEST_LINE)]
    for detail in row.details:
        lines += [(line, False) for line in wrap(detail, _LONGEST_LINE, subsequent_indent="  ")]
    for number, (words, bold) in enumerate(lines):
        yield Text(words, top + _LINE * number + 12, bold)
