"""Opens a file of whatever kind, plain or compressed, and finds out what it is from its content."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import ijson

from conformance.execution.recordings.json_stream import top_level
from conformance.execution.recordings.recorded import Kind, RecordingError

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 18
_MOST_NAMES = 200
_KINDS_OF_MEMBERS = {
    ("log", "start_map"): Kind.HAR,
    ("Records", "start_array"): Kind.CLOUDTRAIL,
    ("Events", "start_array"): Kind.CLOUDTRAIL,
    ("eventVersion", "string"): Kind.CLOUDTRAIL,
    ("interactions", "start_array"): Kind.CASSETTE,
    ("http_interactions", "start_array"): Kind.CASSETTE,
    ("suite", "start_map"): Kind.OWN_TRACE,
}
_YAML_BEGINS = (b"interactions:", b"http_interactions:", b"version:", b"---", b"recorded_with:")


@dataclass(frozen=True)
class Opened:
    """A file whose kind is known, and the member of its JSON object by which; `counting` is told the bytes read."""

    path: Path
    kind: Kind
    is_gzip: bool
    member: str = ""
    is_yaml: bool = False
    counting: Callable[[int], None] = lambda _: None

    def stream(self) -> io.BufferedReader[Any]:
        """The bytes of the file, decompressed. Raises RecordingError where it cannot be opened."""
        try:
            raw = _Counted(self.path.open("rb"), self.counting)
        except OSError as error:
            raise RecordingError(f"{self.path}: {error.strerror}") from None
        buffered = io.BufferedReader(raw, _CHUNK)
        stream: io.BufferedReader[Any] = _unzipped(buffered) if self.is_gzip else buffered
        if stream.peek(3)[:3] == _BOM:
            stream.read(3)
        return stream


def _unzipped(file: IO[bytes]) -> io.BufferedReader[Any]:
    return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=file)), _CHUNK)


class _Counted(io.RawIOBase):
    """Tells how much of a file was read."""

    def __init__(self, file: IO[bytes], counting: Callable[[int], None]) -> None:
        self._file, self._counting = file, counting

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = cast("io.RawIOBase", self._file).readinto(buffer)
        self._counting(int(count or 0))
        return int(count or 0)

    def close(self) -> None:
        self._file.close()
        super().close()


def open_recording(path: Path, counting: Callable[[int], None] = lambda _: None) -> Opened:
    """The file, with its kind.

    Raises:
        RecordingError: it cannot be read, or is not a recording that this suite knows.
    """
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == _GZIP
            file.seek(0)
            stream = _unzipped(file) if is_gzip else file
            kind, member, is_yaml = _kind(path, stream)
    except (OSError, EOFError) as error:
        raise RecordingError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    return Opened(path, kind, is_gzip, member, is_yaml, counting)


def _kind(path: Path, stream: io.BufferedReader) -> tuple[Kind, str, bool]:
    if stream.peek(3)[:3] == _BOM:
        stream.read(3)
    begins = stream.peek(4096)[:4096].lstrip()
    if not begins:
        raise RecordingError(f"{path}: is empty")
    if begins[:1] in (b"{", b"["):
        found = _kind_of_json(path, stream)
        if found is not None:
            return (*found, False)
    elif any(begins.startswith(word) for word in _YAML_BEGINS):
        return Kind.CASSETTE, "", True
    raise RecordingError(f"{path}: is not a HAR, VCR cassette, CloudTrail file or trace of this suite")


def _kind_of_json(path: Path, stream: IO[bytes]) -> tuple[Kind, str] | None:
    try:
        for number, (name, event) in enumerate(top_level(stream)):
            if (name, event) in _KINDS_OF_MEMBERS:
                return _KINDS_OF_MEMBERS[name, event], name
            if name == "" and event == "start_array":
                return Kind.CLOUDTRAIL, ""  # as some queries print it; each entry says whether it is
            if number >= _MOST_NAMES:
                return None
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise RecordingError(f"{path}: not JSON: {' '.join(str(error).split())[:160]}") from None
    return None
