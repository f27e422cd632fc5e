"""The backend: the offerings and reservations of one account in one Region."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend, backend_lock
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import utcnow
from moto.mediaconnect.models import mediaconnect_backends
from moto.moto_api._internal import mock_random

from conformance.reference.exceptions import BadRequestException, NotFoundException
from conformance.reference.instants import add_months, format_instant, month_start, parse_instant
from conformance.reference.offerings import DEFAULT_TERMS, Offering, OfferingTerms, parse_terms
from conformance.reference.paging import Page, page_of

_ACCOUNT = re.compile(r"[0-9]{12}")
# User Guide, "Purchasing an offering": letters, digits, dashes and underscores, a letter or digit at either end.
_RESERVATION_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,126}[A-Za-z0-9])?")
_OFFERING_ARN = re.compile(r"arn:[^:]+:mediaconnect:[^:]*:[^:]*:offering:.+", re.DOTALL)
_RESERVATION_ARN = re.compile(r"arn:[^:]+:mediaconnect:[^:]*:[^:]*:reservation:.+", re.DOTALL)

_standing_clocks: dict[str, datetime] = {}


def current_time(account_id: str) -> datetime:
    """Give the account's current time in UTC: the instant its clock stands at, or moto's own `utcnow()`.

    Nothing else in this package reads the time that offerings and reservations go by.
    """
    standing = _standing_clocks.get(account_id)
    return utcnow().replace(tzinfo=UTC) if standing is None else standing


def set_clock(account_id: str, instant: datetime) -> None:
    """Let the account's time stand at `instant`, in every Region, until it is set again or cleared.

    Raises:
        ValueError: the account has not 12 digits, or the instant has no time zone.
    """
    require_account(account_id)
    if instant.tzinfo is None:
        raise ValueError("the instant must have a time zone")
    _standing_clocks[account_id] = instant.astimezone(UTC)


def clear_clock(account_id: str) -> None:
    """Let the account's time run with `utcnow()` again; an account whose clock was never set stays as it is."""
    _standing_clocks.pop(account_id, None)


def require_account(account_id: str) -> None:
    """Raise ValueError unless the account is named by its 12 digits."""
    if _ACCOUNT.fullmatch(account_id) is None:
        raise ValueError("an account is named by 12 digits")


@dataclass(frozen=True, slots=True)
class Reservation:
    """A purchased offering. Nothing in it ever changes: its state follows from the time alone."""

    arn: str
    name: str
    offering: Offering
    start: datetime
    end: datetime

    def is_active(self, now: datetime) -> bool:
        """Tell whether the reservation has not yet expired: it is ACTIVE before End, and EXPIRED from End on."""
        return now < self.end

    def to_dict(self, now: datetime) -> dict[str, Any]:
        """Give the reservation as it is on the wire at `now` (service model, Reservation)."""
        return {
            **self.offering.to_dict(),
            "end": format_instant(self.end),
            "reservationArn": self.arn,
            "reservationName": self.name,
            "reservationState": "ACTIVE" if self.is_active(now) else "EXPIRED",
            "start": format_instant(self.start),
        }


class ReservationsBackend(BaseBackend):
    """The offerings and reservations of one account in one Region. Every method may be called from many threads."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self._lock = Lock()
        self._reservations: dict[str, Reservation] = {}
        self._reservations_secret = _new_secret()
        self.replace_offerings(DEFAULT_TERMS)

    def replace_offerings(self, terms: Iterable[OfferingTerms]) -> list[Offering]:
        """Offer these terms in this order from now on, instead of what was offered before.

        Reservations keep the terms they were purchased with, and tokens of the former list are no longer good.
        """
        offerings = {arn: Offering(arn, each) for each in terms for arn in [self._new_arn("offering")]}
        with self._lock:
            self._offerings = offerings
            self._offerings_secret = _new_secret()
        return list(offerings.values())

    def list_offerings(self, max_results: int | None, next_token: str | None) -> Page[dict[str, Any]]:
        """Give a page of the offerings, also while a reservation is active: the documents leave that open."""
        with self._lock:
            offerings, secret = list(self._offerings.values()), self._offerings_secret
        page = page_of(offerings, secret, max_results, next_token)
        return Page([offering.to_dict() for offering in page.items], page.next_token)

    def describe_offering(self, offering_arn: str) -> dict[str, Any]:
        """Give the offering of exactly this ARN.

        Raises:
            NotFoundException: there is no such offering in this account and Region.
            BadRequestException: it is no offering's ARN at all.
        """
        return self._offering(offering_arn).to_dict()

    def list_reservations(self, max_results: int | None, next_token: str | None) -> Page[dict[str, Any]]:
        """Give a page of all reservations, expired ones too, in the order of their purchase."""
        with self._lock:
            now = current_time(self.account_id)
            reservations = list(self._reservations.values())
        page = page_of(reservations, self._reservations_secret, max_results, next_token)
        return Page([reservation.to_dict(now) for reservation in page.items], page.next_token)

    def describe_reservation(self, reservation_arn: str) -> dict[str, Any]:
        """Give the reservation of exactly this ARN.

        Raises:
            NotFoundException: there is no such reservation in this account and Region.
            BadRequestException: it is not a reservation's ARN at all.
        """
        with self._lock:
            now = current_time(self.account_id)
            reservation = self._reservations.get(reservation_arn)
        if reservation is None:
            raise _unknown(reservation_arn, "reservation", _RESERVATION_ARN)
        return reservation.to_dict(now)

    def purchase_offering(self, offering_arn: str, reservation_name: str, start: str) -> dict[str, Any]:
        """Purchase an offering (reference page, PurchaseOffering).

        Of purchases made at the same time exactly one succeeds, and a refused one changes nothing.

        Raises:
            BadRequestException: the name or Start is not valid, Start lies outside the window from the first of the
                current month to the current time, the name was used before, or a reservation is active.
            NotFoundException: there is no such offering in this account and Region.
        """
        _require_name(reservation_name)
        starts_at = _parse_start(start)
        with self._lock:
            now = current_time(self.account_id)
            offering = self._offering(offering_arn)
            _require_in_window(starts_at, now)
            reservation = self._reserve(offering, reservation_name, starts_at, now)
            self._reservations[reservation.arn] = reservation
        return reservation.to_dict(now)

    def _reserve(self, offering: Offering, name: str, start: datetime, now: datetime) -> Reservation:
        for other in self._reservations.values():
            if other.is_active(now):
                raise BadRequestException("There is an active reservation, so no other offering can be purchased.")
            if other.name == name:
                raise BadRequestException("The ReservationName has been used before in this account and Region.")
        try:
            end = add_months(start, offering.terms.duration)
        except ValueError as error:
            raise BadRequestException(f"The reservation's end cannot be written: {error}.") from None
        arn = self._new_arn("reservation")
        while arn in self._reservations:  # moto's generator may have been seeded a second time
            arn = self._new_arn("reservation")
        return Reservation(arn, name, offering, start, end)

    def _offering(self, offering_arn: str) -> Offering:
        # Needs no lock: the catalogue is replaced as a whole.
        offering = self._offerings.get(offering_arn)
        if offering is None:
            raise _unknown(offering_arn, "offering", _OFFERING_ARN)
        return offering

    def _new_arn(self, kind: str) -> str:
        return f"arn:{self.partition}:mediaconnect:{self.region_name}:{self.account_id}:{kind}:{mock_random.uuid4()}"


def _new_secret() -> bytes:
    return mock_random.getrandbits(128).to_bytes(16, "big")


def _unknown(arn: str, kind: str, form: re.Pattern[str]) -> NotFoundException | BadRequestException:
    if form.fullmatch(arn) is None:
        return BadRequestException(f"The {kind}'s ARN is malformed.")
    return NotFoundException(f"There is no {kind} with the ARN {arn[:500]}.")


def _require_name(name: str) -> None:
    if _RESERVATION_NAME.fullmatch(name) is None:
        raise BadRequestException(
            "The ReservationName must have 1 to 128 characters: letters, digits, dashes and underscores, "
            "the first and the last a letter or digit."
        )


def _parse_start(start: str) -> datetime:
    try:
        return parse_instant(start)
    except ValueError as error:
        raise BadRequestException(f"The Start is not valid: {error}.") from None


def _require_in_window(start: datetime, now: datetime) -> None:
    if not month_start(now) <= start <= now:
        raise BadRequestException(
            f"The Start must lie between {format_instant(month_start(now))} and {format_instant(now)}."
        )


class ReservationsBackendDict(BackendDict[ReservationsBackend]):
    """moto's table of accounts and Regions, made cheap for many short-lived accounts.

    moto computes the list of Regions anew for every account and walks all accounts at every access; here an account
    that exists is looked up at once, and all share the Regions of moto's own MediaConnect service.
    """

    def __init__(self) -> None:
        super().__init__(ReservationsBackend, "mediaconnect", use_boto3_regions=False)

    def __getitem__(self, account_id: str) -> AccountSpecificBackend[ReservationsBackend]:
        # dict.get goes past BackendDict.__getitem__, whose every call copies the keys under a global lock.
        known = self.get(account_id)
        if known is not None:
            return known
        with backend_lock:  # so that `forget` does not come between making the account and handing it out
            if self._additional_regions is None:
                self._additional_regions = mediaconnect_backends[DEFAULT_ACCOUNT_ID].regions
            return super().__getitem__(account_id)


reservations_backends = ReservationsBackendDict()


def define_offerings(account_id: str, region: str, offerings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Make these the account's offerings in the Region, instead of what it had, and give them in full wire form.

    The answer has the same order, and an ARN for each. `parse_terms` says which members may be given.

    Raises:
        ValueError: the account, the Region or an offering is not valid; then nothing has changed.
    """
    require_account(account_id)
    terms = [parse_terms(members) for members in offerings]
    try:
        backend = reservations_backends[account_id][region]
    except KeyError:
        raise ValueError(f"there is no MediaConnect in a Region {region!r}") from None
    return [offering.to_dict() for offering in backend.replace_offerings(terms)]


def forget(account_id: str) -> None:
    """Make the account as new in every Region: offerings, reservations, clock, and moto's flows. Memory is released."""
    clear_clock(account_id)
    with backend_lock:
        reservations_backends.pop(account_id, None)
        mediaconnect_backends.pop(account_id, None)


def forget_everything() -> None:
    """Make every account as new, and leave no trace of this package in moto's list of tables in use."""
    _standing_clocks.clear()
    with backend_lock:
        reservations_backends.clear()
        if reservations_backends in reservations_backends._instances:
            reservations_backends._instances.remove(reservations_backends)
