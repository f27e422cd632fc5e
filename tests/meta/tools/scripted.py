"""An emulator whose answers a script makes go wrong, and calls on it: nothing waits, nothing goes over a network."""

from __future__ import annotations

from datetime import UTC, datetime

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from conformance.execution.calls import Caller
from conformance.execution.retries import CallResult
from conformance.spec.service import Operation
from conformance.targets.base import Account
from conformance.targets.clocks import WallClock
from tests.meta.emulator.right import RightEmulator
from tests.meta.tools.in_process import InProcess, answer_of, caller_on

SECRET = "a-secret-of-the-test"
ACCOUNT = Account("123456789012", "123456789012", {"X-Amz-Security-Token": SECRET})
HERE = "us-east-1"
FAULTS = {
    "429": "TooManyRequestsException",
    "500": "InternalServerErrorException",
    "503": "ServiceUnavailableException",
}
NO_EFFECT = ["429", "500", "503", "cut"]
IN_DOUBT = ["500 after", "503 after", "cut after", "half after"]


class Scripted(InProcess):
    """Right but for what the script says of one request after the other; then right for good.

    `429`, `500`, `503` and `cut` come before any effect; with ` after` they come after it, as does `half after`, an
    answer cut in its body. `ok` is right, `empty` a list without items. A number after a slash is Retry-After.
    """

    def __init__(self, *script: str) -> None:
        super().__init__(RightEmulator())
        self.script = iter(script)
        self.seen: list[str] = []

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Follow the script."""
        self.seen.append(request.method)
        action, _, retry_after = next(self.script, "ok").partition("/")
        fault, _, after = action.partition(" ")
        answer = super().send(request) if after or fault == "ok" else None
        if fault == "ok" and answer is not None:
            return answer
        if fault == "cut":
            raise ConnectionError("the connection was closed")
        if fault == "empty":
            return answer_of(request, 200, {"Content-Length": "20"}, b'{"reservations": []}')
        if fault == "half" and answer is not None:
            return answer_of(request, answer.status_code, {"Content-Type": "application/json"}, answer.content[:-5])
        headers = {"x-amzn-errortype": FAULTS[fault], "Content-Type": "application/json"}
        if retry_after:
            headers["Retry-After"] = retry_after
            headers |= {"Date": "Wed, 21 Oct 2015 07:28:00 GMT"} if "GMT" in retry_after else {}
        return answer_of(request, int(fault), headers, b'{"message": "a fault"}')

    @property
    def posts(self) -> int:
        """How many purchases were sent."""
        return self.seen.count("POST")

    @property
    def reservations(self) -> list[str]:
        """The names of the reservations that there really are."""
        regions = self.emulator.account(ACCOUNT.id).regions.values()
        return [reservation.name for region in regions for reservation in region.reservations.values()]


def offering_of(target: Scripted) -> str:
    """The ARN of the offering that there is."""
    account = target.emulator.account(ACCOUNT.id)
    return next(iter(target.emulator.region_of(account, HERE).offerings))


def purchase(target: Scripted, caller: Caller | None = None, *, start: str = "", once: bool = False) -> CallResult:
    """A purchase with a right Start, unless another is given; with `once` as one of concurrent calls."""
    chosen = caller or caller_on(target)
    now = datetime.now(UTC)
    parameters = {
        "OfferingArn": offering_of(target),
        "ReservationName": "reservation",
        "Start": start or now.strftime("%Y-%m-01T00:00:00Z"),
    }
    if once:
        return chosen.purchase_once(WallClock(), ACCOUNT, HERE, parameters)
    return chosen.purchase(WallClock(), ACCOUNT, HERE, parameters, frozenset())


def read(target: Scripted) -> CallResult:
    """A list, asked for by a caller of its own."""
    return caller_on(target).read(WallClock(), Operation.LIST_OFFERINGS, ACCOUNT, HERE, {})


def in_service(target: Scripted) -> Caller:
    """A caller that has been answered before."""
    caller = caller_on(target)
    caller.progress.answered = True
    return caller


def listed(caller: Caller) -> CallResult:
    """A list."""
    return caller.read(WallClock(), Operation.LIST_OFFERINGS, ACCOUNT, HERE, {})
