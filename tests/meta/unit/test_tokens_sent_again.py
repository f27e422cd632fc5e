"""A page that was asked for twice because the first answer was lost: its token may be used up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.rules.history import History
from conformance.rules.lists import max_results_range, pages_cover_once
from conformance.rules.registry import Rule
from tests.meta.tools.traces import call, history, list_offerings, listed, offering, problems, refused

RULES = (max_results_range, pages_cover_once)


def _refused_page(*, sent: int) -> History:
    """A page, and the next one, which was sent so many times and is refused in the end."""
    first = call(list_offerings({"maxResults": "1"}), listed(offering(), name="offerings", token="t"))
    second = call(list_offerings({"maxResults": "1", "nextToken": "t"}), refused())
    (exchange,) = second.exchanges
    lost = replace(exchange, status=None, error="the connection was closed")
    return history(first, replace(second, exchanges=(*[lost] * (sent - 1), exchange)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_token_that_was_sent_again(rule: Rule) -> None:
    """A token that is refused at once breaks the rule; one that is refused when it is sent again does not."""
    assert problems(rule, _refused_page(sent=1))
    assert not problems(rule, _refused_page(sent=2))
