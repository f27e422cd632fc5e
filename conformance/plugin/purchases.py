"""The options that allow purchases, the ledger that workers share, and what the run says of each purchase."""

from __future__ import annotations

import re
import secrets
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.plugin.workers import is_worker
from conformance.targets.base import Target
from conformance.targets.purchases.ledger import Entry, Ledger

LEDGER_NAME = "purchases.sqlite"


def add_purchase_options(group: pytest.OptionGroup) -> None:
    """Register --max-purchases, --allow-account and --settle."""
    group.addoption(
        "--max-purchases",
        metavar="N",
        help="how many purchases may succeed on an endpoint in this run; at AWS none may without it",
    )
    group.addoption(
        "--allow-account",
        metavar="ID",
        help="the 12 digits of the account in which they may: the suite uses your AWS credentials, which must be its",
    )
    group.addoption(
        "--settle",
        metavar="SECONDS",
        help="how long a read may lag behind a purchase (0; at AWS 10)",
    )


def max_purchases(config: pytest.Config) -> int | None:
    """What --max-purchases says. Raises pytest.UsageError where it is no number of purchases."""
    given = _said(config, "--max-purchases", r"[0-9]{1,4}", "how many purchases may succeed, such as 1")
    return None if given is None else int(given)


def allowed_account(config: pytest.Config) -> str | None:
    """What --allow-account says. Raises pytest.UsageError where it is no account, or allows nothing."""
    given = _said(config, "--allow-account", r"[0-9]{12}", "the 12 digits of an account")
    if given is not None and config.getoption("--max-purchases") is None:
        raise pytest.UsageError("--allow-account goes with --max-purchases N, which says how many")
    return given


def settle_seconds(config: pytest.Config) -> float | None:
    """What --settle says. Raises pytest.UsageError where it is no time."""
    given = _said(config, "--settle", r"[0-9]{1,3}(\.[0-9]+)?", "seconds, such as 5")
    return None if given is None else float(given)


def _said(config: pytest.Config, option: str, form: str, expected: str) -> str | None:
    given = config.getoption(option)
    if given is not None and not re.fullmatch(form, given, re.ASCII):
        raise pytest.UsageError(f"{option} {given!r}: expected {expected}")
    return None if given is None else str(given)


def ledger_of(config: pytest.Config, directory: Path, allowed: int) -> Ledger:
    """The ledger of the run, in the report's folder; workers of pytest-xdist use their controller's."""
    if is_worker(config):
        path, run = config.workerinput["mediaconnect_ledger"]  # type: ignore[attr-defined]
        return Ledger(Path(path), run, allowed)
    return Ledger(directory.absolute() / LEDGER_NAME, secrets.token_hex(8), allowed)


class Purchases:
    """Lets workers share the ledger, says what is purchased while the tests run, and lists it at the end."""

    def __init__(self, config: pytest.Config, target: Target, ledger: Ledger) -> None:
        self._config, self._ledger = config, ledger
        target.announce = self._announce

    @property
    def made(self) -> tuple[Entry, ...]:
        """What was, or may have been, purchased."""
        return self._ledger.entries()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist where the ledger is."""
        node.workerinput["mediaconnect_ledger"] = (str(self._ledger.path), self._ledger.run)

    def pytest_report_header(self) -> str:
        """Say what is allowed before anything is sent."""
        allowed, account = self._ledger.allowed, self._config.getoption("--allow-account")
        if not allowed:
            return "purchases: none is allowed, so that nothing is sent that could buy (--max-purchases)"
        where = f" in account {account}" if account else ""
        return f"purchases: at most {allowed} may succeed{where}; each is kept in {self._ledger.path}"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List what was, or may have been, purchased."""
        terminalreporter.section("mediaconnect-conformance: purchases")
        made = self.made
        terminalreporter.write_line(f"{len(made)} of {self._ledger.allowed} allowed")
        for entry in made:
            terminalreporter.write_line(f"{entry.outcome}  {entry.sent}  {entry.what}")

    def _announce(self, line: str) -> None:
        """Write to the terminal past pytest's capture, also from a worker."""
        capture = self._config.pluginmanager.getplugin("capturemanager")
        if capture is None:
            print(line, file=sys.stderr, flush=True)
            return
        with capture.global_and_fixture_disabled():
            print(line, file=sys.stderr, flush=True)
