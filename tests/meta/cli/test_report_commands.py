"""`compare`, `merge` and `badge`: what they write, where, and what they say of files that are not reports."""

import json
from pathlib import Path

import pytest

from conformance.command import main
from tests.meta.cli.commands import judge
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator
from tests.meta.recordings.judging import write
from tests.meta.tools.recorded_play import RecordedPlay
from tests.meta.tools.reports import entry
from tests.meta.tools.reports import report as made_up

ONE_TEST = ("-k", "test_before_the_first_of_the_month")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Give the reports of the reference and of an emulator with a defect."""
    folder = tmp_path_factory.mktemp("reports")
    judge(folder / "right", *ONE_TEST)
    with serve(MUTANTS["no-lower-bound"]()) as served:
        where = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
        judge(folder / "wrong", *ONE_TEST, *where)
    return str(folder / "right" / "report.json"), str(folder / "wrong" / "report.json")


def test_compare(reports: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The matrix as Markdown on the standard output, and as HTML or JSON in a file."""
    assert main(["compare", *reports]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "start-window/before-lower-bound" in line)
    assert "pass" in line
    assert "fail" in line
    for form in ("html", "json"):
        output = tmp_path / f"matrix.{form}"
        assert main(["compare", *reports, "--format", form, "--output", str(output)]) == 0
        assert "start-window/before-lower-bound" in output.read_text(encoding="utf-8")
    assert json.loads((tmp_path / "matrix.json").read_text(encoding="utf-8"))
    assert capsys.readouterr().out == ""


def test_regressions(reports: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """What the second fails that the first passes is told with its problem, and ends with 1; not the other way."""
    right, wrong = reports
    assert main(["compare", "--regressions", right, wrong]) == 1
    assert "regression: start-window/before-lower-bound: accepted Start" in capsys.readouterr().out
    assert main(["compare", "--regressions", wrong, right]) == 0
    assert "nothing that" in capsys.readouterr().out
    assert main(["compare", "--regressions", right, wrong, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["regressions"][0]["id"].startswith("start-window/")


def test_run_recording_and_profile(
    reports: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is a column, with what it chose; `--fail-on difference` ends with 1 where two of them contradict."""
    made = RecordedPlay(RightEmulator()).at("2026-01-31T10:30:00Z").offer(1).walk().buy("first", "2026-01-31T09:00:00Z")
    recording, profile = str(write(tmp_path, made.kept)), str(tmp_path / "aws.toml")
    assert main(["judge", recording, "--report-dir", str(tmp_path / "report"), "--write-profile", profile]) == 0
    capsys.readouterr()
    assert main(["compare", reports[0], recording, profile, "--fail-on", "difference"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("| lifecycle/initial-state")][-1].count("ACTIVE") >= 2
    assert any("recording.har" in line and "aws.toml" in line for line in lines)
    Path(profile).write_text(Path(profile).read_text().replace('"clamp"', '"overflow"'))
    assert main(["compare", recording, profile, "--fail-on", "difference"]) == 1
    assert "≠ end/month-end-consistent" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_half_a_surrogate_pair(form: str, tmp_path: Path) -> None:
    """A report that has one, as a target may answer with it, is compared in a file that is UTF-8."""
    file, output = tmp_path / "report.json", tmp_path / "matrix"
    file.write_text(json.dumps(made_up(entry("end/format"), name="\ud800")), encoding="utf-8")
    assert main(["compare", str(file), "--format", form, "--output", str(output)]) == 0
    assert "\\ud800" in output.read_text(encoding="utf-8")


def test_badge(reports: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON of an endpoint badge of shields.io, whose colour tells a right target from a wrong one."""
    shown = []
    for report in reports:
        assert main(["badge", report]) == 0
        shown.append(json.loads(capsys.readouterr().out))
    assert [badge["schemaVersion"] for badge in shown] == [1, 1]
    assert shown[0]["color"] != shown[1]["color"]
    assert main(["badge", reports[0], "--output", str(tmp_path / "badge.json")]) == 0
    assert json.loads((tmp_path / "badge.json").read_text(encoding="utf-8")) == shown[0]


@pytest.mark.parametrize("arguments", [["compare"], ["badge"], ["merge", "--output", "merged"]])
def test_no_report(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file, and one that is not a report, is one line that names it, and status 4."""
    monkeypatch.chdir(tmp_path)
    Path("other.json").write_text("{}", encoding="utf-8")
    for name in ("missing.json", "other.json"):
        with pytest.raises(SystemExit) as ended:
            main([arguments[0], name, *arguments[1:]])
        message = capsys.readouterr().err
        assert (ended.value.code, message.count("\n"), name in message) == (4, 1, True), message
    assert [path.name for path in tmp_path.iterdir()] == ["other.json"]


def test_an_output_that_cannot_be_written(reports: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """So is an output in a folder that does not exist."""
    with pytest.raises(SystemExit) as ended:
        main(["badge", reports[0], "--output", "/no/such/folder/badge.json"])
    assert (ended.value.code, "No such file" in capsys.readouterr().err) == (4, True)
