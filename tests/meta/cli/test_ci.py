"""What CI systems read: JUnit XML, annotations and the job summary of GitHub, the action, and the GitLab example."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from conformance import __version__
from conformance.clock import utc_now
from conformance.report.github import annotation, annotations_of, summary_of
from conformance.results.baseline import Baseline, KnownFailure
from conformance.results.facts import TargetFacts
from conformance.results.failure import Failure
from conformance.results.gate import ExitStatus, Gate
from conformance.results.run import Run
from conformance.results.verdicts import RuleResult
from conformance.rules import RULES, Level
from tests.meta.cli.action import ACTION, run_step
from tests.meta.cli.commands import ROOT, Judged, judge, plain_environment, run_suite
from tests.meta.emulator import Served

RULE, OTHER, SHOULD = "start-window/before-lower-bound", "end/adds-duration", "errors/arn-is-exact-in-case"


def on(served: Served) -> tuple[str, ...]:
    """The options that select an emulator and one test that it fails."""
    selected = ("-k", "test_before_the_first_of_the_month or test_a_name_twice or test_the_current_second")
    return "--endpoint-url", served.endpoint_url, "--control-url", served.control_url, *selected


def properties(element: ElementTree.Element) -> dict[str, str]:
    """The properties right below an element; each name is there once."""
    found = [(one.get("name", ""), one.get("value", "")) for one in element.findall("properties/property")]
    found = [one for one in found if not one[0].startswith("hypothesis-statistics")]
    assert len(dict(found)) == len(found)
    return dict(found)


@pytest.mark.parametrize(
    "processes",
    [pytest.param((), id="one process"), pytest.param(("-n", "2"), id="two processes", marks=pytest.mark.proof)],
)
def test_properties_in_junit_xml(processes: tuple[str, ...], wrong: Served, tmp_path: Path) -> None:
    """Each test case has its rules with level, source and verdict, the suite the run; on every target alike."""
    files = [tmp_path / "wrong.xml", tmp_path / "right.xml"]
    options = ("-W", "error::pytest.PytestWarning", *processes)
    closed = judge(tmp_path / "wrong", *on(wrong), "--junitxml", str(files[0]), *options)
    judge(tmp_path / "right", *on(wrong)[4:], "--junitxml", str(files[1]), *options)
    suites = [ElementTree.parse(file).getroot()[0] for file in files]
    cases = [{(case.get("classname"), case.get("name")): properties(case) for case in suite.iter("testcase")}
             for suite in suites]  # fmt: skip
    assert cases[0].keys() == cases[1].keys()
    mine = [next(case for case in found.values() if case["rule"] == RULE) for found in cases]
    assert [case.pop(f"verdict:{RULE}") for case in mine] == ["fail", "pass"]
    assert mine[0] == mine[1] == {"rule": RULE, f"level:{RULE}": "must", f"source:{RULE}": str(RULES[RULE].source)}
    assert all({name.partition(":")[0] for name in case} == {"rule", "level", "source", "verdict"}
               for found in cases for case in found.values() if case not in mine)  # fmt: skip
    assert properties(suites[0]) == {
        "target": "endpoint",
        "profile": "smoke",
        "version": __version__,
        "gate": _gate_of(closed),
    }


def _gate_of(judged: Judged) -> str:
    (line,) = judged.lines_with("the gate is closed")
    return line


def a_run() -> Run:
    """A run with failures at two levels, one known, and one that its baseline should no longer list."""
    target = TargetFacts("endpoint", "endpoint", "http://localhost:4566", "us-east-1")
    known = {rule_id: KnownFailure(rule_id, "why <b>") for rule_id in ("end/format", OTHER)}
    run = Run(target, "gate", "derandomized", utc_now(), Baseline(known))
    for rule_id in (RULE, SHOULD, "end/format"):
        failure = Failure(rule_id, "100 % wrong, `<i>`: ```\r", "400", {}, (1, 1, ""))
        run.add(rule_id, RuleResult(tests=1, examples=1, failures=[failure], finished=True))
    classes = dict.fromkeys(RULES[OTHER].classes, 1)
    run.add(OTHER, RuleResult(tests=1, examples=1, finished=True))
    run.results[OTHER].classes.update(classes or {"any": 1})
    return run


CLOSED = Gate(ExitStatus.CLOSED, "the gate is closed: 2 rules fail")


def test_annotations() -> None:
    """An error for what closes the gate, a warning for what does not, a notice for what is known; all escaped."""
    run = a_run()
    lines = list(annotations_of(run, CLOSED, frozenset({Level.MUST})))
    assert [line.partition("%0A")[0] for line in lines] == [
        f"::error title=[must] {RULE}::{RULE}: 100 %25 wrong, `<i>`: ```%0D",
        f"::error title=[must] {OTHER}::listed in the baseline, but passes: remove it",
        f"::warning title=[should] {SHOULD}::{SHOULD}: 100 %25 wrong, `<i>`: ```%0D",
        "::notice title=known%3A end/format::why <b>",
    ]
    assert "%0A  expected  400" in lines[0]
    assert not any("\n" in line or "\r" in line for line in lines)
    assert annotation("error", "a: b,\n%", "c") == "::error title=a%3A b%2C%0A%25::c"


def test_a_gate_that_is_not_open_without_a_failure() -> None:
    """Where nothing could be judged, the gate itself is the error."""
    run = a_run()
    run.results.clear()
    not_judged = Gate(ExitStatus.NOT_JUDGED, "the run could not be judged")
    assert list(annotations_of(run, not_judged, frozenset({Level.MUST}))) == [
        "::error title=mediaconnect-conformance::the run could not be judged"
    ]


def test_the_job_summary() -> None:
    """The gate first, then the table, then each failure folded; nothing in a message ends its block or is HTML."""
    text = summary_of(a_run(), CLOSED)
    assert text.startswith("## the gate is closed: 2 rules fail\n")
    assert "| topic | pass | fail | known | inconclusive |" not in text  # nothing passes in this run
    assert "\n| end | 1 | 1 | 2 |\n" in text, text
    assert text.count("<details>") == text.count("</details>") == 3
    assert f"<summary><b>{RULE}</b> (must): 100 % wrong, `&lt;i&gt;`: ```\r</summary>" in text
    assert f"\n````text\n{RULE}: 100 % wrong" in text
    assert "- `end/format`: why &lt;b&gt;" in text


def test_a_job_summary_that_is_too_long() -> None:
    """GitHub shows nothing of a summary beyond 1 MiB, so that it is cut where an entry ends."""
    run = a_run()
    for result in run.results.values():
        result.failures = [replace(failure, call="é" * 400_000) for failure in result.failures]
    text = summary_of(run, CLOSED)
    assert len(text.encode()) < 1024 * 1024
    assert text.count("<details>") == text.count("</details>") == 1
    assert "entries more, which are in the report" in text


@pytest.mark.proof
def test_a_run_in_github(wrong: Served, tmp_path: Path) -> None:
    """With pytest-xdist too there is one annotation a failing rule and one summary, appended to what was there."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    judged = judge(tmp_path / "report", *on(wrong), "-n", "2", **variables)
    assert len([line for line in judged.output.splitlines() if line.startswith("::error ")]) == 1, judged.output
    text = summary.read_text(encoding="utf-8")
    # In Markdown an underscore is escaped.
    assert text.replace("\\_", "_").startswith(f"before\n## {_gate_of(judged)}\n")
    assert text.count("## the gate") == 1
    assert f"<b>{RULE}</b>" in text
    cases = str(tmp_path / "report" / "cases")
    replayed = run_suite(*on(wrong)[:4], "--replay", cases, **variables)
    assert replayed.lines_with(f"::error title=still fails%3A {RULE}::{RULE}: accepted"), replayed.output
    assert not run_suite(*on(wrong)[:4], "--replay", cases).lines_with("::error"), "outside of GitHub"


def test_a_job_summary_that_cannot_be_written(tmp_path: Path) -> None:
    """It is one warning, and the run is what it would have been."""
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path)}
    judged = judge(tmp_path / "report", "-k", "test_the_current_second", **variables)
    assert judged.status == 0, judged.output
    assert len(judged.lines_with("::warning title=job summary::")) == 1, judged.output
    assert not judge(tmp_path / "report", "-k", "test_the_current_second").lines_with("::"), "outside of GitHub"


def test_the_inputs_of_the_action() -> None:
    """Every input that is used is declared, every declared one is used, and none is put into a script."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    assert all("description" in declared and "default" in declared for declared in ACTION["inputs"].values())
    steps = ACTION["runs"]["steps"]
    assert not [step for step in steps if "${{" in step.get("run", "")]
    assert all(step["shell"] == "bash" for step in steps if "run" in step)
    ids = {step["id"] for step in steps if "id" in step}
    assert set(re.findall(r"steps\.([\w-]+)", text)) <= ids
    (upload,) = [step for step in steps if step.get("uses", "").startswith("actions/upload-artifact@")]
    assert upload["if"] == "always()"


def installed(folder: Path) -> Path:
    """A folder with the command `mediaconnect-conformance`, and a Python, as the installation would leave them."""
    folder.mkdir(parents=True)
    command = folder / "mediaconnect-conformance"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m conformance "$@"\n')
    command.chmod(0o755)
    (folder / "python").symlink_to(sys.executable)
    return folder


def run_test(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the step `Test` of the action with these inputs (`_` for `-`) and the defaults of others."""
    (step,) = [step for step in ACTION["runs"]["steps"] if step["name"] == "Test"]
    given = {name: declared["default"] for name, declared in ACTION["inputs"].items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    environment = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    installed(folder / "mediaconnect-conformance" / "bin")
    return run_step("Test", folder, **environment)


@pytest.mark.proof
def test_the_action_on_the_reference(tmp_path: Path) -> None:
    """With its defaults and the profile smoke the step tests the reference, and leaves both reports."""
    ended = run_test(tmp_path, profile="smoke", args="-p no:cacheprovider -k 'test_names or test_end.py'")
    assert ended.returncode == 0, ended
    folder = tmp_path / ACTION["inputs"]["report-dir"]["default"]
    assert {path.name for path in folder.iterdir()} >= {"report.json", "junit.xml"}


@pytest.mark.proof
def test_the_action_on_a_wrong_target(wrong: Served, tmp_path: Path) -> None:
    """The gate's status is the step's, and a baseline opens it; what is in an input is never run as a command."""
    baseline = tmp_path / "known failures.toml"
    baseline.write_text(f'[[known]]\nrule = "{RULE}"\nreason = "known"\n', encoding="utf-8")
    inputs = {"endpoint_url": wrong.endpoint_url, "control_url": wrong.control_url, "profile": "smoke"}
    selected = "-p no:cacheprovider\n-k 'test_before_the_first_of_the_month'"
    closed = run_test(tmp_path / "closed", **inputs, args=selected)
    assert closed.returncode == 1, closed
    opened = run_test(
        tmp_path / "opened", **inputs, args=selected, baseline=str(baseline), report_dir="$(touch pwned) `id`"
    )
    assert opened.returncode == 0, opened
    left = {path.name for path in (tmp_path / "opened").iterdir() if not path.name.startswith(".")}
    assert left == {"$(touch pwned) `id`", "mediaconnect-conformance", "mediaconnect-conformance-args", "step.sh"}


@pytest.mark.proof
def test_the_gitlab_example(wrong: Served, tmp_path: Path) -> None:
    """The script of the job runs, with its variables, and leaves what the job keeps, also where the gate is closed."""
    job = yaml.safe_load((ROOT / "docs" / "gitlab-ci.example.yml").read_text(encoding="utf-8"))["conformance"]
    variables = {**job["variables"], "ENDPOINT_URL": wrong.endpoint_url, "PYTEST_ADDOPTS": "-k test_before_the_first"}
    (tmp_path / variables["BASELINE"]).write_text("", encoding="utf-8")
    path = f"{installed(tmp_path / 'bin')}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-e", "-c", "\n".join(job["script"])],
        cwd=tmp_path,
        env=plain_environment(PATH=path, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout
    junit = job["artifacts"]["reports"]["junit"].replace("$REPORT_DIR", variables["REPORT_DIR"])
    assert (tmp_path / junit).exists()
    assert (tmp_path / variables["REPORT_DIR"] / "report.json").exists()
    assert job["artifacts"]["when"] == job["cache"]["when"] == "always"
