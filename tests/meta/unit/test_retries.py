"""What is tried again, how often, and after which pauses."""

from __future__ import annotations

import pytest

from conformance.clock import utc_now
from conformance.spec.outcomes import Answered, Lost
from conformance.spec.service import Operation
from conformance.targets.base import TargetUnreachableError
from conformance.targets.clocks import WallClock
from conformance.targets.http import PATIENCE, TRIES
from tests.meta.tools.in_process import caller_on
from tests.meta.tools.scripted import ACCOUNT, HERE, IN_DOUBT, NO_EFFECT, SECRET, Scripted, purchase, read

pytestmark = pytest.mark.usefixtures("waits")


@pytest.mark.parametrize("fault", [*NO_EFFECT, *IN_DOUBT])
def test_reads_are_tried_again(fault: str) -> None:
    """A read is tried again after any fault, and every exchange is kept."""
    target = Scripted(fault, fault, "ok")
    made = read(target)
    assert isinstance(made.outcome, Answered)
    assert made.outcome.status == 200
    assert len(made.exchanges) == len(target.seen) == 3


def test_a_mix_of_faults_is_lost() -> None:
    """Different faults, and answers that never come, blame nobody: Lost."""
    made = read(Scripted(*["500", "503"] * 50))
    assert isinstance(made.outcome, Lost)
    assert isinstance(read(Scripted(*["half after"] * 100)).outcome, Lost)


def test_a_target_that_is_gone() -> None:
    """Where nothing answers any more the run ends; a target that never answered is the probe's matter."""
    assert isinstance(read(Scripted(*["cut"] * 100)).outcome, Lost)
    target = Scripted("ok", *["cut"] * 100)
    caller = caller_on(target)
    caller.read(WallClock(), Operation.LIST_OFFERINGS, ACCOUNT, HERE, {})
    with pytest.raises(TargetUnreachableError, match="no longer answers: ConnectionError"):
        caller.read(WallClock(), Operation.LIST_OFFERINGS, ACCOUNT, HERE, {})


def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that draws faults for a minute and a half is not tried for ever."""
    readings = iter(range(0, 100_000, int(PATIENCE / 2)))
    monkeypatch.setattr("conformance.execution.retries.monotonic", lambda: float(next(readings)))
    target = Scripted(*["500"] * 100)
    read(target)
    assert len(target.seen) < TRIES


@pytest.mark.parametrize(
    "asked, paused",
    [("3", 3.0), ("0", 0.04), ("3600", 5.0), ("9" * 400, 5.0), ("soon", 0.04), ("-1", 0.04),
     ("Wed, 21 Oct 2015 07:27:00 GMT", 0.04), ("Wed, 21 Oct 2015 07:28:03 GMT", 3.0),
     ("Wed, 21 Oct 2015 08:28:00 GMT", 5.0), ("Fri, 31 Dec 9999 23:59:59 GMT", 5.0),
     ("Wed, 99 Oct 2015 07:28:03 GMT", 0.04)],
)  # fmt: skip
def test_retry_after(waits: list[float], asked: str, paused: float) -> None:
    """After a second attempt, made almost at once, the target is given the seconds that it asks for, up to five.

    What is neither number nor date is left aside.
    """
    read(Scripted(*[f"503/{asked}"] * 2))
    assert waits == [0.05 if paused > 1 else 0.02, paused]


@pytest.mark.parametrize("asked", ["", "/0"])
def test_pauses_grow(waits: list[float], asked: str) -> None:
    """Pauses double, up to the longest, whatever the target says of no pause at all."""
    read(Scripted(*[f"500{asked}"] * (TRIES - 1)))
    assert waits[: TRIES - 2] == [0.02, 0.04, 0.08, 0.16, 0.32, *[0.4] * (TRIES - 7)]


def test_credentials_are_not_kept() -> None:
    """No signature and no session token is in an exchange, whatever the case of the header's name."""
    made = purchase(Scripted("503"))
    assert len(made.exchanges) == 3
    for exchange in made.exchanges:
        assert "x-amz-security-token" not in {name.lower() for name in exchange.request_headers}
        assert SECRET not in repr(exchange)
        assert "Signature=" not in repr(exchange)


def test_the_time_of_a_call() -> None:
    """What a call's time may have been lasts from its first attempt to its last exchange."""
    before = utc_now()
    made = purchase(Scripted("cut", "ok", "503"))
    clock = WallClock()
    assert len(made.exchanges) >= 4
    assert made.now.earliest <= clock.during(before, before).latest
    assert made.now.latest >= made.exchanges[-1].received
    assert made.now.earliest <= made.exchanges[0].sent
    assert made.began <= made.ended
