"""Near-misses of an ARN: what each makes of it, which rule it is for, and which refusals the documents permit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conformance.service import BAD_REQUEST, NOT_FOUND

_DIGITS = str.maketrans("0123456789", "1234567890")


@dataclass(frozen=True, slots=True)
class ArnAlteration:
    """What is done to a real ARN, the rule that then holds, and the exceptions by which it may be refused."""

    change: Callable[[str], str]
    rule: str
    refusals: frozenset[str] = frozenset({BAD_REQUEST, NOT_FOUND})


def _other_last_part(arn: str) -> str:
    """The same shape with another identifier: every digit of the last part moves on by one."""
    head, colon, last = arn.rpartition(":")
    return head + colon + last.translate(_DIGITS)


def _field(index: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(arn: str) -> str:
        fields = arn.split(":")
        if len(fields) > index:
            fields[index] = change(fields[index])
        return ":".join(fields)

    return changed


def _other_region(region: str) -> str:
    return "eu-west-1" if region != "eu-west-1" else "us-west-2"


def _as_reservation(arn: str) -> str:
    return arn.replace(":offering:", ":reservation:") if ":offering:" in arn else arn + ":reservation"


_NOT_FOUND_ONLY = frozenset({NOT_FOUND})
_EXACT = "errors/arn-is-exact"

ARNS: Mapping[str, ArnAlteration] = {
    "exact": ArnAlteration(lambda arn: arn, ""),
    "another identifier": ArnAlteration(_other_last_part, "errors/unknown-offering", _NOT_FOUND_ONLY),
    "goes on after": ArnAlteration(lambda arn: arn + "0", _EXACT),
    "goes on after a colon": ArnAlteration(lambda arn: arn + ":0", _EXACT),
    "goes on after a slash": ArnAlteration(lambda arn: arn + "/0", _EXACT),
    "ends in a space": ArnAlteration(lambda arn: arn + " ", _EXACT),
    "ends in a line break": ArnAlteration(lambda arn: arn + "\n", _EXACT),
    "ends in a null character": ArnAlteration(lambda arn: arn + "\x00", _EXACT),
    "begins with a space": ArnAlteration(lambda arn: " " + arn, _EXACT),
    "begins before it": ArnAlteration(lambda arn: "x" + arn, _EXACT),
    "lacks its last character": ArnAlteration(lambda arn: arn[:-1], _EXACT),
    "lacks its first character": ArnAlteration(lambda arn: arn[1:], _EXACT),
    "the identifier alone": ArnAlteration(lambda arn: arn.rpartition(":")[2], "errors/malformed-arn"),
    "other account": ArnAlteration(_field(4, lambda account: account.translate(_DIGITS) or "111122223333"), _EXACT),
    "other Region": ArnAlteration(_field(3, _other_region), _EXACT),
    "other service": ArnAlteration(_field(2, lambda _: "medialive"), _EXACT),
    "other partition": ArnAlteration(_field(1, lambda _: "aws-nowhere"), _EXACT),
    "reservation for offering": ArnAlteration(_as_reservation, _EXACT),
    "percent-encoded twice": ArnAlteration(lambda arn: arn.replace(":", "%3A"), "wire/members-in-their-place"),
    "upper case": ArnAlteration(str.upper, "errors/arn-is-exact-in-case"),
    "one letter in upper case": ArnAlteration(_field(2, str.capitalize), "errors/arn-is-exact-in-case"),
}
"""Name to alteration. `percent-encoded twice` is sent so that one decoding leaves percent signs, which no ARN has."""
