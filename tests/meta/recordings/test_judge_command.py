"""`mediaconnect-conformance judge`: report, saved cases, gate and exit statuses as those of a run."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from conformance.command import main
from conformance.replay.saved_case import read_saved_case
from conformance.rules import RULES
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.harness import Direct, opened
from tests.meta.recordings.judging import judge, write
from tests.meta.tools.recorded_play import RecordedPlay, as_har


def _session(emulator: RightEmulator) -> RecordedPlay:
    made = RecordedPlay(emulator).at("2026-03-15T10:30:00Z").offer(1, 12)
    return made.walk().buy("first", "2026-03-05T12:00:00Z").show().page().buy("second").page()


def _judge(tmp_path: Path, name: str = "", *options: str) -> tuple[int, dict[str, Any]]:
    path = write(tmp_path, _session(MUTANTS[name]() if name else RightEmulator()).kept)
    status = main(["judge", str(path), "--report-dir", str(tmp_path / "report"), *options])
    report: dict[str, Any] = json.loads((tmp_path / "report" / "report.json").read_text())
    return status, report


def _verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {rule["id"]: rule["verdict"] for rule in report["rules"]}


def test_right_traffic_opens_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was recorded passes with the number of observations; of all else it is said that it was not recorded."""
    status, report = _judge(tmp_path)
    assert status == 0
    rules = {rule["id"]: rule for rule in report["rules"]}
    assert (rules["wire/purchase-status"]["verdict"], rules["wire/purchase-status"]["examples"]) == ("pass", 1)
    assert (rules["names/unique"]["verdict"], rules["names/unique"]["reason"]) == ("not-testable", "not recorded")
    assert report["target"]["kind"] == "recording"
    assert "the gate is open" in capsys.readouterr().out
    assert (tmp_path / "report" / "report.html").exists()


def test_wrong_traffic_closes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second purchase that was accepted fails under its rule, with the two calls that show it and no other."""
    status, report = _judge(tmp_path, _second())
    assert status == 1
    assert _verdicts(report)["exclusivity/second-refused"] == "fail"
    (failure,) = next(rule["failures"] for rule in report["rules"] if rule["id"] == "exclusivity/second-refused")
    assert len(failure["trace"]["calls"]) == 2
    assert "secret-session-token" not in json.dumps(report)
    assert "replay" in capsys.readouterr().out


def _second() -> str:
    return next(name for name, kind in MUTANTS.items() if kind.breaks[0] == "exclusivity/second-refused")


def test_junit(tmp_path: Path) -> None:
    """Each rule is a test case: a failure with its message, a success, or skipped with the reason."""
    _judge(tmp_path, _second(), "--junit-xml", str(tmp_path / "junit.xml"))
    cases = {case.get("name"): case for case in ElementTree.parse(tmp_path / "junit.xml").iter("testcase")}
    assert cases.keys() == RULES.keys()
    failure, skipped = cases["exclusivity/second-refused"].find("failure"), cases["names/unique"].find("skipped")
    assert failure is not None
    assert "accepted" in failure.get("message", "")
    assert skipped is not None
    assert skipped.get("message") == "not-testable: not recorded"
    assert len(cases["wire/purchase-status"].findall("failure") + cases["wire/purchase-status"].findall("skipped")) == 0


def test_required_rule_that_was_not_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a baseline or --require asks for closes the gate where the recording does not show it."""
    required = tmp_path / "required.toml"
    required.write_text('require = ["wire/purchase-status"]')
    assert _judge(tmp_path, "", "--require", str(required))[0] == 0
    required.write_text('require = ["names/unique"]')
    for option in ("--require", "--baseline"):
        assert _judge(tmp_path, "", option, str(required))[0] == 1
        assert "a required rule was not judged: names/unique (not-testable: not recorded)" in capsys.readouterr().out


def test_reads_that_lag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list that does not show a purchase yet fails, unless --settle says how long reads may lag."""
    made = RecordedPlay(RightEmulator()).at("2026-03-15T10:30:00Z").offer(1).walk().page()
    late = as_har(made.buy("first").page().kept)
    entries = late["log"]["entries"]
    entries[-1]["response"]["content"] = entries[-3]["response"]["content"]
    path = tmp_path / "lagging.har"
    path.write_text(json.dumps(late))
    report = ("--report-dir", str(tmp_path / "report"))
    assert main(["judge", str(path), "--complete", *report]) == 1
    assert main(["judge", str(path), "--complete", *report, "--settle", "5"]) == 0
    assert "left aside: 1 read within 5 seconds of a purchase" in capsys.readouterr().out


def test_known_failure(tmp_path: Path) -> None:
    """A baseline lets a known failure pass, as in a run."""
    baseline = tmp_path / "baseline.toml"
    assert _judge(tmp_path, _second(), "--write-baseline", str(baseline))[0] == 1
    status, report = _judge(tmp_path, _second(), "--baseline", str(baseline))
    assert status == 0
    assert _verdicts(report)["exclusivity/second-refused"] == "known"


def test_saved_case_replays(tmp_path: Path) -> None:
    """The calls of a failure are made again on a target: a wrong one fails again, a right one does not."""
    name = _second()
    _judge(tmp_path, name)
    saved = read_saved_case((tmp_path / "report/cases/exclusivity-second-refused.json").read_text())
    from conformance.plugin.replay import play_again
    from conformance.replay.fate import Fate

    for kind, fate in ((MUTANTS[name], Fate.STILL_FAILS), (RightEmulator, Fate.FIXED)):
        with opened(Direct(kind())) as target:
            assert play_again(target, saved).fate is fate


@pytest.mark.parametrize("content", [b"nothing", b'{"log": {"entries": [{'])
def test_damaged_file_is_a_wrong_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    """One line and status 4; no report is written."""
    path = tmp_path / "damaged.har"
    path.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        main(["judge", str(path), "--report-dir", str(tmp_path / "report")])
    assert ended.value.code == 4
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "report").exists()


def test_redacted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --redact no account number, identifier or name of the recording is in the report, and it fails the same."""
    own = "987654321098"
    made = RecordedPlay(MUTANTS[_second()]()).go(own).at("2026-03-15T10:30:00Z").offer(1).walk()
    path = write(tmp_path, made.buy("production-7").show().buy("standby").page().kept)
    assert main(["judge", str(path), "--report-dir", str(tmp_path / "report"), "--redact"]) == 1
    texts = [path.read_text() for path in (tmp_path / "report").rglob("*") if path.is_file()]
    text = "".join([*texts, capsys.readouterr().out])
    identifiers = [made.bought.rpartition(":")[2], made.offering_arn().rpartition(":")[2]]
    assert [secret for secret in (own, "production-7", "standby", *identifiers) if secret in text] == []
    assert "exclusivity/second-refused: accepted" in text


def test_past_is_unknown(tmp_path: Path) -> None:
    """A refusal may be for a reservation from before the recording; where there was none, it fails."""
    made = RecordedPlay(MUTANTS[_never_sold()]()).at("2026-03-15T10:30:00Z").offer(1).walk()
    path = write(tmp_path, made.buy("first", "2026-03-01T00:00:00Z").kept)
    assert judge(path).violations == {}
    assert {rule for rule, _ in judge(path, complete=True).violations} >= {"start-window/lower-bound-inclusive"}


def _never_sold() -> str:
    return next(name for name, kind in MUTANTS.items() if kind.breaks[0] == "start-window/lower-bound-inclusive")
