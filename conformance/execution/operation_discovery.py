"""Which of the five operations a target has, found out by requests that purchase nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from conformance.cases.case import OfferingTerms
from conformance.cases.request_change import PLAIN, RequestChange
from conformance.execution.calls import Caller
from conformance.execution.retries import CallResult, Patience
from conformance.spec.outcomes import Answered, Faulted, Lost, Refused
from conformance.spec.service import EXCEPTION_STATUS, Operation
from conformance.targets.base import Account, Target
from conformance.targets.capabilities import Capability
from conformance.targets.clocks import TargetClock

_OFFERING = "arn:aws:mediaconnect:{region}:{account}:offering:00000000-0000-4000-8000-000000000000"
_RESERVATION = _OFFERING.replace(":offering:", ":reservation:")
_NOT_THERE = (405, 501)
_SAYS_SO = re.compile(
    r"not (yet )?(been )?implemented|no route|unknown ?(operation|action|path)|unsupported (operation|action)"
    r"|not (yet )?supported|no such (operation|action)|not emulated|pro feature",
    re.IGNORECASE,
)
_LISTS = (Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS)
_CERTAIN_FIRST = (*_LISTS, Operation.DESCRIBE_OFFERING, Operation.PURCHASE_OFFERING, Operation.DESCRIBE_RESERVATION)
# What no operation has may draw anything, also what looks like a fault; it is not worth much patience.
_BRIEFLY = Patience(tries=4)


class Operations:
    """Which operations exist: each is asked for something that does not exist, so that nothing is bought.

    A success and a documented refusal show that an operation is there, whatever the message. A few answers that are
    neither say themselves that it is not. Any other is compared with the answer to a path that no operation has; where
    that does not tell, the operation is asked for an offering that exists.
    """

    def __init__(self, target: Target, caller: Caller, clock: TargetClock, account: Account) -> None:
        self._target, self._caller, self._clock, self._account = target, caller, clock, account
        self._refuses_itself = False
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
        answer = self._ask(operation, self._parameters(operation, self._unknown_offering))
        if answer.shows_it:
            self._refuses_itself = self._refuses_itself or answer.is_documented
            return True
        router = self._ask(operation, self._parameters(operation, ""), RequestChange("to a path of nothing"))
        verdict = answer.beside(router)
        if operation in _LISTS:
            return bool(verdict)
        if operation is Operation.DESCRIBE_RESERVATION and answer.is_same(router) and self._refuses_itself:
            return False  # whoever refuses by documented exceptions would not leave this one to the router
        if verdict is not None or operation is Operation.DESCRIBE_RESERVATION:
            return verdict
        real = self._real_offering()
        if not real:
            return not answer.is_same(router)
        return self._ask(operation, self._parameters(operation, real)).beside(router) is True

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

    def _ask(self, operation: Operation, parameters: dict[str, str], change: RequestChange = PLAIN) -> _Reply:
        region = self._target.region
        return _Reply(self._caller.read(self._clock, operation, self._account, region, parameters, change, _BRIEFLY))

    def _real_offering(self) -> str:
        if Capability.SEED in self._target.capabilities:
            offerings = self._target.define_offerings(self._account, self._target.region, (OfferingTerms(),))
        else:
            offerings = self._caller.offerings(self._clock, self._account, self._target.region) or ()
        return str(offerings[0].get("offeringArn")) if offerings else ""


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a request came to."""

    call_result: CallResult

    @property
    def shows_it(self) -> bool:
        """Whether it shows by itself that the operation is there: a success, a documented exception, or a fault.

        What was lost on the way shows nothing, and is no reason to take an operation for missing.
        """
        outcome = self.call_result.outcome
        is_own = self.is_documented and not self._is_of_a_router
        is_fault = isinstance(outcome, Faulted) and outcome.status not in _NOT_THERE
        return isinstance(outcome, Answered | Lost) or is_own or is_fault

    @property
    def is_documented(self) -> bool:
        """Whether it is one of the documented exceptions."""
        outcome = self.call_result.outcome
        return isinstance(outcome, Refused | Faulted) and outcome.code in EXCEPTION_STATUS

    @property
    def _is_of_a_router(self) -> bool:
        """Whether the message speaks of the very path that was asked for, and says that there is nothing."""
        last = self.call_result.exchanges[-1]
        body = last.body.decode("utf-8", "replace")
        path = urlsplit(last.url).path
        return (path in body or unquote(path) in body) and _SAYS_SO.search(body) is not None

    def beside(self, router: _Reply) -> bool | None:
        """Whether the operation is there, beside the answer to a path of nothing; None where that cannot be told."""
        if self.shows_it:
            return True
        if self.is_same(router):
            return None
        if self.is_documented:
            return True
        if self._says_that_it_is_not():
            return False
        is_bare_404 = isinstance(self.call_result.outcome, Refused) and self.call_result.outcome.status == 404
        return None if is_bare_404 else True

    def is_same(self, router: _Reply) -> bool:
        """Whether it is the answer to a path of nothing, but for the path that either may repeat."""
        return self._compared() == router._compared()

    def _says_that_it_is_not(self) -> bool:
        """Whether a status or a text says that there is no such operation."""
        outcome = self.call_result.outcome
        status = self.call_result.exchanges[-1].status
        said = f"{outcome.code} {outcome.message}" if isinstance(outcome, Refused) else ""
        body = self.call_result.exchanges[-1].body.decode("utf-8", "replace")
        return status in _NOT_THERE or _SAYS_SO.search(f"{said} {body}") is not None

    def _compared(self) -> tuple[int | None, bytes]:
        """What of an answer can be compared: status and body, without the path that it may repeat."""
        last = self.call_result.exchanges[-1]
        path = urlsplit(last.url).path
        body = last.body.replace(path.encode(), b"").replace(unquote(path).encode("utf-8", "replace"), b"")
        return last.status, body
