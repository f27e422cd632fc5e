"""An account that can purchase nothing may hold a reservation in a Region that no case uses: it is looked for, once."""

from __future__ import annotations

from conformance.cases.case import Case, MonthStart, Purchase, Written
from conformance.execution.trace import Trace
from conformance.rules.history import follow
from tests.meta.emulator.mutants.start_window import FirstDayIsOutside
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations_in_states import FAR_AWAY, ActiveInAFarRegion
from tests.meta.tools.in_process import InProcess, driver_on, violations

RIGHT = Case(steps=(Purchase(start=Written(MonthStart())),))
WRONG = Case(steps=(Purchase(start=Written(MonthStart(months=-1))),))


def _played(emulator: RightEmulator, *cases: Case) -> list[Trace]:
    """The traces of cases that are played one after the other on one target, each in an account of its own."""
    driver = driver_on(InProcess(emulator))
    return [driver.play(case) for case in cases]


def _asked_in(emulator: RightEmulator) -> list[set[str]]:
    """The Regions that each account of an emulator was asked in, in the order of their first requests."""
    return [set(account.regions) for account in emulator.accounts.values()]


def test_what_an_account_holds_elsewhere_may_be_in_the_way() -> None:
    """A right purchase may be refused where a Region that no case uses has an ACTIVE reservation of the account."""
    traces = _played(ActiveInAFarRegion(), *[RIGHT] * 6)
    far = [[place.region for place, before in trace.before.items() if before] for trace in traces]
    assert [] in far
    assert [FAR_AWAY] in far
    assert [violations(follow(trace)) for trace in traces] == [{}] * 6


def test_a_refusal_for_which_nothing_speaks_is_wrong() -> None:
    """Where the account holds nothing anywhere, a right purchase that is refused stays a violation."""
    emulator = FirstDayIsOutside()
    traces = _played(emulator, *[RIGHT] * 6)
    assert all("start-window/lower-bound-inclusive" in violations(follow(trace)) for trace in traces)
    looked_at = [FAR_AWAY in regions for regions in _asked_in(emulator)]
    assert looked_at == [True] * 3 + [False] * 3, "after three looks in vain nothing more is asked"


def test_a_purchase_that_succeeds_or_is_rightly_refused_asks_nothing_more() -> None:
    """Nothing is looked for where an account could purchase, or where the Start is reason enough to refuse."""
    emulator = RightEmulator()
    _played(emulator, WRONG, RIGHT)
    assert [len(regions) for regions in _asked_in(emulator)] == [1, 1]
