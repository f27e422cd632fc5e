"""From the options of the command line to a target."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from conformance.spec.plain_text import summary
from conformance.targets.aws import SETTLE_SECONDS, Live, LiveOptions
from conformance.targets.base import Target, TargetError
from conformance.targets.endpoint import Endpoint, EndpointOptions, check_form
from conformance.targets.http import WAIT_SECONDS
from conformance.targets.purchases.aws_hosts import is_aws_host
from conformance.targets.purchases.guard import PurchaseRules
from conformance.targets.purchases.ledger import Ledger


@dataclass(frozen=True, slots=True)
class PurchaseOptions:
    """What the user allows: `ledger` has how many purchases, None where they are not counted; `rules` says which.

    `account` is the live account in which they may be made; see targets.aws.
    """

    ledger: Ledger | None = None
    account: str | None = None
    settle_seconds: float | None = None
    rules: PurchaseRules = field(default_factory=PurchaseRules)


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What the command line and the environment say of the target; `name` is that of `--target`.

    `region` is None where nothing was said. `wait_seconds` is how long a target that is starting is waited for.
    """

    name: str
    region: str | None = None
    endpoint_url: str | None = None
    control_url: str | None = None
    accounts: str = "auto"
    clock: str = "auto"
    wait_seconds: float = WAIT_SECONDS
    purchases: PurchaseOptions = field(default_factory=lambda: PurchaseOptions())


class UnknownTargetError(TargetError):
    """The name of `--target` stands for nothing that can be used; the message says why."""


def _endpoint(options: TargetOptions) -> Target:
    if not options.endpoint_url:
        raise UnknownTargetError("--target endpoint needs --endpoint-url URL, or AWS_ENDPOINT_URL in the environment")
    if is_live(options):
        return _live(options)
    region, purchases = options.region or _REGION, options.purchases
    return Endpoint(
        EndpointOptions(
            options.endpoint_url, region, options.control_url, options.accounts, options.clock,
            purchases.ledger, purchases.rules, purchases.settle_seconds, options.wait_seconds,
        )
    )  # fmt: skip


def is_live(options: TargetOptions) -> bool:
    """Whether the user's own credentials are used: at AWS, by whatever name, and wherever an account is allowed.

    Raises:
        TargetError: the URL is none.
    """
    if options.name != "endpoint":
        return options.name == "aws"
    at_aws = options.endpoint_url is not None and is_aws_host(check_form(options.endpoint_url, "--endpoint-url"))
    return at_aws or options.purchases.account is not None


def _live(options: TargetOptions) -> Target:
    purchases = options.purchases
    if purchases.ledger is None:
        raise UnknownTargetError("a live account needs a ledger of purchases")
    if options.control_url or options.accounts != "auto" or options.clock not in ("auto", "wall"):
        raise UnknownTargetError("--control-url, --accounts and --clock are not for live accounts")
    if purchases.ledger.allowed and purchases.account is None and purchases.rules.dry_run is None:
        raise UnknownTargetError("--max-purchases needs --allow-account ID, the account in which they may be made")
    settle = SETTLE_SECONDS if purchases.settle_seconds is None else purchases.settle_seconds
    rules = replace(purchases.rules, choice=replace(purchases.rules.choice, only_one=True))
    return Live(
        LiveOptions(
            purchases.ledger, options.region, options.endpoint_url, purchases.account, settle, rules,
            options.wait_seconds,
        )
    )  # fmt: skip


def _reference(options: TargetOptions, name: str) -> Target:
    # Only where it is the target: whoever tests another moto than the one that it extends has no use for it.
    try:
        reference = importlib.import_module("conformance.targets.reference")
    except ImportError as error:
        raise UnknownTargetError(f"--target {options.name} needs moto, which it extends: {summary(error)}") from error
    made: Target = getattr(reference, name)(options.region or _REGION)
    return made


_REGION = "us-east-1"
STDIO = "stdio:"
"""Before the command of a program that answers over its standard input and output."""

TARGETS: Mapping[str, Callable[[TargetOptions], Target]] = {
    "reference": lambda options: _reference(options, "Reference"),
    "reference-http": lambda options: _reference(options, "ReferenceOverHttp"),
    "endpoint": _endpoint,
    "aws": _live,
}


def make_target(options: TargetOptions) -> Target:
    """The target that the options name: one of the table, or what `package.module:factory` gives.

    Raises:
        TargetError: the name is unknown, a URL is none, or the factory cannot be imported, raises, or gives no Target.
    """
    if options.name in TARGETS:
        return TARGETS[options.name](options)
    if options.name.startswith(STDIO):
        stdio = importlib.import_module("conformance.targets.stdio")
        program: Target = stdio.Stdio(options.name.removeprefix(STDIO), options.region)
        return program
    module_name, colon, factory_name = options.name.partition(":")
    if not colon or not factory_name or not all(part.isidentifier() for part in module_name.split(".")):
        known = ", ".join(TARGETS)
        raise UnknownTargetError(
            f"unknown target {options.name!r}; expected {known}, stdio:COMMAND, or package.module:factory"
        )
    target = _from_factory(options.name, module_name, factory_name)
    target.name = options.name
    return target


def _from_factory(name: str, module_name: str, factory_name: str) -> Target:
    try:
        factory = getattr(importlib.import_module(module_name), factory_name)
    except (Exception, SystemExit) as error:
        raise UnknownTargetError(f"--target {name} cannot be imported: {_in_one_line(error)}") from error
    try:
        target = factory()
    except (Exception, SystemExit) as error:
        raise UnknownTargetError(f"--target {name}: the factory raised {_in_one_line(error)}") from error
    if not isinstance(target, Target):
        raise UnknownTargetError(
            f"--target {name}: the factory gave {type(target).__name__}; expected a conformance.targets.base.Target"
        )
    return target


def _in_one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {summary(error)}"
