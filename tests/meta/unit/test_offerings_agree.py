"""lists/offerings-agree: what is left open while an account purchases, and what is another rule's matter."""

from __future__ import annotations

import pytest

from conformance.rules.lists import offerings_agree, pages_cover_once
from tests.meta.tools.traces import (
    HERE,
    bought,
    call,
    describe_offering,
    history,
    list_offerings,
    listed,
    offering,
    problems,
    purchase,
    refused,
)

NOT_FOUND = refused(404, "NotFoundException")


@pytest.mark.parametrize(("purchases", "found"), [(True, 0), (False, 1)])
def test_a_description_while_the_account_purchases(purchases: bool, found: int) -> None:
    """It may come after the purchase, when no offering need be there; without a purchase it must be answered."""
    described = call(describe_offering(), NOT_FOUND, began=0.1, ended=0.4, concurrent=True)
    made = call(purchase(), bought(), began=0.0, ended=0.5, concurrent=True)
    judged = history(*([made] if purchases else []), described)
    assert len(problems(offerings_agree, judged)) == found


@pytest.mark.parametrize(("asked", "rule"), [("1", pages_cover_once), ("5", offerings_agree)])
def test_a_list_that_ends_too_early(asked: str, rule: object) -> None:
    """What a full page leaves out was lost between pages; what one with room leaves out is not listed."""
    both = [offering(0), offering(1)]
    cut = call(list_offerings({"maxResults": asked}), listed(both[0], name="offerings"))
    judged = history(cut, offerings={HERE: both}, defined=True)
    assert [one for one in (offerings_agree, pages_cover_once) if problems(one, judged)] == [rule]


@pytest.mark.parametrize("asked", ["1", "2", "5"])
def test_a_list_of_other_offerings(asked: str) -> None:
    """Where offerings are listed that the account does not have, the pages are not why its own are left out."""
    of_somebody_else = call(list_offerings({"maxResults": asked}), listed(offering(7), name="offerings"))
    judged = history(of_somebody_else, offerings={HERE: [offering(0), offering(1)]}, defined=True)
    assert [one for one in (offerings_agree, pages_cover_once) if problems(one, judged)] == [offerings_agree]


def test_a_list_of_other_offerings_where_none_was_defined() -> None:
    """Where nobody defined the offerings, a full page that leaves out a known one stays a matter of the pages."""
    of_somebody_else = call(list_offerings({"maxResults": "1"}), listed(offering(7), name="offerings"))
    judged = history(of_somebody_else, offerings={HERE: [offering(0), offering(1)]}, defined=False)
    assert problems(pages_cover_once, judged)
