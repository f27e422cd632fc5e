"""Near-misses of an ARN: what each makes of it, which rule it is for, and which refusals the documents permit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conformance.spec.service import BAD_REQUEST, NOT_FOUND

_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_DIGITS = str.maketrans("0123456789", "1234567890")
_HEX_LETTERS = str.maketrans("abcdefABCDEF", "bcdefaBCDEFA")
_UUID_PARTS = [8, 4, 4, 4, 12]
_UUID_VERSION, _UUID_VARIANT = 14, 19


@dataclass(frozen=True, slots=True)
class ArnMutation:
    """What is done to a real ARN, the rule that then holds, and the exceptions by which it may be refused."""

    change: Callable[[str], str]
    rule: str
    refusals: frozenset[str] = frozenset({BAD_REQUEST, NOT_FOUND})


def _other_last_part(arn: str) -> str:
    """The same shape with another identifier: every digit of the last part moves on by one.

    The digits of a UUID that tell its version and variant stay, so that it is a UUID of the same kind. Where no digit
    is left to move, the letters of the hexadecimal digits do.
    """
    head, colon, last = arn.rpartition(":")
    is_uuid = [len(part) for part in last.split("-")] == _UUID_PARTS
    fixed = {_UUID_VERSION, _UUID_VARIANT} if is_uuid else set()
    for table in (_DIGITS, _HEX_LETTERS):
        moved = "".join(sign if at in fixed else sign.translate(table) for at, sign in enumerate(last))
        if moved != last:
            return head + colon + moved
    return arn


def _field(index: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(arn: str) -> str:
        fields = arn.split(":")
        if len(fields) > index:
            fields[index] = change(fields[index])
        return ":".join(fields)

    return changed


def _last_part(change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(arn: str) -> str:
        head, colon, last = arn.rpartition(":")
        return head + colon + change(last)

    return changed


def _swapped(arn: str) -> str:
    """Region and account in each other's place."""
    fields = arn.split(":")
    if len(fields) > 4:
        fields[3], fields[4] = fields[4], fields[3]
    return ":".join(fields)


def _other_region(region: str) -> str:
    return "eu-west-1" if region != "eu-west-1" else "us-west-2"


def _as_reservation(arn: str) -> str:
    return arn.replace(":offering:", ":reservation:") if ":offering:" in arn else arn + ":reservation"


_NOT_FOUND_ONLY = frozenset({NOT_FOUND})
_EXACT = "errors/arn-is-exact"

ARNS: Mapping[str, ArnMutation] = {
    "exact": ArnMutation(lambda arn: arn, ""),
    "another identifier": ArnMutation(_other_last_part, "errors/unknown-offering", _NOT_FOUND_ONLY),
    "goes on after": ArnMutation(lambda arn: arn + "0", _EXACT),
    "goes on after a colon": ArnMutation(lambda arn: arn + ":0", _EXACT),
    "goes on after a slash": ArnMutation(lambda arn: arn + "/0", _EXACT),
    "ends in a space": ArnMutation(lambda arn: arn + " ", _EXACT),
    "ends in a line break": ArnMutation(lambda arn: arn + "\n", _EXACT),
    "ends in a null character": ArnMutation(lambda arn: arn + "\x00", _EXACT),
    "begins with a space": ArnMutation(lambda arn: " " + arn, _EXACT),
    "begins before it": ArnMutation(lambda arn: "x" + arn, _EXACT),
    "lacks its last character": ArnMutation(lambda arn: arn[:-1], _EXACT),
    "lacks its first character": ArnMutation(lambda arn: arn[1:], _EXACT),
    "the identifier alone": ArnMutation(lambda arn: arn.rpartition(":")[2], "errors/malformed-arn"),
    "other account": ArnMutation(_field(4, lambda account: account.translate(_DIGITS) or "111122223333"), _EXACT),
    "other Region": ArnMutation(_field(3, _other_region), _EXACT),
    "other service": ArnMutation(_field(2, lambda _: "medialive"), _EXACT),
    "other partition": ArnMutation(_field(1, lambda _: "aws-nowhere"), _EXACT),
    "reservation for offering": ArnMutation(_as_reservation, _EXACT),
    "percent-encoded twice": ArnMutation(lambda arn: arn.replace(":", "%3A"), "wire/members-in-their-place"),
    "upper case": ArnMutation(str.upper, "errors/arn-is-exact-in-case"),
    "one letter in upper case": ArnMutation(_field(2, str.capitalize), "errors/arn-is-exact-in-case"),
    "the identifier in upper case": ArnMutation(_last_part(str.upper), ""),
    "no hyphens in the identifier": ArnMutation(_last_part(lambda last: last.replace("-", "")), ""),
    "braces around the identifier": ArnMutation(_last_part(lambda last: "{" + last + "}"), ""),
    "a wildcard for the identifier": ArnMutation(_last_part(lambda _: "*"), ""),
    "no identifier": ArnMutation(_last_part(lambda _: ""), ""),
    "a slash before the identifier": ArnMutation(lambda arn: "/".join(arn.rsplit(":", 1)), ""),
    "no account": ArnMutation(_field(4, lambda _: ""), ""),
    "no Region": ArnMutation(_field(3, lambda _: ""), ""),
    "Region and account swapped": ArnMutation(_swapped, ""),
    "twice": ArnMutation(lambda arn: arn + arn, ""),
    "twice with a comma": ArnMutation(lambda arn: f"{arn},{arn}", ""),
    "in quotes": ArnMutation(lambda arn: f'"{arn}"', ""),
    "a URN": ArnMutation(lambda arn: f"urn:{arn}", ""),
    "full-width colons": ArnMutation(lambda arn: arn.replace(":", "："), ""),
    "letters of another script": ArnMutation(lambda arn: arn.replace("a", "а").replace("o", "о"), ""),
    "digits of another script": ArnMutation(lambda arn: arn.translate(_ARABIC_DIGITS), ""),
    "percent-encoded three times": ArnMutation(lambda arn: arn.replace(":", "%253A"), ""),
    "plus signs for hyphens": ArnMutation(lambda arn: arn.replace("-", "+"), ""),
}
"""Name to mutation. `percent-encoded twice` is sent so that one decoding leaves percent signs, which no ARN has."""
