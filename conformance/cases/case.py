"""A case: what one example does, as frozen data that survives JSON and means the same next month.

Times are points relative to the clock of the target when a step is played; ARNs are references to what the target gave
earlier; whatever is malformed on purpose names its mutation, or lists its edits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class MonthStart:
    """00:00:00 UTC on the first of the current month, moved by `months` and then by `seconds`."""

    seconds: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Now:
    """The target's current time, to the second, moved by `months` and then by `seconds`."""

    seconds: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Inside:
    """A share of the start window: 0 thousandths is the first of the month, 1000 the current time."""

    thousandths: int = 500


@dataclass(frozen=True, slots=True)
class At:
    """An absolute instant, written `YYYY-MM-DDTHH:mm:SSZ`."""

    instant: str


@dataclass(frozen=True, slots=True)
class EndOf:
    """The End of the reservation that the purchase at step `step` (from 0) made, moved by `seconds`."""

    step: int
    seconds: int = 0


PLAIN_NOW = "2027-01-15T12:00:00Z"
PLAIN_NAME = "reservation"

Point = MonthStart | Now | Inside | At | EndOf


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a text: at character `at` (modulo its length and one), `remove` characters give way to `insert`."""

    at: int = 0
    remove: int = 0
    insert: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A Start: a point, written as the reference page asks, or in the named other form (`cases.start_forms`).

    `edits` change the text, one after the other.
    """

    point: Point = MonthStart()
    form: str = "plain"
    argument: str = ""
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Literal:
    """A Start that is this very text, whatever the time."""

    text: str


Start = Written | Literal


@dataclass(frozen=True, slots=True)
class OfferingArn:
    """The ARN of the account's offering number `index` (modulo how many there are), or a mutation of it.

    `edits` change the text, one after the other.
    """

    index: int = 0
    mutation: str = "exact"
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawnOfferingArn:
    """The ARN of number `index` (modulo how many there were) among the offerings that a `DefineOfferings` took away.

    Those that the latest one took away come first, then those of the one before.
    """

    index: int = 0


@dataclass(frozen=True, slots=True)
class ReservationArn:
    """The ARN of the reservation that the purchase at step `step` made, or a mutation of it.

    `edits` change the text, one after the other.
    """

    step: int = 0
    mutation: str = "exact"
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownArn:
    """A well-formed ARN of nothing, in the request's own account and Region; `kind` is offering or reservation."""

    kind: str = "offering"


@dataclass(frozen=True, slots=True)
class LiteralArn:
    """This very text in the place of an ARN."""

    text: str


Arn = OfferingArn | WithdrawnOfferingArn | ReservationArn | UnknownArn | LiteralArn


@dataclass(frozen=True, slots=True)
class OfferingTerms:
    """An offering to define: months, description, decimal price in US dollars, megabits per second or None."""

    duration: int = 1
    description: str = "20 Mbps of outbound bandwidth"
    price: str = "0.55"
    bitrate: int | None = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A PurchaseOffering call; None leaves a parameter out.

    `mutation` changes the request as a whole (`cases.request_mutations`), then `body_edits` the text of its body.
    """

    account: int = 0
    region: int = 0
    offering: Arn = OfferingArn()
    name: str | None = PLAIN_NAME
    start: Start | None = Written()
    mutation: str = "plain"
    body_edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeOffering:
    """A DescribeOffering call."""

    account: int = 0
    region: int = 0
    offering: Arn = OfferingArn()
    mutation: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeReservation:
    """A DescribeReservation call; left out where the purchase that it refers to made no reservation.

    With `settled` it is made again, for some seconds at most, while it shows the state PROCESSING.
    """

    account: int = 0
    region: int = 0
    reservation: Arn = ReservationArn()
    settled: bool = False


@dataclass(frozen=True, slots=True)
class TokenOf:
    """The NextToken that the last page of the list at step `step` came with."""

    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOfferings:
    """One page of ListOfferings, or with `whole` all of them along NextToken to the end."""

    account: int = 0
    region: int = 0
    max_results: str | None = None
    token: str | TokenOf | None = None
    whole: bool = False
    mutation: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReservations:
    """One page of ListReservations, or with `whole` all of them along NextToken to the end."""

    account: int = 0
    region: int = 0
    max_results: str | None = None
    token: str | TokenOf | None = None
    whole: bool = False
    mutation: str = "plain"


@dataclass(frozen=True, slots=True)
class SetClock:
    """The clock of every account of the case is set to a point, which is never before the present one."""

    to: Point


@dataclass(frozen=True, slots=True)
class DefineOfferings:
    """Every account and Region of the case has these offerings from now on, instead of those that it had."""

    offerings: tuple[OfferingTerms, ...] = (OfferingTerms(),)


@dataclass(frozen=True, slots=True)
class ConcurrentCalls:
    """Calls released at the same moment, one thread a branch, each branch in its order."""

    branches: tuple[tuple[CallStep, ...], ...]


CallStep = Purchase | DescribeOffering | DescribeReservation | ListOfferings | ListReservations
Step = CallStep | SetClock | DefineOfferings | ConcurrentCalls


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What one example does.

    `now` is the time (`YYYY-MM-DDTHH:mm:SSZ`) at which a settable clock stands when the case begins; on a wall clock it
    has no say. `offerings` are defined in every account and Region of the case, where the target lets them be.
    Region 0 is that of the run, 1 the one whose name is nearest to it, 2 and 3 are in other parts of the world.
    """

    now: str = PLAIN_NOW
    offerings: tuple[OfferingTerms, ...] = (OfferingTerms(),)
    steps: tuple[Step, ...] = field(default=())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002  (the signature is IPython's)
        # Hypothesis prints every explicit example, which costs a fifth of a run; the saved case has it all.
        printer.text(f"Case(now={self.now!r}, {len(self.offerings)} offerings, {len(self.steps)} steps)")

    def calls(self) -> Iterator[CallStep]:
        """Every call of the case, those of concurrent branches included, in the order in which they are written."""
        for step in self.steps:
            if isinstance(step, ConcurrentCalls):
                for branch in step.branches:
                    yield from branch
            elif not isinstance(step, SetClock | DefineOfferings):
                yield step

    @property
    def is_concurrent(self) -> bool:
        """Whether some of its calls run at the same time."""
        return any(isinstance(step, ConcurrentCalls) for step in self.steps)

    def places(self) -> tuple[tuple[int, int], ...]:
        """The (account, region) pairs that the calls use, account 0 in Region 0 always among them, sorted."""
        return tuple(sorted({(0, 0)} | {(call.account, call.region) for call in self.calls()}))


def purchase_case(
    *before: Step, now: str = PLAIN_NOW, offerings: tuple[OfferingTerms, ...] = (OfferingTerms(),), **purchase: object
) -> Case:
    """A case of `before` and then one purchase with the given parts; the plain way to write an explicit example."""
    return Case(now=now, offerings=offerings, steps=(*before, Purchase(**purchase)))  # type: ignore[arg-type]


def purchase_cases(now: str, *points: Point) -> list[Case]:
    """A case for each point, of one purchase at the time `now` with this point as its Start."""
    return [purchase_case(now=now, start=Written(point)) for point in points]
