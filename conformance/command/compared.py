"""What `compare` reads: reports as they are, recordings judged, and profiles as reports without verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.command.parser import Parser
from conformance.execution.recordings.opening import open_recording
from conformance.execution.recordings.reading import Recordings, files_of
from conformance.execution.recordings.recorded import Kind, RecordingError
from conformance.report.judged import judged_document
from conformance.report.reading import ReportError, read_report
from conformance.results.choices import ProfileError, profile_of_file


def documents(parser: Parser, paths: Sequence[str]) -> list[Mapping[str, Any]]:
    """A document for each file, in their order. Ends the process where one cannot be read."""
    try:
        return [_document(Path(path)) for path in paths]
    except (ReportError, ProfileError, RecordingError) as error:
        parser.error(str(error))


def _document(path: Path) -> Mapping[str, Any]:
    if path.suffix == ".toml":
        return _of_profile(path)
    if not path.is_dir() and not _is_recording(path):
        return read_report(path)
    return judged_document(Recordings(files_of([path])))


def _is_recording(path: Path) -> bool:
    """Whether a file is traffic of somebody else's; of a foreign or damaged one a reader of reports says why."""
    try:
        return open_recording(path, lambda _: None).kind is not Kind.OWN_TRACE
    except RecordingError:
        return False


def _of_profile(path: Path) -> Mapping[str, Any]:
    """The choices of a profile, in the form of a report."""
    profile = profile_of_file(str(path))
    observed = {name: ", ".join(sorted(seen.value for seen in values)) for name, values in profile.choices.items()}
    return {
        "complete": True,
        "target": {"name": path.name, "endpoint_url": None, "region": "any Region"},
        "suite": {"version": "any", "profile": profile.source},
        "started": "",
        "rules": [],
        "observations": observed,
        "gate": None,
    }
