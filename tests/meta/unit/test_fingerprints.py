"""Answers reduced to fingerprints: whatever a target answers has one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.replay.fingerprints import Answers

NOW = datetime(2027, 1, 15, 12, tzinfo=UTC)
FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"


def fingerprint(start: object, answer: object) -> str:
    """The fingerprint of an answer to a purchase with this Start."""
    return Answers().fingerprint(json.dumps({"start": start}).encode(), NOW, 201, {}, json.dumps(answer).encode())


@pytest.mark.parametrize("start", [FIRST, LAST])
@pytest.mark.parametrize("end", [FIRST, LAST])
def test_times_at_the_ends_of_the_calendar(start: str, end: str) -> None:
    """A month before the first or after the last of the calendar is none that a time could be near to."""
    assert fingerprint(start, {"end": end}) != fingerprint(start, {"end": "no time"})


@pytest.mark.parametrize("number", [10**400, -(10**400), 1e308, float("nan"), float("inf")])
def test_numbers_that_are_no_time(number: float) -> None:
    """A number that no float holds, or that is none, is itself."""
    assert fingerprint("", {"start": number}) != fingerprint("", {"start": 0})


@pytest.mark.parametrize("unit", [1, 1_000])
def test_times_of_now_are_the_same_in_every_run(unit: int) -> None:
    """A number of seconds or milliseconds that is about now differs from run to run, with one fingerprint."""
    now = int(NOW.timestamp())
    assert fingerprint("", {"start": now * unit}) == fingerprint("", {"start": (now + 86_400) * unit})
    assert fingerprint("", {"start": now * unit}) != fingerprint("", {"start": (now - 500 * 86_400) * unit})


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.datetimes().map(lambda one: f"{one.isoformat()}Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(start=_VALUES, answer=_VALUES)
@settings(database=None, deadline=None)
def test_whatever_a_target_answers_there_is_a_sign(start: Any, answer: Any) -> None:
    """No Start and no answer is without a fingerprint, and the same has the same."""
    assert fingerprint(start, answer) == fingerprint(start, answer)
