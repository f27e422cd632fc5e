"""What a target is: something that answers signed requests, and may let its clock and offerings be set.

An adapter for another implementation derives from `Target` and says how a request is sent; all else has a default.
"""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.session import Session

from conformance.cases.case import OfferingTerms
from conformance.cases.later import LAST_YEAR
from conformance.spec.outcomes import Wire
from conformance.spec.request import AccountMapping
from conformance.targets.capabilities import Capability
from conformance.targets.http import WAIT_SECONDS
from conformance.targets.purchases.guard import PurchaseRules


class TargetError(Exception):
    """The target cannot be used; the message is one clear line for the user."""


class NotSetError(TargetError):
    """The target would not take this time, or these offerings, though others it may; the message says which."""


class TargetUnreachableError(TargetError):
    """The target, or its control API, gave no answer that could be understood."""


class AdapterError(TargetError):
    """The code of an adapter failed; the message is one line, and below it the traceback."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the target: its 12 digits, and how a request says so, by access key and by headers.

    `regions` are its own, in the place of the target's two, where only a Region can be fresh.
    """

    id: str
    access_key: str
    headers: Mapping[str, str] = field(default_factory=dict)
    regions: tuple[str, str] | None = None


class Target(ABC):
    """An implementation of the five operations, as the driver uses it.

    Attributes:
        name: as in `--target`; also the default folder of the report.
        kind: such as `in-process` or `endpoint`.
        endpoint_url: where it listens; None in process.
        region: the Region of the run; `other_region` is a second one, `far_regions` are two far away.
        capabilities: what it can do, known once it is open.
        session: whose credentials and endpoints sign; None: those of each account, and `endpoint_url`.
        reads_only: whether nothing may be sent that could buy.
        counts_purchases: whether each is taken from a budget, so that none may be spent on finding out.
        purchase_rules: what the user allows where they are counted.
        settle_seconds: how long a read may lag behind a purchase; None: that is found out.
        last_year: the last year to which its clocks can be set.
        clock_from: the time before which its clocks cannot be set; None: there is none.
        wait_seconds: how long it is waited for where it is starting, or out of service.
        announce: is told, a line each, what is asked for and bought where purchases are counted.
    """

    name = "target"
    kind = "adapter"
    endpoint_url: str | None = None
    region = "us-east-1"
    other_region = "us-east-2"
    far_regions = ("eu-central-1", "ap-southeast-2")
    capabilities: frozenset[Capability] = frozenset()
    session: Session | None = None
    reads_only: bool = False
    counts_purchases: bool = False
    purchase_rules: PurchaseRules = PurchaseRules()
    settle_seconds: float | None = None
    clock_from: datetime | None = None
    last_year: int = LAST_YEAR
    wait_seconds: float = WAIT_SECONDS
    announce: Callable[[str], None] = staticmethod(print)

    @property
    def accounts(self) -> AccountMapping:
        """How the target tells whose a request is: by the access key, unless it says otherwise."""
        return AccountMapping()

    @property
    def first_contact_seconds(self) -> float:
        """How long the first answer is waited for."""
        return self.wait_seconds

    @property
    def notes(self) -> tuple[str, ...]:
        """What the report says of how it is used, a line each."""
        return ()

    def open(self) -> None:  # noqa: B027  (most targets need nothing)
        """Make the target ready. Raises TargetError where it cannot be used."""

    def close(self) -> None:  # noqa: B027
        """Give back what `open` took; called once, also after a failure or an interrupt."""

    @abstractmethod
    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send one signed request and give its answer; called from several threads at the same time.

        Raises:
            OSError or botocore.exceptions.HTTPClientError: no answer came. Anything else is a mistake of the adapter,
                which ends the run with its traceback.
        """

    def new_account(self) -> Account:
        """An account that was never used; without Capability.ACCOUNTS always the same one."""
        account = fresh_account_id()
        return Account(account, access_key=account)

    def in_order(self, offerings: Sequence[Wire]) -> tuple[Wire, ...]:
        """The offerings that the account has, with the one that is to be purchased first."""
        return self.purchase_rules.choice.in_order(offerings)

    def takes_turns(self) -> bool:
        """Whether its cases must be played one after the other by one process, as they share an account or a clock.

        Asked before it is opened.
        """
        return Capability.ACCOUNTS not in self.capabilities

    def set_clock(self, account: Account, now: datetime) -> None:
        """With Capability.CLOCK: the account's time stands at `now` (UTC, whole seconds) until it is set again."""
        raise NotImplementedError(f"{self.name} offers {Capability.CLOCK}, but does not define set_clock")

    def define_offerings(self, account: Account, region: str, offerings: Sequence[OfferingTerms]) -> tuple[Wire, ...]:
        """With Capability.SEED: these are now the account's offerings in that Region; gives them as on the wire."""
        raise NotImplementedError(f"{self.name} offers {Capability.SEED}, but does not define define_offerings")


_RUN = secrets.randbelow(899_999) + 100_000
_NUMBERS = iter(range(2, 1_000_000))


def fresh_account_id() -> str:
    """Twelve digits that no other example of this run, and hardly one of another run, has used.

    In turn one has the last six digits of the account before it, and one the first six of the account before that: a
    target that compares only a part of the number takes accounts of one case for the same. One in four begins with 0,
    which a target loses that reads account numbers as integers.
    """
    number, is_second = divmod(next(_NUMBERS), 2)
    first = _RUN + is_second
    if number % 4 == 3:
        first %= 100_000
    return f"{first:06}{number:06}"


def fresh_region() -> str:
    """The name of a Region that does not exist, which no other example of this run has used."""
    return f"us-test-{_RUN}{next(_NUMBERS):06}"


def wire_terms(terms: OfferingTerms) -> dict[str, object]:
    """An offering to define, with the members and names of the wire; the bit rate is left out where there is none."""
    members: dict[str, object] = {
        "duration": terms.duration,
        "offeringDescription": terms.description,
        "pricePerUnit": terms.price,
    }
    return members if terms.bitrate is None else members | {"reservedBitrate": terms.bitrate}


def far_regions(region: str) -> tuple[str, str]:
    """Two Regions in other parts of the world, where the hour and the day are others, and summer time changes."""
    first, second, *_ = (one for one in ("eu-central-1", "ap-southeast-2", "us-west-2") if one[:2] != region[:2])
    return first, second


def near_region(region: str) -> str:
    """A Region whose name differs in its last character alone, so that a target which looks at a part of it is told."""
    return region[:-1] + ("2" if region.endswith("1") else "1")
