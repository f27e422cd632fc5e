"""The right emulator: the five operations as the documents have them, each decision in a method of its own."""

import re
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from tests.meta.emulator.base import BAD_REQUEST, NOT_FOUND
from tests.meta.emulator.messages import Purchase, Refusal, Request, Reservation, Response
from tests.meta.emulator.reading import Reading


class RightEmulator(Reading):
    """The five operations, right by the documents; a subclass overrides one decision."""

    breaks: ClassVar[tuple[str, ...]] = ()
    may_break: ClassVar[tuple[str, ...]] = ()
    # Those of `breaks` that another defect may hide: they fail or are blocked, and never pass.
    may_be_blocked: ClassVar[tuple[str, ...]] = ()
    # The rules of level should that a variation does not keep.
    departs_from: ClassVar[tuple[str, ...]] = ()
    # The rules that cannot be told to hold of it, and how it is run: over HTTP, and without the control API.
    leaves_open: ClassVar[tuple[str, ...]] = ()
    over_http: ClassVar[bool] = False
    has_control: ClassVar[bool] = True

    purchase_status: ClassVar[int] = 201
    refusal_for_active: ClassVar[tuple[int, str]] = BAD_REQUEST
    start_pattern: ClassVar[str] = r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z"
    name_pattern: ClassVar[str] = r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?"
    longest_name: ClassVar[int] = 128
    purchase_checks: ClassVar[tuple[str, ...]] = (
        "check_members",
        "check_name",
        "check_start",
        "check_window",
        "check_offering",
        "check_active",
        "check_name_is_free",
    )

    def handle(self, request: Request) -> Response:
        """Answer one request; whatever it holds, the answer is never a fault of the server."""
        try:
            response = self.route(request)
        except Refusal as refusal:
            response = self.error(refusal.status, refusal.code, refusal.message)
        return self.finish(response)

    def route(self, request: Request) -> Response:
        """Find the operation by method and path."""
        segments = request.path.split("/")
        match (request.method, *segments[1:]):
            case ("POST", "v1", "offerings", arn):
                return self.purchase_offering(request, arn)
            case ("GET", "v1", "offerings", arn):
                return self.describe_offering(request, arn)
            case ("GET", "v1", "offerings"):
                return self.list_offerings(request)
            case ("GET", "v1", "reservations", arn):
                return self.describe_reservation(request, arn)
            case ("GET", "v1", "reservations"):
                return self.list_reservations(request)
        raise Refusal(*NOT_FOUND, "There is no such operation.")

    def purchase_offering(self, request: Request, segment: str) -> Response:
        """Check a purchase and make it, in one step as far as others in the account can see."""
        account = self.account(request.account)
        region = self.region(request)
        offering_arn = self.decode_arn(segment)
        members = self.body_of(request)
        with self.lock(account):
            purchase = Purchase(request, region, self.now(account), offering_arn, members)
            self.run_checks(purchase)
            reservation = self.new_reservation(purchase)
            self.before_insert(purchase)
            self.insert(purchase, reservation)
        return self.purchase_answer(purchase, reservation)

    def run_checks(self, purchase: Purchase) -> None:
        """Run the checks, one after the other, until one refuses."""
        for check in self.purchase_checks:
            try:
                getattr(self, check)(purchase)
            except Refusal:
                self.refused(purchase, check)
                raise

    def refused(self, purchase: Purchase, check: str) -> None:
        """Do nothing when a check has refused a purchase."""

    def purchase_answer(self, purchase: Purchase, reservation: Reservation) -> Response:
        """Answer a purchase that succeeded."""
        return self.success(self.purchase_status, {"reservation": self.reservation_wire(reservation, purchase.now)})

    def check_members(self, purchase: Purchase) -> None:
        """Read name and Start."""
        purchase.name = self.text_member("reservationName", self.name_member(purchase))
        purchase.start_text = self.text_member("start", self.start_member(purchase))

    def check_name(self, purchase: Purchase) -> None:
        """Refuse a name that is too long or has other characters."""
        if len(purchase.name) > self.longest_name or not self.name_is_well_formed(purchase.name):
            raise Refusal(*BAD_REQUEST, "The name is not well formed.")

    def name_is_well_formed(self, name: str) -> bool:
        """Tell whether a name has the right characters."""
        return re.fullmatch(self.name_pattern, name, re.ASCII) is not None

    def check_start(self, purchase: Purchase) -> None:
        """Refuse a Start that is not a date and time in the one format."""
        try:
            purchase.start = self.parse_start(purchase.start_text)
        except (ValueError, OverflowError):
            raise Refusal(*BAD_REQUEST, "The Start is not written as YYYY-MM-DDTHH:mm:SSZ.") from None

    def parse_start(self, text: str) -> datetime:
        """Read a Start; a ValueError says that it is none."""
        fields = re.fullmatch(self.start_pattern, text, re.ASCII)
        if fields is None:
            raise ValueError(text)
        return datetime(*map(int, fields.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]

    def check_window(self, purchase: Purchase) -> None:
        """Refuse a Start outside the window."""
        if not self.window_allows(self.required_start(purchase), purchase.now):
            raise Refusal(*BAD_REQUEST, "The Start is not between the first of this month and now.")

    def required_start(self, purchase: Purchase) -> datetime:
        """Give the Start that an earlier check has read."""
        assert purchase.start is not None
        return purchase.start

    def window_allows(self, start: datetime, now: datetime) -> bool:
        """Tell whether a Start is between the start of the month and now, both inclusive."""
        return self.month_start(now) <= start <= now

    def month_start(self, now: datetime) -> datetime:
        """Give the first instant of the current month, in UTC."""
        return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    def check_offering(self, purchase: Purchase) -> None:
        """Refuse an ARN of no offering."""
        purchase.offering = self.find_offering(purchase.region, purchase.offering_arn)

    def check_active(self, purchase: Purchase) -> None:
        """Refuse a purchase while a reservation is active."""
        if any(self.excludes(reservation, purchase) for reservation in self.rivals(purchase)):
            raise Refusal(*self.refusal_for_active, "There is an active reservation already.")

    def rivals(self, purchase: Purchase) -> list[Reservation]:
        """Give the reservations that may stand in the way."""
        return list(purchase.region.reservations.values())

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        """Tell whether a reservation stands in the way of a purchase."""
        return not self.is_over(reservation, purchase.now)

    def check_name_is_free(self, purchase: Purchase) -> None:
        """Refuse a name that the account has used in this Region."""
        if any(reservation.name == purchase.name for reservation in purchase.region.reservations.values()):
            raise Refusal(*BAD_REQUEST, "The name has been used.")

    def new_reservation(self, purchase: Purchase) -> Reservation:
        """Make the reservation of a purchase that passed every check."""
        assert purchase.offering is not None
        start = self.required_start(purchase)
        try:
            end = self.end_of(start, purchase.offering.duration, purchase.now)
        except (ValueError, OverflowError):
            raise Refusal(*BAD_REQUEST, "The reservation would end after the year 9999.") from None
        arn = self.reservation_arn(purchase)
        return Reservation(arn, purchase.name, purchase.start_text, start, end, purchase.offering, purchase.now)

    def end_of(self, start: datetime, months: int, now: datetime) -> datetime:  # noqa: ARG002 - for subclasses
        """Add months to a Start; where the last month lacks the day, its last day stands in."""
        years, month = divmod(start.month - 1 + months, 12)
        first = start.replace(year=start.year + years, month=month + 1, day=1)
        return first.replace(day=min(start.day, self.days_in_month(first)))

    def days_in_month(self, first: datetime) -> int:
        """Count the days of the month that begins on this day."""
        return ((first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day

    def before_insert(self, purchase: Purchase) -> None:
        """Do nothing between the checks and the purchase."""

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        """Remember a reservation."""
        purchase.region.reservations[reservation.arn] = reservation
