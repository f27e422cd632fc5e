"""A purchase of which no answer came: what became of it is found out before anything is sent again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.spec.outcomes import Answered, Faulted, FoundAfterwards, Lost, Refused
from tests.meta.tools.hypotheses import examples
from tests.meta.tools.in_process import caller_on
from tests.meta.tools.scripted import IN_DOUBT, NO_EFFECT, Scripted, purchase

pytestmark = pytest.mark.usefixtures("waits")


@pytest.mark.parametrize("fault", IN_DOUBT)
def test_a_purchase_that_took_effect_is_found(fault: str) -> None:
    """After an effect without an answer the listing shows the reservation, and the purchase is not sent again."""
    target = Scripted(fault)
    made = purchase(target)
    assert isinstance(made.outcome, FoundAfterwards)
    assert made.outcome.reservation["reservationName"] == "reservation"
    assert target.seen == ["POST", "GET"]
    assert target.reservations == ["reservation"]


@pytest.mark.parametrize("fault", NO_EFFECT)
def test_a_purchase_without_effect_is_sent_again(fault: str) -> None:
    """After a fault without any effect the purchase is sent again, and succeeds once."""
    target = Scripted(fault)
    made = purchase(target)
    assert isinstance(made.outcome, Answered)
    assert made.outcome.status == 201
    assert target.posts == 2
    assert target.reservations == ["reservation"]


def test_a_throttled_purchase_is_in_no_doubt() -> None:
    """A throttled purchase had no effect, so that nothing is looked up before it is sent again."""
    target = Scripted("429", "429")
    assert isinstance(purchase(target).outcome, Answered)
    assert target.seen == ["POST", "POST", "POST"]


@pytest.mark.parametrize("once", [False, True])
def test_a_definite_refusal_is_final(once: bool) -> None:
    """A refusal is never tried again."""
    target = Scripted()
    made = purchase(target, start="1999-01-01T00:00:00Z", once=once)
    assert made.outcome == Refused(400, "BadRequestException", getattr(made.outcome, "message", ""))
    assert target.seen == ["POST"]


def test_a_refusal_after_doubt_is_looked_into() -> None:
    """What is refused because its own first attempt took effect unseen is found, and counts as a success."""
    target = Scripted("cut after", "empty")
    assert isinstance(purchase(target).outcome, FoundAfterwards)
    assert target.seen == ["POST", "GET", "POST", "GET"]
    assert target.reservations == ["reservation"]


def test_a_refusal_after_doubt_without_effect() -> None:
    """What is refused after a first attempt without effect is refused."""
    target = Scripted("cut")
    caller = caller_on(target)
    caller.settling.note_probed()
    assert isinstance(purchase(target, caller, start="1999-01-01T00:00:00Z").outcome, Refused)
    assert target.seen == ["POST", "GET", "POST", "GET"]


@pytest.mark.parametrize("fault", ["cut", "500", "503", *IN_DOUBT])
def test_no_second_purchase_while_nothing_can_be_known(fault: str) -> None:
    """Where the listing does not answer, an attempt that may have taken effect stays the only one."""
    target = Scripted(fault, *["500"] * 100)
    made = purchase(target)
    assert isinstance(made.outcome, Lost)
    assert "ListReservations" in made.outcome.reason
    assert target.posts == 1


@pytest.mark.parametrize("fault", ["cut", "500", "503", *IN_DOUBT])
def test_a_concurrent_purchase_is_not_looked_up(fault: str) -> None:
    """Beside others, what is not known stays so: no listing, no second attempt."""
    target = Scripted("429", fault)
    made = purchase(target, once=True)
    assert isinstance(made.outcome, Lost)
    assert target.seen == ["POST", "POST"]


@given(script=st.lists(st.sampled_from(["ok", *NO_EFFECT, *IN_DOUBT]), max_size=20))
@examples(300)
def test_whatever_goes_wrong_one_purchase_is_made(script: list[str]) -> None:
    """Under any faults there is never more than one reservation, and success is told only where there is one."""
    target = Scripted(*script)
    made = purchase(target)
    if isinstance(made.outcome, Answered | FoundAfterwards):
        assert target.reservations == ["reservation"]
    else:
        assert isinstance(made.outcome, Lost | Faulted)
    assert len(target.reservations) <= 1
    assert len(made.exchanges) <= len(target.seen)  # those that wait for the end of an outage say nothing of the call
