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
    number INTEGER PRIMARY KEY, run TEXT NOT NULL, sent TEXT NOT NULL, what TEXT NOT NULL, outcome TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT ''
)
"""
_NEW_COLUMN = "ALTER TABLE purchases ADD COLUMN why TEXT NOT NULL DEFAULT ''"
_SECONDS_FOR_THE_LOCK = 30


class PurchaseOutcome(StrEnum):
    """What came of a request that could buy. Only a refusal gives its unit back."""

    SENT = "sent"
    MADE = "made"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class PurchaseNotAllowedError(Exception):
    """The request was not sent: it could buy, and that is not allowed, or no longer; the message says which."""


class LedgerError(Exception):
    """The ledger cannot be read or written; the message is one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that was sent: when (UTC, `YYYY-MM-DDTHH:mm:SSZ`), what it could buy, and what came of it.

    `why` says why the unit of an unknown outcome is kept, where that needs to be said.
    """

    number: int
    sent: str
    what: str
    outcome: PurchaseOutcome
    why: str = ""


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
        try:
            with self._transaction() as connection:
                held = connection.execute(
                    "SELECT why FROM purchases WHERE run = ? AND outcome != ?", (self.run, PurchaseOutcome.REFUSED)
                ).fetchall()
                if len(held) >= self.allowed:
                    raise PurchaseNotAllowedError(_spent([why for (why,) in held if why]))
                added = connection.execute(
                    "INSERT INTO purchases (run, sent, what, outcome) VALUES (?, ?, ?, ?)",
                    (self.run, format_timestamp(utc_now()), what, PurchaseOutcome.SENT),
                )
                return int(added.lastrowid or 0)
        except LedgerError as error:
            raise PurchaseNotAllowedError(str(error)) from None

    def settle(self, number: int, outcome: PurchaseOutcome, why: str = "") -> None:
        """Enter what came of the request with this number; where that fails its unit stays spent.

        Raises:
            LedgerError: the ledger cannot be written.
        """
        with self._transaction() as connection:
            connection.execute("UPDATE purchases SET outcome = ?, why = ? WHERE number = ?", (outcome, why, number))

    def entries(self) -> tuple[Entry, ...]:
        """What this run has sent, in order, without what was refused; nothing where there is no file yet.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        if not self.path.exists():
            return ()
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT number, sent, what, outcome, why FROM purchases WHERE run = ? AND outcome != ? ORDER BY number",
                (self.run, PurchaseOutcome.REFUSED),
            ).fetchall()
        return tuple(
            Entry(number, sent, what, PurchaseOutcome(outcome), why) for number, sent, what, outcome, why in rows
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other process or thread is in at the same time."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_SECONDS_FOR_THE_LOCK, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_TABLE)
                if "why" not in [row[1] for row in connection.execute("PRAGMA table_info(purchases)")]:
                    connection.execute(_NEW_COLUMN)  # the file of an older run
                yield connection
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(f"the ledger of purchases {self.path} cannot be read or written: {error}") from None


def _spent(whys: list[str]) -> str:
    return f"purchase budget spent; {whys[0]}" if whys else "purchase budget spent"
