"""Variations in outages: at first contact, for some seconds, one call in a few, and faults after an effect."""
# ruff: noqa: D102 - a variation overrides methods whose docstrings are the right emulator's

import itertools
import threading
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import ClassVar

from tests.meta.emulator.messages import CutConnection, Request, Response
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations_in_faults import FaultsBase

THROTTLED = (429, "TooManyRequestsException", "There are too many requests.")
UNAVAILABLE = (503, "ServiceUnavailableException", "The service is starting.")


class RetryAtOnce(FaultsBase):
    """Throttles one call in three, and says that it may be tried again after no time at all."""

    share = 1 / 3

    def fault(self) -> Response:
        response = self.finish(self.error(*THROTTLED))
        response.headers["Retry-After"] = "0"
        return response


class RetryAfterADate(FaultsBase):
    """Throttles one call in ten, and names the time for the next try as a date, which HTTP permits."""

    def fault(self) -> Response:
        response = self.finish(self.error(*THROTTLED))
        response.headers["Retry-After"] = format_datetime(datetime.now(UTC), usegmt=True)
        return response


class UnavailableOneInFive(FaultsBase):
    """Is unavailable for one call in five."""

    share = 1 / 5

    def fault(self) -> Response:
        return self.finish(self.error(*UNAVAILABLE))


class GatewayTimeouts(FaultsBase):
    """Stands behind a proxy that answers 502 or 504 with a page of its own, one call in ten."""

    def fault(self) -> Response:
        status = 502 if self.random.random() < 0.5 else 504
        return Response(status, {"Content-Type": "text/html"}, b"<html>upstream</html>")


class FaultsAfterTheEffect(FaultsBase):
    """Answers 500 or 503 to one call in ten though it took effect, as a server that dies late does."""

    def handle(self, request: Request) -> Response:
        response = RightEmulator.handle(self, request)
        return self.fault() if self.goes_wrong() else response

    def fault(self) -> Response:
        if self.random.random() < 0.5:
            return self.finish(self.error(*UNAVAILABLE))
        return self.finish(self.error(500, "InternalServerErrorException", "The service met an error."))


class AnswersOfPurchasesLost(RightEmulator):
    """Closes the connection after every second purchase that took effect."""

    def __init__(self) -> None:
        super().__init__()
        self.purchases = itertools.count()

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        if response.status == self.purchase_status and next(self.purchases) % 2:
            raise CutConnection
        return response


class OutageBase(RightEmulator):
    """Is out of service for some seconds of real time, from one of its calls on."""

    has_control: ClassVar[bool] = True
    # The first call that it turns away, counted from 0, and for how long it turns calls away.
    first_call: ClassVar[int] = 0
    seconds: ClassVar[float] = 3.0

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count()
        self.until: float | None = None
        self.outage_lock = threading.Lock()

    def handle(self, request: Request) -> Response:
        return self.fault() if self.is_out_of_service() else super().handle(request)

    def is_out_of_service(self) -> bool:
        """Tell whether a call comes during the outage."""
        with self.outage_lock:
            if next(self.numbers) < self.first_call:
                return False
            self.until = self.until or time.monotonic() + self.seconds
            return time.monotonic() < self.until

    def fault(self) -> Response:
        """Give the answer during the outage."""
        return self.finish(self.error(*UNAVAILABLE))


class UnavailableAtFirst(OutageBase):
    """Answers 503 for three seconds from the first call on, as an emulator does that is starting."""


class DeafAtFirst(OutageBase):
    """Closes every connection for three seconds from the first call on, as a container's port does."""

    def fault(self) -> Response:
        raise CutConnection


class UnavailableInTheMiddle(OutageBase):
    """Answers 503 for three seconds in the middle of a run."""

    first_call = 300


class ThrottlesInTheMiddle(UnavailableInTheMiddle):
    """Throttles every call for three seconds in the middle of a run, and asks for no pause."""

    def fault(self) -> Response:
        response = self.finish(self.error(*THROTTLED))
        response.headers["Retry-After"] = "0"
        return response
