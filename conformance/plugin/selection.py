"""`--rule GLOB`, and in what way a run is a part of the whole only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from conformance.paths import conformance_tests
from conformance.plugin.markers import SUBJECT
from conformance.rules import RULES


def rules_matching(patterns: Iterable[str]) -> frozenset[str]:
    """The ids of the rules that the patterns of --rule name.

    Raises:
        pytest.UsageError: one of them names none.
    """
    found: set[str] = set()
    for pattern in patterns:
        matching = {rule.id for rule in RULES.values() if fnmatchcase(rule.id, pattern) or rule.topic == pattern}
        if not matching:
            known = [*RULES, *sorted({rule.topic for rule in RULES.values()})]
            near = get_close_matches(pattern, known, 1)
            hint = f"did you mean {near[0]}?" if near else "`mediaconnect-conformance rules` lists them"
            raise pytest.UsageError(f"--rule {pattern!r} names no rule; {hint}")
        found |= matching
    return frozenset(found)


class Selection:
    """Leaves the tests of other rules out, and tells what to do where a rule's id was looked for by -k."""

    def __init__(self, config: pytest.Config) -> None:
        """Raises pytest.UsageError where --rule names no rule."""
        self._config = config
        self._wanted = rules_matching(config.getoption("--rule"))
        self._hint = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that are made for one of the rules."""
        if not self._wanted:
            return
        kept = [item for item in items if SUBJECT in item.stash and self._is_wanted(item)]
        others = [item for item in items if item not in set(kept)]
        items[:] = kept
        if others:
            self._config.hook.pytest_deselected(items=others)

    def _is_wanted(self, item: pytest.Item) -> bool:
        return any(rule.id in self._wanted for rule in item.stash[SUBJECT].rules)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Notice that -k looked for a rule: it knows the names of tests only."""
        keyword = self._config.option.keyword.strip()
        near = keyword in RULES or get_close_matches(keyword, RULES, 1, 0.8) or "/" in keyword
        if keyword and near and not session.items:
            wanted = keyword if keyword in RULES else next(iter(get_close_matches(keyword, RULES, 1)), "ID")
            self._hint = f"-k {keyword!r} is found in the name of no test; a rule is selected by --rule {wanted}"

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Give the hint below all that pytest says of a run without tests."""
        if self._hint:
            terminalreporter.write_line(self._hint)


def part_of(config: pytest.Config) -> str:
    """How the tests were selected, such as `--rule end/*`; empty for a whole run. The same in every process."""
    option = config.option
    parts = [f"--rule {pattern}" for pattern in config.getoption("--rule")]
    parts += [f"-k {option.keyword!r}"] if option.keyword else []
    parts += [f"-m {option.markexpr!r}"] if option.markexpr else []
    parts += ["--deselect"] if option.deselect else []
    parts += ["--lf"] if getattr(option, "lf", False) else []
    parts += [f"--maxfail {option.maxfail}" if option.maxfail > 1 else "-x"] if option.maxfail else []
    return ", ".join([*parts, *_files(config.args)])


def _files(arguments: Sequence[str]) -> list[str]:
    """The files and tests that were named beside, or in the place of, the folder of the conformance tests."""
    tests = conformance_tests()
    whole = {tests, tests.parent, tests.parent.parent}
    return [Path(one).name for one in arguments if (Path.cwd() / one.partition("::")[0]).resolve() not in whole]


def aim_at_named_tests(config: pytest.Config) -> None:
    """Let a test be named by its file alone, such as test_end.py, wherever the tests are installed."""
    tests = conformance_tests()
    named = []
    for argument in config.args:
        path, separator, rest = argument.partition("::")
        there = tests / Path(path).name
        is_ours = not (config.invocation_params.dir / path).exists() and there.is_file()
        named.append(f"{there}{separator}{rest}" if is_ours else argument)
    # The command names the whole folder before what the user names.
    if len(named) > 1 and named[0] == str(tests):
        del named[0]
    config.args = named
