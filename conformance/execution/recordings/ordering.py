"""Entries in the order of time, however many there are: sorted runs on disk, which are merged."""

from __future__ import annotations

import heapq
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, TypeVar

from conformance.execution.recordings.recorded import Entry, Recorded

_RUN = 20_000
_T = TypeVar("_T")


def in_order(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries sorted by when they began; those that began at once keep their order.

    Nothing is kept in memory beyond one run of entries. What goes to disk, into a file without a name, is clean of
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


def sorted_by(things: Iterable[_T], *, key: Callable[[_T], float], run: int = _RUN) -> Iterator[_T]:
    """The things sorted by a key, stable, with at most two runs in memory."""
    iterator = iter(things)
    first = sorted(islice(iterator, run), key=key)
    second = sorted(islice(iterator, run), key=key)
    if not second:
        yield from first
        return
    with tempfile.TemporaryFile() as file:
        runs = [_write(file, first), _write(file, second)]
        while more := sorted(islice(iterator, run), key=key):
            runs.append(_write(file, more))
        file.flush()
        yield from heapq.merge(*(_read(file, positions) for positions in runs), key=key)


_PIECE = 200


def _write(file: IO[bytes], things: list[_T]) -> list[tuple[int, int]]:
    """Write a run in pieces, and give where each piece is."""
    positions = []
    for start in range(0, len(things), _PIECE):
        text = pickle.dumps(things[start : start + _PIECE], protocol=pickle.HIGHEST_PROTOCOL)
        positions.append((file.tell(), len(text)))
        file.write(text)
    things.clear()
    return positions


def _read(file: IO[bytes], positions: list[tuple[int, int]]) -> Iterator[_T]:
    for at, length in positions:
        file.seek(at)
        # What this very process wrote, into a file that nobody else can open.
        yield from pickle.loads(file.read(length))
