"""A failure that shows itself once, as a race does, is a finding like any other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.meta.cli.commands import judge
from tests.meta.emulator import RightEmulator, serve


class ForgivesOnce(RightEmulator):
    """Accepts one Start before the window, the first that is not on a bound."""

    has_forgiven = False

    def window_allows(self, start: datetime, now: datetime) -> bool:
        """Forgive, once."""
        if not self.has_forgiven and start < self.month_start(now) and start.second not in (0, 59):
            self.has_forgiven = True
            return True
        return super().window_allows(start, now)


def test_a_failure_that_does_not_show_itself_again(tmp_path: Path) -> None:
    """It closes the gate under its rule, with its case, and not as a test that is flaky."""
    emulator = ForgivesOnce()
    with serve(emulator) as served:
        judged = judge(
            tmp_path, "--endpoint-url", served.endpoint_url, "-k", "test_before_the_first_of_the_month",
            "--hypothesis-profile", "gate",
        )  # fmt: skip
    assert emulator.has_forgiven
    assert judged.verdicts["start-window/before-lower-bound"] == "fail", judged.output
    assert judged.lines_with("the gate is closed: 1 must rule fails, it is start-window/before-lower-bound")
    assert "Flaky" not in judged.output
    assert (tmp_path / "cases" / "start-window-before-lower-bound.json").exists()
