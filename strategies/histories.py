"""What the steps of a case refer to while it is put together: the purchases, lists and names that are already there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from conformance.cases.case import (
    PLAIN_NOW,
    At,
    Case,
    DescribeReservation,
    EndOf,
    ListOfferings,
    ListReservations,
    Now,
    OfferingTerms,
    Purchase,
    ReservationArn,
    SetClock,
    Step,
    TokenOf,
    Written,
)
from conformance.spec.calendar import add_months, format_timestamp

Place = tuple[int, int]
RECENT = 3
"""How many of the reservations are looked at after a step: the latest ones. At the end all are."""


@dataclass(slots=True)
class History:
    """The steps so far. Whatever is asked for by number is one that is there, modulo how many there are."""

    now: str = PLAIN_NOW
    steps: list[Step] = field(default_factory=list)
    purchases: list[int] = field(default_factory=list)
    likely: list[int] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    places: set[Place] = field(default_factory=set)

    def add(self, *steps: Step, likely: bool = False) -> None:
        """Add steps, and keep what later ones may refer to: first of all purchases that are `likely` to succeed."""
        for step in steps:
            if isinstance(step, Purchase):
                self.purchases.append(len(self.steps))
                self.likely += [len(self.steps)] if likely else []
                self.names += [step.name] if step.name and step.name not in self.names else []
                self.places.add((step.account, step.region))
            elif isinstance(step, ListOfferings | ListReservations) and not step.whole:
                self.lists.append(len(self.steps))
            self.steps.append(step)

    def new_name(self, kind: str = "reservation") -> str:
        """A name that was not used yet."""
        return f"{kind}{len(self.steps)}"

    def old_name(self, number: int) -> str:
        """A name that was used before, be it refused or not; a new one where none was."""
        return self.names[number % len(self.names)] if self.names else self.new_name()

    def purchase(self, number: int) -> int | None:
        """The step of a purchase, one that is likely to have succeeded if there is one; 0 is the latest."""
        known = self.likely or self.purchases
        return known[-1 - number % len(known)] if known else None

    def place_of(self, step: int | None) -> Place:
        """Where the call of a step was made; account 0 in Region 0 where there is none."""
        if step is None:
            return 0, 0
        call: Any = self.steps[step]
        return call.account, call.region

    def absolute(self, months: int) -> Written:
        """A Start that stays the same instant: so many months after the time at which the case begins."""
        begin = datetime.fromisoformat(self.now)
        return Written(At(format_timestamp(add_months(begin, months))))

    def token(self, number: int) -> TokenOf | None:
        """The token of a list; 0 is the latest."""
        return TokenOf(self.lists[-1 - number % len(self.lists)]) if self.lists else None

    def referring(self, step: Any, number: int) -> Any:
        """The step, with what it refers to among what is there: the reservation's purchase, the token's list."""
        bought, token = self.purchase(number), self.token(number)
        if isinstance(getattr(step, "offering", None), ReservationArn) and bought is not None:
            step = replace(step, offering=replace(step.offering, step=bought))
        if isinstance(getattr(step, "reservation", None), ReservationArn) and bought is not None:
            step = replace(step, reservation=replace(step.reservation, step=bought))
        if isinstance(getattr(step, "token", None), TokenOf):
            step = replace(step, token=token)
        if isinstance(step, SetClock) and isinstance(step.to, EndOf) and bought is not None:
            step = SetClock(replace(step.to, step=bought))
        return step

    def can_refer(self, step: Any) -> bool:
        """Whether there is a purchase, where the step needs one."""
        parts = (getattr(step, name, None) for name in ("offering", "reservation", "to"))
        return bool(self.purchases) or not any(isinstance(part, ReservationArn | EndOf) for part in parts)

    def observe(self, *, everything: bool = False) -> None:
        """Describe the latest reservations, or all, and list those of every place that was used."""
        for bought in self.purchases if everything else self.likely[-RECENT:]:
            account, region = self.place_of(bought)
            self.add(DescribeReservation(account=account, region=region, reservation=ReservationArn(bought)))
        for account, region in sorted(self.places):
            self.add(ListReservations(account=account, region=region, whole=True))

    def contest(self, place: Place) -> None:
        """Try to purchase there, which must be refused where a reservation is active."""
        account, region = place
        self.add(Purchase(account=account, region=region, name=self.new_name("contest"), start=Written(Now())))

    def conclude(self) -> None:
        """Observe everything, contest every place that was used, and observe what became of it."""
        self.places = self.places or {(0, 0)}
        self.observe(everything=True)
        for place in sorted(self.places):
            self.contest(place)
        self.observe(everything=True)

    def case(self, offerings: tuple[OfferingTerms, ...]) -> Case:
        """The case of these steps."""
        return Case(now=self.now, offerings=offerings, steps=tuple(self.steps))
