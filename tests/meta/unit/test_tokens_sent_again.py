"""A page that was asked for twice because the first answer was lost: its token may be used up."""

from __future__ import annotations

from dataclasses import replace

from conformance.execution.trace import Call
from conformance.rules.history import History
from conformance.rules.lists import max_results_range, pages_cover_once
from conformance.spec.outcomes import Lost
from tests.meta.tools.traces import call, history, list_offerings, listed, offering, problems, refused

FIRST = call(list_offerings({"maxResults": "1"}), listed(offering(), name="offerings", token="t"))
SECOND = list_offerings({"maxResults": "1", "nextToken": "t"})


def _refused_page(*before: Call) -> History:
    """A page, perhaps something more, and the next page, which is refused."""
    return history(FIRST, *before, call(SECOND, refused()))


def _sent_again(status: int | None) -> History:
    """A page, and the next one, which draws this status, or none at all, and is then sent again and refused."""
    second = call(SECOND, refused())
    (exchange,) = second.exchanges
    return history(FIRST, replace(second, exchanges=(replace(exchange, status=status), exchange)))


def test_a_token_that_was_sent_again() -> None:
    """A token that is refused breaks the rule, a throttled request before it or not; a lost answer leaves it open."""
    assert problems(pages_cover_once, _refused_page())
    assert problems(pages_cover_once, _sent_again(429))
    for status in (None, 503):
        assert not problems(pages_cover_once, _sent_again(status))
    assert not problems(pages_cover_once, _refused_page(call(SECOND, Lost("the connection was closed"))))


def test_a_refused_page_with_a_token_says_nothing_of_its_size() -> None:
    """Its MaxResults was accepted just before: what is refused is the token."""
    assert not problems(max_results_range, _refused_page())
    assert problems(max_results_range, history(call(list_offerings({"maxResults": "1"}), refused())))
