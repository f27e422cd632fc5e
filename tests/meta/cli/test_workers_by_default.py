"""--workers: as many processes as there are cores, one where more would be wrong or of no use."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.plugin.workers import distribute, processes_wanted
from conformance.targets.base import Target
from conformance.targets.reference import Reference
from tests.meta.cli.commands import judge
from tests.meta.targets.adapters import StockMoto


class Options:
    """As much of pytest's configuration as is read here."""

    def __init__(self, **given: object) -> None:
        defaults = {"numprocesses": None, "maxschedchunk": None, "usepdb": False, "profile": None}
        self.option = type("Option", (), {**defaults, **given})()

    def getoption(self, name: str, default: object = None) -> object:
        """The value of an option."""
        return getattr(self.option, name.lstrip("-").replace("-", "_"), default)


def _processes(target: Target, wanted: int, **given: object) -> object:
    config = Options(**given)
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


def test_what_the_option_takes() -> None:
    """A number above 0, or auto, which is 1 for the profile smoke; anything else is one line."""

    def wanted(workers: str | None, profile: str = "gate") -> int:
        return processes_wanted(Options(workers=workers, profile=profile))  # type: ignore[arg-type]

    assert wanted(None) == 1
    assert wanted("3") == wanted("3", "smoke") == 3
    assert wanted("auto") >= wanted("auto", "smoke") == 1
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
