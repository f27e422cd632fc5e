"""Concurrent calls: a history is right where some order of its calls, one after the other, is permitted."""

from __future__ import annotations

import pytest

from conformance.rules.linearizability import Event, is_linearizable
from conformance.spec.outcomes import Answered, Lost, Outcome, Refused
from conformance.spec.reading import Reading
from tests.meta.unit.test_model import NOW, RIGHT, at, fresh, listing, purchase

REFUSED = Refused(400, "BadRequestException", "There is an active reservation.")
LIST = listing(of="reservations")


def made(number: int) -> Answered:
    """A purchase that made a reservation."""
    return Answered(201, {"reservation": {"reservationArn": f"arn:{number}"}})


def shown(*numbers: int) -> Answered:
    """A list of reservations."""
    return Answered(200, {"reservations": [{"reservationArn": f"arn:{number}"} for number in numbers]})


def called(outcome: Outcome, began: float, ended: float, reading: Reading | None = None) -> Event:
    """A call, by default a purchase with a name of its own, between two seconds."""
    asked = reading or purchase(RIGHT | {"reservationName": f"name{began}"})
    return Event(asked, outcome, at(NOW), began, ended)


@pytest.mark.parametrize(
    "events, right",
    [
        ([called(made(1), 0, 2), called(REFUSED, 1, 3)], True),
        ([called(made(1), 0, 2), called(made(2), 1, 3)], False),
        ([called(REFUSED, 0, 1), called(made(1), 2, 3)], False),
        ([called(REFUSED, 0, 1)], False),
        ([called(Lost("no answer"), 0, 1), called(REFUSED, 2, 3)], True),
        ([called(Lost("no answer"), 0, 1), called(made(1), 2, 3)], True),
        ([called(made(1), 0, 1), called(shown(), 2, 3, LIST)], False),
        ([called(made(1), 0, 3), called(shown(), 1, 2, LIST)], True),
        ([called(made(1), 0, 1), called(shown(1), 2, 3, LIST)], True),
        ([called(made(1), 0, 1), called(shown(1, 2), 2, 3, LIST)], False),
        ([called(Lost("no answer"), 0, 1), called(shown(7), 2, 3, LIST)], True),
        ([called(made(1), 0, 2, purchase()), called(made(1), 1, 3, purchase())], True),
    ],
)
def test_a_history(events: list[Event], right: bool) -> None:
    """One purchase succeeds, the others are refused, and lists show what there is; a lost one may have happened."""
    assert is_linearizable(tuple(events), fresh()) is right
