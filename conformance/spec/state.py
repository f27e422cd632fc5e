"""What a right server knows: offerings, reservations and tokens, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from conformance.spec.calendar import Interval
from conformance.spec.outcomes import Wire, text_of
from conformance.spec.request import Place
from conformance.spec.service import Operation

LONG_AGO = Interval(datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))
"""When a reservation was purchased that is known from a list alone."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation as far as it is known; `ends` are the instants that may be its End, none where nothing is known.

    `certain` is false for one that may not exist: its purchase has no known outcome, or somebody else may have made
    it. `bought` is when it was purchased.
    """

    place: Place
    name: str
    arn: str
    bought: Interval
    ends: frozenset[datetime] = frozenset()
    offering_arn: str = ""
    start: str = ""
    certain: bool = True

    def is_over(self, now: Interval) -> bool:
        """Whether its End is past for certain."""
        return bool(self.ends) and now.earliest > max(self.ends)

    def is_active(self, now: Interval) -> bool:
        """Whether it exists and its End is to come, for certain."""
        return self.certain and bool(self.ends) and now.latest < min(self.ends)


@dataclass(frozen=True, slots=True)
class Offerings:
    """The offerings of a place by their ARNs; `complete` tells that there are no others."""

    by_arn: Mapping[str, Wire] = field(default_factory=dict)
    complete: bool = False


NO_OFFERINGS = Offerings()


@dataclass(frozen=True, slots=True)
class Token:
    """A NextToken that a list gave: of which list, for which MaxResults, after how many changes of state, and when."""

    place: Place
    operation: Operation
    max_results: str | None
    changes: int
    given: Interval = field(compare=False)


@dataclass(frozen=True, slots=True)
class State:
    """Everything known of all accounts and Regions. `changes` counts what may have changed a list.

    In `places_with_unseen_reservations` there may be reservations that nobody has seen, in `refused` places a purchase
    was refused. `tokens_forgotten` tells that tokens were given that are not among `tokens`.
    """

    reservations: tuple[Reservation, ...] = ()
    offerings: Mapping[Place, Offerings] = field(default_factory=dict)
    tokens: Mapping[str, Token] = field(default_factory=dict)
    changes: int = 0
    places_with_unseen_reservations: frozenset[Place] = frozenset()
    refused: frozenset[Place] = frozenset()
    tokens_forgotten: bool = False

    def offerings_of(self, place: Place) -> Offerings:
        """The offerings of a place, as far as they are known."""
        return self.offerings.get(place, NO_OFFERINGS)

    def in_place(self, place: Place) -> tuple[Reservation, ...]:
        """The reservations of one account and Region, in the order of purchase."""
        return tuple(one for one in self.reservations if one.place == place)

    def reservation(self, arn: str) -> Reservation | None:
        """The reservation with this ARN; None where none is known."""
        return next((one for one in self.reservations if arn and one.arn == arn), None)

    def with_reservation(self, reservation: Reservation) -> State:
        """The state with one more reservation."""
        return replace(self, reservations=(*self.reservations, reservation), changes=self.changes + 1)

    def with_offerings(self, place: Place, items: tuple[Wire, ...]) -> State:
        """The state in which a place has these offerings, and no others."""
        by_arn = {text_of(item, "offeringArn"): item for item in items}
        offerings = {**self.offerings, place: Offerings(by_arn, complete=True)}
        return replace(self, offerings=offerings, changes=self.changes + 1)
