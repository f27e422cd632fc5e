"""The options that allow purchases, the ledger that workers share, and what the run says of each purchase."""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest

from conformance.plugin.dry_run import DryRun
from conformance.plugin.workers import is_controller, is_worker
from conformance.results.gate import ExitStatus
from conformance.targets.base import Target
from conformance.targets.purchases.choice import OfferingChoice
from conformance.targets.purchases.guard import PurchaseRules
from conformance.targets.purchases.ledger import Ledger, LedgerError

LEDGER_NAME = "purchases.sqlite"
T = TypeVar("T")


def max_purchases(config: pytest.Config) -> int | None:
    """What --max-purchases says; one for --dry-run alone, which sends none.

    Raises:
        pytest.UsageError: it is not a number of purchases, or what goes with it is given without it.
    """
    given = _said(config, "--max-purchases", r"[0-9]{1,4}", "how many purchases may succeed, such as 1")
    if given is None and config.getoption("--dry-run"):
        return 1
    for option in ("--offering", "--max-cost", "--yes"):
        if given is None and config.getoption(option):
            raise pytest.UsageError(f"{option} goes with --max-purchases N, which says how many may be purchased")
    return None if given is None else int(given)


def allowed_account(config: pytest.Config) -> str | None:
    """What --allow-account says. Raises pytest.UsageError where it is not an account, or allows nothing."""
    given = _said(config, "--allow-account", r"[0-9]{12}", "the 12 digits of an account")
    if given is not None and max_purchases(config) is None:
        raise pytest.UsageError("--allow-account goes with --max-purchases N, which says how many")
    return given


def settle_seconds(config: pytest.Config) -> float | None:
    """What --settle says. Raises pytest.UsageError where it is no time."""
    given = _said(config, "--settle", r"[0-9]{1,3}(\.[0-9]+)?", "seconds, such as 5")
    return None if given is None else float(given)


def purchase_rules(config: pytest.Config) -> PurchaseRules:
    """Which purchases the options allow. Raises pytest.UsageError where they say nothing of the kind."""
    offering = _said(config, "--offering", r"\S+", "the ARN of an offering")
    most = _said(config, "--max-cost", r"[0-9]{1,9}(\.[0-9]{1,9})?", "an amount, such as 500 or 499.50")
    choice = OfferingChoice(offering, None if most is None else Decimal(most))
    dry_run = config.pluginmanager.getplugin(DryRun.NAME)
    return PurchaseRules(choice, dry_run=dry_run.note if isinstance(dry_run, DryRun) else None)


def _said(config: pytest.Config, option: str, form: str, expected: str) -> str | None:
    given = config.getoption(option)
    if given is not None and not re.fullmatch(form, given, re.ASCII):
        raise pytest.UsageError(f"{option} {given!r}: expected {expected}")
    return None if given is None else str(given)


def ledger_of(config: pytest.Config, directory: Path, allowed: int) -> Ledger:
    """The ledger of the run, in the report's folder; workers of pytest-xdist use their controller's.

    With --dry-run a list of what would be sent is kept beside it.
    """
    if config.getoption("--dry-run") and not config.pluginmanager.hasplugin(DryRun.NAME):
        config.pluginmanager.register(DryRun(config, directory), DryRun.NAME)
    if is_worker(config):
        path, run = config.workerinput["mediaconnect_ledger"]  # type: ignore[attr-defined]
        return Ledger(Path(path), run, allowed)
    return Ledger(directory.absolute() / LEDGER_NAME, secrets.token_hex(8), allowed)


class Purchases:
    """Lets workers share the ledger, says what is purchased while the tests run, and lists it at the end."""

    def __init__(self, config: pytest.Config, target: Target, ledger: Ledger) -> None:
        self._config, self._ledger = config, ledger
        self._account = config.getoption("--allow-account")
        may_ask = self._account and ledger.allowed and not is_worker(config)
        self._asks = bool(may_ask and not config.getoption("--yes") and not config.getoption("--dry-run"))
        self.serve(target)

    def serve(self, target: Target) -> None:
        """Let a target tell of its purchases here, and ask for them."""
        target.announce = self._announce
        if self._asks:
            target.purchase_rules = replace(target.purchase_rules, confirm=self._confirm)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist where the ledger is."""
        node.workerinput["mediaconnect_ledger"] = (str(self._ledger.path), self._ledger.run)

    def pytest_sessionstart(self) -> None:
        """Workers of pytest-xdist have no terminal: the account number is typed before they start."""
        if self._asks and is_controller(self._config) and not self._confirm("the offering that is chosen"):
            pytest.exit(
                "not confirmed: the account number was not typed; nothing was sent (--yes)", ExitStatus.WRONG_COMMAND
            )

    def pytest_report_header(self) -> str:
        """Say what is allowed before anything is sent."""
        allowed = self._ledger.allowed
        if self._config.getoption("--dry-run"):
            return "purchases: none is sent; what would be is listed at the end (--dry-run)"
        if not allowed:
            return "purchases: none is allowed, so that nothing is sent that could buy (--max-purchases)"
        where = f" in account {self._account}" if self._account else ""
        return f"purchases: at most {allowed} may succeed{where}; each is kept in {self._ledger.path}"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List what was, or may have been, purchased."""
        terminalreporter.section("mediaconnect-conformance: purchases")
        try:
            made = self._ledger.entries()
        except LedgerError as error:
            terminalreporter.write_line(str(error))
            return
        terminalreporter.write_line(f"{len(made)} of {self._ledger.allowed} allowed")
        for entry in made:
            terminalreporter.write_line(f"{entry.outcome}  {entry.sent}  {entry.what}")
            if entry.why:
                terminalreporter.write_line(f"  {entry.why}")

    def _confirm(self, what: str) -> bool:
        """Whether the account number is typed; where nobody is at a terminal, the options are the permission."""
        if not self._past_capture(_is_at_a_terminal, stdin=True):
            return True
        self._announce(f"This can buy {what}, up to {self._ledger.allowed} times, in account {self._account}.")
        return bool(self._past_capture(_typed, stdin=True) == self._account)

    def _announce(self, line: str) -> None:
        """Write to the terminal past pytest's capture, also from a worker."""
        self._past_capture(lambda: print(line, file=sys.stderr, flush=True))

    def _past_capture(self, act: Callable[[], T], *, stdin: bool = False) -> T:
        capture = self._config.pluginmanager.getplugin("capturemanager")
        if capture is None:
            return act()
        with capture.global_and_fixture_disabled():
            if not stdin:
                return act()
            capture.suspend_global_capture(in_=True)
            try:
                return act()
            finally:
                capture.resume_global_capture()


def _is_at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _typed() -> str:
    print("Type the account number to go on: ", end="", file=sys.stderr, flush=True)
    with suppress(EOFError, KeyboardInterrupt, OSError):
        return sys.stdin.readline().strip()
    return ""
