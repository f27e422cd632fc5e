"""--workers: as many processes as there are cores, one where more would be wrong or of no use."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.plugin.workers import WAITING, cores, distribute, processes_wanted
from conformance.targets.base import Target
from conformance.targets.endpoint import Endpoint, EndpointOptions
from conformance.targets.reference import Reference
from tests.meta.cli.commands import judge, run_suite
from tests.meta.emulator.messages import Account
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.server import serve
from tests.meta.emulator.variations_in_faults import Slow
from tests.meta.emulator.variations_in_time import EveryReadLags
from tests.meta.targets.adapters import StockMoto

SLOW = max(WAITING, cores())


class Options:
    """As much of pytest's configuration as is read here."""

    def __init__(self, **given: object) -> None:
        defaults = {"numprocesses": None, "maxschedchunk": None, "usepdb": False, "profile": None}
        self.option = type("Option", (), {**defaults, **given})()

    def getoption(self, name: str, default: object = None) -> object:
        """The value of an option."""
        return getattr(self.option, name.lstrip("-").replace("-", "_"), default)


class SlowWithNewAccounts(RightEmulator):
    """Takes a while to make an account."""

    def account(self, number: str) -> Account:
        """Find an account, after a while where it was never seen."""
        if number not in self.accounts:
            time.sleep(0.3)
        return super().account(number)


def _processes(target: Target, wanted: int | None, **given: object) -> object:
    config = Options(against=None, max_time=None, **given)
    distribute(config, target, wanted)  # type: ignore[arg-type]
    return config.option.numprocesses


def test_how_many_processes_there_are() -> None:
    """Several on a target with fresh accounts; none beside this one with --pdb, one account, or purchases to count."""
    reference = Reference("us-east-1")
    assert _processes(reference, 3) == 3
    assert _processes(reference, 1) is None
    assert _processes(reference, 3, usepdb=True) is None
    assert _processes(reference, 3, numprocesses=2) == 2
    assert _processes(reference, 3, numprocesses=0) == 0
    assert _processes(StockMoto(), 3) is None
    live = Reference("us-east-1")
    live.counts_purchases = True
    assert _processes(live, 3) is None


@contextmanager
def _endpoint(emulator: RightEmulator) -> Iterator[Endpoint]:
    with serve(emulator) as served:
        target = Endpoint(EndpointOptions(url=served.endpoint_url, control_url=served.control_url))
        target.open()
        yield target


@pytest.mark.parametrize("emulator", [Slow, EveryReadLags, SlowWithNewAccounts])
def test_a_slow_target_has_more_processes(emulator: type[RightEmulator]) -> None:
    """Where most of a run is waiting it is run by eight processes by default."""
    with _endpoint(emulator()) as target:
        assert _processes(target, None, profile="smoke") == _processes(target, None, profile="gate") == SLOW


def test_a_fast_target_has_one_process_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default gate is run by one process a core, and smoke by one; a busy machine is not told from a slow target."""
    monkeypatch.setattr("conformance.plugin.workers.SLOW_SECONDS", 60)
    monkeypatch.setattr("conformance.plugin.session.LONG_WAIT", 60)
    with _endpoint(RightEmulator()) as target:
        assert _processes(target, None, profile="smoke") is None
        assert _processes(target, None, profile="gate") == (cores() if cores() > 1 else None)


def test_an_endpoint_that_does_not_answer_gets_what_any_target_gets() -> None:
    """Nothing is measured where nothing listens."""
    assert Endpoint(EndpointOptions(url="http://127.0.0.1:9")).seconds_of_an_answer() is None


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("nothing/here.py", "file or directory not found: nothing/here.py"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9 is not a file of tests; expected --endpoint-url http://127.0.0.1:9"),
    ],
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, argument: str, said: str, workers: str) -> None:
    """Whether it is read by one process or by several, and a URL in its place is told from a file."""
    run = run_suite("--report-dir", str(tmp_path), argument, "--workers", workers)
    assert run.status == 4
    assert run.output.strip() == f"ERROR: {said}"


def test_what_the_option_takes() -> None:
    """A number above 0, or auto, which leaves it to profile and target; anything else is one line."""

    def wanted(workers: str | None, profile: str = "gate") -> int | None:
        return processes_wanted(Options(workers=workers, profile=profile))  # type: ignore[arg-type]

    assert wanted(None) == 1
    assert wanted("3") == wanted("3", "smoke") == 3
    assert wanted("auto") is wanted("auto", "smoke") is None
    for wrong in ("0", "-1", "two", "", "²"):
        with pytest.raises(pytest.UsageError, match="--workers"):
            wanted(wrong)


@pytest.mark.proof
def test_two_workers_find_what_one_finds(tmp_path: Path) -> None:
    """The verdicts are the same, and the long tests begin first."""
    runs = [judge(tmp_path / n, "-k", "test_end or in_depth", "--workers", n, "-v") for n in ("1", "2")]
    assert runs[0].verdicts == runs[1].verdicts
    begun = runs[1].lines_with("[gw")
    assert "test_in_depth" in begun[0], runs[1].output
