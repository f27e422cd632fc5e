"""The CPU seconds of each test, those of its subprocesses included: `pytest -p tests.meta.tools.cpu_seconds`.

Unlike `--durations` the figures do not depend on what else the machine does.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest

_SHOWN = 40
_spent: Counter[str] = Counter()


def _cpu() -> float:
    """What this process and its ended children have used, and what its running children have, with theirs."""
    times = os.times()
    spent = times.user + times.system + times.children_user + times.children_system
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                spent += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return spent


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure a test with its fixtures; those of a module count for the first test that needs them."""
    began = _cpu()
    try:
        return (yield)
    finally:
        _spent[item.nodeid] += _cpu() - began


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the dearest files and tests, and the sum."""
    files: Counter[str] = Counter()
    for name, seconds in _spent.items():
        files[name.partition("::")[0]] += seconds
    terminalreporter.section(f"CPU seconds: {sum(_spent.values()):.0f}")
    for name, seconds in [*files.most_common(), *_spent.most_common(_SHOWN)]:
        terminalreporter.write_line(f"{seconds:8.2f}  {name}")
