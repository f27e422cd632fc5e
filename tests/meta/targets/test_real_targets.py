"""The suite from end to end: on the reference, on a second right implementation, and on what lacks the operations."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.rules import RULES
from conformance.spec.service import Operation
from tests.meta.cli.commands import ROOT, free_port, judge, serving
from tests.meta.emulator import RightEmulator, serve

MINISTACK = ROOT / ".venv-ministack" / "bin" / "ministack"
SECONDS = 120
"""What a run under the profile smoke may take, with the start of Python, on a busy machine."""


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    """Stock moto as a server."""
    port = free_port()
    with serving([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port) as url:
        yield url


@pytest.fixture(scope="module")
def ministack_url() -> Iterator[str]:
    """MiniStack as a server."""
    if not MINISTACK.exists():
        pytest.skip("MiniStack is not installed: make .venv-ministack/ready")
    port = free_port()
    with serving([str(MINISTACK)], port, GATEWAY_PORT=str(port)) as url:
        yield url


def test_stock_moto_implements_none_of_the_operations(moto_url: str, tmp_path: Path) -> None:
    """Where every operation is lacking, every rule is not-implemented, and the closed gate says so in one line."""
    judged = judge(tmp_path, "--endpoint-url", moto_url)
    assert set(judged.verdicts.values()) == {"not-implemented"}, judged.output
    assert judged.status == 1
    assert judged.lines_with("the gate is closed: the target does not implement ListOfferings")
    assert judged.report["target"]["missing_operations"] == sorted(Operation)
    assert judged.seconds < SECONDS


def test_stock_moto_is_told_apart_by_an_adapter_too(tmp_path: Path) -> None:
    """Stock moto in process, as anybody's own adapter, lacks the operations as well."""
    judged = judge(tmp_path, "--target", "tests.meta.targets.adapters:stock_moto")
    assert set(judged.verdicts.values()) == {"not-implemented"}, judged.output
    assert judged.status == 1
    assert judged.report["target"]["name"] == "tests.meta.targets.adapters:stock_moto"


def test_ministack_lacks_purchases_alone(ministack_url: str, tmp_path: Path) -> None:
    """What MiniStack lacks is not-implemented, and the gate is closed."""
    judged = judge(tmp_path, "--endpoint-url", ministack_url)
    assert judged.report["target"]["missing_operations"] == [Operation.PURCHASE_OFFERING]
    lacking = {rule_id for rule_id, rule in RULES.items() if rule.operations == {Operation.PURCHASE_OFFERING}}
    reads_too = {"errors/malformed-arn", "errors/modelled", "errors/unknown-offering"}
    assert {judged.verdicts[rule_id] for rule_id in lacking - reads_too} == {"not-implemented"}, judged.output
    assert judged.status == 1
    assert judged.lines_with("the gate is closed")
    assert judged.seconds < SECONDS


def test_ministack_is_judged_on_what_it_has(ministack_url: str, tmp_path: Path) -> None:
    """MiniStack's lists and descriptions get true verdicts: it refuses as documented, and takes any MaxResults."""
    judged = judge(tmp_path, "--endpoint-url", ministack_url)
    expected = {
        "errors/unknown-reservation": "pass",
        # It has no offering, so that nobody knows what the ARNs of its own would be like.
        "errors/unknown-offering": "inconclusive",
        "wire/read-status": "pass",
        "lists/max-results-range": "pass",
        "lists/max-results-refused": "fail",
        "lists/offerings-agree": "not-testable",
    }
    assert {rule_id: judged.verdicts[rule_id] for rule_id in expected} == expected, judged.output
    failed = {rule_id for rule_id, verdict in judged.verdicts.items() if verdict == "fail"}
    assert failed == {"lists/max-results-refused", "lists/bad-token-refused"}


@pytest.mark.parametrize("profile", ["smoke", pytest.param("gate", marks=pytest.mark.proof)])
def test_the_reference_passes_in_process(profile: str, tmp_path: Path) -> None:
    """The reference passes every rule, and the gate is open."""
    judged = judge(tmp_path, "--hypothesis-profile", profile)
    assert set(judged.verdicts.values()) == {"pass"}, judged.output
    assert judged.status == 0
    assert judged.lines_with("the gate is open")


def test_the_reference_passes_over_http(tmp_path: Path) -> None:
    """The reference behind moto's own server passes every rule."""
    judged = judge(tmp_path, "--target", "reference-http")
    assert set(judged.verdicts.values()) == {"pass"}, judged.output
    assert judged.status == 0


def test_the_reference_passes_as_a_server_of_its_own(tmp_path: Path) -> None:
    """The reference in another process, with its control API, passes every rule."""
    port = free_port()
    with serving([sys.executable, "-m", "conformance.reference", "--port", str(port)], port) as url:
        judged = judge(tmp_path, "--endpoint-url", url, "--control-url", f"{url}/_control")
    assert set(judged.verdicts.values()) == {"pass"}, judged.output
    assert judged.status == 0


def test_a_second_right_implementation_passes_through_the_control_api(tmp_path: Path) -> None:
    """The right emulator passes every rule where its clock and offerings can be set."""
    with serve(RightEmulator()) as served:
        judged = judge(tmp_path, "--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
    assert set(judged.verdicts.values()) == {"pass"}, judged.output
    assert judged.status == 0


def test_a_second_right_implementation_passes_on_the_wall_clock(tmp_path: Path) -> None:
    """The right emulator breaks no rule on the wall clock; what takes a settable clock is not testable."""
    with serve(RightEmulator(), control=False) as served:
        judged = judge(tmp_path, "--endpoint-url", served.endpoint_url)
    assert set(judged.verdicts.values()) == {"pass", "not-testable"}, judged.output
    assert judged.verdicts["start-window/before-lower-bound"] == "pass"
    assert judged.verdicts["lifecycle/expired-from-end"] == "not-testable"
    assert judged.report["summary"]["pass"] > len(RULES) / 2
    assert judged.status == 0


def test_two_processes_come_to_the_same_verdicts(ministack_url: str, tmp_path: Path) -> None:
    """With pytest-xdist a run has the verdicts and the exit status that it has without."""
    alone = judge(tmp_path / "alone", "--endpoint-url", ministack_url)
    shared = judge(tmp_path / "shared", "--endpoint-url", ministack_url, "-n", "2")
    assert shared.verdicts == alone.verdicts, shared.output
    assert shared.status == alone.status
    # The clock is measured anew in each run.
    told = [{name: said for name, said in run.report["target"].items() if name != "found"} for run in (shared, alone)]
    assert told[0] == told[1]


def test_two_processes_open_the_gate_too(tmp_path: Path) -> None:
    """With pytest-xdist the reference passes every rule as well."""
    judged = judge(tmp_path, "-n", "2")
    assert set(judged.verdicts.values()) == {"pass"}, judged.output
    assert judged.status == 0
