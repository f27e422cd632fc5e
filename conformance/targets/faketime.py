"""The clock of a process that runs under libfaketime, set through the file that it reads."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from conformance.targets.base import TargetError

HOW_TO_START = (
    "start the target with LD_PRELOAD=.../libfaketimeMT.so.1 FAKETIME_TIMESTAMP_FILE={file} FAKETIME_NO_CACHE=1 "
    "FAKETIME_DONT_FAKE_MONOTONIC=1 TZ=UTC"
)

LAST_YEAR = 2_260
"""The last year in which every process can tell the time: nanoseconds since 1970 end in 2262, in Python too."""


class FaketimeError(TargetError):
    """The file cannot be used; the message says why."""


class FaketimeFile:
    """The file of FAKETIME_TIMESTAMP_FILE: its time holds for the whole process, in every account."""

    def __init__(self, path: Path) -> None:
        """Raises FaketimeError where the file is not there."""
        self.path = path
        try:
            self._before = path.read_bytes()
        except OSError as error:
            raise FaketimeError(
                f"--clock faketime:{path} cannot be read: {error.strerror}; write '+0' into it, then "
                + HOW_TO_START.format(file=path)
            ) from None

    def set(self, now: datetime) -> None:
        """From the next request on, time stands at `now`. Raises FaketimeError where the file cannot be written."""
        self._replace(f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S}\n".encode())

    def restore(self) -> None:
        """Put back what the file had."""
        self._replace(self._before)

    def _replace(self, content: bytes) -> None:
        # In one go, as the process may read at any time.
        unfinished = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(self.path)
        except OSError as error:
            raise FaketimeError(f"--clock faketime:{self.path} cannot be written: {error.strerror}") from None
