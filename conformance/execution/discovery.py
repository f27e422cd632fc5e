"""What a target offers, found out before the rules are tested, in about a dozen calls that purchase nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from conformance.cases.case import OfferingTerms
from conformance.cases.request_change import PLAIN, RequestChange
from conformance.execution.calls import Caller, CallResult
from conformance.execution.trace import Answered, Exchange, Faulted, Outcome, Refused
from conformance.spec.calendar import format_timestamp
from conformance.spec.service import CREDENTIALS_REFUSED, EXCEPTION_STATUS, Operation
from conformance.targets.accounts import By, Isolation
from conformance.targets.base import Account, Target, TargetUnreachableError
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import TargetClock, WallClock, read_date
from conformance.targets.endpoint import Endpoint
from conformance.targets.faketime import HOW_TO_START, FaketimeError, FaketimeFile
from conformance.targets.http import FIRST_CONTACT_PATIENCE

_OFFERING = "arn:aws:mediaconnect:{region}:{account}:offering:00000000-0000-4000-8000-000000000000"
_RESERVATION = _OFFERING.replace(":offering:", ":reservation:")
_OUT_OF_SERVICE = (429, 502, 503, 504)
_SAYS_SO = re.compile(
    r"not (yet )?(been )?implemented|no route|unknown (operation|action|path)|unsupported (operation|action)"
    r"|not (yet )?supported|no such (operation|action)|not emulated|pro feature",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found: the operations that the target lacks, how accounts are kept apart, and lines that say so."""

    missing: frozenset[Operation]
    capabilities: frozenset[Capability]
    found: tuple[str, ...] = field(default=())


def probe(target: Target, caller: Caller, clock: WallClock) -> Probed:
    """Find out which operations exist, whether there are offerings, and how accounts and clock can be had.

    Nothing is purchased. Where only a purchase can tell what makes a fresh account, that is left open
    (`conformance.execution.account_discovery`).

    Raises:
        TargetUnreachableError: nothing answers, or what answers is no AWS endpoint.
    """
    account = target.new_account()
    _first_contact(target, caller, clock, account)
    if isinstance(target, Endpoint) and target.faketime is not None:
        _check_faketime(target, caller, clock, target.faketime)
    missing = _Operations(target, caller, clock, account).missing()
    capabilities = target.capabilities
    lines = [f"operations: {', '.join(op for op in Operation if op not in missing) or 'none of the five'}"]
    if Capability.SEED not in capabilities and Operation.LIST_OFFERINGS not in missing:
        offerings = caller.offerings(clock, account, target.region) or ()
        lines.append(f"offerings of a new account: {len(offerings)}")
        capabilities |= {Capability.OFFERINGS} if offerings else set()
    if isinstance(target, Endpoint):
        can_tell = Capability.OFFERINGS in capabilities and not missing & _TELLING
        if target.isolation is None and not can_tell:
            target.isolation = Isolation(By.ACCESS_KEY)
        capabilities |= target.capabilities_of_accounts
    elif Capability.ACCOUNTS in capabilities:
        capabilities |= {Capability.OTHER_ACCOUNTS}
    capabilities |= set() if target.reads_only else {Capability.PURCHASES}
    return Probed(missing, capabilities, (*lines, _clock_line(capabilities, clock)))


_TELLING = {Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS, Operation.LIST_OFFERINGS}
"""What it takes to find out how accounts are kept apart."""


def _clock_line(capabilities: frozenset[Capability], clock: WallClock) -> str:
    if Capability.CLOCK in capabilities:
        return "clock: set by the suite"
    bounds = clock.measured
    if bounds is None:
        return "clock: the wall clock; its answers have no Date, so that it is trusted within 30 s"
    least, most = (f"{bound.total_seconds():+.1f} s" for bound in bounds)
    return f"clock: the wall clock, {least} to {most} from ours by its Date headers"


def _first_contact(target: Target, caller: Caller, clock: TargetClock, account: Account) -> Exchange:
    """The first answer of the target, which must be one that an AWS endpoint could give."""
    made = caller.read(
        clock, Operation.LIST_OFFERINGS, account, target.region, {}, tries=8, patience=FIRST_CONTACT_PATIENCE
    )
    last = made.exchanges[-1]
    where = target.endpoint_url or target.name
    if last.status is None:
        raise TargetUnreachableError(f"the target at {where} cannot be reached: {last.error}{_advice(last.error)}")
    if 300 <= last.status < 400:
        to = next((value for name, value in last.headers.items() if name.lower() == "location"), "elsewhere")
        raise TargetUnreachableError(f"{where} is no AWS endpoint: it redirects to {to}")
    content_type = next((value for name, value in last.headers.items() if name.lower() == "content-type"), "")
    if last.status < 300 and not isinstance(_json(last.body), dict):
        raise TargetUnreachableError(
            f"{where} is no AWS endpoint: ListOfferings drew {last.status} with {content_type or 'no content type'} "
            "instead of a JSON object"
        )
    if last.status in _OUT_OF_SERVICE:
        raise TargetUnreachableError(f"the target at {where} answers nothing but {last.status}; try again later")
    if isinstance(made.outcome, Refused) and _turns_everybody_away(made.outcome):
        what_to_do = "it must accept requests that are signed with any 12-digit access key id"
        if target.session is not None:
            what_to_do = "the credentials must be allowed mediaconnect:ListOfferings and its four neighbours"
        raise TargetUnreachableError(f"{where} turns the suite away: ListOfferings drew {made.outcome}; {what_to_do}")
    return last


def _check_faketime(target: Endpoint, caller: Caller, clock: TargetClock, file: FaketimeFile) -> None:
    """See in its Date headers that the target follows the file; one that sends none is believed."""
    account = target.new_account()
    for now in (datetime(2031, 3, 10, 12, tzinfo=UTC), datetime(2027, 1, 15, 12, tzinfo=UTC)):
        target.set_clock(account, now)
        made = caller.read(clock, Operation.LIST_OFFERINGS, account, target.region, {})
        headers = {name.lower(): value for name, value in made.exchanges[-1].headers.items()}
        date = read_date(headers.get("date"))
        if date is not None and date != now:
            raise FaketimeError(
                f"--clock faketime:{file.path}: the file says {format_timestamp(now)}, "
                f"and the target's Date {format_timestamp(date)}; " + HOW_TO_START.format(file=file.path)
            )


def _advice(error: str) -> str:
    if "WRONG_VERSION_NUMBER" in error or "wrong version number" in error:
        return "; it speaks no TLS there, so try http:// instead of https://"
    if "CERTIFICATE_VERIFY_FAILED" in error:
        return "; AWS_CA_BUNDLE can name a file with the certificate that signed its own"
    return ""


def _turns_everybody_away(refusal: Refused) -> bool:
    """Whether the credentials are refused, or something before the service refuses, without an error type."""
    if refusal.code in CREDENTIALS_REFUSED:
        return True
    return refusal.status in (401, 403, 407) and refusal.code == str(refusal.status)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


class _Operations:
    """Which operations exist: each is asked for something that does not exist, so that nothing is bought.

    A documented refusal shows that an operation is there, and a few answers say themselves that it is not. What is
    neither, such as a bare 404, is compared with the answer on a path that no operation has.
    """

    def __init__(self, target: Target, caller: Caller, clock: TargetClock, account: Account) -> None:
        self._target, self._caller, self._clock, self._account = target, caller, clock, account
        place = {"region": target.region, "account": account.id}
        self._unknown_offering, self._unknown_reservation = _OFFERING.format(**place), _RESERVATION.format(**place)

    def missing(self) -> frozenset[Operation]:
        """The operations that the target lacks."""
        found = {operation: self._exists(operation) for operation in _CERTAIN_FIRST}
        if found[Operation.DESCRIBE_RESERVATION] is None:
            # Without a reservation nothing more can be asked; whoever sells them is taken to describe them.
            found[Operation.DESCRIBE_RESERVATION] = found[Operation.PURCHASE_OFFERING]
        return frozenset(operation for operation, exists in found.items() if not exists)

    def _exists(self, operation: Operation) -> bool | None:
        """None where it cannot be told."""
        if operation is Operation.PURCHASE_OFFERING and self._target.counts_purchases:
            return True  # it is not asked, and whoever lists reservations is taken to sell them
        made = self._ask(operation, self._parameters(operation, self._unknown_offering))
        says = _says(made.outcome)
        if says is not None or operation in (Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS):
            return bool(says)
        if _answer(made) != _answer(
            self._ask(operation, self._parameters(operation, ""), RequestChange("to a path of nothing"))
        ):
            return True
        if operation is Operation.DESCRIBE_RESERVATION:
            return None
        real = self._real_offering()
        if not real:
            return False
        says = _says(self._ask(operation, self._parameters(operation, real)).outcome)
        return says is True

    def _parameters(self, operation: Operation, offering: str) -> dict[str, str]:
        """Parameters with which the operation changes nothing: a purchase has a Start that is none."""
        match operation:
            case Operation.DESCRIBE_OFFERING:
                return {"OfferingArn": offering}
            case Operation.DESCRIBE_RESERVATION:
                return {"ReservationArn": self._unknown_reservation}
            case Operation.PURCHASE_OFFERING:
                return {"OfferingArn": offering, "ReservationName": "probe", "Start": "no start"}
            case _:
                return {}

    def _ask(self, operation: Operation, parameters: dict[str, str], change: RequestChange = PLAIN) -> CallResult:
        region = self._target.region
        return self._caller.read(self._clock, operation, self._account, region, parameters, change)

    def _real_offering(self) -> str:
        if Capability.SEED in self._target.capabilities:
            offerings = self._target.define_offerings(self._account, self._target.region, (OfferingTerms(),))
        else:
            offerings = self._caller.offerings(self._clock, self._account, self._target.region) or ()
        return str(offerings[0].get("offeringArn")) if offerings else ""


_CERTAIN_FIRST = (
    Operation.LIST_OFFERINGS,
    Operation.LIST_RESERVATIONS,
    Operation.DESCRIBE_OFFERING,
    Operation.PURCHASE_OFFERING,
    Operation.DESCRIBE_RESERVATION,
)


def _says(outcome: Outcome) -> bool | None:
    """Whether an answer says by itself that the operation is there, or is not; None where it does neither."""
    match outcome:
        case Answered():
            return True
        case Faulted(status, _):
            return status != 501
        case Refused(status, code, message):
            if status in (405, 501) or _SAYS_SO.search(f"{code} {message}"):
                return False
            return None if status == 404 and code not in EXCEPTION_STATUS else True
        case _:
            return None


def _answer(made: CallResult) -> tuple[int | None, bytes]:
    """What of an answer can be compared: status and body, without the path that it may repeat."""
    last = made.exchanges[-1]
    path = urlsplit(last.url).path
    body = last.body.replace(path.encode(), b"").replace(unquote(path).encode(), b"")
    return last.status, body
