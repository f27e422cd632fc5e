"""What makes a fresh account is found out without being told, and nothing right fails for want of one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from conformance.plugin.session import takes_turns
from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from conformance.targets.accounts import BadIsolationError, By, Isolation, read_isolation
from conformance.targets.capabilities import Capability
from conformance.targets.endpoint import BadEndpointError, Endpoint, EndpointOptions
from conformance.targets.purchases.ledger import Ledger
from tests.meta.emulator import RightEmulator, serve
from tests.meta.emulator.accounts import ByHeader, ByRegion, OneAccount
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.rare.state_of_regions import NumberOfTheRegionDropped
from tests.meta.emulator.variations_in_lists import OfferingsInOneRegionOnly
from tests.meta.emulator.variations_in_states import PastOfTheOnlyAccount, SomeAccountsActive
from tests.meta.kills.harness import (
    ConformanceTest,
    check_emulator,
    check_target,
    conformance_tests,
    opened,
    verdicts,
)
from tests.meta.targets.isolation_emulators import (
    ActiveFromTheStart,
    AnswersEveryPath,
    BlocksInEveryRegion,
    ByRegionWithoutExclusivity,
    FarRegionsRefused,
    LaggingOneAccount,
    LeakyLists,
    Nameless,
    NamelessByHeader,
    NamelessByRegion,
    NamelessOneAccount,
    NamelessPast,
    NamelessPastByRegion,
    NamelessPastOfOneAccount,
    NoExclusivity,
    OneAccountWithoutExclusivity,
    OneRegionOfMany,
    OtherRegionsRefused,
    SellsNothing,
    SpeaksAsMoto,
    counting,
)

Make = Callable[[], RightEmulator]
KEY, HEADER = Isolation(By.ACCESS_KEY), Isolation(By.HEADER, "x-moto-account-id")
REGION, NONE = Isolation(By.REGION), Isolation(By.NONE)
BY_LOOKING: list[tuple[Make, Isolation]] = [
    (RightEmulator, KEY),
    (ByHeader, HEADER),
    (NamelessPast, KEY),
    (SpeaksAsMoto, HEADER),
]
BY_PURCHASES: list[tuple[Make, Isolation]] = [
    (Nameless, KEY),
    (NoExclusivity, KEY),
    (LeakyLists, KEY),
    (NamelessByHeader, HEADER),
    (ByRegion, REGION),
    (NamelessByRegion, REGION),
    (NamelessPastByRegion, REGION),
    (ByRegionWithoutExclusivity, REGION),
    (BlocksInEveryRegion, NONE),
    (OneAccount, NONE),
    (NamelessOneAccount, NONE),
    (NamelessPastOfOneAccount, NONE),
    (OneAccountWithoutExclusivity, NONE),
    (LaggingOneAccount, NONE),
    (AnswersEveryPath, NONE),
    (ActiveFromTheStart, NONE),
    (SellsNothing, NONE),
]
FOUND: list[tuple[Make, Isolation, set[Capability]]] = [
    (RightEmulator, KEY, {Capability.ACCOUNTS, Capability.OTHER_ACCOUNTS}),
    (ByHeader, HEADER, {Capability.ACCOUNTS, Capability.OTHER_ACCOUNTS}),
    (ByRegion, REGION, {Capability.ACCOUNTS}),
    (OneAccount, NONE, set()),
]
OF_ONE_ACCOUNT = {
    "end/adds-duration",
    "errors/refusal-has-no-effect",
    "exclusivity/second-refused",
    "reservation/echoes-request",
    "start-window/before-lower-bound",
    "wire/purchase-status",
}


def _name(value: object) -> str:
    if isinstance(value, set | frozenset):
        return "+".join(sorted(value)) or "nothing"
    return getattr(value, "__name__", "") or str(value)


@cache
def _tests() -> list[ConformanceTest]:
    return conformance_tests("smoke")


def _failed(run: Run) -> dict[str, str]:
    return {rule_id: result.failures[0].message for rule_id, result in run.results.items() if result.failures}


@pytest.mark.parametrize("emulator, isolation", BY_LOOKING, ids=_name)
def test_what_a_look_can_tell(emulator: Make, isolation: Isolation) -> None:
    """Where ARNs name the account, or a past tells accounts apart, or it is moto's server, nothing is purchased."""
    counted = counting(emulator)
    with serve(counted, control=False) as served, opened(Endpoint(EndpointOptions(served.endpoint_url))) as target:
        assert isinstance(target.target, Endpoint)
        assert target.target.isolation == isolation
        assert Capability.ACCOUNTS in target.facts.capabilities
        assert f"accounts: {isolation}" in target.facts.found
    assert counted.purchases == 0


@pytest.mark.parametrize("emulator, isolation", BY_PURCHASES, ids=_name)
def test_what_takes_a_purchase(emulator: Make, isolation: Isolation) -> None:
    """Otherwise the first purchase tells, looked at from another account; where nothing is proved there is one."""
    with serve(emulator(), control=False) as served, opened(Endpoint(EndpointOptions(served.endpoint_url))) as target:
        assert "accounts: to be found out by the first purchase" in target.facts.found
        target.settle_accounts()
        assert isinstance(target.target, Endpoint)
        assert target.target.isolation == isolation
    assert f"accounts: {isolation}" in target.facts.found


@pytest.mark.parametrize("emulator, in_turns", [(RightEmulator, False), (ByHeader, False), (Nameless, True)], ids=_name)
def test_what_a_look_tells_lets_tests_run_side_by_side(emulator: Make, in_turns: bool) -> None:
    """Whoever gives the tests out looks first; what takes a purchase, or cannot be reached, is for one process."""
    with serve(emulator(), control=False) as served:
        assert takes_turns(Endpoint(EndpointOptions(served.endpoint_url))) is in_turns
    assert takes_turns(Endpoint(EndpointOptions(served.endpoint_url, wait_seconds=0)))


@pytest.mark.parametrize("emulator, isolation", [(RightEmulator, KEY), (Nameless, NONE)], ids=_name)
def test_counted_purchases_are_not_spent_on_finding_out(emulator: Make, isolation: Isolation, tmp_path: Path) -> None:
    """Where purchases are counted a look must do; what it cannot tell is one account."""
    counted = counting(emulator)
    ledger = Ledger(tmp_path / "ledger", "run", 5)
    with (
        serve(counted, control=False) as served,
        opened(Endpoint(EndpointOptions(served.endpoint_url, ledger=ledger))) as target,
    ):
        target.settle_accounts()
        assert isinstance(target.target, Endpoint)
        assert target.target.isolation == isolation
    assert counted.purchases == 0


BOTH = {Capability.REGIONS, Capability.FAR_REGIONS}


@pytest.mark.parametrize(
    "emulator, seen",
    [
        (RightEmulator, BOTH),
        (OfferingsInOneRegionOnly, BOTH),
        (NumberOfTheRegionDropped, BOTH),
        (FarRegionsRefused, {Capability.REGIONS}),
        (OneRegionOfMany, set()),
        (OneAccount, set()),
        (OtherRegionsRefused, set()),
    ],
    ids=_name,
)
@pytest.mark.parametrize("control", [False, True])
def test_a_region_exists_where_it_was_seen(emulator: Make, seen: set[Capability], control: bool) -> None:
    """It answers, and does not show what the first Region has; the nearest exists where those far away do."""
    with (
        serve(emulator(), control=control) as served,
        opened(Endpoint(EndpointOptions(served.endpoint_url))) as target,
    ):
        assert target.facts.capabilities & BOTH == seen


@pytest.mark.parametrize("emulator, isolation, capabilities", FOUND, ids=_name)
def test_nothing_right_fails_for_want_of_accounts(
    emulator: Make, isolation: Isolation, capabilities: set[Capability]
) -> None:
    """By access key, header, Region and none alike, no right emulator fails on the wall clock."""
    with serve(emulator(), control=False) as served, opened(Endpoint(EndpointOptions(served.endpoint_url))) as target:
        run = check_target(target, _tests())
        assert isinstance(target.target, Endpoint)
        assert target.target.isolation == isolation
        of_accounts = {Capability.ACCOUNTS, Capability.OTHER_ACCOUNTS}
        assert target.target.capabilities & of_accounts == capabilities
    assert f"accounts: {isolation}" in run.target.found
    assert _failed(run) == {}


def test_fresh_regions_are_as_good_as_fresh_accounts() -> None:
    """Where Regions are kept apart, everything is tested that takes no second account."""
    by_region, by_key = (
        verdicts(check_emulator(kind(), _tests(), control=False)) for kind in (ByRegion, RightEmulator)
    )
    different = {rule_id for rule_id, verdict in by_key.items() if by_region[rule_id] is not verdict}
    assert different == {"exclusivity/per-account", "reservation/arn-form"}
    assert {by_region[rule_id] for rule_id in different} == {Verdict.NOT_TESTABLE}


def test_new_accounts_that_hold_nothing_are_found_among_those_that_do() -> None:
    """Where some accounts have an ACTIVE reservation from the start, the verdicts are those of where none has."""
    some, none = (
        verdicts(check_emulator(kind(), _tests(), control=False)) for kind in (SomeAccountsActive, RightEmulator)
    )
    assert some == none


def test_an_unknown_reservation_has_the_owner_of_those_that_were_seen() -> None:
    """The only account may have another number for the target than for the suite; its ARNs show it."""
    tests = [one for one in _tests() if one.name == "test_describing_an_unknown_reservation"]
    run = check_emulator(PastOfTheOnlyAccount(), tests, control=False)
    assert run.results["errors/unknown-reservation"].classes["DescribeReservation"] > 0


def test_one_account_allows_one_purchase_and_all_around_it() -> None:
    """With one account the rules of one purchase and of all refusals pass; nobody has used the account up before."""
    found = verdicts(check_emulator(OneAccount(), _tests(), control=False))
    assert {rule_id for rule_id in OF_ONE_ACCOUNT if found[rule_id] is not Verdict.PASS} == set()


def test_an_account_with_an_active_reservation_allows_refusals_and_reads() -> None:
    """In a second run on the same account nothing fails, and what is refused or read anyway is still judged."""
    emulator = OneAccount()
    check_emulator(emulator, _tests(), control=False)
    again = check_emulator(emulator, _tests(), control=False)
    assert _failed(again) == {}
    found = verdicts(again)
    assert found["exclusivity/second-refused"] is Verdict.PASS
    assert found["wire/read-status"] is Verdict.PASS


def test_a_target_that_sells_nothing_is_not_taken_for_one_account() -> None:
    """Where the plainest purchase is refused, every example still has an account of its own, by looking."""
    run = check_emulator(MUTANTS["first-instant-is-outside"](), _tests(), control=False)
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
            check_target(target, _tests())
    assert len(emulator.accounts) <= 2  # and the one of requests without a signature


def test_a_control_api_at_its_usual_place_is_found() -> None:
    """Without --control-url the clock is set all the same; with --clock wall it is not."""
    with serve(RightEmulator()) as served:
        for clock, expected in (("auto", True), ("wall", False)):
            with opened(Endpoint(EndpointOptions(served.endpoint_url, clock=clock))) as target:
                assert (Capability.CLOCK in target.facts.capabilities) is expected
