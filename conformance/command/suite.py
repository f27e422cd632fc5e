"""Runs the conformance tests from any folder, with the options of pytest and of the suite."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

from conformance.paths import cache_folder, conformance_tests

_INI = Path(__file__).with_name("suite.ini")
_NOT_KEPT = {
    "-c": "the settings are the suite's own",
    "--config-file": "the settings are the suite's own",
    "--rootdir": "the tests are where the suite is installed",
    "--confcutdir": "no conftest.py is read",
    "--pyargs": "the tests are where the suite is installed",
    "--looponfail": "the tests do not change",
}
"""The options of pytest that mean nothing where somebody else's tests are run, and why."""


def pytest_arguments(options: Sequence[str]) -> list[str]:
    """What pytest is called with.

    Configuration, folder and plugins are named, so that no setting, no conftest.py and no other plugin of the user's
    environment has a say; one that he names himself with -p has. Nothing is written but what the options ask for.
    """
    tests = conformance_tests()
    return [
        *("-c", str(_INI), f"--rootdir={tests}", "--noconftest", "--disable-plugin-autoload"),
        *(argument for plugin in _plugins() for argument in ("-p", plugin)),
        *_cache_arguments(options),
        *(str(tests), *options),
    ]


def _plugins() -> Iterator[str]:
    yield "_hypothesis_pytestplugin"
    if find_spec("xdist") is not None:
        yield "xdist.plugin"
    yield "conformance.plugin"


def _cache_arguments(options: Sequence[str]) -> tuple[str, ...]:
    """What --lf needs is kept apart for each folder in which the command is called, out of the user's sight.

    Where the user leaves pytest's cache out, pytest does not know the option for its folder.
    """
    if any(option.endswith("no:cacheprovider") for option in options):
        return ()
    try:
        folder = cache_folder()
    except RuntimeError:
        return ("-p", "no:cacheprovider")
    return ("-o", f"cache_dir={folder / 'pytest' / hashlib.sha256(os.getcwd().encode()).hexdigest()[:16]}")


def not_kept(options: Sequence[str]) -> str:
    """One line on the first option of pytest that cannot be kept; empty where all can."""
    for option in options:
        name = option.partition("=")[0]
        if name in _NOT_KEPT:
            return f"{name} cannot be kept: {_NOT_KEPT[name]}"
    return ""


def run_suite(options: Sequence[str]) -> int:
    """Run the conformance tests in this process, and give the exit status.

    The current folder is on the path, behind all else, for `--target package.module:factory`.
    """
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())
    return int(pytest.main(pytest_arguments(options), plugins=[_Complaints()]))


class _Complaints:
    """Says in one line what is wrong with an option, as the other subcommands do."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_addoption(self, parser: pytest.Parser) -> None:
        """Take over the message of a wrong option."""
        known = parser.optparser

        def error(message: str) -> NoReturn:
            wrong = message.removeprefix("unrecognized arguments: ").split(" ")[0].partition("=")[0]
            near = get_close_matches(wrong, known._option_string_actions, 1)
            meant = f"; did you mean {near[0]}?" if near and message.startswith("unrecognized") else ""
            raise pytest.UsageError(f"{message}{meant} (mediaconnect-conformance run --help)")

        known.error = error  # type: ignore[method-assign]
