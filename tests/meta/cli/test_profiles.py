"""`run --write-profile` and `--expect-profile`: what one target chose, another is held to."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.rules.choices import CHOICES
from tests.meta.cli.commands import judge, run_suite
from tests.meta.emulator import serve
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations import VARIATIONS

_MONTH_ENDS = ("--rule", "end/month-end-consistent")


def _entries(path: Path) -> dict[str, dict[str, Any]]:
    """The entries of a profile by their choice; of several values the last."""
    return {entry["choice"]: entry for entry in tomllib.loads(path.read_text())["choice"]}


@pytest.fixture(scope="module")
def overflowing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the profile of an emulator whose month ends overflow."""
    folder = tmp_path_factory.mktemp("overflowing")
    with serve(VARIATIONS["overflowing-month-ends"]()) as served:
        made = judge(
            folder / "report", "--endpoint-url", served.endpoint_url, "--control-url", served.control_url,
            "--write-profile", str(folder / "aws.toml"), *_MONTH_ENDS,
        )  # fmt: skip
    assert made.status == 0, made.output
    return folder / "aws.toml"


def test_profile_has_value_times_and_evidence(overflowing: Path) -> None:
    """Each choice with its value, how often it was seen, in what situations, and from what."""
    entry = _entries(overflowing)["end/month-end-consistent"]
    assert (entry["value"], entry["hold"]) == ("overflow", True)
    assert entry["seen"] >= 3
    assert "into February of a leap year" in entry["in"]
    assert entry["source"].startswith("endpoint at http://")


def test_clamping_emulator_fails_where_the_profile_overflows(overflowing: Path, tmp_path: Path) -> None:
    """It fails end/month-end-consistent with both values and the source, and its saved case fails again."""
    held = ("--expect-profile", str(overflowing))
    with serve(RightEmulator()) as served:
        where = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
        made = judge(tmp_path / "report", *where, *held, *_MONTH_ENDS)
        replayed = run_suite("--replay", str(tmp_path / "report" / "cases"), *where, *held)
    assert made.status == 1
    assert made.verdicts["end/month-end-consistent"] == "fail"
    failure = next(rule for rule in made.report["rules"] if rule["id"] == "end/month-end-consistent")["failures"][0]
    assert "chose 'clamp', where 'overflow' was seen (endpoint at http://" in failure["problem"]
    assert "--expect-profile" in failure["replay"]
    assert (replayed.status, bool(replayed.lines_with("still fails"))) == (1, True)


def test_target_that_wrote_the_profile_keeps_it(tmp_path: Path) -> None:
    """A whole run is held to its own profile, which has every kind of choice; and names what two mistakes come to."""
    profile = tmp_path / "own.toml"
    where = ("--target", "reference")
    assert judge(tmp_path / "one", *where, "--write-profile", str(profile)).status == 0
    entries = _entries(profile)
    assert {name.partition(" (")[0] for name in entries} == set(CHOICES)
    both = entries["refusals/precedence (an ARN of no offering and an empty Start)"]
    assert both["named"] in ("an ARN of no offering", "an empty Start")
    assert not entries["refusals/message (an ARN of no offering)"]["hold"]
    held = judge(tmp_path / "two", *where, "--expect-profile", str(profile))
    assert held.status == 0, held.output


@pytest.mark.parametrize("option", ["--expect-profile", "--write-profile"])
def test_file_that_cannot_be_used(option: str, tmp_path: Path) -> None:
    """One line says which, before anything runs."""
    ended = run_suite("--target", "reference", option, str(tmp_path / "none" / "x.toml"))
    assert ended.status == 4
    assert ended.lines_with(f"{option} {tmp_path / 'none' / 'x.toml'}") or option == "--write-profile"
