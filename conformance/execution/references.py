"""What the steps of a case refer to: offerings, and what earlier answers gave."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime

from conformance.cases.case import (
    Arn,
    CallStep,
    DescribeOffering,
    DescribeReservation,
    ListOfferings,
    ListReservations,
    Purchase,
    TokenOf,
    UnknownArn,
)
from conformance.cases.resolution import NotPlayableError, resolve_arn, resolve_start, unused_name
from conformance.execution.trace import Call
from conformance.spec.arns import is_arn
from conformance.spec.calendar import parse_iso8601
from conformance.spec.outcomes import Wire, text_of
from conformance.spec.request import Place


class References:
    """Offerings by place; ARNs, Ends and tokens by the number of the step whose answer gave them."""

    def __init__(self) -> None:
        self.ends: dict[int, datetime] = {}
        self._offerings: dict[Place, tuple[Wire, ...]] = {}
        self._withdrawn: dict[Place, tuple[Wire, ...]] = {}
        self._owners: dict[Place, Place] = {}
        self._arns: dict[int, str] = {}
        self._tokens: dict[int, str] = {}

    @property
    def offerings(self) -> dict[Place, tuple[Wire, ...]]:
        """The offerings of each place, as they are now."""
        return dict(self._offerings)

    def items_of(self, place: Place) -> int:
        """How many items a list in this place may have."""
        return max(len(self._offerings[place]), len(self._arns))

    def define(self, place: Place, offerings: tuple[Wire, ...]) -> None:
        """A place has these offerings from now on, and those that it had are withdrawn."""
        before = self._offerings.get(place)
        if before is not None:
            self._withdrawn[place] = (*before, *self._withdrawn.get(place, ()))
        self._offerings[place] = offerings

    def note_past(self, place: Place, arns: Iterable[str]) -> None:
        """Keep which account and Region the first ARN names of the reservations that a place had before the case.

        A target with one account may have another number for it than the suite.
        """
        for fields in (arn.split(":") for arn in arns if is_arn(arn)):
            self._owners.setdefault(place, Place(region=fields[3], account=fields[4]))

    def note(self, call: Call, reservation: Wire | None) -> None:
        """Keep what a call gave: a token, and with a purchase the ARN and the End of its reservation."""
        token = text_of(call.answer, "nextToken")
        if token:
            self._tokens[call.step_number] = token
        arn, end = text_of(reservation or {}, "reservationArn"), parse_iso8601((reservation or {}).get("end"))
        if arn:
            self._arns[call.step_number] = arn
        if end is not None:
            self.ends[call.step_number] = end

    def parameters(self, step: CallStep, place: Place, now: datetime, used_names: Set[str]) -> dict[str, str]:
        """The parameters of a call as boto3 has them; a name that was used before the case is replaced by another.

        Raises NotPlayableError where an earlier answer did not give what the step refers to.
        """
        match step:
            case Purchase():
                parameters = {"OfferingArn": self._arn(step.offering, place)}
                if step.name is not None:
                    parameters["ReservationName"] = unused_name(step.name, used_names)
                if step.start is not None:
                    parameters["Start"] = resolve_start(step.start, now, self.ends)
                return parameters
            case DescribeOffering():
                return {"OfferingArn": self._arn(step.offering, place)}
            case DescribeReservation():
                return {"ReservationArn": self._arn(step.reservation, place)}
            case ListOfferings() | ListReservations():
                given = {"MaxResults": step.max_results, "NextToken": self._token(step.token)}
                return {name: value for name, value in given.items() if value is not None}

    def _arn(self, arn: Arn, place: Place) -> str:
        is_of_reservation = isinstance(arn, UnknownArn) and arn.kind == "reservation"
        owner = self._owners.get(place, place) if is_of_reservation else place
        return resolve_arn(arn, owner, self._offerings[place], self._arns, self._withdrawn.get(place, ()))

    def _token(self, token: str | TokenOf | None) -> str | None:
        if not isinstance(token, TokenOf):
            return token
        if token.step not in self._tokens:
            raise NotPlayableError(f"the list at step {token.step} gave no NextToken")
        return self._tokens[token.step]
