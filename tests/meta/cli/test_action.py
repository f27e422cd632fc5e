"""The steps of the action beside the one that tests: waiting for the endpoint, and telling the outcome."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.meta.cli.commands import ROOT, free_port, plain_environment
from tests.meta.cli.test_ci import installed
from tests.meta.emulator import RightEmulator, serve

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def _run(name: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A step by its name, in its shell, as GitHub runs it."""
    (step,) = [step for step in ACTION["runs"]["steps"] if step["name"] == name]
    script = folder / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        cwd=folder,
        env=plain_environment(RUNNER_TEMP=str(folder), **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_waiting_for_the_endpoint(tmp_path: Path) -> None:
    """It ends as soon as something answers, and goes on after the time is up, which the run itself will tell."""
    with serve(RightEmulator(), control=False) as served:
        ended = _run("Wait for the endpoint", tmp_path, INPUT_ENDPOINT_URL=served.endpoint_url, INPUT_WAIT="60")
    assert (ended.returncode, ended.stdout) == (0, "")
    nothing = f"http://127.0.0.1:{free_port()}"
    ended = _run("Wait for the endpoint", tmp_path, INPUT_ENDPOINT_URL=nothing, INPUT_WAIT="1")
    assert (ended.returncode, "nothing answers" in ended.stdout) == (0, True)


@pytest.mark.parametrize("there", [True, False])
def test_telling_the_outcome(there: bool, tmp_path: Path) -> None:
    """The outputs are those of the report; without one there are none, and the step does not fail."""
    installed(tmp_path / "mediaconnect-conformance" / "bin")
    report, output = tmp_path / "report.json", tmp_path / "output"
    output.touch()
    if there:
        report.write_text(json.dumps({"gate": {"status": "closed"}, "summary": {"fail": 3}}), encoding="utf-8")
    ended = _run("Tell the outcome", tmp_path, INPUT_REPORT_DIR=str(tmp_path), GITHUB_OUTPUT=str(output))
    assert ended.returncode == 0, ended.stderr
    expected = ["gate=closed", "failed=3", f"report={report}"] if there else []
    assert output.read_text(encoding="utf-8").splitlines() == expected
    assert set(ACTION["outputs"]) == {"gate", "failed", "report"}


def test_what_is_installed_is_locked() -> None:
    """The action takes the versions of the lock file, by their hashes; the example for GitLab no bare name."""
    (step,) = [step for step in ACTION["runs"]["steps"] if step["name"] == "Install the suite"]
    assert "--require-hashes -r" in step["run"]
    example = yaml.safe_load((ROOT / "docs" / "gitlab-ci.example.yml").read_text(encoding="utf-8"))["conformance"]
    assert example["variables"]["SUITE"].startswith("git+https://")
    assert os.sep in example["variables"]["SUITE"]
