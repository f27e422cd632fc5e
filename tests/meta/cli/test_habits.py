"""The files that hosts and tools of a repository read: whole, and by the tools' own reckoning right."""

from __future__ import annotations

import shutil
import subprocess

import pytest
import yaml

from tests.meta.cli.commands import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
ACTIONLINT = shutil.which("actionlint", path=str(ROOT / ".actionlint" / "bin")) or shutil.which("actionlint")


@pytest.mark.proof
@pytest.mark.skipif(ACTIONLINT is None, reason="needs actionlint: make .actionlint/ready")
def test_the_workflows_are_right() -> None:
    """Nothing is found in them by actionlint."""
    assert ACTIONLINT is not None
    ended = subprocess.run([ACTIONLINT, *WORKFLOWS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_workflows_may_do_little() -> None:
    """Each is named, reads alone unless a job says more, and takes actions of a version."""
    assert {path.stem for path in WORKFLOWS} == {"ci", "release"}
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert workflow["permissions"] == {"contents": "read"}
        steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
        assert all(step["uses"] == "./" or "@" in step["uses"] for step in steps if "uses" in step)
        assert not [step for step in steps if "${{" in step.get("run", "")]


def test_the_forms_ask_for_a_saved_case() -> None:
    """Each form asks for a case; that on a false alarm will not go without."""
    asked = {}
    for path in FORMS:
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in form.get("body", ()):
            if entry.get("id") == "case":
                asked[path.stem] = entry.get("validations", {}).get("required", False)
    assert asked == {"bug": False, "false-alarm": True}


def test_the_hooks_run_what_there_is() -> None:
    """The hooks are those of `make lint`, and see to it that the page of rules is up to date."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert {hook["id"] for hook in hooks} == {"ruff-check", "ruff-format", "mypy", "rules"}
    (entry,) = [hook["entry"] for hook in hooks if hook["id"] == "rules"]
    assert "conformance.report.rules_page" in entry
    assert (ROOT / "SECURITY.md").is_file()
    assert "[Makefile]\nindent_style = tab" in (ROOT / ".editorconfig").read_text(encoding="utf-8")
