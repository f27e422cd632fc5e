"""--example-database: what a random profile has found fails first in the next run, by whatever database it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis.database import InMemoryExampleDatabase

from conformance.cases.case_json import case_from_json
from conformance.plugin.example_database import StoredExamples, open_database
from conformance.plugin.profiles import PROFILES, register_profiles, settings_name
from tests.meta.cli.commands import judge
from tests.meta.emulator import RightEmulator, serve
from tests.meta.emulator.mutants import MUTANTS

RULE = "start-window/before-lower-bound"
TEST = "test_before_the_first_of_the_month"


def _stored(folder: Path) -> list[bytes]:
    """The cases in a folder that `open_database` made; what else is there are the names of its keys."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.read_bytes().startswith(b"{")]


def test_a_failure_is_kept_played_first_and_forgotten(tmp_path: Path) -> None:
    """The second run fails in its first example; where the target keeps the rule again the case is taken out."""
    kept_in = ("--example-database", str(tmp_path / "kept"))
    options = ("-k", TEST, "--hypothesis-profile", "explore", *kept_in)
    # In so little time nothing but what was kept and the test's own examples are played, and nothing is shrunk.
    quickly = (*options, "--max-time", "0.1")
    with serve(MUTANTS["no-lower-bound"]()) as served:
        where = ("--endpoint-url", served.endpoint_url)
        judge(tmp_path / "first", *where, *options, "--max-time", "4")
        kept = [json.loads(value) for value in _stored(tmp_path / "kept")]
        again = {rule["id"]: rule for rule in judge(tmp_path / "again", *where, *quickly).report["rules"]}
    assert all(case_from_json(case).steps for case in kept)
    # A random run may show other rules beside, each by a case of its own.
    assert again[RULE]["failures"][0]["case"] in kept
    with serve(RightEmulator(), port=int(served.endpoint_url.rpartition(":")[2])):
        judge(tmp_path / "mended", *where, *quickly)
    assert _stored(tmp_path / "kept") == []


def test_a_damaged_or_newer_entry_is_left_alone() -> None:
    """What is not a case is neither played nor deleted."""
    database = InMemoryExampleDatabase()
    stored = StoredExamples(database, "target")

    class Item:
        """As much of a test as its key takes."""

        path = Path("test_end.py")
        name = "test_adds_duration"

    key = stored._key(Item())  # type: ignore[arg-type]
    values = {b"{", b"\xff", b"[]", b'{"steps": [{"type": "Unknown"}]}', b"[" * 100_000}
    for value in values:
        database.save(key, value)
    assert stored._cases(Item()) == []  # type: ignore[arg-type]
    assert set(database.fetch(key)) == values


def test_redis_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A redis:// URL goes to Hypothesis' own class, which needs the package redis."""
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    with pytest.raises(ImportError):
        open_database("redis://localhost")


def test_the_profiles_are_our_own() -> None:
    """Each is registered under a name of the suite's own; none keeps anything in Hypothesis' database."""
    from hypothesis import settings

    before = settings.get_current_profile_name()
    register_profiles()
    assert settings.get_current_profile_name() == before
    for name, profile in PROFILES.items():
        registered = settings.get_profile(settings_name(name))
        assert settings_name(name).startswith("mediaconnect-conformance-")
        assert (registered.max_examples, registered.derandomize) == (profile.examples, not profile.random)
        assert registered.database is None
