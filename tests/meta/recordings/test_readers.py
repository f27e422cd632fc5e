"""Each kind of recording is found out from its content and read, or refused in one line."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.execution.recordings.calls import CallMaker
from conformance.execution.recordings.ordering import sorted_by
from conformance.execution.recordings.reading import Recordings, files_of
from conformance.execution.recordings.recorded import Recorded, RecordingError
from conformance.execution.trace import Call
from conformance.spec.outcomes import Answered, Faulted, Lost, Refused
from tests.meta.emulator.right import RightEmulator
from tests.meta.recordings.judging import FORMS, judge, write
from tests.meta.tools.recorded_play import RecordedPlay, as_cloudtrail, as_har


def _session() -> RecordedPlay:
    made = RecordedPlay(RightEmulator()).at("2026-03-15T10:30:00Z").offer(1)
    return made.walk().buy("first").show().buy("second").walk("reservations")


def _read(*files: Path, **options: Any) -> tuple[list[Recorded], dict[str, int]]:
    recordings = Recordings(files, **options)
    entries = [entry for session in recordings.sessions() for entry in session.entries]
    return [entry for entry in entries if isinstance(entry, Recorded)], dict(recordings.aside)


def _calls(entries: list[Recorded]) -> list[Call]:
    maker = CallMaker()
    return [call for entry in entries for call in maker.add(entry)] + maker.flush()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_shows_the_same_purchases(tmp_path: Path, form: str) -> None:
    """Operation, place and refusal come out alike, whatever the form."""
    made = _session()
    entries, _ = _read(write(tmp_path, made.kept, form))
    purchases = [entry for entry in entries if entry.exchange.method == "POST"]
    assert [(one.place.account, one.place.region) for one in purchases] == [("111122223333", "us-east-1")] * 2
    assert [(one.exchange.status, one.code) for one in purchases] == [(201, ""), (400, "BadRequestException")]
    assert all(one.now.earliest < one.now.latest for one in purchases)


@pytest.mark.parametrize("form", FORMS)
def test_no_credentials_are_kept(tmp_path: Path, form: str) -> None:
    """Signature, session token and access key of a recording are not in anything that is read of it."""
    made = _session()
    entries, _ = _read(write(tmp_path, made.kept, form))
    text = repr(entries)
    assert entries
    assert not any(secret in text for secret in ("f00d", "secret-session-token", "ASIAEXAMPLE"))


def test_gzip_of_any_kind(tmp_path: Path) -> None:
    """A compressed HAR is a HAR."""
    path = tmp_path / "some.har.gz"
    path.write_bytes(gzip.compress(json.dumps(as_har(_session().kept)).encode()))
    assert len(_read(path)[0]) == 5


_FOREIGN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "text": (b"Hello there.", "is not a HAR"),
    "other JSON": (b'{"some": {"thing": 1}}', "is not a HAR"),
    "broken JSON": (b'{"log": ', "not JSON"),
    "half a HAR": (json.dumps(as_har(_session().kept)).encode()[:2_000], "damaged after"),
    "a HAR of something else": (b'{"log": {"entries": [{"no": "request"}]}}', "entry 1 is not an entry of HAR"),
    "records of something else": (b'{"Records": [{"eventName": 1}]}', "entry 1 is not a CloudTrail record"),
    "broken YAML": (b"interactions:\n- request: {a: [\n", "damaged after"),
    "YAML of something else": (b"version: 1\nservices: {}\n", "no list of interactions"),
    "half a gzip": (gzip.compress(json.dumps(as_har(_session().kept)).encode())[:300], ""),
    "a picture": (bytes(range(256)) * 4, "is not a HAR"),
}


@pytest.mark.parametrize("name", _FOREIGN)
def test_foreign_and_damaged_files(tmp_path: Path, name: str) -> None:
    """One line that begins with the file says what is wrong."""
    content, said = _FOREIGN[name]
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(RecordingError) as refused:
        _read(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_folder_without_recordings(tmp_path: Path) -> None:
    """So it is for a folder, and for a file that is not there."""
    with pytest.raises(RecordingError, match="has no file"):
        files_of([tmp_path])
    with pytest.raises(RecordingError, match="No such file"):
        _read(tmp_path / "nothing.har")


def _har(tmp_path: Path, change: Callable[[list[Any]], None]) -> Path:
    document = as_har(_session().kept)
    change(document["log"]["entries"])
    path = tmp_path / "changed.har"
    path.write_text(json.dumps(document))
    return path


def test_other_services_are_counted(tmp_path: Path) -> None:
    """Requests to other services, and to other operations, are left aside, and how many there were is told."""

    def add(entries: list[Any]) -> None:
        for url in ("https://s3.amazonaws.com/b", "https://mediaconnect.us-east-1.amazonaws.com/v1/flows"):
            entries.append({**entries[0], "request": {"method": "GET", "url": url, "headers": []}})

    entries, aside = _read(_har(tmp_path, add))
    assert len(entries) == 5
    assert aside == {"of other services": 1, "of other operations of MediaConnect": 1}


def test_order_is_that_of_time(tmp_path: Path) -> None:
    """Entries that a proxy wrote as they ended are read as they began."""
    entries, _ = _read(_har(tmp_path, lambda entries: entries.reverse()))
    assert [entry.began for entry in entries] == sorted({entry.began for entry in entries})
    assert len(entries) == 5


def test_sorting_on_disk() -> None:
    """More than a run is sorted as the whole would be, and stably."""
    things = [(number * 7919 % 101, number) for number in range(1_000)]
    assert list(sorted_by(things, key=lambda one: one[0], held=64)) == sorted(things, key=lambda one: one[0])


def _with_key(entries: list[Any], key: str) -> None:
    for entry in entries:
        for header in entry["request"]["headers"]:
            header["value"] = header["value"].replace("Credential=111122223333", f"Credential={key}")


def test_unknown_account_is_one_for_each_key(tmp_path: Path) -> None:
    """An access key that is not an account number stands for an account, which the user may name."""
    path = _har(tmp_path, lambda entries: (_with_key(entries[:2], "AKIAONE"), _with_key(entries[2:], "AKIATWO")))
    assert {entry.place.account for entry in _read(path)[0]} == {"key-1", "key-2"}
    assert {entry.place.account for entry in _read(path, account="123456789012")[0]} == {"123456789012"}


def _attempts(tmp_path: Path, *answers: int) -> list[Call]:
    """The calls of a purchase that an SDK tried again after each of these answers."""

    def change(entries: list[Any]) -> None:
        bought = entries[1]
        bought["request"]["headers"].append({"name": "amz-sdk-invocation-id", "value": "one"})
        times = [f"2026-03-15T10:31:{second:02}+00:00" for second in range(len(answers))]
        entries[:] = [
            {**bought, "startedDateTime": time, "response": {**bought["response"], "status": status}}
            for time, status in zip(times, answers, strict=True)
        ]
        for entry in entries:
            if entry["response"]["status"] != 201:
                entry["response"] |= {"content": {"text": "{}"}, "headers": [{"name": "Content-Length", "value": "2"}]}

    return _calls(_read(_har(tmp_path, change))[0])


@pytest.mark.parametrize(
    "answers, outcome",
    [((503, 201), Answered), ((429, 201), Answered), ((429, 400), Refused), ((503, 400), Lost), ((0, 400), Lost),
     ((503, 503), Lost), ((429, 429), Faulted), ((400,), Refused)],
)  # fmt: skip
def test_attempts_are_one_call(tmp_path: Path, answers: tuple[int, ...], outcome: type) -> None:
    """The attempts of an SDK at a call are put together; a refusal after one that may have bought is not a refusal."""
    (call,) = _attempts(tmp_path, *answers)
    assert isinstance(call.outcome, outcome)
    assert len(call.exchanges) == len(answers)


def test_overlapping_purchases_are_concurrent(tmp_path: Path) -> None:
    """Calls that overlap in time with a purchase may have been answered in either order."""

    def change(entries: list[Any]) -> None:
        entries[:] = [entries[1], {**entries[3], "startedDateTime": entries[1]["startedDateTime"]}, entries[4]]

    assert [call.concurrent for call in _calls(_read(_har(tmp_path, change))[0])] == [True, True, False]


def test_event_that_was_delivered_twice(tmp_path: Path) -> None:
    """CloudTrail may deliver an event more than once: it happened once."""
    records = as_cloudtrail(_session().kept)
    for number, record in enumerate(records):
        record["eventID"] = f"event {number}"
    for name in ("one.json", "other.json"):
        (tmp_path / name).write_text(json.dumps({"Records": records}))
    assert len(_read(tmp_path / "one.json", tmp_path / "other.json")[0]) == 5


def test_clock_and_resets_of_an_emulator_are_known(tmp_path: Path) -> None:
    """What a client told the emulator by the control API, or a reset, the judge knows."""

    def change(entries: list[Any]) -> None:
        reset = {"method": "POST", "url": "http://localhost:4566/_ministack/reset", "headers": []}
        before = {"startedDateTime": "2026-03-15T10:29:00+00:00", "request": reset, "response": {"status": 200}}
        between = {**before, "startedDateTime": entries[2]["startedDateTime"]}
        entries[:] = [
            before,
            entries[0],
            entries[1],
            between,
            {**entries[1], "startedDateTime": "2026-03-15T10:31:00Z"},
        ]

    judgement = judge(_har(tmp_path, change))
    assert judgement.violations == {}
    assert judgement.results["start-window/upper-bound-inclusive"].classes.total() == 0
    assert judgement.results["reservation/echoes-request"].classes["start"] == 2
