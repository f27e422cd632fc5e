"""Offerings: what an account can purchase, and how a test defines them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

CURRENCY_CODE: Final = "USD"
DURATION_UNITS: Final = "MONTHS"
PRICE_UNITS: Final = "HOURLY"
RESOURCE_TYPE: Final = "Mbps_Outbound_Bandwidth"

_LARGEST_INTEGER: Final = 2**31 - 1  # the service model's type "integer" has 32 bits
_FIXED_MEMBERS: Final = {"currencyCode": CURRENCY_CODE, "durationUnits": DURATION_UNITS, "priceUnits": PRICE_UNITS}
_MEMBERS: Final = {"duration", "offeringDescription", "pricePerUnit", "reservedBitrate", "resourceSpecification"}


@dataclass(frozen=True, slots=True)
class OfferingTerms:
    """What MediaConnect defines in an offering, and every reservation of it copies.

    `duration` is in months, `price_per_unit` in US dollars an hour as a decimal text, `reserved_bitrate` in megabits
    a second of outbound bandwidth, or None: the service model requires no bitrate.
    """

    duration: int
    description: str
    price_per_unit: str
    reserved_bitrate: int | None

    def to_dict(self) -> dict[str, Any]:
        """Give the members that offerings and reservations have in common, as they are on the wire."""
        resource: dict[str, Any] = {"resourceType": RESOURCE_TYPE}
        if self.reserved_bitrate is not None:
            resource["reservedBitrate"] = self.reserved_bitrate
        return {
            "currencyCode": CURRENCY_CODE,
            "duration": self.duration,
            "durationUnits": DURATION_UNITS,
            "offeringDescription": self.description,
            "pricePerUnit": self.price_per_unit,
            "priceUnits": PRICE_UNITS,
            "resourceSpecification": resource,
        }


@dataclass(frozen=True, slots=True)
class Offering:
    """An offering of one account in one Region."""

    arn: str
    terms: OfferingTerms

    def to_dict(self) -> dict[str, Any]:
        """Give the offering as it is on the wire (service model, Offering)."""
        return {"offeringArn": self.arn, **self.terms.to_dict()}


DEFAULT_TERMS: Final = (
    OfferingTerms(1, "20 Mbps of outbound bandwidth, each month for 1 month", "1.1600", 20),
    OfferingTerms(6, "50 Mbps of outbound bandwidth, each month for 6 months", "2.4500", 50),
    OfferingTerms(12, "100 Mbps of outbound bandwidth, each month for 12 months", "4.1000", 100),
)
"""What every account that has never been seen is offered in every Region."""


def parse_terms(members: Mapping[str, Any]) -> OfferingTerms:
    """Read an offering's terms from members named as on the wire.

    `duration` is required. `reservedBitrate` may stand beside it or, as on the wire, in `resourceSpecification`;
    without it the offering has none. Units, currency and resource type may be given with their only values.

    Raises:
        ValueError: a member is unknown, missing, or has a type or value that the service model does not allow.
    """
    unknown = sorted(set(members) - _MEMBERS - set(_FIXED_MEMBERS))
    if unknown:
        raise ValueError(f"an offering has no member {unknown[0]!r} that could be set")
    for name, value in _FIXED_MEMBERS.items():
        if members.get(name, value) != value:
            raise ValueError(f"{name} can only be {value!r}")
    duration = _integer("duration", members.get("duration"), least=1)
    return OfferingTerms(
        duration=duration,
        description=_text("offeringDescription", members.get("offeringDescription", f"{duration}-month reservation")),
        price_per_unit=_text("pricePerUnit", members.get("pricePerUnit", "1.0000")),
        reserved_bitrate=_reserved_bitrate(members),
    )


def _reserved_bitrate(members: Mapping[str, Any]) -> int | None:
    resource = members.get("resourceSpecification", {})
    if not isinstance(resource, Mapping) or set(resource) - {"reservedBitrate", "resourceType"}:
        raise ValueError("resourceSpecification must be an object of reservedBitrate and resourceType")
    if resource.get("resourceType", RESOURCE_TYPE) != RESOURCE_TYPE:
        raise ValueError(f"resourceType can only be {RESOURCE_TYPE!r}")
    given = members.get("reservedBitrate", resource.get("reservedBitrate"))
    return None if given is None else _integer("reservedBitrate", given, least=0)


def _integer(name: str, value: object, *, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _LARGEST_INTEGER:
        raise ValueError(f"{name} must be a whole number from {least} to {_LARGEST_INTEGER}")
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")
    return value
