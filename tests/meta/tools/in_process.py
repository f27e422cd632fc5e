"""An emulator as a target without a socket, on a clock that the test moves; and the judges, without pytest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from conformance.execution.calls import Caller
from conformance.execution.client import Client
from conformance.execution.driver import Driver
from conformance.execution.progress import Progress
from conformance.rules import RULES
from conformance.rules.history import History
from conformance.targets.base import Target
from conformance.targets.capabilities import Capability
from conformance.targets.content import Content
from tests.meta.emulator.messages import CutConnection, Request
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.server import CREDENTIAL


class FakeClock:
    """The time of a test: it stands still until it is moved, and is our time and, with `ahead`, the target's."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.ahead = timedelta()
        self.per_reading = timedelta()

    def ours(self) -> datetime:
        """Our time, which may go on a little at each reading."""
        self.now += self.per_reading
        return self.now

    def theirs(self) -> datetime:
        """The target's time."""
        return self.now + self.ahead

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put it in the place of the suite's own clock, and let every pause take no time but its own."""
        for module in ("conformance.clock", "conformance.execution.client", "conformance.targets.clocks"):
            patch.setattr(f"{module}.utc_now", self.ours)
        patch.setattr("conformance.execution.retries.wait", self.go_on)


def answer_of(request: AWSPreparedRequest, status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    """An answer as botocore's session gives it."""
    return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), Content(body))


class InProcess(Target):
    """An emulator on a wall clock: neither its time nor its offerings can be set."""

    name = "in-process"
    kind = "in-process"
    capabilities = frozenset({Capability.OFFERINGS, Capability.ACCOUNTS, Capability.REGIONS})

    def __init__(self, emulator: RightEmulator, in_flight: Callable[[int], None] = lambda _: None) -> None:
        """`in_flight` is told the number of the request, from 1, on its way there, and minus it on its way back."""
        self.emulator = emulator
        self.in_flight = in_flight
        self.count = 0

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Ask the emulator."""
        self.count += 1
        number = self.count
        self.in_flight(number)
        url = urlsplit(request.url)
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else str(value)
            for name, value in request.headers.items()
        }
        credential = CREDENTIAL.search(headers.get("authorization", ""))
        assert credential is not None
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        asked = Request(request.method, url.path, url.query, headers, body, credential[1], credential[2])
        try:
            response = self.emulator.handle(asked)
        except CutConnection:
            raise ConnectionError("the connection was closed") from None
        finally:
            self.in_flight(-number)
        response.headers.setdefault("Content-Length", str(len(response.body)))
        return answer_of(request, response.status, response.headers, response.body)


class Switch(Target):
    """Hands every request on to another target, so that one client, which is slow to make, serves all."""

    def __init__(self) -> None:
        self.target: Target = self

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Hand it on."""
        return self.target.send(request)


@cache
def _switch_and_client() -> tuple[Switch, Client]:
    switch = Switch()
    return switch, Client(switch)


def caller_on(target: Target) -> Caller:
    """A caller on a target; the one made before is of no use any more."""
    switch, client = _switch_and_client()
    switch.target = target
    return Caller(client, Progress())


def driver_on(target: Target) -> Driver:
    """A driver, without a probe; the one made before is of no use any more."""
    return Driver(target, caller_on(target))


def violations(history: History) -> dict[str, str]:
    """What every rule of the registry finds wrong with a history, by its id."""
    return {rule.id: finding.problem for rule in RULES.values() for finding in rule.judge(history) if finding.violation}


def judged(history: History) -> set[str]:
    """The ids of the rules that looked at something in a history."""
    return {rule.id for rule in RULES.values() if any(True for _ in rule.judge(history))}


@contextmanager
def fake_time(text: str) -> Iterator[FakeClock]:
    """A fake clock, in place for the length of a block, that begins at an ISO 8601 time in UTC."""
    clock = FakeClock(datetime.fromisoformat(text).replace(tzinfo=UTC))
    with pytest.MonkeyPatch.context() as patch:
        clock.install(patch)
        yield clock
