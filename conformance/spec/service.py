"""What the service model says of the five operations, and the reference page of their exceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Operation(StrEnum):
    """The five operations, by the names of the service model."""

    LIST_OFFERINGS = "ListOfferings"
    DESCRIBE_OFFERING = "DescribeOffering"
    LIST_RESERVATIONS = "ListReservations"
    DESCRIBE_RESERVATION = "DescribeReservation"
    PURCHASE_OFFERING = "PurchaseOffering"


BAD_REQUEST = "BadRequestException"
FORBIDDEN = "ForbiddenException"
NOT_FOUND = "NotFoundException"
TOO_MANY_REQUESTS = "TooManyRequestsException"
THROTTLED = frozenset({"ThrottlingException", "Throttling", TOO_MANY_REQUESTS, "RequestLimitExceeded", "SlowDown"})
"""The types by which services throttle, whatever the status."""

EXCEPTION_STATUS: Mapping[str, int] = {
    BAD_REQUEST: 400,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    TOO_MANY_REQUESTS: 429,
    "InternalServerErrorException": 500,
    "ServiceUnavailableException": 503,
}
"""The six exceptions of the reference page, each with its HTTP status in the service model."""

CREDENTIALS_REFUSED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""Errors by which AWS says, before the service is asked, that the caller may not call it."""

DURATION_UNITS = "MONTHS"
PRICE_UNITS = "HOURLY"
RESOURCE_TYPE = "Mbps_Outbound_Bandwidth"
CURRENCY = "USD"

ACTIVE, EXPIRED, PROCESSING, CANCELED = "ACTIVE", "EXPIRED", "PROCESSING", "CANCELED"
RESERVATION_STATES = (ACTIVE, EXPIRED, PROCESSING, CANCELED)

OFFERING_MEMBERS: Mapping[str, type] = {
    "currencyCode": str,
    "duration": int,
    "durationUnits": str,
    "offeringArn": str,
    "offeringDescription": str,
    "pricePerUnit": str,
    "priceUnits": str,
    "resourceSpecification": dict,
}
"""The eight required members of an offering on the wire, with their JSON types."""

RESERVATION_MEMBERS: Mapping[str, type] = {
    **OFFERING_MEMBERS,
    "end": str,
    "reservationArn": str,
    "reservationName": str,
    "reservationState": str,
    "start": str,
}
"""The thirteen required members of a reservation on the wire, with their JSON types."""

COPIED_MEMBERS = tuple(name for name in OFFERING_MEMBERS if name != "offeringArn")
"""What a reservation copies from its offering, besides the ARN that it echoes."""

NAME_LENGTHS = range(1, 129)
"""How long a reservation's name may be, in characters (user guide, "Purchasing an offering")."""

_NAME_CHARACTERS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")


def has_name_characters(name: str) -> bool:
    """Whether `name` is of ASCII letters, digits, dashes and underscores, with a letter or digit at both ends."""
    return _NAME_CHARACTERS.fullmatch(name) is not None


MAX_RESULTS = range(1, 1001)
PAGES_WITHOUT_NEWS = 40
"""How many pages in a row may show nothing new before a list is taken to be endless; no document says."""
"""The values that MaxResults may take (service model)."""

DEFAULT_PAGE = 10
"""How many items a page holds at most where MaxResults is not given (service model, in prose)."""
