"""The wheel in a fresh environment, far from any checkout: every subcommand, its exit status, and what it leaves."""

import json
import signal
import subprocess
import sys
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conformance.clock import utc_now
from conformance.report.rules_page import page
from conformance.rules import RULES
from tests.meta.cli.commands import ROOT, plain_environment
from tests.meta.cli.installed import Installed
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.targets.reference_clients import connect_to

pytestmark = pytest.mark.proof

SMOKE = ("--hypothesis-profile", "smoke", "-q")


def test_the_archives(installed: Installed) -> None:
    """The wheel has licence, types and each conformance test once, and neither other tests nor documents."""
    names = zipfile.ZipFile(installed.wheel).namelist()
    tests = [Path(name).name for name in names if Path(name).name.startswith("test_")]
    assert sorted(tests) == sorted(path.name for path in (ROOT / "tests" / "conformance").glob("test_*.py"))
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"conformance", "strategies"}
    assert {"conformance/py.typed", "strategies/py.typed", "conformance/command/suite.ini"} <= {*names}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    with tarfile.open(installed.source) as source:
        assert any(name.endswith("/tests/meta/cli/test_wheel.py") for name in source.getnames())


def test_a_run_leaves_its_report_and_nothing_else(installed: Installed, tmp_path: Path) -> None:
    """In an empty folder the conformance tests of the wheel run on the reference, all of them, and pass."""
    run = installed("run", *SMOKE, folder=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "warning" not in run.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]
    report = json.loads((tmp_path / "reports" / "reference" / "report.json").read_text(encoding="utf-8"))
    assert {rule["id"] for rule in report["rules"] if rule["verdict"] == "pass"} == {*RULES}


def test_the_tests_of_the_wheel_are_those_of_the_checkout(installed: Installed, tmp_path: Path) -> None:
    """Both have the same tests, by the same names, from the environment's own files."""
    options = ("run", "--collect-only", "-q")
    names = [line for line in installed(*options, folder=tmp_path).stdout.splitlines() if "::" in line]
    here = subprocess.run(
        [sys.executable, "-m", "conformance", *options],
        cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert names == [line for line in here.stdout.splitlines() if "::" in line]
    where = subprocess.run(
        [installed.python, "-c", "import conformance.paths as home; print(home.conformance_tests())"],
        cwd=tmp_path, env=plain_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(installed.environment)
    assert names


OWN_TARGET = """
from conformance.targets.reference import Reference

def target():
    return Reference("us-east-1")
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_project_around_it_has_no_say(installed: Installed, tmp_path: Path, workers: tuple[str, ...]) -> None:
    """Settings, conftest.py, tests and modules of the current folder change nothing; a target in it is found."""
    for name, text in {
        "pytest.ini": "[pytest]\naddopts = --nonsense",
        "conftest.py": "raise RuntimeError('of another project')",
        "strategies.py": "raise RuntimeError('of another project')",
        "tests/conformance/test_theirs.py": "def test_theirs(): assert False",
        "emulator.py": OWN_TARGET,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    run = installed("run", *SMOKE, "-k", "start_window", "--target", "emulator:target", *workers, folder=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "7 passed" in run.stdout
    assert (tmp_path / "reports" / "emulator-target" / "report.json").exists()


def test_rules(installed: Installed, tmp_path: Path) -> None:
    """The registry as a table, as the page docs/rules.md, and as JSON."""
    text, markdown, as_json = (
        installed("rules", "--format", form, folder=tmp_path).stdout for form in ("text", "markdown", "json")
    )
    assert [line.split()[0] for line in text.splitlines()] == ["rule", *RULES]
    assert markdown == page(RULES.values())
    assert [(rule["id"], rule["level"], rule["statement"]) for rule in json.loads(as_json)] == [
        (rule.id, rule.level, rule.statement) for rule in RULES.values()
    ]


def test_a_run_on_what_is_served(installed: Installed, tmp_path: Path) -> None:
    """The served reference keeps the rules, with its clock set by the control API."""
    with installed.serving(folder=tmp_path) as (_, line):
        _, _, url, *_, control_url = line.replace(",", "").split()
        where = ("--endpoint-url", url, "--control-url", control_url)
        run = installed("run", *SMOKE, "-k", "start_window", *where, folder=tmp_path)
    assert (run.returncode, "7 passed" in run.stdout) == (0, True), run.stdout


def _buy(url: str, _: int) -> bool:
    """Whether a purchase in the one account is accepted; it is refused as documented where it is not."""
    client = connect_to(url)
    arn = client.list_offerings()["Offerings"][0]["OfferingArn"]
    start = f"{utc_now():%Y-%m-%dT%H:%M:%SZ}"
    try:
        client.purchase_offering(OfferingArn=arn, ReservationName="crowd", Start=start)
    except client.exceptions.BadRequestException:
        return False
    return True


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve(installed: Installed, tmp_path: Path, stop: signal.Signals) -> None:
    """The reference listens on loopback, sells once to a crowd, and ends with 0 and in silence; a busy port is 4."""
    with installed.serving(folder=tmp_path) as (process, line):
        url = line.split()[2].rstrip(",")
        assert urlsplit(url).hostname == "127.0.0.1"
        with ThreadPoolExecutor(16) as threads:
            assert list(threads.map(partial(_buy, url), range(16))).count(True) == 1
        busy = installed("serve", "--port", str(urlsplit(url).port), folder=tmp_path)
        process.send_signal(stop)
        rest = process.communicate(timeout=15)
    assert (process.returncode, rest) == (0, ("", ""))
    assert (busy.returncode, busy.stdout, busy.stderr.count("\n")) == (4, "", 1)
    assert "in use" in busy.stderr


def test_replay(installed: Installed, tmp_path: Path) -> None:
    """A failing run ends with 1 and saves its case, which fails still where it failed and is fixed on the reference."""
    with serve(MUTANTS["no-lower-bound"]()) as served:
        where = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
        run = installed("run", *SMOKE, "-k", "test_before_the_first_of_the_month", *where, folder=tmp_path)
        cases = f"reports/endpoint-{urlsplit(served.endpoint_url).netloc.replace(':', '-')}/cases"
        again = installed("replay", cases, "-q", *where, folder=tmp_path)
    fixed = installed("replay", f"{cases}/start-window-before-lower-bound.json", folder=tmp_path)
    assert (run.returncode, again.returncode, fixed.returncode) == (1, 1, 0), run.stdout + again.stdout + fixed.stdout
    assert f"still fails  {cases}/start-window-before-lower-bound.json" in again.stdout
    assert f"fixed  {cases}/start-window-before-lower-bound.json" in fixed.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "SUBCOMMAND"),
        (["nonsense"], "'nonsense'"),
        (["serve", "--port", "70000"], "'70000' is not a TCP port"),
        (["serve", "--host", "192.0.2.1", "--port", "0"], "Cannot listen on 192.0.2.1:0"),
        (["rules", "--format", "pdf"], "'pdf'"),
        (["rules", "extra"], "extra"),
        (["replay"], "must come first"),
        (["replay", "nowhere.json"], "--replay nowhere.json: No such file or directory"),
        (["run", "--target", "nonsense"], "unknown target 'nonsense'"),
        (["run", "--nonsense"], "--nonsense"),
    ],
)
def test_a_wrong_command(installed: Installed, tmp_path: Path, arguments: list[str], message: str) -> None:
    """What is wrong with the command is said in plain words, with status 4 and without a traceback."""
    ended = installed(*arguments, folder=tmp_path)
    assert ended.returncode == 4, ended.stdout + ended.stderr
    assert message in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert not list(tmp_path.iterdir())
