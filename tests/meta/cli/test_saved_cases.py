"""Saved failing cases: stable files that replay, and scripts that show the wrong answer without the suite."""

import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import Case, Literal, Purchase, UnknownArn, Written
from conformance.cases.case_json import DamagedCaseError
from conformance.clock import utc_now
from conformance.plugin.replay import play_again
from conformance.plugin.session import OpenTarget
from conformance.replay.fate import Fate
from conformance.replay.folder import add, check_writable, clear_for, distinct, keep
from conformance.replay.placeholders import Placeholders, RunFacts
from conformance.replay.saved_case import SavedCase, Scope, read_saved_case, saved_case_text
from conformance.replay.standalone import GONE, STILL_THERE
from conformance.replay.trace_json import in_stable_order
from conformance.targets import clocks
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.rare import RARE
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.harness import ConformanceTest, conformance_tests
from tests.meta.tools.saved_cases import keep_failures, open_emulator, run_script
from tests.meta.tools.traces import bought, call, list_reservations, listed, purchase, reservation, trace

WRONG = {**MUTANTS, **RARE}
TELLING = {
    "no-lower-bound": ("start-window/before-lower-bound", "-> 201"),
    "now-is-outside": ("start-window/upper-bound-inclusive", "-> 400"),
    "clamps-a-day-early": ("end/month-end-consistent", '"end": "'),
    "every-purchase-succeeds": ("exclusivity/second-refused", "-> 201"),
    "checked-without-a-lock": ("exclusivity/concurrent", "-> 201"),
    "freed-a-day-early": ("exclusivity/held-until-end", "-> 201"),
    "name-in-lower-case": ("reservation/echoes-request", '"reservationName"'),
    "purchase-answers-ok": ("wire/purchase-status", "-> 200"),
    "unknown-offering-is-bad-request": ("errors/unknown-offering", "-> 400"),
    "lower-case-letters": ("start-format/rejects-other-forms", "-> 201"),
    "expired-a-second-early": ("lifecycle/active-until-end", "EXPIRED"),
    "arn-in-any-case-when-purchased": ("errors/arn-is-exact-in-case", "-> 201"),
    "withdrawn-offering-is-sold": ("errors/unknown-offering", "-> 201"),
    "null-name-is-text": ("errors/missing-parameter", "-> 201"),
    "offerings-of-two-definitions-ago": ("errors/unknown-offering", "-> 201"),
}
"""Mutant to a rule that it breaks, and what of the wrong answer a script prints."""
QUICK = {"no-lower-bound", "now-is-outside", "null-name-is-text", "purchase-answers-ok"}
"""The fast tier has a Start, a clock that is set, a request that is malformed, and an answer; the others are slower."""


@pytest.fixture(scope="module")
def tests() -> list[ConformanceTest]:
    """The conformance tests, with few examples beside their examples: both are the same in every run."""
    return conformance_tests("smoke")


@pytest.fixture(scope="module")
def right() -> Iterator[OpenTarget]:
    """The right emulator."""
    with open_emulator(RightEmulator()) as (_, target):
        yield target


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.proof]) for name in TELLING]
)
def test_a_saved_case(name: str, tests: list[ConformanceTest], right: OpenTarget, tmp_path: Path) -> None:
    """It fails still on the mutant, is fixed on the right one, and the same in the next run; its script shows it."""
    rule_id, wrong = TELLING[name]
    with open_emulator(WRONG[name]()) as (served, target):
        (path, *_) = keep_failures(target, tests, rule_id, tmp_path / "first")
        saved = read_saved_case(path.read_text(encoding="utf-8"))
        assert play_again(target, saved).fate is Fate.STILL_FAILS
        printed = run_script(path.with_suffix(".py"), served)
        assert wrong in printed.output, printed.output
        assert f"expected: {saved.expected}" in printed.output
        assert printed.status == STILL_THERE, printed.output
    assert play_again(right, saved).fate is Fate.FIXED
    with serve(RightEmulator()) as served:
        printed = run_script(path.with_suffix(".py"), served)
    assert printed.status == GONE, printed.output
    with open_emulator(WRONG[name]()) as (_, target):
        keep_failures(target, tests, rule_id, tmp_path / "second")
    assert _texts(tmp_path / "first") == _texts(tmp_path / "second")


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(
    "name",
    [
        "no-lower-bound",
        "null-name-is-text",
        "freed-a-day-early",
        "withdrawn-offering-is-sold",
        "offerings-of-two-definitions-ago",
    ],
)
def test_a_curl_script(name: str, tests: list[ConformanceTest], tmp_path: Path) -> None:
    """Its lines draw the same statuses as the boto3 script, one after the other."""
    with open_emulator(WRONG[name]()) as (served, target):
        (path, *_) = keep_failures(target, tests, TELLING[name][0], tmp_path)
        curl, boto3 = (run_script(path.with_suffix(suffix), served).output for suffix in (".curl.sh", ".py"))
    statuses = re.findall(r"^HTTP/[0-9.]+ (\d+)", curl, re.MULTILINE)
    assert statuses == re.findall(r"^ -> (\d+)", boto3, re.MULTILINE), curl
    assert statuses, curl


def test_a_wall_clock(tests: list[ConformanceTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a wall clock a saved case has the points of its times, and its script computes them when it is run."""
    # A second that ticks within a case can make two of its Starts the same text.
    now = utc_now()
    monkeypatch.setattr(clocks, "utc_now", lambda: now)
    rule_id = "start-window/before-lower-bound"
    with open_emulator(MUTANTS["no-lower-bound"](), control=False) as (served, target):
        (path, *_) = keep_failures(target, tests, rule_id, tmp_path / "first")
        printed = run_script(path.with_suffix(".py"), served, control=False)
    with open_emulator(MUTANTS["no-lower-bound"](), control=False) as (_, target):
        keep_failures(target, tests, rule_id, tmp_path / "second")
    assert _texts(tmp_path / "first") == _texts(tmp_path / "second")
    assert "accepted Start '<month start - 1 s>'" in json.loads(path.read_text(encoding="utf-8"))["message"]
    assert "-> 201" in printed.output
    assert printed.status == STILL_THERE
    assert "<" not in printed.output
    curl = path.with_suffix(".curl.sh").read_text(encoding="utf-8")
    assert '=$(date -u -d "$(date -u +%Y-%m-01) UTC +0 months -1 seconds" +%Y-%m-%dT%H:%M:%SZ)' in curl


def a_saved_case(**changes: object) -> SavedCase:
    """A saved case of one purchase, with changes."""
    saved = SavedCase(
        rule="start-window/before-lower-bound",
        label="by a second",
        message="start-window/before-lower-bound: a message",
        expected="400 BadRequestException",
        scope=Scope(("start-window/before-lower-bound",)),
        case=Case(steps=(Purchase(),)),
        target_name="endpoint",
        target_kind="endpoint",
        region="us-east-1",
        trace=(),
    )
    return replace(saved, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("start", [None, Literal("2027"), Written()])
def test_reading_what_was_written(start: Written | Literal | None) -> None:
    """A saved case is read back as it was, with every kind of Start."""
    saved = a_saved_case(case=Case(steps=(Purchase(start=start),)))
    assert read_saved_case(saved_case_text(saved)) == saved


DAMAGED = {
    "": "not JSON",
    "[]": "no saved case of",
    '{"schema_version": 1}': "no saved case of",
    saved_case_text(a_saved_case()).replace('"schema_version": 1', '"schema_version": 2'): "schema_version is 2",
    saved_case_text(a_saved_case()).replace('"trace"', '"race"'): "'trace' is missing",
    saved_case_text(a_saved_case()).replace("before-lower", "beneath-lower"): "none of this suite",
    saved_case_text(a_saved_case()).replace('"Purchase"', '"Sale"'): "no case",
    saved_case_text(a_saved_case(case=Case(now="soon", steps=(Purchase(),)))): "'soon'".strip("'"),
    saved_case_text(a_saved_case(case=Case(steps=(Purchase(region=7),)))): "no such place",
    saved_case_text(a_saved_case(case=Case(steps=(Purchase(mutation="sung"),)))): "sung",
    saved_case_text(a_saved_case(case=Case(steps=(Purchase(start=Written(form="sung")),)))): "sung",
    saved_case_text(a_saved_case(case=Case(steps=(Purchase(start=Written(form="other digits")),)))): "has no argument",
    saved_case_text(a_saved_case(case=Case(steps=(Purchase(offering=UnknownArn(kind="flow")),)))): "not flow",
    saved_case_text(a_saved_case(case=Case(steps=(Purchase(account=100),)))): "account 100",
    saved_case_text(a_saved_case(region="us-east-1'")): "us-east-1' is not a Region",
    saved_case_text(a_saved_case(fault=["step"])): "fault is not an object",  # type: ignore[arg-type]
    saved_case_text(a_saved_case(trace=({"exchanges": [{}]},))): "the trace is damaged",
}


@pytest.mark.parametrize("text", DAMAGED, ids=list(DAMAGED.values()))
def test_reading_what_is_damaged(text: str) -> None:
    """What is not a saved case of this suite is refused in one line that says why."""
    with pytest.raises(DamagedCaseError, match=DAMAGED[text]) as raised:
        read_saved_case(text)
    assert "\n" not in str(raised.value)


def test_files_do_not_depend_on_the_order(tmp_path: Path) -> None:
    """The simplest failure of a rule has the plain name, those of other classes a number, whoever comes first."""
    simple, harder = a_saved_case(), a_saved_case(label="by a day", case=Case(steps=(Purchase(), Purchase())))
    hardest = a_saved_case(label="by a day", case=Case(steps=(Purchase(), Purchase(), Purchase())))
    for number, order in enumerate([(simple, harder, hardest), (hardest, harder, simple)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        for saved in order:
            keep(folder, saved)
        stem = "start-window-before-lower-bound"
        assert sorted(path.name for path in folder.glob("*.json")) == [f"{stem}-2.json", f"{stem}.json"]
        assert read_saved_case((folder / f"{stem}-2.json").read_text(encoding="utf-8")) == harder
    assert distinct([hardest, harder, simple]) == [simple, harder]


def test_stale_files(tmp_path: Path) -> None:
    """A run takes away the saved cases of earlier ones, once, and no file of anybody else."""
    clear_for(tmp_path, "run 1")
    path = keep(tmp_path, a_saved_case())
    clear_for(tmp_path, "run 1")
    assert path.exists()
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    clear_for(tmp_path, "run 2")
    assert sorted(found.name for found in tmp_path.iterdir()) == [".run", "package.json"]


def test_a_folder_with_many_writers(tmp_path: Path) -> None:
    """Processes and threads take turns: no case is lost, and no lock is left behind."""
    saved = [a_saved_case(label=f"class {number}") for number in range(12)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda one: keep(tmp_path, one), saved))
    labels = {json.loads(path.read_text(encoding="utf-8"))["class"] for path in tmp_path.glob("*.json")}
    assert labels == {one.label for one in saved}
    assert not (tmp_path / ".lock").exists()


def test_what_can_be_written(tmp_path: Path) -> None:
    """A folder that takes a file is left as it was; what takes none is an OSError."""
    check_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []
    for missing in (tmp_path / "nowhere", Path("/proc")):
        with pytest.raises(OSError, match=str(missing)):
            check_writable(missing)


def test_a_folder_that_never_loses_a_case(tmp_path: Path) -> None:
    """The same case is added once; another one of the same rule and class gets a file of its own."""
    first, other = a_saved_case(), a_saved_case(case=Case(steps=(Purchase(name="other"),)))
    assert add(tmp_path, first) == add(tmp_path, replace(first, message="again"))
    assert add(tmp_path, other).name == "start-window-before-lower-bound-2.json"
    assert "a message" in add(tmp_path, first).read_text(encoding="utf-8")


def test_what_is_a_runs_own() -> None:
    """Accounts, identifiers and tokens are numbered by appearance; mutations of an identifier stay recognisable."""
    identifier = "9d5f0a7e-3c1b-4d4e-8f7a-0123456789ab"
    facts = RunFacts(("123456000001",), (identifier,), ("c2VjcmV0LXRva2Vu",), ("http://127.0.0.1:4566",))
    placeholders = Placeholders(facts)
    shifted = ARNS["another identifier"](f"arn:{identifier}").removeprefix("arn:")
    number = "00000000-0000-4000-8000-000000000001"
    assert placeholders.text(f"http://127.0.0.1:4566/v1/x%3A123456000001%3A{identifier}0") == (
        f"<endpoint>/v1/x%3A111111111111%3A{number}0"
    )
    assert placeholders.text(shifted) == ARNS["another identifier"](f"a:{number}").removeprefix("a:")
    assert placeholders.text(identifier[:-1]) == number[:-1]
    assert placeholders.text(f"'arn:{identifier[:9]}…") == f"'arn:{number[:9]}…"
    assert placeholders.value({"nextToken": "c2VjcmV0LXRva2Vu", "account": 7}) == {
        "nextToken": "<token 1>",
        "account": 7,
    }
    assert placeholders.text("2027-01-15T12:00:00Z in 210987654321") == "2027-01-15T12:00:00Z in 222222222222"


def test_an_end_on_a_wall_clock() -> None:
    """It is said from the Start of its own purchase, though another one lies as many months from it by chance."""
    starts = {"2026-01-27T23:26:40Z": "<now - 10 months>", "2027-11-27T23:26:40Z": "<now + 12 months - 1 s>"}
    end = "2026-11-27T23:26:40Z"
    own = RunFacts(starts=starts, ends={end: "2027-11-27T23:26:40Z"}, wall_clock=True)
    assert Placeholders(own).text(end) == "<now + 12 months - 1 s, -12 months on>"
    assert Placeholders(replace(own, ends={})).text(end) == "<now - 10 months, 10 months on>"


def test_a_start_with_a_lone_surrogate() -> None:
    """It has a placeholder on a wall clock as any other: no text ends the run."""
    assert Placeholders(RunFacts(starts={"2027-\udfff": "<now>"}, wall_clock=True)).text("a 2027-\udfff") == "a <now>"


def test_a_listed_arn_that_is_no_text_can_be_put_in_order() -> None:
    """Whatever a list has in the place of an ARN, the calls at the same time are sorted."""
    odd = [reservation(reservationArn=arn) for arn in ({}, ["x"], None, 7)]
    calls = (call(list_reservations(), listed(*odd)), call(purchase(), bought()))
    played = trace(*(replace(one, concurrent=True) for one in calls))
    assert len(in_stable_order(played).calls) == 2
