"""The report, the exit status and the environment of a run, as the README promises them."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from conformance import __version__
from conformance.results.verdicts import Verdict
from conformance.rules import RULES, Level
from tests.meta.cli.commands import ROOT, Judged, free_port, judge, plain_environment, run_suite
from tests.meta.emulator import RightEmulator, Served, serve
from tests.meta.emulator.mutants import MUTANTS

TOP = {
    "schema_version", "complete", "gate", "target", "suite", "started", "duration_seconds", "calls", "summary", "rules",
    "observations",
}  # fmt: skip
TARGET = {"name", "kind", "endpoint_url", "region", "capabilities", "missing_operations", "found"}
RULE = {
    "id", "topic", "level", "statement", "source", "source_url", "source_read", "derived", "verdict", "reason",
    "examples", "calls", "calls_to_first_failure", "duration_seconds", "classes", "record", "failures",
    "blocked_failures",
}  # fmt: skip
FAILURE = {
    "message", "rule", "problem", "expected", "case", "size", "label", "clock", "before", "call", "answer",
    "depends_on", "seen",
    "file", "saved", "replay", "trace",
}  # fmt: skip


@pytest.fixture(scope="module")
def on_the_reference(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """A run on the reference."""
    return judge(tmp_path_factory.mktemp("reference"))


def of_level(level: Level) -> type[RightEmulator]:
    """A mutant that breaks rules of this level alone."""
    for mutant in MUTANTS.values():
        if {RULES[rule_id].level for rule_id in mutant.breaks} == {level}:
            return mutant
    raise LookupError(f"no mutant breaks rules of level {level} alone")


@pytest.fixture(scope="module")
def wrong_by_default() -> Iterator[Served]:
    """An emulator that breaks only rules that the gate does not close for by default."""
    with serve(of_level(Level.SHOULD)()) as served:
        yield served


@pytest.fixture(scope="module")
def on_a_wrong_target(wrong_by_default: Served, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """A run on an emulator that breaks rules of level should."""
    return judge(tmp_path_factory.mktemp("wrong"), *where(wrong_by_default))


def where(served: Served) -> tuple[str, ...]:
    """The options that name a mutant and its control API, and select the tests of the topics that it breaks."""
    breaks: list[str] = getattr(served.emulator, "breaks", [])
    modules = " or ".join(f"test_{rule_id.partition('/')[0].replace('-', '_')}.py" for rule_id in breaks)
    return "--endpoint-url", served.endpoint_url, "--control-url", served.control_url, "-k", modules


def test_the_report_has_its_schema(on_the_reference: Judged) -> None:
    """report.json has the members of schema version 1, and no others."""
    report = on_the_reference.report
    assert set(report) == TOP
    assert report["schema_version"] == 1
    assert report["complete"] is True
    assert set(report["target"]) == TARGET
    assert report["suite"] == {
        "version": __version__, "profile": "smoke", "seed": "derandomized", "max_time_seconds": None, "shard": None,
        "part": None,
    }  # fmt: skip
    assert all(set(rule) == RULE for rule in report["rules"])


def test_the_report_tells_when_and_how_much(on_the_reference: Judged) -> None:
    """The start is an instant in UTC; durations and calls are numbers that make sense."""
    report = on_the_reference.report
    assert datetime.strptime(report["started"], "%Y-%m-%dT%H:%M:%S%z")
    assert report["started"].endswith("Z")
    assert 0 < report["duration_seconds"] <= on_the_reference.seconds
    most, total = max(rule["calls"] for rule in report["rules"]), sum(rule["calls"] for rule in report["rules"])
    assert most < report["calls"] < total  # a test of several rules counts for each of them, and once in all


def test_the_report_names_the_target(on_the_reference: Judged, on_a_wrong_target: Judged) -> None:
    """The target's name, kind, URL, Region and capabilities are in the report."""
    reference, endpoint = on_the_reference.report["target"], on_a_wrong_target.report["target"]
    assert (reference["name"], reference["kind"], reference["endpoint_url"]) == ("reference", "in-process", None)
    assert (endpoint["name"], endpoint["kind"], endpoint["region"]) == ("endpoint", "endpoint", "us-east-1")
    assert endpoint["endpoint_url"].startswith("http://127.0.0.1:")
    assert endpoint["capabilities"] == [
        "accounts", "clock", "far-regions", "offerings", "other-accounts", "purchases", "regions", "seed",
    ]  # fmt: skip


def test_every_rule_is_in_the_report(on_the_reference: Judged, tmp_path: Path) -> None:
    """Every rule of the registry is in the report, whatever was selected; what was not run is said to be so."""
    selected = judge(tmp_path, "-k", "test_names")
    for judged in (on_the_reference, selected):
        assert [rule["id"] for rule in judged.report["rules"]] == list(RULES)
    assert {selected.verdicts[rule_id] for rule_id in RULES if not rule_id.startswith("names/")} == {"not-run"}
    assert {rule["reason"] for rule in selected.report["rules"] if rule["verdict"] == "not-run"} == {
        "its tests were not run"
    }


def test_rules_are_told_as_the_registry_has_them(on_the_reference: Judged) -> None:
    """Topic, level, statement and source of each rule are the registry's."""
    for entry in on_the_reference.report["rules"]:
        rule = RULES[entry["id"]]
        assert (entry["topic"], entry["level"], entry["statement"]) == (rule.topic, rule.level, rule.statement)
        assert entry["source"] == str(rule.source)


def test_the_summary_counts_the_verdicts(on_the_reference: Judged, on_a_wrong_target: Judged) -> None:
    """The summary has all seven verdicts, and counts the rules."""
    for judged in (on_the_reference, on_a_wrong_target):
        assert list(judged.report["summary"]) == [str(verdict) for verdict in Verdict]
        counts = Counter(judged.verdicts.values())
        assert {verdict: count for verdict, count in judged.report["summary"].items() if count} == counts


def test_failures_have_a_message_and_a_case(on_a_wrong_target: Judged) -> None:
    """A failing rule has a message that begins with its id, and the case; others have none that prove anything."""
    for rule in on_a_wrong_target.report["rules"]:
        assert bool(rule["failures"]) == (rule["verdict"] == "fail")
        assert bool(rule["blocked_failures"]) <= (rule["verdict"] in ("fail", "blocked"))
        for failure in rule["failures"]:
            assert set(failure) == FAILURE
            assert failure["rule"] == rule["id"]
            assert failure["message"].startswith(f"{rule['id']}: ")
            assert "expected" in failure["message"]
            assert failure["case"]["steps"]


def test_failures_have_the_trace_that_their_picture_shows(on_a_wrong_target: Judged) -> None:
    """Each failure has its calls with requests, answers and the clock, and names the call that broke the rule."""
    failures = [failure for rule in on_a_wrong_target.report["rules"] for failure in rule["failures"]]
    for failure in failures:
        calls = failure["trace"]["calls"]
        assert calls
        assert all(set(call["clock"]) == {"earliest", "latest"} and call["exchanges"] for call in calls)
        assert failure["trace"]["broken_by"] in range(len(calls))
        assert failure["trace"]["expected"] in failure["message"]
    assert "Authorization" not in json.dumps(failures)


def test_the_report_tells_the_state_of_the_gate(on_the_reference: Judged, on_a_wrong_target: Judged) -> None:
    """The report has the gate's status and headline; the terminal has the headline, and where report.html is."""
    for judged in (on_the_reference, on_a_wrong_target):
        gate = judged.report["gate"]
        assert gate["status"] == ("open" if judged.status == 0 else "closed")
        assert gate["headline"] in judged.output
        [line] = judged.lines_with("report: ")
        assert Path(line.removeprefix("report: ")).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_terminal_shows_what_the_report_has(
    on_a_wrong_target: Judged, wrong_by_default: Served, tmp_path: Path
) -> None:
    """Each failing rule is named on the terminal; with -v its whole message is there; there is never a traceback."""
    failing = [rule["id"] for rule in on_a_wrong_target.report["rules"] if rule["failures"]]
    assert failing
    assert all(rule_id in on_a_wrong_target.output for rule_id in failing)
    whole = judge(tmp_path, *where(wrong_by_default), "-v")
    messages = [rule["failures"][0]["message"] for rule in whole.report["rules"] if rule["failures"]]
    assert len(messages) == len(failing)
    assert all(message in whole.output for message in messages)
    assert "Traceback" not in on_a_wrong_target.output + whole.output


def test_should_rules_do_not_close_the_gate(on_a_wrong_target: Judged) -> None:
    """A broken rule of level should is reported, and the gate stays open."""
    assert on_a_wrong_target.report["summary"]["fail"] > 0
    assert on_a_wrong_target.status == 0, on_a_wrong_target.output


def test_fail_on_should_closes_the_gate(wrong_by_default: Served, tmp_path: Path) -> None:
    """With --fail-on should the same run ends with status 1."""
    judged = judge(tmp_path, *where(wrong_by_default), "--fail-on", "should")
    assert judged.report["summary"]["fail"] > 0
    assert judged.status == 1, judged.output


def test_must_rules_close_the_gate(tmp_path: Path) -> None:
    """A broken rule of level must ends the run with status 1."""
    with serve(of_level(Level.MUST)()) as served:
        judged = judge(tmp_path, *where(served))
    assert judged.report["summary"]["fail"] > 0
    assert judged.status == 1, judged.output


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_MEDIACONNECT"])
def test_endpoints_from_the_environment(variable: str, tmp_path: Path) -> None:
    """Without --target the endpoint of the environment is tested, as an AWS SDK would call it."""
    with serve(RightEmulator(), control=False) as served:
        judged = judge(tmp_path, "-k", "test_wire", **{variable: served.endpoint_url})
    assert judged.report["target"]["endpoint_url"] == served.endpoint_url
    assert judged.status == 0, judged.output


def test_which_endpoint_comes_first(tmp_path: Path) -> None:
    """--endpoint-url comes before AWS_ENDPOINT_URL_MEDIACONNECT, and that before AWS_ENDPOINT_URL."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    with serve(RightEmulator(), control=False) as served:
        url = served.endpoint_url
        by_service = {"AWS_ENDPOINT_URL_MEDIACONNECT": url, "AWS_ENDPOINT_URL": nowhere}
        assert judge(tmp_path, "-k", "test_wire", **by_service).status == 0
        given = judge(tmp_path, "-k", "test_wire", "--endpoint-url", url, AWS_ENDPOINT_URL_MEDIACONNECT=nowhere)
    assert given.status == 0


def test_a_named_target_comes_before_the_environment(tmp_path: Path) -> None:
    """--target reference is the reference, whatever AWS_ENDPOINT_URL says."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    judged = judge(tmp_path, "-k", "test_wire", "--target", "reference", AWS_ENDPOINT_URL=nowhere)
    assert judged.report["target"]["name"] == "reference"
    assert judged.status == 0, judged.output


def test_nothing_selected_is_pytests_own_status() -> None:
    """Where no test is selected, pytest's status 5 stands."""
    assert run_suite("-k", "no_such_test").status == 5


def test_the_plain_pytest_command(tmp_path: Path) -> None:
    """`pytest` in the root runs the conformance tests, and --report-dir=DIR may be a folder that exists."""
    pytest_command = shutil.which("pytest", path=os.fspath(Path(sys.executable).parent))
    assert pytest_command is not None
    options = ["--hypothesis-profile", "smoke", f"--report-dir={tmp_path}", "-p", "no:cacheprovider", "-k", "test_end_"]
    ended = subprocess.run(
        [pytest_command, *options], cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (tmp_path / "report.json").exists()
    assert "tests/conformance/test_end.py" in ended.stdout
