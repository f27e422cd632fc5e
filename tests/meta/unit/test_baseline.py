"""The baseline: known failures do not close the gate, and what it says wrongly is an error or a failure."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from conformance.clock import utc_now
from conformance.results.baseline import REMOVE_IT, Baseline, BaselineError, KnownFailure, baseline_text, read_baseline
from conformance.results.failure import Failure
from conformance.results.verdicts import RuleResult, Verdict
from conformance.rules import RULES
from tests.meta.cli.commands import judge, run_suite
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS

TODAY = date(2027, 1, 15)
RULE = "start-window/before-lower-bound"
ENTRY = f'[[known]]\nrule = "{RULE}"\nreason = "nobody asks for last month"\n'


def read(text: str) -> Baseline:
    """Read a baseline on a certain day."""
    return read_baseline(text, "known.toml", TODAY)


def failure(problem: str, rule: str = RULE, **parts: Any) -> Failure:
    """A failure of a rule."""
    return Failure(rule, problem, "a refusal", {}, (1, 1, problem), **parts)


def failing(*problems: str, rule: str = RULE) -> RuleResult:
    """The result of a rule that fails with these problems."""
    failures = [failure(problem, rule) for problem in problems]
    return RuleResult(examples=1, failures=failures, finished=True)


def test_an_entry() -> None:
    """An entry has a rule and a reason, and may have an issue, a date and a pattern."""
    text = ENTRY + 'issue = "EMU-7"\nexpires = 2027-01-15\npattern = "^start-window"\n'
    assert read(text).known[RULE] == KnownFailure(
        RULE, "nobody asks for last month", "EMU-7", date(2027, 1, 15), "^start-window"
    )


WRONG = {
    "[[known": "known.toml: not TOML",
    "[[unknown]]": "known.toml:1: 'unknown' means nothing here",
    'known = "all"': "known.toml:1: 'known' means nothing here",
    "\n[[known]]\nrule = 'x/no-such'\nreason = 'x'": r"known.toml:3: entry 1 \(x/no-such\): there is no such rule$",
    f"[[known]]\nrule = '{RULE}'": rf"known.toml:1: entry 1 \({RULE}\): the reason is missing",
    f"[[known]]\nrule = '{RULE}'\nreason = ' '": r"known.toml:3: entry 1 .*: the reason is missing",
    "[[known]]\nreason = 'x'": "known.toml:1: entry 1: the rule is missing",
    ENTRY + "\n" + ENTRY: r"known.toml:6: entry 2 .*: the rule is listed twice",
    ENTRY + "expires = 2027-01-14": r"known.toml:4: entry 1 .*: the entry expired on 2027-01-14",
    ENTRY + "expires = '2027-01-14'": r"known.toml:4: entry 1 .*: expires must be a date",
    ENTRY + "pattern = '('": r"known.toml:4: entry 1 .*: the pattern is not a regular expression",
    ENTRY + "because = 'x'": r"known.toml:4: entry 1 .*: unknown key 'because'",
    ENTRY + "issue = 7": r"known.toml:4: entry 1 .*: issue must be a text",
    ENTRY + "expires = 2027-01-14T00:00:00Z": r"known.toml:4: entry 1 .*: expires must be a date",
    "known = [{rule = 'names/length'}]": r"known.toml:1: entry 1 \(names/length\): the reason is missing",
    ENTRY.replace("lower", "lowr"): rf"known.toml:2: entry 1 .*: there is no such rule; did you mean {RULE}\?",
}


@pytest.mark.parametrize("text", WRONG, ids=list(WRONG.values()))
def test_what_is_wrong(text: str) -> None:
    """What is wrong with a baseline is told with the file, the line and the entry."""
    with pytest.raises(BaselineError, match=WRONG[text]):
        read(text)


def test_an_entry_that_expires_soon() -> None:
    """From thirty days before its last day on, a warning names the rule and the day."""
    baseline = Baseline({RULE: KnownFailure(RULE, "why", expires=date(2027, 3, 31))})
    assert list(baseline.expiring(date(2027, 2, 28))) == []
    (line,) = baseline.expiring(date(2027, 3, 1))
    assert line == f"warning: the baseline's entry for {RULE} expires on 2027-03-31"


def test_verdicts() -> None:
    """Failing as listed is known, failing otherwise a failure, and so is passing, but not where only a part passes."""
    baseline = Baseline({RULE: KnownFailure(RULE, "why", "EMU-7", pattern="accepted")})
    rule = RULES[RULE]
    assert baseline.judge(rule, Verdict.FAIL, "", failing("it accepted it")) == (Verdict.KNOWN, "why (EMU-7)")
    verdict, reason = baseline.judge(rule, Verdict.FAIL, "", failing("it accepted it", "it burned"))
    assert (verdict, "pattern 'accepted'" in reason) == (Verdict.FAIL, True)
    assert baseline.judge(rule, Verdict.PASS, "", RuleResult()) == (Verdict.FAIL, REMOVE_IT)
    assert baseline.judge(rule, Verdict.PASS, "in part", RuleResult()) == (Verdict.PASS, "in part")
    assert baseline.judge(rule, Verdict.BLOCKED, "x", RuleResult()) == (Verdict.BLOCKED, "x")
    other = RULES["start-window/utc"]
    assert baseline.judge(other, Verdict.FAIL, "", failing("it accepted it")) == (Verdict.FAIL, "")


def test_the_replay_line_is_no_part_of_the_message() -> None:
    """A pattern does not find the path of a saved case, nor the command that replays it."""
    named = failure("it accepted it", saved="known.json", replay="pytest --replay x.json")
    assert "known.json" in named.message
    for pattern, verdict in (("known.json|--replay", Verdict.FAIL), ("accepted", Verdict.KNOWN)):
        baseline = Baseline({RULE: KnownFailure(RULE, "why", pattern=pattern)})
        judged, _ = baseline.judge(RULES[RULE], Verdict.FAIL, "", RuleResult(failures=[named]))
        assert judged is verdict


def test_writing() -> None:
    """What is written is read back; entries keep what they said, and an entry that fails otherwise begins anew."""
    before = Baseline(
        {
            RULE: KnownFailure(RULE, 'a "why" of \x7f', "EMU-7", date(2027, 2, 1), "accepted"),
            "names/length": KnownFailure("names/length", "kept, for it could not be judged"),
            "names/unique": KnownFailure("names/unique", "gone", "EMU-8", pattern="accepted"),
            "names/characters": KnownFailure("names/characters", "fixed"),
        }
    )
    found = {RULE: failing("it accepted it"), "names/unique": failing("it burned", rule="names/unique")}
    written = read(baseline_text(found, before, ["names/length"]))
    assert written.known == {
        RULE: before.known[RULE],
        "names/length": before.known["names/length"],
        "names/unique": KnownFailure("names/unique", "it burned", "EMU-8"),
    }


def test_the_options(tmp_path: Path) -> None:
    """A run writes its baseline; with it the gate opens and the failures are known, and what passes must leave it."""
    file = tmp_path / "known.toml"
    options = ("-k", "test_before_the_first_of_the_month")
    with serve(MUTANTS["no-lower-bound"]()) as served:
        where = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
        closed = judge(tmp_path / "closed", *where, *options, "--write-baseline", str(file))
        soon = utc_now().date() + timedelta(days=20)
        file.write_text(f"{file.read_text(encoding='utf-8')}expires = {soon}\n", encoding="utf-8")
        opened = judge(tmp_path / "opened", *where, *options, "--baseline", str(file))
    assert closed.status == 1, closed.output
    assert closed.verdicts[RULE] == "fail"
    assert opened.status == 0, opened.output
    assert opened.verdicts[RULE] == "known"
    assert opened.lines_with("1 is a known failure"), opened.output
    assert opened.lines_with(f"warning: the baseline's entry for {RULE} expires on {soon}"), opened.output
    passing = judge(tmp_path / "passing", *options, "--baseline", str(file))
    assert passing.status == 1, passing.output
    assert passing.lines_with(f"[must] {RULE}: {REMOVE_IT}"), passing.output
    unjudged = judge(tmp_path / "unjudged", "-k", "test_the_current_second", "--baseline", str(file))
    assert unjudged.status == 1, unjudged.output
    assert unjudged.lines_with(f"a required rule was not judged: {RULE} (not-run"), unjudged.output


def test_a_wrong_file(tmp_path: Path) -> None:
    """A baseline with a mistake, and one that is missing, is one clear line and exit status 4."""
    file = tmp_path / "known.toml"
    file.write_text(ENTRY + "expires = 2020-01-01\n", encoding="utf-8")
    ended = run_suite("--baseline", str(file))
    assert (ended.status, len(ended.lines_with(f"ERROR: --baseline {file}:4: entry 1 ({RULE}): "))) == (4, 1)
    missing = run_suite("--baseline", str(tmp_path / "nowhere.toml"))
    assert (missing.status, len(missing.lines_with("nowhere.toml: No such file"))) == (4, 1)


@pytest.mark.parametrize("below", ["", "nowhere/known.toml", "file/known.toml"])
def test_a_baseline_that_cannot_be_written(below: str, tmp_path: Path) -> None:
    """It is one clear line that blames --write-baseline, and exit status 4, before anything runs."""
    (tmp_path / "file").touch()
    ended = run_suite("--write-baseline", str(tmp_path / below))
    told = ended.lines_with(f"ERROR: --write-baseline {tmp_path / below} cannot be written: ")
    assert (ended.status, len(told)) == (4, 1), ended.output


def test_a_baseline_that_fails_to_be_written(tmp_path: Path) -> None:
    """So it is where the disk turns out to be full at the end of the run."""
    ended = run_suite("-k", "test_the_current_second", "--write-baseline", "/dev/full", "--report-dir", str(tmp_path))
    told = ended.lines_with("--write-baseline /dev/full cannot be written: No space left on device")
    assert (ended.status, len(told)) == (4, 1), ended.output
