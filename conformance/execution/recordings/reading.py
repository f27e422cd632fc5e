"""From files and folders to sessions: each is judged by itself, as nothing is known between two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformance.execution.recordings.cassettes import read_cassette
from conformance.execution.recordings.cleaning import Owners
from conformance.execution.recordings.cloudtrail import read_cloudtrail
from conformance.execution.recordings.har import read_har
from conformance.execution.recordings.opening import Opened, open_recording
from conformance.execution.recordings.ordering import in_order, once
from conformance.execution.recordings.own import read_own_traces
from conformance.execution.recordings.recorded import Entry, Kind, RecordingError, Session

_ENDINGS = (".har", ".json", ".yaml", ".yml", ".gz", ".jsonl")


@dataclass
class Recordings:
    """Files to judge, with what the user says of whose they are; `aside` counts while they are read."""

    files: Sequence[Path]
    account: str = ""
    region: str = ""
    aside: Counter[str] = field(default_factory=Counter)
    counting: Callable[[int], None] = lambda _: None

    def sessions(self) -> Iterator[Session]:
        """A session for each HAR file, cassette and trace, and one for all CloudTrail records together.

        Every file is opened before the first session is given.

        Raises:
            RecordingError: a file cannot be read, is not a recording, or is damaged.
        """
        opened = [open_recording(path, self.counting) for path in self.files]
        logs = [one for one in opened if one.kind is Kind.CLOUDTRAIL]
        if logs:
            yield Session(Kind.CLOUDTRAIL, once(in_order(self._of_logs(logs))))
        for one in opened:
            if one.kind is not Kind.CLOUDTRAIL:
                yield from self._of_file(one)

    def _of_logs(self, logs: Iterable[Opened]) -> Iterator[Entry]:
        owners = Owners(self.account, self.region)
        for one in logs:
            yield from read_cloudtrail(one, owners, self.aside)

    def _of_file(self, opened: Opened) -> Iterator[Session]:
        owners = Owners(self.account, self.region)
        if opened.kind is Kind.HAR:
            yield Session(opened.kind, in_order(read_har(opened, owners, self.aside)))
        elif opened.kind is Kind.CASSETTE:
            yield Session(opened.kind, read_cassette(opened, owners, self.aside))
        else:
            for entries in read_own_traces(opened):
                yield Session(opened.kind, iter(entries))


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files, and those in the folders that look like recordings, in alphabetical order.

    Raises:
        RecordingError: there is no such file, or nothing in a folder.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix in _ENDINGS and file.is_file())
        if not inside:
            raise RecordingError(f"{path}: has no file that ends in {', '.join(_ENDINGS)}")
        found += inside
    return found
