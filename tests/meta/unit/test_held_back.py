"""Accounts that hold calls back are gone on with when their time has come, and not before."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from conformance.results.held_back import HeldBack

_TIMES = st.sampled_from([1.0, 2.0, 3.0, 4.0, inf])
_NOTES = st.tuples(st.sampled_from("abc"), _TIMES)


@given(st.lists(_NOTES | st.sampled_from([1.5, 2.0, 3.5])))
def test_each_account_comes_once_its_earliest_time_is_over(steps: list[tuple[str, float] | float]) -> None:
    """As a table of the earliest time of each account would say, the earliest first."""
    held_back, table = HeldBack(), dict[str, float]()
    for step in steps:
        if isinstance(step, float):
            due = sorted((time, account) for account, time in table.items() if time < step)
            assert list(held_back.before(step)) == [account for _, account in due]
            table = {account: time for account, time in table.items() if time >= step}
        else:
            account, time = step
            held_back.note(account, time)
            table |= {account: min(time, table.get(account, inf))} if time < inf else {}
