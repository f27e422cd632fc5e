"""`--cases` and `--save-cases`: saved cases that are played before everything else, in the tests of their rules."""

import json
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from conformance.cases.case import MonthStart, Now, Purchase, SetClock, Written
from conformance.cases.case_json import size_of
from conformance.replay.folder import add, clear_for
from conformance.replay.saved_case import read_saved_case
from tests.meta.cli.commands import judge, run_suite, running, suite_command
from tests.meta.cli.test_replay import BEFORE, EARLY, saved
from tests.meta.emulator import RightEmulator, Served, serve
from tests.meta.emulator.mutants import MUTANTS

NAME = "start-window-before-lower-bound.json"
LONG_AGO = saved(BEFORE, Purchase(start=Written(MonthStart(seconds=-1_234_567))))
ONE = ("-k", "test_before_the_first_of_the_month")


def on(served: Served) -> tuple[str, ...]:
    """The options that select an emulator with its control API."""
    return "--endpoint-url", served.endpoint_url, "--control-url", served.control_url


class OfOneInstant(RightEmulator):
    """Takes one Start in the past, which nobody comes upon by chance."""

    def window_allows(self, start: datetime, now: datetime) -> bool:
        """Whether a Start is inside the window, or is the one."""
        first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return super().window_allows(start, now) or start == first - timedelta(seconds=1_234_567)


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_a_saved_case_comes_first(processes: tuple[str, ...], tmp_path: Path) -> None:
    """The first example of its test is the saved case, and the message names its file, and how to replay it."""
    file = add(tmp_path / "cases", LONG_AGO)
    with serve(OfOneInstant()) as served:
        judged = judge(tmp_path / "report", *on(served), *ONE, "--cases", str(tmp_path / "cases"), *processes)
    (entry,) = [rule for rule in judged.report["rules"] if rule["id"] == BEFORE]
    assert (judged.status, entry["verdict"]) == (1, "fail"), judged.output
    assert entry["examples"] > 1
    assert (
        entry["calls_to_first_failure"] <= entry["calls"] - entry["examples"] + 1
    )  # each example has one call or more
    assert f"\n  saved     {file}\n  replay    " in entry["failures"][0]["message"]
    assert judged.lines_with(f"saved cases: 1 of 1 were played first, failed: {file}"), judged.output
    again = read_saved_case((tmp_path / "report" / "cases" / NAME).read_text(encoding="utf-8"))
    assert again.case == LONG_AGO.case


def test_the_simplest_case_is_shown(tmp_path: Path) -> None:
    """Where an example is simpler than the saved case, the message shows the example, and names the file as well."""
    file = add(tmp_path / "cases", LONG_AGO)
    with serve(MUTANTS["no-lower-bound"]()) as served:
        judged = judge(tmp_path / "report", *on(served), *ONE, "--cases", str(tmp_path / "cases"))
    (entry,) = [rule for rule in judged.report["rules"] if rule["id"] == BEFORE]
    assert f"\n  saved     {file}\n" in entry["failures"][0]["message"]
    simplest = read_saved_case((tmp_path / "report" / "cases" / NAME).read_text(encoding="utf-8"))
    assert size_of(simplest.case) < size_of(LONG_AGO.case)


def test_each_saved_case_is_counted(tmp_path: Path) -> None:
    """Two cases of one defect fail both, though only one of them can be the simplest."""
    for case in (EARLY, LONG_AGO):
        add(tmp_path / "cases", case)
    with serve(MUTANTS["no-lower-bound"]()) as served:
        judged = judge(tmp_path / "report", *on(served), *ONE, "--cases", str(tmp_path / "cases"))
    [line] = judged.lines_with("saved cases: 2 of 2 were played first, failed: ")
    assert line.count(".json") == 2


def test_a_saved_case_that_is_fixed(tmp_path: Path) -> None:
    """The rest of the test follows; files, folders and the folder of --save-cases may name a case more than once."""
    folder = tmp_path / "cases"
    file = add(folder, EARLY)
    add(folder, LONG_AGO)
    twice = ("--cases", str(file), "--cases", str(folder), "--save-cases", str(folder))
    without = judge(tmp_path / "without", *ONE)
    judged = judge(tmp_path / "with", *ONE, *twice)
    assert judged.status == 0, judged.output
    assert judged.lines_with("saved cases: 2 of 2 were played first, none failed"), judged.output
    counts = [next(rule["examples"] for rule in one.report["rules"] if rule["id"] == BEFORE)
              for one in (judged, without)]  # fmt: skip
    assert counts[0] == counts[1] + 2


def test_what_was_saved_is_played_in_the_next_run(tmp_path: Path) -> None:
    """--save-cases alone makes a regression suite: nothing to play at first, then what failed, which is kept once."""
    with serve(MUTANTS["no-lower-bound"]()) as served:
        options = (*on(served), *ONE, "--save-cases", str(tmp_path / "kept"))
        first, second = judge(tmp_path / "1", *options), judge(tmp_path / "2", *options)
    assert not first.lines_with("saved cases:"), first.output
    assert second.lines_with("saved cases: 1 of 1 were played first, failed: "), second.output
    assert [path.name for path in (tmp_path / "kept").glob("*.json")] == [NAME]


def test_cases_that_are_not_played(tmp_path: Path) -> None:
    """A case that the target cannot be tested by, or whose rule has no selected test, is left out and counted."""
    add(tmp_path, saved(BEFORE, SetClock(Now(seconds=1)), Purchase(start=Written(MonthStart(seconds=-1)))))
    add(tmp_path, saved("names/unique", Purchase()))
    add(tmp_path, EARLY)
    with serve(MUTANTS["no-lower-bound"](), control=False) as served:
        where = ("--endpoint-url", served.endpoint_url)
        judged = judge(tmp_path / "report", *where, *ONE, "--cases", str(tmp_path))
    assert judged.lines_with("saved cases: 1 of 3 were played first, failed: "), judged.output


def test_a_pattern_of_the_baseline(tmp_path: Path) -> None:
    """The file that is named in the message is not a part of what a baseline's pattern is looked for in."""
    add(tmp_path / "accepted", EARLY)
    baseline = tmp_path / "known.toml"
    baseline.write_text(f'[[known]]\nrule = "{BEFORE}"\nreason = "why"\npattern = "{tmp_path}"\n', encoding="utf-8")
    with serve(MUTANTS["no-lower-bound"]()) as served:
        options = ("--cases", str(tmp_path / "accepted"), "--baseline", str(baseline))
        judged = judge(tmp_path / "report", *on(served), *ONE, *options)
    assert judged.verdicts[BEFORE] == "fail", judged.output


@pytest.mark.parametrize("option", ["--cases", "--save-cases"])
@pytest.mark.parametrize(
    "text, why",
    [
        ("{", "not JSON"),
        ("{}", "no saved case of mediaconnect-conformance"),
        ('{"schema_version": 9, "suite": {"name": "mediaconnect-conformance"}}', "schema_version is 9"),
    ],
)
def test_a_damaged_case(option: str, text: str, why: str, tmp_path: Path) -> None:
    """A file that is damaged, foreign or of a newer suite is one clear line and exit status 4."""
    (tmp_path / "case.json").write_text(text, encoding="utf-8")
    ended = run_suite(option, str(tmp_path))
    assert ended.status == 4, ended.output
    (line,) = [line for line in ended.output.splitlines() if line]
    assert line.startswith(f"ERROR: {option} {tmp_path / 'case.json'}: {why}")


def test_wrong_options(tmp_path: Path) -> None:
    """A path without a case, and --cases beside --replay, is one clear line and exit status 4."""
    file = add(tmp_path, EARLY)
    for options, why in (
        (("--cases", str(tmp_path / "nowhere.json")), "No such file"),
        (("--replay", str(file), "--cases", str(file)), "--cases goes with the conformance tests, not with --replay"),
    ):
        ended = run_suite(*options)
        assert (ended.status, len(ended.lines_with(why))) == (4, 1), ended.output


SEARCHED = '''
import time

from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.case import Case, MonthStart, Purchase, Written
from conformance.results.checker import Checker
from conformance.rules import start_window
from conformance.testing import checks


@checks(start_window.before_lower_bound)
@given(case=st.integers(1, 10**6).map(lambda by: Case(steps=(Purchase(start=Written(MonthStart(seconds=-by))),))))
def test_found_by_the_search(check: Checker, case: Case) -> None:
    """A search that takes its time once it has found something."""
    if check.violations:
        time.sleep(0.2)
    check(case)
'''


def test_a_run_that_is_killed_after_a_failure(tmp_path: Path) -> None:
    """What was found so far is there to be replayed; the next run takes it away, and leaves nothing unfinished."""
    tests = tmp_path / "test_searched.py"
    tests.write_text(SEARCHED, encoding="utf-8")
    unfinished = tmp_path / "report" / "cases" / "start-window-before-lower-bound.unfinished.json"
    with serve(MUTANTS["no-lower-bound"]()) as served:
        options = (*on(served), str(tests), "--report-dir", str(tmp_path / "report"))
        with running(suite_command(*options, "--hypothesis-profile", "explore")) as process:
            deadline = time.monotonic() + 60
            while not unfinished.exists() and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=60)
        assert read_saved_case(unfinished.read_text(encoding="utf-8")).rule == BEFORE
        assert unfinished.with_suffix(".py").exists()
        replayed = run_suite(*on(served), "--replay", str(unfinished.parent))
        assert replayed.lines_with("still fails  "), replayed.output
        run_suite(*options, "--hypothesis-profile", "explore", "--max-time", "1")
    left = {path.name for path in unfinished.parent.iterdir()}
    assert left == {NAME, NAME.replace(".json", ".py"), NAME.replace(".json", ".curl.sh")}
    assert json.loads((unfinished.parent / NAME).read_text(encoding="utf-8"))["rule"] == BEFORE


def test_unfinished_cases_are_taken_away(tmp_path: Path) -> None:
    """A run takes away what an earlier one that was killed left."""
    file = add(tmp_path, EARLY)
    file.rename(tmp_path / "start-window-before-lower-bound.unfinished.json")
    clear_for(tmp_path, "another run")
    assert not list(tmp_path.glob("*.json"))
