"""Reading an ARN against those that exist: which it is, or what keeps it from being one of them.

No document gives the grammar of these ARNs. What is well-formed is therefore learnt from the ARNs that a target has
given itself; where an identifier need not be well-formed for it, a BadRequestException is as right as NotFound.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from enum import Enum
from urllib.parse import unquote

from conformance.spec.request import Place

_ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:.+", re.DOTALL)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{12}")
_IDENTIFIER = re.compile(r"[^:/]*$")


class ArnKind(Enum):
    """What an ARN is, seen from the ARNs that exist in an account and Region."""

    EXACT = "one that exists"
    UNKNOWN = "formed as the target's own, but of nothing"
    PERHAPS_UNKNOWN = "an ARN of nothing, whose identifier need not be well-formed for the target"
    FOREIGN = "an ARN of another account, Region, service or partition"
    NEAR = "almost one that exists: it begins like it, goes on after it, or differs in a field"
    NEAR_ELSEWHERE = "one that exists, but for its account, Region, service or partition"
    NEAR_IN_CASE = "one that exists, but for upper and lower case, or white space around it"
    ENCODED_TWICE = "one that exists, percent-encoded once more"
    MALFORMED = "no ARN of the kind asked for at all"


def read_arn(arn: str, existing: Collection[str], others: Collection[str], kind: str, place: Place) -> ArnKind:
    """What `arn` is, where `existing` ARNs of the `kind` (offering, reservation) exist in the place, `others` not.

    `others` are ARNs that exist, but not as this: of the other kind.
    """
    if arn in existing:
        return ArnKind.EXACT
    if arn in others:
        return ArnKind.MALFORMED if _is_of_owner(arn.split(":"), existing, kind, place) else ArnKind.FOREIGN
    near = _near(arn, existing)
    if near is not None:
        return near
    if not _ARN.fullmatch(arn):
        return ArnKind.MALFORMED
    fields = arn.split(":")
    if fields[2] != "mediaconnect" or not _is_of_owner(fields, existing, kind, place):
        return ArnKind.FOREIGN
    if not _is_of_kind(arn, existing, kind):
        return ArnKind.MALFORMED
    return ArnKind.UNKNOWN if any(is_alike(arn, one) for one in existing) else ArnKind.PERHAPS_UNKNOWN


def is_arn(text: str) -> bool:
    """Whether a text has the form of an ARN at all, of whatever it may be."""
    return _ARN.fullmatch(text) is not None


def _near(arn: str, existing: Iterable[str]) -> ArnKind | None:
    for one in existing:
        if arn.strip().casefold() == one.casefold():
            return ArnKind.NEAR_IN_CASE
        if unquote(arn) == one:
            return ArnKind.ENCODED_TWICE
    for one in existing:
        if is_alike(arn, one):
            continue
        if arn.startswith(one) or arn.endswith(one) or _begins(arn, one) or _ends(arn, one):
            return ArnKind.NEAR
        if _differs_in_one_field(arn, one):
            return ArnKind.NEAR_ELSEWHERE if _owner_differs(arn, one) else ArnKind.NEAR
    return None


def _begins(arn: str, one: str) -> bool:
    """Whether it is the beginning of one that exists, into its identifier."""
    head = _IDENTIFIER.sub("", one)
    return one.startswith(arn) and len(arn) > len(head)


def _ends(arn: str, one: str) -> bool:
    """Whether it is most of one that exists, without its beginning."""
    return one.endswith(arn) and 2 * len(arn) > len(one)


def _differs_in_one_field(arn: str, one: str) -> bool:
    mine, theirs = arn.split(":"), one.split(":")
    if len(mine) != len(theirs):
        return False
    differing = [number for number, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b]
    return len(differing) == 1 and differing[0] < len(mine) - 1


def _owner_differs(arn: str, one: str) -> bool:
    """Whether account, Region, service or partition is another."""
    return arn.split(":")[1:5] != one.split(":")[1:5]


def _is_of_owner(fields: list[str], existing: Collection[str], kind: str, place: Place) -> bool:
    """Whether an ARN has the partition, service, Region and account of one that exists; if none does, of the place.

    A target whose own ARNs name another owner, such as `aws`, may take those of the account for somebody else's; its
    offerings may be AWS's own, so that it is not known whose they are as long as none was seen.
    """
    if not existing:
        return kind != "offering" and fields[3:5] == [place.region, place.account]
    return any(one.split(":")[1:5] == fields[1:5] for one in existing)


def _is_of_kind(arn: str, existing: Iterable[str], kind: str) -> bool:
    """Whether it has the head of one that exists, or names the kind itself."""
    head = _IDENTIFIER.sub("", arn)
    return any(_IDENTIFIER.sub("", one) == head for one in existing) or kind in arn.split(":", 5)[5]


def is_alike(arn: str, other: str) -> bool:
    """Whether two ARNs have the same head, and UUIDs of one version and variant as identifiers.

    Of other identifiers nobody knows the grammar: numbers may have a largest one, or a check digit.
    """
    kind = _kind_of_uuid(arn)
    return kind is not None and kind == _kind_of_uuid(other) and _IDENTIFIER.sub("", arn) == _IDENTIFIER.sub("", other)


def _kind_of_uuid(arn: str) -> tuple[str, str] | None:
    """The version of the UUID that an ARN ends in, and its variant; None where it ends in something else.

    RFC 9562 tells its variant by two bits of a digit, so that 8, 9, a and b are one.
    """
    identifier = _IDENTIFIER.search(arn)
    uuid = _UUID.fullmatch(identifier[0]) if identifier else None
    if uuid is None:
        return None
    return uuid[1], "8" if uuid[2] in "89ab" else uuid[2]
