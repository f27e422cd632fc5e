"""The pytest plugin of the suite: from the options to what runs, the conformance tests, saved cases or the probe."""

from __future__ import annotations

import logging
from collections.abc import Generator

import pytest

from conformance.clock import utc_now
from conformance.command_line import GROUP, add_options
from conformance.plugin import baseline, hooks, options
from conformance.plugin.budget import BEGAN
from conformance.plugin.choices import ProfileFile
from conformance.plugin.closing import LastWords
from conformance.plugin.github import GitHub, is_github
from conformance.plugin.interrupt import Interrupt
from conformance.plugin.junit import JUnit
from conformance.plugin.memory import ImportsStay
from conformance.plugin.probing import Probing
from conformance.plugin.profiles import Profiles, keep_storage_out_of_sight, profile_of
from conformance.plugin.progress import Progress
from conformance.plugin.replay import Replay
from conformance.plugin.saved_cases import SavedCases
from conformance.plugin.selection import Selection, aim_at_named_tests
from conformance.plugin.shard import shard_of
from conformance.plugin.sign_of_life import sign_of_life
from conformance.plugin.suite import Suite
from conformance.plugin.worker_watch import WorkerWatch
from conformance.plugin.workers import Turns, distribute, is_worker, processes_wanted
from conformance.results.run import Run
from conformance.targets.base import Target


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the hooks that the suite calls."""
    pluginmanager.add_hookspecs(hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite."""
    add_options(parser.getgroup(GROUP).addoption)


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Choose the number of workers before pytest-xdist reads it."""
    config.stash[BEGAN] = utc_now()
    options.check_paths(config)
    wanted = processes_wanted(config)
    tests = not (config.option.collectonly or any(map(config.getoption, ("--probe", "--replay", "--judge"))))
    if wanted != 1 and tests:
        distribute(config, options.load_target(config), wanted)
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Check every option before anything runs. Raises pytest.UsageError, with one clear line."""
    # A case may be long; its message and its file tell it better.
    config.addinivalue_line("filterwarnings", "ignore:Generating overly large repr")
    # urllib3 logs headers that it cannot read, with tracebacks; what came of them is in the trace.
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
    if config.getoption("--judge"):
        _register_judging(config)
        return
    options.aim_at_the_tests(config)
    aim_at_named_tests(config)
    profile = profile_of(config)
    config.pluginmanager.register(Profiles(config, profile), "mediaconnect-conformance-profiles")
    target = options.load_target(config)
    folder = options.folder_name(target.name, target.endpoint_url)
    keep_storage_out_of_sight(options.report_directory(config, folder))
    if config.getoption("--probe"):
        config.pluginmanager.register(Probing(config, target))
    elif config.getoption("--replay"):
        _register_replay(config, target)
    else:
        _register_suite(config, target, profile)


def _register_judging(config: pytest.Config) -> None:
    # Only here: readers of recordings take their time to import.
    from conformance.plugin.judging import Judging

    judging = Judging(config, options.fail_on(config), options.report_directory(config, "recording"))
    config.pluginmanager.register(judging, "mediaconnect-conformance")
    for one in (baseline, ProfileFile(config), LastWords(config)):
        config.pluginmanager.register(one)


def _register_replay(config: pytest.Config, target: Target) -> None:
    options.check_replay(config)
    replay = Replay(config, target, options.load_other_target(config, target))
    _register(config, target, replay, None, [])


def _register_suite(config: pytest.Config, target: Target, profile: str) -> None:
    shard = shard_of(config)
    suite = Suite(config, target, profile, shard)
    companions = [
        baseline,
        suite.budget,
        suite.earlier,
        Selection(config),
        SavedCases(config, suite.run),
        ProfileFile(config),
        JUnit(config, suite.run),
        LastWords(config),
        Progress(config, suite.budget),
        ImportsStay(),
    ]
    for one in (suite.against, shard, options.stored_examples(config, profile, target)):
        companions += [one] if one is not None else []
    _register(config, target, suite, suite.run, companions)


def _register(config: pytest.Config, target: Target, plays: object, run: Run | None, companions: list[object]) -> None:
    """Register what plays cases, and what goes with it: for workers, for Ctrl-C, and for GitHub."""
    companions = [Interrupt(), *([GitHub(config)] if is_github() and not is_worker(config) else []), *companions]
    companions += sign_of_life(config) if is_worker(config) else [WorkerWatch(config, target, run)]
    config.pluginmanager.register(plays, "mediaconnect-conformance")
    for companion in (*companions, Turns(target)):
        config.pluginmanager.register(companion)
