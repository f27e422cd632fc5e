"""What a purchase would cost, from the offerings that were seen: in figures, and in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote, urlsplit

from conformance.spec.plain_text import plain

HOURS_A_MONTH = 730
_PATH = re.compile(r".*/v1/offerings/([^/]+)")


def offerings_in(body: bytes) -> Mapping[str, Mapping[str, Any]]:
    """The offerings that an answer shows, by ARN: of a list, a description or anything else."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(answer, dict):
        return {}
    listed = answer.get("offerings")
    shown = [*(listed if isinstance(listed, list) else []), answer.get("offering")]
    return {str(one["offeringArn"]): one for one in shown if isinstance(one, dict) and "offeringArn" in one}


def arn_of(url: str) -> str:
    """The ARN that the path of a purchase names, whatever comes before it; empty where it names none."""
    match = _PATH.match(urlsplit(url).path)
    return unquote(match.group(1)) if match else ""


def total_cost(offering: Mapping[str, Any]) -> Decimal | None:
    """What an offering comes to, in its currency: price by the hour, for months of 730 hours; None where unknown."""
    months, price = offering.get("duration"), offering.get("pricePerUnit")
    if not isinstance(months, int | float) or isinstance(months, bool) or not isinstance(price, str):
        return None
    try:
        total = Decimal(price) * HOURS_A_MONTH * Decimal(months)
        return total if total.is_finite() and total >= 0 else None
    except (InvalidOperation, ValueError, OverflowError):
        return None


def format_amount(arn: str, offering: Mapping[str, Any] | None) -> str:
    """Bit rate, price and months of an offering, and what they come to, in one line that is safe to print.

    Such as `arn:…: 20 Mbps at 0.55 USD an hour for 1 month, about 401.50 USD (730 hours a month)`.
    """
    if offering is None:
        return plain(f"{arn or 'an offering'}: its price is not known")
    months, price = offering.get("duration"), str(offering.get("pricePerUnit"))
    specification = offering.get("resourceSpecification")
    bitrate = specification.get("reservedBitrate") if isinstance(specification, dict) else None
    rate = f"{bitrate} Mbps at " if bitrate is not None else ""
    plural = "" if months == 1 else "s"
    terms = f"{arn}: {rate}{price} {offering.get('currencyCode')} an hour for {months} month{plural}"
    total = total_cost(offering)
    if total is None:
        return plain(terms)
    return plain(f"{terms}, about {format_money(total, offering)} ({HOURS_A_MONTH} hours a month)")


def format_money(total: Decimal, offering: Mapping[str, Any]) -> str:
    """Such as `401.50 USD`."""
    return plain(f"{total:.2f} {offering.get('currencyCode')}")
