"""What a purchase would cost, in words, from the offerings that were seen."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote

HOURS_A_MONTH = 730
_PATH = re.compile(r"/v1/offerings/([^/?]+)")


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
    """The ARN that the path of a purchase names; empty where it names none."""
    match = _PATH.search(url)
    return unquote(match.group(1)) if match else ""


def format_amount(arn: str, offering: Mapping[str, Any] | None) -> str:
    """Bit rate, price and months of an offering, and what they come to.

    Such as `arn:…: 20 Mbps at 0.55 USD an hour for 1 month, about 401.50 USD (730 hours a month)`.
    """
    if offering is None:
        return f"{arn or 'an offering'}: its price is not known"
    months, price = offering.get("duration"), str(offering.get("pricePerUnit"))
    specification = offering.get("resourceSpecification")
    bitrate = specification.get("reservedBitrate") if isinstance(specification, dict) else None
    rate = f"{bitrate} Mbps at " if bitrate is not None else ""
    plural = "" if months == 1 else "s"
    terms = f"{arn}: {rate}{price} {offering.get('currencyCode')} an hour for {months} month{plural}"
    try:
        total = Decimal(price) * HOURS_A_MONTH * int(str(months))
    except (InvalidOperation, ValueError):
        return terms
    return f"{terms}, about {total:.2f} {offering.get('currencyCode')} ({HOURS_A_MONTH} hours a month)"
