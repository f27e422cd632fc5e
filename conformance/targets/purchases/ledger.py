"""The ledger: how many requests that could buy a run may still send, shared by all its threads, workers and retries.

It is an SQLite file, which locks itself and is on the disk before a request leaves, so that a crash loses no unit. Runs
that use the same file are counted apart, and nothing is ever deleted from it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from conformance.clock import utc_now
from conformance.spec.calendar import format_timestamp

_TABLE = """
CREATE TABLE IF NOT EXISTS purchases (
    number INTEGER PRIMARY KEY, run TEXT NOT NULL, sent TEXT NOT NULL, what TEXT NOT NULL, outcome TEXT NOT NULL
)
"""
_SECONDS_FOR_THE_LOCK = 30


class Outcome(StrEnum):
    """What came of a request that could buy. Only a refusal gives its unit back."""

    SENT = "sent"
    MADE = "made"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class PurchaseNotAllowedError(Exception):
    """The request was not sent: it could buy, and that is not allowed, or no longer; the message says which."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that was sent: when (UTC, `YYYY-MM-DDTHH:mm:SSZ`), what it could buy, and what came of it."""

    number: int
    sent: str
    what: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Ledger:
    """`allowed` units in the file at `path`, for the run of this name."""

    path: Path
    run: str
    allowed: int

    def take(self, what: str) -> int:
        """Take a unit for a request, before it is sent; gives the number of its entry.

        Raises:
            PurchaseNotAllowedError: no unit is left, or the ledger cannot be written.
        """
        if self.allowed < 1:
            raise PurchaseNotAllowedError("needs permission to purchase (--max-purchases)")
        with self._writing() as connection:
            held = connection.execute(
                "SELECT COUNT(*) FROM purchases WHERE run = ? AND outcome != ?", (self.run, Outcome.REFUSED)
            ).fetchone()[0]
            if held >= self.allowed:
                raise PurchaseNotAllowedError("purchase budget spent")
            added = connection.execute(
                "INSERT INTO purchases (run, sent, what, outcome) VALUES (?, ?, ?, ?)",
                (self.run, format_timestamp(utc_now()), what, Outcome.SENT),
            )
            return int(added.lastrowid or 0)

    def settle(self, number: int, outcome: Outcome) -> None:
        """Enter what came of the request with this number."""
        with self._writing() as connection:
            connection.execute("UPDATE purchases SET outcome = ? WHERE number = ?", (outcome, number))

    def entries(self) -> tuple[Entry, ...]:
        """What this run has sent, in order, without what was refused; nothing where there is no file yet."""
        if not self.path.exists():
            return ()
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT number, sent, what, outcome FROM purchases WHERE run = ? AND outcome != ? ORDER BY number",
                (self.run, Outcome.REFUSED),
            ).fetchall()
        return tuple(Entry(number, sent, what, Outcome(outcome)) for number, sent, what, outcome in rows)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other process or thread is in at the same time."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_SECONDS_FOR_THE_LOCK, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_TABLE)
                yield connection
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise PurchaseNotAllowedError(f"the ledger of purchases {self.path} cannot be written: {error}") from None
