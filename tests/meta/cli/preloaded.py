"""Runs the suite in processes that are forked where its libraries were imported before: a start takes 0.3 s, not 2 s.

Each run is a process of its own all the same, with its own environment, folder, output and exit status, and the suite's
own modules are imported anew. The tests of the wheel and of the documents run the plain command.
"""

from __future__ import annotations

import faulthandler
import os
import random
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from io import TextIOWrapper
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

_PRELOADED = (
    *("boto3.session", "cattrs.preconf.json", "flask_cors", "freezegun.api", "jinja2", "tomlkit", "waitress"),
    *("hypothesis.strategies", "hypothesis.internal.conjecture.engine", "hypothesis.internal.conjecture.shrinker"),
    *("moto", "moto.mediaconnect.models", "moto.mediaconnect.responses", "moto.server", "pytest", "xdist.plugin"),
)
# As these are imported already, pytest cannot rewrite their asserts, and says so.
_SILENT = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


@cache
def _processes() -> ForkServerContext:
    context = ForkServerContext()
    context.set_forkserver_preload([*_PRELOADED])
    return context


def run_pytest(
    options: Sequence[str], environment: Mapping[str, str], folder: Path, patience: float
) -> tuple[int, str]:
    """Run pytest with these options to its end, and give its exit status and its output.

    Raises:
        TimeoutError: it did not end within so many seconds.
    """
    with TemporaryDirectory() as temporary:
        output = Path(temporary, "output")
        output.touch()
        process = _processes().Process(
            target=_run, args=([*options, *_SILENT], dict(environment), folder, output, patience)
        )
        process.start()
        process.join(patience)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"pytest {' '.join(options)} did not end:\n{output.read_text(encoding='utf-8')}")
        return process.exitcode, output.read_text(encoding="utf-8")


def _run(options: list[str], environment: dict[str, str], folder: Path, output: Path, patience: float) -> None:
    with output.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    # What hangs is killed: then there is its output, and where it stood.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(line_buffering=True)
    faulthandler.dump_traceback_later(max(patience - 5, 1), file=2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    random.seed()
    sys.argv = ["pytest", *options]
    sys.exit(pytest.main(options))
