"""What a target offers, found out before the rules are tested, in about a dozen calls that purchase nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.execution.account_discovery import IsolationProbe, seen_regions
from conformance.execution.answers import header, is_silence, read_json
from conformance.execution.calls import Caller
from conformance.execution.clock_discovery import check_faketime, settle_clock
from conformance.execution.operation_discovery import Operations
from conformance.execution.retries import Patience
from conformance.execution.trace import Exchange
from conformance.spec.outcomes import Refused, Wire
from conformance.spec.plain_text import plain
from conformance.spec.service import CREDENTIALS_REFUSED, FORBIDDEN, Operation
from conformance.targets.accounts import By, Isolation
from conformance.targets.base import Account, Target, TargetError, TargetUnreachableError
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import TargetClock, WallClock
from conformance.targets.endpoint import Endpoint
from conformance.targets.starting import OUT_OF_SERVICE, is_hopeless

_TRIES_OF_THE_FIRST = 3
_UNTIL_THE_TIME_IS_UP = 1_000
"""So many tries that the seconds end before them."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found: the operations that the target lacks, its capabilities, and the lines that say so."""

    missing: frozenset[Operation]
    capabilities: frozenset[Capability]
    found: tuple[str, ...] = field(default=())


def probe(target: Target, caller: Caller, clock: WallClock) -> Probed:
    """Find out which operations exist, whether there are offerings, and how accounts and clock can be had.

    Nothing is purchased. Where only a purchase can tell what makes a fresh account, that is left open
    (`conformance.execution.account_discovery`). Sets what it finds on the target: `capabilities`, `isolation` and
    `clock_from`.

    Raises:
        TargetUnreachableError: nothing answers, or what answers is not an AWS endpoint.
        TargetError: the offering that the user names cannot be purchased.
    """
    account = target.new_account()
    _first_contact(target, caller, clock, account)
    if isinstance(target, Endpoint) and target.faketime is not None:
        check_faketime(target, caller, clock, target.faketime)
    missing = Operations(target, caller, clock, account).missing()
    lines = [f"operations: {', '.join(op for op in Operation if op not in missing) or 'none of the five'}"]
    clock_line = settle_clock(target, clock)
    if Capability.SEED not in target.capabilities and Operation.LIST_OFFERINGS not in missing:
        offerings = caller.offerings(clock, account, target.region) or ()
        lines.append(f"offerings of a new account: {len(offerings)}")
        target.capabilities |= {Capability.OFFERINGS} if offerings else set()
        _check_choice(target, offerings)
    target.capabilities |= _of_accounts(target, caller, clock, missing)
    target.capabilities |= set() if target.reads_only else {Capability.PURCHASES}
    return Probed(missing, target.capabilities, (*lines, clock_line))


def _of_accounts(
    target: Target, caller: Caller, clock: TargetClock, missing: frozenset[Operation]
) -> frozenset[Capability]:
    """What is found out of accounts and Regions by reads alone."""
    found: set[Capability] = set()
    if isinstance(target, Endpoint):
        probe = IsolationProbe(target, caller, clock)
        if target.isolation is None:
            can_tell = Capability.OFFERINGS in target.capabilities and not missing & _TELLING
            # Where nothing can be purchased, nothing can be in anybody's way.
            target.isolation = probe.without_purchases() if can_tell else Isolation(By.ACCESS_KEY)
        if target.isolation is None and target.counts_purchases:
            target.isolation = Isolation(By.NONE)  # to find out more takes a purchase
        found |= target.capabilities_of_accounts
        found |= set() if missing & _LISTS else seen_regions(target, caller, clock)
    elif Capability.ACCOUNTS in target.capabilities:
        found.add(Capability.OTHER_ACCOUNTS)
    return frozenset(found)


_TELLING = {Operation.PURCHASE_OFFERING, Operation.LIST_RESERVATIONS, Operation.LIST_OFFERINGS}
"""What it takes to find out how accounts are kept apart."""
_LISTS = {Operation.LIST_RESERVATIONS, Operation.LIST_OFFERINGS}


def _check_choice(target: Target, offerings: tuple[Wire, ...]) -> None:
    """See that there is an offering which the user's options allow. Raises TargetError, before anything is sent."""
    if not target.counts_purchases or target.reads_only or not offerings:
        return
    choice = target.purchase_rules.choice
    chosen = choice.chosen(offerings)
    if chosen is None:
        raise TargetError(f"--offering {choice.offering}: ListOfferings shows no such offering; nothing was sent")
    arn = str(chosen.get("offeringArn"))
    objection = choice.objection(arn, {str(one.get("offeringArn")): one for one in offerings})
    if objection:
        raise TargetError(f"{objection}; it is the one to purchase, {plain(arn)}; nothing was sent")


def _first_contact(target: Target, caller: Caller, clock: TargetClock, account: Account) -> None:
    """The first answer of the target, which must be one that an AWS endpoint could give."""
    last, outcome = _first_answer(target, caller, clock, account)
    where = target.endpoint_url or target.name
    if is_silence(last):
        raise TargetUnreachableError(
            f"the target at {where} accepts connections and answers nothing; --wait SECONDS waits longer for it"
        )
    if last.status is None:
        raise TargetUnreachableError(f"the target at {where} cannot be reached: {last.error}{_advice(last.error)}")
    if 300 <= last.status < 400:
        raise TargetUnreachableError(
            f"{where} is not an AWS endpoint: it redirects to {plain(header(last, 'location')) or 'elsewhere'}"
        )
    if last.status < 300 and not isinstance(read_json(last.body)[0], dict):
        content_type = plain(header(last, "content-type")) or "no content type"
        raise TargetUnreachableError(
            f"{where} is not an AWS endpoint: ListOfferings drew {last.status} with {content_type} "
            f"instead of a JSON object{last.error and f' ({last.error})'}"
        )
    if last.status in OUT_OF_SERVICE:
        raise TargetUnreachableError(f"the target at {where} answers nothing but {last.status}; try again later")
    if _turns_everybody_away(outcome) or _forbids_both_lists(outcome, target, caller, clock, account):
        raise TargetUnreachableError(
            f"{where} turns the suite away: ListOfferings drew {plain(str(outcome))}; {_what_it_must_accept(target)}"
        )


def _first_answer(target: Target, caller: Caller, clock: TargetClock, account: Account) -> tuple[Exchange, object]:
    """An answer of a target that is up, or the last where none came while it was waited for."""

    def read(tries: int, seconds: float) -> tuple[Exchange, object]:
        patience = Patience(tries, seconds, least=_TRIES_OF_THE_FIRST, first_contact=True)
        result = caller.read(clock, Operation.LIST_OFFERINGS, account, target.region, {}, patience=patience)
        return result.exchanges[-1], result.outcome

    seconds = target.first_contact_seconds
    last, outcome = read(_TRIES_OF_THE_FIRST, seconds)
    is_starting = last.status is None or last.status in OUT_OF_SERVICE
    if not is_starting or is_hopeless(last.error) or not seconds:
        return last, outcome
    seconds_left = target.first_contact_seconds
    if is_silence(last) and not seconds_left:
        return last, outcome
    return read(_UNTIL_THE_TIME_IS_UP, seconds_left)


def _advice(error: str) -> str:
    if "WRONG_VERSION_NUMBER" in error or "wrong version number" in error:
        return "; it speaks no TLS there, so try http:// instead of https://"
    if "CERTIFICATE_VERIFY_FAILED" in error:
        return "; AWS_CA_BUNDLE can name a file with the certificate that signed its own"
    return ""


def _what_it_must_accept(target: Target) -> str:
    if target.counts_purchases:
        return "the credentials must be allowed mediaconnect:ListOfferings and its four neighbours"
    if target.session is not None:
        return "it must accept the access key of AWS_ACCESS_KEY_ID, as --accounts credentials says"
    return (
        "it must accept requests that are signed with any 12-digit access key id, "
        "or else with that of AWS_ACCESS_KEY_ID (--accounts credentials)"
    )


def _turns_everybody_away(outcome: object) -> bool:
    """Whether the credentials are refused, or something before the service refuses, without an error type."""
    if not isinstance(outcome, Refused):
        return False
    is_untyped = outcome.status in (401, 403, 407) and not outcome.has_type
    return outcome.code in CREDENTIALS_REFUSED or is_untyped


def _forbids_both_lists(first: object, target: Target, caller: Caller, clock: TargetClock, account: Account) -> bool:
    """Whether the account may see nothing at all; the offerings alone may be kept from one with a reservation."""
    if not _is_forbidden(first):
        return False
    return _is_forbidden(caller.read(clock, Operation.LIST_RESERVATIONS, account, target.region, {}).outcome)


def _is_forbidden(outcome: object) -> bool:
    return isinstance(outcome, Refused) and outcome.code == FORBIDDEN
