"""The action, and its steps as GitHub runs them."""

import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.meta.cli.commands import ROOT, plain_environment

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def run_step(name: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step by its name, in its shell, as GitHub runs it."""
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
