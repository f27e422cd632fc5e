"""The Hypothesis profiles of the suite, under names of its own, and for its own tests only."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings

from conformance.paths import cache_folder, conformance_tests
from conformance.plugin.constants import without_constants_of_modules
from conformance.testing import subject_of

_PREFIX = "mediaconnect-conformance-"
_STORAGE = "HYPOTHESIS_STORAGE_DIRECTORY"


@dataclass(frozen=True, slots=True)
class Profile:
    """How much a run tries: examples for each test, whether they are others in each run, and how long it may take."""

    examples: int
    random: bool = False
    max_time: float | None = None


PROFILES = {
    "smoke": Profile(2),
    "gate": Profile(40),
    "nightly": Profile(2_000, random=True, max_time=600),
    "explore": Profile(1_000, random=True),
}
"""By the name that a user gives."""
DEFAULT = "gate"


def settings_name(profile: str) -> str:
    """Under which name Hypothesis has a profile: no other project has one of this name."""
    return _PREFIX + profile


def register_profiles(verbosity: Verbosity = Verbosity.normal) -> None:
    """Register every profile with Hypothesis, and load none.

    Everything that Hypothesis would choose by itself where CI is set is chosen here. Its database stays empty: what
    fails is a finding and no error, and `conformance.plugin.example_database` keeps it.
    """
    for name, profile in PROFILES.items():
        targeting = (Phase.target,) if profile.random else ()
        settings.register_profile(
            settings_name(name),
            settings(
                deadline=None,
                print_blob=False,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
                verbosity=verbosity,
                max_examples=profile.examples,
                derandomize=not profile.random,
                database=None,
                phases=(Phase.explicit, Phase.generate, *targeting, Phase.shrink),
            ),
        )


def profile_of(config: pytest.Config) -> str:
    """The profile of --profile, or else of --hypothesis-profile, which Hypothesis never sees.

    Raises:
        pytest.UsageError: there is no such profile.
    """
    for option in ("--profile", "--hypothesis-profile"):
        name = config.getoption(option, None)
        if name is not None and name not in PROFILES:
            raise pytest.UsageError(f"unknown {option} {name!r}; expected {', '.join(PROFILES)}")
    ours, theirs = config.getoption("--profile"), config.getoption("--hypothesis-profile", None)
    config.option.hypothesis_profile = None
    config.option.profile = str(ours or theirs or DEFAULT)
    return str(config.option.profile)


class Profiles:
    """Lets the conformance tests, and no other tests of the same run, be made with the profile of the run."""

    def __init__(self, config: pytest.Config, profile: str) -> None:
        verbosity = config.getoption("--hypothesis-verbosity", None)
        register_profiles(Verbosity[verbosity] if verbosity else Verbosity.normal)
        self._profile = settings_name(profile)
        self._tests = conformance_tests()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Hypothesis gives a test the settings that hold when its module is imported."""
        if not self._is_ours(collector):
            return (yield)
        before = settings.get_current_profile_name()
        settings.load_profile(self._profile)
        try:
            return (yield)
        finally:
            settings.load_profile(before)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """What a conformance test draws depends on nothing but the test."""
        if not isinstance(item, pytest.Function) or subject_of(item.function) is None:
            return (yield)
        with without_constants_of_modules():
            return (yield)

    def _is_ours(self, collector: pytest.Collector) -> bool:
        """Whether a module has conformance tests: the suite's own, or others that are written with `checks`."""
        if not isinstance(collector, pytest.Module):
            return False
        if collector.path.is_relative_to(self._tests):
            return True
        try:
            return b"conformance.testing" in collector.path.read_bytes()
        except OSError:
            return False


def keep_storage_out_of_sight(report_directory: Path) -> None:
    """Let Hypothesis keep its tables in the user's cache folder, or beside the report where that cannot be written.

    A place that the user has chosen for them, by Hypothesis' own variable, stays.
    """
    if _STORAGE in os.environ:
        return
    try:
        folder = cache_folder() / "hypothesis"
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError
    except (OSError, RuntimeError):
        folder = report_directory.resolve() / ".hypothesis"
    os.environ[_STORAGE] = str(folder)
