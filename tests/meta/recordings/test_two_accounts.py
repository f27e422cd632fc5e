"""What two accounts show together in one recording, judged where it is known whose the calls are."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.results.judgement import Judgement
from tests.meta.emulator.messages import Purchase, Request, Response
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.rare.play import OTHER, OWN
from tests.meta.emulator.right import RightEmulator
from tests.meta.recordings.judging import judge, problems, write
from tests.meta.tools.recorded_play import HOST, RecordedPlay, as_har


class OneArnForAll(RightEmulator):
    """Makes the ARN from the name of the reservation alone."""

    def reservation_arn(self, purchase: Purchase) -> str:
        """Leave the account out."""
        return f"arn:aws:mediaconnect:{purchase.region.name}:000000000000:reservation:{purchase.name}"


_START = "2026-03-05T12:00:00Z"


_EMULATORS = {**MUTANTS, "one-arn-for-all": OneArnForAll}


def _session(emulator: RightEmulator) -> RecordedPlay:
    """One account purchases; the other lists, asks for the reservation, and then purchases the same."""
    made = RecordedPlay(emulator).at("2026-03-15T10:30:00Z").go(OTHER).offer(1).go(OWN).offer(1)
    made.walk().buy("first", _START).show()
    return made.go(OTHER).walk().walk("reservations").show().buy("first", _START).show()


@pytest.mark.parametrize(
    "name, rule, said",
    [
        ("any-account-describes", "lifecycle/isolated", "described the reservation of account"),
        ("copied-to-the-next-account", "lifecycle/isolated", "listed the reservation of account"),
        ("one-reservation-for-all", "exclusivity/per-account", "must accept it"),
        ("one-arn-for-all", "reservation/arn-unique", "again"),
    ],
)
@pytest.mark.parametrize("form", ["har", "yaml"])
def test_wrong_between_accounts(name: str, rule: str, said: str, form: str, tmp_path: Path) -> None:
    """What an account sees of another, or is kept from by it, fails under its rule, with two calls that show it."""
    judged = judge(write(tmp_path, _session(_EMULATORS[name]()).kept, form), complete=True)
    assert said in problems(judged)[rule]
    violation = next(one for (rule_id, _), one in judged.violations.items() if rule_id == rule)
    assert {one.place.account for one in violation.history.calls} == {OWN, OTHER}


def test_right_traffic_of_two_accounts(tmp_path: Path) -> None:
    """Right accounts see nothing of each other: the rules pass, with what was looked at."""
    judged = judge(write(tmp_path, _session(RightEmulator()).kept), complete=True)
    assert problems(judged) == {}
    seen = judged.results["lifecycle/isolated"].classes
    assert set(seen) == {"listed for another account", "described for another account"}
    assert judged.results["exclusivity/per-account"].classes
    assert judged.results["reservation/arn-unique"].classes["of several accounts"]


def test_target_with_a_single_account(tmp_path: Path) -> None:
    """A target that knows one account, whatever the access key, and says so in its ARNs, shows nothing of a second."""
    judged = judge(write(tmp_path, _session(_SingleAccount()).kept))
    assert problems(judged) == {}
    assert not judged.results["lifecycle/isolated"].classes


class _SingleAccount(RightEmulator):
    def handle(self, request: Request) -> Response:
        return super().handle(replace(request, account="000000000000"))


def test_calls_of_unknown_access_keys(tmp_path: Path) -> None:
    """Two access keys may be of one account: where its number is not known, nothing is concluded."""
    path = write(tmp_path, _session(MUTANTS["any-account-describes"]()).kept)
    path.write_text(path.read_text().replace(f"Credential={OTHER}", "Credential=AKIAEXAMPLE"))
    assert problems(judge(path)) == {}


def test_account_that_was_reset(tmp_path: Path) -> None:
    """An emulator that was told to forget gives the same ARN to somebody else, which is right."""
    made = RecordedPlay(OneArnForAll()).at("2026-03-15T10:30:00Z").go(OTHER).offer(1).go(OWN).offer(1)
    made.walk().buy("first", _START)
    entries = as_har(made.go(OTHER).walk().buy("first", _START).kept)
    assert "reservation/arn-unique" in problems(_judged(tmp_path, entries))
    reset = deepcopy(entries["log"]["entries"][-2])
    reset["request"] |= {"method": "POST", "url": f"{HOST}/moto-api/reset"}
    reset["request"]["headers"] = []
    entries["log"]["entries"].insert(-2, reset)
    assert "reservation/arn-unique" not in problems(_judged(tmp_path, entries))


def _judged(folder: Path, har: dict[str, Any]) -> Judgement:
    path = folder / "recording.har"
    path.write_text(json.dumps(har))
    return judge(path)


def test_many_accounts_in_turn(tmp_path: Path) -> None:
    """What takes two calls of an account to see is seen in each of many whose calls come in turn."""
    play = RecordedPlay(MUTANTS["described-with-another-name"]()).at("2026-03-15T10:30:00Z").go(OWN).offer(1)
    session = json.dumps(as_har(play.walk().buy("first", _START).show().kept))
    sessions = [json.loads(session.replace(OWN, str(int(OWN) + number)))["log"]["entries"] for number in range(40)]
    entries = [entry for turn in zip(*sessions, strict=True) for entry in turn]
    path = tmp_path / "session.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    assert {count for (rule, _), count in judge(path).times.items() if rule == "reservation/describe-agrees"} == {40}
