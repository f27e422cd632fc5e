"""Variations in how well the service is: slow, busy, throttling, or cut off; the same for the same seed."""
# ruff: noqa: D102 - a variation overrides methods whose docstrings are the right emulator's

import random
import threading
import time
from typing import ClassVar

from tests.meta.emulator.messages import CutConnection, Request, Response
from tests.meta.emulator.right import RightEmulator


class Slow(RightEmulator):
    """Takes thirty milliseconds for each answer."""

    def handle(self, request: Request) -> Response:
        time.sleep(0.03)
        return super().handle(request)


class FaultsBase(RightEmulator):
    """Goes wrong at random, with a seed."""

    share: ClassVar[float] = 0.1

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self.random = random.Random(seed)
        self.random_lock = threading.Lock()

    def goes_wrong(self) -> bool:
        with self.random_lock:
            return self.random.random() < self.share

    def handle(self, request: Request) -> Response:
        return self.fault() if self.goes_wrong() else super().handle(request)

    def fault(self) -> Response:
        raise NotImplementedError


class Throttling(FaultsBase):
    """Throttles one call in ten."""

    def fault(self) -> Response:
        return self.finish(self.error(429, "TooManyRequestsException", "There are too many requests."))


class Unavailable(FaultsBase):
    """Is unavailable for one call in ten."""

    def fault(self) -> Response:
        return self.finish(self.error(503, "ServiceUnavailableException", "The service is busy."))


class InternalErrors(FaultsBase):
    """Fails for one call in ten, without any effect."""

    def fault(self) -> Response:
        return self.finish(self.error(500, "InternalServerErrorException", "The service met an error."))


class ConnectionsCut(FaultsBase):
    """Closes the connection before any effect, one time in twenty."""

    over_http = True
    share = 0.05

    def fault(self) -> Response:
        raise CutConnection


class AnswersLost(ConnectionsCut):
    """Closes the connection after the effect, one time in twenty."""

    def handle(self, request: Request) -> Response:
        response = RightEmulator.handle(self, request)
        return self.fault() if self.goes_wrong() else response
