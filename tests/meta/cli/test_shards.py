"""--shard and merge: parts that are disjoint and whole, and one report of them that says what one run would."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from conformance.clock import utc_now
from conformance.command import main
from conformance.report.merge import merge
from conformance.report.reading import ReportError, read_report
from conformance.results.baseline import REMOVE_IT, Baseline, KnownFailure
from conformance.results.facts import TargetFacts
from conformance.results.run import Run
from conformance.results.verdicts import RuleResult, Verdict
from conformance.rules import RULES
from conformance.targets.capabilities import Capability
from tests.meta.cli.commands import Judged, judge, run_suite
from tests.meta.emulator import Served

PARTS = 3
SELECTED = ("-k", "start_window or test_end or test_names")


@pytest.fixture(scope="module")
def whole(wrong: Served, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """A run of the whole selection."""
    return judge(tmp_path_factory.mktemp("whole"), "--endpoint-url", wrong.endpoint_url, *SELECTED)


@pytest.fixture(scope="module")
def parts(wrong: Served, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The reports of its parts."""
    folder = tmp_path_factory.mktemp("parts")
    for number in range(1, PARTS + 1):
        shard = ("--shard", f"{number}/{PARTS}")
        judge(folder / str(number), "--endpoint-url", wrong.endpoint_url, *SELECTED, *shard)
    return [str(folder / str(number) / "report.json") for number in range(1, PARTS + 1)]


def test_parts_are_disjoint_and_whole() -> None:
    """Every test is in exactly one of the parts, and in the same one each time."""
    collected = [run_suite("--collect-only", "-q", "--shard", f"{number}/{PARTS}") for number in (1, 2, 3, 3)]
    tests = [[line for line in run.output.splitlines() if "::" in line] for run in collected]
    everything = [line for line in run_suite("--collect-only", "-q").output.splitlines() if "::" in line]
    assert sorted(tests[0] + tests[1] + tests[2]) == sorted(everything)
    assert tests[2] == tests[3]


def test_the_parts_make_one_report(
    whole: Judged, parts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Verdicts, equivalence classes and gate are those of one run, and so is the output; its cases are beside it."""
    assert main(["merge", *reversed(parts), "--output", str(tmp_path)]) == whole.status == 1
    merged = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    for mine, its in zip(merged["rules"], whole.report["rules"], strict=True):
        different = {name for name in mine if mine[name] != its[name]}
        # Which of two purchases at the same time succeeds is left to chance, and with it what is judged then.
        chance = {"duration_seconds", "record", "failures", "blocked_failures", "calls", "calls_to_first_failure"}
        assert different <= {"classes", *chance}, mine["id"]
        assert mine["classes"].keys() == its["classes"].keys()
        # Each process makes the first failing case of a rule simpler, so that more of them find a simpler one.
        assert len(mine["failures"]) == len(its["failures"]), mine["id"]
        assert {failure["label"] for failure in mine["failures"]} <= {*its["classes"]}, mine["id"]
    assert merged["gate"] == whole.report["gate"]
    assert merged["complete"]
    assert merged["suite"]["shard"] is None
    assert (tmp_path / "report.html").exists()
    failures = [failure for rule in merged["rules"] for failure in rule["failures"]]
    assert failures
    for failure in failures:
        assert (tmp_path / failure["file"]).with_suffix(".curl.sh").exists()
        assert str(tmp_path / failure["file"]) in failure["replay"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == merged["gate"]["headline"]
    assert any(line.startswith("start-window ") for line in lines)


def test_parts_without_their_cases(parts: list[str], tmp_path: Path) -> None:
    """Reports that came without their folders make one report all the same, which links to no case."""
    moved = []
    for number, part in enumerate(parts):
        moved.append(str(tmp_path / f"{number}.json"))
        shutil.copy(part, moved[-1])
    assert main(["merge", *moved, "--output", str(tmp_path / "merged")]) == 1
    merged = json.loads((tmp_path / "merged" / "report.json").read_text(encoding="utf-8"))
    assert {failure["file"] for rule in merged["rules"] for failure in rule["failures"]} == {""}
    assert list((tmp_path / "merged" / "cases").iterdir()) == []


def test_a_baseline_for_the_whole(parts: list[str], tmp_path: Path, whole: Judged) -> None:
    """Known failures are known in the merged report too, with the same file."""
    failed = [rule for rule, verdict in whole.verdicts.items() if verdict == "fail"]
    file = tmp_path / "known.toml"
    file.write_text("".join(f'[[known]]\nrule = "{rule}"\nreason = "so far"\n' for rule in failed), encoding="utf-8")
    assert main(["merge", *parts, "--output", str(tmp_path / "merged"), "--baseline", str(file)]) == 0


def test_a_part_does_not_take_a_known_failure_for_mended() -> None:
    """Where a rule passes in a part, as the test that fails is in another, its entry in the baseline stays."""
    rule = RULES["wire/read-status"]
    target = TargetFacts("endpoint", "endpoint", None, "us-east-1", frozenset(Capability))
    known = Baseline({rule.id: KnownFailure(rule.id, "so far")})
    verdicts = []
    for shard in ("1/2", ""):
        run = Run(target, "gate", "", utc_now(), known, shard=shard)
        run.add(rule.id, RuleResult(tests=1, examples=1, classes=Counter(list(rule.classes)), finished=True))
        verdicts.append({each.id: (verdict, reason) for each, verdict, reason in run.verdicts()}[rule.id])
    assert verdicts == [(Verdict.PASS, "in part: part 1/2 only"), (Verdict.FAIL, REMOVE_IT)]


def test_what_is_no_whole_run(parts: list[str], whole: Judged) -> None:
    """A missing part, one that is there twice, a report that is not a part, and parts of different runs are named."""
    reports = [read_report(part) for part in parts]
    with pytest.raises(ReportError, match=r"part 2/3 is missing; expected 1/3, 2/3, 3/3"):
        merge([reports[0], reports[2]])
    with pytest.raises(ReportError, match=r"part 1/3 is there twice"):
        merge([*reports, reports[0]])
    with pytest.raises(ReportError, match="report 4 of 4 is not a part of a run: it was made without --shard"):
        merge([*reports, whole.report])
    foreign = [{**report, "target": {**report["target"], "capabilities": ["flight"]}} for report in reports]
    with pytest.raises(ReportError, match="part 1/3: damaged, or of another version: 'flight' is not a valid"):
        merge(foreign)
    other = {**reports[1], "suite": {**reports[1]["suite"], "profile": "gate"}}
    with pytest.raises(ReportError, match="the parts have different profiles: gate; smoke"):
        merge([reports[0], other, reports[2]])
    damaged = {**reports[1], "rules": [{**rule, "record": {"examples": "many"}} for rule in reports[1]["rules"]]}
    with pytest.raises(ReportError, match="part 2/3: damaged: the record of "):
        merge([reports[0], damaged, reports[2]])


@pytest.mark.parametrize("shard", ["", "2", "0/3", "4/3", "1/0", "a/b", "1/3/5"])
def test_a_shard_must_be_a_part(shard: str) -> None:
    """Anything else is one line, with status 4."""
    ended = run_suite("--shard", shard)
    assert ended.status == 4
    assert ended.lines_with("names no part; expected K/N with K from 1 to N, such as 2/5"), ended.output


@pytest.mark.parametrize(
    "options, said",
    [
        (["--example-database", "examples"], "goes with --profile nightly or explore"),
        (
            ["--example-database", "redis://localhost", "--hypothesis-profile", "explore"],
            "needs the package redis: pip install redis",
        ),
    ],
)
def test_examples_that_cannot_be_kept(options: list[str], said: str) -> None:
    """A profile that keeps none, and a server whose package is missing, are one line, with status 4."""
    ended = run_suite(*options)
    assert ended.status == 4
    assert ended.lines_with(said), ended.output
