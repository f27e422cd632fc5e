"""JSON that is read piece by piece, so that the size of a file is no matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import ijson

from conformance.execution.recordings.recorded import RecordingError
from conformance.spec.plain_text import summary


def items(opened: Any, path: str) -> Iterator[Any]:
    """The values at a path, in ijson's notation, of every JSON document in the file.

    Raises:
        RecordingError: it breaks off, or is not JSON from some place on.
    """
    count = 0
    with opened.stream() as stream:
        try:
            for value in ijson.items(stream, path, use_float=True, multiple_values=True):
                count += 1
                yield value
        except (ijson.JSONError, UnicodeDecodeError, OSError, EOFError) as error:
            raise RecordingError(
                f"{opened.path}: damaged after {count} entries: {summary(error) or type(error).__name__}"
            ) from None


def top_level(stream: IO[bytes]) -> Iterator[tuple[str, str]]:
    """The names of the members of the first JSON value, each with its kind; where it is not an object, one ("", kind).

    Raises:
        ijson.JSONError: it is not JSON.
    """
    name = ""
    for prefix, event, value in ijson.parse(stream, use_float=True):
        if prefix == "" and event == "map_key":
            name = str(value)
        elif prefix == "" and event == "start_map" and not name:
            continue
        elif prefix == "" and event not in ("end_map", "end_array"):
            yield "", event
            return
        elif prefix == name and name and event not in ("map_key", "end_map", "end_array"):
            yield name, event
