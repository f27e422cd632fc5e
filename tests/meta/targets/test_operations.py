"""Operations that a target lacks are told from ones that refuse, whatever its router and its messages say."""
# ruff: noqa: D102 - what an emulator overrides has its docstring in the right one

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import unquote

import pytest

from conformance.cases.case import Case, DescribeReservation, ListReservations, Purchase
from conformance.rules.history import follow
from conformance.spec.service import Operation
from conformance.targets.endpoint import Endpoint, EndpointOptions
from tests.meta.emulator import Request, Response, RightEmulator, serve
from tests.meta.emulator.messages import Region
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.variations_in_refusals import WordsOfALack, WordsOfALackForAll
from tests.meta.emulator.variations_in_requests import (
    OtherPathsForbidden,
    OtherPathsMalformed,
    OtherPathsNotImplemented,
    OtherPathsPlainlyNotFound,
    OtherPathsWelcome,
)
from tests.meta.emulator.variations_in_transport import UnderADeepPathPrefix, UnderAPathPrefix
from tests.meta.kills.harness import Direct, opened
from tests.meta.tools.in_process import violations

PURCHASES = frozenset({Operation.PURCHASE_OFFERING})
DESCRIPTIONS = frozenset({Operation.DESCRIBE_OFFERING, Operation.DESCRIBE_RESERVATION})
ALL = frozenset(Operation)


class RouterBase(RightEmulator):
    """Lacks some operations; its router answers them as any path of nothing."""

    lacks: frozenset[Operation] = PURCHASES

    def route(self, request: Request) -> Response:
        is_one = request.path.count("/") == 3 and request.path.startswith(("/v1/offerings/", "/v1/reservations/"))
        missing = (request.method == "POST" and Operation.PURCHASE_OFFERING in self.lacks) or (
            request.method == "GET" and is_one and Operation.DESCRIBE_OFFERING in self.lacks
        )
        known = request.path.startswith(("/v1/offerings", "/v1/reservations")) and self.lacks != ALL
        return self.nothing(request) if missing or not known else super().route(request)

    def nothing(self, request: Request) -> Response:
        """Answer a path of nothing."""
        raise NotImplementedError


class NoRoute(RouterBase):
    """Answers in the words of MiniStack, with a documented exception."""

    def nothing(self, request: Request) -> Response:
        return self.error(400, "BadRequestException", f"No route for {request.method} {unquote(request.path)}")


class NoRouteAndNothingForSale(NoRoute):
    """The same, without an offering that could be asked for."""

    def default_offerings(self, region: Region) -> list:  # type: ignore[type-arg]  # noqa: ARG002
        return []


class BareNotFound(RouterBase):
    """Answers a web framework's 404."""

    def nothing(self, request: Request) -> Response:  # noqa: ARG002
        return Response(404, {"Content-Type": "text/html"}, b"<title>404 Not Found</title>")


class DescribesNothing(BareNotFound):
    """Describes neither offerings nor reservations."""

    lacks = DESCRIPTIONS


class DescribesNoReservation(BareNotFound):
    """Describes offerings alone; a reservation that could be asked for there is not yet."""

    lacks = frozenset({Operation.DESCRIBE_RESERVATION})

    def route(self, request: Request) -> Response:
        return self.nothing(request) if request.path.startswith("/v1/reservations/") else super().route(request)


class HasNothing(BareNotFound):
    """Has none of the five."""

    lacks = ALL


class NotImplementedForPurchases(RouterBase):
    """Answers 501 to a purchase, and welcomes whoever comes to a path of nothing."""

    def nothing(self, request: Request) -> Response:
        if "offerings" in request.path:
            return Response(501, {"Content-Type": "text/plain"}, b"later")
        return Response(200, {"Content-Type": "text/html"}, b"Welcome!")


class BareNotFoundForPurchases(RouterBase):
    """Answers a bare 404 to a purchase, and welcomes whoever comes to a path of nothing."""

    def nothing(self, request: Request) -> Response:
        if "offerings" in request.path:
            return Response(404, {}, b"")
        return Response(200, {"Content-Type": "text/html"}, b"Welcome!")


class WithoutTypes(RightEmulator):
    """Names no error type anywhere; wrong, but it has all operations."""

    def error_headers(self, code: str) -> dict[str, str]:  # noqa: ARG002
        return {}

    def error(self, status: int, code: str, message: str) -> Response:  # noqa: ARG002
        return Response(status, {"Content-Type": "application/json"}, json.dumps({"message": "no"}).encode())


class WithoutTypesAndOfferings(WithoutTypes):
    """The same, without an offering, and with another status at paths of nothing."""

    def default_offerings(self, region: Region) -> list:  # type: ignore[type-arg]  # noqa: ARG002
        return []

    def route(self, request: Request) -> Response:
        if request.path.startswith(("/v1/offerings", "/v1/reservations")):
            return super().route(request)
        return Response(403, {}, b"")


class PathInEveryMessage(RightEmulator):
    """Repeats the path in all messages, and says that there is no route; right all the same."""

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        if response.status >= 400:
            response.body = json.dumps({"message": f"No route: {unquote(request.path)}"}).encode()
        return response


RIGHT: list[Callable[[], RightEmulator]] = [
    RightEmulator,
    WordsOfALack,
    WordsOfALackForAll,
    OtherPathsForbidden,
    OtherPathsMalformed,
    OtherPathsNotImplemented,
    OtherPathsPlainlyNotFound,
    OtherPathsWelcome,
    PathInEveryMessage,
    UnderAPathPrefix,
    UnderADeepPathPrefix,
    WithoutTypes,
    WithoutTypesAndOfferings,
]
LACKING: list[tuple[Callable[[], RightEmulator], frozenset[Operation]]] = [
    (NoRoute, PURCHASES),
    (NoRouteAndNothingForSale, PURCHASES),
    (BareNotFound, PURCHASES),
    (DescribesNothing, DESCRIPTIONS),
    (DescribesNoReservation, frozenset({Operation.DESCRIBE_RESERVATION})),
    (HasNothing, ALL),
    (NotImplementedForPurchases, PURCHASES),
    (BareNotFoundForPurchases, PURCHASES),
]


def _missing(emulator: RightEmulator, *, control: bool = False) -> frozenset[Operation]:
    with serve(emulator, control=control) as served, opened(Endpoint(EndpointOptions(served.endpoint_url))) as target:
        return target.probed.missing


@pytest.mark.parametrize("emulator", RIGHT, ids=lambda kind: kind.__name__)
def test_what_refuses_is_there(emulator: Callable[[], RightEmulator]) -> None:
    """A documented exception is a refusal, whatever it says; a router may answer paths of nothing as it likes."""
    assert _missing(emulator()) == frozenset()


@pytest.mark.parametrize("emulator, missing", LACKING, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_not_there_is_told(emulator: Callable[[], RightEmulator], missing: frozenset[Operation]) -> None:
    """What is answered as a path of nothing, also for an offering that exists, is not there."""
    assert _missing(emulator()) == missing


@pytest.mark.parametrize("name", [name for name, kind in MUTANTS.items() if "errors/modelled" in kind.breaks])
def test_wrong_refusals_are_no_lack(name: str) -> None:
    """A target whose refusals are wrong has its operations, so that they are judged."""
    assert _missing(MUTANTS[name]()) == frozenset()


class ListsNoReservations(RightEmulator):
    """Lacks ListReservations, and answers as a web framework does."""

    def list_reservations(self, request: Request) -> Response:  # noqa: ARG002
        return Response(404, {"Content-Type": "text/html"}, b"<title>404 Not Found</title>")


def test_what_is_not_there_is_never_asked_for() -> None:
    """The answers of a router are not refusals of the service: no rule judges them."""
    with opened(Direct(ListsNoReservations())) as target:
        assert target.probed.missing == {Operation.LIST_RESERVATIONS}
        trace = target.driver.play(Case(steps=(Purchase(), ListReservations(), DescribeReservation())))
    assert trace.skipped == ((1, "the target does not implement ListReservations"),)
    assert violations(follow(trace)) == {}
