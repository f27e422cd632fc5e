"""Mutations of a real ARN by their names: near-misses, and what is no ARN any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_DIGITS = str.maketrans("0123456789", "1234567890")
_HEX_LETTERS = str.maketrans("abcdefABCDEF", "bcdefaBCDEFA")
_UUID_PARTS = [8, 4, 4, 4, 12]
_UUID_VERSION, _UUID_VARIANT = 14, 19


ArnMutation = Callable[[str], str]
"""What is made of a real ARN."""


def _other_last_part(arn: str) -> str:
    """The same shape with another identifier: every digit of the last part moves on by one.

    The digits of a UUID that tell its version and variant stay, so that it is a UUID of the same kind. Where no digit
    is left to move, the letters of the hexadecimal digits do.
    """
    head, colon, last = arn.rpartition(":")
    is_uuid = [len(part) for part in last.split("-")] == _UUID_PARTS
    fixed = {_UUID_VERSION, _UUID_VARIANT} if is_uuid else set()
    for table in (_DIGITS, _HEX_LETTERS):
        moved = "".join(character if at in fixed else character.translate(table) for at, character in enumerate(last))
        if moved != last:
            return head + colon + moved
    return arn


def _group_moved_on(index: int) -> Callable[[str], str]:
    """The last part with one of its groups moved on, as hyphens divide it; all of it where it has none."""

    def changed(last: str) -> str:
        groups = last.split("-")
        groups[index % len(groups)] = _moved_on(groups[index % len(groups)])
        return "-".join(groups)

    return _last_part(changed)


def _moved_on(text: str) -> str:
    """The text with other digits, or other hexadecimal letters where it has no digit."""
    moved = text.translate(_DIGITS)
    return moved if moved != text else text.translate(_HEX_LETTERS)


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


ARNS: Mapping[str, ArnMutation] = {
    "exact": lambda arn: arn,
    "another identifier": _other_last_part,
    "goes on after": lambda arn: arn + "0",
    "goes on after a colon": lambda arn: arn + ":0",
    "goes on after a slash": lambda arn: arn + "/0",
    "ends in a space": lambda arn: arn + " ",
    "ends in a line break": lambda arn: arn + "\n",
    "ends in a null character": lambda arn: arn + "\x00",
    "begins with a space": lambda arn: " " + arn,
    "begins before it": lambda arn: "x" + arn,
    "lacks its last character": lambda arn: arn[:-1],
    "lacks its first character": lambda arn: arn[1:],
    "the identifier alone": lambda arn: arn.rpartition(":")[2],
    "other account": _field(4, lambda account: account.translate(_DIGITS) or "111122223333"),
    "other Region": _field(3, _other_region),
    "other service": _field(2, lambda _: "medialive"),
    "other partition": _field(1, lambda _: "aws-nowhere"),
    "reservation for offering": _as_reservation,
    "percent-encoded twice": lambda arn: arn.replace(":", "%3A"),
    "upper case": str.upper,
    "one letter in upper case": _field(2, str.capitalize),
    "the identifier in upper case": _last_part(str.upper),
    "no hyphens in the identifier": _last_part(lambda last: last.replace("-", "")),
    "braces around the identifier": _last_part(lambda last: "{" + last + "}"),
    "a zero before the identifier": _last_part(lambda last: "0" + last),
    "no zeros before the groups of the identifier": _last_part(
        lambda last: "-".join(group.lstrip("0") for group in last.split("-"))
    ),
    "another first group of the identifier": _group_moved_on(0),
    "another last group of the identifier": _group_moved_on(-1),
    "a wildcard for the identifier": _last_part(lambda _: "*"),
    "no identifier": _last_part(lambda _: ""),
    "a slash before the identifier": lambda arn: "/".join(arn.rsplit(":", 1)),
    "no kind": _field(5, lambda _: ""),
    "without the field of its kind": lambda arn: ":".join(arn.split(":")[:5] + arn.split(":")[6:]),
    "its kind in the plural": _field(5, lambda kind: kind + "s"),
    "another kind": _field(5, lambda _: "flow"),
    "a kind before its kind": _field(5, lambda kind: f"{kind}:{kind}"),
    "a slash after its kind": _field(5, lambda kind: kind + "/"),
    "no account": _field(4, lambda _: ""),
    "no Region": _field(3, lambda _: ""),
    "Region and account swapped": _swapped,
    "twice": lambda arn: arn + arn,
    "twice with a comma": lambda arn: f"{arn},{arn}",
    "in quotes": lambda arn: f'"{arn}"',
    "a URN": lambda arn: f"urn:{arn}",
    "full-width colons": lambda arn: arn.replace(":", "："),
    "letters of another script": lambda arn: arn.replace("a", "а").replace("o", "о"),
    "digits of another script": lambda arn: arn.translate(_ARABIC_DIGITS),
    "percent-encoded three times": lambda arn: arn.replace(":", "%253A"),
    "plus signs for hyphens": lambda arn: arn.replace("-", "+"),
}
"""Name to mutation. `percent-encoded twice` is sent so that one decoding leaves percent signs, which no ARN has."""

NEAR_MISSES: tuple[str, ...] = (
    *("goes on after", "goes on after a colon", "goes on after a slash", "ends in a null character"),
    *("begins before it", "lacks its last character", "lacks its first character", "other account", "other Region"),
    *("other service", "other partition", "reservation for offering"),
)
"""Those that begin like a real ARN, go on after it, or differ from it in a field."""
NEAR_MISSES_IN_CASE: tuple[str, ...] = (
    *("upper case", "one letter in upper case", "the identifier in upper case"),
    *("ends in a space", "ends in a line break", "begins with a space"),
)
"""Those that differ from a real ARN in upper and lower case, or by white space around it."""
