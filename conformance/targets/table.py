"""From the options of the command line to a target."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conformance.targets.base import Target, TargetError
from conformance.targets.endpoint import Endpoint, EndpointOptions
from conformance.targets.reference import Reference, ReferenceOverHttp


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What the command line and the environment say of the target; `name` is that of `--target`."""

    name: str
    region: str
    endpoint_url: str | None = None
    control_url: str | None = None
    accounts: str = "auto"
    clock: str = "auto"


class UnknownTargetError(TargetError):
    """The name of `--target` stands for nothing that can be used; the message says why."""


def _endpoint(options: TargetOptions) -> Target:
    if not options.endpoint_url:
        raise UnknownTargetError("--target endpoint needs --endpoint-url URL, or AWS_ENDPOINT_URL in the environment")
    return Endpoint(
        EndpointOptions(options.endpoint_url, options.region, options.control_url, options.accounts, options.clock)
    )


TARGETS: Mapping[str, Callable[[TargetOptions], Target]] = {
    "reference": lambda options: Reference(options.region),
    "reference-http": lambda options: ReferenceOverHttp(options.region),
    "endpoint": _endpoint,
}


def make_target(options: TargetOptions) -> Target:
    """The target that the options name: one of the table, or what `package.module:factory` gives.

    Raises:
        TargetError: the name is unknown, a URL is none, or the factory cannot be imported, raises, or gives no Target.
    """
    if options.name in TARGETS:
        return TARGETS[options.name](options)
    module_name, colon, factory_name = options.name.partition(":")
    if not colon or not factory_name or not all(part.isidentifier() for part in module_name.split(".")):
        known = ", ".join(TARGETS)
        raise UnknownTargetError(f"unknown target {options.name!r}; expected {known}, or package.module:factory")
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
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
