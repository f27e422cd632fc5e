"""What a case says, and what is sent for it: names that the account has used before the case began."""

from __future__ import annotations

import pytest

from conformance.cases.resolution import unused_name


@pytest.mark.parametrize(
    ("name", "used", "sent"),
    [
        ("a", [], "a"),
        ("a", ["b"], "a"),
        ("a", ["a"], "b"),
        ("a", ["a", "b", "c"], "d"),
        ("first", ["first"], "first-1"),
        ("first", ["first", "first-2"], "first-3"),
        ("x" * 128, ["x" * 128], "x" * 126 + "-1"),
        ("x" * 129, ["x" * 129], "x" * 129 + "-1"),
        ("-", ["-"], "a"),
    ],
)
def test_a_used_name_gives_way_to_one_of_its_kind(name: str, used: list[str], sent: str) -> None:
    """Another name is sent, which is as short as the first where that matters, and not longer than names may be."""
    assert unused_name(name, used) == sent
