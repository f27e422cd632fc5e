"""What makes a fresh account is found out without being told, and nothing right fails for want of one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from conformance.targets.accounts import BadIsolationError, By, Isolation, read_isolation
from conformance.targets.capabilities import Capability
from conformance.targets.endpoint import BadEndpointError, Endpoint, EndpointOptions
from tests.meta.emulator import RightEmulator, serve
from tests.meta.emulator.accounts import ByHeader, ByRegion, OneAccount
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.kills.harness import (
    ConformanceTest,
    conformance_tests,
    examine_emulator,
    examine_target,
    opened,
    verdicts,
)

FOUND: list[tuple[Callable[[], RightEmulator], Isolation, set[Capability]]] = [
    (RightEmulator, Isolation(By.ACCESS_KEY), {Capability.ACCOUNTS, Capability.OTHER_ACCOUNTS}),
    (ByHeader, Isolation(By.HEADER, "x-moto-account-id"), {Capability.ACCOUNTS, Capability.OTHER_ACCOUNTS}),
    (ByRegion, Isolation(By.REGION), {Capability.ACCOUNTS}),
    (OneAccount, Isolation(By.NONE), set()),
]
OF_ONE_ACCOUNT = {
    "end/adds-duration",
    "errors/refusal-has-no-effect",
    "exclusivity/second-refused",
    "reservation/echoes-request",
    "start-window/before-lower-bound",
    "wire/purchase-status",
}


@cache
def _tests() -> list[ConformanceTest]:
    return conformance_tests("smoke")


def _failed(run: Run) -> dict[str, str]:
    return {rule_id: result.failures[0].message for rule_id, result in run.results.items() if result.failures}


@pytest.mark.parametrize("emulator, isolation, capabilities", FOUND, ids=lambda value: getattr(value, "__name__", ""))
def test_what_makes_a_fresh_account_is_found_out(
    emulator: Callable[[], RightEmulator], isolation: Isolation, capabilities: set[Capability]
) -> None:
    """Access key, header, Region and none are told apart, and no right emulator fails on the wall clock."""
    with serve(emulator(), control=False) as served, opened(Endpoint(EndpointOptions(served.endpoint_url))) as target:
        assert "accounts: to be found out by the first purchase" in target.facts.found
        run = examine_target(target, _tests())
        assert isinstance(target.target, Endpoint)
        assert target.target.isolation == isolation
        of_accounts = {Capability.ACCOUNTS, Capability.OTHER_ACCOUNTS}
        assert target.target.capabilities & of_accounts == capabilities
    assert f"accounts: {isolation}" in run.target.found
    assert _failed(run) == {}


def test_fresh_regions_are_as_good_as_fresh_accounts() -> None:
    """Where Regions are kept apart, everything is tested that takes no second account."""
    by_region, by_key = (
        verdicts(examine_emulator(kind(), _tests(), control=False)) for kind in (ByRegion, RightEmulator)
    )
    different = {rule_id for rule_id, verdict in by_key.items() if by_region[rule_id] is not verdict}
    assert different == {"exclusivity/per-account", "reservation/arn-form"}
    assert {by_region[rule_id] for rule_id in different} == {Verdict.NOT_TESTABLE}


def test_one_account_allows_one_purchase_and_all_around_it() -> None:
    """With one account the rules of one purchase and of all refusals pass; nobody has used the account up before."""
    found = verdicts(examine_emulator(OneAccount(), _tests(), control=False))
    assert {rule_id for rule_id in OF_ONE_ACCOUNT if found[rule_id] is not Verdict.PASS} == set()


def test_an_account_with_an_active_reservation_allows_refusals_and_reads() -> None:
    """In a second run on the same account nothing fails, and what is refused or read anyway is still judged."""
    emulator = OneAccount()
    examine_emulator(emulator, _tests(), control=False)
    again = examine_emulator(emulator, _tests(), control=False)
    assert _failed(again) == {}
    found = verdicts(again)
    assert found["exclusivity/second-refused"] is Verdict.PASS
    assert found["wire/read-status"] is Verdict.PASS


def test_a_target_that_sells_nothing_is_not_taken_for_one_account() -> None:
    """Where the plainest purchase is refused in an empty account, every example still has one of its own."""
    run = examine_emulator(MUTANTS["first-instant-is-outside"](), _tests(), control=False)
    assert run.results["start-window/lower-bound-inclusive"].failures


@pytest.mark.parametrize("text", ["", "keys", "header", "header:", "header:a b", "none:1"])
def test_accounts_must_name_something(text: str) -> None:
    """Anything but the five ways is refused in one line, with what is expected."""
    with pytest.raises(BadIsolationError, match="expected auto, access-key, header:NAME"):
        read_isolation(text)


@pytest.mark.parametrize("text", ["", "now", "faketime", "faketime:"])
def test_clock_must_name_something(text: str) -> None:
    """So it is for --clock."""
    with pytest.raises(BadEndpointError, match="expected auto, wall, control or faketime:FILE"):
        Endpoint(EndpointOptions("http://127.0.0.1:1", clock=text))


def test_what_the_user_says_of_accounts_holds() -> None:
    """With --accounts none one account is used, though every access key would be another."""
    emulator = RightEmulator()
    with serve(emulator, control=False) as served:
        options = EndpointOptions(served.endpoint_url, accounts="none")
        with opened(Endpoint(options)) as target:
            examine_target(target, _tests())
    assert len(emulator.accounts) == 1


def test_a_control_api_at_its_usual_place_is_found() -> None:
    """Without --control-url the clock is set all the same; with --clock wall it is not."""
    with serve(RightEmulator()) as served:
        for clock, expected in (("auto", True), ("wall", False)):
            with opened(Endpoint(EndpointOptions(served.endpoint_url, clock=clock))) as target:
                assert (Capability.CLOCK in target.facts.capabilities) is expected
