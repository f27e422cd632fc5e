"""The end of a run on the terminal: one screen, by likely cause, with the state of the gate in its very last line."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.clock import utc_now
from conformance.plugin.selection import rules_matching
from conformance.report.groups import groups_of
from conformance.report.terminal import MOST_LINES, summary_lines
from conformance.results.facts import TargetFacts
from conformance.results.failure import Failure
from conformance.results.run import Run
from conformance.results.verdicts import RuleResult
from conformance.rules import RULES
from tests.meta.cli.commands import ROOT, judge, plain_environment, run_suite, suite_command
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS


def _failure(rule_id: str, call: str, **more: object) -> Failure:
    given = {"case": {}, "size": (1, 1, ""), "expected": "400 BadRequestException", "replay": "replay this",
             "answer": call.rpartition(" -> ")[2], **more}  # fmt: skip
    return Failure(rule=rule_id, problem="accepted what it must refuse " * 4, call=call, **given)  # type: ignore[arg-type]


def _run(failing: int, *, alike: bool) -> Run:
    """A run in which so many rules fail, by one answer or each by another."""
    run = Run(TargetFacts("endpoint", "endpoint", None, "us-east-1"), "gate", "derandomized", utc_now())
    for number, rule_id in enumerate(list(RULES)[:failing]):
        outcome = "201 ACTIVE" if alike else f"{400 + number} Exception"
        failure = _failure(rule_id, f"PurchaseOffering(Start='2027-01-01T00:00:00Z') -> {outcome}")
        run.add(rule_id, RuleResult(tests=1, examples=1, failures=[failure]))
    return run


@pytest.mark.parametrize("failing", [0, 1, 3, 25, len(RULES)])
@pytest.mark.parametrize("alike", [True, False])
def test_one_screen(failing: int, alike: bool) -> None:
    """However many rules fail, there are at most forty lines of eighty columns; -v has the whole of each."""
    run = _run(failing, alike=alike)
    lines = summary_lines(run)
    assert len(lines) <= MOST_LINES
    assert [line.text for line in lines if len(line.text) > 80 and not line.text.startswith("  replay")] == []
    whole = "\n".join(line.text for line in summary_lines(run, whole=True))
    assert all(f"] {rule_id}: " in whole for rule_id in list(RULES)[:failing])
    if failing == 25 and not alike:
        assert lines[-1].text == "" or "-v shows everything" in "\n".join(line.text for line in lines)


def test_what_is_left_out_says_so() -> None:
    """Rules that have no room have one line each, cut with a sign; so is what takes more than three lines."""
    lines = [line.text for line in summary_lines(_run(9, alike=False))]
    heads = [line for line in lines if line.startswith("[must]") and line.endswith("…")]
    assert heads
    assert all(len(head) == 80 for head in heads)
    cut = f"'arn:aws:mediaconnect:us-east-1:{'1' * 12}:offering:000… (89 characters)"
    run = _run(6, alike=False)
    rule_id = list(RULES)[6]
    problem = f"refused {cut} with 400 BadRequestException"
    run.add(
        rule_id, RuleResult(tests=1, examples=1, failures=[replace(_failure(rule_id, "f() -> 499"), problem=problem)])
    )
    assert any("refused 'arn:…' with 400" in line.text for line in summary_lines(run, room=24))
    likewise = [line.text for line in summary_lines(_run(len(RULES), alike=True))]
    first = next(number for number, line in enumerate(likewise) if line.startswith("  likewise"))
    assert likewise[first + 2].endswith(" …")


def test_reasons_that_have_no_room_are_counted() -> None:
    """Why rules were not judged is told on whole lines, as long as there is room; the reasons left out are counted."""
    run = _run(0, alike=True)
    for number, rule_id in enumerate(RULES):
        run.add(rule_id, RuleResult(tests=1, examples=1, unknown=Counter({f"reason {number}": 1})))
    lines = [line.text for line in summary_lines(run)]
    assert lines[-1] == f"and {len(RULES) - 8} reasons more; -v shows everything"
    assert [line for line in lines if line.startswith("inconclusive") and not line.endswith(")")] == []
    assert sum("reason" in line.text for line in summary_lines(run, whole=True)) == len(RULES)


@pytest.mark.parametrize("outcome", ["400 BadRequestException", "400 BadRequestException: '" + "why " * 60])
def test_a_long_call_still_has_its_outcome(outcome: str) -> None:
    """Of a long call what was sent is cut, and what came of it is there."""
    run = _run(0, alike=True)
    rule_id = next(iter(RULES))
    arn = "arn%3Aaws%3Amediaconnect%3Aus-east-1%3A348696000079%3Aoffering%3Ad96e0d9f-8c29-437f-a930-c5f1551eb77a"
    failure = _failure(rule_id, f"PurchaseOffering(OfferingArn='{arn}', ReservationName='{'x' * 300}') -> {outcome}")
    run.add(rule_id, RuleResult(tests=1, examples=1, failures=[failure]))
    text = " ".join(line.text.strip() for line in summary_lines(run))
    assert "OfferingArn='…c5f1551eb77a'" in text
    assert "… -> 400 BadRequestException" in text


def test_rules_with_one_cause_are_one_group() -> None:
    """The same answer where a refusal was due is told once; what it blocks stands below it."""
    run = _run(3, alike=True)
    blocked = list(RULES)[5]
    run.add(blocked, RuleResult(tests=1, examples=1, failures=[_failure(blocked, "", depends_on=(next(iter(RULES)),))]))
    (group,) = groups_of(run)
    assert len(group.rules) == 3
    assert group.blocked == (blocked,)
    assert len(groups_of(_run(3, alike=False))) == 3


def test_a_part_of_a_run(tmp_path: Path) -> None:
    """It says so in its last line, has not-run for the rest, and leaves the cases of rules that it did not run."""
    where_to, rules = ("--report-dir", str(tmp_path)), ("--rule", "start-window/*")
    with serve(MUTANTS["no-lower-bound"]()) as served:
        where = ("--endpoint-url", served.endpoint_url)
        judge(tmp_path, *where, *rules)
        other = judge(tmp_path, *where, "--rule", "lists/max-results")
    cases = {path.stem for path in (tmp_path / "cases").glob("*.json")}
    assert "start-window-before-lower-bound" in cases
    assert other.verdicts["start-window/before-lower-bound"] == "not-run"
    last = other.output.rstrip().splitlines()[-1]
    assert last.startswith("the gate is open")
    assert last.endswith("(a part of the tests: --rule lists/max-results)")
    nothing = run_suite(*where_to, "-k", "start-window/before-lower-bound")
    assert nothing.status == 5
    assert nothing.lines_with("a rule is selected by --rule start-window/before-lower-bound"), nothing.output


def test_patterns_of_rules() -> None:
    """An id, a topic, a pattern; one that names nothing is one line with the nearest."""
    assert rules_matching(["end/adds-duration"]) == {"end/adds-duration"}
    assert rules_matching(["end"]) == rules_matching(["end/*"]) == {one for one in RULES if one.startswith("end/")}
    with pytest.raises(pytest.UsageError, match="did you mean end/adds-duration"):
        rules_matching(["end/add-duration"])


def test_an_interrupt(tmp_path: Path) -> None:
    """After Ctrl-C the last line is the suite's, and there are no representations of objects."""
    options = ("--profile", "explore", "--report-dir", str(tmp_path))
    process = subprocess.Popen(
        suite_command(*options), cwd=ROOT, env=plain_environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout is not None
    told = [process.stdout.readline()]
    while "collected" not in told[-1] and told[-1]:
        told.append(process.stdout.readline())
    os.kill(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 2, "".join(told) + rest
    assert rest.rstrip().splitlines()[-1] == "the run was interrupted: its report is not complete", rest
    assert not re.search(r"<[\w.]+ object at 0x", rest)


def test_a_region_of_ones_own(tmp_path: Path) -> None:
    """--region is the Region of the run, the one that is otherwise the second included."""
    judged = judge(tmp_path, "--region", "eu-west-1")
    assert judged.report["target"]["region"] == "eu-west-1"
    assert judged.status == 0, judged.output
