"""`pytest --replay`: what it says of each saved case, and its exit status; and the files that runs leave."""

import json
import signal
import time
from pathlib import Path

import pytest

from conformance.cases.case import Case, MonthStart, Now, OfferingTerms, Purchase, SetClock, Written
from conformance.plugin.replay import play_again
from conformance.replay.fate import Fate
from conformance.replay.folder import add
from conformance.replay.saved_case import SavedCase, Scope
from conformance.spec.service import Operation
from tests.meta.cli.commands import run_suite, running, suite_command
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator
from tests.meta.tools.saved_cases import open_emulator

BEFORE, AFTER = "start-window/before-lower-bound", "start-window/after-upper-bound"


def saved(rule: str, *steps: Purchase | SetClock, rules: tuple[str, ...] = ()) -> SavedCase:
    """A saved case of a rule."""
    return SavedCase(
        rule=rule,
        label="",
        message=f"{rule}: a message",
        expected="400 BadRequestException",
        scope=Scope((rule, *rules)),
        case=Case(offerings=(OfferingTerms(),), steps=steps),
        target_name="endpoint",
        target_kind="endpoint",
        region="us-east-1",
        trace=(),
    )


EARLY = saved(BEFORE, Purchase(start=Written(MonthStart(seconds=-1))))


def test_fates() -> None:
    """A case fails still or otherwise, is fixed, or is not testable: it needs more, or leaves nothing to judge."""
    late = Purchase(start=Written(Now(seconds=3_600)))
    otherwise = saved(AFTER, Purchase(start=Written(MonthStart(seconds=-1))), rules=(BEFORE,))
    with open_emulator(MUTANTS["no-lower-bound"]()) as (_, target):
        assert play_again(target, EARLY).fate is Fate.STILL_FAILS
        assert play_again(target, saved(AFTER, late)).fate is Fate.FIXED
        assert play_again(target, otherwise).fate is Fate.FAILS_OTHERWISE
        assert play_again(target, saved(AFTER, Purchase())).reason == "the case leaves nothing to judge on this target"
    with open_emulator(RightEmulator(), control=False) as (_, target):
        assert play_again(target, saved(AFTER, SetClock(Now(seconds=1)), late)).reason == "needs a settable clock"
        assert play_again(target, EARLY).fate is Fate.FIXED


def test_a_blocked_case_fails_otherwise() -> None:
    """Where the control is refused too, the case names the more basic rule."""
    refused_name = saved("names/length", Purchase(name="a"))
    with open_emulator(MUTANTS["first-instant-is-outside"]()) as (_, target):
        replayed = play_again(target, refused_name)
    assert replayed.fate is Fate.FAILS_OTHERWISE
    assert replayed.reason.startswith("start-window/lower-bound-inclusive: refused")


@pytest.mark.parametrize("processes", [(), pytest.param(("-n", "2"), marks=pytest.mark.proof)])
def test_the_command(processes: tuple[str, ...], tmp_path: Path) -> None:
    """One line on each case; status 1 where one fails and 0 where all are fixed; --save-cases keeps what fails."""
    kept = tmp_path / "kept"
    options = ("--hypothesis-profile", "smoke", "-q", "-k", "test_before_the_first_of_the_month")
    with serve(MUTANTS["no-lower-bound"]()) as served:
        where = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
        run = run_suite(
            *where, *options, "--report-dir", str(tmp_path / "report"), "--save-cases", str(kept), *processes
        )
        assert run.status == 1, run.output
        still = run_suite(*where, "--replay", str(kept), *processes)
    case = tmp_path / "report" / "cases" / "start-window-before-lower-bound.json"
    assert run.lines_with(f" replay {case} --endpoint-url "), run.output
    assert {path.name for path in case.parent.iterdir()} == {
        f"{case.stem}{end}" for end in (".json", ".py", ".curl.sh")
    }
    assert (kept / case.name).read_bytes() == case.read_bytes()
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    failures = [failure for rule in report["rules"] for failure in rule["failures"]]
    assert [failure["file"] for failure in failures] == [f"cases/{case.name}"]
    assert still.status == 1, still.output
    assert still.lines_with(f"still fails  {kept / case.name}  {BEFORE}: accepted Start"), still.output
    fixed = run_suite("--replay", str(case), "--replay", str(kept))
    assert fixed.status == 0, fixed.output
    assert len([line for line in fixed.output.splitlines() if line.startswith("fixed  ")]) == 2, fixed.output


@pytest.mark.parametrize("text", ["", "{}", '{"schema_version": 9, "suite": {"name": "mediaconnect-conformance"}}'])
def test_a_damaged_file(text: str, tmp_path: Path) -> None:
    """A damaged or foreign file, and one that is missing, is one clear line and exit status 4."""
    path = tmp_path / "case.json"
    path.write_text(text, encoding="utf-8")
    ended = run_suite("--replay", str(path))
    assert ended.status == 4
    assert [line for line in ended.output.splitlines() if line] == ended.lines_with(f"ERROR: --replay {path}: ")


def test_a_missing_file(tmp_path: Path) -> None:
    """A path without a file, and a folder without a case, is one clear line and exit status 4."""
    (tmp_path / "empty").mkdir()
    for name, why in (("nowhere.json", "No such file"), ("empty", "no saved case")):
        ended = run_suite("--replay", str(tmp_path / name))
        assert ended.status == 4
        assert ended.lines_with(why), ended.output


def test_an_operation_that_is_missing(tmp_path: Path) -> None:
    """A case that calls what the target lacks is not testable there, and that is not a failure."""
    add(tmp_path, EARLY)
    with serve(MUTANTS["no-lower-bound"]()) as served:
        served.emulator.purchase_offering = lambda *_: served.emulator.error(501, "NotImplemented", "")  # type: ignore
        ended = run_suite("--endpoint-url", served.endpoint_url, "--replay", str(tmp_path))
    assert ended.status == 0, ended.output
    assert ended.lines_with(f"not testable here  {tmp_path}"), ended.output
    assert ended.lines_with(f"the target does not implement {Operation.PURCHASE_OFFERING}")


@pytest.mark.proof
def test_an_interrupted_run(tmp_path: Path) -> None:
    """Ctrl-C, and a kill, leave the files of what had been found."""
    for number in (signal.SIGINT, signal.SIGKILL):
        folder = tmp_path / number.name
        with serve(MUTANTS["no-lower-bound"]()) as served:
            where = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
            found = folder / "cases" / "start-window-before-lower-bound.json"
            options = (
                "-k",
                "test_before_the_first_of_the_month or test_after_the_current",
                "--hypothesis-profile",
                "explore",
            )
            with running(suite_command(*where, *options, "--report-dir", str(folder))) as process:
                deadline = time.monotonic() + 60
                while not found.exists() and time.monotonic() < deadline and process.poll() is None:
                    time.sleep(0.02)
                process.send_signal(number)
                process.communicate(timeout=60)
        assert json.loads(found.read_text(encoding="utf-8"))["rule"] == BEFORE
        assert found.with_suffix(".py").exists()
