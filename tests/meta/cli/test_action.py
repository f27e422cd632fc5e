"""The steps of the action, one by one and from first to last, and the job for GitLab, in their shells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.meta.cli.action import ACTION, run_step
from tests.meta.cli.commands import ROOT, free_port, plain_environment
from tests.meta.cli.documents import clean_copy
from tests.meta.cli.installed import Archives
from tests.meta.cli.test_ci import installed
from tests.meta.emulator import RightEmulator, serve
from tests.meta.emulator.mutants import MUTANTS

BEFORE = "start-window/before-lower-bound"


def test_waiting_for_the_endpoint(tmp_path: Path) -> None:
    """It ends as soon as something answers, and goes on after the time is up, which the run itself will tell."""
    with serve(RightEmulator(), control=False) as served:
        ended = run_step("Wait for the endpoint", tmp_path, INPUT_ENDPOINT_URL=served.endpoint_url, INPUT_WAIT="60")
    assert (ended.returncode, ended.stdout) == (0, "")
    nothing = f"http://127.0.0.1:{free_port()}"
    ended = run_step("Wait for the endpoint", tmp_path, INPUT_ENDPOINT_URL=nothing, INPUT_WAIT="1")
    assert (ended.returncode, "nothing answers" in ended.stdout) == (0, True)


@pytest.mark.parametrize("there", [True, False])
def test_telling_the_outcome(there: bool, tmp_path: Path) -> None:
    """The outputs are those of the report; without one there are none, and the step does not fail."""
    installed(tmp_path / "mediaconnect-conformance" / "bin")
    report, output = tmp_path / "report.json", tmp_path / "output"
    output.touch()
    if there:
        report.write_text(json.dumps({"gate": {"status": "closed"}, "summary": {"fail": 3}}), encoding="utf-8")
    ended = run_step("Tell the outcome", tmp_path, INPUT_REPORT_DIR=str(tmp_path), GITHUB_OUTPUT=str(output))
    assert ended.returncode == 0, ended.stderr
    expected = ["gate=closed", "failed=3", f"report={report}"] if there else []
    assert output.read_text(encoding="utf-8").splitlines() == expected
    assert set(ACTION["outputs"]) == {"gate", "failed", "report"}


@pytest.mark.proof
def test_the_action_from_first_to_last(tmp_path: Path) -> None:
    """What the action installs tests a wrong emulator: the step ends with 1, and the outputs say so."""
    checkout, runner, output = clean_copy(tmp_path / "action"), tmp_path / "runner", tmp_path / "output"
    runner.mkdir()
    output.touch()
    with serve(MUTANTS["no-lower-bound"]()) as served:
        inputs = {name: declared["default"] for name, declared in ACTION["inputs"].items()}
        inputs |= {"endpoint-url": served.endpoint_url, "profile": "smoke", "args": "--rule start-window"}
        given = {f"INPUT_{name.upper().replace('-', '_')}": value for name, value in inputs.items()}
        variables = {
            "PYTHON": sys.executable, "GITHUB_ACTION_PATH": str(checkout), "GITHUB_OUTPUT": str(output),
            "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), **given,
        }  # fmt: skip
        names = [step["name"] for step in ACTION["runs"]["steps"] if "run" in step]
        ended = {name: run_step(name, runner, **variables) for name in names}
    statuses = {name: one.returncode for name, one in ended.items()}
    said = "\n".join(one.stdout + one.stderr for one in ended.values())
    assert statuses == {"Install the suite": 0, "Wait for the endpoint": 0, "Test": 1, "Tell the outcome": 0}, said
    told = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
    assert (told["gate"], int(told["failed"]) >= 1) == ("closed", True)
    assert (runner / told["report"]).is_file()
    assert (runner / inputs["report-dir"] / "junit.xml").is_file()
    assert f"::error title=[must] {BEFORE}::" in said
    assert BEFORE in (tmp_path / "summary.md").read_text(encoding="utf-8")


@pytest.mark.proof
def test_the_gitlab_job_from_first_to_last(archives: Archives, tmp_path: Path) -> None:
    """In a fresh environment, as the image has it, the job installs the wheel that SUITE names, and tests with it."""
    job = yaml.safe_load((ROOT / "docs" / "gitlab-ci.example.yml").read_text(encoding="utf-8"))["conformance"]
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "image"], check=True)
    with serve(MUTANTS["no-lower-bound"]()) as served:
        variables = {
            **job["variables"], "SUITE": str(archives.wheel), "ENDPOINT_URL": served.endpoint_url, "PROFILE": "smoke",
            "PATH": f"{tmp_path / 'image' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTEST_ADDOPTS": "--rule start-window", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }  # fmt: skip
        (tmp_path / variables["BASELINE"]).write_text("", encoding="utf-8")
        ended = subprocess.run(
            ["sh", "-e", "-c", "\n".join([*job["before_script"], *job["script"]])],
            cwd=tmp_path, env=plain_environment(**variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode == 1, ended.stdout
    assert f"[must] {BEFORE}" in ended.stdout
    for kept in ("report.json", "report.html", "junit.xml"):
        assert (tmp_path / variables["REPORT_DIR"] / kept).is_file()


def test_what_is_installed_is_locked() -> None:
    """The action takes the versions of the lock file, by their hashes; the example for GitLab no bare name."""
    (step,) = [step for step in ACTION["runs"]["steps"] if step["name"] == "Install the suite"]
    assert "--require-hashes -r" in step["run"]
    example = yaml.safe_load((ROOT / "docs" / "gitlab-ci.example.yml").read_text(encoding="utf-8"))["conformance"]
    assert example["variables"]["SUITE"].startswith("git+https://")
    assert os.sep in example["variables"]["SUITE"]
