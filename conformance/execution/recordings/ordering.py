"""Entries in the order of time, however many there are: sorted runs on disk, which are merged."""

from __future__ import annotations

import heapq
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import IO, Generic, TypeVar

from conformance.execution.recordings.recorded import Entry, Recorded

_HELD = 4_000
"""How many entries are held in memory while they are sorted."""
_T = TypeVar("_T")


def in_order(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries sorted by when they began; those that began at once keep their order.

    Nothing is kept in memory beyond some thousand entries. What goes to disk, into a file without a name, is clean of
    credentials by then.
    """
    return sorted_by(entries, key=lambda entry: entry.began)


def once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries in their order, without those that a log has delivered a second time."""
    seen: set[str] = set()
    began = float("-inf")
    for entry in entries:
        if entry.began != began:
            seen, began = set(), entry.began
        identity = entry.identity if isinstance(entry, Recorded) else ""
        if identity and identity in seen:
            continue
        seen.add(identity)
        yield entry


def sorted_by(things: Iterable[_T], *, key: Callable[[_T], float], held: int = _HELD) -> Iterator[_T]:
    """The things sorted by a key, stable, with about `held` of them in memory.

    What is out of order by less than that comes out as one run, however long it is (replacement selection); each that
    comes later still begins another run, and the runs are merged.
    """
    numbered = ((key(thing), number, thing) for number, thing in enumerate(things))
    waiting = sorted(islice(numbered, held), key=_place)
    following = next(numbered, None)
    if following is None:
        yield from (thing for _, _, thing in waiting)
        return
    with tempfile.TemporaryFile() as file:
        runs = _runs(file, waiting, chain([following], numbered))
        yield from heapq.merge(*(_read(file, positions) for positions in runs), key=key)


_Numbered = tuple[float, int, _T]


def _place(numbered: tuple[float, int, object]) -> tuple[float, int]:
    return numbered[:2]


def _runs(file: IO[bytes], waiting: list[_Numbered[_T]], more: Iterable[_Numbered[_T]]) -> list[list[_Piece]]:
    """Write all in runs that are sorted, and give where the pieces of each are. No two have the same number."""
    runs: list[list[_Piece]] = []
    while waiting:
        run = _Run[_T](file)
        late: list[_Numbered[_T]] = []
        for one in more:
            smallest = heapq.heappop(waiting)
            run.add(smallest[2])
            if one[0] >= smallest[0]:
                heapq.heappush(waiting, one)
            else:
                late.append(one)
            if not waiting:
                break
        for _, _, thing in sorted(waiting, key=_place):
            run.add(thing)
        runs.append(run.ended())
        waiting = sorted(late, key=_place)
    return runs


_Piece = tuple[int, int]
_PIECE = 50


class _Run(Generic[_T]):
    """A run on its way to the disk, piece by piece."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._piece: list[_T] = []
        self._positions: list[_Piece] = []

    def add(self, thing: _T) -> None:
        """One more; it is not smaller than the one before."""
        self._piece.append(thing)
        if len(self._piece) >= _PIECE:
            self._write()

    def ended(self) -> list[_Piece]:
        """Where the pieces of the whole run are."""
        self._write()
        self._file.flush()
        return self._positions

    def _write(self) -> None:
        text = pickle.dumps(self._piece, protocol=pickle.HIGHEST_PROTOCOL)
        self._positions.append((self._file.tell(), len(text)))
        self._file.write(text)
        self._piece = []


def _read(file: IO[bytes], positions: list[_Piece]) -> Iterator[_T]:
    for at, length in positions:
        file.seek(at)
        # What this very process wrote, into a file that nobody else can open.
        yield from pickle.loads(file.read(length))
