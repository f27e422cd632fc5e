"""A target that is starting is waited for, whatever it answers meanwhile, and for no longer than asked."""
# ruff: noqa: D102 - what an emulator overrides has its docstring in the right one

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from conformance.targets.base import TargetUnreachableError
from conformance.targets.capabilities import Capability
from conformance.targets.endpoint import Endpoint, EndpointOptions
from conformance.targets.starting import is_hopeless
from tests.meta.cli.commands import free_port
from tests.meta.emulator import Request, Response, RightEmulator, serve
from tests.meta.emulator.control import BASE, Control
from tests.meta.emulator.variations_in_outages import DeafAtFirst, ThrottlesInTheMiddle, UnavailableAtFirst
from tests.meta.kills.harness import opened


@contextmanager
def serving_later(emulator: RightEmulator, seconds: float) -> Iterator[str]:
    """Listen only after a while, and give the URL at once."""
    port, ended = free_port(), threading.Event()

    def run() -> None:
        time.sleep(seconds)
        with serve(emulator, port=port):
            ended.wait()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        ended.set()
        thread.join()


class DownForGood(RightEmulator):
    """Answers nothing but 503."""

    def handle(self, request: Request) -> Response:  # noqa: ARG002
        return self.finish(self.error(503, "ServiceUnavailableException", "later"))


class UnavailablePaths(RightEmulator):
    """Answers 503 to every path that it does not know, as some proxies do."""

    def handle(self, request: Request) -> Response:
        known = request.path.startswith(("/v1/offerings", "/v1/reservations"))
        return super().handle(request) if known else Response(503, {}, b"no backend")


class WithEverythingBelow(RightEmulator):
    """Has the control API below the path of its endpoint, and nothing at the root."""

    path_prefix = "/aws/mc"

    def handle(self, request: Request) -> Response:
        path = request.path.removeprefix(self.path_prefix)
        if path == request.path:
            return Response(404, {}, b"")
        below = replace(request, path=path)
        return Control(self).handle(below) if path.startswith(f"{BASE}/") else super().handle(below)


def test_what_does_not_listen_yet_is_waited_for() -> None:
    """A refused connection is not an answer; the control API is found once the emulator is up."""
    with serving_later(RightEmulator(), 1.0) as url, opened(Endpoint(EndpointOptions(url))) as target:
        assert Capability.CLOCK in target.facts.capabilities


def test_the_order_of_tests_is_asked_for_while_it_starts() -> None:
    """Whether tests may run side by side is known only once the control API has been looked for."""
    with serving_later(RightEmulator(), 0.7) as url:
        assert not Endpoint(EndpointOptions(url)).takes_turns()


@pytest.mark.parametrize("kind", [UnavailableAtFirst, DeafAtFirst])
@pytest.mark.parametrize("control", [True, False])
def test_what_is_not_ready_yet_is_waited_for(kind: type[UnavailableAtFirst], control: bool) -> None:
    """A 503, or a connection that is closed, is not an answer either."""
    emulator = kind()
    emulator.seconds = 1.0  # type: ignore[misc]
    with serve(emulator, control=control) as served, opened(Endpoint(EndpointOptions(served.endpoint_url))) as target:
        assert not target.probed.missing


def test_throttling_at_first_contact_is_waited_for() -> None:
    """So is 429, whatever the target says of no pause at all."""
    emulator = ThrottlesInTheMiddle()
    emulator.first_call, emulator.seconds = 0, 1.0  # type: ignore[misc]
    with (
        serve(emulator, control=False) as served,
        opened(Endpoint(EndpointOptions(served.endpoint_url))) as target,
    ):
        assert not target.probed.missing


@pytest.mark.parametrize("wait", [0.0, 1.0])
def test_waiting_has_an_end(wait: float) -> None:
    """Where nothing comes in time, that is said in one line, soon after."""
    began = time.monotonic()
    with (
        serve(DownForGood(), control=False) as served,
        pytest.raises(TargetUnreachableError, match="answers nothing but 503; try again later"),
        opened(Endpoint(EndpointOptions(served.endpoint_url, wait_seconds=wait))),
    ):
        raise AssertionError
    nothing = f"http://127.0.0.1:{free_port()}"
    with (
        pytest.raises(TargetUnreachableError, match="cannot be reached"),
        opened(Endpoint(EndpointOptions(nothing, wait_seconds=wait))),
    ):
        raise AssertionError
    assert wait <= time.monotonic() - began < 2 * wait + 6


def test_a_router_that_is_never_there_is_not_waited_for() -> None:
    """Whether the target is up is seen at its own paths, so that a 503 to another one costs no time."""
    with serve(UnavailablePaths(), control=False) as served:
        began = time.monotonic()
        with opened(Endpoint(EndpointOptions(served.endpoint_url))):
            assert time.monotonic() - began < 10


def test_what_speaks_no_tls_is_told_at_once() -> None:
    """Waiting helps against no wrong protocol, so that it is not waited for."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    threading.Thread(target=answer, daemon=True).start()
    url = f"https://127.0.0.1:{listener.getsockname()[1]}"
    with (
        pytest.raises(TargetUnreachableError, match="try http:// instead of https://"),
        opened(Endpoint(EndpointOptions(url, clock="wall", accounts="none", wait_seconds=600))),
    ):
        raise AssertionError
    listener.close()


@pytest.mark.parametrize(
    "error, hopeless",
    [("[SSL: WRONG_VERSION_NUMBER] wrong version number", True), ("[Errno -2] Name or service not known", True),
     ("[Errno 111] Connection refused", False), ("Connection was closed before we received a valid response", False),
     ("", False)],
)  # fmt: skip
def test_against_what_waiting_helps(error: str, hopeless: bool) -> None:
    """A host without an address and another protocol do not go away; all else may."""
    assert is_hopeless(error) is hopeless


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_endpoint_below_a_path(slash: str) -> None:
    """Requests go below the path of the endpoint, and so does what looks for the control API."""
    emulator = WithEverythingBelow()
    with (
        serve(emulator, control=False) as served,
        opened(Endpoint(EndpointOptions(served.endpoint_url + slash))) as target,
    ):
        assert {Capability.CLOCK, Capability.SEED, Capability.REGIONS} <= target.facts.capabilities
        assert not target.probed.missing
        assert f"control API: at {served.endpoint_url}/_control" in target.facts.found
