"""The last lines of a run: the suite's summary behind all that pytest says, with the state of the gate at its end."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import pytest

from conformance.plugin.workers import is_controller
from conformance.report.terminal import MOST_LINES, Line, clean, summary_lines
from conformance.results.gate import ExitStatus, Gate
from conformance.results.run import Run

_COLOURS = {ExitStatus.OPEN: "green", ExitStatus.CLOSED: "red"}


@dataclass(frozen=True)
class Closing:
    """What a run came to; `lines` stand right above the headline of the gate."""

    run: Run
    lines: tuple[str, ...]
    gate: Gate


CLOSING = pytest.StashKey[Closing]()
"""On the configuration, once a report was written."""


class LastWords:
    """Writes the summary when pytest has told everything, its own counts and an interrupt included."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        """Let everybody else come first, without the lines in which pytest names each failing test once more."""
        terminal = self._config.pluginmanager.getplugin("terminalreporter")
        if terminal is not None and self._config.option.verbose < 1:
            terminal.reportchars = terminal.reportchars.replace("f", "")
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_unconfigure(self) -> Generator[None, None, None]:
        """Write it behind what pytest says of an interrupt, which comes as late as this."""
        terminal = self._config.pluginmanager.getplugin("terminalreporter")
        yield
        if terminal is not None and CLOSING in self._config.stash:
            self._write(terminal, self._config.stash[CLOSING])

    def _write(self, terminal: pytest.TerminalReporter, closing: Closing) -> None:
        if closing.run.aborted and not closing.run.results:
            # pytest has said why in one line, unless workers have run the tests; only a traceback is more than that.
            unsaid = 0 if is_controller(self._config) else 1
            for text in closing.run.aborted.split("\n")[unsaid:]:
                terminal.write_line(clean(Line(text)).text)
            return
        whole = self._config.option.verbose > 0
        terminal.ensure_newline()
        terminal.section("mediaconnect-conformance")
        above = [Line(text) for text in closing.run.target.found]
        below = [
            Line(""),
            *(Line(text) for lines in closing.lines for text in lines.split("\n")),
            Line(closing.gate.headline, _COLOURS.get(closing.gate.status, "")),
        ]
        room = MOST_LINES - len(above) - len(below) - 2
        for line in (*above, Line(""), *summary_lines(closing.run, whole=whole, room=room), *below):
            shown = clean(line)
            terminal.write_line(shown.text, **shown.markup)
