"""Folders of saved cases: which file a failure gets, and writing it so that several processes can share a folder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from conformance.cases.case_json import DamagedCaseError, case_to_json
from conformance.replay.boto3_script import boto3_script
from conformance.replay.curl_script import curl_script
from conformance.replay.saved_case import SavedCase, read_saved_case, saved_case_text
from conformance.results.choices import SUITE

_RUN_FILE = ".run"
_LOCK_FILE = ".lock"
_PATIENCE = 10.0
_SUFFIXES = (".json", ".py", ".curl.sh")
_OF_EARLIER_VERSIONS = (".sh",)


def distinct(cases: Iterable[SavedCase]) -> list[SavedCase]:
    """The simplest case of each equivalence class, the simplest of all first; whatever the order they were found in."""
    simplest: dict[str, SavedCase] = {}
    for saved in sorted(cases, key=lambda saved: (saved.size, saved.label)):
        simplest.setdefault(saved.label, saved)
    return list(simplest.values())


def stem_of(rule_id: str, number: int = 0) -> str:
    """The name of the file without its ending, of the rule's first failure (0) or a further one."""
    stem = rule_id.replace("/", "-")
    return stem if number == 0 else f"{stem}-{number + 1}"


def case_file(folder: Path, rule_id: str, number: int = 0) -> Path:
    """Where `keep` puts the rule's distinct failure of that number."""
    return folder / f"{stem_of(rule_id, number)}.json"


def clear_for(folder: Path, run: str, rules: Container[str] | None = None) -> None:
    """Take the files of earlier runs away, once a run, by whichever of its processes comes first. Raises OSError.

    With `rules` only the cases of those rules go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        marker = folder / _RUN_FILE
        if marker.exists() and marker.read_text(encoding="utf-8") == run:
            return
        for path in folder.glob("*.json"):
            if is_ours(path) and (rules is None or _rule_of(path) in rules):
                _remove(path)
        marker.write_text(run, encoding="utf-8")


def _rule_of(path: Path) -> str:
    saved = _read(path)
    return "" if saved is None else saved.rule


def file_of(folder: Path, rule_id: str, case: Mapping[str, Any]) -> Path | None:
    """The file of the rule that has this case, as `case_to_json` gives it; None where there is none."""
    return next((path for path, saved in _family(folder, rule_id) if case_to_json(saved.case) == case), None)


def files_by_label(folder: Path, rule_id: str) -> dict[str, Path]:
    """The files of the rule by the equivalence class that each shows."""
    return {saved.label: path for path, saved in _family(folder, rule_id)}


def check_writable(directory: Path) -> None:
    """Raise OSError where no file can be made in a directory."""
    with tempfile.TemporaryFile(dir=directory) as file:
        file.write(b"x")


def is_ours(path: Path) -> bool:
    """Whether this suite, in whatever version, wrote the file; so that no other is ever deleted."""
    try:
        suite = json.loads(path.read_text(encoding="utf-8"))["suite"]
        return bool(suite["name"] == SUITE)
    except (KeyError, OSError, RecursionError, TypeError, ValueError):
        return False


def end_run(folder: Path) -> None:
    """Take away what only the processes of a run need. Raises OSError."""
    (folder / _RUN_FILE).unlink(missing_ok=True)


def keep(folder: Path, saved: SavedCase) -> Path:
    """Put a failure beside those that the folder has of its rule, as `distinct` orders them, and give its file.

    Raises:
        OSError: the folder cannot be written.
    """
    with _locked(folder):
        family = dict(_family(folder, saved.rule))
        ordered = distinct([*family.values(), saved])
        for number, one in enumerate(ordered):
            path = case_file(folder, saved.rule, number)
            if family.get(path) != one:
                _write(path, one)
    return next(case_file(folder, saved.rule, number) for number, one in enumerate(ordered) if one.label == saved.label)


def keep_unfinished(folder: Path, saved: SavedCase) -> None:
    """Put down a failure that is still being shrunk, for the case that the run is killed. Raises OSError."""
    _write(_unfinished_file(folder, saved.rule), saved)


def end_unfinished(folder: Path, rule_id: str) -> None:
    """Take away what `keep_unfinished` wrote. Raises OSError."""
    _remove(_unfinished_file(folder, rule_id))


def _unfinished_file(folder: Path, rule_id: str) -> Path:
    return folder / f"{stem_of(rule_id)}.unfinished.json"


def add(folder: Path, saved: SavedCase) -> Path:
    """Put a failure into a folder that never loses one: under the first free name, unless its case is there already.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        number = 0
        while (path := case_file(folder, saved.rule, number)).exists():
            there = _read(path)
            if there is not None and there.rule == saved.rule and case_to_json(there.case) == case_to_json(saved.case):
                return path
            number += 1
        _write(path, saved)
    return path


def _family(folder: Path, rule_id: str) -> Iterator[tuple[Path, SavedCase]]:
    number = 0
    while (path := case_file(folder, rule_id, number)).exists():
        saved = _read(path)
        if saved is not None and saved.rule == rule_id:
            yield path, saved
        number += 1


def _read(path: Path) -> SavedCase | None:
    try:
        return read_saved_case(path.read_text(encoding="utf-8"))
    except (DamagedCaseError, OSError, UnicodeDecodeError):
        return None


def _write(path: Path, saved: SavedCase) -> None:
    """Write the case and its scripts; a reader never sees half of one."""
    texts = saved_case_text(saved), boto3_script(saved, path.stem), curl_script(saved, path.stem)
    # The scripts come first, so that a run that is killed leaves no case without them.
    for suffix, text in reversed(list(zip(_SUFFIXES, texts, strict=True))):
        unfinished = path.with_suffix(f"{suffix}.tmp")
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        if suffix != ".json":
            unfinished.chmod(0o755)
        unfinished.replace(path.with_suffix(suffix))


def _remove(path: Path) -> None:
    for suffix in (*_SUFFIXES, *_OF_EARLIER_VERSIONS):
        path.with_suffix(suffix).unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder against other processes. Raises OSError, also where another one holds it for ten seconds."""
    with FileLock(folder / _LOCK_FILE, timeout=_PATIENCE) as lock:
        try:
            yield
        finally:
            # Still held: whoever has opened the file that goes now finds that it is gone, and tries again.
            Path(lock.lock_file).unlink(missing_ok=True)
