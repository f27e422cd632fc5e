"""Judging traffic that was written down in some form, as the command does it, without a report."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from conformance.execution.recordings.reading import Recordings
from conformance.results.judgement import Judgement
from conformance.results.verdicts import proven_failures
from tests.meta.tools.recorded_play import Kept, as_cassette, as_cloudtrail, as_har, as_lookup_events


def judge(*files: Path, complete: bool = False, settle: float = 0.0, **options: Any) -> Judgement:
    """What the files come to, where reads lag for so many seconds."""
    judgement = Judgement(complete, settle=settle)
    for session in Recordings(files, **options).sessions():
        judgement.judge(session)
    judgement.finish()
    return judgement


def problems(judgement: Judgement) -> dict[str, str]:
    """What is wrong, by the rules that say so, of what proves something."""
    return {rule: found[0].problem for rule, found in proven_failures(judgement.results).items() if found}


def write(folder: Path, kept: Iterable[Kept], form: str = "har") -> Path:
    """The traffic in a file of some form."""
    kept = list(kept)
    path = folder / f"recording.{form}"
    match form:
        case "har":
            path.write_text(json.dumps(as_har(kept)))
        case "json":
            path.write_text(json.dumps(as_cassette(kept)))
        case "yaml":
            path.write_text(yaml.safe_dump(as_cassette(kept), allow_unicode=True))
        case "cloudtrail.json.gz":
            path.write_bytes(gzip.compress(json.dumps({"Records": as_cloudtrail(kept)}).encode()))
        case "events.json":
            path.write_text(json.dumps(as_lookup_events(as_cloudtrail(kept))))
        case _:
            raise ValueError(form)
    return path


FORMS = ("har", "json", "yaml", "cloudtrail.json.gz", "events.json")
