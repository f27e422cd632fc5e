"""Saved cases of the mutants: found by the conformance tests of a rule, kept in a folder, and played again."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conformance.plugin.saving import scope_of
from conformance.plugin.session import OpenTarget
from conformance.replay.folder import keep
from conformance.replay.saved_case import saved_case
from conformance.results.checker import Checker
from conformance.rules import RULES
from conformance.targets.endpoint import Endpoint, EndpointOptions
from tests.meta.cli.commands import plain_environment
from tests.meta.emulator import Served, serve
from tests.meta.emulator.right import RightEmulator
from tests.meta.kills.harness import ConformanceTest, find, opened


@contextmanager
def open_emulator(emulator: RightEmulator, *, control: bool = True) -> Iterator[tuple[Served, OpenTarget]]:
    """Serve an emulator, and open it as a target."""
    with serve(emulator, control=control) as served:
        target = Endpoint(EndpointOptions(served.endpoint_url, control_url=served.control_url if control else None))
        with opened(target) as open_target:
            yield served, open_target


def keep_failures(target: OpenTarget, tests: list[ConformanceTest], rule_id: str, folder: Path) -> list[Path]:
    """Run the conformance tests of a rule, keep what they find as the plugin does, and give the files of the rule."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for test in tests:
        subject = test.subject
        if rule_id not in [rule.id for rule in subject.rules]:
            continue
        facts = target.facts_for(subject)
        testable = subject.testable(facts, {})
        if RULES[rule_id] not in testable:
            continue
        checker = Checker(target.driver, testable)
        find(test, checker)
        for violation in checker.violations.values():
            path = keep(folder, saved_case(violation, scope_of(subject, violation), facts))
            files += [path] if violation.rule.id == rule_id else []
    return list(dict.fromkeys(files))


@dataclass(frozen=True)
class Printed:
    """What a script printed, and its exit status."""

    status: int
    output: str


def run_script(script: Path, served: Served, *, control: bool = True, **variables: str) -> Printed:
    """Run the boto3 or the shell script of a saved case against a served emulator."""
    interpreter = sys.executable if script.suffix == ".py" else "bash"
    command = [interpreter, str(script), served.endpoint_url]
    if control:
        command += ["--control-url", served.control_url] if script.suffix == ".py" else [served.control_url]
    ended = subprocess.run(
        command,
        cwd=script.parent,
        env=plain_environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return Printed(ended.returncode, ended.stdout)
