"""The options of the suite on pytest's command line."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conformance.paths import conformance_tests
from conformance.plugin.example_database import StoredExamples, open_database
from conformance.plugin.profiles import PROFILES
from conformance.plugin.purchases import (
    Purchases,
    allowed_account,
    ledger_of,
    max_purchases,
    purchase_rules,
    settle_seconds,
)
from conformance.rules.registry import Level
from conformance.targets.base import Target, TargetError
from conformance.targets.purchases.ledger import Ledger
from conformance.targets.table import PurchaseOptions, TargetOptions, is_live, make_target

_LEDGER = pytest.StashKey[Ledger]()
_TARGET = pytest.StashKey[Target]()
_PURCHASES = "mediaconnect-conformance-purchases"
_URL_VARIABLES = ("AWS_ENDPOINT_URL_MEDIACONNECT", "AWS_ENDPOINT_URL")


def target_options(config: pytest.Config) -> TargetOptions:
    """What the command line and the environment say of the target.

    Raises:
        pytest.UsageError: they contradict each other.
    """
    name, url = config.getoption("--target"), config.getoption("--endpoint-url")
    for option, value in (
        ("--target", name),
        ("--endpoint-url", url),
        ("--control-url", config.getoption("--control-url")),
    ):
        if value is not None and not value.strip():
            raise pytest.UsageError(f"{option} is empty")
    if name is not None and url is not None and name != "endpoint":
        raise pytest.UsageError(f"--endpoint-url goes with --target endpoint, not with --target {name}")
    if url is None and name in (None, "endpoint"):
        url = next((os.environ[variable] for variable in _URL_VARIABLES if os.environ.get(variable)), None)
    name = name or ("endpoint" if url else "reference")
    control_url, accounts, clock = (config.getoption(option) for option in ("--control-url", "--accounts", "--clock"))
    given = {"--control-url": control_url is not None, "--accounts": accounts != "auto", "--clock": clock != "auto"}
    misplaced = [option for option, is_given in given.items() if is_given and name != "endpoint"]
    if misplaced:
        raise pytest.UsageError(f"{misplaced[0]} goes with --endpoint-url")
    described = TargetOptions(name, _region(config), url, control_url, accounts, clock, _wait_seconds(config))
    other = other_options(config)
    if other is not None and is_live(other) and not is_live(described):
        # What may be purchased is said of the one that is at AWS.
        return replace(described, purchases=PurchaseOptions())
    return replace(described, purchases=_purchases(config, described))


def other_options(config: pytest.Config) -> TargetOptions | None:
    """What the command line says of the target of --against, but for purchases; None without it."""
    url, control_url = config.getoption("--against"), config.getoption("--against-control-url")
    if url is None:
        if control_url is not None:
            raise pytest.UsageError("--against-control-url goes with --against")
        return None
    if not url.strip():
        raise pytest.UsageError("--against is empty")
    return TargetOptions("endpoint", _region(config), url, control_url, wait_seconds=_wait_seconds(config))


def load_other_target(config: pytest.Config, first: Target) -> Target | None:
    """The target of --against; None without it. Raises pytest.UsageError where it cannot be used."""
    try:
        other = other_options(config)
        if other is None:
            return None
        # Where the first is at AWS and this one is not, what is allowed is said of the first.
        counts = is_live(other) or (first.counts_purchases and not is_live(_without_purchases(config)))
        other = replace(other, purchases=_purchases(config, other) if counts else PurchaseOptions())
        return _made(config, other)
    except TargetError as error:
        raise pytest.UsageError(f"--against: {error}") from None


def _without_purchases(config: pytest.Config) -> TargetOptions:
    """What is said of the first target, whatever may be purchased."""
    return replace(target_options(config), purchases=PurchaseOptions())


def _made(config: pytest.Config, described: TargetOptions) -> Target:
    """The target, whose purchases are confirmed, told and listed: once for each ledger. Raises TargetError."""
    target, ledger = make_target(described), described.purchases.ledger
    known = config.pluginmanager.getplugin(_PURCHASES)
    if ledger is not None and isinstance(known, Purchases):
        known.serve(target)
    elif ledger is not None:
        config.pluginmanager.register(Purchases(config, target, ledger), _PURCHASES)
    return target


def _purchases(config: pytest.Config, described: TargetOptions) -> PurchaseOptions:
    """What may be purchased: at AWS nothing, unless it is said in so many words."""
    allowed, account, settle = max_purchases(config), allowed_account(config), settle_seconds(config)
    if described.name not in ("endpoint", "aws") and (allowed is not None or settle is not None):
        option = "--settle" if allowed is None else "--dry-run" if config.getoption("--dry-run") else "--max-purchases"
        raise pytest.UsageError(f"{option} goes with --endpoint-url or --target aws")
    if allowed is None and not is_live(described):
        return PurchaseOptions(None, account, settle)
    name = "aws" if is_live(replace(described, purchases=PurchaseOptions(account=account))) else described.name
    folder = folder_name(name, described.endpoint_url)
    ledger = config.stash.get(_LEDGER, None) or ledger_of(config, report_directory(config, folder), allowed or 0)
    config.stash[_LEDGER] = ledger
    return PurchaseOptions(ledger, account, settle, purchase_rules(config))


def _wait_seconds(config: pytest.Config) -> float:
    given = str(config.getoption("--wait"))
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", given, re.ASCII):
        raise pytest.UsageError(f"--wait {given!r}: expected seconds, such as 20")
    return float(given)


def _region(config: pytest.Config) -> str | None:
    region = config.getoption("--region")
    if region is not None and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", region):
        raise pytest.UsageError(f"--region {region!r} is not a Region; expected something like us-east-1")
    return None if region is None else str(region)


def load_target(config: pytest.Config) -> Target:
    """The target of the run, made once. Raises pytest.UsageError, with one clear line, where it cannot be used."""
    if _TARGET not in config.stash:
        try:
            config.stash[_TARGET] = _made(config, target_options(config))
        except TargetError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[_TARGET]


def stored_examples(config: pytest.Config, profile: str, target: Target) -> StoredExamples | None:
    """The example database of a random profile. Raises pytest.UsageError where --example-database names none."""
    where = config.getoption("--example-database")
    if not PROFILES[profile].random:
        if where is not None:
            raise pytest.UsageError("--example-database goes with --profile nightly or explore")
        return None
    try:
        database = open_database(where)
    except ImportError:
        raise pytest.UsageError(f"--example-database {where} needs the package redis: pip install redis") from None
    except ValueError as error:
        raise pytest.UsageError(f"--example-database {where}: {error}") from None
    return StoredExamples(database, target.endpoint_url or target.name) if database is not None else None


def check_replay(config: pytest.Config) -> None:
    """Refuse what means nothing where saved cases are played instead. Raises pytest.UsageError."""
    for option in ("--cases", "--max-time", "--shard", "--write-profile"):
        if config.getoption(option):
            raise pytest.UsageError(f"{option} goes with the conformance tests, not with --replay")


def aim_at_the_tests(config: pytest.Config) -> None:
    """Let a run without arguments be one of the conformance tests, whatever folder an option names.

    pytest takes a folder behind an option that it does not know yet for the place of the tests, and then reads its
    settings from there and not from where it was started.
    """
    here, tests = config.invocation_params.dir, conformance_tests()
    in_checkout = here / "tests" / "conformance" == tests
    if config.args_source is pytest.Config.ArgsSource.INVOCATION_DIR and in_checkout:
        config.args = [str(tests)]
        # There is no public way to it, and the names of the tests would begin with the folder that the option names.
        config._rootpath = here


def check_paths(config: pytest.Config) -> None:
    """Say what is wrong with a file of tests that is not there; workers would leave without a word.

    Raises:
        pytest.UsageError: there is no such file or folder.
    """
    for argument in config.args:
        if argument.startswith(("http://", "https://")):
            raise pytest.UsageError(f"{argument} is not a file of tests; expected --endpoint-url {argument}")
        path = argument.partition("::")[0]
        if not config.option.pyargs and not (config.invocation_params.dir / path).exists():
            raise pytest.UsageError(f"file or directory not found: {path}")


def folder_name(target_name: str, endpoint_url: str | None) -> str:
    """The folder of a target below `reports`: each endpoint has its own, so that none overwrites another's report."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", target_name).strip("-")[:60]
    if target_name != "endpoint" or endpoint_url is None:
        return name
    parts = urlsplit(endpoint_url)
    # Whatever else a URL may have is not a name of a file on some system.
    return "-".join([name, re.sub(r"[^A-Za-z0-9.-]+", "-", parts.netloc.rpartition("@")[2]).strip("-")])


def report_directory(config: pytest.Config, folder: str) -> Path:
    """Where the report goes: what --report-dir says, or else this folder below `reports`."""
    given = config.getoption("--report-dir")
    return Path(given) if given else Path("reports") / folder


def fail_on(config: pytest.Config) -> frozenset[Level]:
    """The levels that close the gate."""
    return frozenset({Level.MUST, Level.SHOULD} if config.getoption("--fail-on") == "should" else {Level.MUST})
