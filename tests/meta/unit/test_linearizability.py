"""The search for an order of concurrent calls, against histories of which anybody can say whether they are possible."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conformance.rules.linearizability import Event, is_linearizable
from conformance.spec.calendar import Interval
from conformance.spec.outcomes import Answered, Lost, Outcome, Refused
from conformance.spec.reading import Reading
from conformance.spec.request import Place
from conformance.spec.service import Operation
from conformance.spec.state import State

PLACE = Place("111122223333", "us-east-1")
OFFERING = "arn:aws:mediaconnect:us-east-1:111122223333:offering:1"
NOW = Interval(datetime(2027, 3, 15, tzinfo=UTC), datetime(2027, 3, 15, tzinfo=UTC))
STATE = State().with_offerings(PLACE, ({"offeringArn": OFFERING, "duration": 1},))


def _purchase(outcome: Outcome, began: float, ended: float, name: str) -> Event:
    reading = Reading(PLACE, Operation.PURCHASE_OFFERING, OFFERING, name=name, start="2027-03-01T00:00:00Z")
    return Event(reading, outcome, NOW, began, ended)


def bought(arn: str, began: float = 0, ended: float = 10, name: str = "") -> Event:
    """A purchase that succeeded."""
    return _purchase(Answered(201, {"reservation": {"reservationArn": arn}}), began, ended, name or f"name-{arn}")


def refused(began: float = 0, ended: float = 10) -> Event:
    """A purchase that was refused."""
    return _purchase(Refused(400, "BadRequestException", "no"), began, ended, "refused")


def lost(began: float = 0, ended: float = 10) -> Event:
    """A purchase without an answer."""
    return _purchase(Lost("no answer"), began, ended, "lost")


def look(*arns: str, began: float = 0, ended: float = 10) -> Event:
    """A list of reservations."""
    items = [{"reservationArn": arn, "reservationState": "ACTIVE"} for arn in arns]
    reading = Reading(PLACE, Operation.LIST_RESERVATIONS)
    return Event(reading, Answered(200, {"reservations": items}), NOW, began, ended)


KNOWN: dict[str, tuple[list[Event], bool]] = {
    "no call at all": ([], True),
    "one success": ([bought("a")], True),
    "one success and refusals": ([bought("a"), refused(), refused()], True),
    "two overlapping successes": ([bought("a"), bought("b")], False),
    "two successes one after the other": ([bought("a", 0, 1), bought("b", 2, 3)], False),
    "none succeeds": ([refused(), refused()], False),
    "a refusal that ended before the success began": ([refused(0, 1), bought("a", 2, 3)], False),
    "a refusal after the success": ([bought("a", 0, 1), refused(2, 3)], True),
    "repeats answered with the same ARN": ([bought("a", name="n"), bought("a", name="n")], True),
    "other requests answered with the same ARN": ([bought("a", name="n"), bought("a", name="m")], False),
    "repeats answered with two ARNs": ([bought("a", name="n"), bought("b", name="n")], False),
    "nothing listed after a success ended": ([bought("a", 0, 1), look(began=2, ended=3)], False),
    "it is listed after a success": ([bought("a", 0, 1), look("a", began=2, ended=3)], True),
    "it is listed before the success began": ([look("a", began=0, ended=1), bought("a", 2, 3)], False),
    "nothing listed while it is purchased": ([bought("a"), look(began=5, ended=15)], True),
    "lists that go back": ([bought("a"), look("a", began=1, ended=2), look(began=3, ended=4)], False),
    "lists that go on": ([bought("a"), look(began=1, ended=2), look("a", began=3, ended=4)], True),
    "a list that shows two": ([bought("a"), look("a", "b")], False),
    "a lost purchase explains a refusal": ([lost(), refused()], True),
    "a lost purchase explains no earlier refusal": ([refused(0, 1), lost(2, 3)], False),
    "a lost purchase never happens": ([lost(), look(began=20, ended=30)], True),
    "a lost purchase appears late": ([lost(0, 1), look(began=2, ended=3), look("a", began=4, ended=5)], True),
    "a lost purchase appears and goes": ([lost(0, 1), look("a", began=2, ended=3), look(began=4, ended=5)], False),
    "a lost purchase beside a success": ([lost(), bought("a"), look("a", began=20, ended=30)], True),
    "a lost purchase explains refusals, and a list lags": ([lost(), refused(), look(began=20, ended=30)], True),
    "two lost purchases explain refusals and appear": ([lost(), lost(), refused(), look("a", "b", began=20)], False),
    "the repeat of a lost purchase is answered with it, after a refusal": (
        [lost(0, 1), refused(0, 1), bought("a", 2, 3, "lost")],
        True,
    ),
    "another purchase is made after a lost one has explained a refusal": (
        [lost(0, 1), refused(0, 1), bought("a", 2, 3)],
        False,
    ),
    "a lost purchase and a success appear": ([lost(), bought("a"), look("a", "b", began=20, ended=30)], False),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_histories(name: str) -> None:
    """The search says of a known history what is so, in whatever order its calls are given."""
    events, possible = KNOWN[name]
    assert is_linearizable(tuple(events), STATE) is possible
    assert is_linearizable(tuple(reversed(events)), STATE) is possible


def test_many_calls_at_once() -> None:
    """The search ends soon where many calls at the same time fit in no order."""
    assert not is_linearizable((*(refused() for _ in range(8)), *(look() for _ in range(8))), STATE)
