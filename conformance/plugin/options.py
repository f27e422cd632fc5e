"""The options of the suite on pytest's command line."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import settings

from conformance.home import conformance_tests
from conformance.plugin.baseline import add_baseline_options
from conformance.plugin.profiles import EXAMPLES
from conformance.plugin.replay import add_replay_options
from conformance.plugin.saving import add_saving_options
from conformance.rules.registry import Level
from conformance.targets.base import Target, TargetError
from conformance.targets.table import TARGETS, TargetOptions, make_target

_URL_VARIABLES = ("AWS_ENDPOINT_URL_MEDIACONNECT", "AWS_ENDPOINT_URL")


def add_options(parser: pytest.Parser) -> None:
    """Register the options; --hypothesis-profile is Hypothesis' own."""
    group = parser.getgroup("mediaconnect conformance")
    known = ", ".join(TARGETS)
    group.addoption("--target", metavar="NAME", help=f"what to test: {known}, or package.module:factory")
    group.addoption("--endpoint-url", metavar="URL", help="test what listens there (implies --target endpoint)")
    group.addoption("--region", default="us-east-1", metavar="REGION", help="the Region of the run (us-east-1)")
    group.addoption("--control-url", metavar="URL", help="base of the endpoint's test control API")
    group.addoption("--report-dir", metavar="DIR", help="where report.json goes (reports/<target name>)")
    group.addoption(
        "--fail-on",
        choices=["must", "should"],
        default="must",
        help="lowest level of a rule that closes the gate (must)",
    )
    add_saving_options(group)
    add_replay_options(group)
    add_baseline_options(group)


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
    control_url = config.getoption("--control-url")
    if control_url is not None and name != "endpoint":
        raise pytest.UsageError("--control-url goes with --endpoint-url")
    return TargetOptions(name, _region(config), url, control_url)


def _region(config: pytest.Config) -> str:
    region = str(config.getoption("--region"))
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", region):
        raise pytest.UsageError(f"--region {region!r} is no Region; expected something like us-east-1")
    return region


def make_target_or_complain(config: pytest.Config) -> Target:
    """The target. Raises pytest.UsageError, with one clear line, where the options name none that can be used."""
    try:
        return make_target(target_options(config))
    except TargetError as error:
        raise pytest.UsageError(str(error)) from None


def check_profile(config: pytest.Config) -> str:
    """The name of the Hypothesis profile, loaded if it is ours. Raises pytest.UsageError for an unknown one."""
    name = config.getoption("--hypothesis-profile", None)
    if name is None:
        settings.load_profile("gate")
        return "gate"
    try:
        settings.get_profile(name)
    except Exception:
        known = ", ".join(EXAMPLES)
        raise pytest.UsageError(f"unknown --hypothesis-profile {name!r}; expected {known}") from None
    return str(name)


def aim_at_the_tests(config: pytest.Config) -> None:
    """Let a run without arguments be one of the conformance tests, whatever folder an option names.

    pytest takes a folder behind an option that it does not know yet for the place of the tests, and then reads its
    settings from there and not from where it was started.
    """
    tests = conformance_tests()
    in_checkout = config.invocation_params.dir / "tests" / "conformance" == tests
    if config.args_source is pytest.Config.ArgsSource.INVOCATION_DIR and in_checkout:
        config.args = [str(tests)]


def report_directory(config: pytest.Config, target_name: str) -> Path:
    """Where the report goes."""
    given = config.getoption("--report-dir")
    return Path(given) if given else Path("reports") / target_name.replace(":", "-")


def fail_on(config: pytest.Config) -> frozenset[Level]:
    """The levels that close the gate."""
    levels = {Level.MUST}
    return frozenset(levels | {Level.SHOULD} if config.getoption("--fail-on") == "should" else levels)
