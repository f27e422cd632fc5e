"""Many workers: the same verdicts, one report, and no two tests at once where the target has one account only."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.targets.endpoint import Endpoint, EndpointOptions
from tests.meta.cli.commands import judge, run_suite
from tests.meta.emulator import RightEmulator, serve
from tests.meta.emulator.accounts import OneAccount


@pytest.mark.proof
def test_workers_do_not_share_a_single_account(tmp_path: Path) -> None:
    """With one account the verdicts with two workers are those with one process."""
    found = []
    for workers in ("0", "2"):
        with serve(OneAccount(), control=False) as served:
            found.append(judge(tmp_path / workers, "--endpoint-url", served.endpoint_url, "-n", workers))
    assert found[0].verdicts == found[1].verdicts, found[1].output
    assert "fail" not in found[0].verdicts.values()


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_probe_alone(tmp_path: Path, workers: str) -> None:
    """--probe prints what was found, and ends with 0; it writes no report."""
    with serve(RightEmulator(), control=False) as served:
        ended = run_suite(
            "--probe", "--endpoint-url", served.endpoint_url, "-n", workers, "--report-dir", str(tmp_path / "none")
        )
    assert ended.status == 0, ended.output
    assert ended.lines_with("accounts: fresh by 12-digit access key")
    assert ended.lines_with("clock: the wall clock, ")
    assert ended.lines_with("capabilities: accounts, far-regions, offerings, other-accounts, purchases, regions")
    assert not (tmp_path / "none").exists()


def test_the_probe_of_nothing() -> None:
    """Where nothing answers, --probe says so in one line, with status 3."""
    ended = run_suite("--probe", "--endpoint-url", "http://127.0.0.1:1", "--wait", "1")
    assert ended.status == 3
    assert ended.lines_with("the target at http://127.0.0.1:1 cannot be reached")


def test_who_takes_turns(tmp_path: Path) -> None:
    """Cases are played side by side where accounts are known to be fresh, on clocks of their own."""
    (tmp_path / "now").write_text("+0\n")
    with serve(RightEmulator()) as with_control, serve(RightEmulator(), control=False) as without:
        found = {
            options: Endpoint(options).takes_turns()
            for options in (
                EndpointOptions(with_control.endpoint_url),
                EndpointOptions(with_control.endpoint_url, accounts="none"),
                EndpointOptions(with_control.endpoint_url, clock=f"faketime:{tmp_path / 'now'}"),
                EndpointOptions(without.endpoint_url),
                EndpointOptions(without.endpoint_url, accounts="access-key"),
                EndpointOptions(without.endpoint_url, control_url=with_control.control_url),
            )
        }
    assert list(found.values()) == [False, True, True, True, False, False]
