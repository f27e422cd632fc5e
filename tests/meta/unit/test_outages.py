"""A fault of the target is told from an outage, which is waited for and blames nobody."""

from __future__ import annotations

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from conformance.execution.calls import Caller
from conformance.execution.progress import Progress
from conformance.execution.retries import CallResult
from conformance.spec.outcomes import Answered, Faulted, Lost
from conformance.spec.service import Operation
from conformance.targets.base import TargetUnreachableError
from conformance.targets.clocks import WallClock
from conformance.targets.http import TRIES
from tests.meta.tools.in_process import answer_of, caller_on
from tests.meta.tools.scripted import ACCOUNT, FAULTS, HERE, Scripted, in_service, listed, purchase

pytestmark = pytest.mark.usefixtures("waits")


class FaultyOffering(Scripted):
    """Describes no offering: that draws a fault each time; all else follows the script."""

    fault = "500"

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Go wrong, or follow the script."""
        if "/v1/offerings/" not in request.url:
            return super().send(request)
        self.seen.append("faulty")
        headers = {"x-amzn-errortype": FAULTS[self.fault], "Content-Type": "application/json"}
        return answer_of(request, int(self.fault), headers, b"{}")


def _described(caller: Caller) -> CallResult:
    return caller.read(WallClock(), Operation.DESCRIBE_OFFERING, ACCOUNT, HERE, {"OfferingArn": "arn"})


@pytest.mark.parametrize("status", ["500", "503", "429"])
def test_a_persistent_fault(status: str) -> None:
    """The same fault at every try, though a plain request beside it is answered, is the target's own: Faulted."""
    target = FaultyOffering()
    target.fault = status
    made = _described(caller_on(target))
    assert made.outcome == Faulted(int(status), FAULTS[status])
    assert target.seen == [*["faulty"] * (TRIES - 1), "GET", "faulty"]
    assert len(made.exchanges) == len(target.seen)


def test_a_confirmed_fault_is_tried_less_often() -> None:
    """A persistent fault of an operation that was confirmed before takes three tries the next time."""
    target = FaultyOffering()
    caller = caller_on(target)
    tries = []
    for _ in range(3):
        before = target.seen.count("faulty")
        assert isinstance(_described(caller).outcome, Faulted)
        tries.append(target.seen.count("faulty") - before)
    assert tries == [TRIES, 3, 3]


@pytest.mark.parametrize("status", ["500", "503", "429"])
def test_an_outage_is_waited_for(status: str) -> None:
    """Where a plain request draws a fault too, the target is out of service; once it is back the call is made."""
    target = Scripted(*[status] * (TRIES + 20))
    caller = caller_on(target)
    caller.progress.answered = True
    assert isinstance(listed(caller).outcome, Answered)
    target = Scripted(*[status] * 13)
    made = purchase(target, in_service(target))
    assert isinstance(made.outcome, Answered)
    assert target.reservations == ["reservation"]


@pytest.mark.parametrize("status", ["500", "503", "429"])
def test_an_outage_without_an_end_blames_nobody(status: str) -> None:
    """A fault of everything that does not end in time is unknown, never the target's own; a second one ends the run."""
    target = Scripted(*[status] * 10_000)
    caller = in_service(target)
    made = listed(caller)
    assert isinstance(made.outcome, Lost)
    assert f"out of service: status {status}" in made.outcome.reason
    with pytest.raises(TargetUnreachableError, match=f"nothing but {status} any more"):
        listed(caller)
    assert not caller.progress.is_confirmed(Operation.LIST_OFFERINGS, int(status))


def test_an_outage_during_concurrent_purchases() -> None:
    """A throttled concurrent purchase had no effect, and is made once the throttling ends."""
    target = Scripted(*["429"] * 30)
    caller = in_service(target)
    assert isinstance(purchase(target, caller, once=True).outcome, Answered)
    assert target.reservations == ["reservation"]


def test_what_waits_for_an_outage_has_an_end(waits: list[float]) -> None:
    """An outage is waited for as long as --wait says, by pauses that grow to a second."""
    target = Scripted(*["503"] * 10_000)
    switch = caller_on(target)
    caller = Caller(switch._client, Progress(answered=True), wait_seconds=5)
    assert isinstance(listed(caller).outcome, Lost)
    of_the_outage = waits[TRIES - 2 :]
    assert 5 <= sum(of_the_outage) < 7
    assert of_the_outage == sorted(of_the_outage)
    assert max(of_the_outage) == 1.0
