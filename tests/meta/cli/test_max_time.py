"""`--max-time`: the search ends in order, however short the time is."""

import math
import time
from pathlib import Path

import pytest

from conformance.cases.case import Case, ListOfferings, Purchase
from conformance.clock import monotonic
from conformance.plugin.budget import GRACE
from conformance.plugin.session import open_target
from conformance.results.allowance import Allowance, TestEndsError
from conformance.results.checker import Checker
from conformance.rules import end
from conformance.targets.base import TargetUnreachableError
from conformance.targets.endpoint import Endpoint, EndpointOptions
from tests.meta.cli.commands import Judged, judge, run_suite
from tests.meta.emulator import serve
from tests.meta.emulator.messages import Request, Response
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.harness import opened

PLAIN, OTHER = Case(steps=(Purchase(),)), Case(steps=(ListOfferings(),))
STARTUP = 120
"""Seconds that a run may take beside the time that was given, on a machine that is busy; without a limit the profile
explore takes several times as long."""


def test_what_may_be_played() -> None:
    """Beyond a test's share explicit cases alone are played, or the first where there are none, and failures shrunk."""
    later, now = monotonic() + 60, monotonic()
    mine = Allowance((PLAIN,), now, later, later)
    assert mine.permits(PLAIN, first=False, failed=False)
    assert not mine.permits(OTHER, first=True, failed=False)
    assert mine.permits(OTHER, first=False, failed=True)
    without_examples = Allowance((), now, now, later)
    assert without_examples.permits(OTHER, first=True, failed=False)
    assert not without_examples.permits(OTHER, first=False, failed=True)
    assert not Allowance((PLAIN,), now, now, now).permits(PLAIN, first=True, failed=False)
    assert Allowance().permits(OTHER, first=False, failed=False)
    assert Allowance().search_until == math.inf


class Slow(RightEmulator):
    """Answers each request after a while; `asked` has when each came."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
        self.asked: list[float] = []

    def handle(self, request: Request) -> Response:
        """Wait, and answer."""
        self.asked.append(time.monotonic())
        time.sleep(self.seconds)
        return super().handle(request)


@pytest.mark.parametrize("seconds", [0.05, 8.0])
def test_a_case_under_way_is_given_up(seconds: float) -> None:
    """When the time is up nothing is asked any more, in the middle of a case or of an answer; it breaks no rule."""
    emulator = Slow(0.0)
    with serve(emulator) as served:
        target = Endpoint(EndpointOptions(served.endpoint_url, control_url=served.control_url))
        with opened(target) as opened_target:
            emulator.seconds, began = seconds, monotonic()
            opened_target.ask_until(began + 1)
            checker = Checker(opened_target.driver, (end.adds_duration,), allowance=Allowance(reason="the time was up"))
            with pytest.raises(TestEndsError):
                checker(Case(steps=(Purchase(), *[ListOfferings()] * 100)))
            assert monotonic() - began < 4
    assert checker.results[end.adds_duration.id].truncated == "the time was up"
    assert not checker.violations


@pytest.mark.proof
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_slow_target(workers: str, tmp_path: Path) -> None:
    """The limit holds for a target that takes its time for each answer, whatever the number of processes."""
    emulator = Slow(0.5)
    with serve(emulator, control=False) as served:
        where = ("--endpoint-url", served.endpoint_url, "--hypothesis-profile", "gate", "--workers", workers)
        judged = judge(tmp_path, *where, "--max-time", "20")
    assert judged.report["complete"] is True, judged.output
    assert judged.report["summary"]["fail"] == 0
    assert emulator.asked[-1] - emulator.asked[0] < 20 + GRACE + 1


def test_a_target_that_is_too_slow_to_be_known() -> None:
    """Where the time is up before it is known what a target offers, that is one line."""
    with serve(Slow(0.2), control=False) as served, pytest.raises(TargetUnreachableError, match="the time was up"):
        open_target(Endpoint(EndpointOptions(served.endpoint_url)), monotonic() + 0.5)


PROCESSES = pytest.mark.parametrize(
    "processes",
    [pytest.param((), id="one process"), pytest.param(("-n", "2"), id="two processes", marks=pytest.mark.proof)],
)


def unfinished(judged: Judged) -> set[str]:
    """The reasons of the rules that were not judged."""
    return {rule["reason"] for rule in judged.report["rules"] if rule["verdict"] == "inconclusive"}


@pytest.mark.parametrize("seconds", ["0.2", pytest.param("1", marks=pytest.mark.proof)])
@PROCESSES
def test_a_short_time_on_the_reference(seconds: str, processes: tuple[str, ...], tmp_path: Path) -> None:
    """The run ends soon, its report is complete, nothing fails, and only the time keeps a rule from its verdict."""
    options = ("--hypothesis-profile", "explore", "--max-time", seconds, *processes)
    judged = judge(tmp_path, *options)
    assert judged.status == 0, judged.output
    assert judged.seconds < float(seconds) + GRACE + STARTUP
    assert judged.report["complete"] is True
    assert judged.report["suite"]["max_time_seconds"] == float(seconds)
    assert judged.report["summary"]["fail"] == 0
    assert judged.report["summary"]["pass"] > 0
    time_is_up = f"the time was up (--max-time {seconds})"
    assert [reason for reason in unfinished(judged) if not reason.startswith(time_is_up)] == []
    # Whether it kept a rule from its verdict or from more examples depends on how busy the machine is.
    assert judged.lines_with(time_is_up), judged.output


@PROCESSES
def test_a_short_time_on_a_wrong_target(processes: tuple[str, ...], tmp_path: Path) -> None:
    """What examples show fails all the same, under its own rule, with its case saved."""
    options = ("-k", "start_window", "--hypothesis-profile", "explore", "--max-time", "0.2", *processes)
    with serve(MUTANTS["no-lower-bound"]()) as served:
        where = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
        judged = judge(tmp_path, *where, *options)
    assert judged.status == 1, judged.output
    failing = {rule_id for rule_id, verdict in judged.verdicts.items() if verdict == "fail"}
    assert set(MUTANTS["no-lower-bound"].breaks) <= failing
    assert all(rule_id.startswith("start-window/") for rule_id in failing)
    assert judged.report["complete"] is True
    assert "Flaky" not in judged.output
    assert (tmp_path / "cases" / "start-window-before-lower-bound.json").exists()


SEARCHED = '''
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.cases.case import Case, Inside, MonthStart, Now, Purchase, Written
from conformance.results.checker import Checker
from conformance.rules import start_window
from conformance.testing import checks


@checks(start_window.before_lower_bound)
@settings(max_examples=100_000)
@given(case=st.integers(1, 10**6).map(lambda by: Case(steps=(Purchase(start=Written(MonthStart(seconds=-by))),))))
def test_found_by_the_search(check: Checker, case: Case) -> None:
    """A search that finds a failure at once, and takes its time to make it simpler."""
    time.sleep(0.2)
    check(case)


@checks(start_window.interior)
@settings(max_examples=100_000)
@given(case=st.integers(0, 999).map(lambda mille: Case(steps=(Purchase(start=Written(Inside(mille))),))))
def test_without_an_end(check: Checker, case: Case) -> None:
    """A search that would take hours."""
    time.sleep(0.01)
    check(case)
'''


def test_time_that_is_up_while_a_failure_is_shrunk(tmp_path: Path) -> None:
    """The failure stays one, neither flaky nor an error, and the tests after it come to their ends."""
    tests = tmp_path / "test_searched.py"
    tests.write_text(SEARCHED, encoding="utf-8")
    began = time.monotonic()
    with serve(MUTANTS["no-lower-bound"]()) as served:
        where = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
        judged = judge(tmp_path, str(tests), *where, "--hypothesis-profile", "explore", "--max-time", "3")
    assert time.monotonic() - began < 3 + GRACE + STARTUP
    assert judged.status == 1, judged.output
    assert judged.verdicts["start-window/before-lower-bound"] == "fail"
    assert judged.verdicts["start-window/interior"] in ("pass", "inconclusive")
    assert judged.lines_with("1 failed, 1 passed"), judged.output
    assert "Flaky" not in judged.output
    assert "Traceback" not in judged.output


def test_shares(tmp_path: Path) -> None:
    """A test that never ends by itself leaves the others their time."""
    tests = tmp_path / "test_searched.py"
    tests.write_text(SEARCHED, encoding="utf-8")
    judged = judge(tmp_path, str(tests), "--hypothesis-profile", "explore", "--max-time", "4")
    examples = {rule["id"]: rule["examples"] for rule in judged.report["rules"]}
    assert judged.report["complete"] is True
    assert judged.report["summary"]["fail"] == 0
    assert 3 <= examples["start-window/before-lower-bound"] <= 10
    assert examples["start-window/interior"] >= 3


@pytest.mark.parametrize("given", ["0", "-1", "soon", "nan", "inf", ""])
def test_what_is_no_time(given: str) -> None:
    """What is not a number of seconds above 0 is one clear line and exit status 4."""
    ended = run_suite(f"--max-time={given}")
    assert ended.status == 4, ended.output
    assert [line for line in ended.output.splitlines() if line] == [
        f"ERROR: --max-time {given!r} is not a number of seconds above 0"
    ]


def test_no_time_for_a_replay(tmp_path: Path) -> None:
    """Saved cases are played to their end, so that a limit is refused."""
    ended = run_suite("--replay", str(tmp_path), "--max-time", "5")
    assert ended.status == 4, ended.output
