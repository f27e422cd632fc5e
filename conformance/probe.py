"""What a target offers, found out before the rules are tested, in about a dozen calls."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from conformance.calling import Caller
from conformance.capabilities import Capability
from conformance.instants import month_start, written
from conformance.service import EXCEPTION_STATUS, Operation
from conformance.target_clock import TargetClock, WallClock
from conformance.targets.base import Account, Target, TargetUnreachableError
from conformance.targets.endpoint import MOTO_ACCOUNT_HEADER, Endpoint
from conformance.trace import Answered, Exchange, Faulted, Lost, Refused

_OFFERING = "arn:aws:mediaconnect:{region}:{account}:offering:00000000-0000-4000-8000-000000000000"
_RESERVATION = _OFFERING.replace(":offering:", ":reservation:")
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
    """Find out which operations exist, whether there are offerings, and whether a fresh account is one.

    Raises:
        TargetUnreachableError: nothing answers, or what answers is no AWS endpoint.
    """
    account = target.new_account()
    first = _first_contact(target, caller, clock, account)
    missing = frozenset(
        operation for operation in Operation if _is_missing(target, caller, clock, account, operation, first)
    )
    capabilities = target.capabilities
    lines = [f"operations: {', '.join(op for op in Operation if op not in missing) or 'none of the five'}"]
    if Capability.SEED not in capabilities and Operation.LIST_OFFERINGS not in missing:
        offerings = caller.offerings(clock, account, target.region) or ()
        lines.append(f"offerings of a new account: {len(offerings)}")
        capabilities |= {Capability.OFFERINGS} if offerings else set()
    if isinstance(target, Endpoint):
        isolation = _isolation(target, caller, clock, capabilities, missing)
        lines.append(f"accounts: {isolation}")
        capabilities = capabilities | {Capability.ACCOUNTS} if target.fresh_accounts else capabilities
    lines.append("clock: " + ("set by the suite" if Capability.CLOCK in capabilities else "the wall clock"))
    return Probed(missing, capabilities, tuple(lines))


def _first_contact(target: Target, caller: Caller, clock: TargetClock, account: Account) -> Exchange:
    """The first answer of the target, which must be one that an AWS endpoint could give."""
    made = caller.read(clock, Operation.LIST_OFFERINGS, account, target.region, {}, tries=4)
    last = made.exchanges[-1]
    where = target.endpoint_url or target.name
    if last.status is None:
        raise TargetUnreachableError(f"the target at {where} cannot be reached: {last.error}")
    if 300 <= last.status < 400:
        to = next((value for name, value in last.headers.items() if name.lower() == "location"), "elsewhere")
        raise TargetUnreachableError(f"{where} is no AWS endpoint: it redirects to {to}")
    content_type = next((value for name, value in last.headers.items() if name.lower() == "content-type"), "")
    if last.status < 300 and not isinstance(_json(last.body), dict):
        raise TargetUnreachableError(
            f"{where} is no AWS endpoint: ListOfferings drew {last.status} with {content_type or 'no content type'} "
            "instead of a JSON object"
        )
    if isinstance(made.outcome, Faulted | Lost):
        raise TargetUnreachableError(f"the target at {where} answers nothing but {last.status}; try again later")
    return last


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _is_missing(
    target: Target, caller: Caller, clock: TargetClock, account: Account, operation: Operation, first: Exchange
) -> bool:
    """Whether the target lacks the operation: its answer says so, or is no answer that a service would give.

    An operation is asked for something that does not exist, so that nothing is bought; a documented refusal shows that
    the operation is there.
    """
    region = target.region
    arns = {
        Operation.DESCRIBE_OFFERING: {"OfferingArn": _OFFERING.format(region=region, account=account.id)},
        Operation.DESCRIBE_RESERVATION: {"ReservationArn": _RESERVATION.format(region=region, account=account.id)},
        Operation.PURCHASE_OFFERING: {
            "OfferingArn": _OFFERING.format(region=region, account=account.id),
            "ReservationName": "probe",
            "Start": written(month_start(clock.now())),
        },
    }
    if operation is Operation.LIST_OFFERINGS and first.status is not None and first.status < 300:
        return False
    outcome = caller.read(clock, operation, account, region, arns.get(operation, {}), tries=4).outcome
    return _says_missing(outcome)


def _says_missing(outcome: object) -> bool:
    if isinstance(outcome, Faulted):
        return outcome.status == 501
    if not isinstance(outcome, Refused):
        return False
    if outcome.status in (404, 405, 501) and outcome.code not in EXCEPTION_STATUS:
        return True
    return _SAYS_SO.search(f"{outcome.code} {outcome.message}") is not None


def _isolation(
    target: Endpoint, caller: Caller, clock: TargetClock, capabilities: frozenset[Capability],
    missing: frozenset[Operation],
) -> str:  # fmt: skip
    """Find out what makes a fresh account, by a purchase in one and a look from another; an emulator's are free."""
    if target.promises_accounts:
        return "fresh by 12-digit access key, as the control API promises"
    needed = {Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS, Operation.LIST_OFFERINGS}
    if needed & missing or Capability.OFFERINGS not in capabilities:
        return "taken to be fresh by 12-digit access key; nothing can be purchased to find out"
    for header in (None, MOTO_ACCOUNT_HEADER):
        target.account_header = header
        if _keeps_apart(target, caller, clock):
            return f"fresh by {f'the header {header}' if header else '12-digit access key'}"
    target.account_header, target.fresh_accounts = None, False
    return "one only: neither a 12-digit access key nor the header x-moto-account-id makes a fresh one"


def _keeps_apart(target: Endpoint, caller: Caller, clock: TargetClock) -> bool:
    """Whether another account does not see a purchase, or the target at least knows whose it is.

    A target that writes the account into the reservation's ARN knows accounts: one that leaks then breaks a rule.
    """
    buyer, other = target.new_account(), target.new_account()
    offerings = caller.offerings(clock, buyer, target.region) or ()
    if not offerings:
        return False
    parameters = {
        "OfferingArn": str(offerings[0].get("offeringArn")),
        "ReservationName": f"probe-{buyer.id}",
        "Start": written(month_start(clock.now())),
    }
    made = caller.purchase(clock, buyer, target.region, parameters, frozenset())
    reservation = made.outcome.body if isinstance(made.outcome, Answered) else None
    arn = (
        str((reservation or {}).get("reservation", {}).get("reservationArn", ""))
        if isinstance(reservation, dict)
        else ""
    )
    if f":{buyer.id}:" in arn:
        return True
    seen = caller.reservations(clock, other, target.region) or ()
    return isinstance(made.outcome, Answered) and all(
        item.get("reservationName") != f"probe-{buyer.id}" for item in seen
    )
