"""Variations in time: clocks that are set or not, Date headers, and reads that lag behind writes."""
# ruff: noqa: D102 - a variation overrides methods whose docstrings are the right emulator's

import itertools
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import ClassVar

from tests.meta.emulator.base import BAD_REQUEST, NOT_FOUND
from tests.meta.emulator.messages import Account, Offering, Purchase, Refusal, Region, Request, Reservation, Response
from tests.meta.emulator.right import RightEmulator


class ClockGoesForward(RightEmulator):
    """Has clocks that only move forward: an account's time cannot be set before what it was set to."""

    over_http = True

    def earliest(self, account: Account) -> datetime | None:
        """Give the time before which a clock cannot be set."""
        return account.clock

    def set_clock(self, account: Account, now: datetime) -> None:
        earliest = self.earliest(account)
        if earliest is not None and now < earliest:
            raise Refusal(*BAD_REQUEST, "A clock only moves forward.")
        super().set_clock(account, now)


class ClockIsNeverInThePast(ClockGoesForward):
    """Has clocks that only move forward, from the real time on."""

    def earliest(self, account: Account) -> datetime | None:
        return self.now(account)


class ControlOfTheClockAlone(RightEmulator):
    """Offers no more of the control API than clocks; a capability that is absent is false."""

    control_offers = ("clock",)
    over_http = True


class ControlOfOfferingsAlone(RightEmulator):
    """Offers no more of the control API than offerings; a capability that is absent is false."""

    control_offers = ("offerings",)
    over_http = True


class ControlWithoutReset(RightEmulator):
    """Offers clocks and offerings, but no reset; a capability that is absent is false."""

    control_offers = ("clock", "offerings")
    over_http = True


class ControlOfSmallBodies(RightEmulator):
    """Takes definitions of a hundred kilobytes at most in its control API, as many a web framework does."""

    longest_definition = 100 * 1024
    over_http = True


class ControlFailsOnLargeNumbers(RightEmulator):
    """Fails with a 500 where its control API is to define a bit rate beyond 32 bits, as a typed language may."""

    over_http = True

    def put_offerings(self, region: Region, offerings: Iterable[Offering]) -> None:
        offerings = list(offerings)
        if any((offering.reserved_bitrate or 0) >= 2**31 for offering in offerings):
            raise Refusal(500, "InternalServerErrorException", "The number is too large.")
        super().put_offerings(region, offerings)


class DatesOfTheAccount(RightEmulator):
    """Has the account's own time in its Date headers."""

    def handle(self, request: Request) -> Response:
        answer = super().handle(request)
        answer.headers["Date"] = format_datetime(self.now(self.account(request.account)), usegmt=True)
        return answer


class ClockSlowWithoutDate(RightEmulator):
    """Has a real time that is seven seconds behind, and no Date header to tell it by."""

    has_control = False

    def wall_time(self) -> datetime:
        return super().wall_time() - timedelta(seconds=7)

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        del response.headers["Date"]
        return response


class ClockAnHourSlow(RightEmulator):
    """Has a real time that is an hour behind, as its Date headers show."""

    has_control = False

    def wall_time(self) -> datetime:
        return super().wall_time() - timedelta(hours=1)


class DateFormBase(RightEmulator):
    """Has a Date header in a form that HTTP once had, and that a recipient must accept (RFC 9110, 5.6.7)."""

    has_control = False
    date_form: ClassVar[str] = ""

    def finish(self, response: Response) -> Response:
        response = super().finish(response)
        response.headers["Date"] = self.wall_time().strftime(self.date_form)
        return response


class DateOfRfc850(DateFormBase):
    """Has a Date header in the form of RFC 850."""

    date_form = "%A, %d-%b-%y %H:%M:%S GMT"


class DateOfAsctime(DateFormBase):
    """Has a Date header in the form of asctime."""

    date_form = "%a %b %e %H:%M:%S %Y"


class LagBase(RightEmulator):
    """Has reads that show a purchase some time after it was made: nothing is documented of reads after a write."""

    seconds: ClassVar[float] = 0.3

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[str, float] = {}

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        self.made[reservation.arn] = time.monotonic()

    def is_visible(self, arn: str) -> bool:
        """Tell whether a purchase has come to where a read looks."""
        return time.monotonic() - self.made.get(arn, 0) > self.seconds


class ListsLag(LagBase):
    """Lists a purchase a moment later, while its description is there at once."""

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return [item for item in super().listed_reservations(region, now) if self.is_visible(item.arn)]


class DescriptionsLag(LagBase):
    """Describes a purchase a moment later, while lists show it at once."""

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        if not self.is_visible(arn):
            raise Refusal(*NOT_FOUND, "There is no such reservation.")
        return super().find_reservation(region, arn)


class EveryReadLags(ListsLag, DescriptionsLag):
    """Lists and describes a purchase a moment later."""


class ReadsFromACache(RightEmulator):
    """Keeps each answer to a GET for half a second, by its URL; the control API empties the cache of an account."""

    seconds: ClassVar[float] = 0.5

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str, str, str], tuple[float, Response]] = {}

    def handle(self, request: Request) -> Response:
        key = (request.account, request.region, request.path, request.query)
        since, answer = self.kept.get(key, (0.0, None))
        if request.method != "GET" or answer is None or time.monotonic() - since > self.seconds:
            answer = super().handle(request)
            if request.method == "GET":
                self.kept[key] = time.monotonic(), answer
        return replace(answer, headers=dict(answer.headers))

    def set_clock(self, account: Account, now: datetime) -> None:
        super().set_clock(account, now)
        self.empty(account.number)

    def put_offerings(self, region: Region, offerings: Iterable[Offering]) -> None:
        super().put_offerings(region, offerings)
        self.empty(region.account.number)

    def forget(self, number: str) -> None:
        super().forget(number)
        self.empty(number)

    def empty(self, number: str) -> None:
        """Forget what is kept of an account."""
        for key in [key for key in list(self.kept) if key[0] == number]:
            self.kept.pop(key, None)


class OneOfTwoReplicasLags(EveryReadLags):
    """Reads from two replicas in turn, one of which shows a purchase a moment later."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count()
        self.replica = threading.local()

    def handle(self, request: Request) -> Response:
        self.replica.lags = request.method == "GET" and next(self.numbers) % 2
        return super().handle(request)

    def is_visible(self, arn: str) -> bool:
        return not self.replica.lags or super().is_visible(arn)
