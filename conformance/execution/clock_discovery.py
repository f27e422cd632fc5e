"""What can be done with a target's clock: whether it follows the file of libfaketime, and may be set to any time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conformance.cases.later import CYCLE_YEARS, years_later
from conformance.execution.answers import header
from conformance.execution.calls import Caller
from conformance.spec.calendar import format_timestamp
from conformance.spec.service import Operation
from conformance.targets.base import Account, NotSetError, Target
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import TargetClock, WallClock, read_date
from conformance.targets.endpoint import Endpoint
from conformance.targets.faketime import HOW_TO_START, FaketimeError, FaketimeFile

LONG_AGO = datetime(2001, 1, 15, 12, tzinfo=UTC)
"""A time before those of all cases, which real clocks have passed."""

_LONGEST_RUN = timedelta(days=7)


def settle_clock(target: Target, wall_clock: WallClock) -> str:
    """Find out what a settable clock may be set to, and say what there is of a clock.

    One that refuses times which are past is set to later ones of the same calendar (`conformance.cases.later`). One
    that can only move forward for all accounts together is of no use, as each case begins where it likes. Sets the
    target's `clock_from`, or takes the capability away.
    """
    if Capability.CLOCK not in target.capabilities:
        return _of_the_wall(wall_clock)
    for years in (0, CYCLE_YEARS):
        first = years_later(LONG_AGO, years)
        if _is_set(target, target.new_account(), first + timedelta(days=1)):
            if _is_set(target, target.new_account(), first):
                if not years:
                    return "clock: set by the suite"
                target.clock_from = wall_clock.now() + _LONGEST_RUN
                return f"clock: set by the suite, {years} years ahead where it refuses the past"
            break
    target.capabilities -= {Capability.CLOCK}
    return (
        "clock: the wall clock; the one that can be set only moves forward, for all accounts together, or refuses "
        f"{format_timestamp(LONG_AGO)} and {CYCLE_YEARS} years later"
    )


def _is_set(target: Target, account: Account, now: datetime) -> bool:
    try:
        target.set_clock(account, now)
    except NotSetError:
        return False
    return True


def _of_the_wall(clock: WallClock) -> str:
    bounds = clock.measured
    if bounds is None:
        return "clock: the wall clock; its answers have no Date, so that it is trusted within 30 s"
    least, most = (f"{bound.total_seconds():+.1f} s" for bound in bounds)
    return f"clock: the wall clock, {least} to {most} from ours by its Date headers"


def check_faketime(target: Endpoint, caller: Caller, clock: TargetClock, file: FaketimeFile) -> None:
    """See in its Date headers that the target follows the file; one that sends none is believed."""
    account = target.new_account()
    for now in (datetime(2027, 1, 15, 12, tzinfo=UTC), datetime(2031, 3, 10, 12, tzinfo=UTC)):
        target.set_clock(account, now)
        made = caller.read(clock, Operation.LIST_OFFERINGS, account, target.region, {})
        date = read_date(header(made.exchanges[-1], "date"))
        if date is not None and date != now:
            raise FaketimeError(
                f"--clock faketime:{file.path}: the file says {format_timestamp(now)}, "
                f"and the target's Date {format_timestamp(date)}; " + HOW_TO_START.format(file=file.path)
            )
