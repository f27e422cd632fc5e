"""A gate that cannot be fooled: rules that must be judged, an earlier run to compare with, options in a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from conformance.command import main
from conformance.command.config import KEYS, ConfigError, read_config, with_config
from conformance.results.baseline import Baseline, BaselineError, baseline_text, read_baseline
from conformance.results.gate import ExitStatus, Gate, GateRequirements, decide, format_failing
from conformance.results.regression import Changes, changes_since, gate_since
from conformance.results.verdicts import Verdict
from conformance.rules import RULES, Level, Rule
from tests.meta.cli.commands import judge

MUST = frozenset({Level.MUST})
MUSTS = [rule for rule in RULES.values() if rule.level is Level.MUST]
SHOULDS = [rule for rule in RULES.values() if rule.level is Level.SHOULD]


def _verdicts(**of: Verdict) -> list[tuple[Rule, Verdict]]:
    """Every rule passes, but those that are named, as `adds_duration` for `end/adds-duration`."""
    return [(rule, of.get(rule.id.partition("/")[2].replace("-", "_"), Verdict.PASS)) for rule in RULES.values()]


def _decide(verdicts: list[tuple[Rule, Verdict]], requirements: GateRequirements) -> tuple[ExitStatus, str]:
    gate = decide(verdicts, MUST, frozenset(), "", requirements)
    return gate.status, gate.headline


def test_a_required_rule_that_is_not_judged_closes_the_gate() -> None:
    """What was lost is named with its reason, also where everything else passes."""
    lost = ("end/adds-duration (not-testable: needs a settable clock)",)
    status, headline = _decide(_verdicts(adds_duration=Verdict.NOT_TESTABLE), GateRequirements(lost, required=True))
    assert status is ExitStatus.CLOSED
    assert "a required rule was not judged: end/adds-duration (not-testable: needs a settable clock)" in headline


def test_a_run_that_judged_little_says_so() -> None:
    """Fewer than half of the must rules, and nothing that says which have to be: it stands in the headline."""
    few = [(rule, Verdict.PASS if number < 5 else Verdict.NOT_TESTABLE) for number, rule in enumerate(RULES.values())]
    assert "were judged; --require keeps what is judged" in _decide(few, GateRequirements())[1]
    assert "--require" not in _decide(few, GateRequirements(required=True))[1]
    assert "(a part of the tests: -k 'end')" in _decide(few, GateRequirements(part="-k 'end'"))[1]


def test_failures_are_counted_once_and_by_level() -> None:
    """One number for each level; known failures are told apart."""
    failing = [(rule, Verdict.FAIL) for rule in (*MUSTS[:22], *SHOULDS[:5])]
    assert format_failing(failing) == "22 must and 5 should rules fail"
    assert format_failing(failing[:1]) == "1 must rule fails"
    status, headline = _decide([*failing[22:], (MUSTS[0], Verdict.KNOWN), (MUSTS[1], Verdict.PASS)], GateRequirements())
    assert status is ExitStatus.OPEN
    assert "1 of 2 must rules pass, 1 is a known failure, 5 should rules fail" in headline


def test_require_in_the_baseline() -> None:
    """The list is read, checked, and written; what was required before stays."""
    text = 'require = ["end/adds-duration"]\n\n[[known]]\nrule = "names/unique"\nreason = "why"\n'
    baseline = read_baseline(text, "file", date(2027, 1, 1))
    assert baseline.require == ("end/adds-duration",)
    written = baseline_text({}, baseline, ["names/unique"], ["names/length"])
    again = read_baseline(written, "file", date(2027, 1, 1))
    assert again.require == ("end/adds-duration", "names/length")
    assert again.known == baseline.known
    assert Baseline().require is None
    for wrong, said in (('require = ["end/add-duration"]', "did you mean end/adds-duration?"), ("require = 1", "list")):
        with pytest.raises(BaselineError, match=said):
            read_baseline(wrong, "file", date(2027, 1, 1))


def test_changes_since_an_earlier_run() -> None:
    """New failures and lost rules close the gate; old failures and fixed ones do not."""
    before = {rule.id: "pass" for rule in RULES.values()} | {"end/keeps-time-of-day": "fail", "names/length": "pass"}
    old = _verdicts(keeps_time_of_day=Verdict.FAIL)
    gate = decide(old, MUST, frozenset(), "")
    assert gate.status is ExitStatus.CLOSED
    assert changes_since(before, old, MUST) == Changes()
    assert gate_since(gate, Changes()).status is ExitStatus.OPEN
    worse = _verdicts(adds_duration=Verdict.FAIL, interior=Verdict.BLOCKED, length=Verdict.FAIL)
    changes = changes_since(before, worse, MUST)
    assert changes == Changes(("end/adds-duration",), ("end/keeps-time-of-day",), ("start-window/interior",))
    closed = gate_since(gate, changes)
    assert (closed.status, "1 new failure, 1 rule is no longer judged" in closed.headline) == (ExitStatus.CLOSED, True)
    assert len(changes.lines) == 3


def test_part_of_a_run_loses_nothing_that_it_did_not_select() -> None:
    """What was not selected is neither lost nor a regression; what was selected and cannot be judged is lost."""
    before = {rule.id: "pass" for rule in RULES.values()}
    part = _verdicts(adds_duration=Verdict.INCONCLUSIVE, interior=Verdict.NOT_RUN, length=Verdict.NOT_RUN)
    assert changes_since(before, part, MUST, selected=frozenset()) == Changes()
    assert changes_since(before, part, MUST, selected={"end/adds-duration"}) == Changes(lost=("end/adds-duration",))
    untestable = _verdicts(adds_duration=Verdict.NOT_TESTABLE)
    assert changes_since(before, untestable, MUST, selected=()) == Changes(lost=("end/adds-duration",))


def test_part_of_a_run_compared_with_a_whole_one(tmp_path: Path) -> None:
    """-k and --rule leave the gate open where nothing that they select is worse, and the headline names the part."""
    whole = judge(tmp_path / "whole")
    earlier = ("--compare-to", str(tmp_path / "whole" / "report.json"))
    for number, part in enumerate([("-k", "start_window"), ("--rule", "end/adds-duration")]):
        compared = judge(tmp_path / f"part{number}", *earlier, *part)
        assert (whole.status, compared.status) == (0, 0), compared.output
        assert not compared.lines_with("no longer judged")
        assert compared.lines_with("nothing is worse than before (a part of the tests: "), compared.output


def test_many_changes_fit_the_terminal() -> None:
    """However many rules changed, no line has more than eighty columns, and each rule is named whole."""
    changes = Changes(new=tuple(RULES), lost=("end/format",))
    assert max(map(len, changes.lines)) <= 80
    assert all(rule_id in " ".join(changes.lines) for rule_id in RULES)
    assert "1 rule is no longer judged" in gate_since(Gate(ExitStatus.OPEN, ""), Changes(lost=("end/format",))).headline


def test_options_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come before those of the command line; a target that is named there sets that of the file aside."""
    monkeypatch.chdir(tmp_path)
    assert with_config(["-k", "end"]) == (["-k", "end"], [])
    (tmp_path / "mediaconnect-conformance.toml").write_text(
        'endpoint-url = "http://localhost:4566"\naccounts = "none"\nmax-time = 60\ncases = ["a", "b"]\n'
    )
    given, settings = with_config(["-k", "end", "--max-time", "5"])
    assert given == [
        "--endpoint-url=http://localhost:4566", "--accounts=none", "--cases=a", "--cases=b", "-k", "end",
        "--max-time", "5",
    ]  # fmt: skip
    assert [one.source for one in settings if one.option == "--max-time"] == ["the command line"]
    assert with_config(["--target=reference"])[0] == ["--max-time=60", "--cases=a", "--cases=b", "--target=reference"]
    other = tmp_path / "folder" / "other.toml"
    other.parent.mkdir()
    other.write_text('baseline = "known.toml"\n')
    assert with_config(["--config", str(other)])[0] == [f"--baseline={other.parent / 'known.toml'}"]


@pytest.mark.parametrize(
    "arguments, taken",
    [
        (["probe"], ["--probe", "--endpoint-url=http://localhost:1", "--clock=wall"]),
        (["probe", "--target=reference"], ["--probe", "--target=reference"]),
        (["replay", "a.json"], ["--replay=a.json", "--endpoint-url=http://localhost:1", "--clock=wall"]),
    ],
)
def test_other_subcommands_read_the_file(
    arguments: list[str], taken: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take what names the target, and leave what they have no option for."""
    (tmp_path / "named.toml").write_text('endpoint-url = "http://localhost:1"\nclock = "wall"\nmax-time = 60\n')
    given: list[list[str]] = []
    monkeypatch.setattr("conformance.command.suite.run_suite", lambda options: given.append(list(options)) or 0)
    assert main([*arguments, "--config", str(tmp_path / "named.toml")]) == 0
    monkeypatch.chdir(tmp_path)
    (tmp_path / "named.toml").rename("mediaconnect-conformance.toml")
    assert main(arguments) == 0
    assert given == [taken, taken]


@pytest.mark.parametrize("arguments", [["run"], ["probe"], ["replay", "a.json"], ["judge", "a.har"]])
def test_each_subcommand_refuses_an_unknown_key(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is one line, with status 4."""
    (tmp_path / "odd.toml").write_text("endpoint_url = 'x'\n")
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--config", str(tmp_path / "odd.toml")])
    assert ended.value.code == 4
    assert capsys.readouterr().err.count("did you mean 'endpoint-url'?") == 1


def test_judge_reads_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A baseline that the file names is the one that counts."""
    (tmp_path / "a.har").write_text("{}")
    (tmp_path / "named.toml").write_text('baseline = "none.toml"\nprofile = "gate"\n')
    with pytest.raises(SystemExit) as ended:
        main(["judge", str(tmp_path / "a.har"), "--config", str(tmp_path / "named.toml")])
    assert ended.value.code == 4
    assert "--baseline" in (said := capsys.readouterr().err)
    assert str(tmp_path / "none.toml") in said


@pytest.mark.parametrize(
    "text, said",
    [
        ('endpoint_url = "x"', "unknown key 'endpoint_url'; did you mean 'endpoint-url'?"),
        ("nonsense = 1", f"unknown key 'nonsense'; expected {KEYS[0]}"),
        ("max-time = true", "max-time must be a text or a number"),
        ('target = ["a"]', "target must be a text or a number"),
        ("target = ", "not TOML"),
    ],
)
def test_a_file_that_cannot_be_used(text: str, said: str, tmp_path: Path) -> None:
    """It is one line that names the file."""
    file = tmp_path / "options.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as raised:
        read_config(file)
    assert str(raised.value).startswith(f"{file}: ")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
