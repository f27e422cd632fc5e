"""wire/members-in-their-place: what comes from another place than its own, and what only resembles it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.execution.trace import Call
from conformance.rules.places import PAGES_BY_HEADER, members_in_their_place
from conformance.spec.outcomes import Answered
from tests.meta.tools.traces import (
    bought,
    call,
    history,
    list_offerings,
    listed,
    offering,
    problems,
    purchase,
    reservation,
)

IN_ITS_PLACE = b'{"start": "2027-03-01T00:00:00Z", "reservationName": "mine"}'
NOWHERE = b'{"start": "2027-03-01T00:00:00Z", "attributes": {"reservationName": "other"}}'


def _problems(shown: Answered, *, body: bytes = IN_ITS_PLACE, query: str = "") -> list[str]:
    """What the rule finds wrong with the answer to one purchase."""
    return problems(members_in_their_place, history(call(purchase(body=body, query=query), shown)))


def test_what_stands_elsewhere_is_found() -> None:
    """A name of the query in place of the body's, or one that the body has inside another member, is a violation."""
    assert _problems(bought(reservation(name="other")), query="reservationName=other")
    assert _problems(bought(reservation(name="other")), body=NOWHERE)


@pytest.mark.parametrize("start", ["2027-03-01", "2027-03-01T00", "2027-03-01T00:00"])
def test_a_part_of_the_start_comes_from_the_start(start: str) -> None:
    """A Start that is shown cut short was read from its place, and is another rule's matter."""
    assert not _problems(bought({**reservation(name="mine"), "start": start}), query="reservationName=other")


def test_a_name_made_up_of_a_members_name() -> None:
    """A name that is made up is none that stands elsewhere, though it be a part of a member's name."""
    assert not _problems(bought(reservation(name="reservation")), body=NOWHERE)


def _page(length: int, **headers: str) -> Call:
    asked = list_offerings()
    shown = listed(*(offering(number) for number in range(length)), name="offerings")
    return call(replace(asked, headers={**asked.headers, **headers}), shown)


@pytest.mark.parametrize(
    ("times", "plain", "with_header", "is_wrong"),
    [
        (PAGES_BY_HEADER, (3,), (1,), True),
        (1, (3,), (1,), False),
        (PAGES_BY_HEADER - 1, (3,), (1,), False),
        (PAGES_BY_HEADER, (3, 3, 2), (1,), False),
        (PAGES_BY_HEADER, (3,), (1, 1, 2), False),
        (PAGES_BY_HEADER, (1,), (1,), False),
    ],
)
def test_short_pages_with_a_header(
    times: int, plain: tuple[int, ...], with_header: tuple[int, ...], is_wrong: bool
) -> None:
    """Only pages that are short with the header each time, and of one length without it, are a violation."""
    calls = [_page(plain[0])]
    for number in range(times):
        calls += [_page(with_header[number % len(with_header)], MaxResults="1"), _page(plain[number % len(plain)])]
    assert bool(problems(members_in_their_place, history(*calls))) == is_wrong
