"""Which offering may be purchased where purchases are paid for: the cheapest, or the one that the user names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from conformance.spec.plain_text import plain
from conformance.targets.purchases.cost import format_money, total_cost

Offering = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OfferingChoice:
    """What the user says: the ARN of `offering`, or the cheapest where `only_one` is; at most `max_cost` in all.

    Without any of these every offering may be purchased.
    """

    offering: str | None = None
    max_cost: Decimal | None = None
    only_one: bool = False

    def in_order(self, offerings: Sequence[Offering]) -> tuple[Offering, ...]:
        """The offerings with those that are to be purchased first."""
        if not (self.only_one or self.offering or self.max_cost is not None):
            return tuple(offerings)
        return tuple(sorted(offerings, key=self._rank))

    def _rank(self, offering: Offering) -> tuple[bool, bool, Decimal]:
        cost = total_cost(offering)
        return _arn(offering) != self.offering, cost is None, cost or Decimal(0)

    def chosen(self, offerings: Sequence[Offering]) -> Offering | None:
        """The offering to purchase; None where there is none, or not the one that the user names."""
        first = next(iter(self.in_order(offerings)), None)
        return None if first is None or (self.offering and _arn(first) != self.offering) else first

    def objection(self, arn: str, offerings: Mapping[str, Offering]) -> str:
        """Why a purchase under this ARN must not be sent, by the offerings that were seen; empty where it may.

        An ARN of none of them may still buy one, on a target that reads it so: any of those that may be purchased.
        """
        named = offerings.get(arn)
        if named is None and self.max_cost is None:
            return ""
        if named is None:
            objections = [self._too_dear(offering) for offering in offerings.values()]
            return next(filter(None, objections), "") if objections else "--max-cost: no price is known"
        if self.offering and arn != self.offering:
            return "not the offering of --offering"
        if self.only_one and not self.offering and _arn(self.chosen(list(offerings.values())) or {}) != arn:
            return "not the cheapest offering (--offering names another)"
        return self._too_dear(named)

    def _too_dear(self, offering: Offering) -> str:
        if self.max_cost is None:
            return ""
        cost = total_cost(offering)
        if cost is None:
            return f"--max-cost {self.max_cost}: the price of {plain(_arn(offering))} cannot be read"
        too_much = cost > self.max_cost
        return f"--max-cost {self.max_cost}: it would cost about {format_money(cost, offering)}" if too_much else ""


def _arn(offering: Offering) -> str:
    return str(offering.get("offeringArn"))
