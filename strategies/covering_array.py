"""Writes the table of the covering array: `python -m strategies.covering_array > strategies/covering_terms.csv`.

Greedy and deterministic: for each combination that is not covered yet, of some terms that cover it the one is taken
that covers most others as well. It takes two or three minutes.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta
from itertools import product
from random import Random
from typing import Any

from conformance.spec.calendar import add_months, days_in_month, format_timestamp
from strategies.covering import DURATIONS, FACTORS, MOMENTS, PLACES, Term, combinations_of, term_of
from strategies.times import DAYS, OUTGROWN, SECONDS, YEAR_KINDS, instant_of, summer_time_changes

_SECOND = timedelta(seconds=1)
_SAMPLE, _CANDIDATES, _TRIES = 1_000, 150, 15
_ROUNDS = 20
_YEARS_OF_A_KIND = 7
_FREE: dict[str, tuple[Any, ...]] = {"second": SECONDS, "place": PLACES, "moment": MOMENTS}
Combination = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Core:
    """What of a term the calendar decides: the day of Start, and the duration."""

    day: datetime
    duration: int

    @property
    def lacking(self) -> int:
        """How many days the end month lacks."""
        return self.day.day - add_months(self.day, self.duration).day


def _years() -> Iterator[int]:
    for years in YEAR_KINDS.values():
        # Spread over the whole kind, its last year among them; the step is odd, so that leap years are too.
        yield from sorted({*years[:: len(years) // _YEARS_OF_A_KIND | 1], years[-1]})


def _cores() -> Iterator[_Core]:
    for year in _years():
        for month in range(1, 13):
            for day in sorted(DAYS):
                if day <= days_in_month(year, month):
                    for duration in DURATIONS:
                        yield _Core(instant_of(year, month, day, 0), duration)


class _Generator:
    """The terms chosen so far, and which combinations they cover."""

    def __init__(self) -> None:
        self.random = Random(2027)
        self.terms: list[Term] = []
        self.covered: set[Combination] = set()
        self.cores = list(_cores())
        self.calendar: dict[_Core, frozenset[Combination]] = {}
        self.cores_with: dict[Combination, list[_Core]] = defaultdict(list)
        for core in self.cores:
            self.calendar[core] = frozenset(_of_calendar(core))
            for combination in self.calendar[core]:
                self.cores_with[combination].append(core)

    def cover(self) -> None:
        """Cover every combination, the rarest first."""
        for combination in sorted(
            self.cores_with, key=lambda one: (one[1::2] != ("month", "duration"), len(self.cores_with[one]), repr(one))
        ):
            self._cover(combination, self.cores_with[combination])
            if combination[:2] == ("triple", "start"):
                self._cover(("triple", "now", *combination[2:]), self.cores_with[combination])
        for name, other in product(FACTORS, _FREE):
            for value, free in product(_values(name), _FREE[other]):
                if FACTORS.index(name) < FACTORS.index(other):
                    cores = self.cores_with.get(("lacking", 0, name, value), self.cores)
                    self._cover(("pair", name, value, other, free), cores)
        for days, moment in product([one for one in self.cores_with if one[0] == "end"], MOMENTS):
            self._cover(("end at", *days[1:], moment), self.cores_with[days])
        for lacking in range(4):
            for name, values in _FREE.items():
                for value in values:
                    cores = [core for core in self.cores if core.lacking == lacking]
                    self._cover(("lacking", lacking, name, value), cores)

    def improve(self, rounds: int) -> None:
        """Time and again leave out the third of the terms that cover least alone, and cover what is missing anew."""
        best = self.reduced()
        for _ in range(rounds):
            counts = _counts(best)
            self.terms, self.covered = [], set()
            alone = {term: sum(counts[one] == 1 for one in set(combinations_of(term))) for term in best}
            for term in sorted(best, key=lambda term: (alone[term], self.random.random()))[len(best) // 3 :]:
                self.add(term)
            self.cover()
            best = min(self.reduced(), best, key=len)
        self.terms = best

    def reduced(self) -> list[Term]:
        """The terms without those whose combinations the others cover as well."""
        counts = _counts(self.terms)
        kept = []
        for term in sorted(self.terms, key=lambda term: sum(counts[one] < 3 for one in combinations_of(term))):
            covered = set(combinations_of(term))
            if all(counts[combination] > 1 for combination in covered):
                counts.subtract(covered)
            else:
                kept.append(term)
        return kept

    def add(self, term: Term) -> None:
        self.terms.append(term)
        self.covered.update(combinations_of(term))

    def _cover(self, combination: Combination, cores: list[_Core]) -> None:
        if combination in self.covered:
            return
        best = max(self._candidates(combination, cores), key=self._gain, default=None)
        if best is not None:
            self.add(best)

    def _gain(self, term: Term) -> int:
        return len(set(combinations_of(term)) - self.covered)

    def _candidates(self, combination: Combination, cores: list[_Core]) -> Iterator[Term]:
        """Terms that cover a combination, of the days and durations that cover most besides; none where none can."""
        is_pair = combination[0] == "pair"
        asked: dict[Any, Any] = dict(zip(combination[1::2], combination[2::2], strict=True)) if is_pair else {}
        some = self.random.sample(cores, min(len(cores), _SAMPLE))
        found = 0
        for core in sorted(some, key=self._calendar_gain, reverse=True):
            for _ in range(_TRIES):
                second, place, moment = (asked.get(name, self.random.choice(_FREE[name])) for name in _FREE)
                term = term_of(core.day + timedelta(seconds=second), core.duration, place, moment)
                if term is not None and combination in combinations_of(term):
                    yield term
                    found += 1
            if found >= _CANDIDATES:
                return

    def _calendar_gain(self, core: _Core) -> int:
        return len(self.calendar[core] - self.covered)


def _counts(terms: Iterable[Term]) -> Counter[Combination]:
    return Counter(combination for term in terms for combination in set(combinations_of(term)))


def _of_calendar(core: _Core) -> Iterator[Combination]:
    """The combinations that the day of Start and the duration decide."""
    midnight = format_timestamp(core.day)
    for combination in combinations_of(Term(midnight, midnight, core.duration, midnight, "", "")):
        is_free = combination[0] == "end at" or {*_FREE} & {*map(str, combination)}
        if combination[:2] != ("triple", "now") and not is_free:
            yield combination


def _values(name: str) -> tuple[Any, ...]:
    values: dict[str, tuple[Any, ...]] = {
        "year": tuple(YEAR_KINDS),
        "month": tuple(range(1, 13)),
        "day": DAYS,
        "weekday": tuple(range(7)),
        "duration": DURATIONS,
        **_FREE,
    }
    return values[name]


def notable_terms() -> Iterator[Term]:
    """Terms by the second: Start and End at changes of summer time, and where numbers of seconds outgrow a type."""
    for number, change in enumerate(summer_time_changes(2028)):
        inside = change + timedelta(minutes=30)
        for start, months in ((change, 6), (inside, 1), (add_months(inside, -(7 + number)), 7 + number)):
            yield _required(start, months, PLACES[number], "the last second")
    for text in OUTGROWN:
        last = datetime.fromisoformat(text)
        for start, months in ((last, 1), (last + _SECOND, 12), (add_months(last, -3), 3)):
            yield _required(start, months, "now", "a second after End")


def _required(start: datetime, months: int, place: str, moment: str) -> Term:
    term = term_of(start, months, place, moment) or term_of(start, months, "now", moment)
    assert term is not None
    return term


def write() -> None:
    """Write the table to the standard output."""
    generator = _Generator()
    for term in notable_terms():
        generator.add(term)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(field.name for field in fields(Term))
    generator.cover()
    generator.improve(_ROUNDS)
    writer.writerows(astuple(term) for term in sorted({*generator.terms, *notable_terms()}))


if __name__ == "__main__":
    write()
